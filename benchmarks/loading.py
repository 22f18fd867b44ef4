"""A load that runs beside the process that measures."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

from peers import Peer

LOAD = Path(__file__).parent / "load.py"
FILES = 16_384
"""Open files that a process may need here."""


ANSWER_SECONDS = 90.0
"""How long the load may take to connect, or to tell what it found."""


class TooSlow(Exception):
    """The server did not keep up: its clients were not in, or did not have everything, in time."""


def more_files() -> None:
    """Let this process, and all that it starts, open as many files as it may need here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, FILES)), hard))


class Load:
    """Clients of a server, in a process of their own.

    Args:
        peer: the server.
        task: `readers`, `rooms`, `characters`, `warm_up`, `seconds`, and `window` or `rate`.
    """

    def __init__(self, peer: Peer, **task: Any) -> None:
        self.peer = peer
        more_files()
        dialect = {**peer.dialect._asdict(), "headers": dict(peer.dialect.headers)}
        self.task = {"port": peer.port, "dialect": dialect, "rooms": 1, **task}

    def __enter__(self) -> Self:
        self.peer.open_rooms([f"room{number}" for number in range(self.task["rooms"])])
        self.process = subprocess.Popen(
            [sys.executable, str(LOAD), json.dumps(self.task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            self.hear()
        except BaseException:
            self.process.kill()
            self.process.communicate()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def hear(self) -> dict[str, Any]:
        """What the load tells next.

        Raises:
            TooSlow: it does not.
        """
        assert self.process.stdout is not None
        patience = threading.Timer(ANSWER_SECONDS, self.process.kill)
        patience.start()
        line = self.process.stdout.readline()
        patience.cancel()
        if not line:
            if self.process.wait() == -signal.SIGKILL:
                raise TooSlow
            raise SystemExit(f"the load of {self.peer.name} failed: {self.task}")
        return json.loads(line)

    def run(self) -> dict[str, Any]:
        """Speak, and what was heard; with the server's CPU seconds as `server`.

        Raises:
            TooSlow: the server did not keep up.
        """
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.hear()
        cpu = self.peer.cpu
        found = self.hear()
        found["server"] = self.peer.cpu - cpu
        if not self.hear()["whole"]:
            raise TooSlow
        return found
