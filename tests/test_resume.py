"""R-06: whoever comes back ends with exactly what the server has."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import AsyncExitStack

from jupyter_tornchat.events import Opened, Said
from jupyter_tornchat.protocol import LIMITS, User
from jupyter_tornchat.sqlite import SQLiteLog
from person import Person, guest, history, holding, places
from proxy import Proxy
from servers import Home, Server

UNLIMITED = ("--guests=open", "--ChatServer.message_rate=0")
PEOPLE, CUTS = 20, 20
MISSED = 10_000


async def write(
    number: int, writer: Person, enough: asyncio.Event, chance: random.Random | None = None
) -> None:
    """Steady traffic, as fast as two messages on their way allow; by chance some of it changes
    again."""
    n = 0
    while not enough.is_set():
        await writer.say(f"{number}.{n}", f"message {n} of {number}", window=2)
        if chance and chance.random() < 0.5:
            await writer.change_one(f"{number}.{n}.changes", chance)
        n += 1


async def test_R06_a_storm_of_cuts_leaves_everyone_with_the_servers_log(
    start_chat_server: Callable[..., Server],
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    server = start_chat_server(*UNLIMITED)
    headers = holding(guest(server, "ann"), server)
    enough = asyncio.Event()

    async def be_cut(person: Person, proxy: Proxy) -> None:
        for _ in range(CUTS):
            target = person.seq + chance.randint(1, 8)
            await person.until(lambda target=target: person.live and person.seq >= target)
            proxy.cut()
            await person.until(lambda: not person.live)

    async with AsyncExitStack() as stack:
        writers = [
            await stack.enter_async_context(Person(server.socket_url("chat"), headers))
            for _ in range(2)
        ]
        proxies = [await stack.enter_async_context(Proxy(server.port)) for _ in range(PEOPLE)]
        people = [
            await stack.enter_async_context(Person(proxy.socket_url("chat"), headers))
            for proxy in proxies
        ]
        for person in (*writers, *people):
            await person.until(lambda person=person: person.live)
        writing = [asyncio.create_task(write(n, w, enough, chance)) for n, w in enumerate(writers)]
        await asyncio.gather(*(be_cut(*pair) for pair in zip(people, proxies, strict=True)))
        enough.set()
        await asyncio.gather(*writing)
        for writer in writers:
            await writer.until(lambda writer=writer: not writer.outbox)
        log = history(server, "", headers)
        top = max(writer.seq for writer in writers)
        for person in people:
            await person.until(lambda person=person: person.seq >= top)

    wrong = sum(person.shown != log for person in people)
    cuts = sum(proxy.cuts for proxy in proxies)
    edited, gone = ([m for m in log if m.get(how)] for how in ("edited", "deleted"))
    print(
        f"\n{cuts} cuts, {len(log)} messages, {len(edited)} edited, {len(gone)} deleted,"
        f" {PEOPLE} people: {wrong} wrong (seed {seed})"
    )
    assert wrong == 0
    assert edited
    assert gone
    assert [(person.gaps, person.resets) for person in people] == [([], 0)] * PEOPLE
    assert cuts >= PEOPLE * CUTS
    assert min(person.connections for person in people) > CUTS


async def test_R06_ten_thousand_missed_messages_come_in_pages_while_others_talk(
    start_chat_server: Callable[..., Server], home: Home
) -> None:
    log = SQLiteLog(home.data / "tornchat" / "chat.db", logging.getLogger("test"))
    await log.start(lambda _: None)
    ann = User("guest:ann", "ann", "guest")
    await log.append(Opened("lobby", "Lobby", 1))
    for n in range(MISSED + 1):
        last = log.append(Said("lobby", f"old.{n}", ann, f"old {n}", 1))
        if not n % 1000:  # so many may wait for the disk, and no more than a few thousand
            await last
    await last
    await log.close()

    server = start_chat_server(*UNLIMITED)
    headers = holding(guest(server, "ben"), server)
    back = Person(server.socket_url("chat"), headers)
    back.placed, back.epoch, back.seq, back.check = True, log.epoch, 1, "old.0"
    enough = asyncio.Event()
    async with Person(server.socket_url("chat"), headers) as writer:
        writing = asyncio.create_task(write(1, writer, enough))
        await writer.until(lambda: writer.seq > MISSED + 20)
        async with back:
            await back.until(lambda: back.live)
            caught_up = back.seq
            await back.until(lambda: back.seq > caught_up + 20)
            enough.set()
            await writing
            await writer.until(lambda: not writer.outbox)
            await back.until(lambda: back.seq == writer.seq)

    assert places(back.shown) == places(history(server, "", headers))[1:]
    assert (back.gaps, back.resets, back.connections) == ([], 0, 1)
    assert back.pages >= MISSED / LIMITS.page_messages
