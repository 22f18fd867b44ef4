"""What an import costs a notebook: processor time, beside that of ipywidgets.

Run: `python benchmarks/imports.py`
"""

from __future__ import annotations

import statistics
import subprocess
import sys

TIMES = 11
STATEMENTS = (
    "import ipywidgets",
    "import anywidget",
    "from jupyter_tornchat import Room",
    "from jupyter_tornchat import Room, connect",
    "from jupyter_tornchat import Room, ChatPanel",
)
CLOCK = """
import time
begun = time.process_time()
{statement}
print(time.process_time() - begun)
"""


def seconds(statement: str) -> float:
    """Of the processor, in a process of its own."""
    code = CLOCK.format(statement=statement)
    return float(subprocess.check_output([sys.executable, "-c", code]))


def main() -> None:
    for _ in STATEMENTS:
        seconds(STATEMENTS[0])  # what is read from the disk once is read now
    taken: dict[str, list[float]] = {statement: [] for statement in STATEMENTS}
    for _ in range(TIMES):
        for statement, times in taken.items():
            times.append(seconds(statement))
    base = statistics.median(taken[STATEMENTS[0]])
    for statement, times in taken.items():
        middle = statistics.median(times)
        print(f"{middle * 1e3:6.0f} ms  {middle / base:.2f} x  {statement}")


if __name__ == "__main__":
    main()
