"""Jobs: how far those are that run, as they say themselves.

It is shown to who is in the room, and not kept: a program may say it a hundred times a second, and
only the last word of each moment counts. The log knows when a job began and how it ended.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Callable, Iterator, Mapping

from msgspec import UNSET

from .connection import Item
from .events import Changed, Moderated, Said
from .liveroom import LiveRoom
from .log import Entry, Log, Receipt
from .protocol import LIMITS, Message, Progress, Refusal, Report, User
from .rate import Buckets
from .sight import Sight
from .view import View

KNOWN = 1_000
"""So many jobs are remembered, those heard of last; of another one the view is asked."""
BURST = 4
"""Seconds for which a program may say twice as often how far it is as is shown."""


class Job:
    """A job that runs.

    Args:
        author: id of who does it.
        asker: in a help desk: id of whose thread it is in.
    """

    def __init__(self, author: str, asker: str) -> None:
        self.author = author
        self.asker = asker
        self.word = ""
        self.shown = float("-inf")
        """When its last word was shown, on the loop's clock."""
        self.timer: asyncio.TimerHandle | None = None
        """Runs while there is a word that is not shown yet."""

    def forget(self) -> None:
        """Its last word is none any more."""
        self.word = ""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Jobs:
    """The jobs that run, as far as somebody told of them lately.

    Args:
        log: keeps that they were lost.
        view: knows those that are not known here.
        rooms: those that somebody is in, by name.
        now: milliseconds since 1970.
        limited: whether there is a limit to how often that may be said.
    """

    def __init__(
        self,
        log: Log,
        view: View,
        rooms: Mapping[str, LiveRoom],
        now: Callable[[], int],
        limited: bool,
    ) -> None:
        self._log = log
        self._view = view
        self._rooms = rooms
        self._now = now
        rate = 2 * LIMITS.progress_rate if limited else 0
        self._buckets = Buckets(rate, BURST * rate)
        self._known: dict[tuple[str, int], Job] = {}
        """By room and the place of the message."""

    async def report(self, user: User, frame: Report, sight: Sight) -> None:
        """Somebody says how far their job is.

        Args:
            sight: what of the room they see.

        Raises:
            Refusal: `too_fast`, `no_such_room`, `no_such_message`, `forbidden`, `bad_frame` where
                it does not run, or `unavailable`.
        """
        place = (frame.room, frame.seq)
        if wait := self._buckets.take(f"{user.id} {place}"):
            raise Refusal("too_fast", retry_after=wait)
        job = self._known.get(place) or await self._look_up(*place, sight)
        if not sight.shows(frame.seq, job.asker):
            raise Refusal("no_such_message")
        if job.author != user.id:
            raise Refusal("forbidden", "only its author may say how far a job is")
        job.word = frame.text
        if job.timer is None:
            loop = asyncio.get_running_loop()
            due = job.shown + 1 / LIMITS.progress_rate
            job.timer = loop.call_at(max(due, loop.time()), self._show, place, job)

    def delivered(self, entry: Entry) -> None:
        """The log has kept this."""
        match entry.event:
            case Said(job=job, room=room, user=user, asker=asker) if job and job.state == "running":
                self._know((room, entry.seq), user.id, asker)
            case Moderated(act="clear") as deed:
                self._clear(deed, entry.seq)
            case Changed(room=room, of=of) as change if job := self._known.get((room, of)):
                job.forget()
                if change.text is None or change.state is not UNSET:
                    del self._known[room, of]
            case _:
                pass

    def words(self, room: str, sight: Sight) -> Iterator[Progress]:
        """The last words of a room's jobs, for who comes in and sees so much of it."""
        for (where, of), job in self._known.items():
            if where == room and job.word and sight.shows(of, job.asker):
                yield Progress(room=room, of=of, text=job.word)

    def lose(self, message: Message) -> Future[Receipt]:
        """The kernel of one is gone; its last word stays."""
        room, of = message.room, message.seq
        job = self._known.get((room, of))
        text = (job and job.word) or message.text
        id = f"lost {of}"  # no client's: theirs have no space
        return self._log.append(
            Changed(room, id, message.user, of, self._now(), text, state="lost")
        )

    def close(self) -> None:
        """Stop all timers."""
        for job in self._known.values():
            job.forget()

    async def _look_up(self, room: str, seq: int, sight: Sight) -> Job:
        message = await self._view.message(room, seq, sight)
        if message.deleted:
            raise Refusal("no_such_message")
        if message.job is None or message.job.state != "running":
            raise Refusal("bad_frame", "no job is running in this message")
        return self._know((room, seq), message.user.id, await self._view.asker(room, seq))

    def _clear(self, deed: Moderated, seq: int) -> None:
        """A moderator took messages away, and what is said of their jobs."""
        for (room, of), job in list(self._known.items()):
            meant = of == deed.of if deed.of else deed.whom is None or job.author == deed.whom.id
            if room == deed.room and of < seq and meant:
                self._known.pop((room, of)).forget()

    def _know(self, place: tuple[str, int], author: str, asker: str) -> Job:
        job = self._known.setdefault(place, Job(author, asker))
        if len(self._known) > KNOWN:
            self._known.pop(next(iter(self._known))).forget()
        return job

    def _show(self, place: tuple[str, int], job: Job) -> None:
        job.timer = None
        job.shown = asyncio.get_running_loop().time()
        room, of = place
        live = self._rooms.get(room)
        if live is not None and not live.crowded:
            live.push(Item(Progress(room=room, of=of, text=job.word), asker=job.asker))
