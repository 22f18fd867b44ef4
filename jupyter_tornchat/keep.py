"""What `Log.put` keeps: the last value under each key."""

from __future__ import annotations

import sqlite3

NEVER = -1
"""The mark of who never read a room; 0 is that of who was in it before anything was said."""


def mark_key(user: str, room: str) -> str:
    """The key of how far somebody has read a room."""
    return f"read:{user}:{room}"


def file_key(room: str, hash: str) -> str:
    """The key of what file was uploaded to a room."""
    return f"file:{room}:{hash}"


def value(db: sqlite3.Connection, key: str) -> str | None:
    """What is kept under a key; None where nothing is."""
    row = db.execute("SELECT value FROM keep WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None
