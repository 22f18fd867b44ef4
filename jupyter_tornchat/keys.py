"""Keys that open one room to a program.

Only the hash of a key is kept: it is said once, to who makes it, and nobody can be told it again.
"""

from __future__ import annotations

import hashlib
import secrets

from . import names
from .events import KeyMade, Revoked
from .grants import used_key
from .heart import wall_clock
from .log import Log
from .protocol import GrantKind, RoomKey, User
from .view import View

KEY_BYTES = 32
HOUR = 3_600_000
"""Milliseconds after which it is noted again that a key is used."""


class Keys:
    """The keys of all rooms.

    Args:
        log: keeps them.
        view: knows those that are kept.
    """

    def __init__(self, log: Log, view: View) -> None:
        self._log = log
        self._view = view
        self._noted: dict[str, int] = {}
        """When this server last noted that a key is used, by its id: milliseconds."""

    async def make(self, user: User, room: str, name: str, id: str = "") -> RoomKey:
        """A new key, with what opens the room.

        Raises:
            Refusal: `bad_name`, `no_such_room`, `conflict` or `too_many_keys`.
        """
        name, key = names.clean(name), secrets.token_urlsafe(KEY_BYTES)
        made = KeyMade(room, id or secrets.token_hex(8), name, hash_of(key), wall_clock(), user)
        await self._log.append(made)
        return RoomKey(made.id, made.name, made.at, made.user, key=key)

    async def revoke(self, user: User, room: str, kind: GrantKind, id: str) -> None:
        """From now on it opens nothing, and whoever is there by it is shown out.

        Raises:
            Refusal: `no_such_room`, `no_such_key` or `no_such_hook`.
        """
        await self._log.append(Revoked(room, id, kind, wall_clock(), user))

    async def find(self, key: str) -> tuple[KeyMade, bool] | None:
        """What this key is, and whether it is used for the first time; None where it opens
        nothing.

        Raises:
            Refusal: `unavailable`.
        """
        found = await self._view.key(hash_of(key))
        if found is None:
            return None
        made, kept = found
        used, now = self._noted.get(made.id, kept), wall_clock()
        if used is None or now - used > HOUR:
            self._noted[made.id] = now
            # Nobody waits for it, and if it cannot be kept the next use is noted.
            noted = self._log.put(used_key(made.id), str(now))
            noted.add_done_callback(lambda noted: noted.cancelled() or noted.exception())
        return made, used is None


def hash_of(key: str) -> str:
    """What is kept of a key; it tells nothing of it."""
    return hashlib.sha256(key.encode()).hexdigest()


def program_id(kind: GrantKind, id: str) -> str:
    """The id of the program that speaks by a key, or for a hook. One that chose its name itself is
    `program:` and that name, whatever it is, so this begins in another way."""
    return f"{kind}:{id}"
