"""The probe: what somebody feels who works on the server, in a process of its own.

Every few milliseconds, one after the other, it asks for `api/status`, and has a kernel work out
`1` through the server's WebSocket; each is timed from the question to the whole answer, which of
a kernel is that it is idle again. It gets ready, waits for a line that says for how many seconds to
ask, and prints all times, in seconds.

    python benchmarks/probe.py '{"port": …, "dialect": …, "kernel": …}'
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

from dialects import Dialect
from load import HOST, TEXT, Line, frames, tell

STATUS_SECONDS, ECHO_SECONDS = 0.010, 0.020
"""How often each is asked."""


class Kernel:
    """A kernel, as a notebook speaks with it."""

    def __init__(self, task: dict[str, Any]) -> None:
        path = f"/api/kernels/{task['kernel']}/channels?session_id={uuid.uuid4().hex}"
        self.line = Line(task["port"], Dialect(path, task["dialect"]["headers"]))
        self.rest = self.line.rest

    def echo(self) -> None:
        """Run `1`, and wait until the kernel is idle."""
        id = uuid.uuid4().hex
        header = {"msg_id": id, "msg_type": "execute_request", "version": "5.3"}
        header |= {"session": "probe", "username": "probe", "date": "2000-01-01T00:00:00Z"}
        content = {"code": "1", "silent": False, "store_history": False, "stop_on_error": False}
        content |= {"user_expressions": {}, "allow_stdin": False}
        message = {"header": header, "content": content, "channel": "shell"}
        message |= {"parent_header": {}, "metadata": {}, "buffers": []}
        self.line.send(json.dumps(message).encode())
        while not self.is_idle(id):
            # A kernel says several things at once, and the server's socket keeps the second one
            # back until the first is acknowledged, which takes 40 ms unless we hurry.
            self.line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            self.rest += self.line.socket.recv(65536)

    def is_idle(self, id: str) -> bool:
        """Whether what was heard says so, of the request with this id."""
        end, idle = 0, False
        for opcode, start, end in frames(self.rest):
            if opcode == TEXT and not idle:
                said = json.loads(self.rest[start:end])
                over = said["content"].get("execution_state") == "idle"
                idle = over and said["parent_header"].get("msg_id") == id
        self.rest = self.rest[end:]
        return idle


class Status:
    """`api/status`, on one connection, as a browser asks for it."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.headers = task["dialect"]["headers"]
        self.connection = HTTPConnection(HOST, task["port"])

    def get(self) -> None:
        self.connection.request("GET", "/api/status", headers=self.headers)
        answer = self.connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def repeat(ask: Callable[[], None], every: float, seconds: float, times: list[float]) -> None:
    """Ask again and again, and note how long each answer took."""
    due = began = time.perf_counter()
    while due < began + seconds:
        time.sleep(max(0.0, due - time.perf_counter()))
        asked = time.perf_counter()
        ask()
        times.append(time.perf_counter() - asked)
        due = max(due + every, time.perf_counter())


def main() -> None:
    task = json.loads(sys.argv[1])
    status, kernel = Status(task), Kernel(task)
    status.get()
    kernel.echo()
    tell(ready=True)
    seconds = float(sys.stdin.readline())
    times: dict[str, list[float]] = {"status": [], "echo": []}
    asked = (status.get, STATUS_SECONDS, seconds, times["status"])
    beside = threading.Thread(target=repeat, args=asked)
    beside.start()
    repeat(kernel.echo, ECHO_SECONDS, seconds, times["echo"])
    beside.join()
    tell(**times)


if __name__ == "__main__":
    main()
