"""The unfinished: questions that take answers, and jobs that run. Those of a kernel end with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Any

from .events import Said
from .jobs import Jobs
from .liveroom import LiveRoom
from .log import Entry, Log
from .protocol import Refusal
from .questions import Questions
from .view import View


class Unfinished:
    """What is unfinished in all rooms.

    Args:
        log: keeps how it ends.
        view: knows it.
        rooms: those that somebody is in, by name.
        now: milliseconds since 1970.
        spawn: does something apart.
        limited: whether there is a limit to how often a program may say how far a job is.
    """

    def __init__(
        self,
        log: Log,
        view: View,
        rooms: Mapping[str, LiveRoom],
        now: Callable[[], int],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        limited: bool,
    ) -> None:
        self.questions = Questions(log, view, now, spawn)
        self.jobs = Jobs(log, view, rooms, now, limited)
        self._view = view
        self._spawn = spawn

    async def start(self) -> None:
        """Go on with what was unfinished when the server stopped."""
        await self.questions.start()

    def delivered(self, entry: Entry) -> None:
        """The log has kept this."""
        if isinstance(entry.event, Said) and entry.event.question is not None:
            self.questions.asked(entry.event.question.until)
        self.jobs.delivered(entry)

    async def kernels(self) -> set[str]:
        """Ids of the kernels that asked or began any of it, on whatever server.

        Raises:
            Refusal: `unavailable`.
        """
        return await self._view.kernels()

    def ended(self, kernel: str) -> None:
        """The kernel with this id died, was started again, or was shut down: nobody waits for the
        answers to what it asked, and nobody knows how far its jobs came."""
        self._spawn(self._end(kernel))

    def close(self) -> None:
        """Stop all timers."""
        self.questions.close()
        self.jobs.close()

    async def _end(self, kernel: str) -> None:
        going = True
        with suppress(Refusal):  # what cannot be read or kept now is found by the next start
            while going and (found := await self._view.of_kernel(kernel)):
                asked = [self.questions.end(m, "kernel") for m in found if m.question]
                began = [self.jobs.lose(m) for m in found if not m.question]
                ends = await asyncio.gather(*asked, *began, return_exceptions=True)
                going = not any(isinstance(no, BaseException) for no in ends)
