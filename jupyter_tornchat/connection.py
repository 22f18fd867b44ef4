"""A connection: one open socket, as the hub knows it. A tab, a panel or a script has one each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from . import fanout, plain
from .access import Access
from .protocol import (
    LIMITS,
    Answerable,
    Close,
    Message,
    Refusal,
    Rejected,
    ServerFrame,
    User,
    encode,
)
from .rate import Bucket
from .sight import Sight

NOBODY: Mapping[str, User] = {}


class Item:
    """A frame on its way to a room.

    Args:
        frame: which; it does not change any more.
        people: by id, whom it names by id alone: the plain protocol says names.
        asker: in a help desk, id of whose thread it is of.
    """

    __slots__ = ("_data", "_plain", "asker", "frame", "people")

    def __init__(
        self, frame: ServerFrame, people: Mapping[str, User] = NOBODY, asker: str = ""
    ) -> None:
        self.frame = frame
        self.people = people
        self.asker = asker
        self._data: bytes | None = None
        self._plain: bytes | None = None

    @property
    def about(self) -> int | None:
        """`seq` of the message that it is or tells of; None where of none."""
        of = getattr(self.frame, "of", None)
        return of or (self.frame.seq if isinstance(self.frame, Message) else None)

    def shown_to(self, sight: Sight) -> bool:
        """Whether it is to be seen."""
        about = self.about
        return sight.opens(self.asker) and (about is None or about > sight.since)

    def data(self, as_plain: bool) -> bytes:
        """It as it stands on the wire, made once; nothing where there are no words for it."""
        if as_plain:
            if self._plain is None:
                lines = plain.lines(self.frame, self.people)
                self._plain = b"".join([fanout.frame(line.encode()) for line in lines])
            return self._plain
        if self._data is None:
            self._data = fanout.frame(encode(self.frame))
        return self._data


class Connection:
    """One open socket.

    Args:
        user: who speaks through it, as the server knows them.
        named: whether they have a name to be known by.
        access: what they may do.
        wire: where frames to it are written.
        end: closes the socket with a code.
        plain: whether it speaks the plain protocol.
        frames: how many frames it may send.
        kernel: id of the kernel that speaks through it, where that is known.
    """

    __slots__ = (
        "_room_for",
        "_room_in_flight",
        "access",
        "alone",
        "bad",
        "end",
        "frames",
        "heard",
        "in_flight",
        "kernel",
        "named",
        "plain",
        "rooms",
        "silence",
        "user",
        "visit",
        "wire",
    )

    def __init__(  # noqa: PLR0913
        self,
        *,
        user: User,
        named: bool,
        access: Access,
        wire: fanout.Wire,
        end: Callable[[Close], None],
        plain: bool,
        frames: Bucket,
        kernel: str = "",
    ) -> None:
        self.user = user
        self.named = named
        self.access = access
        self.wire = wire
        self.end = end
        self.plain = plain
        self.frames = frames
        self.kernel = kernel
        self.rooms: set[str] = set()
        self.heard = 0.0
        """When anything last came from it, on the loop's clock."""
        self.bad = 0
        """Refused frames in a row."""
        self.in_flight = 0
        """Its requests that are not answered yet."""
        self.alone = False
        """Whether one of them must be answered before anything more is read, so that nothing
        overtakes it."""
        self.silence: asyncio.TimerHandle | None = None
        """Runs until its first frame."""
        self.visit: asyncio.TimerHandle | None = None
        """Runs until a guest's visit ends."""
        self._room_in_flight: asyncio.Future[None] | None = None
        self._room_for = LIMITS.in_flight

    def send(self, frame: ServerFrame) -> None:
        """Write one frame to this connection alone."""
        self.wire.write(Item(frame).data(self.plain))

    def refuse(self, refusal: Refusal, to: Answerable) -> None:
        """Answer no."""
        if self.plain:
            line = plain.refusal(refusal.reason)
            self.wire.write(fanout.frame(line.encode()))
            return
        self.send(
            Rejected(
                code=refusal.code,
                reason=refusal.reason,
                retry_after=refusal.retry_after,
                ref=to.ref,
                id=to.id,
                room=to.room,
            )
        )

    def begin(self) -> None:
        """A request of this connection begins to wait for an answer."""
        self.in_flight += 1

    def finish(self) -> None:
        """A request of this connection has its answer."""
        self.in_flight -= 1
        self.alone = self.alone and self.in_flight > 0
        waiting = self._room_in_flight
        if waiting is not None and self.in_flight < self._room_for:
            self._room_in_flight = None
            if not waiting.done():
                waiting.set_result(None)

    def room_in_flight(self, requests: int = LIMITS.in_flight) -> asyncio.Future[None] | None:
        """None, or what to wait for until fewer than so many `requests` are unanswered: before
        that nothing more is read from this connection."""
        if self.alone:
            requests = 1
        if self.in_flight < requests:
            return None
        self._room_for = requests
        if self._room_in_flight is None:
            self._room_in_flight = asyncio.get_running_loop().create_future()
        return self._room_in_flight
