"""`jupyter tornchat doctor`: what is wrong, and what mends it.

Without an address it looks at this machine: what is installed, where the history is kept, and the
servers that run here. With one it looks at the way to that server, as a browser goes it. It changes
nothing, and ends with 0 where nothing is wrong, and with 1 where something is.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence

from ...program.finding import Place
from .finding import Finding


def main(argv: Sequence[str]) -> int:
    """Look, and print each finding as it comes."""
    parser = ArgumentParser(
        "jupyter tornchat doctor",
        description="Say what is wrong with the chat on this machine, or on the way to a server.",
    )
    parser.add_argument("url", nargs="?", help="a server's address, as people type it")
    parser.add_argument("--token", help="the notebook server's token: more can be seen with it")
    parser.add_argument("--key", help="a key of a room: the same")
    asked = parser.parse_args(argv)
    found: list[Finding] = []
    for finding in look(Place(asked.url, asked.token, asked.key)):
        sys.stdout.write(f"{finding}\n")
        sys.stdout.flush()
        found.append(finding)
    return int(any(finding.mark == "wrong" for finding in found))


def look(place: Place) -> Iterator[Finding]:
    """Everything that can be found out."""
    if place.url:
        from .way import way

        yield from way(place.url, place.given)
        return
    from .machine import machine

    yield from machine()
