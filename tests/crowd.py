"""People who are only there: in a room, in a thread of their own beside a browser test."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from client import Client
from servers import Server


@contextmanager
def crowd(server: Server, room: str, people: Sequence[Mapping[str, str]]) -> Iterator[None]:
    """They are in a room of a notebook server, until the `with` ends; each is known by headers."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        clients = asyncio.run_coroutine_threadsafe(come(server, room, people), loop).result(60)
        yield
        asyncio.run_coroutine_threadsafe(go(clients), loop).result(60)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def come(server: Server, room: str, people: Sequence[Mapping[str, str]]) -> list[Client]:
    clients = []
    for headers in people:
        client = await Client.connect(server.socket_url("tornchat/chat"), headers=headers)
        clients.append(client)
        joined = await client.join(room)
        assert joined["type"] == "joined", joined
    return clients


async def go(clients: list[Client]) -> None:
    await asyncio.gather(*(client.close() for client in clients))
