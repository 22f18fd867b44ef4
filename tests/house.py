"""A hub on a file, and the guests it takes for sockets: what they hear is kept."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from client import Frame
from jupyter_tornchat import requests
from jupyter_tornchat.access import MEMBER
from jupyter_tornchat.connection import Connection
from jupyter_tornchat.events import Answered, Changed, Closed, Content, Moderated, Said
from jupyter_tornchat.hub import Hub
from jupyter_tornchat.log import Deliver, Entry
from jupyter_tornchat.protocol import Close, Question, User, encode
from jupyter_tornchat.rate import Bucket
from jupyter_tornchat.sqlite import SQLiteLog
from jupyter_tornchat.view import View
from screen import PLACED, Screen

ANN, BEN = User("guest:1", "ann", "guest"), User("guest:2", "ben", "guest")
LOG = logging.getLogger("test")


class Gate:
    """Holds what the log delivers until it is let through."""

    def __init__(self) -> None:
        self.held: list[Entry] = []
        self.open = True

    def __call__(self, deliver: Deliver) -> Deliver:
        self._deliver = deliver
        return self.arrive

    def arrive(self, entries: Sequence[Entry]) -> None:
        self.held += entries
        if self.open:
            self.let(len(self.held))

    def let(self, count: int) -> None:
        through, self.held = self.held[:count], self.held[count:]
        self._deliver(through)


class Recorder:
    """The outgoing side of a connection: keeps what is written to it."""

    def __init__(self, news: asyncio.Event) -> None:
        self.open = True
        self.frames: list[Frame] = []
        self.pings = 0
        self._news = news

    def write(self, data: bytes) -> None:
        while self.open and data:
            form = {126: 2, 127: 8}.get(data[1], 0)
            size = int.from_bytes(data[2 : 2 + form], "big") if form else data[1]
            payload = data[2 + form : 2 + form + size]
            if data[0] == 0x89:
                self.pings += 1
            else:
                typed = payload.startswith(b"{")
                line = {"type": "line", "line": payload.decode()}
                self.frames.append(json.loads(payload) if typed else line)
            data = data[2 + form + size :]
        self._news.set()


class Guest:
    """One connection to the hub, as a socket would be."""

    def __init__(self, hub: Hub, news: asyncio.Event, user: User, **more: Any) -> None:
        self.hub = hub
        self.news = news
        self.wire = Recorder(news)
        self.codes: list[Close] = []
        options = {"named": True, "plain": False, "frames": Bucket(0, 0), "access": MEMBER} | more
        self.connection = Connection(user=user, wire=self.wire, end=self.end, **options)  # type: ignore[arg-type]
        hub.connect(self.connection)

    def end(self, code: Close) -> None:
        self.wire.open = False
        self.codes.append(code)

    def say(self, frame: Any) -> None:
        requests.receive(self.hub, self.connection, frame)

    def heard(self, type: str) -> list[Frame]:
        return [frame for frame in self.wire.frames if frame["type"] == type]

    async def answer(self, frame: Any) -> Frame:
        """Say it, and return the frame that answers its `ref`."""
        frame.ref = f"ref {len(self.wire.frames)}"
        self.say(frame)
        async with asyncio.timeout(10):
            while not (found := [f for f in self.wire.frames if f.get("ref") == frame.ref]):
                self.news.clear()
                await self.news.wait()
        return found[0]

    async def hears(self, frame: Any, type: str) -> Frame:
        """Say it, and return the frame by which everyone hears of it."""
        self.say(frame)
        async with asyncio.timeout(10):
            while not (found := [f for f in self.heard(type) if f["id"] == frame.id]):
                self.news.clear()
                await self.news.wait()
        return found[0]

    async def refused(self, frame: Any) -> str:
        answer = await self.answer(frame)
        assert answer["type"] == "rejected"
        assert answer["reason"]
        return answer["code"]


class House:
    """A hub on a file, and its guests."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.news = asyncio.Event()
        self.story: list[Frame] = []
        """Every entry of the lobby, as one who stays and sees everything hears it."""
        self.askers: list[str] = []
        """Of each of them: id of whose thread it is in; empty where in none."""
        self.asked: list[int] = []
        """The places of the lobby's votes."""
        self._numbers = itertools.count(1)

    def guest(self, user: User = ANN, **options: Any) -> Guest:
        return Guest(self.hub, self.news, user, **options)

    async def keep(self, *events: Content) -> None:
        """These are kept, unless they are refused."""
        futures = [self.hub.log.append(event) for event in events]
        for answer in await asyncio.gather(*futures, return_exceptions=True):
            if not isinstance(answer, BaseException):
                entry = answer.entry
                self.story.append(json.loads(encode(entry.event.frame(entry.seq))))
                self.askers.append(entry.event.asker)

    def story_of(self, user: User) -> list[Frame]:
        """Every entry of the lobby, as somebody hears it who stays and does not moderate."""
        return [
            frame
            if asker in {"", user.id}
            else {"type": "passed", "room": "lobby", "seq": frame["seq"]}
            for frame, asker in zip(self.story, self.askers, strict=True)
        ]

    async def say(self, count: int, room: str = "lobby") -> None:
        """So many messages are kept."""
        await self.keep(*(Said(room, f"{n}", ANN, "x", n) for n in self.numbers(count)))

    async def whisper(self, count: int) -> None:
        """So many messages are kept that belong to a thread of Ben's."""
        said = [Said("lobby", f"{n}", ANN, "x", n, asker=BEN.id) for n in self.numbers(count)]
        await self.keep(*said)

    async def clear(self, of: int | None = None, whom: User | None = None) -> None:
        """A moderator of the lobby takes away a message, or all of somebody's, or all."""
        (n,) = self.numbers(1)
        await self.keep(Moderated("lobby", f"{n}", BEN, n, "clear", whom=whom, of=of))

    async def change(self, of: int, text: str | None) -> None:
        """A message of the lobby has another text from now on, or none."""
        await self.keep(*(Changed("lobby", f"{n}", ANN, of, n, text) for n in self.numbers(1)))

    async def ask(self) -> None:
        """There is one more vote in the lobby."""
        (n,) = self.numbers(1)
        vote = Question(["no", "yes"], 2**53 - 1, vote=True)
        await self.keep(Said("lobby", f"{n}", ANN, "?", n, question=vote))
        self.asked.append(self.story[-1]["seq"])

    async def answer(self, of: int) -> None:
        """One more person answers a vote."""
        (n,) = self.numbers(1)
        await self.keep(Answered("lobby", f"{n}", User(f"guest:{n}", "x", "guest"), of, n % 2, n))

    async def close(self, of: int) -> None:
        """A vote is over."""
        (n,) = self.numbers(1)
        await self.keep(Closed("lobby", f"{n}", ANN, of, "withdrawn", n))

    def numbers(self, count: int) -> list[int]:
        return [next(self._numbers) for _ in range(count)]


@asynccontextmanager
async def house(
    folder: Path, deliver: Any = None, view: type[View] = View, **options: Any
) -> AsyncIterator[House]:
    log = SQLiteLog(folder / "chat.db", LOG)
    shown = view(log.connect)
    given = {"message_rate": 0, "max_connections": 100, "heartbeat": 15.0, "version": "0"}
    hub = Hub(log, shown, **(given | options))
    await log.start(deliver(hub.deliver) if deliver else hub.deliver)
    await hub.start()
    found = House(hub)
    try:
        yield found
    finally:
        await log.close()
        for connection in list(hub.connections):
            hub.disconnect(connection)
        await hub.close()
        shown.close()


def check(guest: Guest, after: int | None, place: House) -> None:
    """Whoever came in anywhere ends with the same messages as who stayed, and got each entry at
    most once."""
    story = place.story_of(guest.connection.user)
    screen = Screen(story[: after or 0])
    for frame in guest.wire.frames:
        screen.hear(frame)
    stayed = Screen(story)
    assert (screen.gaps, screen.seq) == ([], stayed.seq)
    assert screen.shown(screen.first) == stayed.shown(screen.first)
    live = [f["seq"] for f in guest.wire.frames if f["type"] in PLACED]
    assert live == sorted(set(live))
