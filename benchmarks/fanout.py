"""One question: how many people can a room of a notebook server tell something, and at what cost?

Inside a real jupyter_server, durable, with history. Nothing else should run on the machine.

    python benchmarks/fanout.py
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from server import TOKEN, NotebookServer

HERE = Path(__file__).parent
READERS = (100, 1000)
WINDOWS = (1, 32)
SECONDS = 5.0
WARM_UP = 1.0
CHARACTERS = 60
HEAD = ("readers", "window", "deliveries/s", "µs CPU", "KB/connection", "load", "server")


def measure(readers: int, window: int) -> tuple[str, ...]:
    """One row of the table."""
    with NotebookServer() as server:
        task = {
            "url": server.url + "chat",
            "headers": {"Authorization": f"token {TOKEN}"},
            "room": "lobby",
            "readers": readers,
            "window": window,
            "characters": CHARACTERS,
            "warm_up": WARM_UP,
            "seconds": SECONDS,
        }
        before = server.memory
        load = subprocess.Popen(
            [sys.executable, str(HERE / "load.py"), json.dumps(task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert load.stdin is not None and load.stdout is not None
        connected = json.loads(load.stdout.readline())["connected"]
        idle = (server.memory - before) / connected
        load.stdin.write("\n")
        load.stdin.flush()
        load.stdout.readline()
        cpu = server.cpu
        result = json.loads(load.stdout.readline())
        cpu = server.cpu - cpu
        whole = json.loads(load.stdout.readline() or "{}")
        if load.wait() or not whole.get("whole"):
            raise SystemExit(f"the load failed with {readers} readers, window {window}")
    seconds = result["seconds"]
    return (
        f"{readers:,}",
        f"{window}",
        f"{result['deliveries'] / seconds:,.0f}",
        f"{cpu / result['deliveries'] * 1e6:.2f}",
        f"{idle / 1024:.1f}",
        f"{result['cpu'] / seconds:.0%}",
        f"{cpu / seconds:.0%}",
    )


def main() -> None:
    """Print the table."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{CHARACTERS} characters, {SECONDS:.0f} s each, durable (synchronous=FULL)\n")
    print("| " + " | ".join(HEAD) + " |")
    print("|" + " ---: |" * len(HEAD), flush=True)
    for readers in READERS:
        for window in WINDOWS:
            print("| " + " | ".join(measure(readers, window)) + " |", flush=True)


if __name__ == "__main__":
    main()
