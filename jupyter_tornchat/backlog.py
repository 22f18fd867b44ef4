"""The backlog: how many may wait until a server takes their connection.

Who finds it full is not told so: their operating system tries again after one second, then after
two, four and eight. tornado's 128 are full at once where a thousand people come back after a
restart. Beside `fanout` and `handlers.upgrade` only this file touches what tornado calls private:
Jupyter makes its sockets itself.
"""

from __future__ import annotations

import socket

from tornado.tcpserver import TCPServer

BACKLOG = socket.SOMAXCONN
"""As many as the operating system allows."""


def lengthen(server: TCPServer) -> None:
    """Let so many wait for a server that listens already."""
    for listening in server._sockets.values():  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        listening.listen(BACKLOG)
