"""The command line: `jupyter tornchat`, and what comes after it.

Without a command it is the chat server of its own. A command prints what it made to its output and
what went wrong, in one line, to its error output; it ends with 0, with 1 for a no that stays one,
with 2 for what cannot be asked, or with 75 (`EX_TEMPFAIL` of sysexits.h) where trying again may
help.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from ..program.error import ChatError

COMMANDS = ("send", "export", "invite", "doctor")
TRY_AGAIN = 75


def main(argv: Sequence[str] | None = None) -> None:
    """The console script `jupyter-tornchat`."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given and given[0] in COMMANDS:
        sys.exit(import_module(f".{given[0]}", __name__).main(given[1:]))
    from ..server import main as serve  # who only talks to a server need not load one

    serve(given)


def parser(name: str, does: str) -> ArgumentParser:
    """How a command is called: with a room, and where its chat is unless it is to be found."""
    found = ArgumentParser(f"jupyter tornchat {name}", description=does)
    found.add_argument("room", help="the room's name")
    found.add_argument("--url", help="the chat's address; found where it is left out")
    found.add_argument("--token", help="the notebook server's token")
    found.add_argument("--key", help="a key of the room; may stand in the file @FILE")
    return found


def run(does: Callable[[Namespace], None], asked: Namespace) -> int:
    """Do it; what it ends with."""
    try:
        if asked.key and asked.key.startswith("@"):  # what stands in a command is seen by others
            asked.key = Path(asked.key[1:]).read_text("utf-8").strip()
        does(asked)
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads on, and Python would say so at its end
        return 1
    except (ChatError, ValueError, OSError) as error:
        sys.stderr.write(f"jupyter tornchat: {error}\n")
        return TRY_AGAIN if isinstance(error, ChatError) and error.retry else 1
    return 0
