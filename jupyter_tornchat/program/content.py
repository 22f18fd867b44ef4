"""Content: what a program says in one message, before the server has it.

Its files are uploaded already; it names them by their hashes.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from ..protocol import LIMITS, CellRef, FileRef, JobRef, OutputRef, QuestionRef, Refusal, StoredFile

Upload = Callable[[bytes, str], StoredFile]
"""Takes a file's bytes and its name to the room."""
PLAIN = "text/plain"
TEXT_BYTES = 24 * 1024
"""UTF-8 bytes of one text of an object, so that several have space in `LIMITS.data_bytes`."""

BRIEF_BYTES = 2_000
BRIEF_LINES = 40


class Content(Struct, frozen=True, omit_defaults=True):
    """What one message holds. The fields are those of `Send`."""

    text: str = ""
    data: list[OutputRef] = []
    """One object in several types, the richest first."""
    files: list[FileRef] = []
    cell: CellRef | None = None
    question: QuestionRef | None = None
    job: JobRef | None = None


def attach(blob: bytes, name: str, upload: Upload, what: str, instead: str = "") -> FileRef:
    """Upload a part of an object.

    Args:
        what: names it to its sender, as in "the table as Arrow".
        instead: what to send where it is too big.

    Raises:
        Refusal: `too_big`, by how much.
    """
    if len(blob) > LIMITS.file_bytes:
        raise too_big(what, len(blob), instead)
    stored = upload(blob, name)
    return FileRef(stored.hash, stored.name)


def too_big(what: str, size: int, instead: str = "") -> Refusal:
    """The no for an object of so many bytes."""
    over = f"{what} has {megabytes(size)}; {megabytes(LIMITS.file_bytes)} are allowed"
    return Refusal("too_big", f"{over}: {instead}" if instead else over)


def megabytes(size: int) -> str:
    """Bytes as people say them."""
    return f"{size / 1e6:,.1f} MB"


def plain(text: str, space: int = TEXT_BYTES) -> OutputRef:
    """A text that every reader can show, without what cannot be kept, and cut where it is long."""
    return OutputRef(PLAIN, shorten(kept(text), space))


def kept(text: str) -> str:
    """The text without what no message may hold: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}").encode("utf-8", "replace").decode()


def shorten(text: str, space: int) -> str:
    """The text; where it has more than `space` UTF-8 bytes its middle goes, and a line tells how
    much that was."""
    raw = text.encode()
    if len(raw) <= space:
        return text
    head, tail = raw[: space * 2 // 3 - 40], raw[-(space // 3 - 40) :]
    left = len(raw) - len(head) - len(tail)
    says = f"\n… {left:,} of {len(raw):,} bytes are left out …\n"
    return head.decode(errors="ignore") + says + tail.decode(errors="ignore")


def brief(text: str) -> str:
    """The text as a message can hold it in any case, cut to what people read."""
    lines = shorten(kept(text), BRIEF_BYTES).split("\n")
    return "\n".join(lines if len(lines) <= BRIEF_LINES else [*lines[:BRIEF_LINES], "…"])
