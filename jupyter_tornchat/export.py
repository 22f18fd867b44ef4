"""A room's history, as a file that people keep.

`python -m jupyter_tornchat.export HISTORY ROOM FORMAT SIGHT` writes it to its output, as far as it
is to be seen (a `Sight` as JSON). It is a process of its own, because a hundred thousand messages
would hold the notebook server's event loop; it reads page by page, so that it never holds the
history's file either.

What somebody wrote never passes for another's words: in Markdown every line of it is quoted.
"""

from __future__ import annotations

import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from . import slices
from .history import open_for_reading
from .protocol import LIMITS, Cell, Message, Output, Refusal
from .sight import Sight

FORMATS = {
    "jsonl": "application/jsonl",
    "md": "text/markdown",
    "ipynb": "application/x-ipynb+json",
}
"""What there is, and its media type."""
PIECE = 64 * 1024
"""Bytes that are written at once."""
MARKUP = re.compile(r"([\\`*_{}\[\]<>()#|!~&])")
STREAMS = {
    "application/vnd.jupyter.stdout": "stdout",
    "application/vnd.jupyter.stderr": "stderr",
    # A traceback is kept as it was printed, and says no more of itself.
    "application/vnd.jupyter.error": "stderr",
}


def messages(db: sqlite3.Connection, room: str, sight: Sight) -> Iterator[Message]:
    """All messages of a room that are to be seen, oldest first, as they are now.

    Raises:
        Refusal: `no_such_room`.
    """
    after, more = 0, True
    while more:
        page = slices.newer(db, room, after, LIMITS.page_messages, sight)
        yield from page.messages
        more = page.more
        after = page.messages[-1].seq if page.messages else after


def lines(found: Iterator[Message]) -> Iterator[str]:
    """JSON Lines: each message as the protocol has it."""
    for message in found:
        # U+2028 and U+2029 end a line for some readers (https://jsonlines.org asks for \n alone).
        text = msgspec.json.encode(message).decode()
        yield text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"


def markdown(found: Iterator[Message], room: str) -> Iterator[str]:
    """A page to read, with a heading for each day (UTC)."""
    yield f"# {room}\n"
    day = ""
    for message in found:
        if (today := _time(message).strftime("%Y-%m-%d")) != day:
            day = today
            yield f"\n## {day}\n"
        yield f"\n{_byline(message)}\n\n{_quoted(_words(message))}\n"


def notebook(found: Iterator[Message], room: str) -> Iterator[str]:
    """A notebook: what was said as text, and each shared cell as a cell."""
    about = {"language_info": {"name": "python"}, "title": room}
    yield '{"nbformat": 4, "nbformat_minor": 5, "metadata": ' + _json(about) + ', "cells": ['
    between = "\n"
    for message in found:
        words = f"{_byline(message)}\n\n{_quoted(_words(message, source=False))}".rstrip()
        yield between + _json(_cell("markdown", f"said-{message.seq}", words))
        between = ",\n"
        if message.cell is not None:
            yield between + _json(_code(message.cell, f"cell-{message.seq}"))
    yield "\n]}\n"


def _time(message: Message) -> datetime:
    return datetime.fromtimestamp(message.at / 1000, tz=UTC)


def _byline(message: Message) -> str:
    reply = f" · in reply to #{message.reply}" if message.reply is not None else ""
    return (
        f"**{_plain(message.user.name)}** · {_time(message):%H:%M:%S} UTC · #{message.seq}{reply}"
    )


def _words(message: Message, source: bool = True) -> str:
    """All of it that can be read: its text, its cell, its question, and the names of its files."""
    if message.deleted:
        return "*deleted*"
    parts = [message.text]
    if source and message.cell is not None:
        parts.append(_fenced(message.cell.source, message.cell.language))
        parts += [_fenced(output.text) for output in message.cell.outputs if output.text]
    if message.job is not None:
        parts.append(f"{_plain(message.job.what)}: {message.job.state}")
    if message.question is not None:
        answers = [a.choice for a in message.question.answers]
        choices = enumerate(message.question.choices)
        parts += [f"- {_plain(choice)}: {answers.count(place)}" for place, choice in choices]
    if shown := next((output for output in message.data[::-1] if output.text), None):
        parts.append(_fenced(shown.text))
    parts += [f"[{_plain(file.name)}], {file.size:,} bytes" for file in message.files]
    return "\n\n".join(part for part in parts if part)


def _plain(text: str) -> str:
    """A line in which nothing is Markdown."""
    return MARKUP.sub(r"\\\1", text)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _fenced(text: str, language: str = "") -> str:
    """Code, in a fence that nothing in it ends."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{re.sub(r'[^a-z0-9+-]', '', language)}\n{text}\n{fence}"


def _code(cell: Cell, id: str) -> dict[str, Any]:
    outputs = [_output(output) for output in cell.outputs]
    made = _cell("code", id, cell.source)
    return made | {"execution_count": cell.count, "outputs": outputs}


def _cell(kind: str, id: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": id, "metadata": {}, "source": source}


def _output(output: Output) -> dict[str, Any]:
    """An output as a notebook has it; what a notebook would run is its source alone."""
    if stream := STREAMS.get(output.type):
        return {"output_type": "stream", "name": stream, "text": output.text}
    if output.file is not None:
        return _display({"text/plain": f"[{output.file.name}]"})
    if output.type in ("text/plain", "text/markdown", "text/latex"):
        return _display({output.type: output.text})
    return _display({"text/plain": output.text})


def _display(data: dict[str, str]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def export(history: Path, room: str, format: str, sight: Sight) -> Iterator[str]:
    """The pieces of the file.

    Args:
        history: the history's file.
        format: a key of `FORMATS`.
        sight: what of the room is to be seen.

    Raises:
        Refusal: `no_such_room`.
        sqlite3.Error: the history cannot be read.
    """
    with closing(open_for_reading(history)) as db:
        found = messages(db, room, sight)
        match format:
            case "md":
                yield from markdown(found, room)
            case "ipynb":
                yield from notebook(found, room)
            case _:
                yield from lines(found)


def main(history: str, room: str, format: str, sight: str) -> int:
    """Write it; 0, or 1 where it could not be read."""
    if hasattr(os, "nice"):
        os.nice(10)  # people's kernels come first
    try:
        seen = msgspec.json.decode(sight, type=Sight)
        # In large pieces, whatever Python's settings say of its output: each one costs the server.
        with open(sys.stdout.fileno(), "wb", PIECE, closefd=False) as output:
            output.writelines(map(str.encode, export(Path(history), room, format, seen)))
    except (Refusal, sqlite3.Error, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:  # nobody wants it any more
        sys.stderr.close()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
