"""The notebooks run from top to bottom without a browser, by nbconvert and by papermill, and again
without doubling anything."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import nbformat
import pytest

from jupyter_tornchat import Room
from jupyter_tornchat.protocol import Message
from places import NOTEBOOK, Place
from servers import Server

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
SECONDS = 120
"""That all of them may take; they need a tenth of it on a machine that does nothing else."""
ANSWERS = {"drop it": 0, "linear": 1}
"""By its first choice: what a person answers."""


def commands(ran: Path) -> list[list[str]]:
    """What runs the notebooks, the one half by the one program, the other by the other."""
    papermill = ["papermill", "--no-progress-bar"]
    nbconvert = ["nbconvert", "--to=notebook", "--execute", f"--output-dir={ran}"]
    by_papermill = [[*papermill, str(path), str(ran / path.name)] for path in NOTEBOOKS[::2]]
    by_nbconvert = [[*nbconvert, str(path)] for path in NOTEBOOKS[1::2]]
    return [[sys.executable, "-m", *command] for command in (*by_papermill, *by_nbconvert)]


class Ann(threading.Thread):
    """Somebody who answers each question of the notebooks."""

    def __init__(self, server: Server, room: Room) -> None:
        super().__init__()
        self.server = server
        self.room = room
        self.since = room.send("the notebooks run").seq
        self.over = threading.Event()
        self.answered: list[int] = []

    def run(self) -> None:
        with self.server.sign_in() as client:
            client.put("tornchat/api/me", json={"name": "Ann"}).raise_for_status()
            while not self.over.wait(0.1):
                for message in self.heard():
                    if message.question and message.seq not in self.answered:
                        choice = ANSWERS[message.question.choices[0]]
                        body = {"id": f"ann-{message.seq}", "choice": choice}
                        path = f"tornchat/api/rooms/lobby/messages/{message.seq}/answers"
                        client.post(path, json=body).raise_for_status()
                        self.answered.append(message.seq)

    def heard(self) -> list[Message]:
        """What was said since she came."""
        return [message for message in self.room.messages(200) if message.seq > self.since]

    def heard_once(self) -> Counter[tuple[str, ...]]:
        """The same without the jobs: each run of a notebook is one of its own."""
        messages = [message for message in self.heard() if not is_run(message)]
        return Counter((message.id, message.text, message.user.name) for message in messages)


def is_run(message: Message) -> bool:
    return message.job is not None and message.cell is None


@pytest.mark.timeout(3 * SECONDS)
def test_the_notebooks_run_twice_and_double_nothing(
    places: dict[str, Place], tmp_path: Path
) -> None:
    server = places[NOTEBOOK].server
    room = Room(url=f"{server.url}tornchat", token=server.token)
    ann = Ann(server, room)
    ann.start()
    try:
        rooms: list[Counter[tuple[str, ...]]] = []
        for turn in ("once", "again"):
            ran = tmp_path / turn
            ran.mkdir()
            execute(commands(ran), server)
            rooms.append(ann.heard_once())
            for notebook in NOTEBOOKS:
                check(nbformat.read(ran / notebook.name, as_version=4))
    finally:
        ann.over.set()
        ann.join()
    once, again = rooms
    assert again == once
    texts = [text for _, text, _ in once]
    assert texts.count("hello from the kernel") == 1
    assert texts.count("The mean of 6 runs is **2.00 s**.") == 1
    assert len([text for text in texts if text.startswith("🎲")]) == 1
    assert len(ann.answered) == 2
    runs = [message.job for message in ann.heard() if is_run(message)]
    ends = Counter((job.what, job.state) for job in runs if job)
    assert ends == {("training", "done"): 2, ("a training without data", "failed"): 2}


def execute(commands: list[list[str]], server: Server) -> None:
    """All at a time; each must end well."""
    running = [
        subprocess.Popen(
            command,
            env=server.home.env | {"PATH": os.environ["PATH"]},
            cwd=server.home.work,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in commands
    ]
    over = time.monotonic() + SECONDS
    for process in running:
        told, _ = process.communicate(timeout=max(1.0, over - time.monotonic()))
        assert process.returncode == 0, told


def check(notebook: nbformat.NotebookNode) -> None:
    """Every cell ran, and nothing was said on stderr."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    outputs = [output for cell in cells for output in cell.outputs]
    assert [output for output in outputs if output.get("name") == "stderr"] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_as_nobody_ran_it_yet(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in cells if cell.outputs or cell.execution_count] == []
