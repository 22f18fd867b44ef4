"""The WebSocket's handshake: whether it opens, and for whom. What it hears then is a `line`'s."""

from __future__ import annotations

from contextvars import Context
from typing import Any

import msgspec
from tornado.websocket import WebSocketHandler

from .. import names
from ..connection import Connection
from ..fanout import Wire
from ..hub import Hub
from ..protocol import DEFAULT_ROOM, LIMITS, SUBPROTOCOL, Refusal, RoomName, User
from .base import ChatHandler
from .line import Line
from .upgrade import Opening, Upgraded, let_go, upgraded

NO_UPGRADE = (
    "no header `Upgrade: websocket` came: this is no WebSocket, or a proxy did not pass it on"
)


class ChatSocket(ChatHandler, WebSocketHandler):
    """`tornchat/chat`."""

    few_may = ("GET",)

    hub: Hub
    room: str
    """The room of a client that speaks the plain protocol."""

    # Jupyter's WebSocketMixin gives these in milliseconds, tornado reads seconds; the hub's own
    # heartbeat does the work, one timer for all.
    ping_interval = None  # type: ignore[assignment]
    ping_timeout = None  # type: ignore[assignment]
    max_message_size = LIMITS.frame_bytes  # type: ignore[assignment]

    async def prepare(self) -> None:
        await self.chat.turns.take()
        await super().prepare()  # pyright: ignore[reportGeneralTypeIssues]  that of `identity`

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

    def get_websocket_protocol(self) -> Upgraded | None:
        return upgraded(self)

    async def open(self, *args: Any, **kwargs: Any) -> None:
        """The socket is open, and goes on without this handler and its request."""
        socket = self.ws_connection
        assert isinstance(socket, Upgraded)
        self.set_nodelay(True)
        line = Line(socket, self.hub, self.room, Opening(self))
        connection = Connection(
            user=self.known_here(),
            named=self.who.named,
            access=self.who.access,
            wire=Wire(socket.stream, line.on_slow),
            end=line.end,
            plain=self.selected_subprotocol is None,
            frames=self.hub.frame_bucket(),
            kernel=self.kernel(),
        )
        let_go(self, socket, line)
        if first := Context().run(line.begin, connection, self.who.vouched):
            await first

    async def take_leave(self) -> None:
        """As that of a line, where this handler stays."""
        await self.chat.turns.take()

    def known_here(self) -> User:
        """Who is speaking, by a name that is nobody else's here."""
        user = self.who.user
        if not user.declared:
            return user
        name = names.distinct(user.name, lambda name: self.hub.people.is_taken(name, by=user.id))
        return msgspec.structs.replace(user, name=name)
