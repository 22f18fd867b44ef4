"""`jupyter tornchat invite`: let somebody in as a guest, from a shell of who runs the server."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import msgspec

from ..program.error import ChatError
from ..program.finding import Place, whole
from ..program.name import Name, room_name
from ..program.post import Post
from ..protocol import DEFAULT_ROOM, URL_VARIABLE, Gate, Invite
from ..running import Running, servers
from . import run

HOUR = 3600


def main(argv: Sequence[str]) -> int:
    """Make an invite, and print its link."""
    asked = ArgumentParser(
        "jupyter tornchat invite",
        description="Let somebody in as a guest, who chats in these rooms and can do nothing else,"
        " and print the link to give them. Beside a notebook server it opens the way in.",
    )
    asked.add_argument("room", nargs="*", default=[DEFAULT_ROOM], help=DEFAULT_ROOM + " if none")
    asked.add_argument("--hours", type=float, default=24.0, help="how long it holds; 24")
    asked.add_argument("--uses", type=int, default=1, help="how many may come by it; 1")
    asked.add_argument("--past", action="store_true", help="they see what was said before")
    asked.add_argument("--name", help="who invites; your login where it is left out")
    asked.add_argument("--url", help="the chat's address; found where it is left out")
    asked.add_argument("--token", help="the notebook server's token")
    asked.set_defaults(key=None)
    return run(invite, asked.parse_args(argv))


def invite(asked: Namespace) -> None:
    """Make it, and print where it leads.

    Raises:
        ChatError, ValueError, OSError: it could not be made.
    """
    room, *more = [room_name(room) for room in asked.room]
    new = {"rooms": more, "seconds": round(asked.hours * HOUR), "uses": asked.uses}
    post = Post(_place(asked), Name.of_this_program(asked.name or getpass.getuser()))
    made, gate = asyncio.run(_make(post, room, new | {"past": asked.past}))
    links = [f"{address}join#k={made.key}" for address in gate.addresses]
    sys.stdout.write("\n".join(links) + "\n")
    if gate.trouble:
        sys.stderr.write(f"jupyter tornchat: {gate.trouble}\n")
    elif sys.stdout.isatty():
        _draw(links[0])


async def _make(post: Post, room: str, new: dict[str, object]) -> tuple[Invite, Gate]:
    made = await post.ask("POST", f"api/rooms/{room}/invites", new)
    gate = await post.ask("GET", "api/gate")
    return msgspec.json.decode(made, type=Invite), msgspec.json.decode(gate, type=Gate)


def _place(asked: Namespace) -> Place:
    """The server: the one that was named, or the one of this terminal, or the one that runs here.

    Raises:
        ChatError: there is none, or there are several and nothing says which is meant.
    """
    if asked.token:
        return Place(asked.url, asked.token)
    mine = [server for server in _mine() if server.owner_key]
    named = asked.url or os.environ.get(URL_VARIABLE)
    here = [server for server in mine if not named or server.url == whole(named)]
    if len(here) == 1:
        return Place(here[0].url, None, here[0].owner_key)
    listed = ", ".join(server.url for server in mine)
    which = f"the servers with the chat that run here as you are {listed}: say which one by --url"
    none = "no server with the chat runs here as you. Start one, or give --url and --token"
    raise ChatError("unreachable", which if mine else none, retry=False)


def _mine() -> list[Running]:
    from jupyter_core.paths import jupyter_runtime_dir

    return servers(Path(jupyter_runtime_dir()))


def _draw(link: str) -> None:
    """The link as a QR code, where there is something that can draw one."""
    with suppress(ImportError):
        import_module("segno").make(link).terminal(compact=True)
