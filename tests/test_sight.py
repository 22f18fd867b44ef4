"""S-13: of what somebody may not see of a room they learn nothing, whatever they ask."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import encode

from client import Frame
from clock import settle
from house import ANN, BEN, Guest, House, house
from jupyter_tornchat.access import Access
from jupyter_tornchat.export import export
from jupyter_tornchat.files import Uploaded
from jupyter_tornchat.hub import TOLD_AT_ONCE
from jupyter_tornchat.keep import file_key
from jupyter_tornchat.protocol import (
    Delete,
    Edit,
    FileRef,
    JobRef,
    Join,
    Older,
    QuestionRef,
    Report,
    Respond,
    Send,
    Serve,
    User,
    Withdraw,
)
from jupyter_tornchat.sight import ALL, Sight
from screen import PLACED
from servers import Server

CAT = User("member:cat", "cat", "member")
HELPS = Access(moderates=True)
TOP, ABSENT = 2**53 - 1, 999
PLOT = Uploaded("1" * 64, "a.png", "image/png", 9, by=(ANN.id,))


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[tuple[House, Guest, Guest, Guest]]:
    """A help desk with Ann, Ben, and Cat who helps there; and a thread of Ann's, with a file, a
    question and a job in it."""
    async with house(folder) as place:
        await place.hub.open_room(CAT, "desk", "Desk", "help")
        await place.hub.log.put(file_key("desk", PLOT.hash), encode(PLOT).decode())
        ann, ben, cat = place.guest(), place.guest(BEN), place.guest(CAT, access=HELPS)
        for guest in (ann, ben, cat):
            await guest.answer(Join(room="desk"))
        await ann.hears(say("1", "it fails", files=[FileRef(PLOT.hash, "a.png")]), "message")
        asks = QuestionRef(["a", "b"], 3600, vote=True)
        await ann.hears(say("2", "which?", reply=1, question=asks), "message")
        await ann.hears(say("3", "", reply=1, job=JobRef("fit")), "message")
        await settle()
        yield place, ann, ben, cat


def say(id: str, text: str, **more: Any) -> Send:
    return Send(room="desk", id=id, text=text, **more)


def placed(guest: Guest) -> list[tuple[str, int]]:
    frames = guest.wire.frames
    return [(f["type"], f["seq"]) for f in frames if f["type"] in PLACED and "ref" not in f]


async def test_all_that_is_said_in_a_thread_answers_its_root_and_only_who_helps_sees_it_too(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as (place, ann, ben, cat):
        answered = await cat.hears(say("4", "how?", reply=2), "message")
        assert answered["reply"] == 1
        await ann.hears(say("5", "so", reply=answered["seq"]), "message")
        # Said again, as it was said first: it is the same message.
        again = await ann.answer(say("5", "so", reply=answered["seq"]))
        assert (again["seq"], again["reply"]) == (5, 1)
        await ben.hears(say("6", "mine too"), "message")
        await cat.hears(Serve(room="desk", seq=1, id="7", state="claimed"), "helped")
        await settle()
        everything = [("message", n) for n in range(1, 7)] + [("helped", 7)]
        hers = [(type, n) if n != 6 else ("passed", 6) for type, n in everything]
        his = [("message" if n == 6 else "passed", n) for _, n in everything]
        assert (placed(cat), placed(ann), placed(ben)) == (everything, hers, his)
        view = place.hub.view
        first = await view.message("desk", 1, ALL)
        assert first.help is not None
        assert (first.help.state, first.help.by) == ("claimed", CAT)


async def test_who_waits_longest_comes_first_until_they_are_helped(tmp_path: Path) -> None:
    async with desk(tmp_path) as (place, _, ben, cat):
        await ben.hears(say("4", "mine too"), "message")

        async def waiting(sight: Sight = ALL) -> list[int]:
            return [message.seq for message in await place.hub.view.waiting("desk", sight)]

        assert (await waiting(), await waiting(Sight(asker=BEN.id))) == ([1, 4], [4])
        for state, left in (("claimed", [1, 4]), ("resolved", [4]), ("waiting", [1, 4])):
            await cat.hears(Serve(room="desk", seq=1, id=state, state=state), "helped")
            assert await waiting() == left
        assert await cat.refused(Serve(room="desk", seq=2, id="x", state="claimed")) == "bad_frame"


WISHES = [
    Send(room="desk", id="x", text="x", reply=0),
    Edit(room="desk", id="x", seq=0, text="x"),
    Delete(room="desk", id="x", seq=0),
    Respond(room="desk", id="x", seq=0, choice=1),
    Withdraw(room="desk", id="x", seq=0),
    Serve(room="desk", id="x", seq=0, state="claimed"),
    Report(room="desk", seq=0, text="x"),
]


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: type(wish).__name__)
async def test_S13_whatever_one_wants_of_a_message_that_one_does_not_see_it_is_not_there(
    wish: Any, tmp_path: Path
) -> None:
    async with desk(tmp_path) as (place, _, ben, _):
        answers: list[Frame] = []
        for seq in (1, 2, 3, ABSENT):
            setattr(wish, "reply" if isinstance(wish, Send) else "seq", seq)
            answer = await ben.answer(wish)
            answers.append(answer | {"ref": ""})
        none = "not_moderator" if isinstance(wish, Serve) else "no_such_message"
        assert answers[0]["code"] == none
        assert answers == answers[:1] * 4
        assert (await place.hub.view.older("desk", TOP, 10, ALL)).last == 3


async def test_S13_no_page_of_history_has_what_one_does_not_see(tmp_path: Path) -> None:
    async with desk(tmp_path) as (place, _, ben, _):
        view, sight = place.hub.view, Sight(asker=BEN.id)
        late = place.guest(BEN)
        joined = await late.answer(Join(room="desk"))
        assert (joined["messages"], joined["to"], joined["more"]) == ([], 3, False)
        assert "check" not in joined
        back = await late.answer(Join(room="desk", after=1, epoch=place.hub.log.epoch))
        assert (back["messages"], back["to"]) == ([], 3)
        page = await ben.answer(Older(room="desk", before=TOP))
        assert (page["messages"], page["more"]) == ([], False)
        assert (await view.newer("desk", 0, 10, sight)).messages == []
        assert (await view.of_id("desk", "1", sight)).messages == []
        assert [await view.shows("desk", PLOT.hash, seen) for seen in (sight, ALL)] == [False, True]
        assert list(export(tmp_path / "chat.db", "desk", "jsonl", sight)) == []
        assert len(list(export(tmp_path / "chat.db", "desk", "jsonl", ALL))) == 3


@pytest.mark.parametrize("room", ["lobby", "desk"])
async def test_whom_not_everything_is_open_to_is_told_the_news_with_the_loop_free_between(
    tmp_path: Path, room: str
) -> None:
    """One look and one frame for each of them: a class of guests must not stop the notebooks."""
    async with desk(tmp_path) as (place, ann, _, _):
        few = Access(rooms=frozenset({room}), moderates=True)
        many = [
            place.guest(User(f"guest:{n}", f"guest {n}", "guest"), access=few) for n in range(45)
        ]
        await ann.answer(Join(room=room))
        ann.say(Send(room=room, id="new", text="new"))
        told = [0]
        async with asyncio.timeout(10):
            while told[-1] < len(many):
                await asyncio.sleep(0)
                told.append(sum(bool(guest.heard("news")) for guest in many))
        assert max(after - before for before, after in pairwise(told)) <= TOLD_AT_ONCE


async def test_S13_what_one_does_not_see_is_no_news_and_leaves_nothing_unread(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as (place, ann, ben, cat):
        lines = place.guest(BEN, plain=True)
        await lines.hub.spawn(settle())
        lines.say(Join(room="desk"))
        for guest in (ann, ben, cat):
            await guest.answer(Join(room="lobby"))
        place.hub.marks.move(BEN.id, "desk", 1)
        place.hub.marks.move(CAT.id, "desk", 1)

        async def unread(guest: Guest) -> int | None:
            user, hub = guest.connection.user, place.hub
            sight = lambda room: hub.sight(user, guest.connection.access, room)  # noqa: E731
            found = await hub.view.standings(user.id, hub.marks.of(user.id), sight)
            return {standing.room.room: standing.unread for standing in found}["desk"]

        assert (await unread(ben), await unread(cat)) == (0, 2)
        await place.hub.unfinished.jobs.report(
            ANN, Report(room="desk", seq=3, text="9 %"), Sight(asker=ANN.id)
        )
        while not (cat.heard("news") and cat.heard("progress")):
            place.news.clear()
            await place.news.wait()
        told = [[new["room"] for new in news["rooms"]] for news in cat.heard("news")]
        assert told == [["desk"]]
        assert (ben.heard("news"), ben.heard("progress"), lines.heard("line")) == ([], [], [])


async def test_S13_a_guest_sees_nothing_that_was_said_before_their_invite(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        for n in range(1, 4):
            await ann.hears(Send(room="lobby", id=f"{n}", text=f"{n}"), "message")
        new = place.guest(BEN, access=Access(rooms=frozenset({"lobby"}), since={"lobby": 3}))
        joined = await new.answer(Join(room="lobby"))
        assert (joined["messages"], joined["from"], joined["to"]) == ([], 3, 3)
        assert (joined["since"], joined["more"]) == (3, False)
        assert "check" not in joined
        await ann.hears(Send(room="lobby", id="4", text="4", reply=1), "message")
        await ann.hears(Edit(room="lobby", id="5", seq=1, text="one"), "changed")
        await settle()
        assert placed(new) == [("message", 4), ("passed", 5)]
        back = await new.answer(Join(room="lobby", after=0, epoch=place.hub.log.epoch))
        assert [message["seq"] for message in back["messages"]] == [4]
        page = await new.answer(Older(room="lobby", before=TOP))
        assert ([m["seq"] for m in page["messages"]], page["more"]) == ([4], False)
        for of in (1, 3, ABSENT):
            wish = Send(room="lobby", id=f"x{of}", text="x", reply=of)
            assert await new.refused(wish) == "no_such_message"
        assert await new.refused(Join(room="elsewhere")) == "no_such_room"


def test_S13_over_rest_a_thread_of_another_is_not_there(
    start_chat_server: Callable[..., Server],
) -> None:
    """Whatever is asked of it, the answer has the very bytes of one about no message at all."""
    server = start_chat_server("--guests=open", "--ChatServer.message_rate=0")
    with server.enter("ann") as ann, server.enter("ben") as ben, server.enter("cat") as cat:
        assert cat.post("api/rooms", json={"room": "desk", "kind": "help"}).is_success
        asks = {"choices": ["a", "b"], "seconds": 60, "vote": True}
        for n, more in enumerate([{}, {"question": asks, "reply": 1}]):
            message = {"id": f"{n}", "text": "secret"} | more
            assert ann.post("api/rooms/desk/messages", json=message).status_code == 201

        def answers(seq: int) -> list[tuple[int, bytes]]:
            one = f"api/rooms/desk/messages/{seq}"
            asked = [
                ben.get(one),
                ben.patch(one, json={"id": "p", "text": "x"}),
                ben.delete(one, params={"id": "d"}),
                ben.post(f"{one}/answers", json={"id": "a", "choice": 1}),
                ben.post(f"{one}/withdrawal", json={"id": "w"}),
                ben.put(f"{one}/progress", json={"text": "x"}),
                ben.post("api/rooms/desk/messages", json={"id": "r", "text": "x", "reply": seq}),
            ]
            return [(answer.status_code, answer.content) for answer in asked]

        nothing = answers(ABSENT)
        assert {status for status, _ in nothing} == {404}
        assert answers(1) == answers(2) == nothing
        for format in ("jsonl", "md", "ipynb"):
            assert "secret" not in ben.get("api/rooms/desk/export", params={"format": format}).text
        for query in ({}, {"after": 0}, {"before": ABSENT}, {"id": "0"}):
            page = ben.get("api/rooms/desk/messages", params=query).json()
            assert (page["messages"], page["more"]) == ([], False)
        own = ann.get("api/rooms/desk/messages").json()["messages"]
        assert [message["text"] for message in own] == ["secret"] * 2
