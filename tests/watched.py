"""The chat server of its own, watched: `python watched.py REPORT [OPTION …]`.

From the signal SIGUSR1 until the end it writes down, as lines of JSON into REPORT, each callback
of the event loop that computed for 20 ms or longer, and each call in the loop's thread that may
wait for something else: opening a file or a database, or asking for an address.

It counts the processor's time of the loop's own thread. A wall clock, such as the one of asyncio's
debug mode, also shows what other programs of the machine do; and debug mode itself takes longer,
to read and quote the sources of what it watches.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import threading
from pathlib import Path
from time import thread_time
from typing import Any

from jupyter_tornchat.server import main

SLOW_SECONDS = 0.02
WAITS = {"open", "sqlite3.connect", "socket.getaddrinfo", "subprocess.Popen", "os.listdir"}


class Watch:
    """Looks at everything that runs in the main thread."""

    def __init__(self, report: Path) -> None:
        self.report = report.open("w")
        self.armed = False
        self.callbacks = 0
        self._run = asyncio.Handle._run

    def start(self) -> None:
        signal.signal(signal.SIGUSR1, self.arm)
        sys.addaudithook(self.audit)
        watch = self

        def run(handle: asyncio.Handle) -> None:
            began = thread_time()
            watch._run(handle)
            watch.ran(handle, thread_time() - began)

        asyncio.Handle._run = run  # type: ignore[method-assign]

    def arm(self, *_: Any) -> None:
        self.armed = True
        self.note("armed", "")

    def ran(self, handle: asyncio.Handle, seconds: float) -> None:
        self.callbacks += self.armed
        if self.armed and seconds >= SLOW_SECONDS:
            whose = getattr(handle._callback, "__self__", handle)
            self.note("slow", f"{seconds:.3f} s: {whose!r}")

    def audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.armed or event not in WAITS:
            return
        if threading.current_thread() is threading.main_thread() and self.callbacks:
            self.note("waits", f"{event} {args[0]!r}")

    def note(self, what: str, words: str) -> None:
        print(json.dumps({"what": what, "words": words}), file=self.report, flush=True)


if __name__ == "__main__":
    watch = Watch(Path(sys.argv[1]))
    watch.start()
    try:
        main(sys.argv[2:])
    finally:
        watch.note("callbacks", str(watch.callbacks))
