"""The view holds nothing that the log does not, and pages history both ways."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import secrets
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from jupyter_tornchat import fold, history, slices
from jupyter_tornchat.batch import Append, Batch
from jupyter_tornchat.events import (
    Answered,
    Changed,
    Closed,
    Content,
    Entered,
    Event,
    Helped,
    HookMade,
    InviteMade,
    KeyMade,
    Moderated,
    Opened,
    Revoked,
    Said,
)
from jupyter_tornchat.log import Entry
from jupyter_tornchat.protocol import (
    LIMITS,
    Act,
    Cell,
    GivenRole,
    Guest,
    HelpState,
    Job,
    Message,
    Output,
    Question,
    Refusal,
    RoomKind,
    StoredFile,
    User,
    encode,
)
from jupyter_tornchat.readers import READERS
from jupyter_tornchat.sight import ALL, Sight
from jupyter_tornchat.sqlite import SQLiteLog
from jupyter_tornchat.tables import SCHEMA, TABLES
from jupyter_tornchat.view import View
from screen import Screen

ANN = User("guest:1", "ann", "guest", declared=True)
BEN = User("guest:2", "ben", "guest")
CAT = User("member:cat", "cat", "member")
TOP = 2**53 - 1
PLOT, TABLE = (
    StoredFile("1" * 64, "a.png", "image/png", 9),
    StoredFile("2" * 64, "b", "text/csv", 1),
)
CELL = Cell("x", outputs=[Output("image/png", file=PLOT), Output("text/plain", "2")])
DATA = [Output("text/csv", file=TABLE), Output("text/plain", "a\n1")]


def moderated(room: str, id: str, act: Act, **more: Any) -> Moderated:
    return Moderated(room, id, ANN, 5, act, **more)


# One story for each kind of event, that begins with an empty log. A new kind of event has no
# story until it is given one here, and then the test of it fails.
STORIES: dict[type[Event], list[Event]] = {
    Opened: [
        Opened("lobby", "Lobby", 1),
        Opened("analysis", "数据 '分析'", 2, ANN),
        Opened("empty", '"quoted" \\ 😀', 3, ANN),
    ],
    Said: [
        Opened("lobby", "Lobby", 1),
        Opened("analysis", "Analysis", 2, ANN),
        Said("lobby", "1", ANN, "hello", 3),
        Said("analysis", "1", ANN, "'); DROP TABLE rooms; --", 4),
        Said("lobby", "2", User("p", "机器人", "program"), "日志 \u2028 \\u0000 {}", 5),
    ],
    Changed: [
        Opened("lobby", "Lobby", 1),
        Opened("analysis", "Analysis", 2, ANN),
        Said("lobby", "1", ANN, "hello", 3),
        Said("analysis", "1", ANN, "untouched", 4),
        Said("lobby", "2", ANN, "an answer", 5, reply=1),
        Changed("lobby", "3", ANN, 1, 6, "hallo"),
        Changed("lobby", "4", ANN, 1, 7, '日志 \u2028 "quoted" \\u0000 {}'),
        Changed("lobby", "5", ANN, 2, 8, "never mind"),
        Changed("lobby", "6", ANN, 2, 9),
        Said("lobby", "7", ANN, '"hash":"no file"', 10, files=[PLOT, TABLE], cell=CELL),
        Said("lobby", "8", ANN, "", 11, files=[PLOT, PLOT]),
        Changed("lobby", "9", ANN, 7, 12),
        Said("lobby", "10", ANN, "", 13, data=DATA, job=Job("fit", "running", 13), kernel="k"),
        Changed("lobby", "11", ANN, 8, 14, "whole", files=[TABLE], cell=CELL),
        Changed("lobby", "12", ANN, 8, 15, "of nothing", data=[]),
        Changed("lobby", "13", ANN, 10, 16, "last word", data=[], state="failed"),
        Said("lobby", "14", ANN, "lost", 17, data=DATA, job=Job("fit", "running", 13), hops=2),
        Changed("lobby", "15", ANN, 14, 18),
    ],
    Answered: [
        Opened("lobby", "Lobby", 1),
        Said("lobby", "1", ANN, "one?", 2, question=Question(["no", "是 \u2028 {}"], 9)),
        Said("lobby", "2", ANN, "vote?", 2, question=Question(["no", "yes"], 9, vote=True)),
        Answered("lobby", "3", BEN, 1, 1, 3),
        Answered("lobby", "4", BEN, 2, 0, 4),
        Answered("lobby", "5", ANN, 2, 1, 5),
        Answered("lobby", "6", BEN, 2, 1, 6),
        Said("lobby", "7", ANN, "gone?", 7, question=Question(["no", "yes"], 9, vote=True)),
        Answered("lobby", "8", ANN, 7, 1, 8),
        Changed("lobby", "9", ANN, 7, 8),
    ],
    Closed: [
        Opened("lobby", "Lobby", 1),
        Said("lobby", "1", ANN, "vote?", 2, question=Question(["no", "yes"], 9, vote=True)),
        Answered("lobby", "2", BEN, 1, 1, 3),
        Closed("lobby", "3", ANN, 1, "withdrawn", 4),
        Said("lobby", "4", ANN, "late?", 5, question=Question(["a", "b"], 9), kernel="k"),
        Closed("lobby", "deadline 4", ANN, 4, "deadline", 9),
    ],
    KeyMade: [
        Opened("lobby", "Lobby", 1),
        KeyMade("lobby", "1", "机器人", "0" * 64, 2, ANN),
    ],
    HookMade: [
        Opened("lobby", "Lobby", 1),
        HookMade("lobby", "1", "https://example.com/?'", "whsec_x", 0, 2, ANN),
    ],
    Moderated: [
        Opened("lobby", "Lobby", 1),
        Opened("noise", "Noise", 1, ANN),
        Said("lobby", "1", BEN, "one?", 2, question=Question(["no", "yes"], 9, vote=True)),
        Said("lobby", "2", ANN, "a plot", 3, files=[PLOT], data=DATA),
        Answered("lobby", "3", ANN, 1, 1, 4),
        moderated("lobby", "4", "clear", of=2),
        moderated("lobby", "5", "clear", whom=BEN),
        Said("lobby", "6", BEN, "again", 6, files=[TABLE]),
        moderated("lobby", "7", "role", whom=BEN, role="reader"),
        moderated("lobby", "8", "mute", whom=BEN, until=600),
        moderated("lobby", "9", "role", whom=replace(BEN, name="'benny'"), role="member"),
        moderated("lobby", "10", "mute", whom=ANN, until=700),
        moderated("lobby", "11", "unmute", whom=ANN),
        moderated("lobby", "12", "ban", whom=ANN),
        moderated("lobby", "13", "unban", whom=ANN),
        moderated("lobby", "14", "ban", whom=ANN),
        moderated("lobby", "15", "kick", whom=CAT),
        moderated("lobby", "16", "slow", seconds=30),
        moderated("lobby", "17", "kind", kind="announce"),
        Said("noise", "1", ANN, "la", 7, files=[PLOT]),
        Said("noise", "2", BEN, "la?", 8, question=Question(["no", "yes"], 99)),
        Answered("noise", "3", ANN, 2, 1, 9),
        moderated("noise", "4", "slow", seconds=9),
        moderated("noise", "5", "slow", seconds=0),
        moderated("noise", "6", "clear"),
        Said("noise", "7", ANN, "quiet", 10, files=[TABLE]),
        moderated("noise", "8", "unmute", whom=BEN),
    ],
    Helped: [
        Opened("desk", "Help", 1, kind="help"),
        Said("desk", "1", ANN, "it fails", 2),
        Said("desk", "2", BEN, "so does mine", 3),
        Said("desk", "3", BEN, "mine too", 4),
        Said("desk", "4", CAT, "how?", 5, reply=1),
        Said("desk", "5", ANN, "so", 6, reply=4),
        Helped("desk", "6", CAT, 1, "claimed", 7),
        Helped("desk", "7", CAT, 2, "claimed", 8),
        Helped("desk", "8", CAT, 2, "waiting", 9),
        Helped("desk", "9", CAT, 3, "resolved", 10),
        Changed("desk", "10", ANN, 1, 11, "it failed"),
        Changed("desk", "11", BEN, 3, 12),
        Changed("desk", "12", ANN, 5, 13),
    ],
    InviteMade: [
        Opened("lobby", "Lobby", 1),
        Opened("other", "Other", 1),
        InviteMade("lobby", "1", ["lobby", "other"], "0" * 64, 99, 2, {"lobby": 0}, 2, ANN),
        InviteMade("lobby", "2", ["lobby"], "1" * 64, 99, 1, {}, 2, ANN),
        Revoked("lobby", "2", "invite", 3, ANN),
    ],
    Entered: [
        Opened("lobby", "Lobby", 1),
        InviteMade("lobby", "1", ["lobby"], "0" * 64, 99, 2, {}, 2, ANN),
        Entered("lobby", "1", "2" * 64, 3, BEN),
        Entered("lobby", "1", "3" * 64, 4, CAT),
        Entered("lobby", "1", "2" * 64, 5, replace(BEN, name="'ben' 😀")),
        Revoked("lobby", CAT.id, "guest", 6, ANN),
    ],
    Revoked: [
        Opened("lobby", "Lobby", 1),
        KeyMade("lobby", "1", "bot", "0" * 64, 2, ANN),
        KeyMade("lobby", "2", "bot", "1" * 64, 3, ANN),
        HookMade("lobby", "3", "https://example.com/", "whsec_x", 0, 4, ANN),
        Revoked("lobby", "1", "key", 5, BEN),
        Revoked("lobby", "3", "hook", 6, BEN),
    ],
}


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[tuple[SQLiteLog, View]]:
    log = SQLiteLog(path, logging.getLogger("test"))
    await log.start(lambda _: None)
    shown = View(log.connect)
    try:
        yield log, shown
    finally:
        await log.close()
        shown.close()


async def keep(log: SQLiteLog, events: list[Event]) -> None:
    await asyncio.gather(*(log.append(event) for event in events))


def tables(db: sqlite3.Connection) -> dict[str, list[Any]]:
    return {name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in TABLES}


def test_every_kind_of_event_has_a_story() -> None:
    assert STORIES.keys() == set(get_args(Event))
    assert all(kind in map(type, story) for kind, story in STORIES.items())


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: kind.__name__)
async def test_the_view_is_the_fold_of_the_log(
    kind: type[Event], together: bool, tmp_path: Path
) -> None:
    async with opened(tmp_path / "chat.db") as (log, _):
        for part in [STORIES[kind]] if together else [[event] for event in STORIES[kind]]:
            await keep(log, part)
    db = sqlite3.connect(tmp_path / "chat.db", isolation_level=None)
    built = tables(db)
    assert any(built.values())
    for name in TABLES:
        db.execute(f"DELETE FROM {name}")
    fold.fold(db, 0)
    assert tables(db) == built
    db.close()


def test_every_table_of_the_view_is_rebuilt() -> None:
    made = {line.split()[2] for line in SCHEMA.splitlines() if line.startswith("CREATE TABLE")}
    assert made == set(TABLES)


async def test_rooms_are_told_with_their_titles_and_who_opened_them(tmp_path: Path) -> None:
    async with opened(tmp_path / "chat.db") as (log, shown):
        story = STORIES[Opened]
        await keep(log, story)
        frames = [event.frame() for event in story if isinstance(event, Opened)]
        assert await shown.rooms() == sorted(frames, key=lambda room: room.room)
        assert await shown.room("analysis") == frames[1]
        assert await refusal(shown.room("none")) == "no_such_room"
        assert await refusal(shown.older("none", TOP, 1, ALL)) == "no_such_room"
        assert await refusal(shown.newer("none", 0, 1, ALL)) == "no_such_room"


async def refusal(asked: Awaitable[object]) -> str:
    with pytest.raises(Refusal) as no:
        await asked
    return no.value.code


def messages(count: int, text: Callable[[int], str] = str) -> list[Event]:
    said = [Said("lobby", str(n), ANN, text(n), n) for n in range(1, count + 1)]
    return [Opened("lobby", "Lobby", 1), *said]


@pytest.mark.parametrize("limit", [1, 7, 50, 199, 200])
async def test_history_is_paged_both_ways_without_a_gap_or_a_double(
    limit: int, tmp_path: Path
) -> None:
    async with opened(tmp_path / "chat.db") as (log, shown):
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

    async with opened(tmp_path / "chat.db") as (log, shown):
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
    async with opened(tmp_path / "chat.db") as (log, shown):
        await keep(log, messages(3))
        assert (await shown.message("lobby", 2, ALL)).text == "2"
        for seq in (0, 4, TOP):
            assert await refusal(shown.message("lobby", seq, ALL)) == "no_such_message"
        assert await refusal(shown.message("none", 1, ALL)) == "no_such_room"
        assert (await shown.newer("lobby", 3, 200, ALL)).messages == []
        assert (await shown.older("lobby", 1, 200, ALL)).messages == []


# Nothing writes entries such as some of these; whatever is in the log, the view is the same.
CHANGES = st.lists(
    st.tuples(st.sampled_from([ANN, BEN]), st.integers(0, 6), st.none() | st.text(max_size=3)),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(changes=CHANGES, cuts=st.sets(st.integers(1, 14)))
def test_the_view_is_the_same_in_whatever_pieces_it_is_folded(
    changes: list[tuple[User, int, str | None]], cuts: set[int]
) -> None:
    """And the same as a client makes of the frames."""
    said = [Said("lobby", f"{n}", user, f"{n}", n) for n, user in enumerate([ANN, BEN, ANN], 1)]
    events: list[Said | Changed] = said + [
        Changed("lobby", f"{n}", user, of, n, text and text.replace("\0", ""))
        for n, (user, of, text) in enumerate(changes, 4)
    ]
    built = []
    for pieces in ({0}, {0} | cuts):
        db = sqlite3.connect(":memory:")
        db.executescript(history.SCHEMA)
        for after, end in itertools.pairwise([*sorted(pieces), 20]):
            for offset, event in list(enumerate(events, 1))[after:end]:
                body = msgspec.json.encode(event).decode()
                kind = "said" if isinstance(event, Said) else "changed"
                row = (offset, kind, "lobby", offset, event.id, body)
                db.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", row)
            fold.fold(db, after)
        built.append(tables(db))
        db.close()
    assert built[0] == built[1]
    assert [row[1] for row in built[0]["changes"]] == list(range(4, len(events) + 1))

    screen = Screen()
    for seq, event in enumerate(events, 1):
        author = {1: ANN, 2: BEN, 3: ANN}.get(event.of) if isinstance(event, Changed) else None
        if isinstance(event, Said) or author == event.user:
            screen.hear(json.loads(encode(event.frame(seq))))
    rows = {row[1]: row for row in built[0]["messages"]}
    for message in screen.shown():
        _, _, _, user, edited, deleted, _, _, _, _, body = rows[message["seq"]]
        now = (message["user"]["id"], message.get("edited"), message.get("deleted", False))
        assert (user, edited, bool(deleted), json.loads(body)["text"]) == (*now, message["text"])


def about(kind: type[Content], *values: Any, **more: Any) -> st.SearchStrategy[Content]:
    """An event about one of the first messages, mostly by who said them."""
    people = st.sampled_from([ANN, ANN, BEN, User("program:p", "p", "program")])
    places = st.integers(1, 5)
    return st.builds(kind, st.just("lobby"), st.just(""), people, places, *values, **more)


def deeds(act: Act, **more: Any) -> st.SearchStrategy[Moderated]:
    """What a moderator does."""
    return st.builds(
        Moderated, st.just("lobby"), st.just(""), st.just(CAT), AT, st.just(act), **more
    )


AT = st.just(0)
TEXTS = st.sampled_from(["", "x", '日志 \u2028 "{}\\'])
UNNAMED = st.just(msgspec.UNSET)
ENDINGS = st.sampled_from(["done", "failed", "lost"])
FIRST = [
    Said("lobby", "", ANN, "?", 0, question=Question(["no", "yes"], 40), kernel="k"),
    Said("lobby", "", ANN, "?", 0, question=Question(["no", "yes"], 40, vote=True)),
    Said("lobby", "", ANN, "", 0, files=[PLOT], data=DATA, job=Job("fit", "running", 0), hops=2),
    Said("lobby", "", ANN, "", 0, cell=CELL, job=Job("fit", "running", 0), kernel="k"),
    Said("lobby", "", BEN, "a message", 0),
]
ANSWERS = st.builds(
    Answered,
    st.just("lobby"),
    st.just(""),
    st.sampled_from([ANN, BEN]),
    st.sampled_from([1, 2, 2]),
    st.integers(0, 2),
    AT,
)
HAPPENINGS = st.one_of(
    st.builds(
        Said,
        st.just("lobby"),
        st.just(""),
        st.sampled_from([ANN, BEN, CAT]),
        TEXTS,
        AT,
        st.none() | st.integers(1, 9),
    ),
    about(Changed, AT, TEXTS),
    about(Changed, AT, st.none()),
    about(Changed, AT, TEXTS, state=ENDINGS),
    about(
        Changed,
        AT,
        TEXTS,
        files=st.just([PLOT]) | UNNAMED,
        cell=st.sampled_from([CELL, Cell("y", count=3)]) | UNNAMED,
        data=st.sampled_from([DATA, []]) | UNNAMED,
        state=UNNAMED | ENDINGS,
    ),
    ANSWERS,
    ANSWERS,
    ANSWERS,
    about(Closed, st.sampled_from(["deadline", "withdrawn", "kernel"]), AT),
    about(Helped, st.sampled_from(get_args(HelpState)), AT),
    deeds("clear", of=st.integers(1, 9)),
    deeds("clear", whom=st.sampled_from([ANN, BEN, CAT])),
    deeds("clear"),
    deeds("kind", kind=st.sampled_from(get_args(RoomKind))),
    deeds("role", whom=st.just(BEN), role=st.sampled_from(get_args(GivenRole))),
)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(get_args(RoomKind)),
    happenings=st.lists(HAPPENINGS, max_size=20),
    cuts=st.sets(st.integers(1, 25)),
    back=st.integers(0, 25),
    limit=st.integers(1, 9),
)
def test_whatever_happens_in_whatever_batches_a_client_shows_what_the_view_has(
    kind: RoomKind, happenings: list[Content], cuts: set[int], back: int, limit: int
) -> None:
    """Whoever they are, and whether they were there all the time or come back after a while."""
    events = [replace(event, id=f"{n}", at=n) for n, event in enumerate([*FIRST, *happenings], 1)]
    built: list[dict[str, list[Any]]] = []
    for pieces in ({0}, {0} | cuts, set(range(25))):
        db = sqlite3.connect(":memory:", isolation_level=None)
        db.executescript(history.SCHEMA)
        heard = kept(db, [Opened("lobby", "Lobby", 0, kind=kind)])[1:]
        for after, end in itertools.pairwise([*sorted(pieces), 26]):
            heard += kept(db, events[after:end])
        built.append(tables(db))
        for name in TABLES:
            db.execute(f"DELETE FROM {name}")
        fold.fold(db, 0)
        assert tables(db) == built[-1]
        for sight in (ALL, Sight(asker=ANN.id), Sight(asker=CAT.id)):
            page = slices.older(db, "lobby", TOP, 200, sight)
            shown = [json.loads(encode(message)) for message in page.messages]
            frames = [frame_for(sight, entry) for entry in heard]
            screen = Screen(frames)
            assert (screen.shown(), screen.gaps) == (shown, [])
            assert come_back(db, Screen(frames[:back]), limit, sight).shown() == shown
            assert '"k"' not in json.dumps(shown)
        screen = Screen(frame_for(ALL, entry) for entry in heard)
        for row in built[-1]["messages"]:
            assert bool(row[6]) == is_open(screen.messages[row[1]])
        db.close()
    assert built[0] == built[1] == built[2]


def frame_for(sight: Sight, entry: Entry) -> dict[str, Any]:
    """What a client hears of an entry."""
    event = entry.event
    assert isinstance(event, Content)
    if sight.shows(entry.seq, event.asker):
        return json.loads(encode(event.frame(entry.seq)))
    return {"type": "passed", "room": event.room, "seq": entry.seq}


def come_back(db: sqlite3.Connection, screen: Screen, limit: int, sight: Sight) -> Screen:
    """A client that knows so much, and reads what it has missed."""
    more = True
    while more:
        page = slices.missed(db, "lobby", screen.seq, limit, sight)
        said = [json.loads(encode(message)) for message in page.messages]
        deeds = [json.loads(encode(deed)) for deed in page.moderated]
        joined = {"type": "joined", "from": screen.seq, "to": page.last, "messages": said}
        screen.hear(joined | {"moderated": deeds, "since": max(sight.since, page.since)})
        more = page.more
    return screen


def is_open(message: dict[str, Any]) -> bool:
    """Whether there is a question in it that takes answers, or a job that runs."""
    if question := message.get("question"):
        return "closed" not in question and (question.get("vote") or not question.get("answers"))
    return message.get("job", {}).get("state") == "running"


def kept(db: sqlite3.Connection, events: Sequence[Event]) -> list[Entry]:
    """What of these a batch keeps."""
    (offset,) = db.execute("SELECT coalesce(max(offset), 0) FROM entries").fetchone()
    jobs = [Append(e, msgspec.json.encode(e).decode(), None) for e in events]  # type: ignore[arg-type]
    batch = Batch(db, offset, jobs)
    batch.write()
    return batch.entries


async def test_a_changed_message_is_read_as_it_is_now(tmp_path: Path) -> None:
    async with opened(tmp_path / "chat.db") as (log, shown):
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
        ids = [await shown.id("lobby", seq) for seq in range(17)]
        assert ids == [None, *map(str, range(1, 16)), None]
        assert await refusal(shown.id("none", 1)) == "no_such_room"


async def test_a_room_shows_a_file_for_as_long_as_one_of_its_messages_does(tmp_path: Path) -> None:
    async with opened(tmp_path / "chat.db") as (log, shown):

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
    async with opened(tmp_path / "chat.db") as (log, shown):
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
        assert pages[-1].check == await shown.id("lobby", pages[-1].last)
        pages.append(await shown.missed("lobby", pages[-1].last, limit, ALL))
    assert pages[-1].last == 24
    return [[message.seq for message in page.messages] for page in pages]


async def test_an_invite_is_listed_by_its_rooms_and_its_guests_by_the_names_they_have_now(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "chat.db") as (log, shown):
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
    async with opened(tmp_path / "chat.db") as (log, shown):
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
        assert [await shown.id("noise", seq) for seq in range(1, 9)] == [*map(str, range(1, 9))]
        assert [await shown.shows("noise", f.hash, ALL) for f in (PLOT, TABLE)] == [False, True]
        said = (await shown.older("lobby", TOP, 10, ALL)).messages
        assert [message.deleted for message in said] == [True, True, False]
        assert [message.question for message in said] == [None, None, None]


HISTORIES = Path(__file__).parent / "histories"
"""What files of older versions hold, made by them, as SQL."""


def test_R27_every_older_version_of_the_file_has_one_to_try() -> None:
    assert {path.stem for path in HISTORIES.glob("*.sql")} == set(
        map(str, range(1, history.VERSION))
    )


@pytest.mark.parametrize("story", sorted(HISTORIES.glob("*.sql")), ids=lambda path: path.stem)
async def test_R27_a_file_of_an_older_version_is_opened_and_loses_nothing(
    story: Path, tmp_path: Path
) -> None:
    path = tmp_path / "chat.db"
    before = old_file(story, path)
    async with opened(path) as (log, shown):
        assert [room.title for room in await shown.rooms()] == ["数据 '分析'", "Lobby"]
        texts = [message.text for message in (await shown.newer("lobby", 0, 10, ALL)).messages]
        assert texts == [f'message {n}\n\t日志 \u2028 "quoted" \\' for n in range(1, 6)]
        receipt = await log.append(Changed("lobby", "new", ANN, 1, 9, "changed"))
        assert (receipt.entry.seq, receipt.again) == (6, False)
        assert (await shown.message("lobby", 1, ALL)).edited == 9
        assert await shown.value("token:1") == "ann"
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (history.VERSION,)
    asked = "SELECT * FROM entries WHERE offset <= ?"
    assert db.execute(asked, (len(before),)).fetchall() == before
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


@pytest.mark.parametrize("version", [2, 3])
async def test_R27_messages_of_an_older_version_are_what_they_were(
    version: int, tmp_path: Path
) -> None:
    path = tmp_path / "chat.db"
    old_file(HISTORIES / f"{version}.sql", path)
    db = sqlite3.connect(path)
    columns = "room, seq, last, user, edited, deleted, json(body)"
    before = db.execute(f"SELECT {columns} FROM messages").fetchall()
    shows = db.execute("SELECT * FROM shown").fetchall()
    async with opened(path):
        pass
    assert db.execute(f"SELECT {columns} FROM messages").fetchall() == before
    assert db.execute("SELECT * FROM shown").fetchall() == shows != []
    db.close()


async def test_R27_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chat.db"
    old_file(HISTORIES / "1.sql", path)
    before = dump(path)
    for broken in range(len(fold.FOLD)):
        statements = [*fold.FOLD[:broken], ("opened", "INSERT INTO absent SELECT :after")]
        monkeypatch.setattr(fold, "FOLD", statements)
        with pytest.raises(Refusal, match="no such table: absent"):
            async with opened(path):
                pass
        monkeypatch.undo()
    assert dump(path) == before


def dump(path: Path) -> list[str]:
    db = sqlite3.connect(path)
    lines = [*db.iterdump(), str(db.execute("PRAGMA user_version").fetchone())]
    db.close()
    return lines


def old_file(story: Path, path: Path) -> list[Any]:
    """A file of an older version; its entries."""
    db = sqlite3.connect(path)
    db.executescript(story.read_text(encoding="utf-8"))
    entries = db.execute("SELECT * FROM entries").fetchall()
    db.close()
    return entries


async def test_readers_read_while_it_is_written(tmp_path: Path) -> None:
    async with opened(tmp_path / "chat.db") as (log, shown):
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
    async with opened(tmp_path / "chat.db") as (log, shown):
        assert await shown.value("key") is None
        await log.put("key", "värde")
        assert await shown.value("key") == "värde"
        await log.put("key", None)
        assert await shown.value("key") is None


async def test_a_closed_view_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path / "chat.db") as (_, shown):
        await shown.rooms()
        shown.close()
        assert await refusal(shown.rooms()) == "unavailable"


async def test_a_reader_cannot_write(tmp_path: Path) -> None:
    async with opened(tmp_path / "chat.db") as (log, _):
        db = log.connect()
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM entries")
        db.close()


async def test_a_damaged_message_is_said_and_the_next_question_is_answered(tmp_path: Path) -> None:
    async with opened(tmp_path / "chat.db") as (log, shown):
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
