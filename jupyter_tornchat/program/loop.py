"""The loop that a program's rooms run on, apart from what the program itself does.

Rules of this file:

- One daemon thread with one event loop a process, started when it is first needed. So a room hears
  while a cell runs, and a cell that has a loop of its own is not in the way.
- A child of `os.fork` has none of its parent's threads: it starts a loop of its own, and leaves the
  parent's as it is, for the two share its files.
- What blocks can be interrupted: what was asked for is then told to end, and has a moment to do so.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any, TypeVar

T = TypeVar("T")

LEAVING_SECONDS = 3.0
"""How long what is interrupted, or still runs at the end of the process, may take to end."""


class Process:
    """What this process has of a loop."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.shared: dict[Any, Any] = {}
        """What lives on the loop, once for all who use it."""
        self.left: list[Any] = []
        """The same of processes that this one was forked from: to tidy it up would take files
        from the parent that it waits for."""

    def forked(self) -> None:
        """This is a child, in which nothing runs yet."""
        self.lock = threading.Lock()
        self.left.append((self.loop, self.shared))
        self.loop, self.shared = None, {}


_here = Process()


def loop() -> asyncio.AbstractEventLoop:
    """The loop of this process; it runs."""
    with _here.lock:
        if _here.loop is None:
            _here.loop = asyncio.new_event_loop()
            threading.Thread(target=_run, args=(_here.loop,), name="tornchat", daemon=True).start()
        return _here.loop


def shared(key: Any, make: Callable[[], T]) -> T:
    """What lives on the loop under this key; made when it is first asked for."""
    with _here.lock:
        if key not in _here.shared:
            _here.shared[key] = make()
        return _here.shared[key]


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Do it on the loop, and wait for what comes of it.

    Raises:
        RuntimeError: this is the loop's own thread, which would wait for itself.
    """
    try:
        home = loop()
    except BaseException:  # Control-C, while the thread begins
        coroutine.close()
        raise
    if _running() is home:
        coroutine.close()
        raise RuntimeError("a Room blocks, and this runs on its own loop: use connect() here")
    done: Future[T] = Future()
    tasks: list[asyncio.Task[None]] = []
    context = copy_context()  # what is handled right now is known there too

    async def finish() -> None:
        try:
            done.set_result(await coroutine)
        except BaseException as error:  # noqa: BLE001  it is raised where it is waited for
            done.set_exception(error)

    def begin() -> None:
        tasks.append(home.create_task(finish(), context=context))

    home.call_soon_threadsafe(begin)
    try:
        return done.result()
    except (KeyboardInterrupt, SystemExit):
        home.call_soon_threadsafe(lambda: [task.cancel() for task in tasks])
        with suppress(BaseException):
            done.exception(LEAVING_SECONDS)
        raise


async def apart(work: Callable[[], T], context: Context) -> T:
    """Do what blocks in a thread of its own, which does not keep the process from ending."""
    home, done = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    def tell(method: Callable[[Any], None], value: Any) -> None:
        if not done.done():
            method(value)

    def do() -> None:
        try:
            method, value = done.set_result, context.run(work)
        except BaseException as error:  # noqa: BLE001  it is raised where it is waited for
            method, value = done.set_exception, error
        with suppress(RuntimeError):  # the loop has ended meanwhile
            home.call_soon_threadsafe(tell, method, value)

    threading.Thread(target=do, name="tornchat-callback", daemon=True).start()
    return await done


def _running() -> asyncio.AbstractEventLoop | None:
    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None


def _run(home: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(home)
    home.run_forever()


def _end() -> None:
    """The process ends: let everything end that runs, for a moment."""
    home = _here.loop
    if home is None or not home.is_running():
        return

    async def end() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    with suppress(BaseException):
        asyncio.run_coroutine_threadsafe(end(), home).result(LEAVING_SECONDS)
    home.call_soon_threadsafe(home.stop)


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_here.forked)
