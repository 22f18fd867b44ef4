"""`jupyter tornchat`: the chat server of its own, with only chat in it.

No kernel, file or terminal exists here, and no cookie or token of Jupyter's is read.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
from copy import deepcopy
from typing import Any, ClassVar

from jupyter_core.application import JupyterApp
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application
from traitlets import Bool, Int, TraitError, Unicode
from traitlets.config import Config

from . import __version__
from .chat import Chat
from .handlers.page import NothingHere
from .handlers.routes import complete, routes
from .identity.guest import NAMES_A_SECOND, Entrance, GuestIdentity
from .protocol import LIMITS, Refusal
from .settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SECRET_BYTES = 32


class ChatServer(Settings, JupyterApp):
    """The chat server of its own; configured as `c.TornChat`, as the extension is."""

    name = "jupyter-tornchat"
    version = __version__
    description = """A chat server of its own: rooms for people who need not run code here.

    Commands: `jupyter tornchat send` says something in a room of a server that runs,
    `jupyter tornchat export` writes what was said in one; `--help` after it tells more."""
    examples = """jupyter tornchat --guests=open --port=8000
    jupyter tornchat send lobby "the disk is full"
    jupyter tornchat export lobby --output=lobby.md"""
    # The same file as the extension's, so that one place configures both.
    config_file_name = Unicode("jupyter_tornchat_config")

    ip = Unicode("localhost", help="The address to listen on; 0.0.0.0 for all.").tag(config=True)
    port = Int(8000, min=0, max=65535, help="The port to listen on.").tag(config=True)
    allow_remote_access = Bool(
        help="""Answer to any name, not only to localhost. The default is yes where `ip` is not
        this machine alone; say yes behind a proxy."""
    ).tag(config=True)

    aliases: ClassVar[dict[str, str]] = {
        "ip": "ChatServer.ip",
        "port": "ChatServer.port",
        "guests": "ChatServer.guests",
        "storage": "ChatServer.storage",
        "log-level": "Application.log_level",
        "config": "JupyterApp.config_file",
    }
    flags: ClassVar[dict[str, Any]] = {}
    default_history = "guests.db"
    chat: Chat

    def initialize(self, argv: Any = None) -> None:
        super().initialize(argv)
        # What is said of TornChat holds here too, unless it is said of this server itself.
        both = Config(ChatServer=deepcopy(self.config.TornChat))
        both.merge(self.config)
        self.update_config(both)

    def start(self) -> None:
        super().start()
        try:
            sockets = bind_sockets(self.port, self.ip)
        except OSError as error:
            self.log.critical("cannot listen on %s:%d: %s", self.ip, self.port, error.strerror)
            self.exit(1)
        else:
            self.exit(asyncio.run(self.serve(sockets)))

    async def serve(self, sockets: list[socket.socket]) -> int:
        """Run until the process is told to stop; its exit code. There is nothing but chat here,
        so where that is off nothing runs."""
        self.chat = Chat(self, self.log)
        await self.chat.start()
        if self.chat.trouble:
            await self.chat.stop()
            return 1
        server = HTTPServer(
            self.application(sockets[0].getsockname()[1]),
            max_body_size=LIMITS.frame_bytes,
            idle_connection_timeout=75,
            xheaders=False,
        )
        server.add_sockets(sockets)
        self.greet(sockets[0].getsockname()[1])
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        await stopped.wait()
        server.stop()
        await self.chat.stop()
        await server.close_all_connections()
        return 0

    def greet(self, port: int) -> None:
        """Say where it is, and who may come in."""
        host = self.ip if self.ip in LOOPBACK else socket.gethostname()
        self.log.info("the chat is at http://%s:%d/", host, port)
        self.log.info("its history is at %s", self.history)
        if self.guests == "open":
            self.log.info("anybody who can reach it may enter and choose a name")
        else:
            self.log.warning("nobody can enter yet: start with --guests=open")

    def application(self, port: int) -> Application:
        """The web application: chat, and nothing else."""
        remote = self.allow_remote_access or self.ip not in LOOPBACK
        services = {"chat": self.chat, "prefix": "/"}
        handlers = [("/" + path, kind, more) for path, kind, more in self.routes()]
        return Application(
            handlers,
            default_handler_class=complete(NothingHere, GuestIdentity),
            default_handler_args=services,
            cookie_secret=self.cookie_secret(),
            xsrf_cookies=True,
            xsrf_cookie_kwargs={"samesite": "Strict"},
            tornchat_port=port,
            tornchat_remote=remote,
            tornchat_entrance=Entrance(NAMES_A_SECOND if self.message_rate else 0),
            log_function=self.log_request,
        )

    def routes(self) -> list[Any]:
        """All routes of the chat, without a prefix."""
        return routes(GuestIdentity, "/", "", self.chat)

    def cookie_secret(self) -> bytes:
        """What the visit count is signed with: kept beside the history, so that it outlives a
        restart, for the eyes of the server's owner alone."""
        try:
            path = self.history.parent / "cookie_secret"
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not path.exists() or path.stat().st_size < SECRET_BYTES:
                # Written aside, so that a crash leaves no half of it.
                fresh = path.with_suffix(".new")
                fresh.touch(mode=0o600)
                fresh.write_bytes(secrets.token_bytes(SECRET_BYTES))
                fresh.replace(path)
            return path.read_bytes()
        except (OSError, RuntimeError, Refusal):  # RuntimeError: there is no home
            return secrets.token_bytes(SECRET_BYTES)

    def log_request(self, handler: Any) -> None:
        """One line for each request, without its query: it may hold a name or a key."""
        request = handler.request
        level = self.log.warning if handler.get_status() >= 500 else self.log.debug
        level("%d %s %s", handler.get_status(), request.method, request.path)


def main(argv: Any = None) -> None:
    """Run it, with these words of the command line."""
    try:
        ChatServer.launch_instance(argv)
    except TraitError as error:
        raise SystemExit(f"jupyter tornchat: {error}") from None
