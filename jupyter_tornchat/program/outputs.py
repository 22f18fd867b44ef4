"""Outputs: what a cell shows while it runs, heard as it passes to the front ends.

Rules of this file:

- It only listens: what a front end gets, and when, is not changed by it.
- It keeps what one message can show and no more, however much passes: of a long text head and
  tail, of many outputs the first and the last ones.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any

from ..protocol import LIMITS
from . import pictures
from .bundles import TEXTS
from .content import PLAIN, kept

STREAM = "application/vnd.jupyter."
"""With `stdout`, `stderr` or `error`: the types under which JupyterLab shows them."""
KINDS = {
    "stream",
    "display_data",
    "execute_result",
    "error",
    "update_display_data",
    "clear_output",
}
"""The messages of Jupyter's protocol that change what a cell shows."""
SAYS = 128
"""Bytes kept for the line that says what was left out."""


class Clipped:
    """A text of which head and tail are kept, however long it gets.

    Args:
        text: how it begins.
        most: characters that are kept.
    """

    def __init__(self, text: str = "", most: int = LIMITS.cell_bytes) -> None:
        self.characters = 0
        self._head = ""
        self._head_most = most * 2 // 3
        self._tail: list[str] = []
        self._tail_most = most - self._head_most
        self._tail_size = 0
        self.add(text)

    def add(self, text: str) -> None:
        """Go on with this text."""
        text = kept(text)
        self.characters += len(text)
        free = self._head_most - len(self._head)
        self._head += text[:free]
        if rest := text[free:]:
            self._tail.append(rest[-self._tail_most :])
            self._tail_size += len(self._tail[-1])
        if self._tail_size > 2 * self._tail_most:
            self._tail = ["".join(self._tail)[-self._tail_most :]]
            self._tail_size = self._tail_most

    def within(self, space: int) -> str:
        """The text in at most so many UTF-8 bytes: where it is longer its middle goes, and a line
        tells how much that was."""
        head, tail = self._head, "".join(self._tail)
        if len(head) + len(tail) == self.characters:
            head, tail = head + tail, head + tail
            if len(head.encode()) <= space:
                return head
        kept = max(0, space - SAYS)
        head = head.encode()[: kept * 2 // 3].decode(errors="ignore")
        tail = tail.encode()[-(kept // 3) :].decode(errors="ignore") if kept >= 3 else ""
        left = self.characters - len(head) - len(tail)
        return f"{head}\n… {left:,} of {self.characters:,} characters are left out …\n{tail}"


class Output:
    """One output of a cell: a text that may go on, or an object in several forms.

    Args:
        type: of the text; empty where there is none.
        text: how it begins.
        forms: of an object, by their types.
        id: under which the object may be shown anew.
    """

    def __init__(
        self,
        type: str = "",
        text: str = "",
        forms: Mapping[str, str] | None = None,
        id: str | None = None,
    ) -> None:
        self.type = type
        self.text = Clipped(text)
        self.forms = forms or {}
        self.id = id


class Outputs:
    """What one cell shows, in order. It may be told of from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._first: list[Output] = []
        self._last: deque[Output] = deque(maxlen=LIMITS.cell_outputs // 2 - 1)
        self._heard = 0
        self._clear_next = False

    @property
    def kept(self) -> tuple[list[Output], int, list[Output]]:
        """The first outputs, how many were left out, and the last ones."""
        with self._lock:
            kept = len(self._first) + len(self._last)
            return list(self._first), self._heard - kept, list(self._last)

    def hear(self, kind: str, content: Mapping[str, Any]) -> None:
        """One message of Jupyter's protocol.

        Args:
            kind: one of `KINDS`.
            content: as the protocol has it for this kind.
        """
        with self._lock:
            if kind == "clear_output" and content.get("wait"):
                self._clear_next = True
            elif kind == "clear_output":
                self._clear()
            elif kind == "update_display_data":
                self._show_anew(content)
            else:
                if self._clear_next:
                    self._clear()
                self._add(kind, content)

    def _clear(self) -> None:
        self._first.clear()
        self._last.clear()
        self._heard = 0
        self._clear_next = False

    def _add(self, kind: str, content: Mapping[str, Any]) -> None:
        if kind == "stream":
            type = f"{STREAM}{content['name']}"
            newest = (self._last or self._first or [None])[-1]
            if newest and newest.type == type:
                newest.text.add(content["text"])
                return
            output = Output(type, content["text"])
        elif kind == "error":
            plain = f"{content['ename']}: {content['evalue']}"
            output = Output(f"{STREAM}error", "\n".join(content["traceback"]) or plain)
        else:
            id = content.get("transient", {}).get("display_id")
            output = Output(forms=forms(content["data"]), id=id)
        self._heard += 1
        is_first = len(self._first) < LIMITS.cell_outputs // 2
        (self._first if is_first else self._last).append(output)

    def _show_anew(self, content: Mapping[str, Any]) -> None:
        id = content.get("transient", {}).get("display_id")
        for output in (*self._first, *self._last):
            if id and output.id == id:
                output.forms = forms(content["data"])


def forms(data: Mapping[str, Any]) -> dict[str, str]:
    """The forms of an object that a message could show, the best first; pictures in base64."""
    found: dict[str, str] = {}
    for type in (*pictures.TYPES, *TEXTS, PLAIN):
        if (value := data.get(type)) is None:
            continue
        text = kept(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        if type == PLAIN:
            found[type] = Clipped(text).within(LIMITS.cell_bytes)
        elif len(text) <= (2 * LIMITS.file_bytes if type in pictures.TYPES else LIMITS.cell_bytes):
            found[type] = text
    return found


def listen(shell: Any, outputs: Outputs) -> Callable[[], None]:
    """Hear what the running cell shows, until what is returned is called.

    Args:
        shell: IPython's, in a kernel or in a terminal.
        outputs: is told of it.
    """
    thread = getattr(getattr(shell, "kernel", None), "iopub_thread", None)
    return _in_terminal(outputs) if thread is None else _in_kernel(shell, thread, outputs)


def _in_kernel(shell: Any, thread: Any, outputs: Outputs) -> Callable[[], None]:
    """Everything that a kernel shows goes to the front ends by this thread, in the order in which
    they see it: what is printed, also below Python and in a child process, objects, results and
    errors."""
    session = shell.displayhook.session
    cell = shell.displayhook.parent_header.get("msg_id")
    passes = thread.send_multipart

    def hear(frames: list[bytes]) -> None:
        _signature, header, parent, _metadata, content = session.feed_identities(frames)[1][:5]
        kind = session.unpack(header)["msg_type"]
        if kind in KINDS and session.unpack(parent).get("msg_id") == cell:
            outputs.hear(kind, session.unpack(content))

    def pass_on(frames: list[bytes], *args: Any, **kwargs: Any) -> Any:
        with suppress(Exception):
            hear(frames)
        return passes(frames, *args, **kwargs)

    def stop() -> None:
        # Twice: what was written below Python is on its way through a thread of its own.
        for _ in range(2):
            sys.stdout.flush()
            sys.stderr.flush()
        if thread.send_multipart is pass_on:
            thread.send_multipart = passes

    thread.send_multipart = pass_on
    return stop


def _in_terminal(outputs: Outputs) -> Callable[[], None]:
    """In a terminal everything is text that is printed: results and tracebacks too."""
    stops = [_tap(name, outputs) for name in ("stdout", "stderr")]

    def stop() -> None:
        for one in stops:
            one()

    return stop


def _tap(name: str, outputs: Outputs) -> Callable[[], None]:
    stream: Any = getattr(sys, name)
    writes = stream.write

    def write(text: str) -> Any:
        written = writes(text)
        outputs.hear("stream", {"name": name, "text": text})
        return written

    def stop() -> None:
        if stream.write is write:
            stream.write = writes

    stream.write = write
    return stop
