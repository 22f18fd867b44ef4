"""Token buckets: how many of something one may do in a while.

Rates are counted on the monotonic clock, so a jump of the wall clock neither frees nor blocks
anyone.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class Bucket:
    """A token bucket.

    Args:
        rate: tokens a second; 0 means that there is no limit.
        burst: tokens at the start, and the most there can be.
        clock: seconds that never go backwards.
    """

    __slots__ = ("burst", "clock", "filled", "rate", "tokens")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        self.rate = rate
        self.burst = burst
        self.clock = clock
        self.tokens = burst
        self.filled = clock()

    def take(self) -> float:
        """Take one token.

        Returns:
            0.0 where there was one; else the seconds until there is one. Tokens are taken below
            zero too, down to minus twice the burst, so that `overdrawn` tells a flood from haste.
        """
        if not self.rate:
            return 0.0
        now = self.clock()
        self.tokens = min(self.burst, self.tokens + (now - self.filled) * self.rate)
        self.filled = now
        self.tokens = max(self.tokens - 1, -2 * self.burst)
        return 0.0 if self.tokens >= 0 else -self.tokens / self.rate

    @property
    def overdrawn(self) -> bool:
        """Whether three times the burst was asked for: not haste but a flood."""
        return bool(self.rate) and self.tokens <= -2 * self.burst
