"""A job: something that takes a while, and the one message that tells how it stands.

Rules of this file:

- The block's outcome is its own: nothing of the chat's is raised, and what the block raises passes
  on untouched. What goes wrong is one line on stderr, once a cause.
- The block never waits for the chat but where it begins and ends, and there for a bounded time. In
  between there is a queue of one: the newest word, which a task on the chat's own loop sends.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Literal

from ..protocol import LIMITS, RETRY_SECONDS, JobRef
from .content import Content, brief
from .error import ChatError, last_word
from .loop import loop

if TYPE_CHECKING:
    from .talk import Talk

SHOWN_SECONDS = 1 / LIMITS.progress_rate
"""At least so long from one word that is only shown to the next."""
SAVED_SECONDS = 5.0
"""At most so long until a word is kept."""
BEGIN_SECONDS = 2.0
"""Longer than that nothing waits for the message with which the job begins."""


class Job:
    """A job of which a room is told: `with room.notify("training") as job`.

    It begins where the block does, and is done when the block ends, or failed when it raises.
    `async with` does the same, and as a decorator it tells of every call of a function.

    Args:
        talk: of the room.
        what: what the job is called.
    """

    def __init__(self, talk: Talk, what: str) -> None:
        self._talk = talk
        self.what = what
        self._id = secrets.token_hex(16)
        self._since = time.monotonic()
        self._word = ""
        self._saved = ""
        self._seq: int | None = None
        self._state: Literal["running", "done", "failed"] = "running"
        self._is_told = True
        self._gave_up = False
        self._wake = asyncio.Event()
        self._over = asyncio.Event()
        self._begun = threading.Event()
        self._work: Future[None] | None = None
        self._causes: dict[str, str | None] = {}

    def __repr__(self) -> str:
        return f"<job {self.what!r}: {self._state}>"

    def update(self, word: object, fraction: float | None = None) -> None:
        """How far it is: everyone sees it at once, and it is kept after a few seconds. It may be
        called as often as one likes; where that is too often, the newest word counts.

        Args:
            word: such as "epoch 3/10".
            fraction: of the whole, 0 to 1; shown as a percentage.
        """
        share = "" if fraction is None else f" · {fraction:.0%}"
        self._word = brief(f"{word}{share}")
        if self._is_told:
            self._is_told = False
            self._call(self._wake.set)
        self._warn()

    # ------------------------------------------------------------------- around the block

    def __enter__(self) -> Job:
        self._begin()
        try:
            self._begun.wait(BEGIN_SECONDS)
        except BaseException as error:
            self._end(error)
            raise
        self._warn()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._end(error)
        try:
            assert self._work
            self._work.result(self._talk.timeout)
        except Exception:  # noqa: BLE001  whatever it is, the block's outcome stands
            self._causes.setdefault("unreachable", "nobody answers in time")
        self._warn()

    async def __aenter__(self) -> Job:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        await asyncio.to_thread(self.__exit__, kind, error, trace)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Each call of the function is a job."""

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with Job(self._talk, self.what):
                return function(*args, **kwargs)

        @wraps(function)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            async with Job(self._talk, self.what):
                return await function(*args, **kwargs)

        return call_async if iscoroutinefunction(function) else call

    def _begin(self) -> None:
        self._since = time.monotonic()
        self._work = asyncio.run_coroutine_threadsafe(self._tell(), loop())

    def _end(self, error: BaseException | None) -> None:
        if error is not None:
            self._word = last_word(error)
        self._state = "done" if error is None else "failed"
        self._call(self._over.set)
        self._call(self._wake.set)

    def _call(self, what: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended, because the process does
            loop().call_soon_threadsafe(what)

    def _warn(self) -> None:
        """Say each new cause once, where the program runs: what another thread prints, a notebook
        may show under any cell."""
        for code, says in list(self._causes.items()):
            if says is not None:
                self._causes[code] = None
                print(f"{self.what}: the room is not told: {says}", file=sys.stderr)  # noqa: T201

    # ------------------------------------------------------------------- on the chat's loop

    async def _tell(self) -> None:
        await self._try(self._say("running"))
        self._begun.set()
        due = time.monotonic() + SAVED_SECONDS
        while self._state == "running" and not self._gave_up:
            with suppress(TimeoutError):
                waits = None if self._word == self._saved else max(0.0, due - time.monotonic())
                await asyncio.wait_for(self._wake.wait(), waits)
            self._wake.clear()
            self._is_told = True
            if self._state != "running" or self._word == self._saved:
                continue
            if time.monotonic() < due:
                await self._until_over(self._try(self._show()))
            else:
                await self._try(self._save())
                due = time.monotonic() + SAVED_SECONDS
            await self._until_over(asyncio.sleep(SHOWN_SECONDS))
        if not self._gave_up:
            await self._try(self._finish())

    async def _say(self, state: Literal["running", "done", "failed"]) -> None:
        seconds = None if state == "running" else time.monotonic() - self._since
        content = Content(self._word, job=JobRef(self.what, state, seconds))
        self._saved = self._word
        self._seq = (await self._talk.say(content, id=self._id)).seq

    async def _show(self) -> None:
        if self._seq is None:
            await self._say("running")
        else:
            await self._talk.progress(self._seq, self._word)

    async def _save(self) -> None:
        if self._seq is None:
            await self._say("running")
        else:
            self._saved = self._word
            await self._talk.edit(self._seq, Content(self._saved))

    async def _finish(self) -> None:
        if self._seq is None:
            try:
                return await self._say(self._state)
            except ChatError as no:
                if no.code != "conflict":
                    raise
            # It was kept when it began, and nobody answered.
            self._seq = (await self._talk.message(self._id)).seq
        await self._talk.edit(self._seq, Content(self._word), self._state)
        return None

    async def _try(self, step: Coroutine[Any, Any, None]) -> None:
        try:
            await step
        except ChatError as no:
            self._causes.setdefault(no.code, str(no))
            self._gave_up = not no.retry
            if no.retry:
                await self._until_over(asyncio.sleep(RETRY_SECONDS))
        except Exception as error:  # noqa: BLE001  whatever it is, the block goes on
            self._causes.setdefault(type(error).__name__, last_word(error))
            self._gave_up = True

    async def _until_over(self, step: Coroutine[Any, Any, None]) -> None:
        """Do it, but not longer than the block runs."""
        tasks = [asyncio.ensure_future(step), asyncio.ensure_future(self._over.wait())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
