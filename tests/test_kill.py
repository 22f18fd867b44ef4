"""R-02 and R-04: what was acknowledged survives a crash, and what was shown never vanishes."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack

from person import Person, guest, history, holding, places
from servers import Home, Server

KILLS, WRITERS, READERS = 20, 6, 2


async def test_R02_R04_twenty_kills_lose_nothing_double_nothing_and_show_no_phantom(
    start_chat_server: Callable[..., Server], home: Home
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    server = start_chat_server("--guests=open", "--ChatServer.message_rate=0")
    url = server.socket_url("chat")
    people = [
        Person(url, holding(guest(server, f"person {n}"), server)) for n in range(WRITERS + READERS)
    ]
    writers = people[:WRITERS]
    enough = asyncio.Event()

    async def write(number: int, writer: Person) -> None:
        n = 0
        while not enough.is_set():
            await writer.say(f"{number}.{n}", f"message {n} of {number}")
            await writer.change_one(f"{number}.{n}.changes", chance)
            n += 1

    async with AsyncExitStack() as stack:
        for person in people:
            await stack.enter_async_context(person)
        writing = [asyncio.create_task(write(n, writer)) for n, writer in enumerate(writers)]
        for _ in range(KILLS):
            # Back at work, and then somewhere in the middle of it.
            target = writers[0].seq + chance.randint(1, 600)
            await writers[0].until(lambda target=target: writers[0].seq >= target)
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        enough.set()
        await asyncio.gather(*writing)
        for writer in writers:
            await writer.until(lambda writer=writer: not writer.outbox)
        top = max(person.seq for person in people)
        for person in people:
            await person.until(lambda person=person: person.seq >= top)

    log = history(server, "", holding(guest(server, "auditor"), server))
    server.stop()
    db = sqlite3.connect(home.data / "tornchat" / "chat.db")
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    entries = db.execute("SELECT seq, id FROM entries WHERE seq > 0 ORDER BY offset").fetchall()
    db.close()
    kept = {id: seq for seq, id in entries}
    times = Counter(id for _, id in entries)
    acknowledged = {id: seq for writer in writers for id, seq in writer.acknowledged.items()}
    lost = [id for id, seq in acknowledged.items() if kept.get(id) != seq]
    twice = [id for id, n in times.items() if n > 1]
    holes = set(range(1, len(entries) + 1)) - {seq for seq, _ in entries}
    shown = {place for person in people for place in places(person.seen)}
    phantoms = shown - set(entries)
    print(
        f"\n{KILLS} kills: {len(acknowledged)} acknowledged, {len(lost)} lost, {len(twice)} twice,"
        f" {len(holes)} holes, {len(phantoms)} phantoms (seed {seed})"
    )
    assert (lost, twice, holes, phantoms) == ([], [], set(), set())
    for person in people:
        assert person.shown == log
        assert (person.gaps, person.resets) == ([], 0)
    assert min(person.connections for person in people) > 1
