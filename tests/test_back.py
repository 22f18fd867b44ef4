"""Programs that come back: after a server that was killed, another history, a fork."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import servers
from jupyter_tornchat import Room, connect
from jupyter_tornchat.program import line, post
from person import history, program
from servers import Home, Server

PATIENCE = 30.0
"""Seconds that anything may take; only a test that fails ever waits so long."""
UNLIMITED = {"TornChat": {"message_rate": 0}}

BOT = """
import asyncio, os, sys
from jupyter_tornchat import connect

async def main():
    async with connect("lobby", after="read", timeout=60) as room:
        print("here", flush=True)
        async for message in room:
            await message.reply(f"answer to {message.text}")
            if message.text == sys.argv[1]:
                os._exit(0)  # as a crash would, before the next message is asked for

asyncio.run(main())
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses before a program comes back are short."""
    monkeypatch.setattr(line, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(post, "FIRST_PAUSE", 0.02)


def bot(home: Home, last: str) -> subprocess.Popen[str]:
    """A bot that begins where it stopped, and crashes once it has answered `last`; it is here."""
    file = home.work / "bot.py"
    file.write_text(BOT)
    command = [sys.executable, "-W", "error", str(file), last]
    started = subprocess.Popen(command, env=home.env, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "here\n"
    return started


def ended(started: subprocess.Popen[str]) -> None:
    try:
        assert started.wait(PATIENCE) == 0
    finally:
        started.kill()
        started.communicate()


def until_marked(home: Home) -> None:
    """Wait until it is on disk how far the bot has read: that may take a second."""
    kept = "SELECT count(*) FROM keep WHERE key LIKE '%program:bot.py%'"
    with closing(sqlite3.connect(home.data / "tornchat" / "chat.db")) as db:
        while not db.execute(kept).fetchone()[0]:
            threading.Event().wait(0.05)


def test_R04_a_bot_answers_once_though_server_and_bot_are_killed(
    home: Home, start: Callable[[Server], Server]
) -> None:
    server = start(servers.notebook_server(home, config=UNLIMITED))
    ann = Room(url=f"{server.url}tornchat", token=server.token, name="ann", timeout=60)
    ann.send("before it ever came")
    first = bot(home, "two")
    ann.send("one")
    until_marked(home)
    server.kill()  # and its key with it
    server.start()
    ann.send("two")
    ended(first)
    ann.send("three")  # nobody is there
    server.kill()
    server.start()
    second = bot(home, "four")
    ann.send("four")
    ended(second)
    third = bot(home, "five")
    ann.send("five")
    ended(third)
    log = history(server, "tornchat/", program(server, "auditor"))
    said = [m["text"] for m in log if m["user"]["name"] == "ann"]
    answers = [(m["text"], m["reply"]) for m in log if m["user"]["name"] == "bot.py"]
    places = {m["text"]: m["seq"] for m in log}
    assert said == ["before it ever came", "one", "two", "three", "four", "five"]
    assert answers == [(f"answer to {text}", places[text]) for text in said[1:]]


@pytest.mark.usefixtures("quick")
async def test_R08_another_history_is_begun_anew_and_nothing_told_twice(
    home: Home, start: Callable[[Server], Server]
) -> None:
    server = start(servers.notebook_server(home, config=UNLIMITED))
    url = f"{server.url}tornchat"
    file, copy = home.data / "tornchat" / "chat.db", home.folder / "yesterday.db"
    ann = connect("lobby", url, server.token, 60.0, name="ann")
    heard: list[str] = []
    news = asyncio.Event()

    async def listen() -> None:
        async with connect("lobby", url, server.token, 60.0, name="ben") as ben:
            began.set()
            async for message in ben:
                heard.append(message.text)
                news.set()

    async def until(text: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while text not in heard:
                news.clear()
                await news.wait()

    async def restart(swap: Callable[[], object]) -> None:
        await asyncio.to_thread(server.stop)
        swap()
        await asyncio.to_thread(server.start)

    await ann.send("before ben came")
    began = asyncio.Event()
    listening = asyncio.create_task(listen())
    await began.wait()
    await ann.send("one")
    await until("one")
    await restart(lambda: shutil.copy(file, copy))
    await ann.send("two")
    await ann.send("three")
    await until("three")
    await restart(lambda: shutil.copy(copy, file))
    await ann.send("four")
    await until("four")
    await ann.send("five")
    await until("five")
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    assert heard == ["one", "two", "three", "four", "five"]


def test_R04_a_question_is_answered_across_a_server_that_is_killed(
    home: Home, start: Callable[[Server], Server]
) -> None:
    server = start(servers.notebook_server(home, config=UNLIMITED))
    room = Room(url=f"{server.url}tornchat", token=server.token, name="asks", timeout=60)
    answers: list[object] = []

    def ask() -> None:
        answers.append(room.ask("Drop them?", ["yes", "no"], timeout=90, id="drop"))

    asking = threading.Thread(target=ask)
    asking.start()
    ann = program(server, "ann")
    while not (asked := history(server, "tornchat/", ann)):
        pass
    server.kill()
    server.start()
    with server.http() as client:
        path = f"tornchat/api/rooms/lobby/messages/{asked[0]['seq']}/answers"
        answer = {"id": "a", "choice": 0}
        while client.post(path, json=answer, headers=ann).status_code == 503:
            pass  # the server answers before its chat is on
    asking.join(PATIENCE)
    ask()  # the cell runs again
    assert answers == ["yes", "yes"]
    assert len(history(server, "tornchat/", ann)) == 1


def test_a_child_of_a_fork_has_a_line_of_its_own(
    home: Home, start: Callable[[Server], Server]
) -> None:
    server = start(servers.notebook_server(home, config=UNLIMITED))
    code = f"""
import os, queue
from jupyter_tornchat import Room
where = dict(url="{server.url}tornchat", token="{server.token}")
room, ann, heard = Room(**where, name="parent"), Room(**where, name="ann"), queue.Queue()
room.on_message(lambda message: heard.put(message.text))
ann.send("before")
assert heard.get(timeout=30) == "before"
child = os.fork()
if not child:
    try:
        room.send("from the child")
        here = queue.Queue()
        room.on_message(lambda message: here.put(message.text) or None)
        ann.send("to both")
        assert here.get(timeout=30) == "to both"
    except BaseException:
        os._exit(1)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert heard.get(timeout=30) == "to both"
ann.send("after")
assert heard.get(timeout=30) == "after"
print("done")
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=home.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_who_waits_is_interrupted_and_the_process_ends_at_once(home: Home) -> None:
    """Control-C while nobody answers, with a function that still listens."""
    code = """
from jupyter_tornchat import Room
room = Room(url="http://127.0.0.1:9/", timeout=600)
try:
    print("waits", flush=True)
    room.send("x")
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    waiting = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        env=home.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdout is not None
    assert waiting.stdout.readline() == "waits\n"
    while len(list(Path(f"/proc/{waiting.pid}/task").iterdir())) == 1:
        threading.Event().wait(0.05)  # the thread of its loop has not begun yet
    waiting.send_signal(signal.SIGINT)
    try:
        out, err = waiting.communicate(timeout=PATIENCE)
    finally:
        waiting.kill()
    assert (out, err, waiting.returncode) == ("interrupted\n", "", 0)
