"""What messages consist of.

Where both sides have a word for a thing, the sender's ends in `Ref`: what the thing is, the server
says.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from .words import FileHash, HelpState, Kind, MediaType, Role, RoomKind, Seq


class User(Struct, frozen=True, omit_defaults=True):
    """A person or program as the server knows them; never as they say of themselves."""

    id: str
    name: str
    kind: Kind
    declared: bool = False
    """True where the name is the person's own word and nobody vouches for it."""
    whose: str = ""
    """Of a program: the name of the person it speaks for, where that is known."""


class Seat(Struct, frozen=True, omit_defaults=True):
    """What somebody may do in a room, as far as the room goes."""

    role: Role
    kind: RoomKind = "open"
    """Of the room."""
    slow: int = 0
    """Seconds between two messages of one person who does not moderate."""
    muted: int | None = None
    """Until when they may not speak."""


class Sitter(Struct, frozen=True, omit_defaults=True):
    """Somebody of whom the moderators of a room made something, or who opened it."""

    user: User
    role: Role = "member"
    muted: int | None = None
    """Until when they may not speak."""
    banned: bool = False


class Help(Struct, frozen=True, omit_defaults=True):
    """How a request for help stands: what begins a thread of a help desk."""

    state: HelpState
    at: int
    """Since when."""
    by: User | None = None
    """Who claimed or resolved it."""


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
