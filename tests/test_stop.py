"""R-15: a server that stops keeps what it acknowledged, and tells everyone to come back."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack

import pytest

from jupyter_tornchat.protocol import Close
from person import Person, guest, history, holding, program
from servers import Home, Server, chat_server, notebook_server

SOCKETS, WRITERS, WINDOW = 150, 5, 4
CONFIG = {"ServerApp": {"answer_yes": True}, "TornChat": {"message_rate": 0}}

Ways = tuple[Server, str, dict[str, str]]


@pytest.fixture(params=["chat server", "notebook server"])
def ways(
    request: pytest.FixtureRequest, home: Home, start: Callable[[Server], Server]
) -> Iterator[Ways]:
    """A server, the path of the chat on it, and the headers of somebody there. The notebook
    server has a terminal, or it would not look after Control-C."""
    here, there = pty.openpty()
    if request.param == "chat server":
        server = start(chat_server(home, "--guests=open", "--ChatServer.message_rate=0"))
        yield server, "", holding(guest(server, "ann"), server)
    else:
        server = notebook_server(home, config=CONFIG)
        server.stdin = there
        yield start(server), "tornchat/", program(server, "ann")
    os.close(here)
    os.close(there)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
async def test_R15_everyone_is_told_and_nothing_acknowledged_is_lost(
    ways: Ways, how: signal.Signals
) -> None:
    server, path, headers = ways
    url = server.socket_url(path + "chat")
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(Person(url, headers)) for _ in range(SOCKETS)]
        for person in people:
            await person.until(lambda person=person: person.live)
        writing = [asyncio.create_task(write(n, p)) for n, p in enumerate(people[:WRITERS])]
        await people[0].until(lambda: people[0].seq > 200)
        status = await asyncio.to_thread(server.end, how)
        for person in people:
            await person.until(lambda person=person: bool(person.closed))
        for task in writing:
            task.cancel()
        codes = {person.closed[0] for person in people}
        acknowledged = {id: seq for person in people for id, seq in person.acknowledged.items()}
        in_flight = sum(len(person.outbox) for person in people)

    assert status in (0, -how)
    assert codes == {Close.RESTARTING}
    assert "Traceback" not in server.log()
    await asyncio.to_thread(server.start)
    log = {message["id"]: message["seq"] for message in history(server, path, headers)}
    lost = {id: seq for id, seq in acknowledged.items() if log.get(id) != seq}
    print(
        f"\n{how.name}: {SOCKETS} sockets told {codes}, {len(acknowledged)} acknowledged,"
        f" {len(lost)} lost, {in_flight} on their way"
    )
    assert lost == {}
    assert sorted(log.values()) == list(range(1, len(log) + 1))


async def write(number: int, person: Person) -> None:
    n = 0
    while True:
        await person.say(f"{number}.{n}", f"message {n} of {number}", window=WINDOW)
        n += 1
