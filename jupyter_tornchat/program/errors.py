"""Exceptions: sent with their traceback, as a cell shares them."""

from __future__ import annotations

import sys
import traceback

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
    if error.__traceback__ is not None and (lines := _by_ipython(error)):
        return "\n".join(lines)
    return "".join(traceback.format_exception(error)).rstrip("\n")


def _by_ipython(error: BaseException) -> list[str]:
    """As the kernel itself shows it; empty where there is none."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return []
    try:
        return list(
            shell.InteractiveTB.structured_traceback(
                type(error), error, error.__traceback__, tb_offset=0
            )
        )
    except Exception:  # noqa: BLE001  it runs what others wrote, and a plain traceback is there too
        return []
