"""A room's frames go round: everyone gets everything once, in order, in as few writes as can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyter_tornchat.access import MEMBER
from jupyter_tornchat.connection import Connection, Item
from jupyter_tornchat.fanout import frame
from jupyter_tornchat.liveroom import RECENT, LiveRoom
from jupyter_tornchat.protocol import Message, Passed, User, encode
from jupyter_tornchat.rate import Bucket
from jupyter_tornchat.sight import ALL, Sight
from jupyter_tornchat.stretch import WRITE_BYTES, WRITE_FRAMES

ANN = User("ann", "Ann", "member")


class Recorder:
    """The wire of somebody who takes everything."""

    open = True

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.on_write: Callable[[], object] = lambda: None

    def write(self, data: bytes) -> None:
        self.writes.append(data)
        self.on_write()


def said(seq: int, text: str = "x") -> Item:
    return Item(Message(room="lobby", seq=seq, id=f"id{seq}", user=ANN, text=text, at=0))


def bytes_of(*items: Item) -> bytes:
    return b"".join(frame(encode(item.frame)) for item in items)


def come_in(live: LiveRoom, sight: Sight = ALL) -> tuple[Connection, Recorder]:
    wire: Any = Recorder()
    connection = Connection(
        user=ANN,
        named=True,
        access=MEMBER,
        wire=wire,
        end=lambda _code: None,
        plain=False,
        frames=Bucket(0, 0),
    )
    live.add(connection, sight)
    return connection, wire


def room() -> LiveRoom:
    return LiveRoom("lobby", lambda _live: None)


async def test_what_comes_while_it_goes_round_is_brought_by_the_same_round() -> None:
    live = room()
    people = [come_in(live)[1] for _ in range(4)]
    people[1].on_write = lambda: live.push(said(2)) if len(people[1].writes) == 1 else None
    live.push(said(1))
    await live.drain()
    both = bytes_of(said(1), said(2))
    assert [p.writes for p in people[2:]] == [[both], [both]]
    assert [p.writes for p in people[:2]] == [[bytes_of(said(1)), bytes_of(said(2))]] * 2


async def test_who_goes_while_it_goes_round_hears_nothing_more() -> None:
    live = room()
    _, first = come_in(live)
    gone, other = come_in(live)
    reset, another = come_in(live)

    def go() -> None:
        live.remove(gone)
        live.show(reset, Sight(since=0, asker="bob"))

    first.on_write = go
    live.push(said(1))
    await live.drain()
    assert (len(first.writes), other.writes, another.writes) == (1, [], [])


async def test_who_comes_hears_what_is_said_from_then_on() -> None:
    live = room()
    _, first = come_in(live)
    late: list[Recorder] = []
    first.on_write = lambda: late or late.append(come_in(live)[1])
    live.push(said(1))
    await live.drain()
    live.push(said(2))
    await live.drain()
    assert [one.writes for one in late] == [[bytes_of(said(2))]]


async def test_a_long_wait_goes_out_in_writes_that_are_not_too_long() -> None:
    live = room()
    _, one = come_in(live)
    many = [said(seq) for seq in range(1, 3 * WRITE_FRAMES + 1)]
    for item in many:
        live.push(item)
    await live.drain()
    assert len(one.writes) == 3
    assert b"".join(one.writes) == bytes_of(*many)
    long = [
        said(seq, "y" * 40_000) for seq in range(many[-1].frame.seq + 1, many[-1].frame.seq + 31)
    ]
    for item in long:
        live.push(item)
    await live.drain()
    assert b"".join(one.writes[3:]) == bytes_of(*long)
    assert max(map(len, one.writes)) < WRITE_BYTES + 50_000


async def test_each_gets_what_they_see_and_hears_that_there_is_more() -> None:
    live = room()
    people = [come_in(live, Sight(asker=asker))[1] for asker in (None, "ann", "bob", "ann")]
    secret = said(2)
    secret.asker = "ann"
    live.push(said(1))
    live.push(secret)
    await live.drain()
    all_of_it = bytes_of(said(1), said(2))
    hidden = bytes_of(said(1)) + frame(encode(Passed(room="lobby", seq=2)))
    assert [p.writes for p in people] == [[all_of_it], [all_of_it], [hidden], [all_of_it]]


async def test_what_was_sent_not_long_ago_is_remembered_and_no_more() -> None:
    live = room()
    come_in(live)
    for seq in range(1, 4 * RECENT):
        live.push(said(seq))
        await live.drain()
    last = 4 * RECENT - 1
    found = live.since(last - RECENT, ALL)
    assert found is not None
    assert [entry.seq for entry in found] == list(range(last - RECENT + 1, last + 1))
    assert live.since(1, ALL) is None


async def test_what_cannot_be_sent_does_not_stop_the_room(caplog: pytest.LogCaptureFixture) -> None:
    live = room()
    _, wire = come_in(live)
    live.push(said(1, "\ud800"))  # which no frame that was read can hold
    await live.drain()
    assert "what was to be sent in lobby is lost" in caplog.text
    live.push(said(2))
    await live.drain()
    assert wire.writes == [bytes_of(said(2))]
