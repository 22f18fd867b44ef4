"""How far a program knows a room, and what each frame tells it that is new.

Rule: nothing here waits, asks or stores. What is taken is new exactly once: whatever was cut, sent
again or restored in between, nothing is lost and nothing is told twice. The browser's `room.ts` has
the same rules for what a page shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from ..protocol import (
    Answered,
    Changed,
    Closed,
    Helped,
    Join,
    Joined,
    Marked,
    Message,
    Moderated,
    Passed,
    Reset,
    ServerFrame,
    Welcome,
)

Start = int | Literal["read"] | None
"""Where somebody begins to listen: after entry `seq`, after what they have read, or now."""

JOIN = "join"
"""`ref` of a join, by which its refusal is known."""
KEPT = 1_000
"""Messages that are remembered, for the day when the history is another one."""


class Entry(Struct):
    """What is read of a frame of a type that this version does not know."""

    room: str | None = None
    seq: int | None = None
    id: str | None = None


Frame = ServerFrame | Entry
Placed = Message | Changed | Answered | Closed | Moderated | Helped | Passed | Entry
"""What has a place in a room."""


class News(NamedTuple):
    """What a frame told."""

    said: Sequence[Message] = ()
    """Messages that are new, oldest first."""
    touched: Sequence[int] = ()
    """Messages of which there is something new, by their numbers."""


NOTHING = News()


class Position:
    """A place in one room.

    Args:
        room: its name.
        start: where to begin.
        since: in another history than this one, nothing is new that was said before: milliseconds
            since 1970 by the server.
    """

    def __init__(self, room: str, start: Start, since: int = 0) -> None:
        self.room = room
        self.start = start
        self.epoch: str | None = None
        self.seq = start if isinstance(start, int) else 0
        self.check: str | None = None
        self.history = 0
        """How many other histories there were before this one."""
        self._placed = isinstance(start, int)
        """Whether there is a place to go on from."""
        self._behind = False
        """Whether entries after it may be missing."""
        self._asked = False
        """Whether a join is on its way."""
        self._mark = 0
        self._anew = False
        """Whether the history is another one than it was, so that it is read from its beginning."""
        self._since = since
        self._told: dict[str, int] = {}
        """When the last messages were said that were told, by their ids."""

    def asks(self) -> Join | None:
        """The frame with which to come in or to go on, where one is due."""
        if self._asked or not self._behind:
            return None
        self._asked = True
        if not self._placed:
            return Join(room=self.room, ref=JOIN)
        after, epoch, check = self.seq, self.epoch, self.check
        return Join(room=self.room, after=after, epoch=epoch, check=check, ref=JOIN)

    def welcomed(self, welcome: Welcome) -> None:
        """A connection has opened."""
        if self.epoch is None:
            self.epoch = welcome.epoch
            self._since = welcome.now if self.start is None else self._since
        self.ask_again()

    def ask_again(self) -> None:
        """What was asked will not be answered."""
        self._behind, self._asked = True, False

    def take(self, frame: Frame) -> News:
        """What is new in a frame of this room."""
        match frame:
            case Marked():
                self._mark = frame.seq
            case Joined():
                self._asked = False
                return self._resumed(frame) if self._placed else self._came_in(frame)
            case Reset():
                self._start_over(frame.epoch)
            case _ if isinstance(frame, Placed):
                return self._entry(frame)
            case _:
                pass
        return NOTHING

    def _entry(self, frame: Placed) -> News:
        if frame.seq is None or frame.seq <= self.seq:
            return NOTHING
        if frame.seq > self.seq + 1:
            self._behind = True
            return NOTHING
        # Of an entry that is not for us to see, there is no id to come back with.
        self.seq, self.check = frame.seq, None if isinstance(frame, Passed) else frame.id
        if isinstance(frame, Message):
            return self._tell([frame])
        of = None if isinstance(frame, Entry | Passed) else frame.of
        return NOTHING if of is None else News(touched=[of])

    def _start_over(self, epoch: str) -> None:
        self.ask_again()
        self.epoch, self.seq, self.check = epoch, 0, None
        self._placed = self._anew = True
        self.history += 1

    def _came_in(self, frame: Joined) -> News:
        """The newest page is there; what is new begins here, or where this program stopped."""
        self._placed = True
        if self.start == "read" and self._mark:
            self.seq, self._behind = self._mark, frame.to > self._mark
        else:
            self.seq, self.check, self._behind = frame.to, frame.check, False
        return NOTHING

    def _resumed(self, frame: Joined) -> News:
        said = [message for message in frame.messages if message.seq > self.seq]
        touched = [message.seq for message in frame.messages if message.seq <= self.seq]
        if frame.to > self.seq:
            last = frame.messages[-1] if frame.messages else None
            ends = last.id if last is not None and last.seq == frame.to else None
            self.seq, self.check = frame.to, frame.check or ends
        self._behind = frame.more
        if self._anew:
            said = [message for message in said if self._is_news(message)]
            self._anew = frame.more
        return News(self._tell(said).said, touched)

    def _is_news(self, message: Message) -> bool:
        return message.at >= self._since and message.id not in self._told

    def _tell(self, said: list[Message]) -> News:
        self._told.update((message.id, message.at) for message in said)
        while len(self._told) > KEPT:
            oldest = next(iter(self._told))
            self._since = max(self._since, self._told.pop(oldest) + 1)
        return News(said)
