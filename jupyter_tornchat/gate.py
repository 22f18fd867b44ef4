"""The gate: a site for guests beside a running notebook server, in its process.

It is opened by a click or with an invite, and closed by a click, with the last invite and with the
server. It never opens by itself, because nobody would expect a port of theirs to be open. Only who
was invited enters, and finds the rooms of that invite and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from tornado.netutil import bind_sockets

from . import protocol
from .chat import Chat
from .events import InviteMade, Revoked
from .heart import wall_clock
from .log import Entry
from .protocol import Refusal
from .reach import is_loopback, reach
from .settings import Settings
from .site import GOODBYE_SECONDS, Site

PORTS = 20
"""How many ports are tried, where the first ones are taken."""


class Gate:
    """Lets guests in beside a notebook server.

    Args:
        chat: the server's.
        settings: where it may listen, and whether it may at all.
        log: where to say that it opened.
        tls: how the notebook server speaks https, and so guests too; None where it does not.
    """

    def __init__(
        self,
        chat: Chat,
        settings: Settings,
        log: logging.Logger,
        tls: dict[str, Any] | None = None,
    ) -> None:
        self._chat = chat
        self._settings = settings
        self._log = log
        self._tls = tls
        self._site: Site | None = None
        self._port = 0
        self._invited = False
        """Whether anybody was invited since it opened."""
        self._last: asyncio.TimerHandle | None = None
        """Runs until the last invite ends."""
        self._looking: asyncio.Task[None] | None = None

    async def open(self) -> bool:
        """Let in who was invited; False where that was so before.

        Raises:
            Refusal: `gate_closed`, with what keeps it closed, or `unavailable`.
        """
        if self._settings.guests == "off":
            raise Refusal("gate_closed", "the administrator of this server lets no guests in")
        self._chat.hub  # noqa: B018  raises where there is nothing to come to
        if self._site is not None:
            return False
        sockets = self._bind()
        self._port = sockets[0].getsockname()[1]
        site = Site(self._chat, self._hosts(), is_open=False)
        site.listen(sockets, self._tls)
        self._site, self._invited = site, False
        self._log.info("jupyter_tornchat: guests are let in at port %d", self._port)
        self._look()
        return True

    def stop(self) -> None:
        """Let nobody in any more; who is in hears the rest when the chat stops."""
        if self._site is not None:
            self._site.stop()

    async def close(self, patience: float = GOODBYE_SECONDS) -> None:
        """Show every guest out, and let nobody in any more.

        Args:
            patience: as in `Site.close`.
        """
        site, self._site = self._site, None
        self._forget()
        if site is None:
            return
        site.stop()
        with suppress(Refusal):  # where the chat is off nobody is in
            hub = self._chat.hub
            for connection in tuple(hub.connections):
                if connection.user.kind == "guest":
                    hub.remove(connection)
        await site.close(patience)
        self._log.info("jupyter_tornchat: guests are let in no more")

    async def stands(self, host: str) -> protocol.Gate:
        """Whether it is open, and where.

        Args:
            host: the name by which who asks reaches the notebook server.
        """
        if self._settings.guests == "off":
            return protocol.Gate("forbidden")
        if self._site is None:
            return protocol.Gate("closed")
        settings, scheme = self._settings, "https" if self._tls else "http"
        asked = (settings.public_url, settings.guest_ip, self._port, host, scheme)
        found = await asyncio.get_running_loop().run_in_executor(None, reach, *asked)
        return protocol.Gate("open", found.addresses, found.trouble)

    def deliver(self, entries: Sequence[Entry]) -> None:
        """The log has kept these: an invite may be among them, or the end of one."""
        ends = (InviteMade, Revoked)
        if self._site is not None and any(isinstance(entry.event, ends) for entry in entries):
            self._look()

    def _hosts(self) -> frozenset[str] | None:
        """The names that it may be asked by."""
        if not is_loopback(self._settings.guest_ip):
            return None
        public = urlsplit(self._settings.public_url).hostname
        return frozenset({public} if public else ())

    def _bind(self) -> list[socket.socket]:
        """The first port that is free.

        Raises:
            Refusal: `gate_closed`, where none is.
        """
        first, ip = self._settings.guest_port, self._settings.guest_ip
        # A proxy leads to this very port, and nobody would come to another one.
        tries = 1 if self._settings.public_url else PORTS
        last = min(first + tries, 65536) if first else 1
        why = ""
        for port in range(first, last):
            try:
                return bind_sockets(port, ip)
            except OSError as error:
                why = why or f"cannot listen on {ip or '*'}:{port}: {error.strerror}"
        raise Refusal("gate_closed", why)

    def _look(self) -> None:
        """See when the last invite ends."""
        self._forget()
        self._looking = asyncio.get_running_loop().create_task(self._see())

    async def _see(self) -> None:
        last = await self._chat.hub.invites.last()
        if last is None:
            if self._invited:
                self._looking = None
                await self.close()
            return
        self._invited = True
        left = (last - wall_clock()) / 1000
        self._last = asyncio.get_running_loop().call_later(left, self._look)

    def _forget(self) -> None:
        if self._last is not None:
            self._last.cancel()
            self._last = None
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
