"""What a program hears: by a function, by iteration, while it does something else."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
from collections.abc import Callable
from typing import Any

import pytest

from jupyter_tornchat import ChatPanel, Room, connect
from jupyter_tornchat.program.heard import Heard
from jupyter_tornchat.room import ChatError
from places import NOTEBOOK, Place

PATIENCE = 20.0
"""Seconds that anything may take; only a test that fails ever waits so long."""

At = Callable[[str], dict[str, Any]]


@pytest.fixture
def at(places: dict[str, Place], request: pytest.FixtureRequest) -> At:
    """Where a program of some name speaks: in a room of this test's own."""
    server = places[NOTEBOOK].server
    room = request.node.name.replace("_", "-")[5:40]
    with server.http(server.token) as client:
        client.post("tornchat/api/rooms", json={"room": room})
    url = f"{server.url}tornchat"
    return lambda name: {"room": room, "url": url, "token": server.token, "name": name}


class Texts(queue.Queue[str]):
    """What was heard; asked for one by one."""

    def next(self) -> str:
        return self.get(timeout=PATIENCE)


def test_a_function_hears_others_while_the_program_is_busy(at: At) -> None:
    ann, ben, heard = Room(**at("ann")), Room(**at("ben")), Texts()

    @ben.on_message
    def hear(message: Heard) -> None:
        heard.put(message.text)

    ben.send("my own")
    ann.send("one")
    assert heard.next() == "one"
    hear(Heard(ann.messages(1)[0], ben))  # the decorator gives the function back
    assert heard.next() == "one"
    ben.off(hear)
    ann.send("two")

    @ben.on_message
    async def later(message: Heard) -> None:
        await asyncio.sleep(0)
        heard.put(f"later {message.text}")

    ann.send("three")
    assert heard.next() == "later three"
    ben.off(later)


def test_the_same_function_again_takes_the_place_of_the_old_one(at: At) -> None:
    ann, heard = Room(**at("ann")), Texts()

    def cell(run: int) -> Room:
        ben = Room(**at("ben"))

        @ben.on_message
        def hear(message: Heard) -> None:
            heard.put(f"{message.text} {run}")

        ben.on_message(lambda _: heard.put("first lambda"))
        ben.on_message(lambda _: heard.put("second lambda"))
        return ben

    for run in (1, 2):
        cell(run)
    ann.send("hello")
    found = sorted(heard.next() for _ in range(3))
    assert found == ["first lambda", "hello 2", "second lambda"]
    ann.send("again")
    assert sorted(heard.next() for _ in range(3)) == ["again 2", "first lambda", "second lambda"]


def test_an_error_is_shown_where_the_function_was_registered_and_ends_nothing(
    at: At, capsys: pytest.CaptureFixture[str]
) -> None:
    ann, ben, heard = Room(**at("ann")), Room(**at("ben")), Texts()
    cell = contextvars.ContextVar("cell", default="none")
    cell.set("the cell that registered")

    @ben.on_message
    def hear(message: Heard) -> None:
        heard.put(cell.get())
        if message.text == "bad":
            raise RuntimeError(f"cannot do {message.text}")

    cell.set("another cell")
    ann.send("bad")
    ann.send("good")
    assert [heard.next(), heard.next()] == ["the cell that registered"] * 2
    shown = capsys.readouterr().err
    assert "RuntimeError: cannot do bad" in shown
    assert "in hear" in shown
    assert "program/callback.py" not in shown
    ben.off(hear)


def test_a_room_can_be_used_where_a_loop_runs_and_in_what_it_calls(at: At) -> None:
    ann, ben, heard = Room(**at("ann")), Room(**at("ben")), Texts()

    @ben.on_message
    def answer(message: Heard) -> None:
        ben.send(f"heard {message.text}")

    @ann.on_message
    async def hear(message: Heard) -> None:
        heard.put(message.text)

    async def notebook() -> None:
        ann.send("a question")

    asyncio.run(notebook())
    assert heard.next() == "heard a question"
    ben.off(answer)
    ann.off(hear)


def test_messages_are_iterated_and_begin_now(at: At) -> None:
    ann, ben = Room(**at("ann")), Room(**at("ben"))
    ann.send("before")
    found: list[str] = []
    begun = threading.Event()

    def read() -> None:
        messages = iter(ben)
        threading.Timer(0, begun.set).start()
        for message in messages:
            found.append(message.text)
            if message.text == "last":
                break

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait(PATIENCE)
    while reader.is_alive():
        ann.send("last")
        reader.join(0.1)
    assert set(found) == {"last"}


def test_one_connection_serves_all_rooms_of_a_name(at: At, places: dict[str, Place]) -> None:
    rooms = [Room(**at("ben")) for _ in range(3)]
    for n, room in enumerate(rooms):
        exec(f"def hear{n}(message): pass", scope := {"__name__": "cells"})
        room.on_message(scope[f"hear{n}"])
    server = places[NOTEBOOK].server
    with server.http(server.token) as client:
        listed = client.get("tornchat/api/rooms").json()["rooms"]
    assert [room["count"] for room in listed if room["room"] == rooms[0].name] == [1]
    assert ChatPanel(rooms[0].name).room.name == rooms[0].name


async def test_connect_hears_what_is_said_after_it_was_entered(at: At) -> None:
    ann = connect(**at("ann"))
    await ann.send("before")
    async with connect(**at("ben")) as ben:
        first = await ann.send("first")
        await ben.send("my own")
        await ann.send("second")
        found = [await anext(ben), await anext(ben)]
        assert [message.text for message in found] == ["first", "second"]
        heard: asyncio.Queue[str] = asyncio.Queue()

        async def hear(message: Heard) -> None:
            await heard.put(message.text)

        await ben.on_message(hear)
        await ann.send("third")
        assert await asyncio.wait_for(heard.get(), PATIENCE) == "third"
        ben.off(hear)
    async with connect(**at("cai"), after=first.seq) as cai:
        assert [(await anext(cai)).text for _ in range(3)] == ["my own", "second", "third"]


async def test_programs_that_answer_each_other_come_to_an_end(at: At) -> None:
    """Each says one hop more than what it handles, until the server says that it is a loop."""
    ended: asyncio.Queue[str] = asyncio.Queue()

    async def echo(name: str) -> None:
        async with connect(**at(name)) as room:
            ready.put_nowait(name)
            async for message in room:
                try:
                    await room.send(f"{name} heard: {message.text}"[:60])
                except ChatError as no:
                    await ended.put(no.code)

    ready: asyncio.Queue[str] = asyncio.Queue()
    echoes = [asyncio.create_task(echo(name)) for name in ("one", "two")]
    for _ in echoes:
        await asyncio.wait_for(ready.get(), PATIENCE)
    await connect(**at("starts")).send("hello")
    assert await asyncio.wait_for(ended.get(), PATIENCE) == "loop"
    for task in echoes:
        task.cancel()
    await asyncio.gather(*echoes, return_exceptions=True)


def test_nobody_to_hear_says_so() -> None:
    for room in (Room(url="http://127.0.0.1:9/", timeout=0.5), Room(url="http://127.0.0.1:9/x")):
        room.timeout = 0.5
        with pytest.raises(ChatError) as no:
            room.on_message(print)
        assert (no.value.code, no.value.retry) == ("unreachable", True)
