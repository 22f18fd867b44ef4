"""Start JupyterLab on the tour notebook and say where the chat page is: what `make run` does.

The addresses printed here carry no token, so they can be shown to others; Jupyter's own line
above them does. Ctrl-C (or SIGTERM) stops the server and its kernels.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_server.serverapp import list_running_servers

ROOT = Path(__file__).resolve().parent.parent
TOUR = "notebooks/tour.ipynb"
HISTORY = ROOT / ".venv" / "tour.db"
"""A history of its own: what is tried here is not said in anybody's real chat."""
PATIENCE = 60
"""Seconds in which JupyterLab must be up before we stop looking for its address."""


def start(browser: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "jupyterlab"]
    options = ["--log-level=WARN", "--LabApp.log_level=WARN"]
    options.append(f"--LabApp.default_url=/lab/tree/{TOUR}")
    options.append(f"--TornChat.storage=sqlite:///{HISTORY}")
    if not browser:
        options.append("--no-browser")
    if os.geteuid() == 0:
        options.append("--allow-root")
    # In a session of its own it does not see the terminal's Ctrl-C: it is told once, by us.
    return subprocess.Popen(command + options, cwd=ROOT, start_new_session=True)


def running(pid: int) -> dict[str, Any] | None:
    """What the server with this process id says of itself, once it listens."""
    return next((server for server in list_running_servers() if server["pid"] == pid), None)


def wait_until_up(lab: subprocess.Popen[bytes]) -> dict[str, Any] | None:
    for _ in range(PATIENCE * 10):
        if server := running(lab.pid):
            return server
        try:
            lab.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", default="yes", help="`no`: open none")
    browser = parser.parse_args().browser != "no"

    lab = start(browser)
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, lambda *_: lab.terminate())
    if server := wait_until_up(lab):
        print(f"the tour:  {server['url']}lab/tree/{TOUR}")
        print(f"chat page: {server['url']}tornchat/")
        print("Sign in with one of Jupyter's addresses above. Ctrl-C stops it.", flush=True)
    return lab.wait()


if __name__ == "__main__":
    sys.exit(main())
