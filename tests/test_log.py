"""The contract of `Log`: whatever keeps the log passes this very suite.

`Shelf` is one place where a log is kept; opening it again is what a restart or a second server
does.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from jupyter_tornchat.events import (
    Answered,
    Changed,
    Closed,
    Entered,
    Event,
    HookMade,
    InviteMade,
    KeyMade,
    Moderated,
    Opened,
    Revoked,
    Said,
)
from jupyter_tornchat.history import VERSION, network_file_system
from jupyter_tornchat.log import Entry, Log
from jupyter_tornchat.protocol import (
    LIMITS,
    Cell,
    Closing,
    Ending,
    Job,
    Output,
    Question,
    Refusal,
    StoredFile,
    User,
)
from jupyter_tornchat.sqlite import SQLiteLog

ANN = User("guest:1", "ann", "guest", declared=True)
BEN = User("guest:2", "ben", "guest")
LOG = logging.getLogger("test")


class Server:
    """One server's log, and everything it was handed."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.handed: list[Entry] = []
        self._news = asyncio.Event()

    def deliver(self, entries: Sequence[Entry]) -> None:
        self.handed += entries
        self._news.set()

    async def handed_up_to(self, offset: int) -> list[Entry]:
        """Everything it was handed, once that reaches `offset`."""
        async with asyncio.timeout(10):
            while not self.handed or self.handed[-1].offset < offset:
                self._news.clear()
                await self._news.wait()
        return self.handed


Open = Callable[[], Awaitable[Server]]


@pytest.fixture(params=["sqlite"])
def open_log(
    request: pytest.FixtureRequest, tmp_path: Path, jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Open:
    """`await open_log()`: one more server on the same shelf; closed when the test ends."""

    async def open_log() -> Server:
        server = Server(SQLiteLog(tmp_path / "chat.db", LOG))
        await server.log.start(server.deliver)
        request.addfinalizer(lambda: jp_asyncio_loop.run_until_complete(server.log.close()))
        return server

    return open_log


def said(id: str, text: str = "hello", room: str = "lobby", user: User = ANN) -> Said:
    return Said(room, id, user, text, 1_700_000_000_000)


def changed(
    id: str, of: int, text: str | None = None, room: str = "lobby", user: User = ANN
) -> Changed:
    return Changed(room, id, user, of, 1_700_000_000_001, text)


def opened(room: str = "lobby", user: User | None = None) -> Opened:
    return Opened(room, room.title(), 1_700_000_000_000, user)


async def refusal(future: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as no:
        await future
    return no.value.code


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


# --------------------------------------------------------------------------------- changes


async def test_a_change_has_a_place_of_its_own_in_the_room(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    events = [opened(), said("1"), changed("2", 1, "hullo"), said("3"), changed("4", 1)]
    for event in events:
        await one.log.append(event)
    assert [(entry.seq, entry.event) for entry in one.handed] == list(enumerate(events))
    assert await two.handed_up_to(5) == one.handed


async def test_R05_the_same_change_again_is_the_same_entry(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    for event in (opened(), said("1"), said("2")):
        await one.log.append(event)
    edit = await one.log.append(changed("e", 1, "hullo"))
    gone = await one.log.append(changed("d", 1))
    for server in (one, two):
        assert await server.log.append(changed("e", 1, "hullo")) == (edit.entry, True)
        assert await server.log.append(changed("d", 1)) == (gone.entry, True)
        for other in (
            changed("e", 1, "hello"),
            changed("e", 2, "hullo"),
            changed("e", 1),
            changed("d", 1, ""),
            changed("1", 1, "hello"),
            said("e", "hullo"),
        ):
            assert await refusal(server.log.append(other)) == "conflict"
    assert await two.handed_up_to(5) == one.handed


async def test_R05_another_body_under_the_same_id_is_a_conflict(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    await server.log.append(said("1"))
    file = StoredFile("0" * 64, "a.png", "image/png", 9)
    cell = Cell("1 + 1", outputs=[Output("text/plain", "2")])
    question, job = Question(["no", "yes"], 1_700_000_009_000), Job("fit", "running", 0)
    bodies: list[dict[str, Any]] = [
        {},
        {"reply": 1},
        {"files": [file]},
        {"cell": cell},
        {"data": [Output("text/plain", "2")]},
        {"question": question},
        {"question": replace(question, vote=True)},
        {"question": replace(question, choices=["yes", "no"])},
        {"question": replace(question, until=1_700_000_010_000)},
        {"job": job},
        {"job": replace(job, what="fit again")},
    ]
    for n, body in enumerate(bodies):
        first = await server.log.append(replace(said(f"x{n}"), **body))
        assert await server.log.append(replace(said(f"x{n}"), **body)) == (first.entry, True)
        for other in bodies:
            if other is not body:
                again = server.log.append(replace(said(f"x{n}"), **other))
                assert await refusal(again) == "conflict"


CHANGES = [
    (opened(), 0),
    (said("1"), 1),
    (said("2", user=BEN), 2),
    (changed("3", 3, "x"), "no_such_message"),
    (changed("4", 0, "x"), "no_such_message"),
    (changed("5", 1, "x", user=BEN), "forbidden"),
    (changed("6", 1, user=BEN), "forbidden"),
    (changed("7", 1, "x"), 3),
    (changed("8", 3, "x"), "no_such_message"),  # 3 is a change, and no message
    (changed("9", 1), 4),
    (changed("10", 1), "no_such_message"),
    (changed("11", 1, "x"), "no_such_message"),
    (changed("12", 1, "x", user=BEN), "forbidden"),
    (changed("13", 2, "x", user=BEN), 5),
    (changed("14", 1, "x", room="none"), "no_such_room"),
]


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
async def test_a_message_is_changed_by_its_author_alone_and_not_once_it_is_gone(
    open_log: Open, together: bool
) -> None:
    server = await open_log()
    events = [event for event, _ in CHANGES]
    answers: list[Any] = []
    for part in [events] if together else [[event] for event in events]:
        futures = [server.log.append(event) for event in part]
        answers += await asyncio.gather(*futures, return_exceptions=True)
    codes = [a.code if isinstance(a, Refusal) else a.entry.seq for a in answers]
    assert codes == [answer for _, answer in CHANGES]


# ------------------------------------------------------------------- questions, jobs, loops

UNTIL = 1_700_000_009_000
ASKED = Question(["no", "yes"], UNTIL)


def asked(id: str, vote: bool = False, user: User = ANN) -> Said:
    return replace(said(id, "?", user=user), question=replace(ASKED, vote=vote))


def working(id: str, user: User = ANN) -> Said:
    return replace(said(id, user=user), job=Job("fit", "running", 1_700_000_000_000))


def answered(id: str, of: int, choice: int = 0, user: User = BEN, at: int = UNTIL - 1) -> Answered:
    return Answered("lobby", id, user, of, choice, at)


def closed(id: str, of: int, user: User = ANN, why: Closing = "withdrawn") -> Closed:
    return Closed("lobby", id, user, of, why, UNTIL)


def ended(id: str, of: int, state: Ending, user: User = ANN) -> Changed:
    return replace(changed(id, of, "over", user=user), state=state)


Story = list[tuple[Event, int | str]]
ANSWERS: dict[str, Story] = {
    "one answer": [
        (opened(), 0),
        (asked("1"), 1),
        (answered("2", 1, 2), "bad_frame"),
        (answered("3", 1, at=UNTIL), "closed"),
        (answered("4", 1, 1), 2),
        (answered("4", 1, 1), 2),
        (answered("4", 1, 0), "conflict"),
        (answered("5", 1, 1), "closed"),
        (answered("6", 1, user=ANN), "closed"),
        (closed("7", 1), "closed"),
        (ended("8", 1, "done"), "bad_frame"),
    ],
    "a vote": [
        (opened(), 0),
        (asked("1", vote=True), 1),
        (answered("2", 1), 2),
        (answered("3", 1, 1), 3),
        (answered("4", 1, user=ANN), 4),
        (closed("5", 1, BEN), "forbidden"),
        (closed("6", 1), 5),
        (closed("6", 1), 5),
        (closed("7", 1), "closed"),
        (answered("8", 1), "closed"),
    ],
    "no question": [
        (opened(), 0),
        (said("1"), 1),
        (answered("2", 1), "bad_frame"),
        (closed("3", 1), "bad_frame"),
        (answered("4", 2), "no_such_message"),
        (closed("5", 0), "no_such_message"),
        (asked("6"), 2),
        (changed("7", 2), 3),
        (answered("8", 2), "no_such_message"),
        (closed("9", 2), "no_such_message"),
        (answered("10", 3), "no_such_message"),  # 3 is a change, and no message
    ],
    "two servers close one question": [
        (opened(), 0),
        (asked("1"), 1),
        (closed("deadline 1", 1, why="deadline"), 2),
        (closed("deadline 1", 1, why="deadline"), 2),
        (closed("kernel 1", 1, why="kernel"), "closed"),
    ],
    "a job": [
        (opened(), 0),
        (working("1"), 1),
        (ended("2", 1, "done", BEN), "forbidden"),
        (changed("3", 1, "half"), 2),
        (ended("4", 1, "failed"), 3),
        (ended("4", 1, "failed"), 3),
        (ended("5", 1, "done"), "bad_frame"),
        (ended("6", 1, "lost"), "bad_frame"),
        (changed("7", 1, "it was the disk"), 4),
        (said("8"), 5),
        (ended("9", 5, "done"), "bad_frame"),
        (working("10"), 6),
        (changed("11", 6), 7),
        (ended("12", 6, "lost"), "no_such_message"),
    ],
}


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
@pytest.mark.parametrize("story", ANSWERS.values(), ids=ANSWERS)
async def test_a_question_takes_answers_until_it_is_closed_and_a_job_ends_once(
    open_log: Open, story: Story, together: bool
) -> None:
    server = await open_log()
    answers: list[Any] = []
    for part in [story] if together else [[step] for step in story]:
        futures = [server.log.append(event) for event, _ in part]
        answers += await asyncio.gather(*futures, return_exceptions=True)
    codes = [a.code if isinstance(a, Refusal) else a.entry.seq for a in answers]
    assert codes == [answer for _, answer in story]


async def test_R24_of_two_answers_on_two_servers_one_is_kept(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(opened())
    for number in range(1, 20, 2):
        await one.log.append(asked(f"{number}"))
        answers = await asyncio.gather(
            one.log.append(answered(f"{number}.1", number, 0)),
            two.log.append(answered(f"{number}.2", number, 1)),
            return_exceptions=True,
        )
        assert [a.code for a in answers if isinstance(a, Refusal)] == ["closed"]
    assert await two.handed_up_to(21) == one.handed


async def test_so_many_people_answer_one_question(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    await server.log.append(asked("1", vote=True))
    people = [replace(BEN, id=f"guest:{n}") for n in range(LIMITS.answers + 1)]
    futures = [server.log.append(answered(f"a{n}", 1, user=user)) for n, user in enumerate(people)]
    answers = await asyncio.gather(*futures, return_exceptions=True)
    refused = [a.code for a in answers if isinstance(a, Refusal)]
    assert refused == ["closed"]
    again = await server.log.append(answered("again", 1, 1, user=people[0]))
    assert again.entry.seq == LIMITS.answers + 2


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
async def test_programs_that_reply_to_each_other_come_to_an_end(
    open_log: Open, together: bool
) -> None:
    server = await open_log()
    bots = [User(f"program:{n}", f"{n}", "program") for n in range(2)]
    story: Story = [(opened(), 0), (said("1"), 1)]
    for n in range(LIMITS.hops + 2):
        said_again = replace(said(f"b{n}", user=bots[n % 2]), reply=n + 1)
        story.append((said_again, n + 2 if n <= LIMITS.hops else "loop"))
    story.append((replace(said("p"), reply=LIMITS.hops + 2), LIMITS.hops + 3))
    answers: list[Any] = []
    for part in [story] if together else [[step] for step in story]:
        futures = [server.log.append(event) for event, _ in part]
        answers += await asyncio.gather(*futures, return_exceptions=True)
    codes = [a.code if isinstance(a, Refusal) else a.entry.seq for a in answers]
    assert codes == [answer for _, answer in story]
    hops = [e.event.hops for e in server.handed if isinstance(e.event, Said)]
    assert hops == [0, *range(LIMITS.hops + 1), 0]
    assert await server.log.append(story[3][0]) == (server.handed[3], True)


async def test_an_answer_needs_a_message(open_log: Open) -> None:
    server = await open_log()
    for event in (opened(), opened("other"), said("1"), changed("2", 1)):
        await server.log.append(event)
    for reply in (0, 2, 3, 2**53 - 1):
        answer = replace(said("3"), reply=reply)
        assert await refusal(server.log.append(answer)) == "no_such_message"
    elsewhere = replace(said("3", room="other"), reply=1)
    assert await refusal(server.log.append(elsewhere)) == "no_such_message"
    assert (await server.log.append(replace(said("3"), reply=1))).entry.seq == 3


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


# ---------------------------------------------------------------- what is SQLite's own here


async def test_the_last_value_put_under_a_key_stays(open_log: Open, tmp_path: Path) -> None:
    server = await open_log()
    await asyncio.gather(*(server.log.put("key", str(n)) for n in range(10)))
    await server.log.put("other", "x")
    await server.log.put("other", None)
    db = SQLiteLog(tmp_path / "chat.db", LOG).connect()
    assert db.execute("SELECT key, value FROM keep").fetchall() == [("key", "9")]
    db.close()
    assert server.handed == []


async def why_not(path: Path) -> str:
    with pytest.raises(Refusal) as no:
        await SQLiteLog(path, LOG).start(lambda _: None)
    assert no.value.code == "unavailable"
    assert str(path) in no.value.reason
    return no.value.reason


async def test_another_programs_file_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE places (url)")
    db.close()
    before = path.read_bytes()
    assert "another program's file" in await why_not(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


async def test_a_newer_schema_is_refused_and_left_as_it_was(open_log: Open, tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    await (await open_log()).log.close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    before = path.read_bytes()
    assert f"a newer jupyter_tornchat wrote it (schema {VERSION + 1})" in await why_not(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"# My notes\n" * 100, "file is not a database"),
        (b"SQLite format 3\0" + b"\0" * 4080, "file is not a database"),
    ],
)
async def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(content)
    assert why in await why_not(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("table", ["meta", "entries"])
async def test_a_file_with_a_part_missing_is_refused(
    open_log: Open, tmp_path: Path, table: str
) -> None:
    await (await open_log()).log.close()
    db = sqlite3.connect(tmp_path / "chat.db")
    db.execute(f"DROP TABLE {table}")
    db.close()
    assert f"no such table: {table}" in await why_not(tmp_path / "chat.db")


async def test_the_file_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "chat.db"
    log = SQLiteLog(path, LOG)
    await log.start(lambda _: None)
    modes = [file.stat().st_mode & 0o777 for file in (path.parent, *path.parent.iterdir())]
    assert modes == [0o700, 0o600, 0o600, 0o600]
    await log.close()


async def test_a_closed_log_is_one_file(open_log: Open, tmp_path: Path) -> None:
    server = await open_log()
    await server.log.append(opened())
    await server.log.close()
    assert [file.name for file in tmp_path.iterdir()] == ["chat.db"]


async def test_many_servers_may_start_on_a_new_file_at_once(tmp_path: Path) -> None:
    logs = [SQLiteLog(tmp_path / "chat.db", LOG) for _ in range(8)]
    await asyncio.gather(*(log.start(lambda _: None) for log in logs))
    assert len({log.epoch for log in logs}) == 1
    await asyncio.gather(*(log.close() for log in logs))


async def test_R11_the_loops_thread_cannot_use_the_writers_connection(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    (frame,) = [
        frame
        for frame in sys._current_frames().values()
        if frame.f_code.co_name != "<listcomp>" and _writer_frame(frame)
    ]
    db = _writer_frame(frame)
    with pytest.raises(sqlite3.ProgrammingError, match="created in a thread"):
        db.execute("SELECT 1")


def _writer_frame(frame: object) -> sqlite3.Connection | None:
    """The connection of the log's writer, where `frame` is in it."""
    while frame is not None:
        if frame.f_code.co_name == "_serve":  # type: ignore[attr-defined]
            return frame.f_locals["db"]  # type: ignore[attr-defined]
        frame = frame.f_back  # type: ignore[attr-defined]
    return None


async def test_R03_a_commit_is_on_disk_before_anyone_hears_of_it(
    open_log: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`synchronous=FULL` on the writer's own connection, and no entry handed out that another
    connection cannot read yet."""
    levels: list[int] = []
    open_file = SQLiteLog._open

    def spy(self: SQLiteLog) -> sqlite3.Connection:
        db = open_file(self)
        levels.append(db.execute("PRAGMA synchronous").fetchone()[0])
        return db

    monkeypatch.setattr(SQLiteLog, "_open", spy)
    server = await open_log()
    reader = SQLiteLog(tmp_path / "chat.db", LOG).connect()
    committed: list[bool] = []

    def deliver(entries: Sequence[Entry]) -> None:
        (top,) = reader.execute("SELECT max(offset) FROM entries").fetchone()
        committed.append(entries[-1].offset <= top)

    server.log._deliver = deliver  # type: ignore[attr-defined]
    await server.log.append(opened())
    await asyncio.gather(*(server.log.append(said(str(n))) for n in range(300)))
    reader.close()
    assert levels == [2]
    assert committed
    assert all(committed)


# --------------------------------------------------------------------- network file systems

MOUNTS = r"""/dev/vda1 / ext4 rw 0 0
nas:/disk /disk nfs4 rw 0 0
/dev/vdb1 /disk/local ext4 rw 0 0
//nas/x /mnt/with\040space cifs rw 0 0
sshfs /mnt/far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/chat.db", None),
        ("/disk/ann/chat.db", "nfs4"),
        ("/disk/local/chat.db", None),
        ("/diskette/chat.db", None),
        ("/mnt/with space/chat.db", "cifs"),
        ("/mnt/far/chat.db", "fuse.sshfs"),
    ],
)
def test_a_network_file_system_is_known_by_its_mount(
    tmp_path: Path, path: str, kind: str | None
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert network_file_system(Path(path), mounts) == kind
    assert network_file_system(Path(path), tmp_path / "none") is None


async def test_on_a_network_file_system_it_works_without_WAL_and_says_so(
    open_log: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("jupyter_tornchat.history.network_file_system", lambda _: "nfs4")
    one, two = await open_log(), await open_log()
    assert "network file system (nfs4)" in caplog.text
    await one.log.append(opened())
    await asyncio.gather(
        *(
            server.log.append(said(f"{n}{server is one}"))
            for n in range(50)
            for server in (one, two)
        )
    )
    assert await one.handed_up_to(101) == await two.handed_up_to(101)
    db = SQLiteLog(tmp_path / "chat.db", LOG).connect()
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()


async def test_an_entry_nobody_here_can_read_stops_nobody_for_good(
    open_log: Open, tmp_path: Path
) -> None:
    """A newer server that shares the file may write what this one does not know."""
    server = await open_log()
    await server.log.append(opened())
    db = sqlite3.connect(tmp_path / "chat.db", isolation_level=None)
    db.execute("INSERT INTO entries VALUES (2, 'sung', 'lobby', 1, 'x', '{\"type\": \"sung\"}')")
    assert await refusal(server.log.append(said("1"))) == "unavailable"
    assert "sung" in server.log.trouble
    db.execute("DELETE FROM entries WHERE offset = 2")
    db.close()
    assert (await server.log.append(said("1"))).entry.seq == 1
    assert server.log.trouble == ""


# ------------------------------------------------------------------------ what opens a room


async def test_a_key_is_made_and_revoked_once_and_every_server_hears_of_it(
    open_log: Open,
) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(Opened("lobby", "Lobby", 1))
    made = [KeyMade("lobby", f"{n}", "bot", f"{n}" * 64, 2, ANN) for n in range(3)]
    gone = Revoked("lobby", "0", "key", 3, BEN)
    for event in (*made, gone):
        entry = (await one.log.append(event)).entry
        assert (entry.seq, entry.event) == (0, event)
    heard = await two.handed_up_to(5)
    assert [entry.event for entry in heard[1:]] == [*made, gone]

    async def refused(event: Event) -> str:
        with pytest.raises(Refusal) as no:
            await two.log.append(event)
        return no.value.code

    assert await refused(gone) == "no_such_key"
    assert await refused(replace(gone, id="1", kind="hook")) == "no_such_hook"
    assert await refused(replace(gone, id="1", room="other")) == "no_such_room"
    assert await refused(made[0]) == await refused(replace(made[1], name="other")) == "conflict"
    assert await refused(HookMade("lobby", "1", "https://x", "s", 0, 4, ANN)) == "conflict"
    assert await refused(KeyMade("other", "9", "bot", "9", 4, ANN)) == "no_such_room"


async def test_of_what_comes_at_once_no_more_is_made_than_a_room_may_have(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(Opened("lobby", "Lobby", 1))
    many = [KeyMade("lobby", f"{n}", "b", f"{n}", 2, ANN) for n in range(LIMITS.keys + 2)]
    twice = [*many[:1], *many]
    futures = [server.log.append(event) for event in twice]
    answers = await asyncio.gather(*futures, return_exceptions=True)
    codes = [no.code for no in answers if isinstance(no, Refusal)]
    assert codes == ["conflict", "too_many_keys", "too_many_keys"]


INVITE = InviteMade("lobby", "i", ["lobby"], "0" * 64, 1_000, 3, {}, 1, ANN)


def came(n: int, at: int = 5, name: str = "guest", invite: str = "i") -> Entered:
    return Entered("lobby", invite, f"{n}" * 64, at, User(f"guest:{n}", name, "guest"))


async def refusals(log: Log, *events: Event) -> list[str]:
    answers = await asyncio.gather(*(log.append(e) for e in events), return_exceptions=True)
    return [no.code for no in answers if isinstance(no, Refusal)]


async def test_by_an_invite_no_more_come_than_it_says_on_however_many_servers(
    open_log: Open,
) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(Opened("lobby", "Lobby", 1))
    await one.log.append(INVITE)
    both = (refusals(one.log, *map(came, range(4))), refusals(two.log, *map(came, range(4, 8))))
    first, second = await asyncio.gather(*both)
    assert [*first, *second] == ["bad_invite"] * 5
    heard = [entry.event for entry in await one.handed_up_to(5)]
    guests = [event for event in heard if isinstance(event, Entered)]
    assert len({guest.hash for guest in guests}) == len(guests) == INVITE.uses
    # Who is here may have another name, though nobody else may come.
    again = replace(guests[0], user=replace(guests[0].user, name="another"))
    other = replace(guests[0], user=guests[1].user)
    assert await refusals(two.log, again, came(9), other) == ["bad_invite"] * 2


async def test_an_invite_that_is_over_or_revoked_lets_nobody_in(open_log: Open) -> None:
    server = await open_log()
    append = server.log.append
    await append(Opened("lobby", "Lobby", 1))
    assert await refusals(server.log, INVITE, came(1), came(2, at=1_000), came(3, invite="x")) == [
        "bad_invite",
        "bad_invite",
    ]
    gone = Revoked("lobby", "guest:1", "guest", 6, ANN)
    assert await refusals(server.log, gone, gone) == ["no_such_person"]
    assert await refusals(server.log, came(1), gone) == ["bad_invite", "no_such_person"]
    assert await refusals(server.log, Revoked("lobby", "i", "invite", 7, ANN), came(4)) == [
        "bad_invite"
    ]
    assert await refusals(server.log, came(5), replace(INVITE, id="j", rooms=["lobby", "no"])) == [
        "bad_invite",
        "no_such_room",
    ]


async def test_what_comes_behind_a_clearing_finds_nothing_to_be_about(open_log: Open) -> None:
    """In one batch and in many."""
    server = await open_log()
    await server.log.append(Opened("lobby", "Lobby", 1))
    clear = Moderated("lobby", "c", BEN, 2, "clear", whom=ANN)
    answer = Said("lobby", "4", BEN, "to whom?", 3, reply=1)
    edit = Changed("lobby", "5", ANN, 1, 3, "x")
    assert await refusals(server.log, said("1"), clear, edit, answer) == ["no_such_message"]
    everything = replace(clear, id="d", whom=None)
    both = (edit, replace(answer, id="6"))
    assert await refusals(server.log, everything, *both) == ["no_such_message"] * 2
    assert await refusals(server.log, *both) == ["no_such_message"] * 2
    assert await refusals(server.log, replace(clear, id="e", whom=None, of=1)) == [
        "no_such_message"
    ]
    again = await server.log.append(said("1"))
    assert (again.again, again.entry.seq) == (True, 1)


async def test_a_room_that_becomes_a_help_desk_is_one_from_the_next_message_on(
    open_log: Open,
) -> None:
    server = await open_log()
    await server.log.append(Opened("lobby", "Lobby", 1))
    desk = Moderated("lobby", "k", BEN, 2, "kind", kind="help")
    events = [said("1"), desk, said("2"), replace(said("3"), reply=1), replace(said("4"), reply=4)]
    receipts = await asyncio.gather(*(server.log.append(event) for event in events))
    found = [r.entry.event for r in receipts if isinstance(r.entry.event, Said)]
    assert [(event.asker, event.reply) for event in found] == [
        ("", None),
        (ANN.id, None),
        ("", 1),
        ("", 4),
    ]
    assert [event.help is not None for event in found] == [False, True, False, False]
