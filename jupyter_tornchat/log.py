"""The log: the one seam that holds everything durable.

A thing exists once the log has numbered it. `Log` is the contract; `sqlite.py` keeps it on one
machine. Whoever implements it runs the same tests (`tests/test_log.py`).
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from .protocol import Message, Room, User


class Said(Struct, tag="said", frozen=True):
    """Somebody said something in a room."""

    room: str
    id: str
    user: User
    text: str
    at: int

    def frame(self, seq: int) -> Message:
        """What clients see of it."""
        return Message(
            room=self.room, seq=seq, id=self.id, user=self.user, text=self.text, at=self.at
        )


class Opened(Struct, tag="opened", frozen=True, omit_defaults=True):
    """Somebody opened a room; nobody did the first one."""

    room: str
    title: str
    at: int
    user: User | None = None

    def frame(self, seq: int = 0) -> Room:
        """What clients see of it."""
        return Room(room=self.room, title=self.title, at=self.at, user=self.user)


Event = Said | Opened


class Entry(NamedTuple):
    """An event with its place: `offset` in the whole log, `seq` in its room.

    What is not a room's content has no place in the room: its `seq` is 0.
    """

    offset: int
    seq: int
    event: Event


class Receipt(NamedTuple):
    """The answer to an append. `again` is true where the entry had been there before."""

    entry: Entry
    again: bool


Deliver = Callable[[Sequence[Entry]], None]


class Log(Protocol):
    """Orders, keeps and hands out events.

    - Every server that shares a log gets the same entries in the same order: `deliver` is called
      on the event loop with entries whose offsets follow each other without a hole, after they
      are on disk and never before.
    - An entry has `offset` 1, 2, 3 … in the log, and what is a room's content has `seq` 1, 2, 3 …
      in its room, both without holes.
    - A message's `id` is unique in its room for as long as the message lives. The same id with
      the same text gives the same entry again, whoever asks; with another text it is refused as
      `conflict`.
    """

    epoch: str
    """Which history this is, a random key. It changes when history was lost, restored or
    forked; clients then start over instead of merging."""

    trouble: str
    """What keeps it from working at the moment; empty where nothing does."""

    async def start(self, deliver: Deliver) -> None:
        """Open what is there, or make it.

        Raises:
            Refusal: `unavailable`, with what is wrong with the storage.
        """
        ...

    def append(self, event: Event) -> Future[Receipt]:
        """Number and keep an event. When the future is done, it is on disk and delivered.

        Raises (in the future):
            Refusal: `conflict`, `no_such_room`, `room_exists`, `too_many_rooms`,
                `storage_full` or `unavailable`.
        """
        ...

    def put(self, key: str, value: str | None) -> Future[None]:
        """Keep the last value under a key; None takes it away. Never replayed to anyone.

        Raises (in the future):
            Refusal: `storage_full` or `unavailable`.
        """
        ...

    async def close(self) -> None:
        """Finish what was appended, then let go of everything."""
        ...
