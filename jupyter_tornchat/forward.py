"""Forwarding: on a JupyterHub a person's own server has no chat of its own, but hands on what is
asked of it to the chat that is a service of the Hub, at the same addresses.

Rules of this file:

- Who asks, and whether a page of another site does, is found out here first, as where the chat is.
- Only the owner of the server, and programs of theirs, are let through. What is handed on is in the
  name of the token that the Hub gave this server, so nobody else could be: who is here by a share
  has a server of their own.
- No cookie, token, or word about who is speaking goes through, in neither direction.
- Nothing is held: bytes go on as fast as they are taken, and a socket is read as fast as it is
  written.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPError, HTTPRequest
from tornado.httputil import HTTPHeaders, parse_response_start_line
from tornado.iostream import StreamClosedError
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.web import stream_request_body
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketHandler,
    websocket_connect,
)

from .chat import Chat
from .handlers.base import ChatHandler, Speaker
from .handlers.page import BareHandler, LoginHandler, NothingHere, PageHandler, StaticHandler
from .handlers.routes import ROUTES, Route, complete
from .handlers.socket import ChatSocket
from .handlers.ticket import TicketHandler
from .identity.member import MemberIdentity
from .protocol import (
    CLOSE_REASONS,
    LIMITS,
    PROGRAM_HEADER,
    SPEAKS_HEADER,
    SUBPROTOCOL,
    Close,
    Refusal,
    User,
)
from .tokens import Tokens, Vouched

SERVICE_VARIABLE = "JUPYTER_TORNCHAT_SERVICE"
"""Where the Hub's chat is, for all servers that the Hub starts."""
PATIENCE = 20.0
"""Seconds that the service may take to begin to answer, and for each piece of it."""
LONGEST = 1800.0
"""Seconds that one request may take: a large history on a slow line."""
REQUESTS = 50
"""Requests that are handed on at one time; more wait."""
BODY_BYTES = 4 * LIMITS.file_bytes
"""As much of a body as the service reads of a file that is too big."""
MESSAGE_BYTES = 4 * 1024 * 1024
"""A frame of the service's that is longer ends the socket."""
ASKED = ("Accept", "Accept-Language", "Content-Type", "If-None-Match", "Range", PROGRAM_HEADER)
ANSWERED = (
    *("Content-Type", "Content-Length", "Content-Disposition", "Content-Security-Policy"),
    *("Cache-Control", "Etag", "Retry-After", "Allow"),
)
AWAY = "the chat of this Hub does not answer"
HERE = (PageHandler, LoginHandler, TicketHandler)
"""What this server answers by itself."""
END = b""


class Service:
    """The Hub's chat, as one person's server reaches it.

    Args:
        url: its address.
        token: what the Hub gave this server.
        owner: username of the person whose server it is.

    Raises:
        ValueError: the address is none.
    """

    def __init__(self, url: str, token: str, owner: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise ValueError(f"TornChat.service_url is not the address of a service: {url[:200]!r}")
        self.url = parts._replace(query="", fragment="").geturl().rstrip("/") + "/"
        self.token = token
        self.owner = owner
        self.sockets = 0
        """How many are open."""

    @cached_property
    def client(self) -> AsyncHTTPClient:
        """What asks it."""
        return SimpleAsyncHTTPClient(force_instance=True, max_clients=REQUESTS, max_body_size=2**50)

    @classmethod
    def find(cls, url: str) -> Service | None:
        """The one at this address, or of the environment; None where there is none, or this is no
        server of a Hub.

        Raises:
            ValueError: there is one, at what is no address.
        """
        url = url or os.environ.get(SERVICE_VARIABLE, "")
        if not url or not is_on_hub():
            return None
        return cls(url, os.environ["JUPYTERHUB_API_TOKEN"], os.environ["JUPYTERHUB_USER"])

    def routes(self, base: str, path: str, chat: Chat) -> list[Route]:
        """The routes of the chat, all of which lead to the service; as `routes.routes`."""
        identity = type("ForwardIdentity", (ForwardIdentity,), {"service": self})
        services = {"chat": chat, "prefix": base + path}

        def route(pattern: str, kind: type[ChatHandler]) -> Route:
            return (pattern, complete(kind, identity), services)

        socket = type("Socket", (ForwardSocket,), {"service": self})
        rest = type("Rest", (ForwardHandler,), {"service": self})
        # The service has it for all, because a browser fetches modules without a word of who asks.
        bundle = type("Bundle", (rest,), {"public": True})
        answered: dict[type[ChatHandler], type[ChatHandler]] = {
            **{kind: kind for kind in HERE},
            ChatSocket: socket,
            StaticHandler: bundle,
        }
        found = [route("chat", socket), route(path.rstrip("/"), BareHandler)]
        for pattern, kind in ROUTES:
            found.append(route(path + pattern, answered.get(kind, rest)))
        return [*found, route(path + ".*", NothingHere)]


def is_on_hub() -> bool:
    """Whether this is one person's server on a Hub."""
    return bool(os.environ.get("JUPYTERHUB_API_TOKEN") and os.environ.get("JUPYTERHUB_USER"))


def tokens(serverapp: Any) -> Tokens | None:
    """The Hub's tokens by which people are on this server; None where no Hub says who they are."""
    auth = getattr(serverapp.identity_provider, "hub_auth", None)
    if auth is None:
        return None

    async def ask(token: str) -> object | None:
        model = await auth.user_for_token(token, use_cache=False, sync=False)
        return model["name"] if model and auth.check_scopes(auth.access_scopes, model) else None

    return Tokens(ask, auth.cache_max_age)


class ForwardIdentity(MemberIdentity):
    """Completes a handler of a server that hands on."""

    service: Service

    async def identify(self) -> Speaker | None:
        if self.chat_key and not any(
            map(self.has_key, (self.chat.program_key, self.chat.owner_key))
        ):
            return Speaker(User("", "", "program"))  # the service knows whose key it is
        speaker = await MemberIdentity.identify(self)
        if speaker is None or self.chat_key:
            return speaker
        if self.current_user.username != self.service.owner:
            whose = f"this is {self.service.owner}'s server; your own leads to the chat as you"
            raise Refusal("forbidden", whose)
        auth = getattr(self.identity_provider, "hub_auth", None)
        token = auth.get_token(self) if auth else None
        return speaker._replace(vouched=Vouched(token, self.service.owner)) if token else speaker


class Forwarded(ChatHandler):
    """What handlers that hand on have in common."""

    service: Service

    def address(self) -> str:
        """Where the service has what is asked for here. A token in a query is for this server.

        Raises:
            Refusal: `no_such_room`: it leads out of the chat.
        """
        path = self.request.path.removeprefix(self.prefix)
        path = "chat" if path == self.request.path else path
        if ".." in unquote(path).split("/"):
            raise Refusal("no_such_room")
        query = [p for p in self.request.query.split("&") if p and not p.startswith("token=")]
        return self.service.url + path + ("?" + "&".join(query) if query else "")

    def handed_on(self) -> HTTPHeaders:
        """The headers with which the service is asked."""
        said = self.request.headers
        headers = HTTPHeaders({name: said[name] for name in ASKED if name in said})
        if self.speaker is None:
            return headers
        headers["Authorization"] = f"token {self.service.token}"
        if self.who.user.kind != "program":
            headers[SPEAKS_HEADER] = "person"
        elif not self.who.user.id:
            headers["Authorization"] = f"tornchat {self.chat_key}"
        return headers


@stream_request_body
class ForwardHandler(Forwarded):
    """Anything but the socket and the page."""

    def initialize(self, chat: Chat, prefix: str) -> None:
        super().initialize(chat, prefix)
        self.pieces: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        """Of the body; END at its end, and None where it has none."""
        self.answered: asyncio.Future[Any] | None = None
        self.size = 0
        self.is_away = False
        """Whether something other than the chat answers."""
        self.patience: asyncio.Timeout | None = None

    def set_default_headers(self) -> None:
        super().set_default_headers()
        # As for every answer that comes before the body was read (`handlers.rest`).
        self.set_header("Connection", "close")

    def turn_away(self) -> None:
        if self.request.path == f"{self.prefix}api/health" and self.request.method == "GET":
            self.answer({"ok": True})
        else:
            super().turn_away()

    async def admit(self) -> None:
        await super().admit()
        if self._finished:
            return
        reads = self.request.method in {"GET", "HEAD"}
        try:
            if not reads and not self.who.access.writes:
                raise Refusal("forbidden")
            if int(self.request.headers.get("Content-Length", 0)) > BODY_BYTES:
                raise Refusal("too_big")
            self.answered = asyncio.ensure_future(self.service.client.fetch(self.asked(reads)))
            self.clear_header("Connection")
        except Refusal as refusal:
            self.refuse(refusal)

    def asked(self, reads: bool) -> HTTPRequest:
        """What is asked of the service."""
        body: Any = None if reads else self.produce
        headers = self.handed_on()
        if not reads and (size := self.request.headers.get("Content-Length")):
            headers["Content-Length"] = size
        return HTTPRequest(
            self.address(),
            method=self.request.method or "GET",
            headers=headers,
            body_producer=body,
            allow_nonstandard_methods=True,
            header_callback=self.hear,
            streaming_callback=self.pass_on,
            follow_redirects=False,
            decompress_response=False,
            connect_timeout=PATIENCE,
            request_timeout=LONGEST,
        )

    # ------------------------------------------------------------------------ the body

    async def data_received(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, chunk: bytes
    ) -> None:
        self.size += len(chunk)
        if self.size > BODY_BYTES or self.answered is None or self.answered.done():
            return
        # Where the service answers without having read, nobody takes this any more.
        taken = asyncio.ensure_future(self.pieces.put(chunk))
        await asyncio.wait({taken, self.answered}, timeout=PATIENCE, return_when="FIRST_COMPLETED")
        taken.cancel()

    async def produce(self, write: Callable[[bytes], Awaitable[None]]) -> None:
        """Write the body to the service as it comes."""
        while (piece := await self.pieces.get()) != END:
            if piece is None:
                raise StreamClosedError
            await write(piece)

    def on_connection_close(self) -> None:
        super().on_connection_close()
        if self.pieces.full():
            self.pieces.get_nowait()
        self.pieces.put_nowait(None)

    # ---------------------------------------------------------------------- the answer

    async def hand_on(self, *_: str) -> None:
        """Wait for the answer, which is passed on as it comes."""
        assert self.answered is not None
        try:
            async with asyncio.timeout(PATIENCE) as self.patience:
                if self.request.method not in {"GET", "HEAD"}:
                    await asyncio.wait(
                        {self.answered, asyncio.ensure_future(self.pieces.put(END))},
                        return_when="FIRST_COMPLETED",
                    )
                await self.answered
        except HTTPError as error:
            if error.code == 599:
                self.give_up()
                return
        except (OSError, TimeoutError, StreamClosedError):
            self.give_up()
            return
        if self.is_away:
            self.give_up()
        elif not self._finished:
            self.finish()

    get = head = post = put = patch = delete = hand_on

    def give_up(self) -> None:
        """The service is not there, or not any more."""
        if self._headers_written:
            self.detach().close()  # an answer without its end is no answer
        elif not self._finished:
            self.clear()
            self.refuse(Refusal("unavailable", AWAY))

    def hear(self, line: str) -> None:
        """A line of what stands before the answer."""
        if self.patience:
            self.patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)
        line = line.rstrip("\r\n")
        if line.startswith("HTTP/"):
            self.set_status(parse_response_start_line(line).code)
            self.clear_header("Content-Type")
        elif line:
            name, _, value = line.partition(":")
            if name.title() in ANSWERED:
                self.set_header(name.title(), value.strip())
        else:
            said = self._headers.get("Content-Type", "")
            good = self.get_status() < 300 or self.get_status() == 304
            self.is_away = not good and not said.startswith("application/json")

    async def pass_on(self, piece: bytes) -> None:
        """A piece of the answer: the next one is read when this one is taken."""
        if self.is_away:
            return
        self.write(piece)
        await self.flush()
        if self.patience:
            self.patience.reschedule(asyncio.get_running_loop().time() + PATIENCE)


class ForwardSocket(Forwarded, ChatSocket):
    """`tornchat/chat`, and the same socket of the service behind it."""

    service_end: WebSocketClientConnection | None = None
    passing: asyncio.Task[None] | None = None

    async def get(self, *args: Any, **kwargs: Any) -> None:
        said = self.request.headers.get("Sec-WebSocket-Protocol", "")
        speaks = SUBPROTOCOL in map(str.strip, said.split(","))
        if said and not speaks:
            raise Refusal("bad_frame", f"the only subprotocol here is {SUBPROTOCOL}")
        if not self.who.access.writes:
            raise Refusal("forbidden")
        if self.service.sockets >= self.chat.settings.max_connections:
            raise Refusal("full")
        self.service_end = await self.reach(speaks)
        await WebSocketHandler.get(self, *args, **kwargs)
        if self.ws_connection is None:
            self.service_end.close()

    async def reach(self, speaks: bool) -> WebSocketClientConnection:
        """A socket of the service.

        Raises:
            Refusal: it opens none.
        """
        address = self.address().replace("http", "ws", 1)
        asked = HTTPRequest(address, headers=self.handed_on(), connect_timeout=PATIENCE)
        try:
            return await websocket_connect(
                asked,
                subprotocols=[SUBPROTOCOL] if speaks else None,
                max_message_size=MESSAGE_BYTES,
            )
        except HTTPError as error:
            if error.code in {401, 403}:
                raise Refusal("forbidden", "the Hub lets this server not into its chat") from None
            raise Refusal("unavailable", AWAY) from None
        except (OSError, StreamClosedError):
            raise Refusal("unavailable", AWAY) from None

    async def open(self, *args: Any, **kwargs: Any) -> None:
        self.set_nodelay(True)
        self.service.sockets += 1
        if self.who.vouched and self.chat.tokens:
            self.unfollow = self.chat.tokens.follow(self.who.vouched, self.end)
        self.passing = asyncio.get_running_loop().create_task(self.pass_on())

    async def pass_on(self) -> None:
        """What the service says, one frame after the other, as fast as it is taken here."""
        assert self.service_end is not None
        with suppress(WebSocketClosedError, StreamClosedError):
            while (said := await self.service_end.read_message()) is not None:
                await self.write_message(said, binary=isinstance(said, bytes))
        code = self.service_end.close_code
        if code is None or code == 1006:  # which cannot be said
            code = int(Close.RESTARTING)
        self.close(code, self.service_end.close_reason or CLOSE_REASONS.get(Close.RESTARTING))

    def on_message(self, message: str | bytes) -> Awaitable[None] | None:
        return self.hand_on(message)

    async def hand_on(self, message: str | bytes) -> None:
        """The next one is read when this one is taken."""
        assert self.service_end is not None
        with suppress(WebSocketClosedError, StreamClosedError):
            await self.service_end.write_message(message, binary=isinstance(message, bytes))

    def on_ping(self, data: bytes) -> None:
        """Answered here: the service has its own way to know that a line is alive."""

    def on_close(self) -> None:
        if self.unfollow is not None:
            self.unfollow()
        self.service.sockets -= 1
        if self.service_end is not None:
            self.service_end.close()

    def end(self, code: Close) -> None:
        """Close with a code, after which nothing is passed on any more."""
        if self.passing is not None:
            self.passing.cancel()
        self.close(code, CLOSE_REASONS[code])
