"""Questions: those that are open are closed when their time is over.

One timer runs until the first of them is due, and then the view tells which are. So nothing is held
for each of them, and after a restart it goes on as if nothing had been. Two servers on one file
close a question under the same id, so that it is closed once.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Callable, Coroutine
from typing import Any

from .events import Closed
from .log import Log, Receipt
from .protocol import Closing, Message, Refusal
from .view import View

LOOK_SECONDS = 30.0
"""The timer runs at most so long: clocks are set, and machines sleep."""
RETRY_SECONDS = 5.0


class Questions:
    """The questions of all rooms that are open.

    Args:
        log: keeps that they are closed.
        view: knows them.
        now: milliseconds since 1970.
        spawn: does something apart.
    """

    def __init__(
        self,
        log: Log,
        view: View,
        now: Callable[[], int],
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        self._log = log
        self._view = view
        self._now = now
        self._spawn = spawn
        self._next: int | None = None
        """When the first of them is due."""
        self._timer: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Close those whose time is over, and wait for the others."""
        await self._close_due()

    def asked(self, until: int) -> None:
        """There is one that is due then."""
        if self._next is None or until < self._next:
            self._next = until
            self._wait(until)

    def end(self, message: Message, why: Closing) -> Future[Receipt]:
        """Close one, as its asker would."""
        id = f"{why} {message.seq}"  # no client's: theirs have no space
        of, at = message.seq, self._now()
        return self._log.append(Closed(message.room, id, message.user, of, why, at))

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self, until: int) -> None:
        self.close()
        seconds = min(LOOK_SECONDS, max(0.0, (until - self._now()) / 1000))
        self._timer = asyncio.get_running_loop().call_later(seconds, self._wake, until)

    def _wake(self, until: int) -> None:
        if self._now() < until:
            self._wait(until)
        else:
            self._spawn(self._close_due())

    async def _close_due(self) -> None:
        self._next = None
        now = self._now()
        try:
            ends = [self.end(message, "deadline") for message in await self._view.due(now)]
            answers = await asyncio.gather(*ends, return_exceptions=True)
            stuck = any(isinstance(no, Refusal) and no.retry_after for no in answers)
            until = await self._view.next_due()
        except Refusal:
            stuck, until = True, None
        if stuck:
            self.asked(now + round(1000 * RETRY_SECONDS))
        elif until is not None:
            self.asked(until)
