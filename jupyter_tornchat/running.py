"""The servers that run here: what a notebook server leaves in Jupyter's runtime directory.

One file for each server that has the chat, for the eyes of its owner alone: where the chat is, and
the chat-only key. So a script finds its owner's server whether that has a token or a password. A
file whose server is gone says nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

PREFIX = "tornchat-"


class Running(Struct, frozen=True):
    """A server that runs, or ran when it wrote this."""

    url: str
    """Of the chat, ending in a slash."""
    key: str
    """The chat-only key; empty where programs need one of a room."""
    pid: int
    owner_key: str = ""
    """Lets its owner invite guests."""


def announce(folder: Path, running: Running) -> None:
    """Leave the file of a server that starts.

    Raises:
        OSError: it cannot be written.
    """
    withdraw(folder, running.pid)
    door = os.open(_file(folder, running.pid), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(door, "wb") as file:
        file.write(msgspec.json.encode(running))


def withdraw(folder: Path, pid: int) -> None:
    """Remove the file of a server that stops.

    Raises:
        OSError: it is there and stays.
    """
    _file(folder, pid).unlink(missing_ok=True)


def servers(folder: Path) -> list[Running]:
    """The servers of this user that run, by their addresses."""
    found: list[Running] = []
    for path in folder.glob(f"{PREFIX}*.json"):
        with suppress(OSError, msgspec.DecodeError):
            server = msgspec.json.decode(path.read_bytes(), type=Running)
            if _is_mine(path) and _is_alive(server.pid):
                found.append(server)
    return sorted(found, key=lambda server: server.url)


def _file(folder: Path, pid: int) -> Path:
    return folder / f"{PREFIX}{pid}.json"


def _is_mine(path: Path) -> bool:
    """A runtime directory may be one that others can write to: what they leave there is no server
    of mine, and is told nothing."""
    return os.name == "nt" or path.stat().st_uid == os.getuid()


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # asking this way would end it
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
