"""The chat room of the seed, rewritten from what it does: a tornado handler that writes each
message to each connection. Nothing is kept.

    python benchmarks/peers/seed.py PORT
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime
from typing import Any

from tornado.web import Application
from tornado.websocket import WebSocketHandler

online: dict[str, set[ChatHandler]] = {}


class ChatHandler(WebSocketHandler):
    def check_origin(self, origin: str) -> bool:
        return True

    def open(self, *args: Any, **kwargs: Any) -> None:
        self.here = online.setdefault(self.get_argument("room", "lobby"), set())
        self.here.add(self)
        self.tell(f"[{self.request.remote_ip}]-[{now()}]-{self.name} entered the room")

    def on_message(self, message: str | bytes) -> None:
        self.tell(f"[{now()}]-[{self.name}]-says:\n{json.loads(message)['msg']}")

    def on_close(self) -> None:
        self.here.discard(self)
        self.tell(f"[{self.request.remote_ip}]-[{now()}]-{self.name} left the room")

    @property
    def name(self) -> str:
        return self.get_argument("username")

    def tell(self, line: str) -> None:
        for handler in self.here:
            handler.write_message(line)


def now() -> str:
    return datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")


async def main() -> None:
    application = Application([("/chat", ChatHandler)], websocket_ping_interval=5)
    application.listen(int(sys.argv[1]), address="127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())
