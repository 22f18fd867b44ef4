"""The contract of `Log`: whatever keeps the log passes this, `test_changes` and `test_grants`."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_tornchat.events import Said
from jupyter_tornchat.log import Entry
from jupyter_tornchat.protocol import LIMITS, Refusal, User
from jupyter_tornchat.sqlite import SQLiteLog
from logs import ANN, BEN, Open, Server, opened, refusal, said

# ---------------------------------------------------------------------------------- places


async def test_entries_are_numbered_in_the_log_and_in_their_room(open_log: Open) -> None:
    server = await open_log()
    events = [
        opened("a"),
        opened("b"),
        said("1", room="a"),
        said("1", room="b"),
        said("2", room="a"),
    ]
    for event in events:
        await server.log.append(event)
    assert server.handed == [
        Entry(offset, seq, event)
        for offset, (seq, event) in enumerate(zip([0, 0, 1, 1, 2], events, strict=True), 1)
    ]


async def test_many_appends_at_once_leave_no_hole_and_keep_their_order(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    futures = [server.log.append(said(str(n))) for n in range(1000)]
    receipts = await asyncio.gather(*futures)
    assert [receipt.entry.seq for receipt in receipts] == list(range(1, 1001))
    assert [entry.offset for entry in server.handed] == list(range(1, 1002))


async def test_an_append_is_done_after_its_delivery(open_log: Open) -> None:
    server = await open_log()
    receipt = await server.log.append(opened())
    assert server.handed == [receipt.entry]


async def test_R24_two_servers_hand_out_the_same_entries_in_the_same_order(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(opened())

    async def write(server: Server, name: str) -> None:
        for n in range(50):
            await asyncio.gather(*(server.log.append(said(f"{name}{n}.{i}")) for i in range(5)))

    await asyncio.gather(write(one, "one"), write(two, "two"))
    assert await one.handed_up_to(501) == await two.handed_up_to(501)
    assert [entry.offset for entry in one.handed] == list(range(1, 502))
    assert [entry.seq for entry in one.handed] == list(range(501))


async def test_R24_what_was_written_while_a_server_starts_reaches_it(
    open_log: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await open_log()
    await one.log.append(opened())
    loop = asyncio.get_running_loop()
    open_file = SQLiteLog._open

    async def write() -> None:
        await one.log.append(said("meanwhile"))

    def open_slowly(self: SQLiteLog) -> sqlite3.Connection:
        db = open_file(self)
        asyncio.run_coroutine_threadsafe(write(), loop).result(10)
        return db

    monkeypatch.setattr(SQLiteLog, "_open", open_slowly)
    two = await open_log()
    assert await two.handed_up_to(2) == one.handed[1:]


# ------------------------------------------------------------------------------------- ids


async def test_R05_the_same_id_and_text_is_the_same_entry_whoever_asks(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    first = await server.log.append(said("x"))
    again = await server.log.append(said("x", user=BEN))
    assert (first.again, again.again) == (False, True)
    assert again.entry == first.entry
    assert len(server.handed) == 2


async def test_R05_the_same_id_twice_in_one_batch_is_one_entry(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    receipts = await asyncio.gather(*(server.log.append(said("x")) for _ in range(100)))
    assert all(receipt.entry == server.handed[1] for receipt in receipts)
    assert sum(not receipt.again for receipt in receipts) == 1


async def test_R05_another_text_under_the_same_id_is_a_conflict(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    await server.log.append(opened("other"))
    await server.log.append(said("x"))
    assert await refusal(server.log.append(said("x", "something else"))) == "conflict"
    assert (await server.log.append(said("x", "something else", "other"))).entry.seq == 1
    assert len(server.handed) == 4


async def test_R05_an_id_is_known_after_a_restart_and_on_another_server(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(opened())
    first = await one.log.append(said("x"))
    assert await two.log.append(said("x")) == (first.entry, True)
    assert await two.handed_up_to(2) == one.handed
    await one.log.close()
    again = await open_log()
    assert await again.log.append(said("x")) == (first.entry, True)
    assert again.handed == []


async def test_a_refused_append_takes_no_place(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    futures = [
        server.log.append(event)
        for event in (said("1"), said("1", "other"), said("2", room="none"), said("3"))
    ]
    answers = await asyncio.gather(*futures, return_exceptions=True)
    codes = [a.code if isinstance(a, Refusal) else a.entry.seq for a in answers]  # type: ignore[union-attr]
    assert codes == [1, "conflict", "no_such_room", 2]
    assert [entry.offset for entry in server.handed] == [1, 2, 3]


# ----------------------------------------------------------------------------------- rooms


async def test_a_room_is_opened_once(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(opened("a"))
    assert await refusal(one.log.append(opened("a"))) == "room_exists"
    assert await refusal(two.log.append(opened("a"))) == "room_exists"
    both = await asyncio.gather(
        one.log.append(opened("b")), one.log.append(opened("b")), return_exceptions=True
    )
    assert [isinstance(answer, Refusal) for answer in both] == [False, True]


async def test_a_person_opens_so_many_rooms_and_a_server_has_so_many(open_log: Open) -> None:
    server = await open_log()

    async def open_rooms(user: User | None, count: int) -> list[str]:
        futures = [
            server.log.append(opened(f"r{len(server.handed)}-{n}", user)) for n in range(count)
        ]
        answers = await asyncio.gather(*futures, return_exceptions=True)
        return [a.code for a in answers if isinstance(a, Refusal)]

    assert await open_rooms(ANN, LIMITS.rooms_created + 1) == ["too_many_rooms"]
    assert await open_rooms(ANN, 1) == ["too_many_rooms"]
    assert await open_rooms(BEN, 1) == []
    left = LIMITS.rooms - LIMITS.rooms_created - 1
    assert await open_rooms(None, left + 2) == ["too_many_rooms"] * 2
    assert await open_rooms(BEN, 1) == ["too_many_rooms"]


# ------------------------------------------------------------------- epoch, values, the end


async def test_the_epoch_stays_when_the_log_is_opened_again(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    assert one.log.epoch == two.log.epoch != ""
    await one.log.close()
    await two.log.close()
    assert (await open_log()).log.epoch == one.log.epoch


async def test_nothing_is_replayed_to_a_server_that_starts(open_log: Open) -> None:
    one = await open_log()
    await one.log.append(opened())
    await one.log.append(said("1"))
    two = await open_log()
    await one.log.append(said("2"))
    assert [entry.offset for entry in await two.handed_up_to(3)] == [3]


async def test_what_was_appended_before_the_close_is_kept(open_log: Open) -> None:
    server = await open_log()
    futures = [server.log.append(opened()), *(server.log.append(said(str(n))) for n in range(500))]
    await server.log.close()
    assert [(await future).entry.offset for future in futures] == list(range(1, 502))


async def test_what_comes_while_it_closes_or_after_is_refused_and_never_hangs(
    open_log: Open,
) -> None:
    server = await open_log()
    await server.log.append(opened())
    closing = asyncio.ensure_future(server.log.close())
    await asyncio.sleep(0)  # it has said that this is the end
    late = [server.log.append(said("late")), server.log.put("key", "late")]
    await closing
    async with asyncio.timeout(10):
        assert [await refusal(future) for future in late] == ["unavailable"] * 2
        assert await refusal(server.log.append(said("too late"))) == "unavailable"


async def test_whoever_gave_up_waiting_disturbs_nobody(open_log: Open) -> None:
    server = await open_log()
    gone = server.log.append(opened())
    gone.cancel()
    assert (await server.log.append(said("1"))).entry.offset == 2


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=20))
def test_a_text_comes_back_from_the_disk_byte_for_byte(
    open_log: Open, jp_asyncio_loop: asyncio.AbstractEventLoop, texts: list[str]
) -> None:
    async def kept(server: Server) -> list[str]:
        key = secrets.token_hex(8)
        found: list[str] = []
        for n, text in enumerate(texts):
            await server.log.append(said(f"{key}{n}", text))
            # An id that is known is answered from the disk.
            again = (await server.log.append(said(f"{key}{n}", text))).entry.event
            assert isinstance(again, Said)
            found.append(again.text)
        return found

    async def check() -> None:
        server = await open_log()
        await asyncio.gather(server.log.append(opened()), return_exceptions=True)
        assert await kept(server) == texts
        await server.log.close()

    jp_asyncio_loop.run_until_complete(check())
