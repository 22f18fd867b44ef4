"""How soon does the page show a room, and does it stay smooth while a room is flooded?

Our own server, a Chromium without a graphics card, and the load, all on one machine. Painting:
from the moment the page's socket hears `joined` with 50 messages until the frame after the one
that has the newest of them in it; `formatted` once its code has its colours too. A flood: 1,000
messages a second into one room while the page shows it. Frames are counted in the page. Its work
is CPU time of its own thread by Chromium's trace, the sum of all tasks from one frame to the next:
what a frame takes of it is the page's doing, a frame that comes late may be the machine's.

    python benchmarks/page.py
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, NamedTuple

from browser import Chromium, Page, chromium
from loading import Load
from peers import Tornchat
from report import Report
from server import SIGNED, TOKEN

LOADS = 12
RATE, SECONDS, WARM_UP = 1_000, 4.0, 0.5
HELD = (100, 1_000, 10_000, 99_000)
FRAME = 1_000 / 60
"""Milliseconds of a frame."""
PROBE = """(() => {
  const seen = window.seen = { joined: 0, shown: 0, formatted: 0, heard: 0, first: 0, last: 0,
    frames: [], long: [], keys: [] };
  window.log = () => document.querySelector('tornchat-panel')?.shadowRoot
    ?.querySelector('tornchat-messages')?.shadowRoot;
  const look = () => {
    const newest = window.log()?.querySelector('article[aria-posinset="50"]');
    const now = performance.now();
    if (newest && !seen.shown) requestAnimationFrame(() => { seen.shown = performance.now(); });
    if (newest?.querySelector('tornchat-code')?.shadowRoot?.querySelector('code span'))
      requestAnimationFrame(() => { seen.formatted = performance.now(); });
    else requestAnimationFrame(look);
  };
  window.WebSocket = class extends WebSocket {
    constructor(...all) {
      super(...all);
      this.addEventListener('message', ({ data }) => {
        if (data.startsWith('{"type":"joined"')) {
          seen.joined = performance.now();
          requestAnimationFrame(look);
        } else if (data.startsWith('{"type":"message"')) {
          seen.heard++;
          seen.last = performance.now();
          seen.first ||= seen.last;
        }
      });
    }
  };
  const tick = (at) => { seen.frames.push(at); requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  const watch = (what, hear) => new PerformanceObserver((list) =>
    list.getEntries().forEach(hear)).observe(what);
  watch({ type: 'longtask' }, ({ startTime }) => seen.long.push(startTime));
  watch({ type: 'event', durationThreshold: 16 }, ({ name, duration }) => {
    if (name === 'keydown') seen.keys.push(duration);
  });
})()"""
HAVE = """(count) => {
  const panel = document.querySelector('tornchat-panel');
  const { session } = panel;
  const room = session.room(panel.room);
  const one = { type: 'message', room: room.name, user: session.user, text: '' };
  const old = Array.from({ length: count }, (_, number) => ({
    ...one, seq: number - count, id: `old-${number}`, at: Date.now() - (count - number) * 20_000,
    text: `number ${number}`, user: { ...one.user, id: `u${(number >> 2) % 7}` },
  }));
  session.rooms.set(room.name, { ...room, messages: [...old, ...room.messages], older: false });
  panel.requestUpdate();
}"""
CODE = "Then **this**:\n\n```python\nfor number in range(10):\n    print(f'{number}')\n```"
TEXTS = (
    "Has anybody seen the new figures of the second run?",
    "They are in `results.csv`, with **all** columns.",
    "I had a look: the loss is down to 0.02, and the curves are much smoother than last week.",
    CODE,
)


class Flood(NamedTuple):
    """What a page made of a flood."""

    frames: float
    """A second."""
    late: float
    """Milliseconds between two frames: of a hundred, one is longer."""
    longest: float
    work: float
    """Milliseconds of CPU that a frame takes, the median."""
    hardest: float
    """The same: of a hundred, one takes more."""
    over: float
    """Part of the frames that take more than there is for one."""
    busy: float
    """Part of a core that the page's thread uses."""
    long: int
    """Tasks over 50 ms."""
    key: float
    """Milliseconds from a key to what it shows, the longest; 0: under 16."""
    memory: float
    """MB that the page holds more afterwards."""
    rows: int
    """Messages in the page at the end."""


def fill(peer: Tornchat, room: str) -> None:
    """A room with 50 messages, as people say them."""
    peer.open_rooms([room])
    for number in range(50):
        said = {"id": f"said-{number}", "text": TEXTS[(number + 2) % 4]}
        headers = {**SIGNED, "Content-Type": "application/json"}
        address = f"{peer.url}api/rooms/{room}/messages"
        request = urllib.request.Request(address, json.dumps(said).encode(), headers)
        with urllib.request.urlopen(request, timeout=5):
            pass


def painted(page: Page, address: str) -> tuple[float, float, float]:
    """Milliseconds from `joined` until it is painted, until it is formatted, and from the beginning
    of the page until it is painted."""
    page.begin_with(PROBE)
    page.go(address)
    page.wait("() => window.seen?.formatted")
    seen: dict[str, float] = page.run("() => seen")
    joined = seen["joined"]
    return seen["shown"] - joined, seen["formatted"] - joined, seen["shown"]


def paint(browser: Chromium, address: str) -> list[list[str]]:
    """A row for a browser that was here before, and one for a browser that was not."""
    warm: list[tuple[float, float, float]] = []
    cold: list[tuple[float, float, float]] = []
    for _ in range(LOADS + 1):
        with browser.page() as page:
            warm.append(painted(page, address))
        with browser.context() as context, browser.page(context) as page:
            cold.append(painted(page, address))
    return [
        [name, *(f"{statistics.median(c):.0f} ({max(c):.0f})" for c in zip(*some[1:], strict=True))]
        for name, some in (("here before", warm), ("for the first time", cold))
    ]


def work(trace: Sequence[dict[str, Any]], seconds: float) -> list[float]:
    """Milliseconds of CPU of the page's thread from each frame to the next, of the last seconds."""
    frames = [one for one in trace if one["name"] == "FireAnimationFrame"]
    thread = frames[-1]["pid"], frames[-1]["tid"]
    starts = sorted({one["ts"] for one in frames if (one["pid"], one["tid"]) == thread})
    starts = [at for at in starts if at > starts[-1] - seconds * 1e6]
    tasks = sorted(
        (one["ts"], one.get("tdur", 0))
        for one in trace
        if one["name"].endswith("RunTask") and (one["pid"], one["tid"]) == thread
    )
    spent: list[float] = []
    last = 0
    for at, cpu in tasks:
        while last < len(starts) and starts[last] < at:
            last += 1
        while len(spent) < last:
            spent.append(0.0)
        if last:
            spent[last - 1] += cpu / 1e3
    # Several callbacks of one frame are one frame.
    return [
        ms for ms, one, other in zip(spent, starts, starts[1:], strict=False) if other - one > 4_000
    ]


def flood(browser: Chromium, way: str, held: int = 0) -> Flood:
    """One page in one flood: at the `end` of its list, or further `up`, or `typing`."""
    print(f"  {way}, {held:,} messages …", file=sys.stderr, flush=True)
    task = {"readers": 1, "rate": RATE, "characters": 60, "warm_up": WARM_UP, "seconds": SECONDS}
    with Tornchat() as peer, Load(peer, **task) as load, browser.page() as page:
        page.begin_with(PROBE)
        page.go(f"{peer.url}?room=room0&token={TOKEN}")
        page.wait("() => window.seen?.joined && !!window.log()?.querySelector('.scroller')")
        page.run(HAVE, held)
        page.run("() => new Promise((drawn) => setTimeout(drawn, 500))")
        if way == "up":
            page.turn(-2_000)
        if way == "typing":
            page.run("() => document.querySelector('tornchat-panel').focus()")
        time.sleep(0.5)
        page.let_go()
        memory, cpu, began = (page.read(one) for one in ("JSHeapUsedSize", *CLOCKS))
        with browser.traced("toplevel", "devtools.timeline") as trace, ThreadPoolExecutor() as pool:
            run = pool.submit(load.run)
            while way == "typing" and not run.done():
                page.type("words ")
                time.sleep(0.05)
            sent = run.result()["messages"]
            page.wait("(count) => seen.heard >= count", sent)
            now, until = (page.read(one) for one in CLOCKS)
        page.let_go()
        seen = page.run("() => ({ ...seen, rows: log().querySelectorAll('article').length })")
        memory = page.read("JSHeapUsedSize") - memory
    measured = [at for at in seen["frames"] if seen["first"] + 500 <= at <= seen["last"]]
    gaps = sorted(other - one for one, other in pairwise(measured))
    spent = sorted(work(trace, SECONDS - 0.5))
    return Flood(
        frames=len(gaps) / (measured[-1] - measured[0]) * 1e3,
        late=gaps[int(len(gaps) * 0.99)],
        longest=gaps[-1],
        work=statistics.median(spent),
        hardest=spent[int(len(spent) * 0.99)],
        over=sum(ms > FRAME for ms in spent) / len(spent),
        busy=(now - cpu) / (until - began),
        long=sum(at >= seen["first"] for at in seen["long"]),
        key=max(seen["keys"], default=0),
        memory=memory / 1e6,
        rows=seen["rows"],
    )


CLOCKS = ("TaskDuration", "Timestamp")
HEAD = (
    *("", "frames/s", "frame p99 ms", "longest ms", "work a frame ms", "p99 ms", "over 16.7 ms"),
    *("page's thread", "tasks over 50 ms", "key ms", "memory MB", "messages in the page"),
)


def row(name: str, one: Flood) -> list[str]:
    return [
        *(name, f"{one.frames:.1f}", f"{one.late:.0f}", f"{one.longest:.0f}"),
        *(f"{one.work:.1f}", f"{one.hardest:.1f}", f"{one.over:.1%}", f"{one.busy:.0%}"),
        *(str(one.long), f"{one.key:.0f}" if one.key else "–", f"{one.memory:+.1f}", str(one.rows)),
    ]


def main() -> None:
    report = Report("page")
    with chromium() as browser:
        with Tornchat() as peer:
            fill(peer, "fifty")
            rows = paint(browser, f"{peer.url}?room=fifty&token={TOKEN}")
        report.say(f"50 messages painted, in ms: medians of {LOADS} loads (and the longest).")
        head = ("the browser is here", "from `joined`", "formatted", "from the page's beginning")
        report.table(head, rows)
        report.say(f"{RATE:,} messages/s for {SECONDS:.0f} s, while the reader is")
        ways = {"at the end": "end", "further up": "up", "typing": "typing"}
        some = {name: flood(browser, way, 500) for name, way in ways.items()}
        report.table(HEAD, [row(name, one) for name, one in some.items()])
        report.say("The same further up, by how many messages the page holds already.")
        held = {count: flood(browser, "up", count) for count in HELD}
        report.table(HEAD, [row(f"{count:,}", one) for count, one in held.items()])
        lines = {
            "jupyter_tornchat, median": (HELD, [one.work for one in held.values()]),
            "jupyter_tornchat, p99": (HELD, [one.hardest for one in held.values()]),
        }
        report.plot("page-held", "messages held", "ms CPU a frame", lines, straight=True)
    report.write()


if __name__ == "__main__":
    main()
