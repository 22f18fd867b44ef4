"""A snapshot of a cell that ran, as a message shows it: its source and its outputs, each in its
best form, cut to what one message takes, with a line about everything that was left out.

`labextension/src/lab/snapshot.ts` makes the same of a cell in a notebook.
"""

from __future__ import annotations

import base64
import binascii

from ..protocol import LIMITS, CellRef, FileRef, OutputRef
from . import pictures
from .content import PLAIN, Upload
from .error import ChatError
from .outputs import Clipped, Output, Outputs

NOT_THIS_ONE = {"bad_file", "too_big", "too_many_files"}
"""Where a picture is refused for these, the cell is shared with the picture's text."""
SPARE = 128
"""Bytes kept for the names of each thing, and for the line that tells what was cut."""


def snapshot(
    source: str, outputs: Outputs, upload: Upload, *, count: int | None = None, notebook: str = ""
) -> CellRef:
    """The cell as it is to be said; its pictures are uploaded.

    Args:
        source: of the cell.
        outputs: what it showed.
        upload: takes its pictures.
        count: its execution count.
        notebook: the name of its notebook.

    Raises:
        ChatError: a picture could not be uploaded.
    """
    space = LIMITS.cell_bytes - 4 * SPARE
    source = Clipped(source).within(space)
    space -= size(source)
    first, left_out, last = outputs.kept
    note = [Output(PLAIN, f"… {left_out:,} outputs are left out …")] if left_out else []
    shown: list[OutputRef] = []
    waiting = [*first, *note, *last]
    for place, output in enumerate(waiting):
        share = space // (len(waiting) - place) - SPARE
        ref = _picture(output, f"output-{place + 1}", upload) or _text(output, max(share, 0))
        if ref is not None:
            space -= size(ref.text) + SPARE
            shown.append(ref)
    return CellRef(source, "python", count, notebook, shown)


def _picture(output: Output, name: str, upload: Upload) -> OutputRef | None:
    type = next((type for type in pictures.TYPES if type in output.forms), None)
    if type is None:
        return None
    try:
        blob = base64.b64decode(output.forms[type])
    except binascii.Error:  # some library's mistake, and no picture
        return None
    if not blob or len(blob) > LIMITS.file_bytes:
        return None
    name = f"{name}.{type.removeprefix('image/')}"
    try:
        stored = upload(blob, name)
    except ChatError as no:
        if no.code in NOT_THIS_ONE:
            return None
        raise
    # What it is, the server says.
    return (
        OutputRef(type, file=FileRef(stored.hash, name)) if stored.type in pictures.TYPES else None
    )


def _text(output: Output, space: int) -> OutputRef | None:
    """What an output says, in the best form that has space."""
    if output.type:
        return OutputRef(output.type, output.text.within(space))
    for type, text in output.forms.items():
        if type == PLAIN:
            return OutputRef(type, Clipped(text).within(space))
        if type not in pictures.TYPES and size(text) <= space:
            return OutputRef(type, text)
    return None


def size(text: str) -> int:
    """UTF-8 bytes."""
    return len(text.encode(errors="replace"))
