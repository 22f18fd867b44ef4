"""R-05: said again is said once, whatever happened to the line in between."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from client import Client
from person import Person, guest, history, holding
from proxy import Proxy
from servers import Server, cookie_header

UNLIMITED = ("--guests=open", "--ChatServer.message_rate=0")
SCHEDULES, AT_A_TIME, MESSAGES, CUTS, ROOMS = 1_000, 12, 4, 4, 50
LONGEST = 6_000
"""Bytes after which a line is cut at the latest: a handshake, a join, and what is said then."""


async def test_R05_the_same_id_is_the_same_message_by_every_way(
    start_chat_server: Callable[..., Server], connect: Callable[..., Awaitable[Client]]
) -> None:
    server, other = start_chat_server(*UNLIMITED), start_chat_server(*UNLIMITED)
    ticket = guest(server, "ann")

    async def by_socket(at: Server, text: str, room: str = "lobby") -> dict[str, Any]:
        client = await connect(at.socket_url("chat"), headers=holding(ticket, at))
        await client.join(room)
        await client.send(text, id="once", room=room)
        return await client.expect("message", "rejected", id="once")

    def by_rest(at: Server, text: str) -> dict[str, Any]:
        with at.enter("bob") as client:
            answer = client.post("api/rooms/lobby/messages", json={"id": "once", "text": text})
            return answer.json() | {"status": answer.status_code}

    first = await by_socket(server, "hello")
    assert (first["type"], first["seq"], first["text"]) == ("message", 1, "hello")
    assert await by_socket(server, "hello") == first
    assert by_rest(server, "hello") == first | {"status": 201}
    assert await by_socket(other, "hello") == first
    assert by_rest(other, "hello") == first | {"status": 201}
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    assert await by_socket(server, "hello") == first

    assert (await by_socket(other, "hullo"))["code"] == "conflict"
    assert (by_rest(other, "hullo")["code"], by_rest(server, "hullo")["status"]) == (
        "conflict",
        409,
    )
    with server.enter("cai") as client:
        client.post("api/rooms", json={"room": "elsewhere"})
        headers = cookie_header(client)
    elsewhere = await by_socket(server, "hullo", "elsewhere")
    assert (elsewhere["seq"], elsewhere["text"]) == (1, "hullo")
    assert history(server, "", headers) == [first]


async def test_R05_lines_cut_at_any_byte_double_nothing(
    start_chat_server: Callable[..., Server],
) -> None:
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    server = start_chat_server(*UNLIMITED)
    headers = holding(guest(server, "ann"), server)
    with server.enter("opener") as client:
        for n in range(ROOMS):
            client.post("api/rooms", json={"room": f"r{n}"})
    cuts = connections = 0
    turns = asyncio.Semaphore(AT_A_TIME)

    async def follow(schedule: int) -> None:
        nonlocal cuts, connections
        budgets = iter([chance.randint(1, LONGEST) for _ in range(CUTS)])
        async with turns, Proxy(server.port, lambda: next(budgets, None)) as proxy:
            person = Person(proxy.socket_url("chat"), headers, room=f"r{schedule % ROOMS}")
            async with person:
                for n in range(MESSAGES):
                    await person.say(f"{schedule}.{n}", f"message {n}", window=2)
                await person.until(lambda: not person.outbox)
            assert person.rejected == []
            cuts += proxy.cuts
            connections += person.connections

    await asyncio.gather(*(follow(n) for n in range(SCHEDULES)))
    logs = [history(server, "", headers, f"r{n}") for n in range(ROOMS)]
    times = Counter(message["id"] for log in logs for message in log)
    doubles = [id for id, n in times.items() if n > 1]
    print(
        f"\n{SCHEDULES} schedules, {cuts} cuts, {connections} connections: {len(times)} messages,"
        f" {len(doubles)} doubles (seed {seed})"
    )
    assert doubles == []
    assert times.keys() == {f"{s}.{n}" for s in range(SCHEDULES) for n in range(MESSAGES)}
    assert cuts > SCHEDULES
    for log in logs:
        assert [message["seq"] for message in log] == list(range(1, len(log) + 1))
