"""The nuisance: what the neighbours of a chat suffer from, in a process of its own.

It gets ready, waits for a line that says for how many seconds to be a nuisance, and tells how much
of one it was and which part of a core that took.

    python benchmarks/nuisance.py '{"kind": "text", "port": …, "dialect": …}'
"""

from __future__ import annotations

import json
import random
import select
import socket
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

from dialects import Dialect
from load import HOST, PING, Line, Load, handshake, masked, tell

ROOM = "room0"
AT_ONCE = 200
"""Frames that a flood hands to its socket at once."""
PING_BYTES = 100
RETURN_SECONDS = 2.0
"""From one return to the next, at least."""
FORMATS = ("jsonl", "md", "ipynb")


class Flood:
    """One client who sends as fast as its socket takes, reads what it is sent, and is back at once
    where it is hung up on.

    Args:
        task: what is flooded.
        frame: makes the frame with this number.
    """

    def __init__(self, task: dict[str, Any], frame: Callable[[int], bytes]) -> None:
        self.port = task["port"]
        self.dialect = Dialect(**task["dialect"]).of_room(ROOM)
        self.frame = frame
        self.made = self.sent = self.returns = 0
        self.come_in()

    def come_in(self) -> None:
        self.line = Line(self.port, self.dialect)
        self.line.socket.setblocking(False)

    def storm(self, until: float) -> None:
        made: list[bytes] = []
        waits = b""
        while time.perf_counter() < until:
            if not waits:
                self.sent += len(made)
                made = [self.frame(self.made + place) for place in range(AT_ONCE)]
                self.made += AT_ONCE
                waits = b"".join(made)
            readable, writable, _ = select.select([self.line.socket], [self.line.socket], [], 0.1)
            try:
                if writable:
                    waits = waits[self.line.socket.send(waits) :]
                if readable and not self.line.socket.recv(1 << 20):
                    raise ConnectionError
            except BlockingIOError:
                continue
            except OSError:
                made, waits = [], b""
                self.return_(until)

    def return_(self, until: float) -> None:
        """Be in again."""
        while time.perf_counter() < until:
            try:
                self.come_in()
            except OSError:
                continue
            self.returns += 1
            return

    @property
    def did(self) -> str:
        frames = f"{self.sent:,} frames"
        return f"{frames}, {self.returns} times cut off" if self.returns else frames


def text(task: dict[str, Any]) -> Flood:
    """Messages."""
    dialect = Dialect(**task["dialect"]).of_room(ROOM)
    return Flood(task, lambda number: masked(dialect.say(f"flood-{number}", "x" * 60)))


def ping(task: dict[str, Any]) -> Flood:
    """Pings."""
    frame = masked(b"p" * PING_BYTES, PING)
    return Flood(task, lambda _: frame)


class Crowd:
    """A room of so many readers that is told so many messages a second."""

    def __init__(self, task: dict[str, Any]) -> None:
        more = {"rooms": 1, "characters": 60}
        self.load = Load(task | more)
        self.deliveries = 0

    def storm(self, until: float) -> None:
        self.deliveries += self.load.pump(until)

    @property
    def did(self) -> str:
        return f"{self.deliveries:,} deliveries"


class Export:
    """One who takes a room as a file, in one format after the other, as fast as it comes."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.bytes = self.files = 0

    def storm(self, until: float) -> None:
        while time.perf_counter() < until:
            format = FORMATS[self.files % len(FORMATS)]
            connection = HTTPConnection(HOST, self.task["port"])
            path = f"/tornchat/api/rooms/{ROOM}/export?format={format}"
            connection.request("GET", path, headers=self.task["dialect"]["headers"])
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            while time.perf_counter() < until and (piece := answer.read1(1 << 20)):
                self.bytes += len(piece)
            self.files += 1
            connection.close()

    @property
    def did(self) -> str:
        return f"{self.bytes / 1e6:,.0f} MB in {self.files} files"


class Comer:
    """One of those who come back."""

    def __init__(self, port: int, dialect: Dialect) -> None:
        self.dialect = dialect
        self.hello = handshake(port, dialect)
        self.heard = b""
        self.greeted = self.here = False
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex((HOST, port))

    def speak(self) -> None:
        """Its connection stands."""
        self.socket.send(self.hello)

    def hear(self) -> None:
        """Something came.

        Raises:
            ConnectionError: it was hung up on.
        """
        more = self.socket.recv(1 << 18)
        if not more:
            raise ConnectionError
        self.heard += more
        if not self.greeted and b"\r\n\r\n" in self.heard:
            self.greeted = True
            self.socket.send(b"".join(masked(first.encode()) for first in self.dialect.first))
        self.here = self.greeted and self.dialect.ready.encode() in self.heard


class Return:
    """So many clients who lose their connections at once and come back, each after a pause of its
    own below a bound; and again when they are all in, every few seconds."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.port, self.count, self.pause = task["port"], task["readers"], task["pause"]
        self.dialect = Dialect(**task["dialect"]).of_room(ROOM)
        self.comers: dict[int, Comer] = {}
        self.poll = select.epoll()
        self.returned = 0

    def storm(self, until: float) -> None:
        while (began := time.perf_counter()) < until:
            due = sorted(began + random.uniform(0, self.pause) for _ in range(self.count))
            missing = self.count
            while missing and (now := time.perf_counter()) < until:
                while due and due[0] <= now:
                    del due[0]
                    self.come()
                for fd, event in self.poll.poll(0.001 if due else 0.1):
                    missing -= self.attend(fd, event)
            time.sleep(max(0.0, min(until, began + RETURN_SECONDS) - time.perf_counter()))
            for comer in self.comers.values():
                comer.socket.close()
            self.comers.clear()

    def come(self) -> None:
        comer = Comer(self.port, self.dialect)
        self.comers[comer.socket.fileno()] = comer
        self.poll.register(comer.socket, select.EPOLLOUT)

    def attend(self, fd: int, event: int) -> bool:
        """Go on with one of them; whether it is in now."""
        comer = self.comers[fd]
        try:
            if event & select.EPOLLOUT:
                comer.speak()
                self.poll.modify(fd, select.EPOLLIN)
                return False
            comer.hear()
        except OSError:
            del self.comers[fd]
            comer.socket.close()
            self.come()
            return False
        if comer.here:
            self.poll.unregister(fd)
            self.returned += 1
        return comer.here

    @property
    def did(self) -> str:
        return f"{self.returned:,} came in"


KINDS: dict[str, Callable[[dict[str, Any]], Flood | Crowd | Export | Return]] = {
    "text": text,
    "ping": ping,
    "crowd": Crowd,
    "export": Export,
    "return": Return,
}


def main() -> None:
    task = json.loads(sys.argv[1])
    nuisance = KINDS[task["kind"]](task)
    tell(ready=True)
    seconds = float(sys.stdin.readline())
    cpu, began = time.process_time(), time.perf_counter()
    nuisance.storm(began + seconds)
    seconds = time.perf_counter() - began
    tell(did=nuisance.did, load=(time.process_time() - cpu) / seconds)


if __name__ == "__main__":
    main()
