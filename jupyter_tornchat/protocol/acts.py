"""What a moderator must say of each act, and what would mean nothing."""

from __future__ import annotations

from .client import Moderate
from .limits import LIMITS
from .refusal import Refusal
from .words import Act

SAYS: dict[Act, tuple[set[str], ...]] = {
    "role": ({"whom", "role"},),
    "mute": ({"whom", "seconds"},),
    "unmute": ({"whom"},),
    "kick": ({"whom"},),
    "ban": ({"whom"},),
    "unban": ({"whom"},),
    "slow": ({"seconds"},),
    "clear": ({"of"}, {"whom"}, set()),
    "kind": ({"kind"},),
}
"""By act: what is said of it, in one way or another."""
SECONDS: dict[Act, tuple[int, int]] = {
    "mute": (1, LIMITS.mute_seconds),
    "slow": (0, LIMITS.slow_seconds),
}


def check_act(frame: Moderate) -> None:
    """Refuse what no moderator can mean.

    Raises:
        Refusal: `bad_frame`, with what exactly was wrong.
    """
    fields = ("whom", "role", "seconds", "of", "kind")
    said = {name for name in fields if getattr(frame, name) is not None}
    ways = SAYS[frame.act]
    if said not in ways:
        needs = ", or ".join(" and ".join(sorted(way)) or "nothing" for way in ways)
        raise Refusal("bad_frame", f"of `{frame.act}` one says {needs}, and nothing else")
    low, high = SECONDS.get(frame.act, (0, 0))
    if frame.seconds is not None and not low <= frame.seconds <= high:
        raise Refusal("bad_frame", f"`{frame.act}` takes {low} to {high:,} seconds")
