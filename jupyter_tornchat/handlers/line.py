"""A line: an open socket, once the request that opened it is gone. It decides nothing; see
`requests`.
"""

from __future__ import annotations

import asyncio
import logging
import random
from asyncio import Future, TimerHandle
from collections.abc import Awaitable, Callable
from types import TracebackType

from .. import plain, requests
from ..connection import Connection
from ..hub import Hub
from ..protocol import CLOSE_REASONS, LIMITS, Answerable, Close, Join, Refusal, answer_to, decode
from ..tokens import Vouched
from .speaker import Speaker
from .upgrade import Opening, Upgraded

log = logging.getLogger(__name__)

CHARGED_BYTES = 4096
"""What one frame may hold before it counts as two, and so on."""
LOOK_SECONDS = 270.0
"""How long a socket is open before it is asked again who speaks through it, and what they may do:
with a little chance in it, below five minutes."""


class Line:
    """One open socket.

    Args:
        socket: tornado's side of it.
        hub: of the server.
        room: of a client that speaks the plain protocol.
        opening: what was said when it was opened.
    """

    __slots__ = ("connection", "hub", "looking", "opening", "room", "socket", "unfollow")

    def __init__(self, socket: Upgraded, hub: Hub, room: str, opening: Opening) -> None:
        self.socket: Upgraded | None = socket
        self.hub = hub
        self.room = room
        self.opening = opening
        self.connection: Connection | None = None
        self.looking: TimerHandle | None = None
        """Runs until it is asked again who it is."""
        self.unfollow: Callable[[], None] | None = None

    def begin(self, connection: Connection, vouched: Vouched | None) -> Future[None] | None:
        """It is open. Returns what to wait for before anything is read, or None."""
        self.connection = connection
        try:
            self.hub.connect(connection)
        except Refusal as refusal:
            # Said by a close code, because a browser tells its page nothing of a refused upgrade.
            self.end(Close.TOO_MANY if refusal.code == "full" else Close.REMOVED)
            return None
        self.look_later()
        if vouched and self.opening.chat.tokens:
            self.unfollow = self.opening.chat.tokens.follow(vouched, self.end)
        if not connection.plain:
            return None
        requests.receive(self.hub, connection, Join(room=self.room))
        # What it says before it is in the room would be history when it comes in, and the plain
        # protocol shows no history.
        return connection.room_in_flight(1)

    def look_later(self) -> None:
        """Ask again after a while who it is; not all sockets that came at once at once."""
        wait = LOOK_SECONDS * random.uniform(0.9, 1.1)  # noqa: S311
        self.looking = asyncio.get_running_loop().call_later(wait, self.look)

    def look(self) -> None:
        """Ask again who it is."""
        self.hub.spawn(self.look_again())

    async def look_again(self) -> None:
        """Whoever is not signed in any more, or may not read, is shown out; what they may do
        besides holds from now on."""
        try:
            speaker = await self.opening.again().identify_again()
        except Refusal as refusal:
            if refusal.code == "forbidden":
                self.end(Close.REMOVED)
        except Exception as error:  # noqa: BLE001  whoever is asked may be out of reach for now
            log.warning("jupyter_tornchat: nobody says who is connected: %s", type(error).__name__)
        else:
            self.know(speaker)
        if self.connection is not None and self.connection.wire.open:
            self.look_later()

    def know(self, speaker: Speaker | None) -> None:
        """This is who it is by now."""
        connection = self.connection
        if connection is None:
            return
        # Somebody whom the server does not know by name may be made up anew each time.
        is_other = speaker and not speaker.user.declared and speaker.user.id != connection.user.id
        if speaker is None or is_other:
            self.end(Close.SIGNED_OUT)
        else:
            self.hub.moderation.admit(connection, speaker.access)

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        """Decode, enqueue, return: it never waits for the disk, or one sender would get one
        commit for each message. What it returns, tornado waits for before it reads on."""
        connection = self.connection
        if connection is None or not connection.wire.open:
            return None
        connection.heard = asyncio.get_running_loop().time()
        if not self.charge(connection, message):
            return None
        try:
            frame = plain.decode(message, self.room) if connection.plain else decode(message)
        except Refusal as refusal:
            self.refuse_frame(connection, refusal, message)
        else:
            connection.bad = 0
            requests.receive(self.hub, connection, frame)
        return connection.room_in_flight()

    def on_ping(self, data: bytes) -> None:
        """It lives. After our goodbye it counts too, for tornado goes on answering; before 6.6 it
        does whether or not anybody reads the answers."""
        if self.connection is not None:
            self.connection.heard = asyncio.get_running_loop().time()
            self.charge(self.connection, None)
            if self.connection.wire.full:
                self.drop(Close.SLOW)

    # Pongs answer our pings; a flood of them is a flood like any other.
    on_pong = on_ping

    async def take_leave(self) -> None:
        """The line is broken or was hung up; where many are in one moment, the loop has its turn in
        between. Whoever comes meanwhile comes after them, and finds their places free."""
        if self.connection is not None:
            self.connection.wire.open = False
        await self.opening.chat.turns.take()

    def on_ws_connection_close(self, code: int | None = None, reason: str | None = None) -> None:
        """The socket has closed."""
        self.socket = None
        if self.unfollow is not None:
            self.unfollow()
            self.unfollow = None
        if self.looking is not None:
            self.looking.cancel()
        if self.connection is not None:
            connection, self.connection = self.connection, None
            self.hub.disconnect(connection)

    def log_exception(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Something went wrong here."""
        if kind is not None and error is not None:
            log.error("jupyter_tornchat: %s fails", self.opening, exc_info=(kind, error, trace))

    def charge(self, connection: Connection, message: str | bytes | None) -> bool:
        """Take a frame from what the connection may send; False where it was one too many. A long
        one counts more, because reading it holds the loop."""
        wait = connection.frames.take(1 + len(message or "") // CHARGED_BYTES)
        if not wait:
            return True
        if connection.frames.overdrawn:
            self.drop(Close.TOO_FAST)
        elif message is not None:
            self.refuse_frame(connection, Refusal("too_fast", retry_after=wait), message)
        return False

    def refuse_frame(self, connection: Connection, refusal: Refusal, message: str | bytes) -> None:
        """Answer a frame that was not understood; too many in a row are no conversation."""
        connection.refuse(refusal, Answerable() if connection.plain else answer_to(message))
        if refusal.code == "bad_frame":
            connection.bad += 1
            if connection.bad >= LIMITS.bad_frames:
                self.end(Close.PROTOCOL_ERROR)

    def on_slow(self) -> None:
        """The client does not read what it is sent."""
        self.end(Close.SLOW)

    def drop(self, code: Close) -> None:
        """Close with a code, and read nothing more."""
        wire = self.connection and self.connection.wire
        self.end(code)
        if wire:
            wire.drop()

    def end(self, code: Close) -> None:
        """Close with a code, after which nothing is sent any more."""
        if self.connection is not None:
            self.connection.wire.open = False
        if self.socket is not None:
            self.socket.close(code, CLOSE_REASONS[code])
            self.socket = None
