"""People: who is connected to this server, by person and by the look of their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from . import names
from .connection import Connection


class People:
    """Everyone who is connected, however many connections each of them has."""

    def __init__(self) -> None:
        self._connections: dict[str, dict[Connection, None]] = {}
        """By the person's id."""
        self._names: dict[str, Counter[str]] = {}
        """By skeleton: the ids of who has the name, by connections."""

    def add(self, connection: Connection) -> None:
        """A connection has opened."""
        user = connection.user
        self._connections.setdefault(user.id, {})[connection] = None
        self._names.setdefault(names.skeleton(user.name), Counter())[user.id] += 1

    def remove(self, connection: Connection) -> None:
        """A connection has closed."""
        user = connection.user
        own = self._connections[user.id]
        del own[connection]
        if not own:
            del self._connections[user.id]
        skeleton = names.skeleton(user.name)
        holders = self._names[skeleton]
        holders[user.id] -= 1
        if not holders[user.id]:
            del holders[user.id]
        if not holders:
            del self._names[skeleton]

    def connections(self, id: str) -> Sequence[Connection]:
        """All connections of the person with this id."""
        return tuple(self._connections.get(id, ()))

    def first(self, id: str) -> Connection | None:
        """That connection of the person with this id which came first; None where they are not
        here."""
        return next(iter(self._connections.get(id, ())), None)

    def of(self, id: str) -> Sequence[Connection]:
        """All connections of the person with this id, and of programs that speak for them."""
        others = (c for own in self._connections.values() for c in own if c.access.person == id)
        return tuple(dict.fromkeys((*self.connections(id), *others)))

    def is_taken(self, name: str, by: str) -> bool:
        """Whether somebody other than the person with the id `by` has this name or one that looks
        like it."""
        return any(id != by for id in self._names.get(names.skeleton(name), ()))
