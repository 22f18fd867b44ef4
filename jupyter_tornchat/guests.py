"""Guests: who came by an invite, and who still may.

A guest is known by the hash of their ticket. Whoever comes by an invite uses it up by one, for
good; who comes again under the same ticket has another name from now on, and uses nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from .events import Entered, Grant, InviteMade, Revoked
from .protocol import Guest, Invite, Refusal


class Visit(NamedTuple):
    """A guest and the invite by which they came; neither was revoked."""

    guest: Entered
    """Who they are now."""
    invite: InviteMade
    """It may be over by its time."""


_invite = msgspec.json.Decoder(InviteMade)
_entered = msgspec.json.Decoder(Entered)


def check(
    db: sqlite3.Connection, event: Entered | Revoked, fresh: Sequence[Grant | Entered]
) -> None:
    """Refuse who comes by an invite that does not hold, or whose visit was ended; and to end the
    visit of nobody.

    Args:
        db: inside a write transaction.
        fresh: what comes before it in its batch.

    Raises:
        Refusal: `bad_invite` or `no_such_person`.
    """
    gone = {other.id for other in fresh if isinstance(other, Revoked)}
    if isinstance(event, Entered):
        _check_enters(db, event, gone, fresh)
        return
    which = "SELECT 1 FROM guests WHERE id = ? AND revoked IS NULL"
    came = db.execute(which, (event.id,)).fetchone() is not None
    came = came or any(isinstance(e, Entered) and e.user.id == event.id for e in fresh)
    if event.id in gone or not came:
        raise Refusal("no_such_person")


def _check_enters(
    db: sqlite3.Connection, event: Entered, gone: set[str], fresh: Sequence[Grant | Entered]
) -> None:
    made = _made(db, event.invite, fresh)
    if made is None or gone & {made.id, event.user.id} or event.at >= made.until:
        raise Refusal("bad_invite")
    rows = db.execute("SELECT hash, id, revoked FROM guests WHERE invite = ?", (made.id,))
    there = {hash: (id, revoked) for hash, id, revoked in rows}
    for other in fresh:
        if isinstance(other, Entered) and other.invite == made.id:
            there[other.hash] = (other.user.id, None)
    again = there.get(event.hash)
    # Under a ticket that is known, only the very same guest comes again.
    if again != (event.user.id, None) if again else len(there) >= made.uses:
        raise Refusal("bad_invite")


def _made(db: sqlite3.Connection, id: str, fresh: Sequence[Grant | Entered]) -> InviteMade | None:
    """The invite with this id, where it was not revoked before this batch."""
    for other in fresh:
        if isinstance(other, InviteMade) and other.id == id:
            return other
    which = "SELECT body FROM grants WHERE id = ? AND kind = 'invite' AND revoked IS NULL"
    row = db.execute(which, (id,)).fetchone()
    return None if row is None else _invite.decode(row[0])


INVITES = """
SELECT body, (SELECT count(*) FROM guests WHERE invite = grants.id)
FROM grants WHERE kind = 'invite' AND revoked IS NULL
"""


def invites(db: sqlite3.Connection, room: str | None = None) -> list[Invite]:
    """The invites that open a room or any room, oldest first, without those that were revoked."""
    which = " AND (:room IS NULL OR :room IN (SELECT value FROM json_each(body, '$.rooms')))"
    rows = db.execute(INVITES + which + " ORDER BY at, id", {"room": room})
    return [shown(_invite.decode(body), used) for body, used in rows]


def invite(db: sqlite3.Connection, hash: str) -> tuple[InviteMade, int] | None:
    """The invite whose key has this hash, and how many came by it; None where there is none, or
    where it was revoked."""
    row = db.execute(INVITES + " AND hash = ?", (hash,)).fetchone()
    return None if row is None else (_invite.decode(row[0]), row[1])


def shown(made: InviteMade, used: int) -> Invite:
    """What the list of invites says of one."""
    return Invite(
        made.id,
        made.rooms,
        made.at,
        made.user,
        made.until,
        made.uses,
        used,
        past=not made.since,
    )


GUESTS = """
SELECT guests.body, grants.body, guests.at FROM guests JOIN grants ON grants.id = guests.invite
WHERE guests.revoked IS NULL AND grants.revoked IS NULL
"""


def guests(
    db: sqlite3.Connection, at: int, room: str | None = None, invite: str | None = None
) -> list[Guest]:
    """The guests whose visits last `at` that time, who came first first: of a room, of the invite
    with this id, or all of them."""
    which = """ AND json_extract(grants.body, '$.until') > :at
        AND (:invite IS NULL OR invite = :invite)
        AND (:room IS NULL OR :room IN (SELECT value FROM json_each(grants.body, '$.rooms')))
        ORDER BY guests.at, guests.id"""
    rows = db.execute(GUESTS + which, {"at": at, "room": room, "invite": invite})
    found = [(_entered.decode(guest), came) for guest, _, came in rows]
    return [Guest(guest.user, came, guest.invite) for guest, came in found]


def guest(db: sqlite3.Connection, hash: str) -> Visit | None:
    """Whose ticket has this hash, and by which invite they came; None where one of the two was
    revoked."""
    row = db.execute(GUESTS + " AND guests.hash = ?", (hash,)).fetchone()
    return None if row is None else Visit(_entered.decode(row[0]), _invite.decode(row[1]))
