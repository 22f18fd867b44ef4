"""Does a room take longer to read the more was said in it?

A client of a jupyter_server opens the room, which gives the newest page; asks for a page in the
middle; comes back after it missed some messages; and asks what is new in all rooms. Beside it
jupyterlab-chat with as many messages, which sends all of them to who opens the chat.

    python benchmarks/history.py
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from dialects import Dialect
from peers import JupyterlabChat, Peer, Tornchat
from report import Report, ratio
from websocket import WebSocket, create_connection

import histories

LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
THEIR_LENGTHS = LENGTHS[:3]
MISSED = 50
TRIES, AT_LEAST, SECONDS = 100, 5, 2.0
"""How often each is done: so often, or as often as the time allows, but at least so often."""
OURS = ("open", "a page in the middle", "50 missed", "unread")


class Past(Tornchat):
    """Ours, with something in the room already."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self) -> None:
        shutil.copy(self.path, self.folder / "chat.db")
        os.sync()  # or the disk is busy with the copy while it is measured
        self.more = [f"--TornChat.storage=sqlite:///{self.folder}/chat.db"]
        super().start()


class TheirPast(JupyterlabChat):
    """Theirs, with as many messages in the chat."""

    def __init__(self, length: int) -> None:
        self.length = length

    def start(self) -> None:
        sender = {"username": "ann", "name": "Ann", "display_name": "Ann", "initials": "A"}
        said = [
            {"id": f"{n:032x}", "body": "x" * 60, "time": float(n), "sender": "ann", "type": "msg"}
            for n in range(self.length)
        ]
        chat = {"messages": said, "users": {"ann": sender}, "attachments": {}, "metadata": {}}
        (self.folder / f"{histories.ROOM}.chat").write_text(json.dumps(chat))
        super().start()


class Reader:
    """A client that is in the room."""

    def __init__(self, server: Past) -> None:
        self.server = server
        self.line, self.joined = opened(server)
        self.headers = dict(server.dialect.headers)
        self.http = HTTPConnection("127.0.0.1", server.port)

    def ask(self, until: str, **frame: Any) -> dict[str, Any]:
        """Say something, and wait for an answer of that type."""
        self.line.send(json.dumps(frame))
        while (answer := json.loads(self.line.recv()))["type"] != until:
            assert answer["type"] != "rejected", answer
        return answer

    def page(self) -> None:
        middle = self.joined["to"] // 2
        page = self.ask("page", type="older", room=histories.ROOM, before=middle, limit=50)
        assert len(page["messages"]) == 50 or page["more"]

    def missed(self) -> None:
        self.line.send(json.dumps({"type": "leave", "room": histories.ROOM}))
        after = self.joined["to"] - MISSED
        self.ask("joined", type="join", room=histories.ROOM, after=after)

    def unread(self) -> None:
        self.http.request("GET", "/tornchat/api/rooms", headers=self.headers)
        rooms = json.load(self.http.getresponse())["rooms"]
        assert rooms[0]["unread"] == 100, rooms

    def mark(self) -> None:
        """From here on all is new but the first message."""
        self.ask("marked", type="read", room=histories.ROOM, seq=1, ref="mark")


def opened(peer: Peer) -> tuple[WebSocket, dict[str, Any]]:
    """A new socket, and what the server sends of the room."""
    dialect: Dialect = peer.dialect.of_room(histories.ROOM)
    headers = dict(dialect.headers)
    protocol = headers.pop("Sec-WebSocket-Protocol", None)
    line = create_connection(
        f"ws://127.0.0.1:{peer.port}{dialect.path}",
        header=headers,
        subprotocols=[protocol] if protocol else None,
        skip_utf8_validation=True,
    )
    for frame in dialect.first:
        line.send(frame)
    while not (answer := line.recv()).startswith(dialect.ready):
        pass
    return line, json.loads(answer)


def milliseconds(do: Callable[[], object]) -> float:
    """How long something takes, in the middle."""
    do()
    times: list[float] = []
    until = time.perf_counter() + SECONDS
    while len(times) < AT_LEAST or (len(times) < TRIES and time.perf_counter() < until):
        began = time.perf_counter()
        do()
        times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


def open_and_close(peer: Peer) -> float:
    def once() -> None:
        line, _ = opened(peer)
        line.close()

    return milliseconds(once)


class Found(NamedTuple):
    """Milliseconds at one length."""

    open: float
    page: float
    missed: float
    unread: float


def ours(path: Path) -> Found:
    with Past(path) as server:
        opening = open_and_close(server)
        reader = Reader(server)
        reader.mark()
        with closing(reader.line), closing(reader.http):
            asked = (reader.page, reader.missed, reader.unread)
            return Found(opening, *map(milliseconds, asked))


def theirs(length: int) -> float:
    with TheirPast(length) as server:
        return open_and_close(server)


def main() -> None:
    report = Report("history")
    found: dict[int, Found] = {}
    beside: dict[int, float] = {}
    for length, path in histories.of(LENGTHS).items():
        print(f"  {length:,} messages …", file=sys.stderr, flush=True)
        found[length] = ours(path)
        if length in THEIR_LENGTHS:
            beside[length] = theirs(length)
    report.say(
        "Milliseconds until a client has it, in the middle of many tries; `open` is a new"
        " WebSocket and the first page, of theirs all there is."
    )
    head = ("messages", *(f"{what} ms" for what in OURS), "jupyterlab-chat: open ms", "of ours")
    report.table(head, [row(length, found, beside) for length in LENGTHS])
    lines = {
        f"jupyter_tornchat: {what}": (LENGTHS, [found[length][at] for length in LENGTHS])
        for at, what in enumerate(OURS)
    }
    lines["jupyterlab-chat: open"] = (THEIR_LENGTHS, [beside[n] for n in THEIR_LENGTHS])
    report.plot("history", "messages in the room", "ms", lines)
    report.write()


def row(length: int, found: dict[int, Found], beside: dict[int, float]) -> list[str]:
    ms = [f"{part:.2f}" for part in found[length]]
    if length not in beside:
        return [f"{length:,}", *ms, "not tried", "–"]
    other = beside[length]
    return [f"{length:,}", *ms, f"{other:,.1f}", ratio(other, found[length].open)]


if __name__ == "__main__":
    main()
