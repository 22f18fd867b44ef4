"""To whom not every room is open, of the others nothing reaches them, whatever they ask."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from house import ANN, house
from jupyter_tornchat.access import Access
from jupyter_tornchat.events import Opened
from jupyter_tornchat.protocol import AnyClientFrame, Join, Pulse, Send, User

HOOK = User("key:1", "hook", "program")
HERE, ELSEWHERE = "here", "elsewhere"
WORDS = {"room": ELSEWHERE, "id": "x", "seq": 1, "before": 9, "text": "x", "choice": 0, "limit": 9}
WORDS |= {"act": "clear", "state": "claimed"}


def about(room: str, kind: Any) -> Any:
    """A frame of this kind about a room, with what it must have."""
    needed = [f.name for f in msgspec.structs.fields(kind) if f.required]
    return kind(**({name: WORDS[name] for name in needed} | {"room": room}))


FRAMES = [k for k in typing.get_args(AnyClientFrame) if "room" in k.__struct_fields__]


@pytest.mark.parametrize("kind", FRAMES, ids=lambda kind: kind.__name__)
async def test_no_frame_about_a_room_that_is_not_open_says_more_than_of_one_that_is_not_there(
    tmp_path: Path, kind: Any
) -> None:
    async with house(tmp_path) as home:
        for room in (HERE, ELSEWHERE):
            await home.hub.open_room(ANN, room, room.upper())
        await home.say(1, ELSEWHERE)
        guest = home.guest(HOOK, access=Access(rooms=frozenset({HERE})))
        await guest.answer(Join(room=HERE))
        for room in (ELSEWHERE, "nowhere"):
            assert await guest.refused(about(room, kind)) == "no_such_room"
        assert "X" not in {m["text"] for f in guest.wire.frames for m in f.get("messages", [])}


async def test_what_everyone_is_told_reaches_them_only_of_what_is_open_to_them(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as home:
        guest = home.guest(HOOK, access=Access(rooms=frozenset({HERE, "later"})))
        member = home.guest()
        await home.hub.log.append(Opened(ELSEWHERE, "Elsewhere", 1, ANN))
        await home.hub.log.append(Opened(HERE, "Here", 2, ANN))
        await home.hub.log.append(Opened("later", "Later", 3, ANN))
        await member.answer(Join(room=ELSEWHERE))
        await member.answer(Join(room=HERE))
        await member.hears(Send(room=ELSEWHERE, id="a", text="elsewhere"), "message")
        await member.hears(Send(room=HERE, id="b", text="here"), "message")
        while not guest.heard("news"):
            home.news.clear()
            await home.news.wait()
        assert [frame["room"] for frame in guest.heard("room")] == [HERE, "later"]
        told = {newer["room"] for frame in guest.heard("news") for newer in frame["rooms"]}
        assert told == {HERE}
        everyone = {newer["room"] for frame in member.heard("news") for newer in frame["rooms"]}
        assert everyone == {HERE, ELSEWHERE}
        await guest.answer(Pulse())
        assert ELSEWHERE not in json.dumps(guest.wire.frames).lower()
