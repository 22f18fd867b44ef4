"""Exceptions: sent with their traceback, as a cell shares them."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType
from typing import Any

from ..protocol import OutputRef
from .content import Content, kept, plain, shorten

TYPE = "application/vnd.jupyter.error"
TRACEBACK_BYTES = 40 * 1024


def content(error: BaseException) -> Content:
    """Its traceback, in the kernel's own form where there is a kernel, and its last line."""
    last = "".join(traceback.format_exception_only(error)).strip()
    told = OutputRef(TYPE, shorten(kept(_traceback(error)), TRACEBACK_BYTES))
    return Content(data=[told, plain(last, 4096)])


def _traceback(error: BaseException) -> str:
    shell = _shell()
    if shell is not None and error.__traceback__ is not None and not _went_on(error):
        with suppress(Exception):  # it runs what others wrote, and there is another way
            made = shell.InteractiveTB.structured_traceback
            return "\n".join(made(type(error), error, error.__traceback__, tb_offset=0))
    begin = error.__traceback__
    while begin is not None and _is_of_ipython(begin.tb_frame):
        begin = begin.tb_next
    text = "".join(traceback.format_exception(type(error), error, begin)).rstrip("\n")
    return text if shell is None else _with_cells(text, error, shell)


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _went_on(error: BaseException) -> bool:
    """Whether some of the code that it passed through ran on after it was caught. Of such code the
    kernel's own form shows the line where it is now."""
    frames = _frames(error)
    return any(frame.f_lineno != line for frame, line in frames if not _is_of_ipython(frame))


def _is_of_ipython(frame: FrameType) -> bool:
    """Whether it only runs the cell; nobody wants to see that."""
    return str(frame.f_globals.get("__name__")).startswith("IPython.")


def _frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen:
        yield from traceback.walk_tb(following.__traceback__)
        seen.append(following)
        following = following.__cause__ or following.__context__


def _with_cells(text: str, error: BaseException, shell: Any) -> str:
    """The kernel's cells by their numbers, and not by the files that stand for them."""
    for name in {frame.f_code.co_filename for frame, _ in _frames(error)}:
        if cell := shell.compile.format_code_name(name):
            text = text.replace(f'File "{name}"', " ".join(cell))
    return text
