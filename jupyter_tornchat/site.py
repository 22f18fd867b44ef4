"""A site: the web application with only chat in it, and the sockets it listens on.

It is the chat server of its own, and what is opened beside a notebook server for guests. No kernel,
file or terminal exists on it, and no cookie or token of Jupyter's is read.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
from collections.abc import Collection
from pathlib import Path
from typing import Any
from weakref import WeakSet

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.iostream import IOStream
from tornado.web import Application

from .address import networks
from .backlog import lengthen
from .chat import Chat
from .forwarded import Asker, asker
from .handlers.base import ChatHandler
from .handlers.page import NothingHere
from .handlers.routes import GUEST_ROUTES, complete, routes
from .identity.guest import Entrance, GuestIdentity
from .protocol import LIMITS, Refusal

SECRET_BYTES = 32
BODY_SECONDS = 60.0
"""How long the body of a request may take; `handlers.files` gives a file more."""
LINES, MORE_LINES = 2, 64
"""TCP connections for each socket that may be open, and a few more: pages ask by lines of their
own. Strangers may hold them all, and still kernels have files to open."""
COUNT_SECONDS = 0.1
"""Where all lines are held, it is not counted more often than this."""
GOODBYE_SECONDS = 2.0
"""How long those who were told that it closes may take to hang up."""


class Site:
    """A web server with nothing but chat.

    Args:
        chat: which one.
        hosts: the names that it may be asked by, besides those of this machine alone; None for any.
        is_open: whether anybody may enter who says a name, or only who was invited.
        owner_key: what lets somebody invite guests here; empty where nobody does.
        identity: completes its handlers with who is speaking.
        base: the path that all addresses begin with, ending in a slash; that of `public_url` where
            it is left out.
    """

    def __init__(
        self,
        chat: Chat,
        hosts: Collection[str] | None,
        *,
        is_open: bool,
        owner_key: str = "",
        identity: type[ChatHandler] = GuestIdentity,
        base: str | None = None,
    ) -> None:
        self.chat = chat
        self.hosts = hosts
        self.is_open = is_open
        self.owner_key = owner_key
        self.identity = identity
        self.base = base or chat.settings.public_path
        self._server: Listening | None = None

    def listen(
        self, sockets: list[socket.socket], tls: dict[str, Any] | ssl.SSLContext | None = None
    ) -> None:
        """Answer whoever comes to these sockets.

        Args:
            sockets: bound; they are closed with the site.
            tls: how to speak https; None for http.
        """
        server = self._server = Listening(
            self.application(sockets[0].getsockname()[1]),
            max_body_size=LIMITS.frame_bytes,
            idle_connection_timeout=75,
            body_timeout=BODY_SECONDS,
            xheaders=False,
            ssl_options=tls,
        )
        server.most = LINES * self.chat.settings.max_connections + MORE_LINES
        server.add_sockets(sockets)
        lengthen(server)

    def stop(self) -> None:
        """Let nobody in any more."""
        if self._server is not None:
            self._server.stop()

    async def close(self, patience: float = GOODBYE_SECONDS) -> None:
        """End everything that ever came in here, and let nobody in any more.

        Args:
            patience: seconds for those who were told so to hang up themselves.
        """
        self.stop()
        if self._server is not None:
            await self._server.hang_up(patience)

    def application(self, port: int) -> Application:
        """The web application: chat, and nothing else."""
        services = {"chat": self.chat, "prefix": self.base}
        found = routes(self.identity, self.base, "", self.chat, GUEST_ROUTES)
        settings = self.chat.settings
        return ProxiedApplication(
            [(self.base + path, kind, more) for path, kind, more in found],
            default_handler_class=complete(NothingHere, self.identity),
            default_handler_args=services,
            cookie_secret=self._cookie_secret(),
            xsrf_cookies=True,
            xsrf_cookie_kwargs={"samesite": "Strict", "path": self.base},
            tornchat_port=port,
            tornchat_hosts=self.hosts,
            tornchat_open=self.is_open,
            tornchat_owner=self.owner_key,
            tornchat_entrance=Entrance(settings.message_rate > 0),
            tornchat_proxies=networks(settings.trusted_proxies),
            log_function=self._log_request,
        )

    def _cookie_secret(self) -> bytes:
        """What the visit count is signed with."""
        try:
            return kept_secret(self.chat.settings.history.with_name("cookie_secret"))
        except (OSError, RuntimeError, Refusal):  # RuntimeError: there is no home
            return secrets.token_bytes(SECRET_BYTES)

    def _log_request(self, handler: Any) -> None:
        """One line for each request, without its query: it may hold a name or a key."""
        request = handler.request
        level = self.chat.log.warning if handler.get_status() >= 500 else self.chat.log.debug
        level("%d %s %s", handler.get_status(), request.method, request.path)


class ProxiedApplication(Application):
    """tornado's application, which knows who asks where a proxy asks for them."""

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        peer = Asker(request.remote_ip or "", request.protocol)
        found = asker(request.headers, peer, self.settings["tornchat_proxies"])
        request.remote_ip, request.protocol = found
        return super().find_handler(request, **kwargs)


class Listening(HTTPServer):
    """tornado's server, which also knows the connections that became WebSockets, and takes no more
    than so many of both: at the last file that a process may open, its event loop would stand
    still, and with it the notebook server."""

    most: int
    """Connections that may be open at a time."""

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        super().initialize(*args, **kwargs)
        self._streams: WeakSet[IOStream] = WeakSet()
        self._counted = float("-inf")
        """When it was last looked which of them are closed, on the loop's clock."""

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        if self._is_full():
            stream.close()
            return
        self._streams.add(stream)
        super().handle_stream(stream, address)

    def _is_full(self) -> bool:
        now = asyncio.get_running_loop().time()
        if len(self._streams) >= self.most and now - self._counted > COUNT_SECONDS:
            self._counted = now
            for stream in [stream for stream in self._streams if stream.closed()]:
                self._streams.discard(stream)
        return len(self._streams) >= self.most

    async def hang_up(self, patience: float) -> None:
        """Let everyone hang up who is about to, for so many seconds; then do it for them."""
        await self.close_all_connections()
        asyncio.get_running_loop().call_later(patience, self._cut)

    def _cut(self) -> None:
        for stream in list(self._streams):
            stream.close()


def kept_secret(path: Path) -> bytes:
    """The secret in a file, which is made where there is none, for the eyes of the server's owner
    alone.

    Raises:
        OSError: it can neither be read nor made.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists() or path.stat().st_size < SECRET_BYTES:
        # Written aside, so that a crash leaves no half of it.
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(SECRET_BYTES))
        fresh.replace(path)
    return path.read_bytes()
