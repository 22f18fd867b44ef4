"""The log: the one seam that holds everything durable.

A thing exists once the log has numbered it. `Log` is the contract; `sqlite.py` keeps it on one
machine. Whoever implements it runs the same tests (`tests/test_log.py`).
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from msgspec import UNSET, Struct, UnsetType

from . import protocol
from .protocol import (
    Answer,
    Cell,
    Closing,
    Ending,
    GrantKind,
    Job,
    Message,
    Output,
    Question,
    Room,
    StoredFile,
    User,
)


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
    data: list[Output] = []
    question: Question | None = None
    job: Job | None = None
    hops: int = 0
    kernel: str = ""
    """Id of the kernel that asks or works, where that is known; for nobody's eyes."""

    @property
    def body(self) -> tuple[object, ...]:
        """What must be the same where the same id comes again, which is later; never the same as
        that of another kind of event."""
        asked, job = self.question, self.job
        question = asked and (asked.choices, asked.until - self.at, asked.vote)
        took = job and (job.what, job.state, job.since - self.at)
        return (self.text, self.reply, self.files, self.cell, self.data, question, took)

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
            data=self.data,
            question=self.question,
            job=self.job,
            hops=self.hops,
        )


class Changed(Struct, tag="changed", frozen=True, omit_defaults=True):
    """Somebody gave their message `of` another text, or took it back where there is none. Where
    files, a cell or data are named, it holds them and no others; `state` ends its job."""

    room: str
    id: str
    user: User
    of: int
    at: int
    text: str | None = None
    files: list[StoredFile] | UnsetType = UNSET
    cell: Cell | UnsetType = UNSET
    data: list[Output] | UnsetType = UNSET
    state: Ending | UnsetType = UNSET

    @property
    def body(self) -> tuple[object, ...]:
        """As that of what was said."""
        return (self.of, self.text, self.files, self.cell, self.data, self.state)

    def frame(self, seq: int) -> protocol.Changed:
        """What clients see of it."""
        return protocol.Changed(
            room=self.room,
            seq=seq,
            id=self.id,
            of=self.of,
            at=self.at,
            text=self.text,
            files=self.files,
            cell=self.cell,
            data=self.data,
            state=self.state,
        )


class Answered(Struct, tag="answered", frozen=True):
    """Somebody answered the question in message `of`."""

    room: str
    id: str
    user: User
    of: int
    choice: int
    at: int

    @property
    def body(self) -> tuple[object, ...]:
        """As that of what was said."""
        return (self.of, self.choice)

    @property
    def answer(self) -> Answer:
        """What the question holds of it."""
        return Answer(self.user, self.choice, self.at)

    def frame(self, seq: int) -> protocol.Answered:
        """What clients see of it."""
        return protocol.Answered(
            room=self.room,
            seq=seq,
            id=self.id,
            of=self.of,
            user=self.user,
            choice=self.choice,
            at=self.at,
        )


class Closed(Struct, tag="closed", frozen=True):
    """The question in message `of` takes no more answers. `user` asked it, whoever closed it."""

    room: str
    id: str
    user: User
    of: int
    why: Closing
    at: int

    @property
    def body(self) -> tuple[object, ...]:
        """As that of what was said."""
        return (self.of, self.why)

    def frame(self, seq: int) -> protocol.Closed:
        """What clients see of it."""
        return protocol.Closed(
            room=self.room, seq=seq, id=self.id, of=self.of, why=self.why, at=self.at
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


class KeyMade(Struct, tag="key_made", frozen=True):
    """Somebody made a key that opens a room to the program called `name`."""

    room: str
    id: str
    name: str
    hash: str
    """SHA-256 of the key, in hexadecimal; the key itself is nowhere."""
    at: int
    user: User


class HookMade(Struct, tag="hook_made", frozen=True):
    """Somebody made a hook: an address that is told what is said in a room."""

    room: str
    id: str
    url: str
    secret: str
    after: int
    """`seq` of the room's newest entry; what is said after it is told."""
    at: int
    user: User


class Revoked(Struct, tag="revoked", frozen=True):
    """Somebody revoked a key or a hook."""

    room: str
    id: str
    kind: GrantKind
    at: int
    user: User


Grant = KeyMade | HookMade | Revoked
"""What opens a room to programs, or ends it; no client hears of it."""
Content = Said | Changed | Answered | Closed
"""What is a room's content: it has a place in its room, and an `id` of its client's."""
Event = Content | Opened | Grant


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
    - A message is changed by its author alone, and not once it is deleted. What is replied to may
      be a deleted message, but not none.
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

    def append(self, event: Event) -> Future[Receipt]:
        """Number and keep an event. When the future is done, it is on disk and delivered.

        Raises (in the future):
            Refusal: `conflict`, `no_such_room`, `no_such_message`, `forbidden`, `bad_frame`,
                `closed`, `loop`, `room_exists`, `too_many_rooms`, `too_many_keys`,
                `too_many_hooks`, `no_such_key`, `no_such_hook`, `storage_full` or `unavailable`.
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
