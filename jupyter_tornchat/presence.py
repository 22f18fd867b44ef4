"""Presence: who is in a room, by person and not by connection.

A person is there from their first connection until 5 seconds after their last one, so that a
reload or a short gap is not seen by the others. Changes are told together, at most once a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from itertools import islice

from .protocol import LIMITS, Presence, User

GRACE_SECONDS = 5.0
TELL_SECONDS = 1.0


class Present:
    """One person in one room."""

    __slots__ = ("connections", "leaving", "user")

    def __init__(self, user: User) -> None:
        self.user = user
        self.connections: set[Hashable] = set()
        self.leaving: asyncio.TimerHandle | None = None


class RoomPresence:
    """Who is in one room of this server.

    Args:
        room: its name.
        tell: called with what changed, and with the people who left, by id.
    """

    def __init__(self, room: str, tell: Callable[[Presence, dict[str, User]], None]) -> None:
        self.room = room
        self._tell = tell
        self._people: dict[str, Present] = {}
        self._known: dict[str, User] = {}
        """Who the room was told is here."""
        self._changed: dict[str, None] = {}
        """Ids of people of whom the room may have to be told, in order."""
        self._told = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._people)

    def members(self) -> list[User]:
        """Those who came first, as many as are listed by name."""
        return [p.user for p in islice(self._people.values(), LIMITS.members_listed)]

    def enter(self, user: User, connection: Hashable) -> None:
        """A connection of `user` is in the room from now on."""
        present = self._people.get(user.id)
        if present is None:
            present = self._people[user.id] = Present(user)
            self._change(user.id)
        elif present.user != user:  # the same person under another name
            present.user = user
            self._change(user.id)
        if present.leaving is not None:
            present.leaving.cancel()
            present.leaving = None
        present.connections.add(connection)

    def exit(self, user: User, connection: Hashable, grace: float = GRACE_SECONDS) -> None:
        """A connection of `user` is gone; they are, after `grace` seconds, if it was the last."""
        present = self._people.get(user.id)
        if present is None or connection not in present.connections:
            return
        present.connections.discard(connection)
        if not present.connections and present.leaving is None:
            loop = asyncio.get_running_loop()
            present.leaving = loop.call_later(grace, self._gone, present)

    def close(self) -> None:
        """Stop all timers."""
        timers = [p.leaving for p in self._people.values()]
        for timer in [*timers, self._timer]:
            if timer is not None:
                timer.cancel()

    def _gone(self, present: Present) -> None:
        present.leaving = None  # or each would hold the other one
        del self._people[present.user.id]
        self._change(present.user.id)

    def _change(self, id: str) -> None:
        self._changed[id] = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = max(0.0, self._told + TELL_SECONDS - loop.time())
            self._timer = loop.call_later(wait, self._tell_now)

    def _tell_now(self) -> None:
        self._timer = None
        self._told = asyncio.get_running_loop().time()
        joined, left = self._news()
        if joined or left or self._crowded or not self._people:
            frame = Presence(room=self.room, joined=joined, left=list(left), count=len(self))
            self._tell(frame, left)

    @property
    def _crowded(self) -> bool:
        return len(self) > LIMITS.members_listed

    def _news(self) -> tuple[list[User], dict[str, User]]:
        """Who came, and who left by id, since the room was told; it counts as told from now on.
        Whoever came and left again meanwhile is no news. In a crowd nobody is named, or a
        thousand who come back at once would tell a thousand each of a thousand; when it is one
        no longer, everyone is news again."""
        if self._crowded:
            self._known.clear()
            self._changed = dict.fromkeys(self._people)
            return [], {}
        joined: list[User] = []
        left: dict[str, User] = {}
        for id in self._changed:
            present = self._people.get(id)
            if present is None:
                if known := self._known.pop(id, None):
                    left[id] = known
            elif present.user != self._known.get(id):
                self._known[id] = present.user
                joined.append(present.user)
        self._changed.clear()
        return joined, left
