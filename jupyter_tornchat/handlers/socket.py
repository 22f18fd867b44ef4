"""The WebSocket: frames in, frames out. It decides nothing; see `requests`."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from tornado.websocket import WebSocketHandler

from .. import names, plain, requests
from ..connection import Connection
from ..fanout import Wire
from ..hub import Hub
from ..protocol import (
    CLOSE_REASONS,
    DEFAULT_ROOM,
    LIMITS,
    SUBPROTOCOL,
    Answerable,
    Close,
    Join,
    Refusal,
    RoomName,
    User,
    answer_to,
    decode,
)
from .base import ChatHandler
from .speaker import Speaker

log = logging.getLogger(__name__)

NO_UPGRADE = (
    "no header `Upgrade: websocket` came: this is no WebSocket, or a proxy did not pass it on"
)
CHARGED_BYTES = 4096
"""What one frame may hold before it counts as two, and so on."""
LOOK_SECONDS = 270.0
"""How long a socket is open before it is asked again who speaks through it, and what they may do:
with a little chance in it, below five minutes."""
YIELD_FRAMES = 16
"""Frames of one connection after which the loop has its turn: tornado before 6.6 reads on for as
long as there is something to read."""


class ChatSocket(ChatHandler, WebSocketHandler):
    """`tornchat/chat`."""

    few_may = ("GET",)

    connection: Connection | None = None
    hub: Hub
    room: str
    """The room of a client that speaks the plain protocol."""
    looking: asyncio.TimerHandle
    """Runs until it is asked again who it is."""

    # Jupyter's WebSocketMixin gives these in milliseconds, tornado reads seconds; the hub's own
    # heartbeat does the work, one timer for all.
    ping_interval = None  # type: ignore[assignment]
    ping_timeout = None  # type: ignore[assignment]
    max_message_size = LIMITS.frame_bytes  # type: ignore[assignment]

    @property
    def is_upgrade(self) -> bool:
        return self.request.headers.get("Upgrade", "").lower() == "websocket"

    def turn_away(self) -> None:
        # Strangers hear of it too, so that who sets a proxy up need not sign in.
        self.refuse(Refusal("signed_out", "" if self.is_upgrade else NO_UPGRADE))

    def get_compression_options(self) -> None:
        return None  # each compressed connection costs memory, and a bomb is smaller than its hole

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        return SUBPROTOCOL if SUBPROTOCOL in subprotocols else None

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Everything that may refuse does so here, before the upgrade."""
        self.hub = self.chat.hub
        try:
            self.room = msgspec.convert(self.get_query_argument("room", DEFAULT_ROOM), RoomName)
        except msgspec.ValidationError as error:
            raise Refusal("bad_frame", str(error)) from None
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        if offered and SUBPROTOCOL not in map(str.strip, offered.split(",")):
            raise Refusal("bad_frame", f"the only subprotocol here is {SUBPROTOCOL}")
        self.who  # noqa: B018  raises where there is nobody
        if not self.is_upgrade:
            raise Refusal("bad_frame", NO_UPGRADE)
        self.kernel()
        await WebSocketHandler.get(self, *args, **kwargs)

    unfollow: Callable[[], None] | None = None

    async def open(self, *args: Any, **kwargs: Any) -> None:
        assert self.ws_connection is not None
        self.set_nodelay(True)
        connection = Connection(
            user=self.known_here(),
            named=self.who.named,
            access=self.who.access,
            wire=Wire(self.ws_connection.stream, self.on_slow),
            end=self.end,
            plain=self.selected_subprotocol is None,
            frames=self.hub.frame_bucket(),
            kernel=self.kernel(),
        )
        try:
            self.hub.connect(connection)
        except Refusal as refusal:
            # Said by a close code, because a browser tells its page nothing of a refused upgrade.
            self.end(Close.TOO_MANY if refusal.code == "full" else Close.REMOVED)
            return
        self.connection = connection
        self.look_later()
        if self.who.vouched and self.chat.tokens:
            self.unfollow = self.chat.tokens.follow(self.who.vouched, self.end)
        if connection.plain:
            requests.receive(self.hub, connection, Join(room=self.room))
            # What it says before it is in the room would be history when it comes in, and the
            # plain protocol shows no history.
            if coming_in := connection.room_in_flight(1):
                await coming_in

    def look_later(self) -> None:
        """Ask again after a while who it is; not all sockets that came at once at once."""
        wait = LOOK_SECONDS * random.uniform(0.9, 1.1)  # noqa: S311
        again = asyncio.get_running_loop().call_later
        self.looking = again(wait, lambda: self.hub.spawn(self.look_again()))

    async def look_again(self) -> None:
        """Whoever is not signed in any more, or may not read, is shown out; what they may do
        besides holds from now on."""
        try:
            speaker = await self.identify_again()
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

    def known_here(self) -> User:
        """Who is speaking, by a name that is nobody else's here."""
        user = self.who.user
        if not user.declared:
            return user
        name = names.distinct(user.name, lambda name: self.hub.people.is_taken(name, by=user.id))
        return msgspec.structs.replace(user, name=name)

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        """Decode, enqueue, return: it never waits for the disk, or one sender would get one
        commit for each message. What it returns, tornado waits for before it reads on."""
        connection = self.connection
        if connection is None or not connection.wire.open:
            return None
        connection.heard = asyncio.get_running_loop().time()
        connection.received += 1
        if not self.charge(connection, message):
            return None
        try:
            frame = plain.decode(message, self.room) if connection.plain else decode(message)
        except Refusal as refusal:
            self.refuse_frame(connection, refusal, message)
        else:
            connection.bad = 0
            requests.receive(self.hub, connection, frame)
        if waiting := connection.room_in_flight():
            return waiting
        return None if connection.received % YIELD_FRAMES else asyncio.sleep(0)

    def on_ping(self, data: bytes) -> None:
        if self.connection is not None and self.connection.wire.open:
            self.connection.heard = asyncio.get_running_loop().time()
            self.charge(self.connection, None)

    def on_pong(self, data: bytes) -> None:
        # Pongs answer our pings; a flood of them is a flood like any other.
        self.on_ping(data)

    def on_close(self) -> None:
        if self.unfollow is not None:
            self.unfollow()
        if self.connection is not None:
            connection, self.connection = self.connection, None
            self.looking.cancel()
            self.hub.disconnect(connection)

    def charge(self, connection: Connection, message: str | bytes | None) -> bool:
        """Take a frame from what the connection may send; False where it was one too many. A long
        one counts more, because reading it holds the loop."""
        wait = connection.frames.take(1 + len(message or "") // CHARGED_BYTES)
        if not wait:
            return True
        if connection.frames.overdrawn:
            self.end(Close.TOO_FAST)
            connection.wire.drop()
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

    def end(self, code: Close) -> None:
        """Close with a code, after which nothing is sent any more."""
        if self.connection is not None:
            self.connection.wire.open = False
        self.close(code, CLOSE_REASONS[code])
