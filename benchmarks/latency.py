"""How long does it take until the last reader has a message?

Each server in its turn, with the same load: one person says so many messages a second by the
clock, whatever comes back, and each is timed until the last reader of the room has it.

    python benchmarks/latency.py
"""

from __future__ import annotations

import statistics
import sys
from typing import NamedTuple

from loading import Load, TooSlow
from peers import PEERS, Peer, Tornchat
from report import Report, ratio, too_slow

ROUNDS = 2
SECONDS, WARM_UP = 3.0, 1.0
CASES = [(100, 10), (100, 100), (100, 1_000), (1_000, 10), (1_000, 100)]
"""Readers, and messages a second."""
HEAD = ("", "p50 ms", "ours is", "p99 ms", "ours is", "server", "load")


class Found(NamedTuple):
    """Until the last reader has it."""

    p50: float
    """Milliseconds."""
    p99: float
    """Milliseconds."""
    server: float
    """Part of a core that the server used."""
    load: float
    """Part of the time in which the load had something to read."""


def measure(kind: type[Peer], readers: int, rate: int) -> Found | None:
    """One server; None where it did not keep up."""
    runs: list[Found] = []
    for _ in range(ROUNDS):
        print(f"  {rate} a second to {readers:,}: {kind.name} …", file=sys.stderr, flush=True)
        task = {"readers": readers, "rate": rate, "characters": 60}
        try:
            with kind() as peer, Load(peer, warm_up=WARM_UP, seconds=SECONDS, **task) as load:
                run = load.run()
        except TooSlow:
            return None
        seconds = run["seconds"]
        runs.append(Found(run["p50"], run["p99"], run["server"] / seconds, run["busy"] / seconds))
    return Found(*map(statistics.median, zip(*runs, strict=True)))


def row(name: str, one: Found | None, ours: Found) -> list[str]:
    """One server beside ours."""
    if one is None:
        return too_slow(name, HEAD)
    return [
        name,
        f"{one.p50:.2f}",
        ratio(ours.p50, one.p50),
        f"{one.p99:.2f}",
        ratio(ours.p99, one.p99),
        f"{one.server:.0%}",
        f"{one.load:.0%}",
    ]


def main() -> None:
    report = Report("latency")
    report.say(f"{ROUNDS} times {SECONDS:.0f} s each; the medians.")
    for readers, rate in CASES:
        found = {peer.name: measure(peer, readers, rate) for peer in PEERS}
        ours = found[Tornchat.name]
        if ours is None:
            raise SystemExit(f"we did not keep up with {rate} a second to {readers:,}")
        report.say(f"**{rate:,} messages a second to {readers:,} readers**")
        report.table(HEAD, [row(name, one, ours) for name, one in found.items()])
    report.write()


if __name__ == "__main__":
    main()
