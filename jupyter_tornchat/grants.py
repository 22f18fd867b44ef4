"""Grants: what opens one room to a program (a key), what is told of it (a hook), and what lets
guests into some rooms (an invite).

They are kept by the log like everything else, so that they are made and revoked on all servers of
a history at once; what was revoked stays in the table, because no other one may have its id.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from .events import Grant, HookMade, InviteMade, KeyMade, Revoked
from .protocol import LIMITS, GrantKind, Refusal

MOST: dict[GrantKind, int] = {
    "key": LIMITS.keys,
    "hook": LIMITS.hooks,
    "invite": LIMITS.invites,
}
TOO_MANY: dict[GrantKind, str] = {
    "key": "too_many_keys",
    "hook": "too_many_hooks",
    "invite": "too_many_invites",
}
NONE: dict[GrantKind, str] = {
    "key": "no_such_key",
    "hook": "no_such_hook",
    "invite": "no_such_invite",
    "guest": "no_such_person",
}

_key = msgspec.json.Decoder(KeyMade)
_hook = msgspec.json.Decoder(HookMade)


def kind_of(event: Grant) -> GrantKind:
    """Which kind of grant it makes or revokes."""
    match event:
        case KeyMade():
            return "key"
        case HookMade():
            return "hook"
        case InviteMade():
            return "invite"
        case Revoked(kind=kind):
            return kind


def check(db: sqlite3.Connection, event: Grant, fresh: Sequence[Grant]) -> None:
    """Refuse to make one too many, or the same one again, and to revoke what is not there.

    Args:
        db: inside a write transaction.
        fresh: what comes before it in its batch.

    Raises:
        Refusal: `conflict`, `too_many_keys`, `no_such_key` and their like.
    """
    kind = kind_of(event)
    rows = db.execute(
        "SELECT id FROM grants WHERE room = ? AND kind = ? AND revoked IS NULL", (event.room, kind)
    )
    there = {id for (id,) in rows}
    for other in fresh:
        if other.room == event.room and kind_of(other) == kind:
            (there.discard if isinstance(other, Revoked) else there.add)(other.id)
    if isinstance(event, Revoked):
        if event.id not in there:
            raise Refusal(NONE[kind])
        return
    before = db.execute("SELECT 1 FROM grants WHERE id = ?", (event.id,)).fetchone()
    if before or any(other.id == event.id for other in fresh):
        raise Refusal("conflict", f"a {kind} with this id was made already")
    if len(there) >= MOST[kind]:
        raise Refusal(TOO_MANY[kind], f"the room has {MOST[kind]} {kind}s already")


class Granted(NamedTuple):
    """What somebody opened a room with."""

    room: str
    """Where it belongs to: of an invite the first room that it opens."""
    id: str
    kind: GrantKind


def granted(db: sqlite3.Connection, room: str, user: str) -> list[Granted]:
    """What the person with this id opened a room with, and nobody revoked."""
    rows = db.execute(
        """SELECT room, id, kind FROM grants
           WHERE revoked IS NULL AND json_extract(body, '$.user.id') = :user
             AND (room = :room OR :room IN (SELECT value FROM json_each(body, '$.rooms')))
           ORDER BY at, id""",
        {"room": room, "user": user},
    )
    return [Granted(*row) for row in rows]


def keys(db: sqlite3.Connection, room: str) -> list[tuple[KeyMade, int | None]]:
    """The keys of a room, oldest first, and when each was last used."""
    rows = db.execute(
        """SELECT body, keep.value FROM grants LEFT JOIN keep ON keep.key = 'used:' || id
           WHERE room = ? AND kind = 'key' AND revoked IS NULL ORDER BY at, id""",
        (room,),
    )
    return [(_key.decode(body), None if used is None else int(used)) for body, used in rows]


def key(db: sqlite3.Connection, hash: str) -> tuple[KeyMade, int | None] | None:
    """The key with this hash, and when it was last used; None where it opens nothing."""
    row = db.execute(
        """SELECT body, keep.value FROM grants LEFT JOIN keep ON keep.key = 'used:' || id
           WHERE hash = ? AND kind = 'key' AND revoked IS NULL""",
        (hash,),
    ).fetchone()
    return None if row is None else (_key.decode(row[0]), None if row[1] is None else int(row[1]))


def hooks(db: sqlite3.Connection, room: str | None = None) -> list[tuple[HookMade, str | None]]:
    """The hooks of a room or of all of them, oldest first, and what is kept of how each stands."""
    rows = db.execute(
        """SELECT body, keep.value FROM grants LEFT JOIN keep ON keep.key = 'hook:' || id
           WHERE (:room IS NULL OR room = :room) AND kind = 'hook' AND revoked IS NULL
           ORDER BY at, id""",
        {"room": room},
    )
    return [(_hook.decode(body), value) for body, value in rows]


def used_key(id: str) -> str:
    """The name under which the log keeps when a key was last used."""
    return f"used:{id}"


def place_key(id: str) -> str:
    """The name under which the log keeps how a hook stands."""
    return f"hook:{id}"
