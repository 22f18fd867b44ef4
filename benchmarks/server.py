"""A real jupyter_server with the chat in it, and what the operating system says of it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType

TOKEN = "benchmark"
TICKS = os.sysconf("SC_CLK_TCK")


class NotebookServer:
    """A jupyter_server on a free port of this machine, as people run it, without rate limits."""

    def __enter__(self) -> NotebookServer:
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        places = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
        environment = os.environ | {f"JUPYTER_{name}": self.folder.name for name in places}
        self.log = (Path(self.folder.name) / "server.log").open("wb")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                f"--ServerApp.port={self.port}",
                "--ServerApp.port_retries=0",
                f"--IdentityProvider.token={TOKEN}",
                "--ServerApp.jpserver_extensions={'jupyter_tornchat': True}",
                f"--ServerApp.root_dir={self.folder.name}",
                "--TornChat.message_rate=0",
                "--TornChat.max_connections=6000",
            ],
            env=environment,
            stdout=self.log,
            stderr=self.log,
        )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def _wait(self) -> None:
        until = time.monotonic() + 30
        signed = {"Authorization": f"token {TOKEN}"}
        health = urllib.request.Request(self.url + "api/health", headers=signed)
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(health, timeout=1) as answer:
                    if not json.load(answer)["trouble"]:
                        return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit(Path(self.log.name).read_text())

    @property
    def url(self) -> str:
        """The chat's address."""
        return f"http://127.0.0.1:{self.port}/tornchat/"

    @property
    def cpu(self) -> float:
        """Seconds of CPU time that the process has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    @property
    def memory(self) -> int:
        """Bytes of memory that the process holds."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
