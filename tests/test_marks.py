"""What people have read, and what is new to them."""

from __future__ import annotations

import asyncio
from pathlib import Path

from clock import Clock, settle
from house import ANN, BEN, Guest, House, house
from jupyter_tornchat.events import Changed, Said
from jupyter_tornchat.keep import mark_key
from jupyter_tornchat.protocol import Join, Read, Send, User
from jupyter_tornchat.sight import ALL
from jupyter_tornchat.standings import UNREAD


async def standing(place: House, user: User = ANN) -> dict[str, tuple[int, int | None]]:
    """The newest entry and the unread messages of every room."""
    rooms = await place.hub.view.standings(user.id, place.hub.marks.of(user.id), lambda _: ALL)
    return {room.room: (seq, unread) for room, seq, unread in rooms}


async def kept(place: House, user: User = ANN, room: str = "lobby") -> str | None:
    """The mark as it is on disk, once all of them are."""
    place.hub.marks.write()
    await place.hub.log.put("behind them", None)
    await settle()
    assert place.hub.marks.of(user.id) == {}
    return await place.hub.view.value(mark_key(user.id, room))


async def test_what_others_said_since_I_read_is_unread(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ben = place.guest(BEN)
        await ben.answer(Join(room="lobby"))
        await place.hub.open_room(ANN, "other", "")
        await place.say(5)
        assert await standing(place, BEN) == {"lobby": (5, None), "other": (0, None)}
        marked = await ben.answer(Read(room="lobby", seq=3))
        assert (marked["type"], marked["room"], marked["seq"]) == ("marked", "lobby", 3)
        assert (await standing(place, BEN))["lobby"] == (5, 2)
        await place.keep(Said("lobby", "mine", BEN, "x", 1))
        assert (await standing(place, BEN))["lobby"] == (6, 0)  # who speaks has read it
        await place.say(3)
        await place.change(8, None)
        await place.change(7, "not new")
        assert (await standing(place, BEN))["lobby"] == (11, 2)
        await place.say(UNREAD)
        assert (await standing(place, BEN))["lobby"] == (11 + UNREAD, UNREAD)
        assert (await standing(place, ANN))["lobby"] == (11 + UNREAD, 0)


async def test_a_program_that_speaks_has_not_read_what_waits_for_it(tmp_path: Path) -> None:
    bot = User("program:bot", "bot", "program")
    async with house(tmp_path) as place:
        listener = place.guest(bot)
        await listener.answer(Join(room="lobby"))
        await place.say(3)
        await listener.answer(Read(room="lobby", seq=1))
        await listener.hears(Send(room="lobby", id="reply", text="x", reply=1), "message")
        assert await kept(place, bot) == "1"
        assert (await standing(place, bot))["lobby"] == (4, 2)
        assert (await listener.answer(Read(room="lobby", seq=3)))["seq"] == 3


async def test_a_mark_never_goes_back_and_never_ahead_of_what_there_is(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ben = place.guest(BEN)
        assert await ben.refused(Read(room="lobby", seq=1)) == "not_joined"
        await ben.answer(Join(room="lobby"))
        await place.say(5)
        for seq, is_now in ((4, 4), (2, 4), (0, 4), (2**53 - 1, 5), (5, 5)):
            assert (await ben.answer(Read(room="lobby", seq=seq)))["seq"] == is_now
        assert await kept(place, BEN) == "5"
        assert (await ben.answer(Read(room="lobby", seq=3)))["seq"] == 5
        await place.say(1)
        assert (await standing(place, BEN))["lobby"] == (6, 1)
        assert await kept(place, BEN) == "5"
    async with house(tmp_path) as place:
        assert (await standing(place, BEN))["lobby"] == (6, 1)


async def test_who_comes_in_is_told_first_how_far_they_have_read(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        phone, tab, line = place.guest(BEN), place.guest(BEN), place.guest(BEN, plain=True)
        await phone.answer(Join(room="lobby"))
        assert phone.heard("marked") == []
        await place.say(5)
        await phone.answer(Read(room="lobby", seq=3))
        await tab.answer(Join(room="lobby"))
        assert last_two(tab) == [("marked", 3), ("joined", None)]
        back = place.guest(BEN)  # whose line was lost, and who read on elsewhere meanwhile
        await back.answer(Join(room="lobby", after=1))
        assert last_two(back) == [("marked", 3), ("joined", None)]
        heard = len(phone.heard("marked"))
        await phone.answer(Join(room="lobby", after=5))
        assert len(phone.heard("marked")) == heard
        line.say(Join(room="lobby"))
        await settle()
        assert line.wire.frames == []


async def test_who_was_in_a_room_before_anything_was_said_has_read_nothing_of_it(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        ben = place.guest(BEN)
        await ben.answer(Join(room="lobby"))
        assert (await ben.answer(Read(room="lobby", seq=0)))["seq"] == 0
        await place.say(3)
        assert (await standing(place, BEN))["lobby"] == (3, 3)
        assert await kept(place, BEN) == "0"
        assert (await standing(place, BEN))["lobby"] == (3, 3)
        back = place.guest(BEN)
        await back.answer(Join(room="lobby"))
        assert last_two(back) == [("marked", 0), ("joined", None)]


def last_two(guest: Guest) -> list[tuple[str, int | None]]:
    return [(frame["type"], frame.get("seq")) for frame in guest.wire.frames[-2:]]


async def test_my_other_connections_hear_what_I_have_read(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        phone, tab, line, ann = (
            place.guest(BEN),
            place.guest(BEN),
            place.guest(BEN, plain=True),
            place.guest(ANN),
        )
        await phone.answer(Join(room="lobby"))
        await place.say(5)
        await phone.answer(Read(room="lobby", seq=4))
        await phone.answer(Read(room="lobby", seq=4))
        await phone.answer(Read(room="lobby", seq=1))
        assert [(m["room"], m["seq"]) for m in tab.heard("marked")] == [("lobby", 4)]
        assert (line.wire.frames, ann.heard("marked")) == ([], [])
        phone.say(Read(room="lobby", seq=5))
        async with asyncio.timeout(10):
            while len(tab.heard("marked")) < 2:
                place.news.clear()
                await place.news.wait()
        assert len(phone.heard("marked")) == 3  # the answers it asked for by `ref`, and no more


async def test_marks_go_to_the_disk_once_a_second_however_often_they_move(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path) as place:
        put, keys = place.hub.log.put, []
        place.hub.log.put = lambda key, value: keys.append((key, value)) or put(key, value)  # type: ignore[method-assign]
        await place.say(50)
        await clock.advance(0.9)
        assert keys == []
        await clock.advance(0.2)
        assert keys == [(mark_key(ANN.id, "lobby"), "50")]
        await put("behind it", None)
        await clock.advance(5)
        assert len(keys) == 1
        assert await kept(place) == "50"


# ------------------------------------------------------------------------------------- news


def told(guest: Guest) -> list[list[tuple[str, int, int]]]:
    return [[(n["room"], n["seq"], n["messages"]) for n in f["rooms"]] for f in guest.heard("news")]


async def test_everyone_is_told_of_news_at_most_once_a_second(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path) as place:
        ann, elsewhere, line = place.guest(), place.guest(BEN), place.guest(BEN, plain=True)
        await ann.answer(Join(room="lobby"))
        await place.hub.open_room(ANN, "other", "")
        await clock.advance(5)
        assert told(elsewhere) == []
        await ann.hears(Send(room="lobby", id="first", text="x"), "message")
        await settle()
        assert told(elsewhere) == [[("lobby", 1, 1)]]
        await place.say(3)
        await place.say(2, "other")
        await place.change(2, "edited")
        await clock.advance(0.8)
        assert len(told(elsewhere)) == 1
        await clock.advance(0.3)
        assert told(elsewhere)[1:] == [[("lobby", 4, 3), ("other", 2, 2)]]
        assert told(ann) == told(elsewhere)
        await place.keep(Changed("lobby", "edit", ANN, 2, 1, "again"))
        await clock.advance(5)
        assert len(told(elsewhere)) == 2
        assert place.hub._news._timer is None
        assert line.wire.frames == []
