"""The view: history in pages both ways, messages as they are now, guests, seats and files."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import sqlite3
import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from jupyter_tornchat.events import Changed, Entered, InviteMade, Moderated, Opened, Revoked, Said
from jupyter_tornchat.protocol import LIMITS, Guest, Job, Message, Refusal
from jupyter_tornchat.readers import READERS
from jupyter_tornchat.sight import ALL
from jupyter_tornchat.view import View
from logs import keep, open_view, refusal
from stories import ANN, BEN, CAT, CELL, DATA, PLOT, STORIES, TABLE, TOP, messages


async def test_rooms_are_told_with_their_titles_and_who_opened_them(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        story = STORIES[Opened]
        await keep(log, story)
        frames = [event.frame() for event in story if isinstance(event, Opened)]
        assert await shown.rooms() == sorted(frames, key=lambda room: room.room)
        assert await shown.room("analysis") == frames[1]
        assert await refusal(shown.room("none")) == "no_such_room"
        assert await refusal(shown.older("none", TOP, 1, ALL)) == "no_such_room"
        assert await refusal(shown.newer("none", 0, 1, ALL)) == "no_such_room"


@pytest.mark.parametrize("limit", [1, 7, 50, 199, 200])
async def test_history_is_paged_both_ways_without_a_gap_or_a_double(
    limit: int, tmp_path: Path
) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        await keep(log, messages(200))
        forth: list[int] = []
        more = True
        while more:
            page = await shown.newer("lobby", forth[-1] if forth else 0, limit, ALL)
            assert (len(page.messages), page.last) == (min(limit, 200 - len(forth)), 200)
            forth += [message.seq for message in page.messages]
            more = page.more
        back: list[int] = []
        more = True
        while more:
            page = await shown.older("lobby", back[0] if back else TOP, limit, ALL)
            back[:0] = [message.seq for message in page.messages]
            more = page.more
        assert forth == back == list(range(1, 201))


async def test_a_page_stops_at_its_bytes_but_holds_at_least_one_message(tmp_path: Path) -> None:
    def text(n: int) -> str:
        return "日志" * (4_000 if n % 3 else 10)

    async with open_view(tmp_path / "chat.db") as (log, shown):
        await keep(log, messages(60, text))
        pages = [await shown.newer("lobby", 0, 200, ALL), await shown.older("lobby", TOP, 200, ALL)]
        while pages[-1].more:
            pages.append(await shown.older("lobby", pages[-1].messages[0].seq, 200, ALL))
        sizes = [sum(len(msgspec.json.encode(m)) for m in page.messages) for page in pages]
        assert max(sizes) <= LIMITS.page_bytes + 60 * 20  # `seq` and `type` are not in the body
        assert min(sizes[:-1]) > LIMITS.page_bytes - 30_000
        back = [m.seq for page in reversed(pages[1:]) for m in page.messages]
        assert back == list(range(1, 61))
        assert len((await shown.older("lobby", TOP, 1, ALL)).messages) == 1


async def test_one_message_is_found_by_its_place(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        await keep(log, messages(3))
        assert (await shown.message("lobby", 2, ALL)).text == "2"
        for seq in (0, 4, TOP):
            assert await refusal(shown.message("lobby", seq, ALL)) == "no_such_message"
        assert await refusal(shown.message("none", 1, ALL)) == "no_such_room"
        assert (await shown.newer("lobby", 3, 200, ALL)).messages == []
        assert (await shown.older("lobby", 1, 200, ALL)).messages == []


async def test_a_changed_message_is_read_as_it_is_now(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        for event in STORIES[Changed]:
            await log.append(event)
        one, two, seven, eight, ten, gone = (await shown.older("lobby", TOP, 10, ALL)).messages
        assert (one.text, one.edited, one.deleted) == ('日志 \u2028 "quoted" \\u0000 {}', 7, False)
        assert (two.text, two.reply, two.edited, two.deleted) == ("", None, None, True)
        assert await shown.message("lobby", 1, ALL) == one
        assert (eight.text, eight.files, eight.cell) == ("of nothing", [], None)
        assert (ten.text, ten.data, ten.edited) == ("last word", [], 16)
        assert ten.job == Job("fit", "failed", 13, 16)
        for empty in (seven, gone):
            assert empty == Message(
                room="lobby",
                seq=empty.seq,
                id=empty.id,
                user=ANN,
                text="",
                at=empty.at,
                deleted=True,
            )
        assert (await shown.message("analysis", 1, ALL)).text == "untouched"
        assert await refusal(shown.message("lobby", 3, ALL)) == "no_such_message"
        ids = [(await shown.threshold("", "lobby", seq)).check for seq in range(17)]
        assert ids == [None, *map(str, range(1, 16)), None]
        assert await refusal(shown.threshold("", "none", 1)) == "no_such_room"


async def test_a_room_shows_a_file_for_as_long_as_one_of_its_messages_does(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):

        async def shows() -> tuple[bool, bool]:
            return (
                await shown.shows("lobby", PLOT.hash, ALL),
                await shown.shows("lobby", TABLE.hash, ALL),
            )

        await keep(log, [Opened("lobby", "Lobby", 1), Opened("other", "Other", 1)])
        assert await shows() == (False, False)
        await keep(log, [Said("lobby", "1", ANN, "", 1, files=[PLOT, TABLE])])
        await keep(log, [Said("lobby", "2", ANN, "", 1, cell=CELL)])
        assert await shows() == (True, True)
        await keep(log, [Changed("lobby", "3", ANN, 1, 1, "edited")])
        assert await shows() == (True, True)
        await keep(log, [Changed("lobby", "4", ANN, 1, 1)])
        assert await shows() == (True, False)
        await keep(log, [Changed("lobby", "5", ANN, 2, 1)])
        assert await shows() == (False, False)
        await keep(log, [Said("other", "1", ANN, "", 1, files=[PLOT])])
        assert await shows() == (False, False)
        await keep(log, [Said("lobby", "6", ANN, "", 1, data=DATA)])
        assert await shows() == (False, True)
        await keep(log, [Changed("lobby", "7", ANN, 6, 1, "a picture", files=[PLOT])])
        assert await shows() == (True, False)
        await keep(log, [Changed("lobby", "8", ANN, 6, 1, "", data=DATA, cell=CELL)])
        assert await shows() == (True, True)
        await keep(log, [Changed("lobby", "9", ANN, 6, 1, "nothing", data=[])])
        assert await shows() == (False, False)


async def test_what_was_missed_comes_in_pages_of_what_was_said_or_changed(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        await keep(log, messages(20))
        for of in (3, 12, 3, 20):
            await log.append(Changed("lobby", f"edit {of}.{secrets.token_hex(4)}", ANN, of, 1, "x"))
        assert await seqs(shown, 0, 200) == [[*range(1, 21)]]
        assert await seqs(shown, 18, 200) == [[3, 12, 19, 20]]
        assert await seqs(shown, 18, 2) == [[19, 20], [12], [3, 20]]
        assert await seqs(shown, 17, 2) == [[18, 19], [20], [3, 12], [20]]
        assert await seqs(shown, 22, 200) == [[3, 20]]
        assert await seqs(shown, 24, 200) == [[]]


async def seqs(shown: View, after: int, limit: int) -> list[list[int]]:
    """The places of missed messages, page by page."""
    pages = [await shown.missed("lobby", after, limit, ALL)]
    while pages[-1].more:
        assert pages[-1].check == (await shown.threshold("", "lobby", pages[-1].last)).check
        pages.append(await shown.missed("lobby", pages[-1].last, limit, ALL))
    assert pages[-1].last == 24
    return [[message.seq for message in page.messages] for page in pages]


async def test_an_invite_is_listed_by_its_rooms_and_its_guests_by_the_names_they_have_now(
    tmp_path: Path,
) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        for event in STORIES[InviteMade] + STORIES[Entered][2:4]:
            await log.append(event)
        (invite,) = await shown.invites("other")
        assert (invite.id, invite.used, invite.uses, invite.past, invite.key) == (
            "1",
            2,
            2,
            False,
            "",
        )
        assert await shown.invites() == await shown.invites("lobby") == [invite]
        assert (await shown.invites("none"), await shown.invite("1" * 64)) == ([], None)
        made, used = (await shown.invite("0" * 64)) or (None, 0)
        assert (made, used) == (STORIES[InviteMade][2], 2)
        for event in STORIES[Entered][4:]:
            await log.append(event)
        ben = Guest(replace(BEN, name="'ben' 😀"), 3, "1")
        assert await shown.guests(98) == await shown.guests(98, "other", "1") == [ben]
        assert await shown.guests(99) == await shown.guests(98, invite="2") == []
        visit = await shown.guest("2" * 64)
        assert visit is not None
        assert (visit.guest.user, visit.invite) == (ben.user, made)
        assert await shown.guest("3" * 64) is None
        await log.append(Revoked("lobby", "1", "invite", 9, ANN))
        assert (await shown.guest("2" * 64), await shown.guests(98)) == (None, [])


async def test_seats_are_what_moderators_made_of_people_and_rooms(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        await keep(log, STORIES[Moderated])
        lobby, noise = await shown.seats()
        assert (lobby.kind, lobby.slow, noise.kind, noise.slow) == ("announce", 30, "open", 0)
        one, two = lobby.sitters[ANN.id], lobby.sitters[BEN.id]
        assert (one.role, one.banned, two.role, two.banned) == ("member", True, "member", False)
        assert (one.muted or 0, two.muted, two.user.name) == (0, 600, "'benny'")
        assert CAT.id not in lobby.sitters
        page = await shown.older("noise", TOP, 10, ALL)
        assert ([m.text for m in page.messages], page.since) == (["quiet"], 6)
        assert [deed.act for deed in page.moderated] == ["clear", "unmute"]
        assert [(await shown.threshold("", "noise", seq)).check for seq in range(1, 9)] == [
            *map(str, range(1, 9))
        ]
        assert [await shown.shows("noise", f.hash, ALL) for f in (PLOT, TABLE)] == [False, True]
        said = (await shown.older("lobby", TOP, 10, ALL)).messages
        assert [message.deleted for message in said] == [True, True, False]
        assert [message.question for message in said] == [None, None, None]


async def test_readers_read_while_it_is_written(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        await log.append(Opened("lobby", "Lobby", 1))
        writing = asyncio.gather(*map(log.append, messages(1000)[1:]))
        tops = [0]
        while not writing.done():
            page = await shown.older("lobby", TOP, 5, ALL)
            top = page.messages[-1].seq if page.messages else 0
            assert page.last == top
            assert [m.seq for m in page.messages] == list(range(max(1, top - 4), top + 1))
            tops.append(top)
        assert all(a <= b for a, b in itertools.pairwise(tops))
        assert (await shown.older("lobby", TOP, 1, ALL)).last == 1000


async def test_a_value_is_read_by_its_key(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        assert await shown.value("key") is None
        await log.put("key", "värde")
        assert await shown.value("key") == "värde"
        await log.put("key", None)
        assert await shown.value("key") is None


async def test_a_closed_view_says_so(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (_, shown):
        await shown.rooms()
        shown.close()
        assert await refusal(shown.rooms()) == "unavailable"


async def test_a_reader_cannot_write(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, _):
        db = log.connect()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM entries")
        db.close()


async def test_a_damaged_message_is_said_and_the_next_question_is_answered(tmp_path: Path) -> None:
    async with open_view(tmp_path / "chat.db") as (log, shown):
        await keep(log, [Opened("lobby", "Lobby", 1), Said("lobby", "1", ANN, "hello", 2)])
        db = sqlite3.connect(tmp_path / "chat.db", isolation_level=None)
        db.execute("UPDATE messages SET body = '{'")
        db.close()
        for _ in range(2 * READERS):
            with pytest.raises(Refusal) as no:
                await shown.older("lobby", TOP, 10, ALL)
            assert no.value.code == "unavailable"
        assert [room.room for room in await shown.rooms()] == ["lobby"]


async def test_nobody_waits_for_a_reader_that_hangs(tmp_path: Path) -> None:
    script = """
import sqlite3, threading, asyncio
from jupyter_tornchat.readers import Readers
async def main():
    readers = Readers(lambda: sqlite3.connect(":memory:"))
    readers.ask(lambda db: threading.Event().wait())
    readers.close()
asyncio.run(main())
"""
    done = await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=tmp_path)
    assert await asyncio.wait_for(done.wait(), 30) == 0
