"""R-01: everyone sees the same messages in the same order."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack

from person import Person, guest, history, holding, places
from servers import Server

WRITERS, READERS, MESSAGES = 20, 20, 100
UNLIMITED = ("--guests=open", "--ChatServer.message_rate=0")


async def test_R01_two_servers_writers_and_slow_readers_see_one_order(
    start_chat_server: Callable[..., Server],
) -> None:
    servers = [start_chat_server(*UNLIMITED), start_chat_server(*UNLIMITED)]
    chance = random.Random(1)

    def person(n: int, pause: Callable[[], float]) -> Person:
        server = servers[n % 2]
        headers = holding(guest(server, f"person {n}"), server)
        return Person(server.socket_url("chat"), headers, pause=pause)

    writers = [person(n, lambda: 0.0) for n in range(WRITERS)]
    readers = [person(100 + n, lambda: chance.uniform(0, 0.003)) for n in range(READERS)]
    everyone = writers + readers
    async with AsyncExitStack() as stack:
        for one in everyone:
            await stack.enter_async_context(one)
        for one in everyone:
            await one.until(lambda one=one: one.live)

        async def write(number: int, writer: Person) -> None:
            for n in range(MESSAGES):
                await writer.say(f"{number}.{n}", f"message {n} of {number}")

        await asyncio.gather(*(write(n, writer) for n, writer in enumerate(writers)))
        total = WRITERS * MESSAGES
        for one in everyone:
            await one.until(lambda one=one: one.seq >= total and not one.outbox)

    log = history(servers[0], "", holding(guest(servers[0], "auditor"), servers[0]))
    assert [message["seq"] for message in log] == list(range(1, total + 1))
    assert sum(places(one.shown) != places(log) for one in everyone) == 0
    assert [one.gaps for one in everyone if one.gaps] == []
    for number in range(WRITERS):
        mine = [m["id"] for m in log if m["id"].startswith(f"{number}.")]
        assert mine == [f"{number}.{n}" for n in range(MESSAGES)]
    shown = sum(len(one.shown) for one in everyone)
    print(f"\n{total} messages, {shown} shown to {len(everyone)} people on 2 servers: one order")
