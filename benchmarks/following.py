"""One question: does a cell take longer because a room is told when it is over?

A real jupyter_server and a real kernel, which prints so many lines: as one prints, so that the
kernel joins many to one message, and each flushed, so that each is a message of its own. Nothing
else should run on the machine.

    python benchmarks/following.py
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
import urllib.request
import uuid
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from server import TOKEN, NotebookServer

LINES = 100_000
ROUNDS = 5
HEAD = (
    "each line flushed",
    "alone s",
    "followed s",
    "ratio",
    "server alone s CPU",
    "followed s CPU",
)
CELL = """
import pathlib, time
pathlib.Path({ready!r}).touch()
while not pathlib.Path({gate!r}).exists(): time.sleep(0.01)
began = time.perf_counter()
for line in range({lines}): print(line, flush={flush})
took = time.perf_counter() - began
"""


class Bench:
    """A server with a kernel."""

    def __init__(self, server: NotebookServer) -> None:
        self.server = server
        self.kernel: str = self.post(f"http://127.0.0.1:{server.port}/api/kernels", {})["id"]
        self.client: Any = BlockingKernelClient()

    def post(self, url: str, body: dict[str, str]) -> Any:
        """What the server answers."""
        headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def connect(self) -> None:
        """Reach the kernel, beside the server."""
        folder = self.server.folder
        self.client.load_connection_file(str(folder / f"kernel-{self.kernel}.json"))
        self.client.start_channels(iopub=False, stdin=False, hb=False)  # nobody else listens

    def run(self, flush: bool, followed: bool) -> tuple[float, float]:
        """Seconds that the printing took in the kernel, and of the server's CPU."""
        gate = self.server.folder / uuid.uuid4().hex
        ready = gate.with_suffix(".ready")
        code = CELL.format(ready=str(ready), gate=str(gate), lines=LINES, flush=flush)
        asked = self.client.execute(code, user_expressions={"took": "took"})
        while not ready.exists():
            time.sleep(0.01)
        if followed:
            body = {"id": gate.name, "kernel": self.kernel}
            url = f"{self.server.url}api/rooms/lobby/jobs"
            self.post(url, body)
        cpu = self.server.cpu
        gate.touch()
        while (answer := self.client.get_shell_msg())["parent_header"]["msg_id"] != asked:
            pass
        took = answer["content"]["user_expressions"]["took"]["data"]["text/plain"]
        return float(took), self.server.cpu - cpu


def measure(flush: bool) -> tuple[str, ...]:
    """One row of the table: by turns, so that what changes on the machine is in both."""
    with NotebookServer() as server:
        bench = Bench(server)
        bench.connect()
        runs: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
        for _ in range(ROUNDS):
            for followed, took in runs.items():
                took.append(bench.run(flush, followed))
        bench.client.stop_channels()
    alone, followed = (list(map(statistics.median, zip(*r, strict=True))) for r in runs.values())
    ratio = followed[0] / alone[0]
    return (
        "yes" if flush else "no",
        f"{alone[0]:.2f}",
        f"{followed[0]:.2f}",
        f"{ratio:.2f}",
        f"{alone[1]:.2f}",
        f"{followed[1]:.2f}",
    )


def main() -> None:
    """Print the table."""
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{LINES:,} lines, the median of {ROUNDS} rounds\n")
    print("| " + " | ".join(HEAD) + " |")
    print("|" + " ---: |" * len(HEAD), flush=True)
    for flush in (False, True):
        print("| " + " | ".join(measure(flush)) + " |", flush=True)


if __name__ == "__main__":
    main()
