"""What do people notice who work on the same server while its chat is stormed?

A jupyter_server with the chat and a kernel. While each storm goes on, another process asks for
`api/status` every 10 ms and lets the kernel work out `1` every 20 ms, and the loop of the server
tells how late it is (`inside/lag.py`). Beside it jupyterlab-chat, where it has the same to suffer.
On each tornado that people have, in an environment of its own.

    python benchmarks/neighbour.py
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import environment
from peers import JupyterlabChat, Peer, Tornchat
from report import Report
from server import SIGNED, JupyterServer

from jupyter_tornchat.events import Opened, Said
from jupyter_tornchat.protocol import User
from jupyter_tornchat.sqlite import SQLiteLog

HERE = Path(__file__).parent
TORNADOS = ("6.5", "6.6")
SECONDS, WARM_UP = 8.0, 1.0
MESSAGES = 100_000
FILES = 16_384
"""Open files that a process may need here."""
GOAL_MS, GOAL_IDLE, GOAL_LAG_MS = 25.0, 1.5, 10.0
"""An answer takes so long at most, or so many times as long as in quiet; the loop is late so much
at most. Of 99 in 100."""


class Beside(JupyterServer):
    """A server that is watched while it is stormed."""

    def environment(self) -> dict[str, str]:
        return super().environment() | {"PYTHONPATH": str(HERE / "inside")}

    def begin_kernel(self) -> str:
        """Start a kernel; its id."""
        return self.wait_for("/api/kernels", b"{}")["id"]

    def lag(self) -> list[float]:
        """By how many seconds its loop was late, since it was last asked."""
        return self.wait_for("/benchmark/lag")

    def wait_for(self, path: str, body: bytes | None = None) -> Any:
        """What the server answers, however long it takes."""
        url = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(urllib.request.Request(url, body, SIGNED)) as answer:
            return json.load(answer)


class Ours(Beside, Tornchat):
    """Ours, without rate limits."""

    extensions = ("jupyter_tornchat", "lag")


class Limited(Ours):
    """Ours, as it is installed."""

    rates = ()


class Remembering(Ours):
    """Ours, where much was said."""

    def start(self) -> None:
        asyncio.run(fill(self.folder / "tornchat" / "chat.db"))
        super().start()

    def open_rooms(self, rooms: Sequence[str]) -> None:
        pass  # it is there


class Theirs(Beside, JupyterlabChat):
    """jupyterlab-chat."""

    extensions = ("jupyterlab_chat", "lag")


class Storm(NamedTuple):
    """What goes on meanwhile."""

    title: str
    server: type[Ours]
    task: dict[str, Any]
    theirs: bool
    """Whether jupyterlab-chat can have the same."""


class Found(NamedTuple):
    """What was noticed of it."""

    status: list[float]
    """Seconds that api/status took."""
    echo: list[float]
    """Seconds that the kernel's answer took."""
    lag: list[float]
    """Seconds by which the loop was late."""
    cpu: float
    """Part of a core that the server used."""
    load: float
    """Part of a core that the storm used."""
    did: str
    """How much of a storm it was."""


CROWD = {"kind": "crowd", "readers": 1_000, "rate": 20}
RETURN = {"kind": "return", "readers": 500}
STORMS = (
    Storm("nothing", Limited, {}, True),
    Storm("text flood", Limited, {"kind": "text"}, True),
    Storm("text flood, no rate limit", Ours, {"kind": "text"}, False),
    Storm("ping flood", Limited, {"kind": "ping"}, True),
    Storm("ping flood, no rate limit", Ours, {"kind": "ping"}, False),
    Storm(
        "a room of 1,000, 20 messages/s",
        Ours,
        {"kind": "crowd", "readers": 1_000, "rate": 20},
        True,
    ),
    Storm("export of 100,000 messages", Remembering, {"kind": "export"}, False),
    Storm("return of 500, as pages do", Remembering, RETURN | {"pause": 0.5}, True),
    Storm("return of 500 in one moment", Remembering, RETURN | {"pause": 0}, True),
)
HEAD = (
    "storm",
    "api/status p50 ms",
    "p99 ms",
    "kernel p50 ms",
    "p99 ms",
    "loop late p99 ms",
    "most ms",
    "goals",
    "server",
    "load",
    "the storm",
)


async def fill(path: Path) -> None:
    """Say much in the room of the storms."""
    log = SQLiteLog(path, logging.getLogger("benchmark"))
    await log.start(lambda _: None)
    ann = User("member:ann", "Ann Example", "member")
    await log.append(Opened("room0", "Room", 1))
    for number in range(MESSAGES):
        text = f"Number {number}: what one says in a chat, with some `code` in it, and an end."
        last = log.append(Said("room0", f"old.{number}", ann, text, number + 1))
        if not number % 1_000:  # so many may wait for the disk
            await last
    await last
    await log.close()


def measure(kind: type[Beside], storm: Storm, python: str = sys.executable) -> Found:
    """One server in one storm."""
    server = kind()
    server.python = python
    with server:
        assert isinstance(server, Peer)
        server.open_rooms(["room0"])
        dialect = {**server.dialect._asdict(), "headers": dict(server.dialect.headers)}
        task = {"port": server.port, "dialect": dialect, "kernel": server.begin_kernel()}
        nuisance = start("nuisance.py", task | storm.task) if storm.task else None
        probe = start("probe.py", task)
        try:
            hear(probe)
            if nuisance is not None:
                hear(nuisance)
                go_on(nuisance, WARM_UP + SECONDS)
            time.sleep(WARM_UP)
            server.lag()
            cpu, began = server.cpu, time.perf_counter()
            go_on(probe, SECONDS)
            times = hear(probe)
            cpu = (server.cpu - cpu) / (time.perf_counter() - began)
            lag = server.lag()
            stormed = hear(nuisance) if nuisance is not None else {"load": 0.0, "did": ""}
        finally:
            for process in (probe, nuisance):
                if process is not None:
                    process.kill()
                    process.communicate()
    return Found(lag=lag, cpu=cpu, **times, **stormed)


def start(script: str, task: dict[str, Any]) -> subprocess.Popen[str]:
    """A process of this folder, with what it has to do."""
    command = [sys.executable, str(HERE / script), json.dumps(task)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)


def go_on(process: subprocess.Popen[str], seconds: float) -> None:
    """Tell a process for how long it is to work."""
    assert process.stdin is not None
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What a process tells next."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"this failed: {process.args}")
    return json.loads(line)


def row(storm: Storm, found: Found, idle: Found) -> list[str]:
    """What was found, in words and figures."""
    answers = ((found.status, idle.status), (found.echo, idle.echo))
    goals = [
        *(
            part(ours, 0.99) <= max(GOAL_MS, GOAL_IDLE * part(quiet, 0.99))
            for ours, quiet in answers
        ),
        part(found.lag, 0.99) <= GOAL_LAG_MS,
    ]
    return [
        storm.title,
        *(f"{part(times, p):.1f}" for times, _ in answers for p in (0.5, 0.99)),
        f"{part(found.lag, 0.99):.1f}",
        f"{part(found.lag, 1.0):.0f}",
        "met" if all(goals) else "not met",
        f"{found.cpu:.0%}",
        f"{found.load:.0%}",
        found.did,
    ]


def part(times: list[float], below: float) -> float:
    """The time below which so large a part of them is, in ms."""
    return sorted(times)[min(len(times) - 1, int(below * len(times)))] * 1e3


def compare(
    report: Report, title: str, kinds: Sequence[tuple[Storm, type[Beside]]], python: str
) -> None:
    """A table of one server in storms, of which the first is none."""
    found: list[Found] = []
    for storm, kind in kinds:
        print(f"  {title}: {storm.title} …", file=sys.stderr, flush=True)
        found.append(measure(kind, storm, python))
    rows = [row(storm, one, found[0]) for (storm, _), one in zip(kinds, found, strict=True)]
    report.say(f"**{title}**")
    report.table(HEAD, rows)


def main() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, FILES)), hard))
    report = Report("neighbour")
    report.say(f"{SECONDS:.0f} s of each storm.")
    ours = [(storm, storm.server) for storm in STORMS]
    for tornado in TORNADOS:
        python = environment.python(
            f"tornado-{tornado}",
            ["--editable", str(HERE.parent), f"tornado=={tornado}.*", "ipykernel"],
        )
        compare(report, f"jupyter_tornchat, tornado {tornado}", ours, python)
    theirs = [(storm, Theirs) for storm in STORMS if storm.theirs]
    compare(report, "jupyterlab-chat", theirs, sys.executable)
    report.write()


if __name__ == "__main__":
    main()
