"""What a client may ask for, and the names that both sides need."""

from __future__ import annotations

from msgspec import Struct

SUBPROTOCOL = "tornchat.v1"
TICKET_PROTOCOL = "tornchat.ticket."
"""Beside the subprotocol, and with the ticket after it: how a browser says a ticket that opens one
socket. It can send no header, and what is in an address is noted by whoever is on the way."""
DEFAULT_ROOM = "lobby"
URL_VARIABLE = "JUPYTER_TORNCHAT_URL"
KEY_VARIABLE = "JUPYTER_TORNCHAT_KEY"
"""What a notebook server puts into the environment of its kernels: the chat's address, and a key
that lets a program chat and do nothing else."""
PROGRAM_HEADER = "X-Tornchat-Name"
"""How a program says what it is called: ASCII, with JSON's escapes."""
SPEAKS_HEADER = "X-Tornchat-Speaks"
"""How a person's own server on a Hub says that what it hands on is said by them, and not by a
program of theirs: `person`."""
KERNEL_HEADER = "X-Tornchat-Kernel"
"""How a program says which kernel of the server it runs in, by the kernel's id."""


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
    invites: int = 50
    """Invites to one room that hold at a time."""
    invite_seconds: int = 30 * 24 * 3600
    """Seconds for which an invite may hold."""
    invite_uses: int = 1_000
    """People who may come by one invite."""
    invite_rooms: int = 20
    """Rooms that one invite opens."""
    mute_seconds: int = 30 * 24 * 3600
    """Seconds for which somebody may be muted."""
    slow_seconds: int = 3600
    """Seconds between two messages of one person in a slow room."""
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
