"""What is kept of what somebody writes, and what is refused.

The words of a refusal are those that people see.
"""

from __future__ import annotations

import unicodedata

from msgspec import UNSET

from .client import Edit, Report, Send
from .limits import LIMITS
from .parts import Cell, CellRef, JobRef, OutputRef, QuestionRef
from .refusal import Refusal
from .server import Changed, Entry, Message


def clean(frame: Send | Edit | Report) -> None:
    """Make its text what is kept of it.

    Raises:
        Refusal: `empty`, `too_long`, `bad_text` or `bad_frame`, with what exactly was wrong.
    """
    alone = False
    if not isinstance(frame, Report):
        alone = _is_text_alone(frame)
    if isinstance(frame, Send):
        if frame.question is not None:
            check_question(frame.question)
        if frame.job is not None:
            check_job(frame.job)
            if frame.question is not None:
                raise Refusal("bad_frame", "a message is a question or a job, and not both")
        if frame.hops > LIMITS.hops:
            raise Refusal("loop")
    frame.text = clean_text(frame.text, alone)


def _is_text_alone(frame: Send | Edit) -> bool:
    """Whether there is nothing but its text in it; what else there is, is checked."""
    files, cell, data = frame.files or [], frame.cell or None, frame.data or []
    if len(files) > LIMITS.files_shown:
        over = f"the message shows {len(files)} files; {LIMITS.files_shown} are allowed"
        raise Refusal("too_long", over)
    if cell is not None:
        check_cell(cell)
    check_data(data)
    job = frame.job is not None if isinstance(frame, Send) else frame.state is not UNSET
    return not (files or cell or data or job)


def is_whole(edit: Edit | Changed) -> bool:
    """Whether it replaces all that a message holds, and not its text alone."""
    return not (edit.files is UNSET and edit.cell is UNSET and edit.data is UNSET)


def check_data(data: list[OutputRef]) -> None:
    """Refuse an object that comes in too many types, or whose texts are too long.

    Raises:
        Refusal: `too_long` or `bad_text`, with what exactly was wrong.
    """
    if len(data) > LIMITS.data_types:
        over = f"the object comes in {len(data)} types; {LIMITS.data_types} are allowed"
        raise Refusal("too_long", over)
    if (size := sum(len(output.text.encode()) for output in data)) > LIMITS.data_bytes:
        over = f"the object's texts have {size:,} bytes; {LIMITS.data_bytes:,} are allowed"
        raise Refusal("too_long", over)
    for output in data:
        check_characters(output.text)


def check_question(question: QuestionRef) -> None:
    """Refuse a question that nobody could answer.

    Raises:
        Refusal: `too_long`, `bad_text` or `bad_frame`, with what exactly was wrong.
    """
    choices = question.choices
    if not 2 <= len(choices) <= LIMITS.choices:
        wrong = f"a question has 2 to {LIMITS.choices} choices, not {len(choices)}"
        raise Refusal("bad_frame", wrong)
    for choice in choices:
        check_line(choice, LIMITS.choice_chars, "choice")
    if len({unicodedata.normalize("NFC", choice) for choice in choices}) < len(choices):
        raise Refusal("bad_frame", "two choices of the question are the same")
    if not 1 <= question.seconds <= LIMITS.question_seconds:
        wrong = f"a question is open for 1 to {LIMITS.question_seconds:,} seconds"
        raise Refusal("bad_frame", wrong)


def check_job(job: JobRef) -> None:
    """Refuse a job that has no name, or that took no time there is.

    Raises:
        Refusal: `too_long`, `bad_text` or `bad_frame`, with what exactly was wrong.
    """
    check_line(job.what, LIMITS.job_chars, "job's name")
    if job.seconds is not None and not 0 <= job.seconds <= LIMITS.job_seconds:
        raise Refusal("bad_frame", f"a job takes 0 to {LIMITS.job_seconds:,} seconds")


def check_line(text: str, most: int, what: str) -> None:
    """Refuse what is not one line that people can read.

    Raises:
        Refusal: `too_long`, `bad_text` or `bad_frame`, with what exactly was wrong.
    """
    if len(text) > most:
        raise Refusal("too_long", f"a {what} has {len(text):,} characters; {most} are allowed")
    if is_all_invisible(text):
        raise Refusal("bad_frame", f"a {what} is empty")
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in text):
        raise Refusal("bad_text", f"a {what} is not one line")
    check_characters(text)


def check_cell(cell: CellRef) -> None:
    """Refuse a cell that is too long, or holds what cannot be kept.

    Raises:
        Refusal: `empty`, `too_long` or `bad_text`, with what exactly was wrong.
    """
    if len(cell.outputs) > LIMITS.cell_outputs:
        over = f"the cell has {len(cell.outputs):,} outputs; {LIMITS.cell_outputs} are allowed"
        raise Refusal("too_long", over)
    if (size := cell_size(cell)) > LIMITS.cell_bytes:
        over = f"the cell has {size:,} bytes; {LIMITS.cell_bytes:,} are allowed"
        raise Refusal("too_long", over)
    if not cell.outputs and is_all_invisible(cell.source):
        raise Refusal("empty", "the cell is empty")
    for text in (cell.source, *(output.text for output in cell.outputs)):
        check_characters(text)


def cell_size(cell: CellRef | Cell) -> int:
    """UTF-8 bytes of a cell: its source, the texts of its outputs, and names."""
    texts = [cell.source, cell.language, cell.notebook]
    for output in cell.outputs:
        texts += [output.text, output.type, output.file.name if output.file else ""]
    return sum(len(text.encode()) for text in texts)


def content_size(entry: Entry) -> int:
    """About how many characters there are in it; a guard of memory needs no more."""
    if not isinstance(entry, Message | Changed):
        return 0
    cell = cell_size(entry.cell) if entry.cell else 0
    return len(entry.text or "") + cell + sum(len(output.text) for output in entry.data or ())


def clean_text(text: str, alone: bool = True) -> str:
    """The text as it is kept: byte for byte, but for outer blank lines.

    Args:
        alone: whether there is nothing else in the message, so that it may not be empty.

    Raises:
        Refusal: `empty`, `too_long` or `bad_text`, with what exactly was wrong.
    """
    if len(text) > LIMITS.text_chars:
        over = f"the message has {len(text):,} characters; {LIMITS.text_chars:,} are allowed"
        raise Refusal("too_long", over)
    size = len(text.encode())
    if size > LIMITS.text_bytes:
        over = f"the message has {size:,} bytes; {LIMITS.text_bytes:,} are allowed"
        raise Refusal("too_long", over)
    if "\n" in text:
        text = _inner_lines(text)
    check_characters(text)
    if is_all_invisible(text):
        if alone:
            raise Refusal("empty")
        return ""
    return text


def _inner_lines(text: str) -> str:
    """The text without blank lines around it.

    Raises:
        Refusal: `too_long`.
    """
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    last = next((i for i in range(len(lines), first, -1) if lines[i - 1].strip()), first)
    if last - first > LIMITS.text_lines:
        over = f"the message has {last - first:,} lines; {LIMITS.text_lines:,} are allowed"
        raise Refusal("too_long", over)
    text = "\n".join(lines[first:last])
    # Half of the line end that was taken away.
    return text.removesuffix("\r") if last < len(lines) else text


def is_all_invisible(text: str) -> bool:
    """Whether a reader sees nothing of it."""
    # Mostly the first character tells; of all others each kind is looked up once.
    return all(map(is_invisible, text[:1])) and all(map(is_invisible, set(text)))


def is_invisible(character: str) -> bool:
    """Whether a reader sees nothing of it: white space, control and format characters."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}


def check_characters(text: str) -> None:
    """Refuse NUL, and towers of combining marks, which paint over other people's messages."""
    if "\0" in text:
        raise Refusal("bad_text", "the text holds a NUL character")
    if text.isascii():
        return
    # Each kind of character is looked up once: the event loop waits for this.
    marks = {c for c in set(text) if unicodedata.category(c) in {"Mn", "Me"}}
    run = 0
    for character in text if marks else "":
        run = run + 1 if character in marks else 0
        if run > LIMITS.combining_marks:
            over = f"more than {LIMITS.combining_marks} combining marks in a row"
            raise Refusal("bad_text", over)
