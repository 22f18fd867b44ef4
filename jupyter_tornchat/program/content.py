"""Content: what a program says in one message, before the server has it.

Its files are uploaded already; it names them by their hashes.
"""

from __future__ import annotations

from msgspec import Struct

from ..protocol import CellRef, FileRef, JobRef, OutputRef, QuestionRef


class Content(Struct, frozen=True, omit_defaults=True):
    """What one message holds. The fields are those of `Send`."""

    text: str = ""
    data: list[OutputRef] = []
    """One object in several types, the richest first."""
    files: list[FileRef] = []
    cell: CellRef | None = None
    question: QuestionRef | None = None
    job: JobRef | None = None
