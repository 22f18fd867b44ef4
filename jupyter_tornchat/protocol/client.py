"""Frames from a client."""

from __future__ import annotations

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from .parts import CellRef, FileRef, JobRef, OutputRef, QuestionRef
from .words import (
    Act,
    GivenRole,
    HelpState,
    Key,
    MessageId,
    PageLimit,
    Ref,
    RoomKind,
    RoomName,
    Seq,
    UserId,
)


class ClientFrame(Struct, tag_field="type", kw_only=True, omit_defaults=True):
    """A frame from a client. Any may carry `ref`; its answer carries it back."""

    ref: Ref | None = None


class Join(ClientFrame, tag="join"):
    """Enter a room, or resume it after entry `after`. `check` is the id of that entry."""

    room: RoomName
    after: Seq | None = None
    epoch: Key | None = None
    check: Key | None = None


class Leave(ClientFrame, tag="leave"):
    """Leave a room."""

    room: RoomName


class Send(ClientFrame, tag="send"):
    """Say something: a text, files, a cell, an object, a question, a job. The same `id` again gives
    the same message again."""

    room: RoomName
    id: MessageId
    text: str
    """May be empty where there is something else in the message."""
    reply: Seq | None = None
    """The message that this one answers."""
    files: list[FileRef] = []
    cell: CellRef | None = None
    data: list[OutputRef] = []
    """One object in several types, the richest first: who shows or takes it uses the first type
    that they know."""
    question: QuestionRef | None = None
    job: JobRef | None = None
    hops: Seq = 0
    """How many programs have answered each other up to this message."""


class Edit(ClientFrame, tag="edit"):
    """Give my message `seq` another text; where files, a cell or data are named as well, be they
    empty, it holds them and nothing else. The `id` is that of the edit, as in `send`."""

    room: RoomName
    seq: Seq
    id: MessageId
    text: str
    files: list[FileRef] | UnsetType = UNSET
    cell: CellRef | UnsetType = UNSET
    data: list[OutputRef] | UnsetType = UNSET
    state: Literal["done", "failed"] | UnsetType = UNSET
    """Of its job, which is over."""


class Delete(ClientFrame, tag="delete"):
    """Take my message `seq` back. The `id` is that of the deletion, as in `send`."""

    room: RoomName
    seq: Seq
    id: MessageId


class Respond(ClientFrame, tag="answer"):
    """Answer the question in message `seq`. The `id` is that of the answer, as in `send`."""

    room: RoomName
    seq: Seq
    id: MessageId
    choice: Seq


class Withdraw(ClientFrame, tag="withdraw"):
    """Close my question in message `seq`. The `id` is that of the closing, as in `send`."""

    room: RoomName
    seq: Seq
    id: MessageId


class Report(ClientFrame, tag="progress"):
    """The last word of my running job in message `seq`: shown, and not kept."""

    room: RoomName
    seq: Seq
    text: str


class Moderate(ClientFrame, tag="moderate"):
    """Keep order in a room. `whom` is somebody's id: to give them a `role`, to `mute` them for so
    many `seconds`, to `unmute`, to `kick` (they may come back), to `ban`, to `unban`. `slow` lets
    everyone speak every `seconds`, or with 0 as fast as elsewhere. `clear` takes away the message
    `of`, or all of `whom`, or all. `kind` makes the room another one. The `id` is that of the deed,
    as in `send`."""

    room: RoomName
    id: MessageId
    act: Act
    whom: UserId | None = None
    role: GivenRole | None = None
    seconds: Seq | None = None
    of: Seq | None = None
    kind: RoomKind | None = None


class Serve(ClientFrame, tag="help"):
    """The request for help in message `seq` is claimed, resolved, or waits again. The `id` is that
    of the deed, as in `send`."""

    room: RoomName
    seq: Seq
    id: MessageId
    state: HelpState


class Read(ClientFrame, tag="read"):
    """I have read the room up to `seq`; it never goes back."""

    room: RoomName
    seq: Seq


class Older(ClientFrame, tag="older"):
    """A page of history before `before`."""

    room: RoomName
    before: Seq
    limit: PageLimit = 50


class Pulse(ClientFrame, tag="heartbeat"):
    """Is anybody there? Answered by a `heartbeat`."""


AnyClientFrame = (
    Join
    | Leave
    | Send
    | Edit
    | Delete
    | Respond
    | Withdraw
    | Report
    | Moderate
    | Serve
    | Read
    | Older
    | Pulse
)
