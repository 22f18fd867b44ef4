"""The log: the one seam that holds everything durable.

A thing exists once the log has numbered it. `Log` is the contract; `sqlite.py` keeps it on one
machine. Whoever implements it runs the same tests: `tests/test_log.py`, `test_changes.py` and
`test_grants.py`.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from .events import Event
from .sight import ALL, Sight


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
    - The `id` of what is a room's content is unique in its room for as long as the room lives. The
      same id with the same body gives the same entry again, whoever asks; with another body it is
      refused as `conflict`.
    - What makes a key or a hook has an `id` that no other one ever had.
    - A message is changed by its author alone, and not once it is deleted; who may take another's
      away, the hub knows. What is replied to may be a deleted message, but not none.
    - In a help desk, what replies to nothing begins a thread, which is its author's, and asks for
      help; all that is about something in a thread belongs to it, and replies to what began it.
    - By an invite no more guests come than it says, and none once it is over or revoked.
    - A question takes answers until it is closed: one, or in a vote the last one of each person. A
      job ends once.
    - What a program replies to another program has one hop more than what it replies to, at least.
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

    def append(self, event: Event, sight: Sight = ALL) -> Future[Receipt]:
        """Number and keep an event. When the future is done, it is on disk and delivered.

        Args:
            sight: what of its room its sender sees; a message that they do not see is none.

        Raises (in the future):
            Refusal: `conflict`, `no_such_room`, `no_such_message`, `forbidden`, `bad_frame`,
                `closed`, `loop`, `room_exists`, `too_many_rooms`, `too_many_keys` and its like,
                `no_such_key` and its like, `bad_invite`, `no_such_person`, `storage_full` or
                `unavailable`.
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
