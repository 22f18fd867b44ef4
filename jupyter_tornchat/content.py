"""Content: what somebody sends, made what is kept of it.

A client names its files by their hashes alone; what they are, the server knows from their upload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from . import names
from .log import Changed, Content, Said
from .protocol import (
    LIMITS,
    Cell,
    CellRef,
    Delete,
    Edit,
    FileRef,
    Output,
    OutputRef,
    Refusal,
    Send,
    StoredFile,
    User,
)

Files = Mapping[str, StoredFile]
"""By hash: the files that were uploaded to a room."""
NONE: Files = {}


def hashes(frame: Send | Edit | Delete) -> set[str]:
    """The files that it shows."""
    return {file.hash for file in _shown(frame)} if isinstance(frame, Send) else set()


def _shown(frame: Send) -> Iterator[FileRef]:
    yield from frame.files
    for output in frame.cell.outputs if frame.cell else ():
        if output.file is not None:
            yield output.file


def event(user: User, frame: Send | Edit | Delete, at: int, files: Files = NONE) -> Content:
    """What the log is to keep of a frame that was decoded.

    Raises:
        Refusal: `no_such_file` or `bad_name`.
    """
    room, id = frame.room, frame.id
    match frame:
        case Send(text=text, reply=reply, cell=cell):
            shown = [_file(file, files) for file in frame.files]
            return Said(room, id, user, text, at, reply, shown, cell and _cell(cell, files))
        case Edit(seq=of, text=text):
            return Changed(room, id, user, of, at, text)
        case Delete(seq=of):
            return Changed(room, id, user, of, at)


def _file(ref: FileRef, files: Files) -> StoredFile:
    stored = files.get(ref.hash)
    if stored is None:
        raise Refusal("no_such_file", "a file that it shows was not uploaded to this room")
    return replace(stored, name=names.of_file(ref.name))


def _cell(cell: CellRef, files: Files) -> Cell:
    return Cell(
        source=cell.source,
        language=names.clean_line(cell.language, LIMITS.name_chars, "cell's language"),
        count=cell.count,
        notebook=cell.notebook and names.of_file(cell.notebook),
        outputs=[_output(output, files) for output in cell.outputs],
    )


def _output(output: OutputRef, files: Files) -> Output:
    file = None if output.file is None else _file(output.file, files)
    return Output(output.type, output.text, file)
