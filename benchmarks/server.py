"""A server that is measured, and what the operating system says of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Self

TOKEN = "benchmark"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
START_SECONDS = 30.0
SIGNED = {"Authorization": f"token {TOKEN}"}


class Server:
    """A process that listens on a free port of this machine, in a folder of its own."""

    def __enter__(self) -> Self:
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.log = self.folder / "server.log"
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self.temporary.cleanup()

    def start(self) -> None:
        """Begin, or begin again with what is kept."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env=os.environ | self.environment(),
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_SECONDS
        while not self.is_up():
            if time.monotonic() > until or self.process.poll() is not None:
                raise SystemExit(self.log.read_text()[-2000:])
            time.sleep(0.02)

    def stop(self) -> None:
        """End it, kindly first."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut does."""
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def command(self) -> Sequence[str]:
        """What is started."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What it finds in its environment besides."""
        return {}

    def is_up(self) -> bool:
        """Whether it answers."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def pids(self) -> Sequence[int]:
        """The processes that serve."""
        return [self.process.pid]

    @property
    def cpu(self) -> float:
        """Seconds of CPU time that it has used."""
        ticks = 0
        for pid in self.pids:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    @property
    def memory(self) -> int:
        """Bytes of memory that it holds."""
        held = [Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in self.pids]
        return sum(map(int, held)) * PAGE


class JupyterServer(Server):
    """A jupyter_server as people run it, with some extensions."""

    python = sys.executable
    extensions: Sequence[str] = ()

    def command(self) -> Sequence[str]:
        extensions = dict.fromkeys(self.extensions, True)
        return [
            *(self.python, "-m", "jupyter_server", "--no-browser", "--allow-root"),
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.jpserver_extensions={extensions}",
            f"--ServerApp.root_dir={self.folder}",
        ]

    def environment(self) -> dict[str, str]:
        places = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
        return {f"JUPYTER_{name}": str(self.folder) for name in places}

    def is_up(self) -> bool:
        return bool(self.ask("/api/status"))

    def ask(self, path: str) -> object:
        """What the server answers to a GET; None where it does not."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=SIGNED)
        try:
            with urllib.request.urlopen(request, timeout=1) as answer:
                return json.load(answer)
        except OSError:
            return None


class NotebookServer(JupyterServer):
    """A jupyter_server with our chat in it, durable, without rate limits."""

    extensions = ("jupyter_tornchat",)
    rates: Sequence[str] = ("--TornChat.message_rate=0",)
    more: Sequence[str] = ()
    """Further arguments."""

    def command(self) -> Sequence[str]:
        limits = [*self.rates, "--TornChat.max_connections=6000"]
        return [*super().command(), *limits, *self.more]

    def is_up(self) -> bool:
        health = self.ask("/tornchat/api/health")
        return isinstance(health, dict) and not health["trouble"]

    @property
    def url(self) -> str:
        """The chat's address."""
        return f"http://127.0.0.1:{self.port}/tornchat/"
