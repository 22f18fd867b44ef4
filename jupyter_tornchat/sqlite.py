"""The log in one SQLite file, for the servers of one machine.

Rules of this file:

- One writer thread runs SQLite and nothing else: what waits shares one commit, and a commit is on
  disk (`synchronous=FULL`) before anyone hears of it.
- Several servers may share the file: places are given inside `BEGIN IMMEDIATE`, and each server
  follows the others' commits by `PRAGMA data_version`.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
from asyncio import Future
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from .batch import BATCH, Answer, Append, Batch, Job, Put, keep_values, next_entries
from .events import Event
from .history import open_for_reading, open_for_writing, pragma
from .log import Deliver, Entry, Receipt
from .protocol import Refusal
from .readers import settle
from .sight import ALL, Sight

WAITING = 5_000
"""Appends that may wait for the disk before new ones are refused."""
FOLLOW_SECONDS = 0.2
"""How often an idle server looks for what other servers of the same file wrote."""


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
        self.trouble = ""
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

    def append(self, event: Event, sight: Sight = ALL) -> Future[Receipt]:
        body = msgspec.json.encode(event).decode()
        future: Future[Receipt] = self._loop.create_future()
        self._enqueue(Append(event, body, future, sight))
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
        return open_for_reading(self.path)

    def _enqueue(self, job: Job) -> None:
        if self._stopped is None or self._stopped.done():
            job.future.set_exception(Refusal("unavailable", "the chat has stopped"))
        elif self._jobs.qsize() >= WAITING:
            job.future.set_exception(Refusal("unavailable", "the disk does not keep up", 1.0))
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

    def _open(self) -> sqlite3.Connection:
        db = open_for_writing(self.path, self.log)
        try:
            (self.epoch,) = db.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
            (self._offset,) = db.execute("SELECT coalesce(max(offset), 0) FROM entries").fetchone()
        except BaseException:
            db.close()
            raise
        return db

    def _serve(self, db: sqlite3.Connection) -> None:
        seen = -1  # no version: others may have written since the file was opened
        going = True
        while going:
            jobs, going = self._take()
            # A batch brings with it what others wrote.
            if not jobs or not self._keep(db, jobs):
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

    def _keep(self, db: sqlite3.Connection, jobs: list[Job]) -> bool:
        """One batch, one commit; everyone in it hears how it went. Whether it went well."""
        try:
            db.execute("BEGIN IMMEDIATE")
            batch = Batch(db, self._offset, [j for j in jobs if isinstance(j, Append)])
            batch.write()
            keep_values(db, [j for j in jobs if isinstance(j, Put)])
            db.execute("COMMIT")
        except Exception as error:  # noqa: BLE001  the thread lives on, whatever it was
            refusal = self._refusal(error)
            self._tell(self._settle, [(job.future, refusal) for job in jobs])
            with suppress(sqlite3.Error):
                if db.in_transaction:
                    db.execute("ROLLBACK")
            return False
        self.trouble = ""
        done: list[Answer] = [(j.future, None) for j in jobs if isinstance(j, Put)]
        self._offset += len(batch.entries)
        self._tell(self._announce, batch.entries, done + batch.answers)
        return True

    def _follow(self, db: sqlite3.Connection, seen: int) -> int:
        """Hand out what other servers of the same file wrote, if it has changed since `seen`;
        which `data_version` has been seen now."""
        try:
            version = pragma(db, "data_version")
            while version != seen and (entries := next_entries(db, self._offset)):
                self._offset += len(entries)
                self._tell(self._announce, entries, [])
        except Exception as error:  # noqa: BLE001  the thread lives on, whatever it was
            self._refusal(error)
            return seen
        if version != seen:
            self.trouble = ""
        return version

    def _refusal(self, error: Exception) -> Refusal:
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        complaint = "the disk is full" if full else f"{type(error).__name__}: {error}"
        if complaint != self.trouble:  # once, not for each message
            self.trouble = complaint
            self.log.error("jupyter_tornchat: %s cannot be used: %s", self.path, complaint)
        if full:
            return Refusal("storage_full")
        return Refusal("unavailable", "the message cannot be kept at the moment")

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
            settle(future, answer)

    def _end(self) -> None:
        """The writer thread is gone; whoever came too late for it hears so."""
        assert self._stopped is not None
        while not self._jobs.empty():
            if (job := self._jobs.get()) is not None:
                self._settle([(job.future, Refusal("unavailable", "the chat has stopped"))])
        self._settle([(self._stopped, None)])
