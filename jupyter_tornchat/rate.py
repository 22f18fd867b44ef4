"""Token buckets: how many of something one may do in a while.

Rates are counted on the monotonic clock, so a jump of the wall clock neither frees nor blocks
anyone.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from time import monotonic


class Bucket:
    """A token bucket.

    Args:
        rate: tokens a second; 0 means that there is no limit.
        burst: tokens at the start, and the most there can be; at least 1.
        clock: seconds that never go backwards.
    """

    __slots__ = ("_refused", "burst", "clock", "filled", "rate", "tokens")

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = monotonic) -> None:
        self.rate = rate
        self.burst = max(1.0, burst)
        self.clock = clock
        self.tokens = self.burst
        self.filled = clock()
        self._refused = 0.0

    def take(self, tokens: float = 1.0) -> float:
        """Take tokens, or none of them.

        Args:
            tokens: how many; more than the burst counts as the burst.

        Returns:
            0.0 where they were there; else the seconds until they are, to the next millisecond.
        """
        if not self.rate:
            return 0.0
        self._fill()
        tokens = min(tokens, self.burst)
        if self.tokens < tokens:
            self._refused += tokens
            return ceil((tokens - self.tokens) / self.rate * 1000) / 1000
        self.tokens -= tokens
        return 0.0

    def _fill(self) -> None:
        now = self.clock()
        gained = (now - self.filled) * self.rate
        self.filled = now
        self.tokens = min(self.burst, self.tokens + gained)
        self._refused = max(0.0, self._refused - gained)

    @property
    def overdrawn(self) -> bool:
        """Whether twice the burst was refused lately: not haste but a flood."""
        return bool(self.rate) and self._refused >= 2 * self.burst


class Buckets:
    """A bucket for each of many, of which those that came last are remembered.

    Args:
        rate: as in `Bucket`.
        burst: as in `Bucket`.
        most: how many are remembered.
    """

    def __init__(self, rate: float, burst: float, most: int = 10_000) -> None:
        self.rate = rate
        self.burst = burst
        self.most = most
        self._buckets: dict[str, Bucket] = {}

    def take(self, key: str) -> float:
        """Take a token of this key's; 0.0, or the seconds until there is one."""
        if not self.rate:
            return 0.0
        bucket = self._buckets.pop(key, None) or Bucket(self.rate, self.burst)
        self._buckets[key] = bucket
        if len(self._buckets) > self.most:
            del self._buckets[next(iter(self._buckets))]  # who came the longest ago
        return bucket.take()
