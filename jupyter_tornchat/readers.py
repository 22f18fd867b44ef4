"""Readers: threads that answer questions to a SQLite file, each on a connection of its own.

They are daemons, so that a disk that hangs never keeps the notebook server from ending; Python's
own thread pools are waited for at the end of the process.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from asyncio import AbstractEventLoop, Future
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import Any, TypeVar

from .protocol import Refusal

T = TypeVar("T")

READERS = 2
CLOSE_SECONDS = 1.0
Question = Callable[[sqlite3.Connection], Any]
Job = tuple[Question, "Future[Any]", AbstractEventLoop]


class Readers:
    """The threads.

    Args:
        connect: opens a connection for reading; called on each thread at its first question.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._read, name=f"tornchat-reader-{number}", daemon=True)
            for number in range(READERS)
        ]
        for thread in self._threads:
            thread.start()

    def ask(self, question: Callable[[sqlite3.Connection], T]) -> Future[T]:
        """The answer of a question that runs in one read transaction, so that what it reads
        belongs to one moment.

        Raises (in the future):
            Refusal: what the question raises, or `unavailable` where the file cannot be read.
        """
        loop = asyncio.get_running_loop()
        future: Future[T] = loop.create_future()
        if self._closed:
            future.set_exception(Refusal("unavailable", "the chat has stopped"))
        else:
            self._jobs.put((question, future, loop))
        return future

    def close(self) -> None:
        """Let go of the threads and their connections; blocks while they finish, at most
        `CLOSE_SECONDS`. SQLite tidies its files up when the last connection is gone."""
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        until = monotonic() + CLOSE_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - monotonic()))

    def _read(self) -> None:
        db: sqlite3.Connection | None = None
        while (job := self._jobs.get()) is not None:
            question, future, loop = job
            try:
                db = db or self._connect()
                answer = _answer(db, question)
            except Refusal as refusal:
                answer = refusal
            except Exception as error:  # noqa: BLE001  a damaged row is no reason to end
                answer = Refusal("unavailable", f"the history cannot be read: {error}")
            with suppress(RuntimeError):  # the loop has closed: nobody is left to hear it
                loop.call_soon_threadsafe(settle, future, answer)
        if db is not None:
            db.close()


def _answer(db: sqlite3.Connection, question: Question) -> Any:
    db.execute("BEGIN")
    try:
        return question(db)
    finally:
        db.execute("ROLLBACK")


def settle(future: Future[Any], answer: Any) -> None:
    """On the event loop: give a future its result or its exception."""
    if future.done():  # whoever asked has gone away meanwhile
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
