"""The hub: the people, connections and live rooms of this server.

It decides what may be said and hands out what the log has numbered; what a connection may ask is
in `requests`. It knows neither tornado nor a database driver. Nobody sees anything, their own words
included, that the log did not deliver.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from . import content, fanout
from .connection import Connection
from .heart import Heart, wall_clock
from .keys import Keys, program_id
from .liveroom import LiveRoom
from .log import Entry, Grant, Log, Opened, Receipt, Revoked, Said
from .marks import Marks
from .news import RoomNews, part_of
from .people import People
from .protocol import (
    DEFAULT_ROOM,
    LIMITS,
    Close,
    News,
    Refusal,
    Room,
    User,
    encode,
)
from .rate import Bucket, Buckets
from .unfinished import Unfinished
from .view import View
from .welcome import welcome

T = TypeVar("T")

GOODBYE_SECONDS = 2.0
"""How long those who are told that the server stops may take to hang up."""


class Hub:
    """All who are connected to this server.

    Args:
        log: gives everything its place and keeps it.
        view: answers what people read.
        message_rate: messages a second and person; 0 lifts every rate limit.
        max_connections: open sockets on this server.
        heartbeat: seconds between two heartbeats.
        version: what `welcome` says.
    """

    def __init__(
        self,
        log: Log,
        view: View,
        message_rate: float,
        max_connections: int,
        heartbeat: float,
        version: str,
    ) -> None:
        self.log = log
        self.view = view
        self.message_rate = message_rate
        self.max_connections = max_connections
        self.version = version
        self.connections: set[Connection] = set()
        self.heart = Heart(heartbeat, self.connections)
        self.marks = Marks(log, view)
        self.keys = Keys(log, view)
        self.rooms: dict[str, LiveRoom] = {}
        self._empty = asyncio.Event()
        self.people = People()
        self.unfinished = Unfinished(
            log, view, self.rooms, self.now, self.spawn, limited=message_rate > 0
        )
        self._news = RoomNews(self._tell_everyone)
        self._buckets = Buckets(message_rate, 3 * message_rate)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._at = 0

    async def start(self) -> None:
        """Open the first room, and begin to beat."""
        try:
            await self.log.append(Opened(DEFAULT_ROOM, DEFAULT_ROOM.capitalize(), self.now()))
        except Refusal as refusal:
            if refusal.code != "room_exists":
                raise
        self.spawn(self.heart.beat())
        await self.unfinished.start()

    async def close(self) -> None:
        """Tell everyone that the server stops, and let them hang up."""
        rooms = list(self.rooms.values())
        await asyncio.gather(*(live.drain() for live in rooms))
        for connection in list(self.connections):
            connection.end(Close.RESTARTING)
        self._news.close()
        self.marks.close()
        self.unfinished.close()
        for live in rooms:
            live.close()
        for task in list(self._tasks):
            task.cancel()
        # A process that ends while something is on its way to it resets the connection, and the
        # code it was given is lost.
        if self.connections:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), GOODBYE_SECONDS)

    # ------------------------------------------------------------------- connections

    def frame_bucket(self) -> Bucket:
        """How many frames one connection may send: four for each message a person may, and
        never so few that a page could not open."""
        if not self.message_rate:
            return Bucket(0, 0)
        return Bucket(max(20.0, 4 * self.message_rate), max(60.0, 12 * self.message_rate))

    def connect(self, connection: Connection) -> None:
        """A socket has opened.

        Raises:
            Refusal: `full`.
        """
        if len(self.connections) >= self.max_connections:
            raise Refusal("full")
        loop = asyncio.get_running_loop()
        self.connections.add(connection)
        self._empty.clear()
        self.people.add(connection)
        connection.heard = loop.time()
        if connection.plain:
            return
        end = (Close.PROTOCOL_ERROR,)
        connection.silence = loop.call_later(LIMITS.silence_seconds, connection.end, *end)
        connection.send(welcome(connection, self.log.epoch, self.version, self.heart.seconds))

    def disconnect(self, connection: Connection) -> None:
        """A socket has closed."""
        connection.wire.open = False
        if connection not in self.connections:
            return
        self.connections.discard(connection)
        if not self.connections:
            self._empty.set()
        self.people.remove(connection)
        if connection.silence is not None:
            connection.silence.cancel()
        for room in connection.rooms:
            if live := self.rooms.get(room):
                live.remove(connection)
        connection.rooms.clear()

    def sign_out(self, id: str) -> None:
        """The person with this id has signed out: their connections end."""
        for connection in self.people.connections(id):
            connection.end(Close.SIGNED_OUT)

    # ---------------------------------------------------------------------- messages

    def publish(self, user: User, frame: content.Frame, kernel: str = "") -> Future[Receipt]:
        """Say something, change what one said, answer a question. When the future is done, it is
        on disk and everyone is being told.

        Args:
            kernel: id of the kernel that says it, where that is known.

        Raises (here or in the future):
            Refusal: `too_fast`, or what `Log.append` refuses.
        """
        self.charge(user)
        live = self.rooms.get(frame.room)
        if live is not None and live.crowded:
            raise Refusal("too_fast", "the room takes no more at the moment", retry_after=1.0)
        if hashes := content.hashes(frame):
            return self.spawn(self._look_up(user, frame, hashes, kernel))
        return self.log.append(content.event(user, frame, self.now(), kernel=kernel))

    async def _look_up(
        self, user: User, frame: content.Frame, hashes: set[str], kernel: str
    ) -> Receipt:
        """Publish what shows files, once it is known what they are."""
        files = await self.view.files(frame.room, hashes)
        return await self.log.append(content.event(user, frame, self.now(), files, kernel))

    async def open_room(self, user: User, room: str, title: str) -> Room:
        """Make a room.

        Raises:
            Refusal: `too_fast`, `room_exists`, `too_many_rooms`, or what the log refuses.
        """
        self.charge(user)
        receipt = await self.log.append(Opened(room, title, self.now(), user))
        assert isinstance(receipt.entry.event, Opened)
        return receipt.entry.event.frame()

    def deliver(self, entries: Sequence[Entry]) -> None:
        """The log has numbered and kept these: tell everyone whom they concern."""
        for entry in entries:
            event = entry.event
            if isinstance(event, Opened):
                self._tell_everyone(event.frame())
                continue
            if isinstance(event, Grant):
                if isinstance(event, Revoked):
                    self.sign_out(program_id(event.kind, event.id))
                continue
            if live := self.rooms.get(event.room):
                live.push(event.frame(entry.seq))
            self.unfinished.delivered(entry)
            if isinstance(event, Said):
                self._news.said(event.room, entry.seq)
                # Who speaks has read it, but a program that answers one message has others to come.
                if event.user.kind != "program":
                    self.marks.move(event.user.id, event.room, entry.seq)

    def _tell_everyone(self, frame: Room | News) -> None:
        """Tell everyone, and whom not every room is open to what concerns theirs."""
        listening = [c for c in self.connections if not c.plain]
        wires = [c.wire for c in listening if c.only is None]
        self.spawn(fanout.fan_out(wires, fanout.frame(encode(frame))))
        for connection in listening:
            if connection.only is not None and (part := part_of(frame, connection.only)):
                connection.send(part)

    def live(self, room: str) -> LiveRoom:
        """The live room of that name, for somebody to come in."""
        if room not in self.rooms:
            self.rooms[room] = LiveRoom(room, self._forget)
        return self.rooms[room]

    def count(self, room: str) -> int:
        """People who are in a room on this server."""
        live = self.rooms.get(room)
        return len(live.presence) if live else 0

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Do something apart; it ends with the hub at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _forget(self, live: LiveRoom) -> None:
        if self.rooms.get(live.room) is live:
            del self.rooms[live.room]

    def charge(self, user: User) -> None:
        """Somebody does what is written down.

        Raises:
            Refusal: `too_fast`.
        """
        if wait := self._buckets.take(user.id):
            raise Refusal("too_fast", retry_after=wait)

    def now(self) -> int:
        """Milliseconds since 1970 that never go backwards, whatever the clock does."""
        self._at = max(self._at, wall_clock())
        return self._at
