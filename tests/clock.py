"""A clock that a test moves on, so that what is due in 5 seconds is seen without waiting."""

from __future__ import annotations

import asyncio


class Clock:
    """The running event loop's time. It goes on by itself too, as it always does."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.ahead = 0.0
        time = self.loop.time
        self.loop.time = lambda: time() + self.ahead  # type: ignore[method-assign]

    async def advance(self, seconds: float) -> None:
        """Move on, and return when everything that became due by that has run."""
        self.ahead += seconds
        await settle()


async def settle() -> None:
    """Return when what was ready to run has run, and what that started."""
    for _ in range(10):
        await asyncio.sleep(0)
