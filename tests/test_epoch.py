"""R-08: a client that comes from another history starts over instead of merging."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from client import Client
from person import Person, guest, holding, places
from servers import Home, Server

Place = dict[str, Any]


class Room:
    """The lobby of a chat server whose file may be swapped while it is down."""

    def __init__(self, server: Server, connect: Callable[..., Awaitable[Client]]) -> None:
        self.server = server
        self.file = server.home.data / "tornchat" / "chat.db"
        self.copy = server.home.folder / "yesterday.db"
        self._connect = connect
        self._guests = 0

    async def enter(self) -> Client:
        self._guests += 1
        headers = holding(guest(self.server, f"guest {self._guests}"), self.server)
        return await self._connect(self.server.socket_url("chat"), headers=headers)

    async def say(self, *texts: str) -> Place:
        """Say these, and return the place of who has read them all."""
        client = await self.enter()
        epoch = (await client.expect("welcome"))["epoch"]
        await client.join()
        for text in texts:
            id = await client.send(text)
            message = await client.expect("message", id=id)
        return {"after": message["seq"], "check": message["id"], "epoch": epoch}

    async def with_file(self, swap: Callable[[], None]) -> None:
        await asyncio.to_thread(self.server.stop)
        swap()
        await asyncio.to_thread(self.server.start)

    async def back_up(self) -> None:
        await self.with_file(lambda: shutil.copy(self.file, self.copy))

    async def restore(self) -> None:
        await self.with_file(lambda: shutil.copy(self.copy, self.file))

    async def resume(self, place: Place) -> str:
        client = await self.enter()
        answer = await client.join(**place)
        if answer["type"] == "reset":
            assert (await client.join())["type"] == "joined"
        return answer["type"]


@pytest.fixture
def room(
    start_chat_server: Callable[..., Server], connect: Callable[..., Awaitable[Client]]
) -> Room:
    return Room(start_chat_server("--guests=open", "--ChatServer.message_rate=0"), connect)


async def test_R08_the_right_place_is_no_other_history(room: Room) -> None:
    place = await room.say("one", "two")
    assert await room.resume(place) == "joined"
    await room.back_up()
    await room.restore()
    assert await room.resume(place) == "joined"


async def test_R08_an_older_copy_that_is_behind_the_client(room: Room) -> None:
    await room.say("one", "two")
    await room.back_up()
    place = await room.say("three")
    await room.restore()
    assert await room.resume(place) == "reset"


async def test_R08_an_older_copy_that_went_on_to_the_same_place_and_beyond(room: Room) -> None:
    await room.say("one")
    await room.back_up()
    place = await room.say("two", "three")
    await room.restore()
    await room.say("other two", "other three")
    assert await room.resume(place) == "reset"
    await room.say("other four")
    assert await room.resume(place) == "reset"


async def test_R08_an_empty_file(room: Room) -> None:
    place = await room.say("one", "two")
    await room.with_file(room.file.unlink)
    assert await room.resume(place) == "reset"
    await room.say("one", "two")
    assert await room.resume(place) == "reset"
    assert await room.resume({"after": 0, "epoch": place["epoch"]}) == "reset"


async def test_R08_a_room_of_the_same_name_in_another_file(
    room: Room,
    start_chat_server: Callable[..., Server],
    connect: Callable[..., Awaitable[Client]],
    tmp_path: Path,
) -> None:
    other = Room(start_chat_server("--guests=open", home=Home(tmp_path / "other")), connect)
    place = await room.say("one", "two")
    await other.say("one", "two", "three")
    assert await other.resume(place) == "reset"


async def test_R08_a_place_that_cannot_be(room: Room) -> None:
    place = await room.say("one", "two")
    assert await room.resume(place | {"after": 3}) == "reset"
    assert await room.resume(place | {"after": 2**53 - 1}) == "reset"
    assert await room.resume(place | {"after": 1}) == "reset"
    assert await room.resume(place | {"check": "another"}) == "reset"
    assert await room.resume(place | {"epoch": "another"}) == "reset"
    assert await room.resume(place) == "joined"


async def test_R08_after_a_reset_nothing_is_said_again_as_new(room: Room) -> None:
    headers = holding(guest(room.server, "ann"), room.server)
    async with Person(room.server.socket_url("chat"), headers) as ann:
        await ann.say("a1", "one")
        await ann.until(lambda: not ann.outbox)
        await room.back_up()
        await ann.until(lambda: ann.live)
        await ann.say("a2", "two")
        await ann.until(lambda: not ann.outbox)
        await room.restore()
        await ann.until(lambda: ann.resets == 1 and ann.live)
        assert places(ann.shown) == [(1, "a1")]
        await ann.say("a3", "three")
        await ann.until(lambda: ann.seq == 2)
        assert places(ann.shown) == [(1, "a1"), (2, "a3")]
