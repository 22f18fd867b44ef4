"""The server knows its kernels: a room is told when a cell is over that runs already, and when its
kernel died, was restarted or was shut down under it."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

import servers
from client import Client, Frame
from jupyter_tornchat.iopub import WORD_CHARS, last_line
from jupyter_tornchat.protocol import KERNEL_HEADER
from kernel import Gate, Kernel
from panel import make_room
from person import program
from servers import Home, Server

Connect = Callable[..., Awaitable[Client]]
UNLIMITED = {"TornChat": {"message_rate": 0}}
KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests of this file: each has rooms and kernels of its own."""
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("kernels")), config=UNLIMITED)
    server.start()
    yield server
    server.stop()


class Listener:
    """Somebody in a room of their own who asks and hears."""

    def __init__(self, server: Server, client: Client, room: str) -> None:
        self.server = server
        self.client = client
        self.room = room

    def ask(self, kernel: str, id: str = "", **more: object) -> httpx.Response:
        with self.server.http(self.server.token) as http:
            body = {"id": id or f"ask-{next(numbers)}", "kernel": kernel, **more}
            return http.post(f"tornchat/api/rooms/{self.room}/jobs", json=body)

    def asked(self, kernel: str, **more: Any) -> Frame:
        """The message that tells of it."""
        answer = self.ask(kernel, **more)
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()

    def say(self, kernel: str, **what: object) -> Frame:
        """A program in the kernel says it."""
        with self.server.http(self.server.token) as http:
            body = {"id": f"said-{next(numbers)}", **what}
            path = f"tornchat/api/rooms/{self.room}/messages"
            answer = http.post(path, json=body, headers={KERNEL_HEADER: kernel})
        assert answer.status_code == httpx.codes.CREATED, answer.text
        return answer.json()

    def progress(self, message: Frame, text: str) -> None:
        with self.server.http(self.server.token) as http:
            http.put(f"{self.path(message)}/progress", json={"text": text}).raise_for_status()

    def now(self, message: Frame) -> Frame:
        with self.server.http(self.server.token) as http:
            return http.get(self.path(message)).json()

    def path(self, message: Frame) -> str:
        return f"tornchat/api/rooms/{self.room}/messages/{message['seq']}"

    async def until(self, message: Frame, state: str) -> None:
        """Return once its job stands so, told or not."""
        while self.now(message)["job"]["state"] != state:
            await self.client.expect("changed", of=message["seq"], timeout=30)

    async def over(self, message: Frame) -> tuple[str, str]:
        """How it ended, and its last word."""
        change = await self.client.expect("changed", of=message["seq"], timeout=30)
        now = self.now(message)
        assert (now["job"]["state"], now["text"]) == (change["state"], change["text"])
        assert now["job"]["until"] >= now["job"]["since"]
        return change["state"], change["text"]


async def in_room(server: Server, connect: Connect, room: str = "") -> Listener:
    with server.http(server.token) as http:  # it answers before its chat is on
        while http.get("tornchat/api/health").json()["trouble"]:
            pass
    if not room:
        room = make_room(server, f"room-{next(numbers)}")
    client = await connect(server.socket_url("tornchat/chat"), headers=program(server, "listener"))
    await client.join(room)
    return Listener(server, client, room)


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


def unspoken(server: Server) -> dict[str, Any]:
    """Of a socket that is none of the chat's."""
    return {"headers": program(server, "notebook"), "subprotocol": None}


def heard_by(server: Server, kernel: Kernel) -> int:
    """Sockets by which the server hears what a kernel publishes."""
    port = kernel.client.get_connection_info()["iopub_port"]
    assert server.process is not None
    lines = psutil.Process(server.process.pid).net_connections("tcp")
    return sum(bool(line.raddr) and line.raddr.port == port for line in lines)


async def test_a_room_is_told_when_the_cell_is_over_that_runs_already(
    server: Server, connect: Connect, gate: Gate
) -> None:
    ann, ben = await in_room(server, connect), await in_room(server, connect)
    async with Kernel(server) as kernel:
        lines = heard_by(server, kernel)
        await kernel.run(
            "print('epoch 1')\n" + gate.wait + "print('\x1b[32mepoch 2\x1b[0m\\n')", "1"
        )
        message = ann.asked(kernel.id, id="mine", what="training")
        assert message["job"] == {
            "what": "training",
            "state": "running",
            "since": message["job"]["since"],
        }
        assert message["job"]["since"] < message["at"]  # when it began, and not only now
        assert (message["text"], message["user"]["kind"]) == ("", "program")
        # Whoever asks again, from wherever: it is the same message; in another room it is another.
        assert ann.asked(kernel.id, id="mine", what="training") == message
        assert ann.asked(kernel.id, what="said by another browser") == message
        also = ben.asked(kernel.id)
        assert also["job"]["what"] == "python3"
        assert heard_by(server, kernel) == lines + 1
        gate.open()
        assert await ann.over(message) == ("done", "epoch 2")
        assert await ben.over(also) == ("done", "epoch 2")
        assert len(ann.client.heard("message")) == len(ben.client.heard("message")) == 1

        # Now nothing runs, and nothing is heard any more; a request that was lost on its way is
        # answered as it would have been.
        await kernel.run("")
        assert heard_by(server, kernel) == lines
        assert ann.ask(kernel.id).json()["code"] == "not_running"
        assert ann.asked(kernel.id, id="mine", what="training")["job"]["state"] == "done"


async def test_a_cell_that_fails_is_told_with_its_error(
    server: Server, connect: Connect, gate: Gate, tmp_path: Path
) -> None:
    ann = await in_room(server, connect)
    async with Kernel(server) as kernel:
        fails = "raise ValueError('no such column: 日期\\nand more')"
        await kernel.run(f"print('go')\n{gate.wait}{fails}", "go")
        message = ann.asked(kernel.id)
        gate.open()
        assert await ann.over(message) == ("failed", "ValueError: no such column: 日期")

        # One that is longer than is read on the server's loop has failed all the same.
        again = Gate(tmp_path, "again")
        await kernel.run(f"print('go')\n{again.wait}raise ValueError('x' * 2_000_000)", "go")
        message = ann.asked(kernel.id)
        again.open()
        assert await ann.over(message) == ("failed", "")


async def test_a_cell_whose_kernel_ends_is_lost_with_its_last_word(
    server: Server, connect: Connect, gate: Gate, tmp_path: Path
) -> None:
    ann = await in_room(server, connect)
    async with Kernel(server) as kernel:
        last = Gate(tmp_path, "last")
        await kernel.run(f"print('go')\n{gate.wait}print('epoch 7')\n{last.wait}{KILL}", "go")
        message = ann.asked(kernel.id)
        gate.open()
        await kernel.hear("epoch 7")
        last.open()
        assert await ann.over(message) == ("lost", "epoch 7")
        # It was started again by itself, and is as good as before.
        for end in (kernel.restart, kernel.shut_down):
            await kernel.ready()
            await kernel.run("print('go')\nimport time; time.sleep(600)", "go")
            message = ann.asked(kernel.id)
            end()
            assert await ann.over(message) == ("lost", "")
    assert "jupyter_tornchat:" not in server.log()
    assert "closed stream" not in server.log()


async def test_what_a_kernel_said_itself_ends_with_it_and_what_another_machine_said_does_not(
    start_notebook_server: Callable[..., Server], connect: Connect
) -> None:
    server = start_notebook_server(config=UNLIMITED)
    ann = await in_room(server, connect)
    async with Kernel(server) as kernel:
        question = {"choices": ["yes", "no"], "seconds": 600}
        asked = ann.say(kernel.id, text="Go on?", question=question)
        job = ann.say(kernel.id, job={"what": "training"})
        ann.progress(job, "epoch 3 of 10")
        kernel.restart()
        assert (await ann.client.expect("closed", of=asked["seq"]))["why"] == "kernel"
        assert await ann.over(job) == ("lost", "epoch 3 of 10")

        # The same is found where the server was gone when it happened.
        await kernel.ready()
        job, other = (ann.say(id, job={"what": id}) for id in (kernel.id, "of-another-machine"))
        process = int(await kernel.run("import os; print(os.getpid())"))
        server.kill()
        os.kill(process, signal.SIGKILL)
        server.start()
        kernel.id = ""
        ann = await in_room(server, connect, ann.room)
        await ann.until(job, "lost")
        assert ann.now(other)["job"]["state"] == "running"


async def test_a_kernel_behind_a_gateway_is_heard_through_it(
    start_notebook_server: Callable[..., Server], server: Server, connect: Connect, gate: Gate
) -> None:
    client = {"url": server.url, "auth_token": server.token}
    near = start_notebook_server(config=UNLIMITED | {"GatewayClient": client})
    ann = await in_room(near, connect)
    async with Kernel(near, server.home) as kernel:
        # As a notebook does, before a cell runs.
        channels = near.socket_url(f"api/kernels/{kernel.id}/channels")
        notebook = await connect(channels, **unspoken(near))
        await notebook.expect("line")
        await kernel.run(f"print('go')\n{gate.wait}print('epoch 2')", "go")
        message = ann.asked(kernel.id)
        assert ann.asked(kernel.id) == message
        gate.open()
        assert await ann.over(message) == ("done", "epoch 2")
        assert ann.ask(kernel.id).json()["code"] == "not_running"

        last = Gate(server.home.folder, "last")
        await kernel.run(f"print('go')\n{last.wait}{KILL}", "go")
        message = ann.asked(kernel.id)
        last.open()
        assert await ann.over(message) == ("lost", "")
        await kernel.ready()  # Jupyter fails to end one that it is just starting again
    assert "jupyter_tornchat:" not in near.log()


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        ("one\ntwo\n", "two"),
        ("one\n\n  \n\x1b[0m\n", "one"),
        ("a bar:  10%\r a bar:  50%\r a bar: 100%\r", "a bar: 100%"),
        ("\x1b[1;31mred\x1b[0m and \x1b]0;a title\x07plain \x1b(B", "red and plain"),
        ("rings\x07 and\x08 moves\x7f\x9b", "rings and moves"),
        ("训练完成 ✓", "训练完成 ✓"),
        ("x" * 1000, "x" * (WORD_CHARS - 1) + "…"),
        ("", ""),
        ("done\n" + "\x1b]" * 500_000, "done"),
    ],
    ids=lambda text: ascii(text)[:40],
)
def test_a_last_word_is_a_line_that_people_can_read(printed: str, line: str) -> None:
    assert last_line(printed) == line
