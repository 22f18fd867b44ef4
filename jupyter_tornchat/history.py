"""The history file: what is in it, and how it is opened.

A file that is not ours, or that a newer version wrote, is refused and left as it was.
"""

from __future__ import annotations

import logging
import os
import secrets
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from . import fold, tables
from .protocol import Refusal

APPLICATION_ID = 0x746F726E  # "torn", so that another program's file is told from ours
VERSION = 4
BUSY_SECONDS = 5.0
SQLITE = (3, 33)  # UPDATE … FROM

SCHEMA = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entries (
    offset INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,  -- 0: not a room's content
    id TEXT,               -- NULL: nothing that a client could send twice
    body TEXT NOT NULL     -- JSON of the event
);
CREATE UNIQUE INDEX entries_by_id ON entries (room, id) WHERE id IS NOT NULL;
CREATE TABLE keep (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
{tables.SCHEMA}
"""


def open_for_writing(path: Path, log: logging.Logger) -> sqlite3.Connection:
    """Open the file, or make it with its folder.

    Args:
        log: where to say what people should know of the storage.

    Raises:
        Refusal: `unavailable`, where the file is nothing to keep a history in.
        OSError, sqlite3.Error: it cannot be opened.
    """
    if sqlite3.sqlite_version_info < SQLITE:
        raise Refusal("unavailable", f"SQLite {sqlite3.sqlite_version} is too old")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Made by us and not by SQLite, so that nobody else on the machine can read it.
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    regular = stat.S_ISREG(os.fstat(file).st_mode)
    os.close(file)
    if not regular:
        raise Refusal("unavailable", "it is not a file")
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _prepare(db, _journal_mode(path, log))
    except BaseException:
        db.close()
        raise
    return db


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A connection for the thread that asks; some other thread may close it."""
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA query_only = ON")
    return db


def examine(path: Path) -> str:
    """What is wrong with a file that is there, which is left as it is; empty where nothing is.

    Raises:
        Refusal: `unavailable`, where the file is nothing to keep a history in.
        OSError, sqlite3.Error: it cannot be read.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        if _is_new(db):
            return ""
        (said,) = db.execute("PRAGMA quick_check(1)").fetchone()
        return "" if said == "ok" else said


def pragma(db: sqlite3.Connection, name: str) -> int:
    """The value of one of SQLite's settings."""
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def _journal_mode(path: Path, log: logging.Logger) -> str:
    file_system = network_file_system(path)
    if file_system is None:
        return "WAL"
    # WAL needs memory that is shared by all who write: https://sqlite.org/wal.html
    log.warning(
        "jupyter_tornchat: %s lies on a network file system (%s): slower, and at the"
        " mercy of its locks; a local disk is better (TornChat.storage)",
        path,
        file_system,
    )
    return "DELETE"


def _prepare(db: sqlite3.Connection, journal_mode: str) -> None:
    _is_new(db)  # before anything is written: a file that is not ours is left as it was
    db.execute(f"PRAGMA journal_mode = {journal_mode}")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA fullfsync = ON")  # means something on macOS only
    db.execute("BEGIN IMMEDIATE")
    try:
        if _is_new(db):
            _create(db)
        elif pragma(db, "user_version") < VERSION:
            _migrate(db)
        db.execute("COMMIT")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def _is_new(db: sqlite3.Connection) -> bool:
    """Whether nobody has written to the file yet; refuses one that is not ours, or too new."""
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables:
        return True
    if pragma(db, "application_id") != APPLICATION_ID:
        raise Refusal("unavailable", "it is another program's file")
    if (version := pragma(db, "user_version")) > VERSION:
        raise Refusal("unavailable", f"a newer jupyter_tornchat wrote it (schema {version})")
    return False


def _create(db: sqlite3.Connection) -> None:
    for statement in SCHEMA.split(";"):  # executescript() would commit
        db.execute(statement)
    db.execute("INSERT INTO meta VALUES ('epoch', ?)", (secrets.token_hex(16),))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def _migrate(db: sqlite3.Connection) -> None:
    """An older file as today's would be: the log is the same, and the view is folded anew."""
    fold.rebuild(db)
    db.execute(f"PRAGMA user_version = {VERSION}")


def network_file_system(path: Path, mounts: Path = Path("/proc/mounts")) -> str | None:
    """The kind of network file system `path` lies on; None where it is a local one, or where
    the system does not tell."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return None
    found = (Path("/"), "")
    for line in lines:
        _, folder, kind, *_ = line.split()
        folder = Path(folder.encode().decode("unicode_escape"))  # a space is written \040
        if path.absolute().is_relative_to(folder) and len(folder.parts) >= len(found[0].parts):
            found = (folder, kind)
    remote = ("nfs", "cifs", "smb", "fuse.", "9p", "lustre", "ceph", "gpfs", "beegfs", "afs")
    return found[1] if found[1].startswith(remote) else None
