"""`%chat` and `%%chat`: what IPython knows of the chat after `%load_ext jupyter_tornchat`.

Rules of this file:

- A cell's outcome never changes. `%%chat` does not run the cell: its line is taken out before
  IPython reads the cell, and what the cell showed is shared when it is over.
- Nothing here raises. Whatever goes wrong is one line on stderr.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, NamedTuple, NoReturn

from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.utils.text import DollarFormatter

from ..protocol import JobRef
from ..room import Room
from .content import Content
from .error import last_word
from .outputs import Outputs, listen
from .snapshot import snapshot

OURS = re.compile(r"^[ \t]*%%chat(?:[ \t]+(.*?))?[ \t]*$\n?", re.MULTILINE)
USAGE = "%chat ROOM text, or %%chat ROOM [--when done,error] [--over 60s] [--id NAME] above a cell"
ENDS = frozenset({"done", "error"})
UNITS = {"s": 1, "m": 60, "h": 3600, "": 1}


class Wishes(NamedTuple):
    """What the line of a `%%chat` asks for."""

    room: str
    when: frozenset[str]
    """The ends of which the room is told."""
    over: float
    """Seconds that the cell takes at least, for the room to be told."""
    id: str | None
    """Of the message: the cell, run again, changes it instead of saying another one."""

    @property
    def is_notice(self) -> bool:
        """Whether what matters is how it ended."""
        return self.over > 0 or self.when != ENDS


class Shared(NamedTuple):
    """A cell that runs, and is to be shared."""

    cell: str
    wishes: Wishes
    outputs: Outputs
    stop: Callable[[], None]
    since: float


@magics_class
class ChatMagics(Magics):
    """The magics of one shell, and the cell that it runs."""

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.shell: Any = shell
        self._cell: str | None = None
        self._shared: Shared | None = None

    def load(self) -> None:
        """Make the shell know them."""
        self.shell.input_transformers_cleanup.append(self.take_line)
        self.shell.events.register("pre_run_cell", self.before)
        self.shell.events.register("post_run_cell", self.after)
        self.shell.register_magics(self)

    def unload(self) -> None:
        """Undo `load`."""
        self.shell.input_transformers_cleanup.remove(self.take_line)
        self.shell.events.unregister("pre_run_cell", self.before)
        self.shell.events.unregister("post_run_cell", self.after)
        for kind in ("line", "cell"):
            del self.shell.magics_manager.magics[kind]["chat"]

    @line_cell_magic
    def chat(self, line: str, cell: str | None = None) -> Any:
        """Say something in a room, or share a cell there.

        %chat ROOM text
            Say it. {expressions} and $variables are filled in.
        %%chat ROOM [--when done,error] [--over 60s] [--id NAME]
            As a cell's first line: run the cell as without it, then share its code and outputs.
            --when  only when it ended so: done, error
            --over  only when it took that long: 60s, 5m, 1h
            --id    the cell, run again, changes its message instead of saying another one
        """
        if cell is not None:
            self.shell.run_cell(f"%%chat {line}\n{cell}")
            return None
        room, _, text = line.strip().partition(" ")
        if not text.strip():
            return warn(f"%chat: nothing is said: {USAGE}")
        try:
            return Room(room).send(text.strip())
        except Exception as error:  # noqa: BLE001  whatever it is, the cell goes on
            return warn(f"%chat: not said: {error}")

    # ----------------------------------------------------------------- a cell that is shared

    def take_line(self, lines: list[str]) -> list[str]:
        """The cell without its `%%chat`: a blank line is there instead, so that tracebacks name
        the lines that people see; or nothing, before another magic of the whole cell."""
        ours = OURS.match(lines[0]) if lines else None
        if ours is None:
            return lines
        if self._cell is not None:  # a magic above it, such as %%time, runs what is below it
            self._begin(ours[1], self._cell)
        rest = lines[1:]
        first = next((place for place, line in enumerate(rest) if line.strip()), 0)
        if rest and rest[first].startswith("%%"):
            return self.take_line(rest[first:])
        return ["\n", *rest]

    # While somebody types, a cell with it is complete as every cell magic is: by a blank line.
    take_line.has_side_effects = True  # type: ignore[attr-defined]

    def before(self, info: Any) -> None:
        """A cell begins to run."""
        self._cell = info.raw_cell
        with suppress(Exception):  # what is no cell at all is for IPython to say
            lines = info.raw_cell.splitlines(keepends=True)
            for transform in self.shell.input_transformers_cleanup:
                if transform == self.take_line:
                    break
                lines = transform(lines)
            if ours := OURS.match(lines[0]):
                self._begin(ours[1], info.raw_cell)

    def _begin(self, line: str | None, cell: str) -> None:
        if self._shared is not None:
            self._shared.stop()
            self._shared = None
        try:
            wishes = read(expanded(line or "", self.shell.user_ns))
            if not OURS.sub("", cell, count=1).strip():
                raise ValueError("the cell is empty")
            outputs = Outputs()
            stop = listen(self.shell, outputs)
        except Exception as error:  # noqa: BLE001  whatever it is, the cell runs
            warn(f"%%chat: not shared: {error}")
        else:
            self._shared = Shared(cell, wishes, outputs, stop, time.monotonic())

    def after(self, result: Any) -> None:
        """A cell is over; `result` is None where it was interrupted between two steps."""
        self._cell = None
        shared = self._shared
        if shared is None or (result and result.info.raw_cell != shared.cell):
            return
        self._shared = None
        seconds = time.monotonic() - shared.since
        try:
            shared.stop()
            self._tell(shared, result, seconds)
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the cell's outcome stands
            warn(f"%%chat: not shared: {error or 'interrupted'}")

    def _tell(self, shared: Shared, result: Any, seconds: float) -> None:
        wishes = shared.wishes
        error = result and (result.error_before_exec or result.error_in_exec)
        failed = not (result and result.success)
        if ("error" if failed else "done") not in wishes.when or seconds < wishes.over:
            return
        room = Room(wishes.room)
        source = OURS.sub("", shared.cell, count=1)
        count = result and result.execution_count
        notebook = notebook_name()
        cell = snapshot(source, shared.outputs, room.upload, count=count, notebook=notebook)
        content = Content(cell=cell)
        if wishes.is_notice:
            what = f"cell [{count or ' '}]" + (f" of {notebook}" if notebook else "")
            job = JobRef(what, "failed" if failed else "done", seconds)
            content = Content(last_word(error) if error else "", cell=cell, job=job)
        room.say(content, id=wishes.id, replace=wishes.id is not None)


class Line(argparse.ArgumentParser):
    """The line of a `%%chat`.

    Raises:
        ValueError: it asks for something that there is not.
    """

    def error(self, message: str) -> NoReturn:
        raise ValueError(f"{message}; {USAGE}")


LINE = Line(prog="%%chat", add_help=False, allow_abbrev=False)
LINE.add_argument("room")
LINE.add_argument("--when", default="done,error")
LINE.add_argument("--over", default="0s")
LINE.add_argument("--id")


def read(line: str) -> Wishes:
    """What a `%%chat` asks for.

    Raises:
        ValueError: it asks for something that there is not, and what that is.
    """
    said = LINE.parse_args(shlex.split(line))
    when: frozenset[str] = frozenset(said.when.split(","))
    if not when <= ENDS:
        raise ValueError(f"--when is done, error or done,error, and not {said.when!r}")
    over = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([smh]?)", said.over)
    if not over:
        raise ValueError(f"--over is a time such as 60s, 5m or 1h, and not {said.over!r}")
    return Wishes(said.room, when, float(over[1]) * UNITS[over[2]], said.id)


def expanded(line: str, names: dict[str, Any]) -> str:
    """The line with its {expressions} and $variables filled in, as IPython does for magics; as it
    is where that fails."""
    try:
        return str(DollarFormatter().vformat(line, args=[], kwargs=names))
    except Exception:  # noqa: BLE001  what people write there may raise anything
        return line


def notebook_name() -> str:
    """The notebook's, where this kernel belongs to one."""
    name = PurePosixPath(os.environ.get("JPY_SESSION_NAME", "")).name
    return name if name.endswith(".ipynb") else ""


def warn(says: str) -> None:
    """One line on stderr."""
    print(" ".join(says.split()), file=sys.stderr)  # noqa: T201  people look there


def load(shell: Any) -> None:
    """What `%load_ext jupyter_tornchat` does."""
    unload(shell)
    ChatMagics(shell).load()


def unload(shell: Any) -> None:
    """What `%unload_ext jupyter_tornchat` does."""
    loaded = shell.magics_manager.registry.pop(ChatMagics.__name__, None)
    if loaded is not None:
        loaded.unload()
