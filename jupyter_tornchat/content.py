"""Content: what somebody sends, made what is kept of it.

A client names its files by their hashes alone; what they are, the server knows from their upload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import UNSET
from msgspec.structs import replace

from . import names
from .events import Answered, Changed, Closed, Content, Helped, Said
from .protocol import (
    LIMITS,
    Cell,
    CellRef,
    Delete,
    Edit,
    FileRef,
    Job,
    JobRef,
    Output,
    OutputRef,
    Question,
    Refusal,
    Respond,
    Send,
    Serve,
    StoredFile,
    User,
    Withdraw,
)

Frame = Send | Edit | Delete | Respond | Withdraw | Serve
"""What a client sends to be kept."""
Files = Mapping[str, StoredFile]
"""By hash: the files that were uploaded to a room."""
NONE: Files = {}


def hashes(frame: Frame) -> set[str]:
    """The files that it shows."""
    if not isinstance(frame, Send | Edit) or not (frame.files or frame.cell or frame.data):
        return set()
    return {file.hash for file in _shown(frame)}


def _shown(frame: Send | Edit) -> Iterator[FileRef]:
    yield from frame.files or ()
    outputs = [*(frame.cell.outputs if frame.cell else ()), *(frame.data or ())]
    yield from (output.file for output in outputs if output.file is not None)


def event(user: User, frame: Frame, at: int, files: Files = NONE, kernel: str = "") -> Content:
    """What the log is to keep of a frame that was decoded.

    Args:
        kernel: id of the kernel that says it, where that is known.

    Raises:
        Refusal: `no_such_file` or `bad_name`.
    """
    room, id = frame.room, frame.id
    match frame:
        case Send():
            return _said(user, frame, at, files, kernel)
        case Edit(seq=of, text=text):
            edit = Changed(room, id, user, of, at, text, state=frame.state)
            return replace(
                edit,
                files=UNSET if frame.files is UNSET else _files(frame.files, files),
                cell=UNSET if frame.cell is UNSET else _cell(frame.cell, files),
                data=UNSET if frame.data is UNSET else _outputs(frame.data, files),
            )
        case Delete(seq=of):
            return Changed(room, id, user, of, at)
        case Respond(seq=of, choice=choice):
            return Answered(room, id, user, of, choice, at)
        case Withdraw(seq=of):
            return Closed(room, id, user, of, "withdrawn", at)
        case Serve(seq=of, state=state):
            return Helped(room, id, user, of, state, at)


def _said(user: User, frame: Send, at: int, files: Files, kernel: str) -> Said:
    asked, job = frame.question, frame.job and _job(frame.job, at)
    return Said(
        frame.room,
        frame.id,
        user,
        frame.text,
        at,
        frame.reply,
        files=_files(frame.files, files),
        cell=frame.cell and _cell(frame.cell, files),
        data=_outputs(frame.data, files),
        question=asked and Question(asked.choices, at + 1000 * asked.seconds, asked.vote),
        job=job,
        hops=frame.hops if user.kind == "program" else 0,
        kernel=kernel if asked or (job and job.state == "running") else "",
    )


def _job(job: JobRef, at: int) -> Job:
    since = at - round(1000 * (job.seconds or 0))
    return Job(job.what, job.state, since, None if job.state == "running" else at)


def _files(refs: Sequence[FileRef], files: Files) -> list[StoredFile]:
    return [_file(ref, files) for ref in refs]


def _file(ref: FileRef, files: Files) -> StoredFile:
    stored = files.get(ref.hash)
    if stored is None:
        raise Refusal(
            "no_such_file", "a file that it shows was not uploaded to this room, or not by you"
        )
    return replace(stored, name=names.of_file(ref.name))


def _cell(cell: CellRef, files: Files) -> Cell:
    return Cell(
        source=cell.source,
        language=names.clean_line(cell.language, LIMITS.name_chars, "cell's language"),
        count=cell.count,
        notebook=cell.notebook and names.of_file(cell.notebook),
        outputs=_outputs(cell.outputs, files),
    )


def _outputs(outputs: Sequence[OutputRef], files: Files) -> list[Output]:
    return [_output(output, files) for output in outputs]


def _output(output: OutputRef, files: Files) -> Output:
    file = None if output.file is None else _file(output.file, files)
    return Output(output.type, output.text, file)
