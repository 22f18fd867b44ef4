"""The chat of one server: log, view and hub, started and stopped together.

Whatever goes wrong here, the server around it goes on: the chat is off, and says why.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from pathlib import Path

from . import __version__
from .hub import Hub
from .protocol import Refusal
from .settings import Settings, storage_path
from .sqlite import SQLiteLog
from .view import View

STOP_SECONDS = 3.0
"""How long stopping may take; a Hub waits ten times as long before it kills."""


class Chat:
    """What both applications share.

    Args:
        settings: where it is kept, and the limits.
        log: where to tell people what goes wrong.
        trouble: why the chat cannot be on, where that is known beforehand.
    """

    def __init__(self, settings: Settings, log: logging.Logger, trouble: str = "") -> None:
        self.settings = settings
        self.log = log
        self.trouble = trouble or "the chat has not started yet"
        self.program_key = secrets.token_urlsafe(32)
        """Lets a program of this server chat, and nothing else; its kernels inherit it."""
        self._refused = bool(trouble)
        self._view: View | None = None
        self._hub: Hub | None = None

    @property
    def hub(self) -> Hub:
        """The hub.

        Raises:
            Refusal: `unavailable`, with why the chat is off.
        """
        if self._hub is None or self.trouble:
            raise Refusal("unavailable", self.trouble)
        return self._hub

    @property
    def view(self) -> View:
        """The view; raises as `hub` does."""
        return self.hub.view

    async def start(self) -> None:
        """Open the storage and the first room. Never raises: see `trouble`."""
        try:
            if self._refused:
                raise Refusal("unavailable", self.trouble)
            await self._open(storage_path(self.settings.storage))
            self.trouble = ""
        except Refusal as refusal:
            self._off(refusal.reason)
        except Exception as error:  # noqa: BLE001  nothing of ours stops the server
            self._off(f"{type(error).__name__}: {error}")

    async def stop(self) -> None:
        """Finish what was sent, tell everyone, let go of everything; in bounded time."""
        self.trouble = "the server stops"
        try:
            await asyncio.wait_for(self._close(), STOP_SECONDS)
        except TimeoutError:
            self.log.warning("jupyter_tornchat: the storage took too long to close")

    async def _open(self, path: Path) -> None:
        log = SQLiteLog(path, self.log)
        view = View(log.connect)
        hub = Hub(
            log,
            view,
            message_rate=self.settings.message_rate,
            max_connections=self.settings.max_connections,
            heartbeat=self.settings.heartbeat,
            version=__version__,
        )
        await log.start(hub.deliver)
        self._view, self._hub = view, hub
        await hub.start()

    async def _close(self) -> None:
        hub, self._hub = self._hub, None
        if hub is None:
            return
        # First the log: whoever still waits gets an answer before the sockets close.
        try:
            await hub.log.close()
        finally:
            await hub.close()
        await asyncio.get_running_loop().run_in_executor(None, hub.view.close)

    def _off(self, why: str) -> None:
        self.trouble = why
        self.log.error("jupyter_tornchat: the chat is off: %s", why)
