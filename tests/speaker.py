"""Somebody who says things beside a browser test: a text, files, a cell, an answer, a change."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Coroutine
from typing import Any, TypeVar

import httpx

import servers
from client import Client, Frame
from servers import Server

T = TypeVar("T")


class Speaker:
    """One person or program in one room of a notebook server. For a `with`.

    Args:
        client: an HTTP client that is theirs; `person` makes one.
    """

    def __init__(self, server: Server, client: httpx.Client, room: str) -> None:
        self.server = server
        self.client = client
        self.room = room
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._socket: Client | None = None

    def __enter__(self) -> Speaker:
        self._thread.start()
        token = self.client.headers.get("Authorization")
        headers = {"Authorization": token} if token else servers.cookie_header(self.client)
        name = self.client.headers.get("X-Tornchat-Name")
        if name:
            headers["X-Tornchat-Name"] = name
        self._socket = self._wait(
            Client.connect(self.server.socket_url("tornchat/chat"), headers=headers)
        )
        self._wait(self._socket.join(self.room))
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._wait(self._socket.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def say(self, text: str = "", **more: Any) -> Frame:
        """The message as it is kept; `more` are the other fields of `send`."""
        return self._ask("send", text=text, **more)

    def edit(self, seq: int, text: str) -> Frame:
        return self._ask("edit", seq=seq, text=text)

    def delete(self, seq: int) -> Frame:
        return self._ask("delete", seq=seq)

    def read(self, seq: int) -> None:
        """They have read up to there."""
        assert self._socket is not None
        self._wait(self._socket.say("read", room=self.room, seq=seq))
        self._wait(self._socket.say("heartbeat"))
        self._wait(self._socket.expect("heartbeat"))

    def upload(self, name: str, data: bytes) -> Frame:
        """A file for the room; its reference, as `files` of `send` has it."""
        address = f"tornchat/api/rooms/{self.room}/files"
        answer = self.client.post(address, params={"name": name}, content=data)
        answer.raise_for_status()
        return {"hash": answer.json()["hash"], "name": name}

    def _ask(self, type: str, **fields: Any) -> Frame:
        """Say a frame, and return what comes of it."""
        assert self._socket is not None
        id = uuid.uuid4().hex
        self._wait(self._socket.say(type, room=self.room, id=id, **fields))
        answer = self._wait(self._socket.expect("message", "changed", "rejected", id=id))
        assert answer["type"] != "rejected", answer
        return answer

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)
