"""The log in one SQLite file, for the servers of one machine.

Rules of this file:

- One writer thread runs SQLite and nothing else: what waits shares one commit, and a commit is on
  disk (`synchronous=FULL`) before anyone hears of it.
- A batch is a handful of statements however many messages it holds; `view.FOLD` says why.
- Several servers may share the file: places are given inside `BEGIN IMMEDIATE`, and each server
  follows the others' commits by `PRAGMA data_version`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import secrets
import sqlite3
import stat
import threading
from asyncio import Future
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from . import view
from .log import Deliver, Entry, Event, Opened, Receipt, Said
from .protocol import LIMITS, Refusal

APPLICATION_ID = 0x746F726E  # "torn", so that another program's file is told from ours
VERSION = 1
BATCH = 128
"""Appends in one commit: enough that the disk is not the limit (50 in a commit gave 66,000 a
second on a disk of 0.4 ms), few enough that handing them out holds the loop a millisecond."""
WAITING = 20_000
"""Appends that may wait for the disk before new ones are refused."""
FOLLOW_SECONDS = 0.2
"""How often an idle server looks for what other servers of the same file wrote."""
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
{view.SCHEMA}
"""

# What a batch needs to know before it is numbered, in one row: entries that other servers wrote
# since, entries that have an id of this batch already, and the rooms of this batch.
FACTS = """
SELECT
  (SELECT json_group_array(json_array(offset, seq, body)) FROM
     (SELECT offset, seq, body FROM entries WHERE offset > :offset ORDER BY offset)),
  (SELECT json_group_array(json_array(e.offset, e.seq, e.body)) FROM json_each(:ids) AS asked
     JOIN entries AS e ON e.room = json_extract(asked.value, '$[0]')
                      AND e.id = json_extract(asked.value, '$[1]')),
  (SELECT json_group_array(json_array(room, seq)) FROM rooms
     WHERE room IN (SELECT value FROM json_each(:rooms)))
"""

# What other servers wrote, a batch at a time.
NEXT = """
SELECT json_group_array(json_array(offset, seq, body)) FROM
  (SELECT offset, seq, body FROM entries WHERE offset > ? ORDER BY offset LIMIT ?)
"""

INSERT = """
INSERT INTO entries (offset, kind, room, id, seq, body)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
FROM json_each(?)
"""

_event = msgspec.json.Decoder(Event)
_rows = msgspec.json.Decoder(list[tuple[int, int, str]])
_seqs = msgspec.json.Decoder(list[tuple[str, int]])


class Append(NamedTuple):
    """An event on its way to the disk."""

    event: Event
    body: str
    future: Future[Receipt]


class Put(NamedTuple):
    """A value on its way to the disk."""

    key: str
    value: str | None
    future: Future[None]


Job = Append | Put
Answer = tuple["Future[Any]", Any]
"""A future and what it is to be given: a result or an exception."""


class SQLiteLog:
    """`Log` in the SQLite file at `path`; see the contract there.

    Args:
        path: the file; its folder is made where it is missing.
        log: where to say what people should know of the storage.
    """

    def __init__(self, path: Path, log: logging.Logger) -> None:
        self.path = path
        self.log = log
        self.epoch = ""
        self._offset = 0
        self._complaint = ""
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._stopped: Future[None] | None = None

    async def start(self, deliver: Deliver) -> None:
        self._loop = asyncio.get_running_loop()
        self._deliver = deliver
        opened: Future[None] = self._loop.create_future()
        self._stopped = self._loop.create_future()
        # A daemon, so that a disk that hangs never keeps the notebook server from stopping.
        thread = threading.Thread(
            target=self._write, args=(opened,), name="tornchat-writer", daemon=True
        )
        thread.start()
        await opened

    def append(self, event: Event) -> Future[Receipt]:
        body = msgspec.json.encode(event).decode()
        future: Future[Receipt] = self._loop.create_future()
        self._enqueue(Append(event, body, future))
        return future

    def put(self, key: str, value: str | None) -> Future[None]:
        future: Future[None] = self._loop.create_future()
        self._enqueue(Put(key, value, future))
        return future

    async def close(self) -> None:
        if self._stopped is not None:
            self._jobs.put(None)
            await asyncio.shield(self._stopped)  # others may wait for the end too

    def connect(self) -> sqlite3.Connection:
        """A connection for reading, for the thread that asks."""
        db = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        db.execute("PRAGMA query_only = ON")
        return db

    def _enqueue(self, job: Job) -> None:
        if self._stopped is None or self._stopped.done():
            job.future.set_exception(Refusal("unavailable", "the chat has stopped"))
        elif self._jobs.qsize() >= WAITING:
            job.future.set_exception(Refusal("unavailable", "the disk does not keep up"))
        else:
            self._jobs.put(job)

    # ------------------------------------------------------------- on the writer thread

    def _write(self, opened: Future[None]) -> None:
        try:
            db = self._open()
        except Exception as error:  # noqa: BLE001  whatever it was, somebody waits to hear
            why = error.reason if isinstance(error, Refusal) else str(error)
            problem = Refusal("unavailable", f"the history at {self.path} cannot be used: {why}")
            self._tell(self._settle, [(opened, problem)])
            self._tell(self._end)
            return
        self._tell(self._settle, [(opened, None)])
        try:
            self._serve(db)
        finally:
            db.close()
            self._tell(self._end)

    def _serve(self, db: sqlite3.Connection) -> None:
        seen = -1  # no version: others may have written since the file was opened
        going = True
        while going:
            jobs, going = self._take()
            if jobs:
                self._keep(db, jobs)
            else:
                seen = self._follow(db, seen)

    def _take(self) -> tuple[list[Job], bool]:
        """What waits, at most a batch, and whether there will be more."""
        jobs: list[Job] = []
        try:
            while len(jobs) < BATCH:
                job = self._jobs.get(block=not jobs, timeout=FOLLOW_SECONDS)
                if job is None:
                    return jobs, False
                jobs.append(job)
        except queue.Empty:
            pass
        return jobs, True

    def _keep(self, db: sqlite3.Connection, jobs: list[Job]) -> None:
        """One batch, one commit; everyone in it hears how it went."""
        try:
            db.execute("BEGIN IMMEDIATE")
            batch = Batch(db, self._offset, [j for j in jobs if isinstance(j, Append)])
            batch.write()
            _put(db, [j for j in jobs if isinstance(j, Put)])
            db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  the thread lives on, whatever it was
            refusal = self._refusal(error)
            self._tell(self._settle, [(job.future, refusal) for job in jobs])
            if db.in_transaction:
                db.execute("ROLLBACK")
            return
        self._complaint = ""
        done: list[Answer] = [(j.future, None) for j in jobs if isinstance(j, Put)]
        self._offset += len(batch.entries)
        self._tell(self._announce, batch.entries, done + batch.answers)

    def _follow(self, db: sqlite3.Connection, seen: int) -> int:
        """Hand out what other servers of the same file wrote, if it has changed since `seen`;
        which `data_version` has been seen now."""
        try:
            version = _pragma(db, "data_version")
            while version != seen and (entries := self._next_entries(db)):
                self._offset += len(entries)
                self._tell(self._announce, entries, [])
        except sqlite3.Error as error:
            self._refusal(error)
            return seen
        return version

    def _next_entries(self, db: sqlite3.Connection) -> list[Entry]:
        (found,) = db.execute(NEXT, (self._offset, BATCH)).fetchone()
        return _entries(found)

    def _refusal(self, error: Exception) -> Refusal:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        complaint = "the disk is full" if full else f"{type(error).__name__}: {error}"
        if complaint != self._complaint:  # once, not for each message
            self._complaint = complaint
            self.log.error("jupyter_tornchat: %s cannot be used: %s", self.path, complaint)
        if full:
            return Refusal("storage_full")
        return Refusal("unavailable", "the message cannot be kept at the moment")

    def _open(self) -> sqlite3.Connection:
        if sqlite3.sqlite_version_info < SQLITE:
            raise Refusal("unavailable", f"SQLite {sqlite3.sqlite_version} is too old")
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Made by us and not by SQLite, so that nobody else on the machine can read it.
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        regular = stat.S_ISREG(os.fstat(file).st_mode)
        os.close(file)
        if not regular:
            raise Refusal("unavailable", "it is not a file")
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        _is_new(db)  # before anything is written: a file that is not ours is left as it was
        journal = "WAL"
        if file_system := network_file_system(self.path):
            # WAL needs memory that is shared by all who write: https://sqlite.org/wal.html
            journal = "DELETE"
            self.log.warning(
                "jupyter_tornchat: %s lies on a network file system (%s): slower, and at the"
                " mercy of its locks; a local disk is better (TornChat.storage)",
                self.path,
                file_system,
            )
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # means something on macOS only
        db.execute("BEGIN IMMEDIATE")
        try:
            if _is_new(db):
                _create(db)
            (self.epoch,) = db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
            (self._offset,) = db.execute("SELECT coalesce(max(offset), 0) FROM entries").fetchone()
            db.execute("COMMIT")
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")

    def _tell(self, method: Callable[..., None], *args: Any) -> None:
        with suppress(RuntimeError):  # the loop has closed: nobody is left to hear it
            self._loop.call_soon_threadsafe(method, *args)

    # ---------------------------------------------------------------- on the event loop

    def _announce(self, entries: Sequence[Entry], answers: list[Answer]) -> None:
        if entries:
            self._deliver(entries)
        self._settle(answers)

    def _settle(self, answers: list[Answer]) -> None:
        for future, answer in answers:
            if future.done():  # whoever asked has gone away meanwhile
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _end(self) -> None:
        """The writer thread is gone; whoever came too late for it hears so."""
        assert self._stopped is not None
        while not self._jobs.empty():
            if (job := self._jobs.get()) is not None:
                self._settle([(job.future, Refusal("unavailable", "the chat has stopped"))])
        self._settle([(self._stopped, None)])


class Batch:
    """Appends that share one commit: gives each its place, or says why it gets none.

    Args:
        db: inside a write transaction.
        offset: of the newest entry that this server has handed out.
        jobs: at most `BATCH`.
    """

    def __init__(self, db: sqlite3.Connection, offset: int, jobs: list[Append]) -> None:
        self.db = db
        self.jobs = jobs
        self.answers: list[Answer] = []
        said = [job.event for job in jobs if isinstance(job.event, Said)]
        (others, same, rooms) = db.execute(
            FACTS,
            {
                "offset": offset,
                "ids": _json([(event.room, event.id) for event in said]),
                "rooms": _json([job.event.room for job in jobs]),
            },
        ).fetchone()
        self.entries = _entries(others)
        """What is to be handed out, in order: first what other servers wrote meanwhile."""
        self.folded = offset + len(self.entries)
        self.known = {_key(entry.event): entry for entry in _entries(same)}
        self.seqs = dict(_seqs.decode(rooms))

    def write(self) -> None:
        """Number and insert what can be kept, and fold it into the view."""
        rows: list[tuple[int, str, str, str | None, int, str]] = []
        offset = self.folded
        for job in self.jobs:
            try:
                entry, again = self._place(job.event, offset + 1)
            except Refusal as refusal:
                self.answers.append((job.future, refusal))
                continue
            self.answers.append((job.future, Receipt(entry, again)))
            if not again:
                offset = entry.offset
                self.entries.append(entry)
                rows.append((offset, *_columns(job.event), entry.seq, job.body))
        if rows:
            self.db.execute(INSERT, (_json(rows),))
            view.fold(self.db, self.folded)

    def _place(self, event: Event, offset: int) -> tuple[Entry, bool]:
        if isinstance(event, Opened):
            self._check_opening(event)
            self.seqs[event.room] = 0
            return Entry(offset, 0, event), False
        if before := self.known.get(_key(event)):
            if isinstance(before.event, Said) and before.event.text == event.text:
                return before, True
            raise Refusal("conflict")
        if event.room not in self.seqs:
            raise Refusal("no_such_room")
        self.seqs[event.room] += 1
        entry = self.known[_key(event)] = Entry(offset, self.seqs[event.room], event)
        return entry, False

    def _check_opening(self, event: Opened) -> None:
        if event.room in self.seqs:
            raise Refusal("room_exists")
        opened = [e.event for e in self.entries if isinstance(e.event, Opened)]
        by = event.user.id if event.user else ""
        (rooms, own) = self.db.execute(
            "SELECT count(*), count(*) FILTER (WHERE json_extract(user, '$.id') = ?) FROM rooms",
            (by,),
        ).fetchone()
        own += sum(e.user is not None and e.user.id == by for e in opened)
        if rooms + len(opened) >= LIMITS.rooms:
            raise Refusal("too_many_rooms", f"this server has {LIMITS.rooms:,} rooms already")
        if by and own >= LIMITS.rooms_created:
            raise Refusal("too_many_rooms", f"you have opened {LIMITS.rooms_created} rooms already")


def _columns(event: Event) -> tuple[str, str, str | None]:
    """`kind`, `room` and `id` of an entry's row."""
    if isinstance(event, Said):
        return "said", event.room, event.id
    return "opened", event.room, None


def _key(event: Event) -> tuple[str, str]:
    return (event.room, event.id if isinstance(event, Said) else "")


def _entries(found: str) -> list[Entry]:
    return [Entry(offset, seq, _event.decode(body)) for offset, seq, body in _rows.decode(found)]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _put(db: sqlite3.Connection, jobs: list[Put]) -> None:
    last = {job.key: job.value for job in jobs}
    for key, value in last.items():
        if value is None:
            db.execute("DELETE FROM keep WHERE key = ?", (key,))
        else:
            db.execute("INSERT OR REPLACE INTO keep VALUES (?, ?)", (key, value))


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return db.execute(f"PRAGMA {name}").fetchone()[0]


def _is_new(db: sqlite3.Connection) -> bool:
    """Whether nobody has written to the file yet; refuses one that is not ours, or too new."""
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if not tables:
        return True
    if _pragma(db, "application_id") != APPLICATION_ID:
        raise Refusal("unavailable", "it is another program's file")
    if (version := _pragma(db, "user_version")) > VERSION:
        raise Refusal("unavailable", f"a newer jupyter_tornchat wrote it (schema {version})")
    return False


def _create(db: sqlite3.Connection) -> None:
    for statement in SCHEMA.split(";"):  # executescript() would commit
        db.execute(statement)
    db.execute("INSERT INTO meta VALUES ('epoch', ?)", (secrets.token_hex(16),))
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
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
