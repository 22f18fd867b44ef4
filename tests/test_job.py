"""`room.notify`: one message that tells how a job stands, and a block that never notices."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

import jupyter_tornchat
from client import Client
from jupyter_tornchat import Room
from jupyter_tornchat.program import job as jobs
from jupyter_tornchat.program.error import ChatError
from jupyter_tornchat.protocol import Message
from places import NOTEBOOK, Place
from servers import Server

SECONDS = 15


@pytest.fixture(scope="module")
def server(places: dict[str, Place]) -> Server:
    return places[NOTEBOOK].server


@pytest.fixture(scope="module")
def room(server: Server) -> Room:
    with server.http(server.token) as client:
        body = {"room": "jobs", "title": "Jobs"}
        client.post("tornchat/api/rooms", json=body).raise_for_status()
    return Room("jobs", url=f"{server.url}tornchat", token=server.token, name="trainer")


def newest(room: Room) -> Message:
    return room.messages(1)[0]


def state(room: Room) -> tuple[str, str]:
    message = newest(room)
    assert message.job
    return message.job.state, message.text


def until(says: Callable[[], bool]) -> None:
    """Wait for it."""
    over = time.monotonic() + SECONDS
    gate = threading.Event()
    while not says():
        assert time.monotonic() < over, "it never came"
        gate.wait(0.02)


def test_it_runs_while_the_block_does_and_is_done_when_it_ends(
    room: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    with room.notify("training") as job:
        assert state(room) == ("running", "")
        assert repr(job) == "<job 'training': running>"
        job.update("epoch 1/2")
        job.update("epoch 2/2", 1.0)
    message = newest(room)
    assert message.job
    assert (message.job.what, message.job.state) == ("training", "done")
    assert message.text == "epoch 2/2 · 100%"
    assert message.job.until
    assert message.user.name == "trainer"
    assert capsys.readouterr().err == ""


def test_what_the_block_raises_passes_on_and_is_its_last_word(room: Room) -> None:
    error = ZeroDivisionError("no data\nat all")
    with pytest.raises(ZeroDivisionError) as caught, room.notify("training"):
        raise error
    assert caught.value is error
    assert state(room) == ("failed", "ZeroDivisionError: no data\nat all")


class Odd(BaseException):
    """An exception that cannot say what it is."""

    def __str__(self) -> str:
        raise ValueError


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (SystemExit(3), "SystemExit: 3"),
        (Odd(), "Odd"),
        (ValueError("x" * 10_000 + "\0"), None),
        (ValueError("x\n" * 600), None),
    ],
    ids=["interrupt", "exit", "odd", "long", "high"],
)
def test_whatever_ends_the_block_is_told(
    room: Room, error: BaseException, says: str | None
) -> None:
    with pytest.raises(type(error)), room.notify("training"):
        raise error
    failed, word = state(room)
    assert failed == "failed"
    assert word == says or (says is None and word.endswith(("x␀", "x\n…")))


def test_each_run_is_a_job_of_its_own(room: Room) -> None:
    before = newest(room).seq
    for _ in range(2):
        with room.notify("training"):
            pass
    told = [message for message in room.messages() if message.seq > before and message.job]
    assert [message.job.state for message in told if message.job] == ["done", "done"]


def test_it_tells_of_each_call_of_a_function(room: Room) -> None:
    before = newest(room).seq

    @room.notify("fit")
    def fit(factor: int) -> int:
        return factor * 2

    @room.notify("fit later")
    async def fit_later(factor: int) -> int:
        return factor * 3

    assert (fit(2), fit(3), asyncio.run(fit_later(4))) == (4, 6, 12)
    told = [message.job for message in room.messages() if message.seq > before and message.job]
    assert [job.what for job in told] == ["fit", "fit", "fit later"]
    assert {job.state for job in told} == {"done"}


async def test_everyone_in_the_room_hears_the_newest_word_and_few_of_many(
    server: Server, connect: Callable[..., Awaitable[Client]]
) -> None:
    url = server.socket_url("tornchat/chat")
    ann = await connect(url, headers={"Authorization": f"token {server.token}"})
    await ann.join()
    place = {"url": f"{server.url}tornchat", "token": server.token}
    async with jupyter_tornchat.connect("lobby", **place) as room, room.notify("training") as job:
        for step in range(1, 5001):
            job.update(f"step {step}")
        heard = await ann.expect("progress", text="step 5000")
    assert heard["of"] == newest(Room(**place)).seq
    assert len(ann.heard("progress")) <= 3


def test_a_word_is_kept_after_a_while(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "SAVED_SECONDS", 0.3)
    with room.notify("training") as job:
        job.update("epoch 1/2")
        until(lambda: state(room) == ("running", "epoch 1/2"))


def test_the_block_goes_on_while_the_server_is_away_and_the_room_learns_the_end(
    start_notebook_server: Callable[..., Server],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server = start_notebook_server()
    room = Room(url=f"{server.url}tornchat", token=server.token, timeout=30)
    with room.notify("training") as job:
        server.kill()
        job.update("nobody hears this")
        server.start()
        job.update("everyone hears this")
    assert state(room) == ("done", "everyone hears this")

    server.kill()
    monkeypatch.setattr(jobs, "BEGIN_SECONDS", 0.05)
    with room.notify("begun while nobody was there") as job:
        job.update("half of it")
        server.start()
    assert state(room) == ("done", "half of it")
    assert [message.job.state for message in room.messages() if message.job] == ["done"] * 2
    assert capsys.readouterr().err == ""


def test_without_a_server_it_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("JUPYTER_TORNCHAT_URL", raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with Room().notify("training") as job:
        for step in range(100):
            job.update(step)
    said = capsys.readouterr().err
    assert said.startswith("training: the room is not told: no chat server found")
    assert said.count("\n") == 1


def test_where_it_may_not_speak_it_is_one_line(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in (
        Room("nowhere", url=f"{server.url}tornchat", token=server.token),
        Room("jobs", url=f"{server.url}tornchat", token="no such token"),
    ):
        with wrong.notify("training") as job:
            job.update("epoch 1/2")
        assert capsys.readouterr().err.count("\n") == 1


def test_a_message_that_was_deleted_is_one_line(
    room: Room, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    with room.notify("training") as job:
        with server.http(server.token) as client:
            client.headers["X-Tornchat-Name"] = "trainer"
            path = f"tornchat/api/rooms/jobs/messages/{newest(room).seq}"
            client.request("DELETE", path, json={"id": "gone"}).raise_for_status()
        job.update("epoch 1/2")
    assert capsys.readouterr().err.count("\n") == 1


SCRIPT = """
from jupyter_tornchat import Room
room = Room("jobs")
with room.notify("a script") as job:
    job.update("half of it")
    room.send("said meanwhile")
"""


def test_a_script_that_ends_has_told_the_room(room: Room, server: Server) -> None:
    command = [sys.executable, "-W", "error", "-c", SCRIPT]
    subprocess.run(command, env=server.home.env, check=True, timeout=60)
    job, meanwhile = room.messages(2)
    assert job.job
    assert (job.job.state, job.text, meanwhile.text) == ("done", "half of it", "said meanwhile")


def test_the_rest_of_the_room_is_there_in_the_block(room: Room) -> None:
    with pytest.raises(ChatError), room.notify("training"):
        room.message("no such message")
    assert state(room)[0] == "failed"
