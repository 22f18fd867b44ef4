"""How long until everybody is back, when a server with many people was killed and is started anew?

Everyone is in one room with a history, and somebody speaks. The server is killed as by a power cut,
and started again on the same port and file. From its first answer on all come back at once, each
with where it was; each entry must be there once for everybody (see `crowd.py`). The peers have no
history to resume from: of them it is only the time until every WebSocket is open again.

    python benchmarks/storm.py
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from loading import more_files
from peers import Echo, Nchan, Peer, Tornchat
from report import Report, ratio
from server import SIGNED

CROWD = Path(__file__).parent / "crowd.py"
CLIENTS = (500, 1_000, 2_000, 5_000)
RATE = 5
"""Messages a second. Four times as many, heard by 5,000, are more than the crowd can read."""
ASK_SECONDS = 0.01
"""How often `api/status` is asked meanwhile."""
HEAD = (
    "",
    "clients",
    "half s",
    "all s",
    "ours is",
    "messages",
    "server s CPU",
    "api/status p99 ms",
)


class Found(NamedTuple):
    """How a crowd came back."""

    half: float
    """Seconds until half of it was there."""
    last: float
    """Seconds until the last one knew all that it missed."""
    messages: int
    """That were said since the server was killed."""
    cpu: float
    """Seconds of the server."""
    status: float
    """ms of `api/status` meanwhile, p99; 0 where there is none."""


class Asker(threading.Thread):
    """Asks for `api/status` all the time, as a page of JupyterLab does now and then."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.line = http.client.HTTPConnection("127.0.0.1", port)
        self.took: list[float] = []
        self.enough = threading.Event()

    def run(self) -> None:
        with suppress(OSError):
            while not self.enough.wait(ASK_SECONDS):
                began = time.perf_counter()
                self.line.request("GET", "/api/status", headers=SIGNED)
                self.line.getresponse().read()
                self.took.append(time.perf_counter() - began)

    def end(self) -> float:
        """The p99, in ms."""
        self.enough.set()
        self.join()
        took = sorted(self.took)
        return took[int(0.99 * len(took))] * 1000 if took else 0.0


def storm(kind: type[Peer], clients: int) -> Found:
    """One server, once."""
    resumes = kind is Tornchat
    with kind() as peer:
        peer.open_rooms(["room0"])
        dialect = {**peer.dialect._asdict(), "headers": dict(peer.dialect.headers)}
        task = {"port": peer.port, "dialect": dialect, "clients": clients, "resumes": resumes}
        with subprocess.Popen(
            [sys.executable, str(CROWD), json.dumps({**task, "rate": RATE})],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as crowd:
            try:
                hear(crowd)
                time.sleep(1)
                say(crowd, "lose")
                hear(crowd)
                peer.kill()
                hear(crowd)
                peer.start()
                asker = Asker(peer.port) if resumes else None
                if asker:
                    asker.start()
                cpu = peer.cpu
                say(crowd, "back")
                back = hear(crowd)
                cpu = peer.cpu - cpu
                status = asker.end() if asker else 0.0
                messages = hear(crowd)["messages"]
            finally:
                crowd.kill()
    return Found(back["p50"], back["last"], messages, cpu, status)


def say(crowd: subprocess.Popen[str], word: str) -> None:
    """What the crowd waits for."""
    assert crowd.stdin is not None
    crowd.stdin.write(word + "\n")
    crowd.stdin.flush()


def hear(crowd: subprocess.Popen[str]) -> dict[str, Any]:
    """What the crowd tells next."""
    assert crowd.stdout is not None
    line = crowd.stdout.readline()
    if not line:
        raise SystemExit("the crowd failed")
    return json.loads(line)


def main() -> None:
    more_files()
    report = Report("storm")
    report.say(
        f"The room has a history, and {RATE} messages a second are said before and after. That"
        " nobody missed one or had it twice is checked for each client."
    )
    rows: list[list[str]] = []
    found: dict[tuple[str, int], Found] = {}
    for clients in CLIENTS:
        for kind in (Tornchat, Nchan, Echo):
            print(f"  {clients:,} of {kind.name} …", file=sys.stderr, flush=True)
            one = found[kind.name, clients] = storm(kind, clients)
            row = [kind.name, f"{clients:,}", f"{one.half:.2f}", f"{one.last:.2f}"]
            row += [ratio(found[Tornchat.name, clients].last, one.last)]
            ours = kind is Tornchat
            row += [f"{one.messages}" if ours else "–", f"{one.cpu:.2f}"]
            rows.append([*row, f"{one.status:.0f}" if ours else "–"])
    report.table(HEAD, rows)
    report.plot(
        "storm",
        "clients",
        "seconds until the last one is back",
        {
            kind.name: (CLIENTS, [found[kind.name, clients].last for clients in CLIENTS])
            for kind in (Tornchat, Nchan, Echo)
        },
    )
    report.write()


if __name__ == "__main__":
    main()
