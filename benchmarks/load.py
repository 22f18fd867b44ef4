"""The load: readers and one writer on raw sockets, in a process of its own.

It parses every WebSocket frame it counts, so that nothing counts which did not arrive whole, and
it tells its own CPU time, so that it is seen when it is the bottleneck and not the server.

    python benchmarks/load.py '{"url": …, "headers": …, "readers": 1000, "window": 32, …}'
"""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import struct
import sys
import time
from typing import Any
from urllib.parse import urlsplit

MESSAGE = b'{"type":"message"'


class Client:
    """One connection that joins a room and counts the messages it gets."""

    def __init__(self, url: str, headers: dict[str, str], room: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {parts.path} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: tornchat.v1",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.rest = self._handshake()
        self.messages = 0
        self.send({"type": "join", "room": room})
        while not self.parse(b'{"type":"joined"'):
            self.rest += self.socket.recv(65536)
        self.socket.setblocking(False)

    def _handshake(self) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.socket.recv(4096)
            if not more:
                break
            data += more
        head, _, rest = data.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise SystemExit(f"no WebSocket: {head[:200]!r}")
        return rest

    def send(self, frame: dict[str, Any]) -> None:
        """Send one frame; the mask is zero, which masks nothing and is as good as any."""
        payload = json.dumps(frame).encode()
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x81, 0x80 | size)
        else:
            head = struct.pack("!BBH", 0x81, 0xFE, size)
        self.socket.sendall(head + b"\0\0\0\0" + payload)

    def parse(self, wanted: bytes = MESSAGE) -> int:
        """Take whole frames from what has arrived; how many of them begin with `wanted`."""
        data = self.rest
        end, position, found = len(data), 0, 0
        while end - position >= 2:
            size, start = data[position + 1], position + 2
            if size == 126:
                if end - start < 2:
                    break
                size, start = int.from_bytes(data[start : start + 2], "big"), start + 2
            elif size == 127:
                if end - start < 8:
                    break
                size, start = int.from_bytes(data[start : start + 8], "big"), start + 8
            if end - start < size:
                break
            found += data.startswith(wanted, start)
            position = start + size
        self.rest = data[position:]
        return found

    def read(self) -> int:
        """How many messages have arrived since the last time."""
        try:
            more = self.socket.recv(1 << 20)
        except BlockingIOError:
            return 0
        if not more:
            raise SystemExit("the server closed a connection")
        self.rest = self.rest + more if self.rest else more
        found = self.parse()
        self.messages += found
        return found


class Load:
    """Readers, and a writer that keeps `window` messages on their way."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.task = task
        self.readers = [self.client(f"reader {i}") for i in range(task["readers"])]
        self.writer = self.client("writer")
        self.poll = select.epoll()
        self.by_fd = {c.socket.fileno(): c for c in [*self.readers, self.writer]}
        for fd in self.by_fd:
            self.poll.register(fd, select.EPOLLIN)
        self.text = "x" * task["characters"]
        self.sent = 0

    def client(self, name: str) -> Client:
        headers = {**self.task["headers"], "X-Tornchat-Name": name}
        return Client(self.task["url"], headers, self.task["room"])

    def say(self, count: int) -> None:
        """Send `count` messages."""
        self.writer.socket.setblocking(True)
        for _ in range(count):
            self.sent += 1
            frame = {
                "type": "send",
                "room": self.task["room"],
                "id": f"{os.getpid()}-{self.sent}",
                "text": self.text,
            }
            self.writer.send(frame)
        self.writer.socket.setblocking(False)

    def pump(self, until: float) -> int:
        """Read until a moment; every message that comes back to the writer makes room for the
        next. Returns the messages that all readers got."""
        deliveries = 0
        while (left := until - time.perf_counter()) > 0:
            for fd, _ in self.poll.poll(left):
                client = self.by_fd[fd]
                found = client.read()
                if client is self.writer:
                    self.say(found)
                else:
                    deliveries += found
        return deliveries

    def drain(self) -> None:
        """Read until every reader has every message that was sent; more would be a defect."""
        until = time.perf_counter() + 60
        while any(c.messages < self.sent for c in self.by_fd.values()):
            if time.perf_counter() > until:
                raise SystemExit("messages are missing")
            for fd, _ in self.poll.poll(1.0):
                self.by_fd[fd].read()
        if any(c.messages != self.sent for c in self.by_fd.values()):
            raise SystemExit("somebody got a message twice")


def tell(**what: Any) -> None:
    """One line for the process that measures."""
    print(json.dumps(what), flush=True)


def main() -> None:
    """Connect, wait for a line, run, and tell what arrived."""
    load = Load(json.loads(sys.argv[1]))
    tell(connected=len(load.by_fd))
    sys.stdin.readline()
    load.say(load.task["window"])
    load.pump(time.perf_counter() + load.task["warm_up"])
    tell(measuring=True)
    cpu, began = time.process_time(), time.perf_counter()
    deliveries = load.pump(began + load.task["seconds"])
    seconds = time.perf_counter() - began
    tell(deliveries=deliveries, seconds=seconds, cpu=time.process_time() - cpu)
    load.drain()
    tell(sent=load.sent, whole=True)


if __name__ == "__main__":
    main()
