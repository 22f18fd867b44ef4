"""Something between a browser and its server that a test may put in the way: it cuts, holds back,
refuses WebSockets or long bodies as some proxies do, or leads to nowhere or to another server.

It works in threads, because a browser test keeps its own thread busy.
"""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress

CHUNK = 65536
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n(?:.*\r\n)*\r\n", re.IGNORECASE)
TOO_BIG = b"HTTP/1.1 413 Request Entity Too Large\r\nConnection: close\r\n\r\n<h1>413 nginx</h1>"
REFUSAL = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Gateway:
    """Forwards its own `port` to `to`. For a `with`.

    Args:
        to: a server's port; it may be changed, and 0 leads to nowhere.
    """

    def __init__(self, to: int) -> None:
        self.to = to
        self.lets_sockets_through = True
        self.longest: int | None = None
        """Bytes that a request's body may have; what is longer is refused with a page of HTML."""
        self._flows = threading.Event()
        self._flows.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/"
        self._lines: set[socket.socket] = set()

    def __enter__(self) -> Gateway:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        close(self._door)
        self.release()
        self.cut()

    def hold(self) -> None:
        """From now on nothing that the server says arrives."""
        self._flows.clear()

    def release(self) -> None:
        """What was held back arrives."""
        self._flows.set()

    def cut(self) -> None:
        """Break every connection that there is."""
        for line in list(self._lines):
            close(line)

    def _accept(self) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                here, _ = self._door.accept()
                threading.Thread(target=self._connect, args=(here,), daemon=True).start()

    def _connect(self, here: socket.socket) -> None:
        try:
            there = socket.create_connection(("127.0.0.1", self.to))
        except OSError:
            close(here)
            return
        self._lines |= {here, there}
        back = threading.Thread(target=self._forward, args=(there, here), daemon=True)
        back.start()
        self._forward(here, there, asks=True)
        back.join()
        self._lines -= {here, there}

    def _forward(self, one: socket.socket, other: socket.socket, asks: bool = False) -> None:
        with suppress(OSError):
            while data := one.recv(CHUNK):
                if asks and not self.lets_sockets_through and b"upgrade: websocket" in data.lower():
                    one.sendall(REFUSAL)
                    break
                if asks and self._is_too_big(data):
                    _swallow(one, data)
                    one.sendall(TOO_BIG)
                    break
                if not asks:
                    self._flows.wait()
                other.sendall(data)
        close(one)
        close(other)

    def _is_too_big(self, data: bytes) -> bool:
        length = LENGTH.search(data)
        return self.longest is not None and length is not None and int(length[1]) > self.longest


def _swallow(line: socket.socket, data: bytes) -> None:
    """Read a request to its end, as proxies do: a client that is still sending hears no answer."""
    length = LENGTH.search(data)
    assert length
    left = int(length[1]) - (len(data) - length.end())
    while left > 0 and (more := line.recv(CHUNK)):
        left -= len(more)


def close(line: socket.socket) -> None:
    """End it for whoever reads from it, too."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()
