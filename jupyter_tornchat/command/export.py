"""`jupyter tornchat export`: a room's history as a file."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlsplit

import msgspec

from ..program.error import ChatError
from ..program.finding import Found, Place
from ..program.name import room_name
from ..program.post import No
from . import parser, run

FORMATS = ("jsonl", "md", "ipynb")


def main(argv: Sequence[str]) -> int:
    """Write it."""
    asked = parser("export", "Write all that was said in a room: as it comes, whatever its size.")
    asked.add_argument("--format", choices=FORMATS, help="the file's ending where it is left out")
    asked.add_argument("--output", metavar="FILE", help="the output where it is left out")
    return run(export, asked.parse_args(argv))


def export(asked: Namespace) -> None:
    """Ask for it, and write it as it comes. A file appears when all of it is there.

    Raises:
        ChatError, ValueError, OSError: it could not be read or written.
    """
    ending = Path(asked.output or "").suffix.removeprefix(".")
    format = asked.format or (ending if ending in FORMATS else "jsonl")
    found = Place(asked.url, asked.token, asked.key).find()
    path = f"api/rooms/{quote(room_name(asked.room))}/export?format={format}"
    if asked.output is None:
        take(found, path, sys.stdout.buffer)
        return
    unfinished = Path(asked.output + ".part")
    try:
        with unfinished.open("wb") as file:
            take(found, path, file)
        unfinished.replace(asked.output)
    finally:
        unfinished.unlink(missing_ok=True)


def take(found: Found, path: str, file: BinaryIO) -> None:
    """Write an answer's body.

    Raises:
        ChatError: the chat said no, or the line broke.
    """
    url = urlsplit(found.url)
    kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
    connection = kind(url.netloc, timeout=60)
    try:
        opens = {"Authorization": found.authorization} if found.authorization else {}
        connection.request("GET", url.path + path, headers=opens)
        answer = connection.getresponse()
        if answer.status != 200:
            raise _no(answer)
        shutil.copyfileobj(answer, file)
    except BrokenPipeError:
        raise  # it is ours: nobody takes what is written
    except (HTTPException, ConnectionError, TimeoutError) as error:
        why = f"{found.url} did not give all of it: {error!r}"
        raise ChatError("unreachable", why, retry=True) from None
    finally:
        connection.close()


def _no(answer: HTTPResponse) -> ChatError:
    try:
        no = msgspec.json.decode(answer.read(), type=No)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ChatError("error", f"the server answered {answer.status} {answer.reason}", False)
    return ChatError.of(no.code, no.reason, no.retry_after)
