"""Logs that tests open.

`open_log` opens one more server's log on the same file: what a restart does, or a second server.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jupyter_tornchat.events import Changed, Event, Opened, Said
from jupyter_tornchat.log import Entry, Log
from jupyter_tornchat.protocol import Refusal, User
from jupyter_tornchat.sqlite import SQLiteLog
from jupyter_tornchat.view import View

ANN = User("guest:1", "ann", "guest", declared=True)
BEN = User("guest:2", "ben", "guest")
LOG = logging.getLogger("test")


class Server:
    """One server's log, and everything it was handed."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.handed: list[Entry] = []
        self._news = asyncio.Event()

    def deliver(self, entries: Sequence[Entry]) -> None:
        self.handed += entries
        self._news.set()

    async def handed_up_to(self, offset: int) -> list[Entry]:
        """Everything it was handed, once that reaches `offset`."""
        async with asyncio.timeout(10):
            while not self.handed or self.handed[-1].offset < offset:
                self._news.clear()
                await self._news.wait()
        return self.handed


Open = Callable[[], Awaitable[Server]]


@pytest.fixture(params=["sqlite"])
def open_log(
    request: pytest.FixtureRequest, tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Open:
    """`await open_log()`: one more server on the same shelf; closed when the test ends."""

    async def open_log() -> Server:
        server = Server(SQLiteLog(tmp_path / "chat.db", LOG))
        await server.log.start(server.deliver)
        request.addfinalizer(lambda: jp_asyncio_loop.run_until_complete(server.log.close()))
        return server

    return open_log


def said(id: str, text: str = "hello", room: str = "lobby", user: User = ANN) -> Said:
    return Said(room, id, user, text, 1_700_000_000_000)


def changed(
    id: str, of: int, text: str | None = None, room: str = "lobby", user: User = ANN
) -> Changed:
    return Changed(room, id, user, of, 1_700_000_000_001, text)


def opened(room: str = "lobby", user: User | None = None) -> Opened:
    return Opened(room, room.title(), 1_700_000_000_000, user)


async def refusal(future: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as no:
        await future
    return no.value.code


async def refusals(log: Log, *events: Event) -> list[str]:
    answers = await asyncio.gather(*(log.append(e) for e in events), return_exceptions=True)
    return [no.code for no in answers if isinstance(no, Refusal)]


@asynccontextmanager
async def open_view(path: Path) -> AsyncIterator[tuple[SQLiteLog, View]]:
    """A log and what people read of it."""
    log = SQLiteLog(path, LOG)
    await log.start(lambda _: None)
    shown = View(log.connect)
    try:
        yield log, shown
    finally:
        await log.close()
        shown.close()


async def keep(log: SQLiteLog, events: list[Event]) -> None:
    await asyncio.gather(*(log.append(event) for event in events))
