"""The load: readers and writers on raw sockets, in a process of its own.

It parses every WebSocket frame it counts, so that nothing counts which did not arrive whole, and
it tells how long it had something to do, so that it is seen when it is the bottleneck. All
readers of a room get the same bytes, so what was parsed once is known again by comparing it whole.

    python benchmarks/load.py '{"port": …, "dialect": …, "readers": 1000, "window": 32, …}'
"""

from __future__ import annotations

import base64
import heapq
import itertools
import json
import os
import select
import socket
import struct
import sys
import time
from typing import Any, NamedTuple

from dialects import Dialect

HOST = "127.0.0.1"
TEXT, PING, PONG = 0x81, 0x89, 0x8A
KNOWN = 2_000
"""Reads that are remembered as parsed."""
DRAIN_SECONDS = 20.0
"""How long what was said may take to arrive, once nothing more is said."""
CLIENTS = itertools.count(1)


class Parsed(NamedTuple):
    """What some bytes hold."""

    messages: int
    rest: bytes
    """The beginning of a frame that is not whole yet."""
    pings: list[bytes]


class Parser:
    """Takes WebSocket frames apart (RFC 6455, 5.2; a server's are not masked).

    Args:
        message: how the frame of a message begins.
    """

    def __init__(self, message: str) -> None:
        self.message = message.encode()
        self._known: dict[bytes, Parsed] = {}

    def parse(self, data: bytes) -> Parsed:
        """Whole frames from the front of `data`."""
        parsed = self._known.get(data)
        if parsed is None:
            if len(self._known) >= KNOWN:
                self._known.clear()
            parsed = self._known[data] = self._parse(data)
        return parsed

    def _parse(self, data: bytes) -> Parsed:
        position, found, pings = 0, 0, []
        for opcode, start, end in frames(data):
            if opcode == TEXT:
                found += data.startswith(self.message, start)
            elif opcode == PING:
                pings.append(data[start:end])
            else:
                raise SystemExit(f"the server sent {data[start - 2 : end][:200]!r}")
            position = end
        return Parsed(found, data[position:], pings)


def frames(data: bytes) -> list[tuple[int, int, int]]:
    """First byte, begin and end of the payload of each whole frame."""
    found: list[tuple[int, int, int]] = []
    end, position = len(data), 0
    while end - position >= 2:
        size, start = data[position + 1], position + 2
        if size == 126:
            start += 2
            size = int.from_bytes(data[start - 2 : start], "big")
        elif size == 127:
            start += 8
            size = int.from_bytes(data[start - 8 : start], "big")
        if start > end or end - start < size:
            break
        found.append((data[position], start, start + size))
        position = start + size
    return found


class Line:
    """One WebSocket, on which the client is in.

    Args:
        port: of the server.
        dialect: says where it is, and what is said first.

    Raises:
        ConnectionError: it was not let in.
    """

    __slots__ = ("rest", "socket")

    def __init__(self, port: int, dialect: Dialect) -> None:
        self.socket = socket.create_connection((HOST, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""
        self.socket.sendall(handshake(port, dialect))
        while b"\r\n\r\n" not in self.rest:
            self._hear()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise ConnectionError(f"no WebSocket: {head[:200]!r}")
        for frame in dialect.first:
            self.send(frame.encode())
        while dialect.ready and not self._is_ready(dialect.ready.encode()):
            self._hear()

    def _hear(self) -> None:
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the server hung up")
        self.rest += more

    def _is_ready(self, ready: bytes) -> bool:
        for _, start, end in frames(self.rest):
            if self.rest.startswith(ready, start):
                self.rest = self.rest[end:]
                return True
        return False

    def send(self, payload: bytes, opcode: int = TEXT) -> None:
        """Send one frame."""
        data = masked(payload, opcode)
        while data:
            try:
                data = data[self.socket.send(data) :]
            except BlockingIOError:
                select.select([], [self.socket], [])


def handshake(port: int, dialect: Dialect, who: str = "") -> bytes:
    """What a client says to open a WebSocket; `who` it is where another connection is nobody
    else."""
    who = who or f"{os.getpid()}.{next(CLIENTS)}"
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {dialect.path} HTTP/1.1",
        f"Host: {HOST}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *(f"{name}: {value}" for name, value in dialect.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").replace("{client}", who).encode()


def masked(payload: bytes, opcode: int = TEXT) -> bytes:
    """A client's frame; its mask is zero, which masks nothing and is as good as any."""
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", opcode, 0x80 | size)
    else:
        head = struct.pack("!BBH", opcode, 0xFE, size)
    return head + b"\0\0\0\0" + payload


class Client(Line):
    """One connection that is in a room and counts the messages it gets."""

    __slots__ = ("messages", "parser", "room")

    def __init__(self, port: int, dialect: Dialect, parser: Parser, room: Room) -> None:
        super().__init__(port, dialect)
        self.parser = parser
        self.room = room
        self.messages = 0
        self.socket.setblocking(False)

    def read(self) -> int:
        """How many messages have arrived since the last time."""
        try:
            data = self.socket.recv(65536)
        except BlockingIOError:
            return 0
        if not data:
            raise SystemExit("the server closed a connection")
        found, self.rest, pings = self.parser.parse(self.rest + data if self.rest else data)
        for ping in pings:
            self.send(ping, PONG)
        self.messages += found
        return found


class Room:
    """The readers of one room and its writer, who hears what it says as they do."""

    def __init__(self, task: dict[str, Any], name: str) -> None:
        self.name = name
        self.dialect = Dialect(**task["dialect"]).of_room(name)
        self._port: int = task["port"]
        self._parser = Parser(self.dialect.message)
        self.clients: list[Client] = []
        self.text = "x" * task["characters"]
        self.sent = 0
        self.at = [0]
        """How many clients have heard so many messages and no more, from `heard` on."""
        self.heard = 0
        """How many messages everyone has."""
        self.said_at: list[float] = []

    @property
    def writer(self) -> Client:
        """Who speaks: the first who came."""
        return self.clients[0]

    def come(self) -> Client:
        """One more comes in."""
        client = Client(self._port, self.dialect, self._parser, self)
        self.clients.append(client)
        self.at[0] += 1
        return client

    def say(self, count: int) -> None:
        """Send `count` messages."""
        for _ in range(count):
            self.sent += 1
            self.said_at.append(time.perf_counter())
            id = f"{os.getpid()}-{self.name}-{self.sent}"
            self.writer.send(self.dialect.say(id, self.text))

    def count(self, client: Client, found: int) -> int:
        """A client has heard so many more; how many more messages everyone has by now."""
        at, heard = self.at, self.heard
        place = client.messages - heard
        while len(at) <= place:
            at.append(0)
        at[place - found] -= 1
        at[place] += 1
        level = 0
        while not at[level]:
            level += 1
        if level:
            del at[:level]
            self.heard += level
        return level


class Load:
    """All rooms, and what is measured of them."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.rooms = [Room(task, f"room{number}") for number in range(task["rooms"])]
        self.by_fd: dict[int, Client] = {}
        self.poll = select.epoll()
        for room in self.rooms:
            for _ in range(task["readers"] // task["rooms"]):
                client = room.come()
                self.by_fd[client.socket.fileno()] = client
                self.poll.register(client.socket.fileno(), select.EPOLLIN)
                # Who is there hears of each who comes, and answers pings meanwhile.
                for fd, _ in self.poll.poll(0):
                    self.by_fd[fd].read()
        self.times: list[float] = []
        """Seconds from the moment a message is said until the last reader has it."""
        self.busy = 0.0
        """Seconds in which there was something to read."""

    def pump(self, until: float) -> int:
        """Read until a moment. Where the task has a window, a message that everyone has makes
        place for the next; where it has a rate, they are said by the clock. Returns the messages
        that readers got."""
        window, rate = self.task.get("window"), self.task.get("rate")
        due = [(time.perf_counter(), number) for number in range(len(self.rooms))] if rate else []
        deliveries = 0
        while (now := time.perf_counter()) < until:
            while due and due[0][0] <= now:
                at, number = due[0]
                self.rooms[number].say(1)
                heapq.heapreplace(due, (at + len(self.rooms) / rate, number))
            # It never sleeps: who writes to somebody asleep on the same machine pays for waking
            # them. A client on another machine costs no such thing, and no processor either: where
            # there is nothing to read, whoever else wants this one has it.
            ready = self.poll.poll(0)
            for fd, _ in ready:
                client = self.by_fd[fd]
                found = client.read()
                if not found:
                    continue
                deliveries += found
                room = client.room
                if by_all := room.count(client, found):
                    self.time(room, by_all)
                    if window:
                        room.say(by_all)
            if ready:
                self.busy += time.perf_counter() - now
            else:
                os.sched_yield()
        return deliveries

    def time(self, room: Room, by_all: int) -> None:
        """Note how long the last of these took."""
        now = time.perf_counter()
        said = room.said_at[room.heard - by_all : room.heard]
        self.times.extend(now - at for at in said)

    def drain(self) -> bool:
        """Read until every reader has every message that was sent; more would be a defect. Whether
        all had them in time."""
        until = time.perf_counter() + DRAIN_SECONDS
        while any(c.messages < c.room.sent for c in self.by_fd.values()):
            if time.perf_counter() > until:
                return False
            for fd, _ in self.poll.poll(1.0):
                self.by_fd[fd].read()
        if any(c.messages != c.room.sent for c in self.by_fd.values()):
            raise SystemExit("somebody got a message twice")
        return True


def tell(**what: Any) -> None:
    """One line for the process that measures."""
    print(json.dumps(what), flush=True)


def middle(times: list[float], part: float) -> float:
    """The time below which so large a part of them is, in ms."""
    return sorted(times)[min(len(times) - 1, int(part * len(times)))] * 1e3 if times else 0.0


def main() -> None:
    """Connect, wait for a line, run, and tell what arrived."""
    load = Load(json.loads(sys.argv[1]))
    task = load.task
    tell(connected=len(load.by_fd))
    sys.stdin.readline()
    if task.get("window"):
        for room in load.rooms:
            room.say(task["window"])
    load.pump(time.perf_counter() + task["warm_up"])
    load.times.clear()
    tell(measuring=True)
    load.busy, began = 0.0, time.perf_counter()
    deliveries = load.pump(began + task["seconds"])
    seconds = time.perf_counter() - began
    tell(
        deliveries=deliveries,
        messages=len(load.times),
        seconds=seconds,
        busy=load.busy,
        p50=middle(load.times, 0.5),
        p99=middle(load.times, 0.99),
    )
    tell(whole=load.drain())


if __name__ == "__main__":
    main()
