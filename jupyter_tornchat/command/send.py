"""`jupyter tornchat send`: say something from a shell."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ..program.content import Content
from ..protocol import FileRef
from ..room import Room
from . import parser, run


def main(argv: Sequence[str]) -> int:
    """Say it, and print its number."""
    asked = parser("send", "Say something in a room, and print its number.")
    asked.add_argument("text", nargs="*", help="what to say; the input where it is left out")
    asked.add_argument("--file", action="append", default=[], help="a file to show; may come again")
    asked.add_argument("--id", help="a key of its own: said again, it is the same message again")
    asked.add_argument("--replace", action="store_true", help="put it in place of that message")
    asked.add_argument("--name", help="who says it; your login where it is left out")
    asked.add_argument("--timeout", type=float, default=10.0, help="seconds")
    return run(send, asked.parse_args(argv))


def send(asked: Namespace) -> None:
    """Upload the files, and say it.

    Raises:
        ChatError, ValueError, OSError: it was not said.
    """
    name = asked.name or getpass.getuser()
    room = Room(asked.room, asked.url, asked.token, asked.timeout, key=asked.key, name=name)
    text = " ".join(asked.text)
    if not text and not asked.file:
        text = sys.stdin.read()
    files = [upload(room, Path(path)) for path in asked.file]
    sent = room.say(Content(text, files=files), id=asked.id, replace=asked.replace)
    sys.stdout.write(f"{sent}\n")


def upload(room: Room, path: Path) -> FileRef:
    stored = room.upload(path.read_bytes(), path.name)
    return FileRef(stored.hash, stored.name)
