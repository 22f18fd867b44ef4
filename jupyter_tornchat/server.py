"""`jupyter tornchat`: the chat server of its own, with only chat in it.

No kernel, file or terminal exists here, and no cookie or token of Jupyter's is read.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from jupyter_core.application import JupyterApp
from jupyter_events import EventLogger
from tornado.netutil import bind_sockets
from traitlets import Bool, Int, TraitError, Unicode, default
from traitlets.config import Config

from . import __version__
from .chat import Chat
from .groups import Groups
from .log import Entry
from .pauses import set_aside
from .protocol import Gate, Refusal
from .reach import NOWHERE, in_url, reach
from .running import Running, announce, withdraw
from .settings import Settings
from .site import Site

if TYPE_CHECKING:
    from .identity.hub import Door

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ChatServer(Settings, JupyterApp):
    """The chat server of its own; configured as `c.TornChat`, as the extension is."""

    name = "jupyter-tornchat"
    version = __version__
    description = """A chat server of its own: rooms for people who need not run code here.

    Commands: `jupyter tornchat send` says something in a room of a server that runs,
    `jupyter tornchat export` writes what was said in one, `jupyter tornchat invite` lets somebody
    in as a guest, `jupyter tornchat doctor` says what is wrong; `--help` after it tells more."""
    examples = "\n".join(
        (
            "jupyter tornchat --guests=open --port=8000",
            'jupyter tornchat send lobby "the disk is full"',
            "jupyter tornchat export lobby --output=lobby.md",
            "jupyter tornchat invite lobby --uses 30 --hours 2",
            "jupyter tornchat doctor https://chat.example.org/team/",
        )
    )
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
    door: Door | None = None

    @default("public_url")
    def _default_public_url(self) -> str:
        """What the Hub says of its services, where it knows."""
        return os.environ.get("JUPYTERHUB_PUBLIC_URL", "")

    def initialize(self, argv: Any = None) -> None:
        super().initialize(argv)
        # What is said of TornChat holds here too, unless it is said of this server itself.
        both = Config(ChatServer=deepcopy(self.config.TornChat))
        both.merge(self.config)
        self.update_config(both)

    def start(self) -> None:
        super().start()
        self.door = self.hub_door()
        ip, port = self.door.place if self.door else (self.ip, self.port)
        try:
            sockets = bind_sockets(port, ip)
        except OSError as error:
            self.log.critical("cannot listen on %s:%d: %s", ip, port, error.strerror)
            self.exit(1)
        else:
            self.exit(asyncio.run(self.serve(sockets)))

    async def serve(self, sockets: list[socket.socket]) -> int:
        """Run until the process is told to stop; its exit code. There is nothing but chat here,
        so where that is off nothing runs."""
        port = sockets[0].getsockname()[1]
        self.chat = Chat(self, self.log, events=EventLogger(parent=self))
        self.chat.way_in = FrontDoor(self, port)
        await self.chat.start()
        if self.chat.trouble:
            await self.chat.stop()
            return 1
        site = self.site()
        site.listen(sockets)
        self.greet(port)
        self._announce(port)
        set_aside()
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        await stopped.wait()
        with suppress(OSError):
            withdraw(Path(self.runtime_dir), os.getpid())
        site.stop()
        await self.chat.stop()
        await site.close(patience=0)
        return 0

    def hub_door(self) -> Door | None:
        """The Hub's own door, where a JupyterHub started us as a service of its own."""
        if not os.environ.get("JUPYTERHUB_SERVICE_NAME"):
            return None
        try:
            from .identity import hub  # who has no Hub need not have it installed
        except ImportError:
            self.log.critical("to be a service of a Hub: pip install jupyter_tornchat[hub]")
            self.exit(1)
            return None
        return hub.Door(self, Groups(self.groups), self.log)

    def site(self) -> Site:
        """What is listened for: on a Hub under its prefix, with its people."""
        is_open, key = self.guests == "open", self.chat.owner_key
        if self.door is not None:
            self.chat.tokens = self.door.tokens
            who, base = self.door.identity(), self.door.prefix
            return Site(self.chat, None, is_open=is_open, owner_key=key, identity=who, base=base)
        remote = self.allow_remote_access or self.ip not in LOOPBACK
        public = urlsplit(self.public_url).hostname
        hosts = None if remote else {public} if public else ()
        return Site(self.chat, hosts, is_open=is_open, owner_key=key)

    def greet(self, port: int) -> None:
        """Say where it is, and who may come in."""
        host = self.ip if self.ip in LOOPBACK else socket.gethostname()
        self.log.info("the chat is at http://%s:%d%s", host, port, self.public_path)
        self.log.info("its history is at %s", self.history)
        if self.door is not None:
            self.log.info("whom the Hub lets in is a member, at %s", self.door.prefix)
        elif self.guests == "open":
            self.log.info("anybody who can reach it may enter and choose a name")
        else:
            self.log.info("who was invited may enter: jupyter tornchat invite")

    def _announce(self, port: int) -> None:
        """Tell the shells of its owner, where guests are invited."""
        host = self.ip if self.ip not in NOWHERE else "127.0.0.1"
        url = f"http://{in_url(host)}:{port}{self.public_path}"
        running = Running(url, "", os.getpid(), self.chat.owner_key)
        try:
            Path(self.runtime_dir).mkdir(parents=True, exist_ok=True, mode=0o700)
            announce(Path(self.runtime_dir), running)
        except OSError as error:
            self.log.warning("nobody can be invited from a shell: %s", error)


NO_ADDRESS = (
    "nobody has said by which address people reach this Hub, so no link would lead here. Its"
    " administrator names it in JupyterHub.public_url, or that of the chat in TornChat.public_url:"
    " the Hub's own, and services/tornchat/ at its end"
)


class FrontDoor:
    """Where guests are let in on a server that is there for them: as long as it runs."""

    def __init__(self, server: ChatServer, port: int) -> None:
        self._server = server
        self._port = port

    async def open(self) -> bool:
        """It is open, if guests are let in at all.

        Raises:
            Refusal: `gate_closed`.
        """
        if self._server.guests == "off":
            raise Refusal("gate_closed")
        if self._leads_nowhere:
            raise Refusal("gate_closed", NO_ADDRESS)
        return False

    async def close(self) -> None:
        """It stays open.

        Raises:
            Refusal: `forbidden`.
        """
        raise Refusal("forbidden", "this server is there for its guests; stop it instead")

    async def stands(self, host: str) -> Gate:
        """Where it is, for somebody who reaches it by the name `host`."""
        if self._server.guests == "off":
            return Gate("forbidden")
        if self._leads_nowhere:
            return Gate("forbidden", trouble=NO_ADDRESS)
        asked = (self._server.public_url, self._server.ip, self._port, host)
        found = await asyncio.get_running_loop().run_in_executor(None, reach, *asked)
        return Gate("open", found.addresses, found.trouble, stays=True)

    @property
    def _leads_nowhere(self) -> bool:
        """Whether a Hub's proxy leads here, and nobody knows the address of that."""
        return self._server.door is not None and not self._server.public_url

    def deliver(self, entries: Sequence[Entry]) -> None:
        """Nothing that is kept opens or closes it."""


def main(argv: Any = None) -> None:
    """Run it, with these words of the command line."""
    try:
        ChatServer.launch_instance(argv)
    except TraitError as error:
        raise SystemExit(f"jupyter tornchat: {error}") from None
