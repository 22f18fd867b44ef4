"""Seats: what people may do in a room, by what moderators did there. Nothing here waits for
anything."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tornchat.access import MEMBER, Access
from jupyter_tornchat.events import Moderated, Opened
from jupyter_tornchat.protocol import (
    LIMITS,
    Answerable,
    Delete,
    Edit,
    Moderate,
    Refusal,
    Respond,
    Role,
    RoomKind,
    Seat,
    Send,
    Sitter,
    User,
    Withdraw,
    check_act,
    decode,
)
from jupyter_tornchat.seats import RoomSeats, Seats

OWNER, ANN, BEN = (User(f"member:{name}", name, "member") for name in ("owner", "ann", "ben"))
GUEST = User("guest:1", "gus", "guest", declared=True)
READS, EVERYWHERE = Access(writes=False), Access(moderates=True)
ROOM = "room"
SEND = Send(room=ROOM, id="1", text="x")
EDIT = Edit(room=ROOM, seq=1, id="1", text="x")
DELETE = Delete(room=ROOM, seq=1, id="1")
ANSWER = Respond(room=ROOM, seq=1, id="1", choice=0)
WITHDRAW = Withdraw(room=ROOM, seq=1, id="1")
SPEAKS, OTHER = (SEND, EDIT), (DELETE, ANSWER, WITHDRAW)

numbers = itertools.count(1)


def seats(kind: RoomKind = "open", *acts: Moderated) -> Seats:
    found = Seats()
    found.load([RoomSeats("lobby")])
    found.apply(Opened(ROOM, "Room", 0, OWNER, kind))
    for act in acts:
        found.apply(act)
    return found


def act(name: Any, whom: User | None = None, **more: Any) -> Moderated:
    return Moderated(ROOM, f"{next(numbers)}", OWNER, 0, name, whom, **more)


def refused(found: Seats, user: User, frame: Any, access: Access = MEMBER, now: int = 0) -> str:
    """The code of the no; empty where there is none."""
    check = found.check_moderates if isinstance(frame, Moderate) else found.check_speaks
    asked = (user, access, frame) if isinstance(frame, Moderate) else (user, access, frame, now)
    try:
        check(*asked)
    except Refusal as no:
        return no.code
    return ""


# ------------------------------------------------------------------------------ who one is


@pytest.mark.parametrize(
    ("user", "access", "role"),
    [
        (OWNER, MEMBER, "owner"),
        (OWNER, EVERYWHERE, "owner"),
        (ANN, MEMBER, "member"),
        (ANN, READS, "reader"),
        (ANN, EVERYWHERE, "moderator"),
        (GUEST, MEMBER, "guest"),
        (GUEST, READS, "reader"),
    ],
)
def test_who_opened_a_room_owns_it_and_others_are_what_they_may_do(
    user: User, access: Access, role: Role
) -> None:
    assert seats().seat(user, access, ROOM, 0) == Seat(role)
    assert seats().role(OWNER, MEMBER, "lobby") == "member"


def test_a_role_holds_until_another_one_is_given() -> None:
    found = seats("open", act("role", ANN, role="moderator"), act("role", BEN, role="reader"))
    assert found.role(ANN, MEMBER, ROOM) == "moderator"
    assert found.role(BEN, MEMBER, ROOM) == "reader"
    assert found.roles(ROOM) == {OWNER.id: "owner", ANN.id: "moderator"}
    held = [Sitter(OWNER, "owner"), Sitter(ANN, "moderator"), Sitter(BEN, "reader")]
    assert found.sitters(ROOM, 0) == held
    for user in (ANN, BEN):
        found.apply(act("role", user, role="member"))
        assert found.role(user, MEMBER, ROOM) == "member"
    assert found.role(GUEST, MEMBER, ROOM) == "guest"
    assert found.sitters(ROOM, 0) == [Sitter(OWNER, "owner")]


def test_who_is_banned_has_no_such_room_and_all_others_do() -> None:
    found = seats("open", act("ban", BEN))
    assert not found.is_open(BEN, MEMBER, ROOM)
    assert found.is_open(BEN, MEMBER, "lobby")
    assert found.is_open(ANN, MEMBER, ROOM)
    assert found.is_open(BEN, EVERYWHERE, ROOM)
    assert not found.is_open(ANN, MEMBER, "nowhere")
    assert not found.is_open(ANN, Access(rooms=frozenset({"lobby"})), ROOM)
    for frame in (*SPEAKS, *OTHER, Moderate(room=ROOM, id="1", act="kick", whom=ANN.id)):
        assert refused(found, BEN, frame) == "no_such_room"
    found.apply(act("unban", BEN))
    assert found.is_open(BEN, MEMBER, ROOM)


# ------------------------------------------------------------------------------ who may speak


def test_who_is_muted_says_nothing_until_then_but_may_answer_and_take_back() -> None:
    found = seats("open", act("mute", ANN, until=10_000))
    assert [refused(found, ANN, frame) for frame in SPEAKS] == ["muted"] * 2
    assert [refused(found, ANN, frame) for frame in OTHER] == [""] * 3
    assert found.seat(ANN, MEMBER, ROOM, 9_999).muted == 10_000
    with pytest.raises(Refusal) as no:
        found.check_speaks(ANN, MEMBER, SEND, 7_000)
    assert no.value.retry_after == 3.0
    assert refused(found, ANN, SEND, now=10_000) == ""
    assert found.seat(ANN, MEMBER, ROOM, 10_000).muted is None
    assert refused(found, ANN, SEND, EVERYWHERE) == ""
    assert found.sitters(ROOM, 9_999)[1:] == [Sitter(ANN, muted=10_000)]
    assert found.sitters(ROOM, 10_000)[1:] == []
    found.apply(act("unmute", ANN))
    assert refused(found, ANN, SEND) == ""


def test_in_an_announce_room_only_moderators_speak() -> None:
    found = seats("announce", act("role", ANN, role="moderator"))
    assert [refused(found, BEN, frame) for frame in SPEAKS] == ["read_only"] * 2
    assert [refused(found, BEN, frame) for frame in OTHER] == [""] * 3
    assert [refused(found, user, SEND) for user in (OWNER, ANN)] == ["", ""]
    assert refused(found, BEN, SEND, EVERYWHERE) == ""
    assert found.seat(BEN, MEMBER, ROOM, 0).kind == "announce"
    found.apply(act("mute", ANN, until=1))  # by the owner
    assert refused(found, ANN, SEND) == "muted"
    found.apply(act("kind", kind="open"))
    assert refused(found, BEN, SEND) == ""


def test_who_may_only_read_changes_nothing() -> None:
    found = seats("open", act("role", BEN, role="reader"))
    assert {refused(found, BEN, frame) for frame in (*SPEAKS, *OTHER)} == {"forbidden"}
    assert {refused(found, ANN, frame, READS) for frame in (*SPEAKS, *OTHER)} == {"forbidden"}


def test_in_a_slow_room_everyone_speaks_once_in_a_while() -> None:
    found = seats("open", act("slow", seconds=30), act("role", ANN, role="moderator"))
    assert refused(found, BEN, SEND, now=1_000_000) == ""
    with pytest.raises(Refusal) as no:
        found.check_speaks(BEN, MEMBER, SEND, 1_010_000)
    assert (no.value.code, no.value.retry_after) == ("too_fast", 20.0)
    assert refused(found, BEN, EDIT, now=1_010_000) == ""
    assert refused(found, GUEST, SEND, now=1_010_000) == ""
    assert [refused(found, ANN, SEND, now=n) for n in (1_000_000, 1_000_001)] == ["", ""]
    assert refused(found, BEN, SEND, now=1_030_000) == ""
    found.apply(act("slow", seconds=0))
    assert [refused(found, BEN, SEND, now=n) for n in (1_030_001, 1_030_002)] == ["", ""]


def test_what_holds_for_somebody_holds_for_the_programs_that_speak_for_them() -> None:
    bot, hers = User("key:1", "bot", "program"), Access(person=BEN.id)
    found = seats("open", act("mute", BEN, until=10_000))
    assert (refused(found, bot, SEND, hers), refused(found, bot, SEND)) == ("muted", "")
    found.apply(act("role", BEN, role="reader"))
    assert refused(found, bot, SEND, hers, 10_000) == "forbidden"
    found.apply(act("role", BEN, role="moderator"))
    assert found.role(bot, hers, ROOM) == "member"  # which they make it themselves, or not
    found.apply(act("ban", BEN))
    assert (found.is_open(bot, hers, ROOM), found.is_open(bot, MEMBER, ROOM)) == (False, True)
    assert (found.is_barred(bot, hers), found.is_barred(bot, MEMBER)) == (True, False)
    found = seats("open", act("slow", seconds=30))
    assert refused(found, BEN, SEND, now=1_000_000) == ""
    assert refused(found, bot, SEND, hers, 1_010_000) == "too_fast"
    assert refused(found, bot, SEND, hers, 1_030_000) == ""
    assert refused(found, BEN, SEND, now=1_040_000) == "too_fast"


# ------------------------------------------------------------------------- who keeps order


def deed(name: Any, whom: User | None = None, **more: Any) -> Moderate:
    return Moderate(room=ROOM, id="1", act=name, whom=whom and whom.id, **more)


DEEDS = [
    deed("mute", BEN, seconds=9),
    deed("kick", BEN),
    deed("ban", BEN),
    deed("role", BEN, role="reader"),
    deed("slow", seconds=9),
    deed("clear"),
    deed("clear", OWNER),
    deed("kind", kind="announce"),
]


@pytest.mark.parametrize("frame", DEEDS, ids=lambda frame: frame.act)
def test_only_moderators_keep_order(frame: Moderate) -> None:
    found = seats("open", act("role", ANN, role="moderator"))
    assert [refused(found, user, frame) for user in (OWNER, ANN)] == ["", ""]
    assert refused(found, GUEST, frame, EVERYWHERE) == ""
    for user, access in ((BEN, MEMBER), (GUEST, MEMBER), (BEN, READS)):
        assert refused(found, user, frame, access) == "not_moderator"


@pytest.mark.parametrize(
    "more", [{"name": "kick"}, {"name": "ban"}, {"name": "mute", "seconds": 9}]
)
def test_nobody_touches_the_owner_and_moderators_not_each_other(more: dict[str, Any]) -> None:
    cat = User("member:cat", "cat", "member")
    made = (act("role", user, role="moderator") for user in (ANN, cat))
    found = seats("open", *made)
    assert refused(found, ANN, deed(whom=OWNER, **more)) == "forbidden"
    assert refused(found, BEN, deed(whom=OWNER, **more), EVERYWHERE) == "forbidden"
    assert refused(found, ANN, deed(whom=cat, **more)) == "forbidden"
    assert refused(found, ANN, deed("role", cat, role="member")) == "forbidden"
    assert refused(found, ANN, deed("role", BEN, role="moderator")) == "forbidden"
    for user, access in ((OWNER, MEMBER), (BEN, EVERYWHERE)):
        assert refused(found, user, deed(whom=cat, **more), access) == ""
        assert refused(found, user, deed("role", BEN, role="moderator"), access) == ""


@pytest.mark.parametrize(
    "said",
    [
        {"act": "mute", "whom": "x"},
        {"act": "mute", "whom": "x", "seconds": 0},
        {"act": "mute", "whom": "x", "seconds": LIMITS.mute_seconds + 1},
        {"act": "mute", "seconds": 9},
        {"act": "mute", "whom": "x", "seconds": 9, "of": 1},
        {"act": "slow"},
        {"act": "slow", "seconds": LIMITS.slow_seconds + 1},
        {"act": "role", "whom": "x"},
        {"act": "role", "whom": "x", "role": "owner"},
        {"act": "clear", "whom": "x", "of": 1},
        {"act": "clear", "seconds": 1},
        {"act": "kind"},
        {"act": "kind", "kind": "secret"},
        {"act": "explode"},
        {"act": "ban", "whom": ""},
    ],
    ids=str,
)
def test_what_no_moderator_can_mean_is_refused(said: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as no:
        decode(json.dumps({"type": "moderate", "room": ROOM, "id": "1", **said}))
    assert no.value.code == "bad_frame"


@pytest.mark.parametrize("frame", DEEDS, ids=lambda frame: frame.act)
def test_what_a_moderator_can_mean_is_not(frame: Moderate) -> None:
    check_act(frame)
    assert Answerable.to(frame).room == ROOM


# ------------------------------------------------------------------------ the same anywhere

WHOM = st.sampled_from([ANN, BEN])
ACTS = st.one_of(
    st.builds(act, st.sampled_from(["kick", "ban", "unban", "unmute"]), WHOM),
    st.builds(lambda whom, n: act("mute", whom, until=n), WHOM, st.integers(1, 9)),
    st.builds(
        lambda whom, role: act("role", whom, role=role),
        WHOM,
        st.sampled_from(["moderator", "member", "reader"]),
    ),
    st.builds(lambda n: act("slow", seconds=n), st.integers(0, 9)),
    st.builds(lambda kind: act("kind", kind=kind), st.sampled_from(["open", "announce", "help"])),
)


@given(st.lists(ACTS), st.tuples(*[st.integers(0, 9)] * 3))
def test_it_is_the_same_whenever_it_was_read(
    acts: list[Moderated], times: tuple[int, int, int]
) -> None:
    """The server hears of what comes after `start`, reads what is kept up to `kept`, and has that
    when it has heard what came up to `read`."""
    start, (kept, read) = min(times), sorted(times)[1:]
    for before, after in ((kept, read), (read, kept)):
        whole, late = seats("open", *acts), Seats()
        for event in acts[start:after]:
            late.apply(event)
        late.load([read_of(seats("open", *acts[:before]))])
        for event in acts[after:]:
            late.apply(event)
        for user, now in itertools.product((OWNER, ANN, BEN), (0, 5, 9)):
            assert late.seat(user, MEMBER, ROOM, now) == whole.seat(user, MEMBER, ROOM, now)
            assert late.is_open(user, MEMBER, ROOM) == whole.is_open(user, MEMBER, ROOM)


def read_of(found: Seats) -> RoomSeats:
    """What is kept of the room's seats."""
    seat, (_, *held) = found.seat(OWNER, MEMBER, ROOM, 0), found.sitters(ROOM, 0)
    return RoomSeats(ROOM, OWNER, seat.kind, seat.slow, {s.user.id: s for s in held})
