"""A stretch: frames of a room that come one behind the other and go out in one write.

Whoever sees the same of them gets the same bytes, which are made once. Where nothing is about a
message of old, and nothing in a thread of a help desk, that is everyone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .connection import Connection, Item
from .protocol import Entry, Passed
from .sight import Sight

WRITE_BYTES, WRITE_FRAMES = 256 * 1024, 256
"""What is joined into one write to each connection."""

OTHER = ""
"""Whoever has no thread in what is sent."""
TOP = 2**53
"""Behind every message."""


class Stretch:
    """As many of these frames as go into one write.

    Args:
        items: what comes in the room, one behind the other; at most `WRITE_FRAMES`.
        at: how many came before.
        end: how many there were in all when this was made.
    """

    __slots__ = ("_askers", "_data", "_items", "_oldest", "at", "common", "end", "until")

    def __init__(self, items: Sequence[Item], at: int, end: int) -> None:
        self.at = at
        self.end = end
        self._items = items[: _count(items)]
        self.until = at + len(self._items)
        """How many there are with these."""
        self._askers = {item.asker for item in self._items if item.asker}
        abouts = [about for item in self._items if (about := item.about) is not None]
        self._oldest = min(abouts, default=TOP)
        self._data: dict[tuple[bool, int, str | None], bytes] = {}
        self.common = (
            None if self._askers else b"".join([i.data(as_plain=False) for i in self._items])
        )
        """These as most get them, whatever threads they see; None where it is not the same."""

    def data(self, connection: Connection, sight: Sight) -> bytes:
        """These as a connection gets them that sees so much of the room."""
        since = sight.since if sight.since >= self._oldest else 0
        asker = sight.asker if self._askers else None
        if asker and asker not in self._askers:
            asker = OTHER
        key = (connection.plain, since, asker)
        data = self._data.get(key)
        if data is None:
            shown = seen(self._items, Sight(since, asker))
            data = self._data[key] = b"".join([item.data(connection.plain) for item in shown])
        return data


def _count(items: Sequence[Item]) -> int:
    """How many of these go into one write: at least one."""
    size = 0
    for number, item in enumerate(items, 1):
        size += len(item.data(as_plain=False))
        if size >= WRITE_BYTES:
            return number
    return len(items)


def seen(items: Sequence[Item], sight: Sight) -> Iterator[Item]:
    """What a sight shows of these; of an entry that it hides, that there is one."""
    for item in items:
        if item.shown_to(sight):
            yield item
        elif isinstance(item.frame, Entry):
            yield Item(Passed(room=item.frame.room, seq=item.frame.seq))
