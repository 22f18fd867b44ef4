"""Somebody who keeps chatting whatever happens to the line, exactly as docs/protocol.md tells:
remembers the place in the room and resumes there, and sends again what did not come back.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from random import Random
from typing import Any

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketError,
    websocket_connect,
)

from client import SUBPROTOCOL, Frame
from screen import Screen
from servers import Server

PATIENCE = 60.0
"""Seconds that anything may take; only a test that fails ever waits so long."""
AGAIN_SECONDS = 0.02
"""Between two attempts to connect."""


class Person:
    """One person in one room.

    Args:
        url: of the socket; asked anew for each connection.
        headers: that say who it is.
        pause: seconds to wait before the next frame is read, for a reader who is slow.
    """

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        room: str = "lobby",
        pause: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.url = url
        self.headers = headers
        self.room = room
        self.pause = pause
        self.epoch: str | None = None
        self.placed = False
        """Whether there is a place in the room to resume from."""
        self.seq = 0
        self.check: str | None = None
        self.screen = Screen()
        """Every message as it is shown; forgotten at a reset."""
        self.seen: list[Frame] = []
        """Every message and change that ever came, shown or not, and never forgotten."""
        self.outbox: dict[str, Frame] = {}
        """What is not known to be kept: frames by id."""
        self.acknowledged: dict[str, int] = {}
        """`seq` of my own messages and changes by id."""
        self.said: list[int] = []
        """`seq` of my own messages that were not taken back, as far as I know, and no questions."""
        self.questions: list[int] = []
        """`seq` of everyone's questions."""
        self.gaps: list[tuple[int, int]] = []
        """Where somebody else's entry came too early: the last `seq`, and the one that came."""
        self.rejected: list[Frame] = []
        self.closed: list[int | None] = []
        """The close code of each connection that ended."""
        self.resets = 0
        self.connections = 0
        self.pages = 0
        """Answers to a join that resumed."""
        self.socket: WebSocketClientConnection | None = None
        self.live = False
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # ------------------------------------------------------------------------ what it does

    async def __aenter__(self) -> Person:
        self._task = asyncio.create_task(self._keep_connected())
        # Who comes in later than the first words sees no more than the newest page of them.
        await self.until(lambda: self.placed)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def say(self, id: str, text: str, window: int = 16) -> None:
        """Say something, once fewer than `window` of my messages are on their way."""
        await self._send({"type": "send", "room": self.room, "id": id, "text": text}, window)

    async def edit(self, id: str, of: int, text: str) -> None:
        """Give my message `of` another text."""
        frame = {"type": "edit", "room": self.room, "id": id, "seq": of, "text": text}
        await self._send(frame)

    async def delete(self, id: str, of: int) -> None:
        """Take my message `of` back."""
        self.said.remove(of)
        await self._send({"type": "delete", "room": self.room, "id": id, "seq": of})

    async def ask(self, id: str) -> None:
        """Ask everyone, for longer than they are here."""
        question = {"choices": ["no", "yes"], "seconds": 3600, "vote": True}
        said = {"type": "send", "room": self.room, "id": id, "text": "?", "question": question}
        await self._send(said)

    async def answer(self, id: str, of: int, choice: int) -> None:
        """Answer the question in message `of`."""
        answer = {"type": "answer", "room": self.room, "id": id, "seq": of, "choice": choice}
        await self._send(answer)

    async def change_one(self, id: str, chance: Random) -> None:
        """Edit one of my messages, or take it back; now and then ask, or answer somebody."""
        happens = chance.random()
        if happens < 0.05:
            await self.ask(id)
        elif happens < 0.3 and self.questions:
            await self.answer(id, chance.choice(self.questions[-5:]), chance.randrange(2))
        elif self.said:
            of = chance.choice(self.said[-20:])
            if chance.random() < 0.3:
                await self.delete(id, of)
            else:
                await self.edit(id, of, f"edit {id}")

    async def _send(self, frame: Frame, window: int = 16) -> None:
        await self.until(lambda: len(self.outbox) < window)
        self.outbox[frame["id"]] = frame
        if self.live:
            self._write(**frame)

    @property
    def shown(self) -> list[Frame]:
        """The messages as they are shown, oldest first."""
        return self.screen.shown()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until what has been heard makes it true.

        Raises:
            AssertionError: it did not.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"it never came true for {self}") from None

    def __repr__(self) -> str:
        return (
            f"<at {self.seq} of {self.room}, {len(self.outbox)} unsent, live: {self.live},"
            f" connections: {self.connections}, rejected: {self.rejected[-3:]}>"
        )

    # ------------------------------------------------------------------------- the line

    async def _keep_connected(self) -> None:
        while True:
            with suppress(OSError, HTTPClientError, StreamClosedError, WebSocketError):
                await self._be_connected()
            await asyncio.sleep(AGAIN_SECONDS)

    async def _be_connected(self) -> None:
        request = HTTPRequest(self.url, headers=self.headers, connect_timeout=10)
        socket = await websocket_connect(request, subprotocols=[SUBPROTOCOL])
        self.socket = socket
        self.connections += 1
        try:
            while (data := await socket.read_message()) is not None:
                if pause := self.pause():
                    await asyncio.sleep(pause)
                self._hear(json.loads(data))
                self._news.set()
        finally:
            self.closed.append(socket.close_code)
            self.live = False
            self._news.set()
            socket.close()

    def _write(self, **frame: Any) -> None:
        assert self.socket is not None
        # A line that has just broken is heard of by whoever reads from it.
        with suppress(WebSocketClosedError, StreamClosedError):
            done = self.socket.write_message(json.dumps(frame))
            done.add_done_callback(lambda done: done.cancelled() or done.exception())

    # ---------------------------------------------------------------------- what it hears

    def _hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                if self.epoch is None:
                    self.epoch = frame["epoch"]
                self._join()
            case "joined":
                self._joined(frame)
            case "reset":
                self.resets += 1
                self.epoch, self.placed, self.check = frame["epoch"], False, None
                self.screen, self.said, self.questions = Screen(), [], []
                self._join()
            case "message" | "changed" | "answered" | "closed":
                self._entry(frame)
            case "rejected":
                self.rejected.append(frame)

    def _join(self) -> None:
        place: Frame = {}
        if self.placed:
            place = {"after": self.seq, "epoch": self.epoch, "ref": "resume"}
            if self.check is not None:
                place["check"] = self.check
        self._write(type="join", room=self.room, **place)

    def _joined(self, frame: Frame) -> None:
        resumed = frame.get("ref") == "resume"
        if not resumed:
            self.placed, self.screen, self.said, self.questions = True, Screen(), [], []
        for message in frame["messages"]:
            self._acknowledge(message)
            self.screen.show(message)
        self.seq, self.check = frame["to"], frame.get("check")
        self.pages += resumed
        if resumed and frame["more"]:
            self._join()
            return
        self.live = True
        for waiting in self.outbox.values():
            self._write(**waiting)

    def _entry(self, frame: Frame) -> None:
        mine = self._acknowledge(frame)
        if frame["seq"] == self.seq + 1:
            self.seq, self.check = frame["seq"], frame["id"]
            (self.screen.show if frame["type"] == "message" else self.screen.change)(frame)
        elif frame["seq"] > self.seq and not mine:
            self.gaps.append((self.seq, frame["seq"]))

    def _acknowledge(self, frame: Frame) -> bool:
        """Take note of what came; whether it is mine."""
        self.seen.append(frame)
        if "question" in frame and frame["seq"] not in self.questions[-20:]:
            self.questions.append(frame["seq"])
        sent = self.outbox.pop(frame["id"], None)
        if sent is not None:
            self.acknowledged[frame["id"]] = frame["seq"]
            if sent["type"] == "send" and "question" not in sent:
                self.said.append(frame["seq"])
        return sent is not None


def guest(server: Server, name: str) -> str:
    """The ticket of a guest who entered by the form of an open chat server."""
    with server.enter(name) as client:
        (ticket,) = (c.value for c in client.cookies.jar if c.name.startswith("tornchat-ticket"))
        assert ticket
        return ticket


def holding(ticket: str, server: Server) -> dict[str, str]:
    """The headers of a guest; a server knows the tickets of all who share its file."""
    return {"Cookie": f"tornchat-ticket-{server.port}={ticket}"}


def program(server: Server, name: str) -> dict[str, str]:
    """The headers of a program on a notebook server."""
    return {"Authorization": f"token {server.token}", "X-Tornchat-Name": name}


def history(server: Server, path: str, headers: dict[str, str], room: str = "lobby") -> list[Frame]:
    """All messages of a room, by the pages of the REST interface under `path`."""
    found: list[Frame] = []
    with server.http() as client:
        client.headers.update(headers)
        client.timeout = 30  # type: ignore[assignment]
        more = True
        while more:
            after = found[-1]["seq"] if found else 0
            query = {"after": after, "limit": 200}
            page = client.get(f"{path}api/rooms/{room}/messages", params=query).json()
            found += page["messages"]
            more = page["more"]
    return found


def places(messages: Iterable[Frame]) -> list[tuple[int, str]]:
    """What must be the same for everyone: which message has which place."""
    return [(message["seq"], message["id"]) for message in messages]
