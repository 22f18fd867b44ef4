"""How much memory does a connection hold that says nothing, and how much CPU does it cost?

Each server in its turn: some connections first, so that what is loaded once is not counted, and
then so many more, each of a person of its own, in rooms of a hundred. Memory is what the operating
system says that the server's processes hold; a kernel's buffers are not in it.

    python benchmarks/idle.py
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack

from loading import Load
from peers import PEERS, Echo, Peer, Tornchat
from report import Report, ratio

WARM_UP = 200
COUNTS = (1_000, 5_000)
ROOM = 100
"""People in a room."""
SETTLE_SECONDS = 3.0
"""How long a server has after the last one came: presence is told once a second."""
IDLE, IDLE_SECONDS = 1_000, 30.0
"""How many connections, and how long, for the CPU: two heartbeats."""
HEAD = ("", *(f"KB each of {count:,}" for count in COUNTS), "ours is")


def memory(kind: type[Peer]) -> list[float]:
    """KB for each connection, for each of `COUNTS`."""
    found: list[float] = []
    with ExitStack() as stack:
        peer = stack.enter_context(kind())
        come(stack, peer, WARM_UP)
        before, there = peer.memory, 0
        for count in COUNTS:
            come(stack, peer, count - there)
            there = count
            found.append((peer.memory - before) / count / 1024)
    return found


def come(stack: ExitStack, peer: Peer, count: int) -> None:
    """So many more are there, and nothing happens any more."""
    print(f"  {count:,} come to {peer.name} …", file=sys.stderr, flush=True)
    stack.enter_context(Load(peer, readers=count, rooms=count // ROOM, characters=1))
    time.sleep(SETTLE_SECONDS)


def cpu() -> float:
    """Milliseconds of CPU that one connection of ours costs in a minute."""
    task = {"readers": IDLE, "rooms": IDLE // ROOM, "characters": 1}
    with Tornchat() as peer, Load(peer, warm_up=0, seconds=IDLE_SECONDS, **task) as load:
        return load.run()["server"] / IDLE / IDLE_SECONDS * 60 * 1000


def main() -> None:
    report = Report("idle")
    report.say(f"The first {WARM_UP} connections of each server are not counted.")
    found = {peer.name: memory(peer) for peer in (*PEERS, Echo)}
    ours = found[Tornchat.name]
    report.table(
        HEAD,
        [
            [name, *(f"{each:.1f}" for each in all_counts), ratio(ours[-1], all_counts[-1])]
            for name, all_counts in found.items()
        ],
    )
    report.say(
        f"An idle connection of ours costs {cpu():.2f} ms of CPU a minute, with a heartbeat and a"
        f" ping every 15 s ({IDLE:,} connections)."
    )
    report.write()


if __name__ == "__main__":
    main()
