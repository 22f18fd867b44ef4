"""The hub: the people, connections and live rooms of this server.

It decides what may be said and hands out what the log has numbered; what a connection may ask is
in `requests`. It knows neither tornado nor a database driver. Nobody sees anything, their own words
included, that the log did not deliver.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Callable, Collection, Coroutine, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from . import content, fanout
from .access import MEMBER, Access
from .connection import Connection, Item
from .events import Content, Moderated, Opened, Revoked, Said
from .heart import Heart, wall_clock
from .invites import Invites
from .keys import Keys, program_id
from .liveroom import LiveRoom
from .log import Entry, Log, Receipt
from .marks import Marks
from .moderation import Moderation
from .news import RoomNews, part_of
from .people import People
from .protocol import (
    DEFAULT_ROOM,
    LIMITS,
    Close,
    News,
    Refusal,
    Room,
    RoomKind,
    Send,
    User,
    encode,
)
from .rate import Bucket, Buckets
from .reserved import Reserved
from .sight import Sight
from .unfinished import Unfinished
from .view import View
from .welcome import welcome

T = TypeVar("T")

GUEST_CONNECTIONS = 20
"""Connections of one guest who was invited: no guest takes the last ones from everybody else."""
TOLD_AT_ONCE = 20
"""Connections that are told something of their own before the loop has its turn."""
RESUMING = 1
"""For how many people history is read at a time. With two, each waits for Python's lock while the
other one reads: a seventh more, and who looks something up meanwhile finds no reader free."""
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
        self.invites = Invites(log, view)
        self.reserved = Reserved(log, view)
        self._gone: set[str] = set()
        """Ids of invites that were revoked and of people who were shown out, since the start."""
        self.rooms: dict[str, LiveRoom] = {}
        self.resuming = asyncio.Semaphore(RESUMING)
        """Held while somebody's history is read for them."""
        self._empty = asyncio.Event()
        self.people = People()
        self.moderation = Moderation(log, view, self.people, self.rooms, self.now, self.spawn)
        self.seats = self.moderation.seats
        self.refused: Callable[[str, str, User], None] = unheard
        """Told when somebody is not let into a room: why, which one, who."""
        self.unfinished = Unfinished(
            log, view, self.rooms, self.now, self.spawn, limited=message_rate > 0
        )
        self._news = RoomNews(self._tell_news)
        self._buckets = Buckets(message_rate, 3 * message_rate)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._at = 0

    async def start(self, rooms: Iterable[str] = ()) -> None:
        """Open the first room and these, where they are not there yet, and begin to beat."""
        for room in (DEFAULT_ROOM, *rooms):
            try:
                await self.log.append(Opened(room, room.capitalize(), self.now()))
            except Refusal as refusal:
                if refusal.code != "room_exists":
                    raise
        await self.moderation.start()
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
            Refusal: `full`, or `signed_out` where they were shown out while they came in.
        """
        invite = connection.access.invite
        crowds = invite and len(self.people.connections(connection.user.id)) >= GUEST_CONNECTIONS
        if crowds or len(self.connections) >= self.max_connections:
            raise Refusal("full")
        if self._gone & {connection.user.id, invite.id if invite else ""}:
            raise Refusal("signed_out")
        loop = asyncio.get_running_loop()
        self.connections.add(connection)
        if connection.named:
            self.reserved.keep(connection.user)
        if invite is not None:
            left = (invite.until - self.now()) / 1000
            connection.visit = loop.call_later(left, self.remove, connection)
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
        for timer in (connection.silence, connection.visit):
            if timer is not None:
                timer.cancel()
        for room in connection.rooms:
            if live := self.rooms.get(room):
                live.remove(connection)
        connection.rooms.clear()

    def sign_out(self, id: str) -> None:
        """The person with this id has signed out: their connections end."""
        for connection in self.people.connections(id):
            connection.end(Close.SIGNED_OUT)

    def _show_out(self, revoked: Revoked) -> None:
        """End the connections of whom this let in, those that are just opening among them."""
        match revoked.kind:
            case "guest":
                self._gone.add(revoked.id)
                ends, why = self.people.connections(revoked.id), Close.REMOVED
            case "invite":
                self._gone.add(revoked.id)
                came = [c for c in self.connections if c.access.invite is not None]
                ends = [c for c in came if c.access.invite and c.access.invite.id == revoked.id]
                why = Close.REMOVED
            case _:
                program = program_id(revoked.kind, revoked.id)
                self._gone.add(program)
                ends, why = self.people.connections(program), Close.SIGNED_OUT
        for connection in ends:
            self.remove(connection, why)

    def remove(self, connection: Connection, why: Close = Close.REMOVED) -> None:
        """End a connection for good: the others see its person leave at once, and not only after
        the time in which somebody may come back."""
        for room in connection.rooms:
            if live := self.rooms.get(room):
                live.remove(connection, grace=0.0)
        connection.end(why)

    # ---------------------------------------------------------------------- messages

    def publish(
        self, user: User, frame: content.Frame, kernel: str = "", access: Access = MEMBER
    ) -> Future[Receipt]:
        """Say something, change what one said, answer a question. When the future is done, it is
        on disk and everyone is being told.

        Args:
            kernel: id of the kernel that says it, where that is known.
            access: what whoever says it may do.

        Raises (here or in the future):
            Refusal: `too_fast`, what `Seats.check_speaks` refuses, or what `Log.append` does.
        """
        self.charge(user)
        self.reserved.keep(user)
        live = self.rooms.get(frame.room)
        if live is not None and live.crowded:
            raise Refusal("too_fast", "the room takes no more at the moment", retry_after=1.0)
        at, hashes = self.now(), content.hashes(frame)
        event = None if hashes else content.event(user, frame, at, kernel=kernel)
        self.seats.check_speaks(user, access, frame, at)
        sight = self.sight(user, access, frame.room)
        if event is None:
            kept = self.spawn(self._look_up(user, frame, hashes, kernel, sight))
        else:
            kept = self.log.append(event, sight)
        if isinstance(frame, Send) and self.seats.is_slow(frame.room):
            kept.add_done_callback(partial(self._count, user, access, frame.room, at))
        return kept

    def _count(self, user: User, access: Access, room: str, at: int, kept: Future[Receipt]) -> None:
        """Who said nothing new after all need not wait in a slow room."""
        if kept.cancelled() or kept.exception() or kept.result().again:
            self.seats.said_nothing(user, access, room, at)

    async def _look_up(
        self, user: User, frame: content.Frame, hashes: set[str], kernel: str, sight: Sight
    ) -> Receipt:
        """Publish what shows files, once it is known what they are."""
        files = await self.view.files(frame.room, hashes, user.id, sight)
        return await self.log.append(content.event(user, frame, self.now(), files, kernel), sight)

    async def opens(self, user: User, access: Access, room: str) -> bool:
        """Whether there is such a room for somebody. Of one that is closed to them they hear as
        late as of one that is not there, for which the history is asked."""
        if not self.seats.is_open(user, access, room):
            await self.moderation.learn(room)
        return self.seats.is_open(user, access, room)

    def sight(self, user: User, access: Access, room: str) -> Sight:
        """What of a room somebody sees."""
        return self.moderation.sight(user, access, room)

    async def open_room(self, user: User, room: str, title: str, kind: RoomKind = "open") -> Room:
        """Make a room.

        Raises:
            Refusal: `too_fast`, `room_exists`, `too_many_rooms`, or what the log refuses.
        """
        self.charge(user)
        receipt = await self.log.append(Opened(room, title, self.now(), user, kind))
        assert isinstance(receipt.entry.event, Opened)
        return receipt.entry.event.frame()

    def deliver(self, entries: Sequence[Entry]) -> None:
        """The log has numbered and kept these: tell everyone whom they concern."""
        for entry in entries:
            event = entry.event
            if isinstance(event, Content):
                self._tell_room(event, entry)
            elif isinstance(event, Opened):
                self.seats.apply(event)
                self._tell_everyone(event.frame())
            elif isinstance(event, Revoked):
                self._show_out(event)

    def _tell_room(self, event: Content, entry: Entry) -> None:
        # Whoever has to go hears nothing of it, and who stays knows their seat before.
        if isinstance(event, Moderated):
            self.moderation.delivered(event)
        if live := self.rooms.get(event.room):
            live.push(Item(event.frame(entry.seq), asker=event.asker))
        self.unfinished.delivered(entry)
        if isinstance(event, Said):
            self._said(event, entry.seq)

    def _said(self, event: Said, seq: int) -> None:
        if self.seats.is_slow(event.room):
            self.seats.said(event, self.now())
        self._news.said(event.room, seq, event.asker)
        # Who speaks has read it, but a program that answers one message has others to come.
        if event.user.kind != "program":
            self.marks.move(event.user.id, event.room, seq)

    def _tell_news(self, news: News, asker: str) -> None:
        """Tell what is new to everyone, or to whoever sees the threads of the person with that
        id."""
        if asker:
            listening = [c for c in self.connections if not c.plain]
            self.spawn(self._tell_some(news, listening, partial(self._sees, asker)))
        else:
            self._tell_everyone(news)

    def _tell_everyone(self, frame: Room | News) -> None:
        """Tell everyone, and whom not every room is open to what concerns theirs."""
        listening = [c for c in self.connections if not c.plain]
        barred = self.seats.is_barred
        some = [c for c in listening if c.access.rooms is not None or barred(c.user, c.access)]
        data = fanout.frame(encode(frame))
        writes = [(c.wire, data) for c in set(listening).difference(some)]
        self.spawn(fanout.fan_out(writes))
        self.spawn(self._tell_some(frame, some, self._enters))

    async def _tell_some(
        self,
        frame: Room | News,
        connections: Collection[Connection],
        sees: Callable[[Connection, str], bool],
    ) -> None:
        """Tell each of these what concerns the rooms that it sees. Between the look and the word
        nothing comes, so that who was shown out of a room hears nothing more of it."""
        for number, connection in enumerate(connections, 1):
            if part := part_of(frame, partial(sees, connection)):
                connection.send(part)
            if number % TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)

    def _enters(self, connection: Connection, room: str) -> bool:
        return self.seats.is_open(connection.user, connection.access, room)

    def _sees(self, asker: str, connection: Connection, room: str) -> bool:
        sight = self.sight(connection.user, connection.access, room)
        return self._enters(connection, room) and sight.opens(asker)

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


def unheard(_code: str, _room: str, _user: User) -> None:
    """Nobody wants to know who was not let in."""
