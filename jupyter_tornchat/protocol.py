"""The protocol `tornchat.v1`: every frame, limit, reason and close code, once.

Rules of this file:

- It does no I/O and imports nothing of ours. `decode` and `encode` are the only verbs.
- The decoder is the validator: what it refuses, it refuses with the words people see.
- What another language needs (`labextension/src/protocol.ts`, the tables of
  `docs/protocol.md`) is generated from here by `tools/generate_protocol.py`; a test fails on
  drift. So a number or a name that both sides need is written here and nowhere else.
"""

from __future__ import annotations

import json
import unicodedata
from enum import IntEnum
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

T = TypeVar("T")

SUBPROTOCOL = "tornchat.v1"
DEFAULT_ROOM = "lobby"
URL_VARIABLE = "JUPYTER_TORNCHAT_URL"
KEY_VARIABLE = "JUPYTER_TORNCHAT_KEY"
"""What a notebook server puts into the environment of its kernels: the chat's address, and a key
that lets a program chat and do nothing else."""
PROGRAM_HEADER = "X-Tornchat-Name"
"""How a program says what it is called: ASCII, with JSON's escapes."""
KERNEL_HEADER = "X-Tornchat-Kernel"
"""How a program says which kernel of the server it runs in, by the kernel's id."""

# ------------------------------------------------------------------------------- limits


class Limits(Struct, frozen=True):
    """What a client may ask for; sent in `welcome`, so that no client has copies of its own."""

    text_chars: int = 8_000
    """Characters (code points) in one text."""
    text_bytes: int = 32 * 1024
    """UTF-8 bytes in one text."""
    text_lines: int = 500
    """Lines in one text."""
    combining_marks: int = 30
    """Combining marks in a row: more is not writing, it paints over the neighbours."""
    frame_bytes: int = 128 * 1024
    """Bytes in one frame: four times the text limit, so that a text that is too long gets an
    answer and not a closed socket. Beyond it the socket closes with 1009."""
    unknown_bytes: int = 4 * 1024
    """Bytes of fields that the server does not know: it reads past them, but not for long."""
    name_chars: int = 32
    """Characters in a name."""
    title_chars: int = 250
    """Characters in a room's title."""
    page_messages: int = 200
    """Messages in one page of history."""
    page_bytes: int = 256 * 1024
    """Bytes of messages in one page of history."""
    cell_bytes: int = 64 * 1024
    """UTF-8 bytes of a shared cell: its source and the texts of its outputs."""
    cell_outputs: int = 20
    """Outputs of a shared cell."""
    data_bytes: int = 64 * 1024
    """UTF-8 bytes of the texts of an object."""
    data_types: int = 6
    """Types in which one object may come."""
    choices: int = 10
    """Choices of a question."""
    choice_chars: int = 80
    """Characters in a choice."""
    question_seconds: int = 7 * 24 * 3600
    """Seconds for which a question may be open."""
    answers: int = 1_000
    """People who may answer one question."""
    job_chars: int = 120
    """Characters in what a job is called."""
    job_seconds: int = 366 * 24 * 3600
    """Seconds that a job may have taken when it is first told of."""
    progress_rate: int = 4
    """Times a second that a job's progress is shown; the last word of a moment counts."""
    hops: int = 8
    """Answers of programs to each other in a row: more is a loop."""
    keys: int = 20
    """Keys that open one room."""
    hooks: int = 5
    """Addresses that are told what is said in one room."""
    files_shown: int = 10
    """Files that one message shows."""
    file_bytes: int = 5 * 1024 * 1024
    """Bytes in one file (OWASP ASVS 5.0, 5.2.1)."""
    file_name_chars: int = 120
    """Characters in a file's name."""
    image_pixels: int = 25_000_000
    """Pixels of an image: a small file can hold more of them than a browser can show."""
    files_a_day: int = 100
    """Files that one person may upload in a day."""
    members_listed: int = 100
    """People that `joined` lists by name; `count` tells all."""
    in_flight: int = 64
    """Sends of one connection that may wait for the disk; beyond it its socket is not read."""
    rooms_joined: int = 32
    """Rooms that one connection may be in at a time."""
    rooms: int = 1_000
    """Rooms on one server."""
    rooms_created: int = 50
    """Rooms that one person may create."""
    silence_seconds: int = 10
    """Seconds in which a new connection must send its first frame."""
    bad_frames: int = 10
    """Refused frames in a row after which the socket closes with 4510."""


LIMITS = Limits()

# ---------------------------------------------------------------------------- close codes


class Close(IntEnum):
    """Why the server ended a socket. The range is the advice, so that a client needs no list:
    4000-4499 come back, 4500-4999 do not."""

    GOING_AWAY = 1001
    TOO_BIG = 1009
    RESTARTING = 1012
    SLOW = 4408
    TOO_MANY = 4411
    TOO_FAST = 4429
    SIGNED_OUT = 4501
    REMOVED = 4503
    PROTOCOL_ERROR = 4510
    RELOAD = 4512


CLOSE_REASONS: dict[Close, str] = {
    Close.GOING_AWAY: "the page or the server goes away",
    Close.TOO_BIG: "the frame is longer than limits.frame_bytes",
    Close.RESTARTING: "the server stops or restarts; come back",
    Close.SLOW: "the connection did not read what it was sent; come back and resume",
    Close.TOO_MANY: "this server has as many connections as it takes; come back later",
    Close.TOO_FAST: "far more frames than the rate allows; come back slower",
    Close.SIGNED_OUT: "signed out; sign in again",
    Close.REMOVED: "removed from the chat",
    Close.PROTOCOL_ERROR: "this is not tornchat.v1",
    Close.RELOAD: "the page is older than the server; reload it",
}

# -------------------------------------------------------------------------------- reasons


class Reason(NamedTuple):
    """One kind of no."""

    says: str
    """English words for people; other languages translate by the code."""
    status: int
    """The HTTP status of the same no in the REST interface."""
    retry: bool
    """Whether the very same request may succeed later."""


REASONS: dict[str, Reason] = {
    "bad_frame": Reason("this is not a request the chat understands", 400, False),
    "empty": Reason("the message is empty", 400, False),
    "too_long": Reason("the message is too long", 413, False),
    "bad_text": Reason("the text holds something that cannot be kept", 400, False),
    "bad_name": Reason("this name cannot be used", 400, False),
    "name_taken": Reason("someone here has this name, or one that looks like it", 409, False),
    "unnamed": Reason("say first what your name is", 403, False),
    "signed_out": Reason("you are not signed in", 403, False),
    "forbidden": Reason("you may not do this here", 403, False),
    "no_such_room": Reason("there is no such room", 404, False),
    "no_such_message": Reason("there is no such message", 404, False),
    "room_exists": Reason("a room with this name exists already", 409, False),
    "too_many_rooms": Reason("that would be one room too many", 409, False),
    "not_joined": Reason("join the room first", 403, False),
    "conflict": Reason("another message has this id already", 409, False),
    "loop": Reason("programs have answered each other too often in a row", 409, False),
    "closed": Reason("this question is closed", 409, False),
    "no_such_kernel": Reason("there is no such kernel", 404, False),
    "not_running": Reason("nothing runs in this kernel", 409, False),
    "no_such_key": Reason("there is no such key", 404, False),
    "too_many_keys": Reason("that would be one key too many", 409, False),
    "no_such_hook": Reason("there is no such hook", 404, False),
    "too_many_hooks": Reason("that would be one hook too many", 409, False),
    "bad_address": Reason("this address cannot be told anything", 400, False),
    "too_fast": Reason("too fast; try again in a moment", 429, True),
    "full": Reason("as many people are connected as this server takes", 429, True),
    "no_such_file": Reason("there is no such file", 404, False),
    "too_big": Reason("the file is too big", 413, False),
    "bad_file": Reason("this file cannot be kept", 415, False),
    "too_many_files": Reason("that would be one file too many for a day", 429, True),
    "storage_full": Reason("the server's disk is full", 507, True),
    "unavailable": Reason("the chat is off at the moment", 503, True),
}


RETRY_SECONDS = 5.0


class Refusal(Exception):
    """A no with its code, raised wherever it is found and answered at the edge.

    Args:
        code: a key of `REASONS`.
        detail: what exactly was wrong; the reason's own words where it is left out.
        retry_after: seconds after which to try again; where the same request may succeed later
            and nobody knows when, `RETRY_SECONDS`.
    """

    def __init__(self, code: str, detail: str = "", retry_after: float | None = None) -> None:
        self.code = code
        self.reason = detail or REASONS[code].says
        self.retry_after = retry_after
        if retry_after is None and REASONS[code].retry:
            self.retry_after = RETRY_SECONDS
        super().__init__(f"{code}: {self.reason}")


# ---------------------------------------------------------------------------------- words

RoomName = Annotated[
    str,
    Meta(
        pattern=r"\A[a-z0-9][a-z0-9._-]{0,63}\Z",
        description="A room's name: 1-64 of a-z 0-9 . _ -, beginning with a letter or digit.",
    ),
]
MessageId = Annotated[
    str,
    Meta(
        pattern=r"\A[!-~]{1,64}\Z",
        description="The sender's own random key: 1-64 visible ASCII characters.",
    ),
]
Ref = Annotated[str, Meta(max_length=64, description="Echoed in the answer.")]
Key = Annotated[str, Meta(max_length=64)]
KernelId = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9._-]{1,64}\Z")]
# JavaScript counts without error up to 2**53 - 1.
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
PageLimit = Annotated[int, Meta(ge=1, le=LIMITS.page_messages)]
Kind = Literal["member", "guest", "program"]


FileHash = Annotated[
    str,
    Meta(pattern=r"\A[0-9a-f]{64}\Z", description="SHA-256 of a file's bytes, in hexadecimal."),
]
MediaType = Annotated[
    str,
    Meta(
        # RFC 6838, section 4.2.
        pattern=r"\A[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z",
        description="A media type without parameters, in small letters.",
    ),
]


class User(Struct, frozen=True, omit_defaults=True):
    """A person or program as the server knows them; never as they say of themselves."""

    id: str
    name: str
    kind: Kind
    declared: bool = False
    """True where the name is the person's own word and nobody vouches for it."""


class FileRef(Struct, frozen=True, omit_defaults=True):
    """A file that was uploaded to the room, as its sender names it."""

    hash: FileHash
    name: str


class StoredFile(FileRef, frozen=True, omit_defaults=True):
    """A file that a message shows. Its bytes are at `rooms/{room}/files/{hash}`."""

    type: MediaType
    """By its content, never by its name."""
    size: int
    """Bytes."""
    width: int = 0
    """Pixels, of an image that browsers show; else 0."""
    height: int = 0


class OutputRef(Struct, frozen=True, omit_defaults=True):
    """One output of a shared cell: a text of some type, or a file uploaded before."""

    type: MediaType
    text: str = ""
    file: FileRef | None = None


class Output(Struct, frozen=True, omit_defaults=True):
    """One output of a shared cell, as it is kept."""

    type: MediaType
    """What the text is. Streams and errors have the types under which JupyterLab shows them:
    `application/vnd.jupyter.stdout`, `.stderr` and `.error`."""
    text: str = ""
    file: StoredFile | None = None


class CellRef(Struct, frozen=True, omit_defaults=True):
    """A snapshot of a notebook's cell, as its sender made it."""

    source: str
    language: str = ""
    """In small letters, as in a notebook's `language_info.name`."""
    count: Seq | None = None
    """Its execution count."""
    notebook: str = ""
    """Name of the notebook."""
    outputs: list[OutputRef] = []


class Cell(Struct, frozen=True, omit_defaults=True):
    """A snapshot of a notebook's cell, as it is kept; later changes of the notebook do not touch
    it."""

    source: str
    language: str = ""
    count: int | None = None
    notebook: str = ""
    outputs: list[Output] = []


class QuestionRef(Struct, frozen=True, omit_defaults=True):
    """A question to the room, as its asker puts it."""

    choices: list[str]
    """What can be answered: at least two, each another."""
    seconds: Seq
    """How long it is open; then the server closes it."""
    vote: bool = False
    """Everyone has an answer, which they may change while it is open; else the first one is the
    answer and closes it."""


class Answer(Struct, frozen=True, omit_defaults=True):
    """What somebody answered to a question."""

    user: User
    choice: int
    """Its place in the question's choices, from 0."""
    at: int


Closing = Literal["deadline", "withdrawn", "kernel"]
"""Why a question was closed without an answer, or a vote ended: its time was over, who asked it
took it back or has what they need, the kernel that asked is gone."""


class Question(Struct, frozen=True, omit_defaults=True):
    """A question to the room, with what was answered. It is closed where it is no vote and has an
    answer, and where `closed` says so."""

    choices: list[str]
    until: int
    """When the server closes it."""
    vote: bool = False
    answers: list[Answer] = []
    """The last one of each person, oldest first."""
    closed: Closing | None = None

    @property
    def is_open(self) -> bool:
        """Whether it takes answers, if it is not `until` yet."""
        return self.closed is None and (self.vote or not self.answers)


Ending = Literal["done", "failed", "lost"]
"""`lost`: its kernel died or was restarted, and nobody knows how far it came."""
JobState = Literal["running"] | Ending


class JobRef(Struct, frozen=True, omit_defaults=True):
    """Something that takes a while, as who does it says; the message's text is its last word."""

    what: str
    """What it is called."""
    state: Literal["running", "done", "failed"] = "running"
    seconds: float | None = None
    """How long it took or has been running, where it did not begin only now."""


class Job(Struct, frozen=True, omit_defaults=True):
    """Something that takes a while, and how it stands."""

    what: str
    state: JobState
    since: int
    """When it began."""
    until: int | None = None
    """When it ended."""


# ------------------------------------------------------------------------- what opens a room

GrantId = Annotated[
    str,
    Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z", description="1-64 of A-Z a-z 0-9 _ -."),
]
GrantKind = Literal["key", "hook"]


class RoomKey(Struct, frozen=True, omit_defaults=True):
    """A key that opens one room to a program, which has its name."""

    id: GrantId
    name: str
    at: int
    user: User
    """Who made it."""
    used: int | None = None
    """When it was last used, to the hour."""
    key: str = ""
    """What opens the room; said once, to who makes it."""


class Hook(Struct, frozen=True, omit_defaults=True):
    """An address that is told what people say in one room."""

    id: GrantId
    host: str
    """The beginning of the address; the rest may be somebody's secret."""
    at: int
    user: User
    """Who made it."""
    trouble: str = ""
    """Why it could not be told the last time."""
    over: bool = False
    """It could not be told for too long, and is told nothing any more."""
    secret: str = ""
    """What signs all that it is told; said once, to who makes it."""


AnyGrant = RoomKey | Hook

# --------------------------------------------------------------------- frames: client → server


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
    Join | Leave | Send | Edit | Delete | Respond | Withdraw | Report | Read | Older | Pulse
)

# --------------------------------------------------------------------- frames: server → client


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
    edited: int | None = None
    """When it was last changed."""
    deleted: bool = False
    """Its author took it back: there is nothing in it any more."""


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


class Room(ServerFrame, tag="room"):
    """A room that exists; sent to everyone when one is created."""

    room: str
    title: str
    at: int
    user: User | None = None
    """Who created it; nobody did the first one."""


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

Entry = Message | Changed | Answered | Closed
"""What has a place in a room."""

# ----------------------------------------------------------------------------------- texts


def clean(frame: Send | Edit | Report) -> None:
    """Make its text what is kept of it.

    Raises:
        Refusal: `empty`, `too_long`, `bad_text` or `bad_frame`, with what exactly was wrong.
    """
    alone = False
    if not isinstance(frame, Report):
        alone = _is_text_alone(frame)
    if isinstance(frame, Send):
        if frame.question is not None:
            check_question(frame.question)
        if frame.job is not None:
            check_job(frame.job)
            if frame.question is not None:
                raise Refusal("bad_frame", "a message is a question or a job, and not both")
        if frame.hops > LIMITS.hops:
            raise Refusal("loop")
    frame.text = clean_text(frame.text, alone)


def _is_text_alone(frame: Send | Edit) -> bool:
    """Whether there is nothing but its text in it; what else there is, is checked."""
    files, cell, data = frame.files or [], frame.cell or None, frame.data or []
    if len(files) > LIMITS.files_shown:
        over = f"the message shows {len(files)} files; {LIMITS.files_shown} are allowed"
        raise Refusal("too_long", over)
    if cell is not None:
        check_cell(cell)
    check_data(data)
    job = frame.job is not None if isinstance(frame, Send) else frame.state is not UNSET
    return not (files or cell or data or job)


def is_whole(edit: Edit | Changed) -> bool:
    """Whether it replaces all that a message holds, and not its text alone."""
    return not (edit.files is UNSET and edit.cell is UNSET and edit.data is UNSET)


def check_data(data: list[OutputRef]) -> None:
    """Refuse an object that comes in too many types, or whose texts are too long.

    Raises:
        Refusal: `too_long` or `bad_text`, with what exactly was wrong.
    """
    if len(data) > LIMITS.data_types:
        over = f"the object comes in {len(data)} types; {LIMITS.data_types} are allowed"
        raise Refusal("too_long", over)
    if (size := sum(len(output.text.encode()) for output in data)) > LIMITS.data_bytes:
        over = f"the object's texts have {size:,} bytes; {LIMITS.data_bytes:,} are allowed"
        raise Refusal("too_long", over)
    for output in data:
        check_characters(output.text)


def check_question(question: QuestionRef) -> None:
    """Refuse a question that nobody could answer.

    Raises:
        Refusal: `too_long`, `bad_text` or `bad_frame`, with what exactly was wrong.
    """
    choices = question.choices
    if not 2 <= len(choices) <= LIMITS.choices:
        wrong = f"a question has 2 to {LIMITS.choices} choices, not {len(choices)}"
        raise Refusal("bad_frame", wrong)
    for choice in choices:
        check_line(choice, LIMITS.choice_chars, "choice")
    if len({unicodedata.normalize("NFC", choice) for choice in choices}) < len(choices):
        raise Refusal("bad_frame", "two choices of the question are the same")
    if not 1 <= question.seconds <= LIMITS.question_seconds:
        wrong = f"a question is open for 1 to {LIMITS.question_seconds:,} seconds"
        raise Refusal("bad_frame", wrong)


def check_job(job: JobRef) -> None:
    """Refuse a job that has no name, or that took no time there is.

    Raises:
        Refusal: `too_long`, `bad_text` or `bad_frame`, with what exactly was wrong.
    """
    check_line(job.what, LIMITS.job_chars, "job's name")
    if job.seconds is not None and not 0 <= job.seconds <= LIMITS.job_seconds:
        raise Refusal("bad_frame", f"a job takes 0 to {LIMITS.job_seconds:,} seconds")


def check_line(text: str, most: int, what: str) -> None:
    """Refuse what is not one line that people can read.

    Raises:
        Refusal: `too_long`, `bad_text` or `bad_frame`, with what exactly was wrong.
    """
    if len(text) > most:
        raise Refusal("too_long", f"a {what} has {len(text):,} characters; {most} are allowed")
    if all(map(is_invisible, set(text))):
        raise Refusal("bad_frame", f"a {what} is empty")
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise Refusal("bad_text", f"a {what} is not one line")
    check_characters(text)


def check_cell(cell: CellRef) -> None:
    """Refuse a cell that is too long, or holds what cannot be kept.

    Raises:
        Refusal: `empty`, `too_long` or `bad_text`, with what exactly was wrong.
    """
    if len(cell.outputs) > LIMITS.cell_outputs:
        over = f"the cell has {len(cell.outputs):,} outputs; {LIMITS.cell_outputs} are allowed"
        raise Refusal("too_long", over)
    if (size := cell_size(cell)) > LIMITS.cell_bytes:
        over = f"the cell has {size:,} bytes; {LIMITS.cell_bytes:,} are allowed"
        raise Refusal("too_long", over)
    if not cell.outputs and all(map(is_invisible, set(cell.source))):
        raise Refusal("empty", "the cell is empty")
    for text in (cell.source, *(output.text for output in cell.outputs)):
        check_characters(text)


def cell_size(cell: CellRef | Cell) -> int:
    """UTF-8 bytes of a cell: its source, the texts of its outputs, and names."""
    texts = [cell.source, cell.language, cell.notebook]
    for output in cell.outputs:
        texts += [output.text, output.type, output.file.name if output.file else ""]
    return sum(len(text.encode()) for text in texts)


def content_size(entry: Entry) -> int:
    """About how many characters there are in it; a guard of memory needs no more."""
    if not isinstance(entry, Message | Changed):
        return 0
    cell = cell_size(entry.cell) if entry.cell else 0
    return len(entry.text or "") + cell + sum(len(output.text) for output in entry.data or ())


def clean_text(text: str, alone: bool = True) -> str:
    """The text as it is kept: byte for byte, but for outer blank lines.

    Args:
        alone: whether there is nothing else in the message, so that it may not be empty.

    Raises:
        Refusal: `empty`, `too_long` or `bad_text`, with what exactly was wrong.
    """
    if len(text) > LIMITS.text_chars:
        over = f"the message has {len(text):,} characters; {LIMITS.text_chars:,} are allowed"
        raise Refusal("too_long", over)
    size = len(text.encode())
    if size > LIMITS.text_bytes:
        over = f"the message has {size:,} bytes; {LIMITS.text_bytes:,} are allowed"
        raise Refusal("too_long", over)
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    last = next((i for i in range(len(lines), first, -1) if lines[i - 1].strip()), first)
    if last - first > LIMITS.text_lines:
        over = f"the message has {last - first:,} lines; {LIMITS.text_lines:,} are allowed"
        raise Refusal("too_long", over)
    text = "\n".join(lines[first:last])
    if last < len(lines):
        text = text.removesuffix("\r")  # half of the line end that was taken away
    check_characters(text)
    if all(map(is_invisible, set(text))):
        if alone:
            raise Refusal("empty")
        return ""
    return text


def is_invisible(character: str) -> bool:
    """Whether a reader sees nothing of it: white space, control and format characters."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}


def check_characters(text: str) -> None:
    """Refuse NUL, and towers of combining marks, which paint over other people's messages."""
    if "\0" in text:
        raise Refusal("bad_text", "the text holds a NUL character")
    if text.isascii():
        return
    # Each kind of character is looked up once: the event loop waits for this.
    marks = {c for c in set(text) if unicodedata.category(c) in {"Mn", "Me"}}
    run = 0
    for character in text if marks else "":
        run = run + 1 if character in marks else 0
        if run > LIMITS.combining_marks:
            over = f"more than {LIMITS.combining_marks} combining marks in a row"
            raise Refusal("bad_text", over)


# ------------------------------------------------------------------------- decode and encode

_decoder = msgspec.json.Decoder(AnyClientFrame)
_encoder = msgspec.json.Encoder()


def decode(data: str | bytes) -> AnyClientFrame:
    """Read one client frame; what it returns is valid in every field.

    Raises:
        Refusal: with the words for the person; it carries nothing of the text.
    """
    if isinstance(data, bytes):
        raise Refusal("bad_frame", "binary frames are not understood: send JSON as text")
    frame = read(data, _decoder)
    if isinstance(frame, Send | Edit | Report):
        clean(frame)
    return frame


def read(data: str | bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Read one JSON value that is valid in every field.

    Raises:
        Refusal: `bad_frame`, with what is wrong.
    """
    try:
        found = decoder.decode(data)
        if len(data) > 3 * len(_encoder.encode(found)) + LIMITS.unknown_bytes:
            raise Refusal("bad_frame", "most of it is nothing that is known here")
        # msgspec keeps the last of two equal keys in silence; two readers could then disagree
        # about what was said, so it is refused (CWE-436).
        json.loads(data, object_pairs_hook=_no_key_twice)
    except RecursionError:
        raise Refusal("bad_frame", "it is nested too deeply") from None
    except (msgspec.DecodeError, ValueError) as error:
        # Some of these words repeat what was sent, however long it is.
        raise Refusal("bad_frame", str(error)[:200]) from None
    return found


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


class Answerable(NamedTuple):
    """What a no must carry, so that its sender knows what it is for."""

    ref: str | None = None
    id: str | None = None
    room: str | None = None

    @classmethod
    def to(cls, frame: ClientFrame) -> Answerable:
        """What an answer to this frame carries."""
        return cls(frame.ref, getattr(frame, "id", None), getattr(frame, "room", None))


class _Answerable(Struct):
    ref: Any = None
    id: Any = None
    room: Any = None


_answerable = msgspec.json.Decoder(_Answerable)


def answer_to(data: str | bytes) -> Answerable:
    """What can be read of a frame that was refused."""
    try:
        found = _answerable.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Answerable()
    said = (found.ref, found.id, found.room)
    return Answerable(*(v if isinstance(v, str) and len(v) <= 64 else None for v in said))


def encode(frame: ServerFrame | ClientFrame) -> bytes:
    """One frame as JSON bytes."""
    return _encoder.encode(frame)
