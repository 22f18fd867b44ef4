"""A WebSocket handler of tornado with nothing in it: what a connection costs before any chat.

python benchmarks/peers/echo.py PORT
"""

from __future__ import annotations

import asyncio
import sys

from tornado.web import Application
from tornado.websocket import WebSocketHandler


class EchoHandler(WebSocketHandler):
    def on_message(self, message: str | bytes) -> None:
        self.write_message(message)


async def main() -> None:
    Application([("/.*", EchoHandler)]).listen(int(sys.argv[1]), address="127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
