"""Groups: what a Hub's groups open to the people in them.

The rule: each group may name rooms, and may moderate. The group `*` is everybody.

- Whoever is in a group that moderates keeps order in every room, and sees every room.
- Anybody else sees the rooms that their groups name, all together, and no other.
- Where none of their groups names a room, they see every room. Who wants it otherwise gives `*`
  some rooms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from .access import Access
from .protocol import RoomName

EVERYBODY = "*"


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """What one group opens."""

    rooms: frozenset[RoomName] = frozenset()
    moderates: bool = False


class Groups:
    """All groups that open something.

    Args:
        said: by the group's name, as in `Group`.

    Raises:
        ValueError: something else is said; with what is wrong.
    """

    def __init__(self, said: Mapping[str, Any]) -> None:
        try:
            self._groups = msgspec.convert(said, dict[str, Group])
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from None

    @property
    def rooms(self) -> frozenset[str]:
        """All rooms that are named."""
        return frozenset[str]().union(*(group.rooms for group in self._groups.values()))

    def access(self, names: Iterable[str]) -> Access:
        """What somebody may do who is in the groups of these names."""
        mine = [self._groups[name] for name in {EVERYBODY, *names} if name in self._groups]
        moderates = any(group.moderates for group in mine)
        rooms = frozenset[str]().union(*(group.rooms for group in mine))
        return Access(
            rooms=None if moderates or not rooms else rooms, lets_in=True, moderates=moderates
        )
