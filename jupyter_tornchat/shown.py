"""The files of a room: which were uploaded to it, and which its messages show.

Each function reads the view's tables through a connection of a reader thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

import msgspec

from .keep import file_key
from .protocol import StoredFile
from .sight import Sight

_stored = msgspec.json.Decoder(StoredFile)


def files(
    db: sqlite3.Connection, room: str, hashes: Collection[str], user: str, sight: Sight
) -> dict[str, StoredFile]:
    """As `View.files`."""
    keys = msgspec.json.encode([file_key(room, hash) for hash in hashes]).decode()
    rows = db.execute(
        """SELECT value, EXISTS (SELECT 1 FROM json_each(keep.value, '$.by') AS uploaded
                                 WHERE uploaded.value = ?)
           FROM keep WHERE key IN (SELECT value FROM json_each(?))""",
        (user, keys),
    )
    found = [(_stored.decode(value), own) for value, own in rows]
    return {file.hash: file for file, own in found if own or shows(db, room, file.hash, sight)}


def shows(db: sqlite3.Connection, room: str, hash: str, sight: Sight) -> bool:
    """As `View.shows`."""
    rows = db.execute(
        """SELECT seq, asker FROM shown JOIN messages USING (room, seq)
           WHERE room = ? AND hash = ?""",
        (room, hash),
    )
    return any(sight.shows(*row) for row in rows)


def shown(db: sqlite3.Connection, hashes: Collection[str]) -> set[str]:
    """As `View.shown`."""
    rows = db.execute(
        "SELECT DISTINCT hash FROM shown WHERE hash IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(hashes)).decode(),),
    )
    return {hash for (hash,) in rows}


def uploads(db: sqlite3.Connection, hashes: Collection[str]) -> list[str]:
    """As `View.uploads`."""
    rows = db.execute(
        "SELECT key FROM keep WHERE key GLOB 'file:*' AND substr(key, -64) IN"
        " (SELECT value FROM json_each(?))",
        (msgspec.json.encode(list(hashes)).decode(),),
    )
    return [key for (key,) in rows]
