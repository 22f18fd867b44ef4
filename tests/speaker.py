"""Somebody who says things beside a browser test: a text, files, a cell, a question, a change."""

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
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
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

    def edit(self, seq: int, text: str, **more: Any) -> Frame:
        return self._ask("edit", seq=seq, text=text, **more)

    def delete(self, seq: int) -> Frame:
        return self._ask("delete", seq=seq)

    def answer(self, seq: int, choice: int) -> Frame:
        return self._ask("answer", seq=seq, choice=choice)

    def withdraw(self, seq: int) -> Frame:
        return self._ask("withdraw", seq=seq)

    def progress(self, seq: int, text: str) -> None:
        """Their job's last word."""
        assert self._socket is not None
        self._wait(self._socket.say("progress", room=self.room, seq=seq, text=text))

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

    def message(self, seq: int) -> Frame:
        """A message as the server has it."""
        answer = self.client.get(f"tornchat/api/rooms/{self.room}/messages/{seq}")
        answer.raise_for_status()
        return answer.json()

    def _ask(self, type: str, **fields: Any) -> Frame:
        """Say a frame, and return what comes of it."""
        assert self._socket is not None
        id = uuid.uuid4().hex
        self._wait(self._socket.say(type, room=self.room, id=id, **fields))
        answers = ("message", "changed", "answered", "closed", "rejected")
        answer = self._wait(self._socket.expect(*answers, id=id))
        assert answer["type"] != "rejected", answer
        return answer

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)
