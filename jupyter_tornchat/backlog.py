"""The backlog: how many may wait until a server takes their connection, and how it takes them.

Who finds it full is not told so: their operating system tries again after one second, then after
two, four and eight. tornado's 128 are full at once where a thousand people come back after a
restart. And tornado takes up to 128 of them before the loop has its turn, which is late by 20 ms
then. Beside `fanout` and `handlers.upgrade` only this file touches what tornado calls private:
Jupyter makes its sockets itself.
"""

# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tornado.ioloop import IOLoop
from tornado.tcpserver import TCPServer

BACKLOG = socket.SOMAXCONN
"""As many as the operating system allows."""


def lengthen(server: TCPServer) -> None:
    """Let so many wait for a server that listens already, and take them one by one."""
    for fd, listening in server._sockets.items():
        listening.listen(BACKLOG)
        server._handlers[fd]()  # tornado's own ends
        server._handlers[fd] = _accept(listening, server._handle_connection)


def _accept(
    listening: socket.socket, callback: Callable[[socket.socket, Any], None]
) -> Callable[[], None]:
    """As tornado's `add_accept_handler`, but one connection in each turn of the loop."""
    loop = IOLoop.current()

    def accept(*_: Any) -> None:
        # Whoever it was may have gone, or another process may have taken them.
        with suppress(BlockingIOError, ConnectionAbortedError):
            callback(*listening.accept())

    loop.add_handler(listening, accept, IOLoop.READ)
    return lambda: loop.remove_handler(listening)
