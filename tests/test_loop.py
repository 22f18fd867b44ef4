"""R-11: nothing of ours holds the event loop; it is the notebook server's."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

from jupyter_tornchat.events import Opened, Said
from jupyter_tornchat.protocol import User
from jupyter_tornchat.sqlite import SQLiteLog
from person import Person, guest, history, holding
from servers import Home, Server, free_port

PEOPLE, MESSAGES, OLD = 60, 40, 10_000


async def test_R11_no_callback_computes_for_long_and_none_waits(
    home: Home, start: Callable[[Server], Server], tmp_path: Path
) -> None:
    history_file = home.folder / "chat.db"
    await fill(history_file)
    report, port = tmp_path / "report", free_port()
    watched = str(Path(__file__).with_name("watched.py"))
    options = [f"--port={port}", "--guests=open", "--ChatServer.message_rate=0"]
    options.append(f"--storage=sqlite:///{history_file}")
    command = [sys.executable, watched, str(report), *options]
    server = start(Server("watched-server", command, home, port))
    headers = holding(guest(server, "ann"), server)  # what is loaded once is loaded now
    os.kill(server.pid, signal.SIGUSR1)

    async with AsyncExitStack() as stack:
        people = [
            await stack.enter_async_context(Person(server.socket_url("chat"), headers))
            for _ in range(PEOPLE)
        ]
        for person in people:
            await person.until(lambda person=person: person.live)

        async def write(number: int, writer: Person) -> None:
            for n in range(MESSAGES):
                await writer.say(f"{number}.{n}", "message\n" * 20)

        await asyncio.gather(
            *(write(n, person) for n, person in enumerate(people[:10])),
            asyncio.to_thread(ask, server),
        )
        for person in people:
            await person.until(lambda person=person: person.seq == OLD + 10 * MESSAGES)
        back = Person(server.socket_url("chat"), headers)
        back.placed, back.epoch = True, people[0].epoch
        async with back:
            await back.until(lambda: back.live)
    assert len(back.shown) == OLD + 10 * MESSAGES
    server.stop()

    notes = [json.loads(line) for line in report.read_text().splitlines()]
    assert notes[0]["what"] == "armed"
    assert notes[-1]["what"] == "callbacks"
    print(f"\n{notes[-1]['words']} callbacks, {len(notes) - 2} slow or waiting")
    assert notes[1:-1] == []
    assert int(notes[-1]["words"]) > 1_000
    assert "Traceback" not in server.log()


def ask(server: Server) -> None:
    """What pages and programs ask by HTTP."""
    with server.enter("ben") as client:
        for n in range(20):
            client.post("api/rooms", json={"room": f"room-{n}"})
            client.get("api/rooms")
            client.get("api/me")
            client.get("api/health")
            message = {"id": str(n), "text": "hello"}
            client.post(f"api/rooms/room-{n}/messages", json=message)
        cookies = {"Cookie": "; ".join(f"{c.name}={c.value}" for c in client.cookies.jar)}
    history(server, "", cookies)


async def fill(path: Path) -> None:
    """A lobby in which much was said."""
    log = SQLiteLog(path, logging.getLogger("test"))
    await log.start(lambda _: None)
    ann = User("guest:ann", "ann", "guest")
    await log.append(Opened("lobby", "Lobby", 1))
    for n in range(OLD):
        last = log.append(Said("lobby", f"old.{n}", ann, f"old {n}", 1))
        if not n % 1000:  # so many may wait for the disk, and no more than a few thousand
            await last
    await last
    await log.close()
