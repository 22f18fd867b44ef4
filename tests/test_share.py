"""R-24: the servers of one person share one history."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from person import Person, history, places, program
from servers import Server

MESSAGES = 50
UNLIMITED = {"TornChat": {"message_rate": 0}}


async def test_R24_two_notebook_servers_share_the_default_storage_and_one_may_die(
    start_notebook_server: Callable[..., Server],
) -> None:
    one, two = start_notebook_server(config=UNLIMITED), start_notebook_server(config=UNLIMITED)
    async with AsyncExitStack() as stack:
        ann, ben = [
            await stack.enter_async_context(
                Person(server.socket_url("tornchat/chat"), program(server, name))
            )
            for server, name in ((one, "ann"), (two, "ben"))
        ]

        async def write(person: Person, name: str) -> None:
            for n in range(MESSAGES):
                await person.say(f"{name}.{n}", f"message {n}")

        async def all_read(total: int, *people: Person) -> None:
            for person in people:
                await person.until(lambda p=person: p.seq >= total and not p.outbox)

        await asyncio.gather(write(ann, "ann"), write(ben, "ben"))
        await all_read(2 * MESSAGES, ann, ben)
        assert places(ann.shown) == places(ben.shown)
        assert ann.epoch == ben.epoch

        await asyncio.to_thread(one.kill)
        await write(ben, "alone")
        await all_read(3 * MESSAGES, ben)

        await asyncio.to_thread(one.start)
        await write(ann, "again")
        await all_read(4 * MESSAGES, ann, ben)

    log = history(two, "tornchat/", program(two, "auditor"))
    assert [message["seq"] for message in log] == list(range(1, 4 * MESSAGES + 1))
    assert places(ann.shown) == places(ben.shown) == places(log)
    assert ann.gaps == ben.gaps == []
    assert ann.resets == ben.resets == 0
