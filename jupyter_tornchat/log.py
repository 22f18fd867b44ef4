"""The log: the one seam that holds everything durable.

A thing exists once the log has numbered it. `Log` is the contract; `sqlite.py` keeps it on one
machine. Whoever implements it runs the same tests (`tests/test_log.py`).
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from . import protocol
from .protocol import Cell, Message, Room, StoredFile, User


class Said(Struct, tag="said", frozen=True, omit_defaults=True):
    """Somebody said something in a room."""

    room: str
    id: str
    user: User
    text: str
    at: int
    reply: int | None = None
    files: list[StoredFile] = []
    cell: Cell | None = None

    @property
    def body(self) -> tuple[object, ...]:
        """What must be the same where the same id comes again; never the same as a change's."""
        return (self.text, self.reply, self.files, self.cell)

    def frame(self, seq: int) -> Message:
        """What clients see of it."""
        return Message(
            room=self.room,
            seq=seq,
            id=self.id,
            user=self.user,
            text=self.text,
            at=self.at,
            reply=self.reply,
            files=self.files,
            cell=self.cell,
        )


class Changed(Struct, tag="changed", frozen=True, omit_defaults=True):
    """Somebody gave their message `of` another text, or took it back where there is none."""

    room: str
    id: str
    user: User
    of: int
    at: int
    text: str | None = None

    @property
    def body(self) -> tuple[object, ...]:
        """What must be the same where the same id comes again; never the same as a message's."""
        return (self.of, self.text)

    def frame(self, seq: int) -> protocol.Changed:
        """What clients see of it."""
        return protocol.Changed(
            room=self.room, seq=seq, id=self.id, of=self.of, at=self.at, text=self.text
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


Content = Said | Changed
"""What is a room's content: it has a place in its room, and an `id` of its client's."""
Event = Content | Opened


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
    - The `id` of a message or a change is unique in its room for as long as the room lives. The
      same id with the same body gives the same entry again, whoever asks; with another body it is
      refused as `conflict`.
    - A message is changed by its author alone, and not once it is deleted. What is answered may be
      a deleted message, but not none.
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
            Refusal: `conflict`, `no_such_room`, `no_such_message`, `forbidden`, `room_exists`,
                `too_many_rooms`, `storage_full` or `unavailable`.
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
