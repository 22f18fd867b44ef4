"""Access: what somebody may do here, as who let them in says. What a room itself allows comes on
top of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .protocol import Invite

EVERYTHING: Mapping[str, int] = {}


class Access(NamedTuple):
    """What somebody may do here."""

    writes: bool = True
    """Whether they may say something."""
    rooms: frozenset[str] | None = None
    """The rooms that are open to them; None where every one is. Of all others they learn nothing,
    not even that they exist."""
    since: Mapping[str, int] = EVERYTHING
    """By room: what was said up to this `seq` is not for them to see."""
    lets_in: bool = False
    """Whether they may open a room to programs, by keys and hooks, and to guests, by invites."""
    moderates: bool = False
    """Whether they keep order in every room."""
    invite: Invite | None = None
    """Of a guest: what they came in by."""
    person: str = ""
    """Of a program: id of the person for whom it speaks, where that is known. Where they are not
    heard, neither is it."""

    def enters(self, room: str) -> bool:
        """Whether this room is open to them."""
        return self.rooms is None or room in self.rooms


MEMBER = Access()
"""Somebody to whom all is open, and who lets nobody in."""
