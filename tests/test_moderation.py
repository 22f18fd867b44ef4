"""Moderation in the hub, with a real log and view: what moderators do is said, kept and done, on
every server of the history and after a restart."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from client import Frame
from house import Guest, House, house
from jupyter_tornchat.access import MEMBER, Access
from jupyter_tornchat.events import Entered, InviteMade
from jupyter_tornchat.protocol import (
    LIMITS,
    Close,
    Delete,
    Join,
    Moderate,
    Read,
    Refusal,
    Respond,
    Send,
    User,
)

OWNER, ANN, BEN = (User(f"member:{name}", name, "member") for name in ("owner", "ann", "ben"))
BOT = User("program:ann/bot", "bot", "program", whose="ann")
GUS = User("guest:1", "gus", "guest", declared=True)
ROOM = "seminar"
ids = (f"{n}" for n in itertools.count(1))


def deed(act: Any, whom: User | None = None, **more: Any) -> Moderate:
    return Moderate(room=ROOM, id=next(ids), act=act, whom=whom and whom.id, **more)


def words(text: str = "x", room: str = ROOM) -> Send:
    return Send(room=room, id=next(ids), text=text)


@asynccontextmanager
async def seminar(folder: Path) -> AsyncIterator[House]:
    async with house(folder) as place:
        if ROOM not in {room.room for room in await place.hub.view.rooms()}:
            await place.hub.open_room(OWNER, ROOM, "Seminar")
        yield place


async def come(place: House, user: User, *rooms: str, **options: Any) -> Guest:
    """Somebody's page in these rooms; in the seminar alone where none is named."""
    page = place.guest(user, **options)
    for room in rooms or (ROOM,):
        assert (await page.answer(Join(room=room)))["type"] == "joined"
    return page


async def until(page: Guest, type: str, **fields: Any) -> Frame:
    """The first frame of that type with these fields, once it is there."""
    async with asyncio.timeout(10):
        while not (found := [f for f in page.heard(type) if fields.items() <= f.items()]):
            page.news.clear()
            await page.news.wait()
    return found[0]


# --------------------------------------------------------------------------- said and kept


async def test_a_deed_is_said_to_everyone_and_done_once(tmp_path: Path) -> None:
    async with seminar(tmp_path) as place:
        owner, ann = await come(place, OWNER), await come(place, ANN)
        frame = deed("mute", ANN, seconds=60)
        told = await owner.hears(frame, "moderated")
        assert (told["user"], told["whom"]) == (user(OWNER), user(ANN))
        assert told["until"] == told["at"] + 60_000
        assert await until(ann, "moderated") == told
        again = await owner.answer(frame)
        again.pop("ref")
        assert again == told
        frame.seconds = 61
        assert await owner.refused(frame) == "conflict"
        assert len(ann.heard("moderated")) == 1


def user(user: User) -> Frame:
    known = {"id": user.id, "name": user.name, "kind": user.kind}
    return known | ({"declared": True} if user.declared else {})


@pytest.mark.parametrize("act", ["mute", "kick", "ban", "role", "slow", "clear", "kind"])
async def test_who_does_not_moderate_does_nothing(tmp_path: Path, act: str) -> None:
    more: dict[str, Any] = {
        "mute": {"whom": ANN, "seconds": 9},
        "role": {"whom": ANN, "role": "reader"},
        "slow": {"seconds": 9},
        "kind": {"kind": "announce"},
    }.get(act, {"whom": ANN})
    async with seminar(tmp_path) as place:
        await come(place, OWNER)
        ann, ben = await come(place, ANN), await come(place, BEN)
        assert await ben.refused(deed(act, **more)) == "not_moderator"
        assert ann.heard("moderated") == []
        held = [seats.sitters for seats in await place.hub.view.seats()]
        assert held == [{}, {}]


async def test_whom_nobody_ever_met_is_nobody_and_who_spoke_is_known(tmp_path: Path) -> None:
    async with seminar(tmp_path) as place:
        owner = await come(place, OWNER)
        assert await owner.refused(deed("ban", ANN)) == "no_such_person"
        ann = await come(place, ANN)
        await ann.hears(words(), "message")
        place.hub.disconnect(ann.connection)
        told = await owner.hears(deed("ban", ANN), "moderated")
        assert told["whom"] == user(ANN)


async def test_seats_are_the_same_after_a_restart(tmp_path: Path) -> None:
    async with seminar(tmp_path) as place:
        owner = await come(place, OWNER)
        for person in (ANN, BEN, GUS):
            await come(place, person)
        await owner.hears(deed("role", ANN, role="moderator"), "moderated")
        await owner.hears(deed("mute", BEN, seconds=LIMITS.mute_seconds), "moderated")
        await owner.hears(deed("ban", GUS), "moderated")
        await owner.hears(deed("slow", seconds=7), "moderated")
        await owner.hears(deed("kind", kind="announce"), "moderated")
        before = {s.user.id: s for s in place.hub.seats.sitters(ROOM, place.hub.now())}
        assert len(before) == 4
    async with seminar(tmp_path) as place:
        after = place.hub.seats.sitters(ROOM, place.hub.now())
        assert {sitter.user.id: sitter for sitter in after} == before
        ann, ben = await come(place, ANN), await come(place, BEN)
        (joined,) = ann.heard("joined")
        assert joined["seat"] == {"role": "moderator", "kind": "announce", "slow": 7}
        assert joined["roles"] == {OWNER.id: "owner", ANN.id: "moderator"}
        (joined,) = ben.heard("joined")
        assert joined["seat"].pop("muted") > place.hub.now()
        assert joined["seat"] == {"role": "member", "kind": "announce", "slow": 7}
        assert await place.guest(GUS).refused(Join(room=ROOM)) == "no_such_room"


# ------------------------------------------------------------------------------ who is heard


async def test_who_is_muted_is_not_heard_until_then(tmp_path: Path) -> None:
    async with seminar(tmp_path) as place:
        owner, ann = await come(place, OWNER), await come(place, ANN)
        (seq,) = [(await ann.hears(words(), "message"))["seq"]]
        await owner.hears(deed("mute", ANN, seconds=60), "moderated")
        seat = await until(ann, "seat")
        assert seat["seat"]["muted"] > place.hub.now()
        no = await ann.answer(words())
        assert no["code"] == "muted"
        assert 0 < no["retry_after"] <= 60
        assert (await ann.hears(Delete(room=ROOM, seq=seq, id="gone"), "changed"))["of"] == seq
        await owner.hears(deed("unmute", ANN), "moderated")
        assert (await ann.hears(words(), "message"))["type"] == "message"
        assert ann.heard("seat")[-1]["seat"] == {"role": "member"}
        assert owner.heard("seat") == []


async def test_in_a_slow_room_and_an_announce_room_everyone_is_told_what_holds(
    tmp_path: Path,
) -> None:
    async with seminar(tmp_path) as place:
        owner, ann = await come(place, OWNER), await come(place, ANN)
        await owner.hears(deed("slow", seconds=600), "moderated")
        assert (await until(ann, "seat"))["seat"] == {"role": "member", "slow": 600}
        nothing = Send(room=ROOM, id=next(ids), text="x", reply=99)
        assert await ann.refused(nothing) == "no_such_message"
        await ann.hears(words(), "message")
        no = await ann.answer(words())
        assert no["code"] == "too_fast"
        assert 590 < no["retry_after"] <= 600
        for _ in range(2):
            await owner.hears(words(), "message")
        await owner.hears(deed("kind", kind="announce"), "moderated")
        await until(ann, "seat", seat={"role": "member", "kind": "announce", "slow": 600})
        assert await ann.refused(words()) == "read_only"
        assert await ann.refused(Respond(room=ROOM, seq=99, id="1", choice=0)) == "no_such_message"


async def test_a_reader_reads(tmp_path: Path) -> None:
    async with seminar(tmp_path) as place:
        owner, ann = await come(place, OWNER), await come(place, ANN)
        await owner.hears(deed("role", ANN, role="reader"), "moderated")
        assert await until(ann, "seat") == {
            "type": "seat",
            "room": ROOM,
            "seat": {"role": "reader"},
        }
        assert await ann.refused(words()) == "forbidden"
        told = await owner.hears(words("for all"), "message")
        await until(ann, "message", id=told["id"])
        with pytest.raises(Refusal, match="only read"):
            place.hub.publish(ANN, words(), access=MEMBER)


# --------------------------------------------------------------------------- kicked and banned


@pytest.mark.parametrize("act", ["kick", "ban"])
async def test_S11_after_it_nothing_more_of_the_room_is_heard(tmp_path: Path, act: str) -> None:
    """In a page that is in this room alone, one that is in another one too, and one that is only
    just coming in."""
    async with seminar(tmp_path) as place:
        owner = await come(place, OWNER)
        one, two = await come(place, ANN), await come(place, ANN, ROOM, "lobby")
        late = place.guest(ANN)
        late.say(Join(room=ROOM))
        place.hub.publish(OWNER, words("before"), access=MEMBER)
        told = await owner.hears(deed(act, ANN), "moderated")
        after = [await owner.hears(words("after"), "message") for _ in range(3)]
        assert place.hub.count(ROOM) == 1
        assert one.codes == late.codes == [Close.REMOVED]
        assert two.codes == []
        no = await until(two, "rejected")
        assert (no["code"], no["room"]) == ("removed", ROOM)
        for page in (one, two, late):
            seqs = {f["seq"] for f in page.wire.frames if f.get("room") == ROOM and "seq" in f}
            assert seqs.isdisjoint({told["seq"], *(frame["seq"] for frame in after)})
        # It is not there for who is banned, and who was kicked may come back.
        answer = await two.answer(Join(room=ROOM))
        assert answer["type"] == ("joined" if act == "kick" else "rejected")
        assert (await two.hears(words("here", "lobby"), "message"))["room"] == "lobby"


async def test_S13_to_who_is_banned_the_room_is_like_one_that_is_not_there(tmp_path: Path) -> None:
    async with seminar(tmp_path) as place:
        owner, ann = await come(place, OWNER), await come(place, ANN, ROOM, "lobby")
        await owner.hears(deed("ban", ANN), "moderated")
        await until(ann, "rejected")
        seen = len(ann.wire.frames)
        for make in (
            lambda room: Join(room=room),
            lambda room: Join(room=room, after=1, check="1"),
            lambda room: Send(room=room, id="1", text="x"),
            lambda room: Delete(room=room, seq=1, id="1"),
            lambda room: Read(room=room, seq=1),
            lambda room: Moderate(room=room, id="1", act="clear"),
        ):
            answers = []
            for room in (ROOM, "nowhere"):
                answer = await ann.answer(make(room))
                answer.pop("ref")
                assert answer.pop("room") == room
                answers.append(answer)
            assert answers[0] == answers[1]
            assert answers[0]["code"] == "no_such_room"
        await owner.hears(words(), "message")
        await place.hub.open_room(OWNER, "other", "Other")
        await until(ann, "room", room="other")
        await until(owner, "news")
        assert all(ROOM not in str(frame) for frame in ann.wire.frames[seen:] if "ref" not in frame)
        await owner.hears(deed("unban", ANN), "moderated")
        assert (await ann.answer(Join(room=ROOM)))["type"] == "joined"


async def test_S11_what_another_server_did_holds_here_within_a_second(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(seminar(tmp_path))
        there = await stack.enter_async_context(seminar(tmp_path))
        owner, ben = await come(there, OWNER), await come(here, BEN, ROOM, "lobby")
        ann = await come(here, ANN)
        await ann.hears(words(), "message")
        await until(owner, "message")
        told = await owner.hears(deed("ban", ANN), "moderated")
        told = await until(ben, "moderated", id=told["id"])
        assert ann.codes == [Close.REMOVED]
        assert ann.heard("moderated") == []
        assert await here.guest(ANN).refused(Join(room=ROOM)) == "no_such_room"
        print(f"heard {here.hub.now() - told['at']} ms after it was kept")  # five looks a second
        await owner.hears(deed("slow", seconds=9), "moderated")
        assert (await until(ben, "seat"))["seat"] == {"role": "member", "slow": 9}


async def test_who_is_banned_has_no_way_back_by_what_they_opened_the_room_with(
    tmp_path: Path,
) -> None:
    async with seminar(tmp_path) as place:
        keys, hub = place.hub.keys, place.hub
        await come(place, ANN)
        mine, hers = await keys.make(OWNER, ROOM, "mine"), await keys.make(ANN, ROOM, "hers")
        other = await keys.make(ANN, "lobby", "other")
        at = hub.now()
        invite = InviteMade("lobby", "i", ["lobby", ROOM], "hash", at + 60_000, 9, {}, at, ANN)
        await hub.log.append(invite)
        await hub.moderation.moderate(OWNER, MEMBER, deed("ban", ANN))
        assert await hub.view.invites(ROOM) == []
        assert [key.id for key in await hub.view.keys(ROOM)] == [mine.id]
        assert [key.id for key in await hub.view.keys("lobby")] == [other.id]
        assert await keys.find(hers.key) is None


async def test_S11_what_holds_for_somebody_reaches_the_programs_that_speak_for_them(
    tmp_path: Path,
) -> None:
    async with seminar(tmp_path) as place:
        owner, _ = await come(place, OWNER), await come(place, ANN)
        bot = await come(place, BOT, ROOM, "lobby", access=Access(person=ANN.id))
        await owner.hears(deed("mute", ANN, seconds=60), "moderated")
        assert (await until(bot, "seat"))["seat"]["muted"]
        assert await bot.refused(words()) == "muted"
        await owner.hears(deed("ban", ANN), "moderated")
        assert (await until(bot, "rejected", code="removed"))["room"] == ROOM
        assert await bot.refused(words()) == "no_such_room"


@pytest.mark.parametrize(("rooms", "stays"), [([ROOM], False), ([ROOM, "lobby"], True)])
async def test_a_guest_who_is_kicked_from_all_they_may_enter_needs_the_invite_again(
    tmp_path: Path, rooms: list[str], stays: bool
) -> None:
    async with seminar(tmp_path) as place:
        hub, at = place.hub, place.hub.now()
        invite = InviteMade(rooms[0], "i", rooms, "hash", at + 60_000, 9, {}, at, OWNER)
        await hub.log.append(invite)
        await hub.log.append(Entered(rooms[0], "i", "ticket", at, GUS))
        page = await come(place, GUS, access=Access(rooms=frozenset(rooms)))
        await hub.moderation.moderate(OWNER, MEMBER, deed("kick", GUS))
        assert Close.REMOVED in page.codes
        assert (await hub.view.guest("ticket") is not None) is stays
