"""The notebook server's extension."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.utils import url_path_join
from traitlets import Bool, TraitError, Unicode, default

from . import __version__
from .backlog import lengthen
from .chat import Chat
from .forward.identity import tokens
from .forward.routes import routes_to
from .forward.service import Service, is_on_hub
from .gate import Gate
from .handlers.routes import routes
from .identity.member import MemberIdentity
from .kernels import Kernels
from .pauses import set_aside, take_back
from .protocol import KEY_VARIABLE, URL_VARIABLE
from .reach import NOWHERE
from .running import Running, announce, withdraw
from .settings import Settings


class TornChat(Settings, ExtensionApp):
    """Chat on this notebook server."""

    name = "jupyter_tornchat"
    version = __version__
    description = "Chat on the notebook server that people already run."
    extension_url = "/tornchat/"
    load_other_extensions = True
    open_browser = Bool(False).tag(config=True)
    chat: Chat
    gate: Gate | None = None
    _trouble = ""
    _forwards: Service | None = None

    service_url = Unicode(
        help="""On a JupyterHub: the address of its service `jupyter tornchat`. Then this server has
        no chat of its own and leads to that one. The default is what the environment's
        `JUPYTER_TORNCHAT_SERVICE` says."""
    ).tag(config=True)

    @default("guests")
    def _default_guests(self) -> str:
        """A Hub's users have their servers from somebody else, who must have thought of guests."""
        return "off" if "JUPYTERHUB_SERVICE_PREFIX" in os.environ else "invite"

    def update_config(self, config: Any) -> None:
        """Take settings; one that cannot be read turns the chat off and nothing else."""
        try:
            super().update_config(config)
        except TraitError as error:
            self._trouble = str(error)

    def initialize_handlers(self) -> None:
        assert self.serverapp is not None
        base, service = self.serverapp.base_url, self._service()
        if service is not None:
            self.chat = Chat(self, self.log, "the chat is that of the Hub")
            self.chat.tokens = tokens(self.serverapp)
            self.handlers.extend(routes_to(service, base, "tornchat/", self.chat))
            return
        kernels = Kernels(self.serverapp, self.log)
        events: Any = self.serverapp.event_logger
        self.chat = Chat(self, self.log, self._trouble, kernels, events)
        self.chat.alone = is_on_hub()
        self.gate = Gate(self.chat, self, self.log, self.serverapp.ssl_options)
        self.chat.way_in = self.gate
        self.handlers.extend(routes(MemberIdentity, base, "tornchat/", self.chat))

    def _service(self) -> Service | None:
        """The Hub's chat, where this server hands on to it."""
        try:
            self._forwards = Service.find(self.service_url)
        except ValueError as error:
            self._trouble = str(error)
        return self._forwards

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Once the port is known: start, and tell the kernels to come how to reach us."""
        os.environ[URL_VARIABLE] = address(serverapp)
        os.environ[KEY_VARIABLE] = self.chat.program_key
        self._announce(serverapp)
        if self._forwards is None:
            await self.chat.start()
        if server := getattr(serverapp, "http_server", None):
            lengthen(server)
        set_aside()

    def _announce(self, serverapp: Any) -> None:
        """Tell the scripts on this machine, too."""
        keys = self.chat.program_key, self.chat.owner_key
        running = Running(address(serverapp), keys[0], os.getpid(), keys[1])
        try:
            announce(Path(serverapp.runtime_dir), running)
        except OSError as error:
            self.log.warning("jupyter_tornchat: scripts cannot find the chat: %s", error)

    async def stop_extension(self) -> None:
        assert self.serverapp is not None
        with suppress(OSError):
            withdraw(Path(self.serverapp.runtime_dir), os.getpid())
        if self.gate is not None:
            self.gate.stop()
        await self.chat.stop()
        if self.gate is not None:
            await self.gate.close(patience=0)
        take_back()


def address(serverapp: Any) -> str:
    """Where programs on this machine reach the chat. (`serverapp.local_url` is another thing: the
    page that Lab opens, with the token.)"""
    url = urlsplit(str(serverapp.connection_url))
    if serverapp.ip in NOWHERE:
        url = url._replace(netloc=f"127.0.0.1:{serverapp.port}")
    return url_path_join(url.geturl(), "tornchat") + "/"
