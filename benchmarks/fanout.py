"""How many people can a room tell something, and at what cost?

Each server in its turn, with the same load: some messages of each room's writer are on their way
at any time (the window), and the next one is said when the last reader has one of them. CPU is the
server's, by the operating system.

    python benchmarks/fanout.py
"""

from __future__ import annotations

import statistics
import sys
from typing import NamedTuple

from loading import Load, TooSlow
from peers import PEERS, Peer, Tornchat
from report import Line, Report, ratio, too_slow

ROUNDS = 2
SECONDS, WARM_UP = 2.0, 0.5


class Case(NamedTuple):
    """What is loaded."""

    readers: int = 1_000
    window: int = 1
    characters: int = 60
    rooms: int = 1

    @property
    def title(self) -> str:
        rooms = f" in {self.rooms} rooms" if self.rooms > 1 else ""
        return (
            f"{self.readers:,} readers{rooms}, window {self.window}, {self.characters} characters"
        )


class Found(NamedTuple):
    """The medians of all rounds."""

    deliveries: float
    """A second."""
    cpu: float
    """Microseconds of the server for a delivery."""
    last: float
    """Milliseconds until the last reader had a message, the median of them."""
    server: float
    """Part of a core that the server used."""
    load: float
    """Part of the time in which the load had something to read."""


CASES = [
    *(Case(readers, window) for readers in (100, 1_000, 5_000) for window in (1, 32)),
    *(Case(window=window, characters=2_000) for window in (1, 32)),
    *(Case(window=window, rooms=rooms) for rooms in (10, 100) for window in (1, 32)),
]
HEAD = ("", "deliveries/s", "ours is", "µs CPU each", "ours is", "last reader ms", "server", "load")


def measure(kind: type[Peer], case: Case) -> Found:
    """One server, one case, once."""
    with kind() as peer, Load(peer, warm_up=WARM_UP, seconds=SECONDS, **case._asdict()) as load:
        run = load.run()
    deliveries, seconds = run["deliveries"], run["seconds"]
    return Found(
        deliveries / seconds,
        run["server"] / deliveries * 1e6 if deliveries else float("nan"),
        run["p50"],
        run["server"] / seconds,
        run["busy"] / seconds,
    )


def compare(case: Case) -> dict[str, Found | None]:
    """All servers, by turns, so that what changes on the machine is in all of them; None where one
    did not keep up."""
    runs: dict[type[Peer], list[Found] | None] = {peer: [] for peer in PEERS}
    for _ in range(ROUNDS):
        for peer, found in runs.items():
            if found is None:
                continue
            print(f"  {case.title}: {peer.name} …", file=sys.stderr, flush=True)
            try:
                found.append(measure(peer, case))
            except TooSlow:
                runs[peer] = None
    return {
        peer.name: Found(*map(statistics.median, zip(*found, strict=True))) if found else None
        for peer, found in runs.items()
    }


def rows(found: dict[str, Found | None]) -> list[list[str]]:
    """A row for each server."""
    ours = found[Tornchat.name]
    assert ours is not None
    return [row(name, one, ours) for name, one in found.items()]


def row(name: str, one: Found | None, ours: Found) -> list[str]:
    """One server beside ours."""
    if one is None:
        return too_slow(name, HEAD)
    return [
        name,
        f"{one.deliveries:,.0f}",
        ratio(ours.deliveries, one.deliveries),
        f"{one.cpu:.2f}",
        ratio(ours.cpu, one.cpu),
        f"{one.last:.1f}",
        f"{one.server:.0%}",
        f"{one.load:.0%}",
    ]


def line(some: list[tuple[float, Found | None]]) -> Line:
    """µs CPU against what is on the left, where the server kept up."""
    there = [(place, found.cpu) for place, found in some if found is not None]
    return [place for place, _ in there], [cpu for _, cpu in there]


def main() -> None:
    report = Report("fanout")
    report.say(f"{ROUNDS} rounds of {SECONDS:.0f} s by turns; the medians.")
    found: dict[Case, dict[str, Found | None]] = {}
    for case in CASES:
        found[case] = compare(case)
        report.say(f"**{case.title}**")
        report.table(HEAD, rows(found[case]))
    for what, cases in (
        ("readers", [Case(r, w) for w in (1, 32) for r in (100, 1_000, 5_000)]),
        ("rooms", [Case(window=w, rooms=r) for w in (1, 32) for r in (1, 10, 100)]),
    ):
        for window in (1, 32):
            some = [case for case in cases if case.window == window]
            report.plot(
                f"fanout-{what}-{window}",
                what,
                f"µs CPU a delivery, window {window}",
                {
                    peer.name: line([(getattr(c, what), found[c][peer.name]) for c in some])
                    for peer in PEERS
                },
            )
    report.write()


if __name__ == "__main__":
    main()
