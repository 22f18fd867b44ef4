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
from typing import Any

from tornado.ioloop import IOLoop
from tornado.tcpserver import TCPServer

BACKLOG = socket.SOMAXCONN
"""As many as the operating system allows."""
AGAIN_SECONDS = 1.0
"""After which a server tries again that had no file for who came (as asyncio's own do)."""


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
    again: object = None

    def accept(*_: Any) -> None:
        nonlocal again
        try:
            taken = listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # whoever it was has gone, or another process has taken them
        except OSError:
            # There is no file left. Whoever waits would be asked for in each turn of the loop, and
            # each time a trace of it written to the log, 5 MB a second.
            loop.remove_handler(listening)
            again = loop.call_later(AGAIN_SECONDS, begin)
            raise
        callback(*taken)

    def begin() -> None:
        loop.add_handler(listening, accept, IOLoop.READ)

    def end() -> None:
        if again is not None:
            loop.remove_timeout(again)
        loop.remove_handler(listening)

    begin()
    return end
