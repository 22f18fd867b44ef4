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


async def test_R05_the_same_change_is_made_once_by_every_way(
    start_chat_server: Callable[..., Server], connect: Callable[..., Awaitable[Client]]
) -> None:
    server, other = start_chat_server(*UNLIMITED), start_chat_server(*UNLIMITED)
    ticket = guest(server, "ann")
    sockets = []
    for at in (server, other):
        sockets.append(await connect(at.socket_url("chat"), headers=holding(ticket, at)))
        await sockets[-1].join()
    here, there = sockets

    def rest(method: str, **body: Any) -> tuple[int, Any]:
        answer = client.request(method, "api/rooms/lobby/messages/1", json=body)
        return answer.status_code, answer.json() if answer.is_success else answer.json()["code"]

    await here.send("hello", id="said")
    first = await here.expect("message", id="said")
    await here.say("edit", room="lobby", seq=1, id="edit", text=" hullo\n")
    edit = await here.expect("changed", id="edit")
    assert edit == {
        "type": "changed",
        "room": "lobby",
        "seq": 2,
        "id": "edit",
        "of": 1,
        "at": edit["at"],
        "text": " hullo",
    }
    assert await there.expect("changed", id="edit") == edit
    await there.say("edit", room="lobby", seq=1, id="edit", text=" hullo", ref="again")
    assert await there.expect("changed", ref="again") == edit | {"ref": "again"}
    now = first | {"text": " hullo", "edited": edit["at"]}
    with server.enter("ben") as client:
        assert rest("PATCH", id="ben", text="hi") == (403, "forbidden")
        assert rest("DELETE", id="ben") == (403, "forbidden")
        holder = next(c for c in client.cookies.jar if c.name.startswith("tornchat-ticket"))
        client.cookies.set(holder.name, ticket, domain=holder.domain, path=holder.path)
        assert rest("PATCH", id="edit", text=" hullo") == (200, now)
        assert rest("PATCH", id="edit", text="hi") == (409, "conflict")
        assert rest("PATCH", id="edit 2", text="hi") == (400, "bad_frame")
        assert rest("PATCH", id="edit 2", text=" ") == (400, "bad_frame")

        kept = {name: first[name] for name in ("type", "room", "seq", "id", "user", "at")}
        gone = kept | {"text": "", "deleted": True}
        assert rest("DELETE", id="gone") == (200, gone)
        assert (await here.expect("changed", id="gone"))["seq"] == 3
        query = client.delete("api/rooms/lobby/messages/1", params={"id": "gone"})
        assert (query.status_code, query.json()) == (200, gone)
        assert rest("PATCH", id="late", text="x") == (404, "no_such_message")

        body = {"id": "answer", "text": "oh", "reply": 1, "cell": {"source": "1 + 1"}}
        answer = client.post("api/rooms/lobby/messages", json=body)
        assert (answer.status_code, answer.json()["reply"]) == (201, 1)
        assert answer.json()["cell"] == {"source": "1 + 1"}
        rooms = client.get("api/rooms").json()["rooms"]
        assert [(room["seq"], room["unread"]) for room in rooms] == [(4, 0)]
    await there.say("delete", room="lobby", seq=1, id="gone", ref="again")
    assert (await there.expect("changed", ref="again"))["seq"] == 3
    assert [m["seq"] for m in history(server, "", holding(ticket, server))] == [1, 4]


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
