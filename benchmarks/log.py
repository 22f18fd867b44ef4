"""How many messages can be kept, and how soon does who said one know that it is on disk?

At the log: messages as the hub makes them, many on their way at once, counted when they are
delivered; beside it, by turns, SQLite alone, which writes the very rows that the log made, as many
in a commit, by `executemany`. Through one socket: one client of a jupyter_server, who counts its
own messages as they come back.

    python benchmarks/log.py
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from asyncio import Future
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from loading import Load
from peers import Tornchat
from report import Report, ratio

from jupyter_tornchat.batch import BATCH
from jupyter_tornchat.events import Opened, Said
from jupyter_tornchat.history import open_for_writing
from jupyter_tornchat.log import Entry
from jupyter_tornchat.protocol import User
from jupyter_tornchat.sqlite import SQLiteLog

ROUNDS = 5
SECONDS, WARM_UP = 3.0, 1.0
MESSAGES = 50_000
ON_THEIR_WAY = 1_000
CHARACTERS = 60
WINDOWS = (1, 16, 64, 256)
RATES = (10, 200, 1_000)
AT_THE_LOG = ("at the log", "messages/s", "of SQLite alone")
SOCKET = ("one socket", "messages/s", "p50 ms", "p99 ms", "server", "load")

QUIET = logging.getLogger("benchmark")
SOMEBODY = User("member:ann", "Ann Example", "member")


def said(id: str) -> Said:
    """One message."""
    return Said("lobby", id, SOMEBODY, "x" * CHARACTERS, time.time_ns() // 1_000_000)


async def keep(path: Path) -> float:
    """Seconds in which the log keeps and delivers all messages."""
    log = SQLiteLog(path, QUIET)
    delivered = 0

    def deliver(entries: Sequence[Entry]) -> None:
        nonlocal delivered
        delivered += len(entries)

    await log.start(deliver)
    await log.append(Opened("lobby", "Lobby", 0))
    ids = iter([secrets.token_urlsafe(16) for _ in range(MESSAGES)])  # random, as people's are
    done = asyncio.get_running_loop().create_future()

    def say(_before: Future[Any] | None = None) -> None:
        if id := next(ids, ""):
            log.append(said(id)).add_done_callback(say)
        elif delivered > MESSAGES and not done.done():
            done.set_result(None)

    began = time.perf_counter()
    for _ in range(ON_THEIR_WAY):
        say()
    await done
    took = time.perf_counter() - began
    await log.close()
    return took


def ours(path: Path) -> float:
    return asyncio.run(keep(path))


def alone(path: Path) -> float:
    """Seconds in which SQLite keeps the rows that the log left beside it."""
    with closing(sqlite3.connect(path.with_name("ours.db"))) as db:
        entries = db.execute("SELECT * FROM entries WHERE kind = 'said'").fetchall()
        messages = db.execute("SELECT * FROM messages").fetchall()
    into_entries = f"INSERT INTO entries VALUES ({', '.join('?' * len(entries[0]))})"
    into_messages = f"INSERT INTO messages VALUES ({', '.join('?' * len(messages[0]))})"
    with closing(open_for_writing(path, QUIET)) as db:
        db.execute("INSERT INTO rooms VALUES ('lobby', 'Lobby', 0, NULL, 0, 'open', 0, 0)")
        began = time.perf_counter()
        for begin in range(0, len(entries), BATCH):
            end = min(begin + BATCH, len(entries))
            db.execute("BEGIN IMMEDIATE")
            db.executemany(into_entries, entries[begin:end])
            db.executemany(into_messages, messages[begin:end])
            db.execute("UPDATE rooms SET seq = ? WHERE room = 'lobby'", (end,))
            db.execute("COMMIT")
        return time.perf_counter() - began


def apart(work: Callable[[Path], float], path: Path) -> float:
    """What this gives, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, path).result()


def at_the_log() -> tuple[float, float]:
    """Messages a second that the log keeps, and SQLite alone."""
    runs: list[tuple[float, float]] = []
    for number in range(ROUNDS):
        print(f"  at the log, round {number + 1} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder)
            took = apart(ours, path / "ours.db"), apart(alone, path / "alone.db")
        runs.append((MESSAGES / took[0], MESSAGES / took[1]))
    first, second = map(statistics.median, zip(*runs, strict=True))
    return first, second


def socket(**task: float) -> list[str]:
    """One client of a server."""
    said = ", ".join(f"{what} {number:,}" for what, number in task.items())
    print(f"  one socket, {said} …", file=sys.stderr, flush=True)
    load = {"readers": 1, "characters": CHARACTERS, "warm_up": WARM_UP, "seconds": SECONDS}
    with Tornchat() as server, Load(server, **load, **task) as client:
        run = client.run()
    seconds = run["seconds"]
    return [
        f"{run['deliveries'] / seconds:,.0f}",
        f"{run['p50']:.2f}",
        f"{run['p99']:.2f}",
        f"{run['server'] / seconds:.0%}",
        f"{run['busy'] / seconds:.0%}",
    ]


def main() -> None:
    report = Report("log")
    kept, raw = at_the_log()
    report.say(
        f"{MESSAGES:,} messages of {CHARACTERS} characters, {ON_THEIR_WAY:,} on their way,"
        f" {BATCH} in a commit; the medians of {ROUNDS} rounds by turns."
    )
    rows = [
        ["jupyter_tornchat", f"{kept:,.0f}", ratio(kept, raw)],
        ["SQLite alone", f"{raw:,.0f}", "1.00x"],
    ]
    report.table(AT_THE_LOG, rows)
    report.say(
        "One client in a room of its own; from the moment a message is sent until it came back."
    )
    rows = [[f"{window} on their way", *socket(window=window)] for window in WINDOWS]
    rows += [[f"{rate:,} a second", *socket(rate=rate)] for rate in RATES]
    report.table(SOCKET, rows)
    report.write()


if __name__ == "__main__":
    main()
