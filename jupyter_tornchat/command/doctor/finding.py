"""A finding: one thing that the doctor looked at, how it is, and what mends it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Mark = Literal["ok", "note", "wrong"]
INDENT = 7


class Finding(NamedTuple):
    """What was looked at."""

    mark: Mark
    """`note` where all works, and somebody may want to know."""
    name: str
    says: str
    mend: str = ""

    def __str__(self) -> str:
        line = f"{self.mark:<{INDENT}}{self.name}: {self.says}"
        return f"{line}\n{'':<{INDENT}}→ {self.mend}" if self.mend else line


def ok(name: str, says: str) -> Finding:
    return Finding("ok", name, says)


def note(name: str, says: str, mend: str = "") -> Finding:
    return Finding("note", name, says, mend)


def wrong(name: str, says: str, mend: str) -> Finding:
    return Finding("wrong", name, says, mend)
