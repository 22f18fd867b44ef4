"""Frames from the server."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType, field

from .grants import Invite
from .limits import Limits
from .parts import Cell, Closing, Ending, Help, Job, Output, Question, Seat, StoredFile, User
from .words import Act, GivenRole, HelpState, Role, RoomKind


class ServerFrame(Struct, tag_field="type", kw_only=True, omit_defaults=True):
    """A frame from the server. `ref` is there where it answers a frame that had one."""

    ref: str | None = None


class Welcome(ServerFrame, tag="welcome"):
    """The first frame of a connection: who you are here, and what holds."""

    user: User
    named: bool
    """False where the person must say a name before the first message."""
    epoch: str
    limits: Limits
    features: list[str]
    now: int
    version: str
    heartbeat: float
    """Seconds between two `heartbeat` frames; after three without any frame the line is dead."""
    invite: Invite | None = None
    """Of a guest: what they came in by."""


class Message(ServerFrame, tag="message"):
    """One message of a room, as it is kept: `seq` is its place in the room."""

    room: str
    seq: int
    id: str
    user: User
    text: str
    at: int
    """Milliseconds since 1970 UTC, by the server."""
    reply: int | None = None
    """`seq` of the message that this one answers."""
    files: list[StoredFile] = []
    cell: Cell | None = None
    data: list[Output] = []
    """One object in several types, the richest first."""
    question: Question | None = None
    job: Job | None = None
    hops: int = 0
    """How many programs have answered each other up to this message; a program that answers it
    says one more."""
    help: Help | None = None
    """It asks for help: what is said about it replies to it."""
    edited: int | None = None
    """When it was last changed."""
    deleted: bool = False
    """Its author took it back, or a moderator took it away: there is nothing in it any more."""

    def __repr__(self) -> str:
        """One line, as a notebook shows it: what it says, or else the name of what it holds."""
        held = [(part.file and part.text[:60]) or part.type for part in self.data[:1]]
        held += ["a cell"] if self.cell else [file.name for file in self.files]
        held += [self.job.what] if self.job else ["deleted"] if self.deleted else []
        says = repr(self.text[:60]) if self.text or not held else ", ".join(held)
        return f"<#{self.seq} {self.user.name}: {says}>"


class Changed(ServerFrame, tag="changed"):
    """A message was edited, or deleted where there is no `text`. It has a place of its own in the
    room; `of` is the `seq` of the message. Where files, a cell or data are named, it holds them and
    no others."""

    room: str
    seq: int
    id: str
    of: int
    at: int
    text: str | None = None
    files: list[StoredFile] | UnsetType = UNSET
    cell: Cell | UnsetType = UNSET
    data: list[Output] | UnsetType = UNSET
    state: Ending | UnsetType = UNSET
    """Of its job, which is over since `at`."""


class Answered(ServerFrame, tag="answered"):
    """Somebody answered the question in message `of`. It has a place of its own in the room."""

    room: str
    seq: int
    id: str
    of: int
    user: User
    choice: int
    at: int


class Closed(ServerFrame, tag="closed"):
    """The question in message `of` takes no more answers. It has a place of its own in the room."""

    room: str
    seq: int
    id: str
    of: int
    why: Closing
    at: int


class Moderated(ServerFrame, tag="moderated"):
    """Somebody keeps order, as `moderate` says; the room is told. It has a place of its own in the
    room."""

    room: str
    seq: int
    id: str
    user: User
    at: int
    act: Act
    whom: User | None = None
    role: GivenRole | None = None
    until: int | None = None
    """When a `mute` ends."""
    seconds: int | None = None
    """Of `slow`."""
    of: int | None = None
    kind: RoomKind | None = None


class Helped(ServerFrame, tag="helped"):
    """How the request for help in message `of` stands from now on. It has a place of its own in the
    room."""

    room: str
    seq: int
    id: str
    of: int
    user: User
    state: HelpState
    at: int


class Passed(ServerFrame, tag="passed"):
    """Entry `seq` of the room is not for you to see; what comes after it goes on from there."""

    room: str
    seq: int


class Seated(ServerFrame, tag="seat"):
    """What you may do in a room has changed."""

    room: str
    seat: Seat


class Progress(ServerFrame, tag="progress"):
    """The last word of the running job in message `of`, until the next one, or until the message
    is changed."""

    room: str
    of: int
    text: str


class Joined(ServerFrame, tag="joined"):
    """You are in the room. `messages` are those said or changed after `from` up to `to`, as they
    are now, oldest first.

    A first join gets the newest page, and `more` says that older ones exist. A join with
    `after` gets what came since, and `more` says that it is not all: join again with
    `after` = `to`. Live messages come once `more` was false, or at once on a first join.
    """

    room: str
    title: str
    members: list[User]
    count: int
    messages: list[Message]
    start: int = field(name="from")
    to: int
    more: bool
    check: str | None = None
    """The id of entry `to`, where the server has it at hand."""
    seat: Seat = Seat("member")
    """What you may do here."""
    roles: dict[str, Role] = {}
    """By id: those of its people who are more or less than members."""
    since: int = 0
    """What was said up to this `seq` is not for you to see, or was cleared away."""
    moderated: list[Moderated] = []
    """How order was kept among `messages`, oldest first: what it takes away is taken away."""


class Reset(ServerFrame, tag="reset"):
    """This history is not the one you know: forget it, and join without `after`."""

    room: str
    epoch: str


class Presence(ServerFrame, tag="presence"):
    """Who came and who went since the last one; at most one a second for each room. Where more
    than `limits.members_listed` are here it names nobody, and what was known of who is here no
    longer holds; when they are fewer again, it names everyone."""

    room: str
    joined: list[User]
    left: list[str]
    """Ids of people."""
    count: int


class Page(ServerFrame, tag="page"):
    """A page of history, oldest first; `more` says that older ones exist."""

    room: str
    messages: list[Message]
    more: bool
    moderated: list[Moderated] = []
    """How order was kept among them, oldest first."""


class Room(ServerFrame, tag="room"):
    """A room that exists; sent to everyone when one is created."""

    room: str
    title: str
    at: int
    user: User | None = None
    """Who created it; nobody did the first one."""
    kind: RoomKind = "open"


class Newer(Struct, frozen=True):
    """What is new in a room."""

    room: str
    seq: int
    """Of its newest entry."""
    messages: int
    """Messages said since the last `news`."""


class News(ServerFrame, tag="news"):
    """Rooms in which something was said, whether one is in them or not; at most one a second."""

    rooms: list[Newer]


class Marked(ServerFrame, tag="marked"):
    """I have read a room up to `seq`, on another connection of mine; sent to who comes in too."""

    room: str
    seq: int


class Heartbeat(ServerFrame, tag="heartbeat"):
    """The line is alive."""

    now: int


class Rejected(ServerFrame, tag="rejected"):
    """No. `code` is a key of the reasons, `reason` says it in English for people."""

    code: str
    reason: str
    room: str | None = None
    id: str | None = None
    retry_after: float | None = None


AnyServerFrame = (
    Welcome
    | Message
    | Changed
    | Answered
    | Closed
    | Moderated
    | Helped
    | Passed
    | Seated
    | Progress
    | Joined
    | Reset
    | Presence
    | Page
    | Room
    | News
    | Marked
    | Heartbeat
    | Rejected
)

Entry = Message | Changed | Answered | Closed | Moderated | Helped
"""What has a place in a room."""
