"""The chat of one server: log, view and hub, started and stopped together.

Whatever goes wrong here, the server around it goes on: the chat is off, and says why.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from jupyter_events import EventLogger

from . import __version__, address
from .access import Access
from .audit import Audit
from .files import DAY, Files
from .groups import Groups
from .hooks import Hooks
from .hub import Hub
from .log import Entry
from .protocol import Gate, Refusal, User
from .runs import Kernels, Runs
from .settings import Settings
from .sqlite import SQLiteLog
from .tickets import Tickets
from .tokens import Tokens
from .turns import Turns
from .view import View

RETRY_SECONDS = 10.0
"""How long after a start that failed the next one is tried."""
STOP_SECONDS = 3.0
"""How long stopping may take; a Hub waits ten times as long before it kills."""


class WayIn(Protocol):
    """Where guests are let in."""

    async def open(self) -> bool:
        """Let in who was invited; False where that was so before.

        Raises:
            Refusal: `gate_closed`, with what keeps it closed, or `unavailable`.
        """
        ...

    async def close(self) -> None:
        """Show every guest out, and let nobody in any more.

        Raises:
            Refusal: `forbidden`, where the whole server is for guests.
        """
        ...

    async def stands(self, host: str) -> Gate:
        """Whether it is open, and where.

        Args:
            host: the name by which who asks reaches this server.
        """
        ...

    def deliver(self, entries: Sequence[Entry]) -> None:
        """The log has kept these: an invite may be among them, or the end of one."""
        ...


class Chat:
    """What both applications share.

    Args:
        settings: where it is kept, and the limits.
        log: where to tell people what goes wrong.
        trouble: why the chat cannot be on, where that is known beforehand.
        kernels: of the server, where it has any.
        events: the server's event log, where it has one.
    """

    def __init__(
        self,
        settings: Settings,
        log: logging.Logger,
        trouble: str = "",
        kernels: Kernels | None = None,
        events: EventLogger | None = None,
    ) -> None:
        self.settings = settings
        self.log = log
        self.kernels = kernels
        self.audit = Audit(events, log)
        self.way_in: WayIn | None = None
        """Where guests are let in; the application says so."""
        self._off_because = trouble or "the chat has not started yet"
        self.program_key = secrets.token_urlsafe(32)
        """Lets a program of this server chat, and nothing else; its kernels inherit it."""
        self.tickets: Tickets[Any] = Tickets()
        """What opens a socket to whom a handler made one for."""
        self.owner_key = secrets.token_urlsafe(32)
        """Lets whoever started this server invite guests from a shell; nothing inherits it."""
        self.alone = False
        """Whether this is one person's server on a Hub that has no chat for everybody."""
        self.tokens: Tokens | None = None
        """What somebody else vouches by for those who speak here, where that is so."""
        self.exporting = asyncio.Lock()
        """One room at a time is made a file of."""
        self.turns = Turns()
        """Those who connect come and go by turns."""
        self._refused = bool(trouble)
        self._said = ""
        self._hub: Hub | None = None
        self._files: Files | None = None
        self._runs: Runs | None = None
        self._hooks: Hooks | None = None
        self._retrying: asyncio.Task[None] | None = None
        self._sweeping: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> str:
        """Why the chat is off, or what does not work at the moment; empty where all is well."""
        return self._off_because or (self._hub.log.trouble if self._hub else "")

    @property
    def hub(self) -> Hub:
        """The hub.

        Raises:
            Refusal: `unavailable`, with why the chat is off.
        """
        if self._hub is None or self._off_because:
            raise Refusal("unavailable", self._off_because)
        return self._hub

    @property
    def view(self) -> View:
        """The view; raises as `hub` does."""
        return self.hub.view

    @property
    def files(self) -> Files:
        """The files of the history; raises as `hub` does."""
        if self.hub and self._files:
            return self._files
        raise Refusal("unavailable", self._off_because)

    @property
    def runs(self) -> Runs:
        """The cells of which rooms are told; raises as `hub` does, or `no_such_kernel` where there
        are none."""
        if self.hub and self._runs:
            return self._runs
        raise Refusal("no_such_kernel")

    @property
    def hooks(self) -> Hooks:
        """Who is told what is said; raises as `hub` does."""
        if self.hub and self._hooks:
            return self._hooks
        raise Refusal("unavailable", self._off_because)

    @property
    def gate(self) -> WayIn:
        """Where guests are let in.

        Raises:
            Refusal: `gate_closed`, where there is no such thing.
        """
        if self.way_in is None:
            raise Refusal("gate_closed")
        return self.way_in

    def admit(self, user: User, access: Access, named: bool) -> None:
        """It was just found out what a person may do: it holds for what they have open, too. A
        program's connections may each have come in another way. Their name, where they have one, is
        theirs from now on."""
        if self._hub is not None and user.kind == "member":
            if named:
                self._hub.reserved.keep(user)
            for connection in self._hub.people.connections(user.id):
                self._hub.moderation.admit(connection, access)

    async def closed_room(self, user: User, access: Access, room: str) -> Refusal | None:
        """Why a room is closed to somebody; None where it is not. One that they may not enter is
        none."""
        try:
            open_to_them = await self.hub.opens(user, access, room)
        except Refusal as refusal:
            return refusal
        return None if open_to_them else Refusal("no_such_room")

    async def start(self) -> None:
        """Open the storage and the first room. Never raises: see `trouble`. What may pass, such
        as another server's lock on the file, is tried again."""
        if self._refused:
            self._off(self._off_because)
        elif not await self._try():
            self._retrying = asyncio.get_running_loop().create_task(self._try_again())

    async def _try_again(self) -> None:
        while True:
            await asyncio.sleep(RETRY_SECONDS)
            if await self._try():
                self.log.info("jupyter_tornchat: the chat is on")
                return

    async def _try(self) -> bool:
        try:
            await self._open(self.settings.history)
        except Refusal as refusal:
            self._off(refusal.reason)
        except Exception as error:  # noqa: BLE001  nothing of ours stops the server
            self._off(f"{type(error).__name__}: {error}")
        else:
            self._off_because = ""
        return not self._off_because

    async def stop(self) -> None:
        """Finish what was sent, tell everyone, let go of everything; in bounded time."""
        self._off_because = "the server stops"
        if self.tokens is not None:
            self.tokens.close()
        if self._retrying is not None:
            self._retrying.cancel()
        try:
            await asyncio.wait_for(self._close(), STOP_SECONDS)
        except TimeoutError:
            self.log.warning("jupyter_tornchat: the storage took too long to close")

    async def _open(self, path: Path) -> None:
        log = SQLiteLog(path, self.log)
        hub = Hub(
            log,
            View(log.connect),
            message_rate=self.settings.message_rate,
            max_connections=self.settings.max_connections,
            heartbeat=self.settings.heartbeat,
            version=__version__,
        )
        hooks = Hooks(hub, address.networks(self.settings.webhook_networks), self.log)

        def deliver(entries: Sequence[Entry]) -> None:
            hub.deliver(entries)
            hooks.deliver(entries)
            self.audit.deliver(entries)
            if self.way_in is not None:
                self.way_in.deliver(entries)

        hub.refused = self.audit.refused
        try:
            await log.start(deliver)
            self._files = Files(files_beside(path), limited=self.settings.message_rate > 0)
            self._hub = hub
            await hub.start(sorted(Groups(self.settings.groups).rooms))
            if self.kernels is not None:
                self._runs = Runs(hub, self.kernels)
                self._runs.start()
            await hooks.start()
            self._hooks = hooks
            self._sweeping = asyncio.create_task(self._sweep(hub, self._files))
        except BaseException:
            self._hub = None
            hooks.close()
            await _apart(hub.view.close)
            await log.close()
            raise

    async def _sweep(self, hub: Hub, files: Files) -> None:
        """Remove what nobody sent, now and then once a day."""
        while True:
            try:
                await files.sweep(hub.view, hub.log)
            except Exception as error:  # noqa: BLE001  tomorrow is another day
                self.log.warning("jupyter_tornchat: files could not be removed: %s", error)
            await asyncio.sleep(DAY)

    async def _close(self) -> None:
        if self._sweeping is not None:
            self._sweeping.cancel()
        if self._hooks is not None:
            self._hooks.close()
        hub, self._hub = self._hub, None
        if hub is None:
            return
        if self.kernels is not None:
            self.kernels.stop()
        # The readers first: the last connection tidies the file up, and only one that writes can.
        await _apart(hub.view.close)
        # The log before the sockets: whoever still waits gets an answer.
        hub.marks.write()
        try:
            await hub.log.close()
        finally:
            await hub.close()

    def _off(self, why: str) -> None:
        if why != self._said:
            self._said = why
            self.log.error("jupyter_tornchat: the chat is off: %s", why)
        self._off_because = why


def files_beside(path: Path) -> Path:
    """The folder of a history's files. It has the history's name, because two of them may lie in
    one folder, and neither knows what the other one shows."""
    return path.with_name(path.name + "-files")


async def _apart(work: Callable[[], None]) -> None:
    """Do what blocks for a moment, apart from the event loop."""
    await asyncio.get_running_loop().run_in_executor(None, work)
