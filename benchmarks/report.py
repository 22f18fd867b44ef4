"""What a benchmark found: a table on the screen, and its section of docs/benchmarks.md.

The page is written by hand but for what stands between `<!-- NAME -->` and `<!-- /NAME -->`, which
is what the benchmark of that name printed last, with its plots.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "benchmarks.md"
Line = tuple[Sequence[float], Sequence[float]]
"""Where a line of a plot goes: its places from left to right, and how high it is there."""


class Report:
    """What one benchmark has to say.

    Args:
        name: of its section.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts = [f"_{machine()}_"]
        print(machine(), flush=True)

    def say(self, text: str) -> None:
        """A paragraph."""
        print(f"\n{text}", flush=True)
        self.parts.append(text)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table; its first column is words, all others are figures."""
        lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
        text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
        print(f"\n{text}", flush=True)
        self.parts.append(text)

    def plot(
        self,
        name: str,
        across: str,
        up: str,
        lines: Mapping[str, Line],
        *,
        straight: bool = False,
    ) -> None:
        """A plot with both scales logarithmic, as docs/images/bench-NAME.svg.

        Args:
            across, up: what is on the two axes, with the unit.
            straight: whether the upward scale is straight instead, and begins at 0.
        """
        import matplotlib as mpl

        mpl.use("svg")
        mpl.rcParams["svg.hashsalt"] = name  # the same figures give the same file
        mpl.rcParams["svg.fonttype"] = "none"  # words stay words, and are a tenth of the size
        from matplotlib import pyplot, ticker

        figure, axes = pyplot.subplots(figsize=(8, 3.6), layout="constrained")
        for label, (places, heights) in lines.items():
            ours = label.startswith("jupyter_tornchat")
            axes.plot(places, heights, "o-", label=label, linewidth=2.5 if ours else 1.2)
        axes.set_xscale("log")
        axes.set_xticks(sorted({place for places, _ in lines.values() for place in places}))
        axes.minorticks_off()
        axes.xaxis.set_major_formatter("{x:,.0f}")
        if straight:
            axes.set_ylim(bottom=0)
        else:
            axes.set_yscale("log")
            axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:g}")
        axes.set_xlabel(across)
        axes.set_ylabel(up)
        axes.grid(True, which="major", alpha=0.3)
        figure.legend(fontsize="small", loc="outside right upper")  # hides no line
        figure.savefig(DOCS / "images" / f"bench-{name}.svg", metadata={"Date": None})
        pyplot.close(figure)
        self.parts.append(f"![{up} against {across}](images/bench-{name}.svg)")

    def write(self) -> None:
        """Put it all into the page."""
        page = PAGE.read_text()
        marks = re.compile(rf"(<!-- {self.name} -->\n).*?(<!-- /{self.name} -->)", re.DOTALL)
        text = "\n\n".join(self.parts)
        changed, count = marks.subn(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", page)
        if count != 1:
            sys.exit(f"docs/benchmarks.md has no place for {self.name}")
        PAGE.write_text(changed)


def machine() -> str:
    """What this was measured on, and when."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    cores = f"{os.cpu_count()} cores" + (f" of {model[1]}" if model else "")
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    system = f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"
    tornado = f"tornado {version('tornado')}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores}, {pages >> 30} GiB, {system}, {tornado}"


def ratio(ours: float, theirs: float) -> str:
    """How many times theirs ours is."""
    return f"{ours / theirs:.2f}x" if theirs else "–"


def too_slow(name: str, head: Sequence[str]) -> list[str]:
    """The row of a server that did not keep up."""
    return [name, "did not keep up", *["–"] * (len(head) - 2)]
