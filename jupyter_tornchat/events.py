"""Events: what the log keeps, each with what clients see of it.

What somebody sends is a frame of the protocol; what is kept of it is an event, with who did it
and when by the server.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from . import protocol
from .protocol import (
    Act,
    Answer,
    Cell,
    Closing,
    Ending,
    GivenRole,
    GrantKind,
    Help,
    HelpState,
    Job,
    Message,
    Output,
    Question,
    Room,
    RoomKind,
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
    help: Help | None = None
    kernel: str = ""
    """Id of the kernel that asks or works, where that is known; for nobody's eyes."""
    asker: str = ""
    """In a help desk: id of whose thread it is in; for nobody's eyes, as in all that follows."""

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
            help=self.help,
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
    asker: str = ""

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


class Answered(Struct, tag="answered", frozen=True, omit_defaults=True):
    """Somebody answered the question in message `of`."""

    room: str
    id: str
    user: User
    of: int
    choice: int
    at: int
    asker: str = ""

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


class Closed(Struct, tag="closed", frozen=True, omit_defaults=True):
    """The question in message `of` takes no more answers. `user` asked it, whoever closed it."""

    room: str
    id: str
    user: User
    of: int
    why: Closing
    at: int
    asker: str = ""

    @property
    def body(self) -> tuple[object, ...]:
        """As that of what was said."""
        return (self.of, self.why)

    def frame(self, seq: int) -> protocol.Closed:
        """What clients see of it."""
        return protocol.Closed(
            room=self.room, seq=seq, id=self.id, of=self.of, why=self.why, at=self.at
        )


class Moderated(Struct, tag="moderated", frozen=True, omit_defaults=True):
    """A moderator kept order; what each act means, the frame `moderate` says."""

    room: str
    id: str
    user: User
    at: int
    act: Act
    whom: User | None = None
    role: GivenRole | None = None
    until: int | None = None
    seconds: int | None = None
    of: int | None = None
    kind: RoomKind | None = None
    asker: str = ""

    @property
    def body(self) -> tuple[object, ...]:
        """As that of what was said."""
        whom = self.whom and self.whom.id
        long = None if self.until is None else self.until - self.at
        return (self.act, whom, self.role, long, self.seconds, self.of, self.kind)

    def frame(self, seq: int) -> protocol.Moderated:
        """What clients see of it."""
        return protocol.Moderated(
            room=self.room,
            seq=seq,
            id=self.id,
            user=self.user,
            at=self.at,
            act=self.act,
            whom=self.whom,
            role=self.role,
            until=self.until,
            seconds=self.seconds,
            of=self.of,
            kind=self.kind,
        )


class Helped(Struct, tag="helped", frozen=True, omit_defaults=True):
    """A request for help, the message `of`, was claimed, resolved, or waits again."""

    room: str
    id: str
    user: User
    of: int
    state: HelpState
    at: int
    asker: str = ""

    @property
    def body(self) -> tuple[object, ...]:
        """As that of what was said."""
        return (self.of, "help", self.state)

    @property
    def help(self) -> Help:
        """What the message holds of it."""
        return Help(self.state, self.at, None if self.state == "waiting" else self.user)

    def frame(self, seq: int) -> protocol.Helped:
        """What clients see of it."""
        return protocol.Helped(
            room=self.room,
            seq=seq,
            id=self.id,
            of=self.of,
            user=self.user,
            state=self.state,
            at=self.at,
        )


class Opened(Struct, tag="opened", frozen=True, omit_defaults=True):
    """Somebody opened a room; nobody did the first one."""

    room: str
    title: str
    at: int
    user: User | None = None
    kind: RoomKind = "open"

    def frame(self, seq: int = 0) -> Room:
        """What clients see of it."""
        return Room(room=self.room, title=self.title, at=self.at, user=self.user, kind=self.kind)


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


class InviteMade(Struct, tag="invite_made", frozen=True):
    """Somebody made an invite: a link by which guests come into `rooms`, of which `room` is the
    first one."""

    room: str
    id: str
    rooms: list[str]
    hash: str
    """SHA-256 of the invite's key, in hexadecimal; the key itself is nowhere."""
    until: int
    """When it ends, and with it the visits of all who came by it."""
    uses: int
    since: dict[str, int]
    """By room: `seq` of the newest entry when it was made, which is the last one that its guests do
    not see. Empty where they see all."""
    at: int
    user: User


class Entered(Struct, tag="entered", frozen=True):
    """A guest came by an invite, or one who is here has another name."""

    room: str
    """The invite's first one."""
    invite: str
    hash: str
    """SHA-256 of the guest's ticket, in hexadecimal; the ticket itself is nowhere."""
    at: int
    user: User


class Revoked(Struct, tag="revoked", frozen=True):
    """Somebody revoked a key, a hook or an invite, or a guest's visit is over."""

    room: str
    id: str
    kind: GrantKind
    at: int
    user: User


Grant = KeyMade | HookMade | InviteMade | Revoked
"""What opens a room to programs and guests, or ends it; no client hears of it."""
Content = Said | Changed | Answered | Closed | Moderated | Helped
"""What is a room's content: it has a place in its room, and an `id` of its client's."""
Event = Content | Opened | Grant | Entered
