"""What of a frame is new to a program: the scenarios of resuming, without a server."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from jupyter_tornchat.program.line import decode
from jupyter_tornchat.program.position import Position, Start
from jupyter_tornchat.protocol import (
    LIMITS,
    Helped,
    Joined,
    Marked,
    Message,
    Moderated,
    Passed,
    Reset,
    User,
    Welcome,
)

ANN = User("member:ann", "ann", "member")


def message(seq: int, id: str = "") -> Message:
    return Message(room="lobby", seq=seq, id=id or f"m{seq}", user=ANN, text="x", at=1000 + seq)


def joined(messages: Sequence[Message], to: int, more: bool = False) -> Joined:
    return Joined(
        room="lobby",
        title="",
        members=[],
        count=0,
        messages=list(messages),
        start=0,
        to=to,
        more=more,
    )


def entered(start: Start) -> Position:
    """Somebody whose first connection has opened."""
    position = Position("lobby", start)
    position.welcomed(Welcome(ANN, True, "e1", LIMITS, [], 1010, "1", 15.0))
    return position


def seqs(position: Position, *frames: object) -> list[int]:
    return [m.seq for frame in frames for m in position.take(frame).said]  # type: ignore[arg-type]


def test_who_begins_now_hears_nothing_of_before() -> None:
    position = entered(None)
    join = position.asks()
    assert join is not None
    assert join.after is None
    assert position.asks() is None  # it is on its way
    assert seqs(position, joined([message(1), message(2)], 2), message(3)) == [3]


def test_who_comes_back_goes_on_after_the_last_entry() -> None:
    position = entered(3)
    position.asks()
    assert seqs(position, joined([message(4)], 4), message(5)) == [4, 5]
    position.welcomed(Welcome(ANN, True, "e1", LIMITS, [], 1010, "1", 15.0))
    join = position.asks()
    assert join is not None
    assert (join.after, join.check, join.epoch) == (5, "m5", "e1")
    assert seqs(position, joined([message(6)], 6, more=True)) == [6]
    join = position.asks()
    assert join is not None
    assert join.after == 6


def test_a_hole_is_filled_once_and_nothing_is_told_twice() -> None:
    position = entered(0)
    position.asks()
    assert seqs(position, joined([message(1)], 1), message(3), message(4)) == [1]
    assert position.asks() is not None
    assert seqs(position, message(5)) == []
    assert position.asks() is None
    assert seqs(position, joined([message(n) for n in (2, 3, 4, 5)], 5)) == [2, 3, 4, 5]
    assert seqs(position, message(5), message(4), message(6)) == [6]


def test_a_message_changed_meanwhile_is_no_news() -> None:
    position = entered(5)
    position.asks()
    news = position.take(joined([message(2), message(6)], 7))
    assert ([m.seq for m in news.said], list(news.touched)) == ([6], [2])


def test_an_entry_of_an_unknown_type_moves_on() -> None:
    position = entered(0)
    position.asks()
    unknown = decode('{"type": "sung", "room": "lobby", "seq": 2, "id": "s"}')
    assert seqs(position, joined([message(1)], 1), unknown, message(3)) == [1, 3]


def test_who_reads_on_begins_at_their_mark_and_else_now() -> None:
    position = entered("read")
    position.asks()
    assert seqs(position, Marked(room="lobby", seq=2), joined([message(4)], 4)) == []
    join = position.asks()
    assert join is not None
    assert join.after == 2
    assert seqs(position, joined([message(3), message(4)], 4)) == [3, 4]
    position = entered("read")
    position.asks()
    assert seqs(position, joined([message(4)], 4), message(5)) == [5]


def test_R08_in_another_history_only_what_was_never_told_is_new() -> None:
    position = entered(None)
    position.asks()
    frames = (joined([message(8)], 8), message(9), message(10), message(11))
    assert seqs(position, *frames) == [9, 10, 11]
    assert seqs(position, Reset(room="lobby", epoch="e2")) == []
    join = position.asks()
    assert join is not None
    assert (join.after, join.epoch, position.history) == (0, "e2", 1)
    late = msgspec.structs.replace(message(11, "new"), at=2000)
    restored = [message(8), message(9, "m10"), late]
    assert [m.id for m in position.take(joined(restored, 11)).said] == ["new"]
    assert seqs(position, message(12)) == [12]


def test_what_is_not_for_us_to_see_leaves_no_hole() -> None:
    position = entered(0)
    position.asks()
    assert seqs(position, joined([message(1)], 1), Passed(room="lobby", seq=2), message(3)) == [
        1,
        3,
    ]
    assert position.asks() is None
    position.take(Passed(room="lobby", seq=4))
    position.ask_again()
    join = position.asks()
    assert join is not None
    assert (join.after, join.check) == (4, None)


def test_what_moderators_and_helpers_do_to_a_message_is_something_new_of_it() -> None:
    position = entered(3)
    position.asks()
    position.take(joined([], 3))
    helped = Helped(room="lobby", seq=4, id="h", of=2, user=ANN, state="claimed", at=1)
    cleared = Moderated(room="lobby", seq=5, id="c", user=ANN, at=1, act="clear", of=1)
    quiet = Moderated(room="lobby", seq=6, id="s", user=ANN, at=1, act="slow", seconds=9)
    touched = [position.take(frame).touched for frame in (helped, cleared, quiet)]
    assert touched == [[2], [1], ()]
    assert seqs(position, message(7)) == [7]
