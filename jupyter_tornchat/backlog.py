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

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from tornado.ioloop import IOLoop
from tornado.tcpserver import TCPServer

BACKLOG = socket.SOMAXCONN
"""As many as the operating system allows."""
TURNS = 4
"""Of so many turns of the loop, one takes somebody, while many wait. Whoever was taken needs a few
more until they are in; where each of those took somebody else, too, all turns would be long, and a
kernel's answer, which needs a dozen of them, would wait for a dozen people."""
AGAIN_SECONDS = 1.0
"""After which a server tries again that had no file for who came (as asyncio's own do)."""


def lengthen(server: TCPServer) -> None:
    """Let so many wait for a server that listens already, and take them one by one."""
    for fd, listening in server._sockets.items():
        listening.listen(BACKLOG)
        server._handlers[fd]()  # tornado's own ends
        acceptor = Acceptor(listening, server._handle_connection)
        acceptor.open()
        server._handlers[fd] = acceptor.close


class Acceptor:
    """What tornado's `add_accept_handler` is, but that one comes in, and then none for some turns.

    Args:
        listening: where they wait.
        callback: takes who came, and their address.
    """

    def __init__(
        self, listening: socket.socket, callback: Callable[[socket.socket, Any], None]
    ) -> None:
        self._listening = listening
        self._callback = callback
        self._loop = IOLoop.current()

    def open(self) -> None:
        """Take the next one, when there is one."""
        if self._listening.fileno() >= 0:  # it was not closed meanwhile
            self._loop.add_handler(self._listening, self._accept, IOLoop.READ)

    def close(self) -> None:
        """Take nobody."""
        self._loop.remove_handler(self._listening)

    def _accept(self, *_: Any) -> None:
        self.close()
        try:
            taken = self._listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            self.open()  # whoever it was has gone, or another process has taken them
        except OSError:
            # There is no file left. Whoever waits would be asked for in each turn of the loop, and
            # each time a trace of it written to the log, 5 MB a second.
            self._loop.call_later(AGAIN_SECONDS, self.open)
            raise
        else:
            self._rest(TURNS - 1)
            self._callback(*taken)

    def _rest(self, turns: int) -> None:
        if turns:
            asyncio.get_running_loop().call_soon(self._rest, turns - 1)
        else:
            self.open()
