"""What people read is no more work where more was said: SQLite's own steps are counted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from jupyter_tornchat import slices, standings
from jupyter_tornchat.events import Changed, Opened, Said
from jupyter_tornchat.history import open_for_reading
from jupyter_tornchat.protocol import User
from jupyter_tornchat.sight import ALL, Sight
from jupyter_tornchat.sqlite import SQLiteLog

ANN = User("member:ann", "ann", "member")
SHORT, LONG = 400, 4_000
LATE = Sight(since=5, asker="guest:1")
Question = Callable[[Connection, int], object]
"""Asked of a room whose newest entry has this `seq`."""
QUESTIONS: dict[str, Question] = {
    "the newest page": lambda db, last: slices.older(db, "lobby", last + 1, 50, ALL),
    "a page in the middle": lambda db, last: slices.older(db, "lobby", last // 2, 50, LATE),
    "what comes behind": lambda db, last: slices.newer(db, "lobby", last - 20, 50, LATE),
    "what was missed": lambda db, last: slices.missed(db, "lobby", last - 20, 50, LATE),
    "one message": lambda db, last: slices.message(db, "lobby", last // 2, ALL),
    "the message with an id": lambda db, _last: slices.of_id(db, "lobby", "7", ALL),
    "how order was kept": lambda db, last: slices.moderated(db, "lobby", last - 20, last, LATE),
    "what is new": lambda db, _last: standings.standings(db, "me", {"lobby": 1}, {"lobby": ALL}),
    "what is unfinished": lambda db, _last: (slices.next_due(db), slices.kernels(db)),
}


async def _talk(path: Path, length: int) -> None:
    log = SQLiteLog(path, logging.getLogger("test"))
    await log.start(lambda _entries: None)
    await log.append(Opened("lobby", "Lobby", 0))
    said = (Said("lobby", f"{number}", ANN, "hello", number) for number in range(length))
    changed = (Changed("lobby", f"c{of}", ANN, of, length, "hi") for of in range(1, length, 40))
    await asyncio.gather(*map(log.append, (*said, *changed)))
    await log.close()


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same room twice, when little and when much was said in it."""
    folder = tmp_path_factory.mktemp("lengths")
    for length in (SHORT, LONG):
        asyncio.run(_talk(folder / f"{length}.db", length))
    return folder / f"{SHORT}.db", folder / f"{LONG}.db"


def steps(path: Path, question: Question) -> int:
    """How many instructions of its own SQLite takes for an answer."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    with closing(open_for_reading(path)) as db:
        last = slices.newest(db, "lobby")
        db.set_progress_handler(step, 1)
        question(db, last)
    return count


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_no_more_work_in_a_long_room(rooms: tuple[Path, Path], question: str) -> None:
    short, long = (steps(path, QUESTIONS[question]) for path in rooms)
    assert 0 < long < 1.2 * short + 50, f"{long} steps, and {short} where less was said"
