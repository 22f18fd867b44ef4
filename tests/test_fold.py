"""The view is the fold of the log, in whatever pieces, and what a client shows."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Sequence
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
    Event,
    Helped,
    Moderated,
    Opened,
    Said,
)
from jupyter_tornchat.log import Entry
from jupyter_tornchat.protocol import (
    Act,
    Cell,
    GivenRole,
    HelpState,
    Job,
    Question,
    RoomKind,
    User,
    encode,
)
from jupyter_tornchat.sight import ALL, Sight
from jupyter_tornchat.tables import SCHEMA, TABLES
from logs import keep, open_view
from screen import Screen
from stories import ANN, BEN, CAT, CELL, DATA, PLOT, STORIES, TOP


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
    async with open_view(tmp_path / "chat.db") as (log, _):
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
