"""Histories to read in: rooms in which much was said, kept in `.peers/histories/` once made.

What is said is appended to the log as the hub does it, so that the tables are what `fold` makes.
One history grows, and is copied at each length.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import environment

from jupyter_tornchat.events import Changed, Opened, Said
from jupyter_tornchat.history import VERSION
from jupyter_tornchat.log import Entry
from jupyter_tornchat.protocol import User
from jupyter_tornchat.sqlite import SQLiteLog

ROOM = "lobby"
AT_ONCE, EDITED = 1_000, 20
"""Messages that are appended at once, and how many of them are changed afterwards."""
PEOPLE = [User(f"member:{number}", f"Person {number}", "member") for number in range(50)]
WORDS = "the model of this run is better than what we had before, 这个 模型 比 之前 的 好 看 日志"


def of(lengths: Sequence[int]) -> dict[int, Path]:
    """A file for each of these numbers of messages in the room, shortest first."""
    folder = environment.FOLDER / "histories"
    found = {length: folder / f"{length}-v{VERSION}.db" for length in sorted(lengths)}
    if not all(path.exists() for path in found.values()):
        print("writing histories …", file=sys.stderr, flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        growing, length = folder / "growing.db", 0
        growing.unlink(missing_ok=True)
        for wanted, copy in found.items():
            asyncio.run(_grow(growing, length, wanted))
            shutil.copy(growing, copy)
            length = wanted
        growing.unlink()
    return found


async def _grow(path: Path, length: int, wanted: int) -> None:
    log = SQLiteLog(path, logging.getLogger("benchmark"))
    await log.start(_unheard)
    if not length:
        await log.append(Opened(ROOM, "Lobby", 0))
    for at in range(length, wanted, AT_ONCE):
        await _talk(log, at)
    await log.close()


def _unheard(_entries: Sequence[Entry]) -> None:
    """Nobody is in the room."""


async def _talk(log: SQLiteLog, at: int) -> None:
    """Some messages, of which some are changed."""
    new = [Said(ROOM, _id(), random.choice(PEOPLE), _text(), at) for _ in range(AT_ONCE)]
    receipts = await asyncio.gather(*map(log.append, new))
    changes: list[Changed] = []
    for entry, _ in random.sample(receipts, EDITED):
        assert isinstance(entry.event, Said)
        changes.append(Changed(ROOM, _id(), entry.event.user, entry.seq, at, _text()))
    await asyncio.gather(*map(log.append, changes))


def _id() -> str:
    return secrets.token_hex(16)


def _text() -> str:
    return " ".join(random.choices(WORDS.split(), k=random.randint(3, 20)))
