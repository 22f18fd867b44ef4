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
        self._joined: dict[str, User] = {}
        self._left: dict[str, User] = {}
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
            self._change(joined=user)
        elif present.user != user:  # the same person under another name
            present.user = user
            self._change(joined=user)
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
        del self._people[present.user.id]
        self._change(left=present.user)

    def _change(self, joined: User | None = None, left: User | None = None) -> None:
        if joined is not None:
            self._left.pop(joined.id, None)
            self._joined[joined.id] = joined
        if left is not None and self._joined.pop(left.id, None) is None:
            self._left[left.id] = left
        if self._timer is None:
            loop = asyncio.get_running_loop()
            wait = max(0.0, self._told + TELL_SECONDS - loop.time())
            self._timer = loop.call_later(wait, self._tell_now)

    def _tell_now(self) -> None:
        self._timer = None
        self._told = asyncio.get_running_loop().time()
        joined, left = self._joined, self._left
        self._joined, self._left = {}, {}
        if joined or left:
            frame = Presence(
                room=self.room, joined=list(joined.values()), left=list(left), count=len(self)
            )
            self._tell(frame, left)
        elif not self._people:
            self._tell(Presence(room=self.room, joined=[], left=[], count=0), {})
