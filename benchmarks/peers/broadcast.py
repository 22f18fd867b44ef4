"""`websockets` with its own `broadcast`, which encodes a message once for all. Nothing is kept.

python benchmarks/peers/broadcast.py PORT
"""

from __future__ import annotations

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

rooms: dict[str, set[ServerConnection]] = {}


async def chat(connection: ServerConnection) -> None:
    assert connection.request is not None
    room = rooms.setdefault(connection.request.path, set())
    room.add(connection)
    try:
        async for message in connection:
            broadcast(room, message)
    finally:
        room.discard(connection)


async def main() -> None:
    async with serve(chat, "127.0.0.1", int(sys.argv[1]), compression=None):
        await asyncio.Event().wait()


asyncio.run(main())
