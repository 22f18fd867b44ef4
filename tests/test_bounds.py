"""What the hub bounds: who waits, who is silent, who is one too many, and who is shut out."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from clock import Clock, settle
from house import ANN, BEN, Gate, house
from jupyter_tornchat import hub as hub_module
from jupyter_tornchat import liveroom
from jupyter_tornchat.access import Access
from jupyter_tornchat.events import Revoked, Said
from jupyter_tornchat.log import Entry
from jupyter_tornchat.protocol import LIMITS, Close, Invite, Join, Leave, Pulse, Refusal, Send
from jupyter_tornchat.view import View


async def test_sends_that_wait_for_the_disk_are_bounded(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        for n in range(LIMITS.in_flight - 1):
            ann.say(Send(room="lobby", id=str(n), text="x"))
        assert ann.connection.room_in_flight() is None
        ann.say(Send(room="lobby", id="last", text="x"))
        room = ann.connection.room_in_flight()
        assert room is not None
        assert room is ann.connection.room_in_flight()
        async with asyncio.timeout(10):
            await room
            while ann.connection.in_flight:
                place.news.clear()
                await place.news.wait()
        assert len(ann.heard("message")) == LIMITS.in_flight


async def test_a_room_takes_no_more_than_can_be_handed_out(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        await place.hub.open_room(ANN, "elsewhere", "Elsewhere")
        flood = [Entry(n, n, Said("lobby", str(n), BEN, "x", 1)) for n in range(1, 5000)]
        place.hub.deliver(flood[: liveroom.WAITING])
        with pytest.raises(Refusal) as no:
            place.hub.publish(ANN, Send(room="lobby", id="1", text="x"))
        assert (no.value.code, no.value.retry_after) == ("too_fast", 1.0)
        place.hub.publish(ANN, Send(room="elsewhere", id="1", text="x")).cancel()
        await settle()
        await place.hub.publish(ANN, Send(room="lobby", id="1", text="x"))


async def test_a_person_says_so_much_in_a_while(tmp_path: Path) -> None:
    async with house(tmp_path, message_rate=5) as place:
        ann, other_tab, ben = place.guest(), place.guest(), place.guest(BEN)
        for guest in (ann, other_tab, ben):
            await guest.answer(Join(room="lobby"))
        for n in range(15):
            ann.say(Send(room="lobby", id=str(n), text="x"))
        refused = await other_tab.answer(Send(room="lobby", id="one more", text="x"))
        assert (refused["code"], refused["id"]) == ("too_fast", "one more")
        assert 0 < refused["retry_after"] <= 0.2
        ben.say(Send(room="lobby", id="ben", text="x"))
        await place.say(1)
        await settle()
        assert [m["id"] for m in ben.heard("message")][15] == "ben"


async def test_who_says_nothing_at_first_is_no_client(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path) as place:
        silent, talks = place.guest(), place.guest(BEN)
        talks.say(Pulse())
        await clock.advance(LIMITS.silence_seconds - 0.5)
        assert (silent.codes, talks.codes) == ([], [])
        await clock.advance(0.5)
        assert (silent.codes, talks.codes) == ([Close.PROTOCOL_ERROR], [])


async def test_a_heart_beats_and_who_is_silent_for_long_is_dead(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, heartbeat=15.0) as place:
        await settle()
        ann, ben, plain = place.guest(), place.guest(BEN), place.guest(plain=True)
        for guest in (ann, ben):
            guest.say(Pulse())
        await clock.advance(15)
        assert len(ann.heard("heartbeat")) == 2
        assert (ann.wire.pings, plain.wire.pings, plain.wire.frames) == (1, 1, [])
        for _ in range(2):
            ben.connection.heard = plain.connection.heard = clock.loop.time()
            await clock.advance(15)
        assert (ann.codes, ben.codes, plain.codes) == ([Close.GOING_AWAY], [], [])


async def test_a_server_takes_so_many_connections(tmp_path: Path) -> None:
    async with house(tmp_path, max_connections=2) as place:
        ann = place.guest()
        place.guest(BEN)
        with pytest.raises(Refusal) as no:
            place.guest()
        assert no.value.code == "full"
        place.hub.disconnect(ann.connection)
        place.hub.disconnect(ann.connection)
        place.guest()


async def test_one_guest_who_was_invited_takes_no_more_connections_than_they_need(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        invite = Invite("i", ["lobby"], 0, BEN, place.hub.now() + 60_000, 9)
        access = Access(rooms=frozenset({"lobby"}), invite=invite)
        for _ in range(hub_module.GUEST_CONNECTIONS):
            place.guest(access=access)
        with pytest.raises(Refusal, match="full"):
            place.guest(access=access)
        place.guest(BEN, access=access)


async def test_R15_who_does_not_hang_up_holds_nobody_for_long(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path) as place:
        stuck = place.guest()
        closing = asyncio.create_task(place.hub.close())
        await settle()
        assert stuck.codes == [Close.RESTARTING]
        assert not closing.done()
        await clock.advance(hub_module.GOODBYE_SECONDS)
        assert closing.done()
        await closing


async def test_what_waits_behind_a_full_write_reaches_plain_clients_too(tmp_path: Path) -> None:
    gate = Gate()
    async with house(tmp_path, deliver=gate) as place:
        lines, gone = place.guest(plain=True), place.guest(BEN)
        lines.say(Join(room="lobby"))
        await gone.answer(Join(room="lobby"))
        clock = Clock()
        await clock.advance(1)  # everyone has been told who is here
        gate.open = False
        await place.say(liveroom.WRITE_FRAMES + 54)
        gate.let(liveroom.WRITE_FRAMES + 44)
        gone.say(Leave(room="lobby"))
        place.hub.rooms["lobby"].presence._tell_now()
        gate.let(10)
        await clock.advance(2)
        said = [frame["line"] for frame in lines.heard("line")]
        assert len([line for line in said if "说" in line]) == liveroom.WRITE_FRAMES + 54
        assert len([line for line in said if "ben 离开" in line]) == 1


async def test_an_answer_that_fails_is_a_refusal_and_not_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(View):
        async def threshold(self, user: str, room: str, after: int) -> Any:
            raise ZeroDivisionError

    async with house(tmp_path, view=Broken) as place:
        ann = place.guest()
        assert await ann.refused(Join(room="lobby")) == "unavailable"
        assert ann.connection.in_flight == 0
    assert "Join could not be answered" in caplog.text


async def test_who_signs_out_is_gone_from_every_connection(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        tabs, ben = [place.guest(), place.guest()], place.guest(BEN)
        place.hub.sign_out(ANN.id)
        assert [tab.codes for tab in tabs] == [[Close.SIGNED_OUT]] * 2
        assert ben.codes == []


async def test_who_is_shut_out_is_gone_for_the_others_at_once(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = place.guest(), place.guest(BEN)
        for guest in (ann, ben):
            await guest.answer(Join(room="lobby"))
        clock = Clock()
        await clock.advance(1)  # everyone has been told who is here
        place.hub.deliver([Entry(1, 0, Revoked("lobby", BEN.id, "guest", 1, ANN))])
        assert ben.codes == [Close.REMOVED]
        await clock.advance(1)
        assert ann.heard("presence")[-1]["left"] == [BEN.id]


async def test_what_is_sent_right_behind_a_join_is_said(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        ann.say(Join(room="lobby"))
        ann.say(Send(room="lobby", id="1", text="at once"))
        assert ann.connection.in_flight == 2
        assert ann.heard("rejected") == []


async def test_a_room_that_another_server_opened_is_there_before_one_hears_of_it(
    tmp_path: Path,
) -> None:
    deaf: Any = lambda deliver: lambda entries: None  # noqa: E731, ARG005
    async with house(tmp_path) as other, house(tmp_path, deaf) as place:
        ann = place.guest()
        assert (await ann.answer(Join(room="new")))["code"] == "no_such_room"
        await other.hub.open_room(BEN, "new", "New")
        assert (await ann.answer(Join(room="new")))["title"] == "New"
        assert await place.hub.opens(ANN, Access(), "new")
        assert not await place.hub.opens(ANN, Access(rooms=frozenset()), "new")
