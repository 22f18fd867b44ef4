"""Hearing a room: who listens in it, over one line, for as long as somebody does.

Rule: who listens slowly is waited for. Then the socket is not read, the server may close it, and
the line goes on from where it was: nothing is dropped, and nothing piles up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

from ..protocol import Joined, Message, Read, Rejected, Reset, User, Welcome
from .callback import Callback
from .ear import Ear
from .error import ChatError
from .position import JOIN, Frame, Position, Start
from .post import Post

MARK_SECONDS = 0.2
"""Between two words of how far this program has read."""


class Hearing:
    """One room, as it is heard.

    Args:
        post: how the server is found, and who listens.
        room: the room's name.
        start: where to begin.
        since: see `Position`.
    """

    def __init__(self, post: Post, room: str, start: Start = None, since: int = 0) -> None:
        self.room = room
        self.user: User | None = None
        """Who this program is, once the server has said so."""
        self.callbacks: dict[str, Callback] = {}
        """The functions that are called for each message, by `callback.key_of`."""
        self._start: Start = start
        self._position = Position(room, start, since)
        from .line import Line  # brings tornado's server along, and not everyone listens

        self._line = Line(post, self._hear)
        self._keeping: asyncio.Task[None] | None = None
        self._here = asyncio.Event()
        """Set once the room is heard, or never will be."""
        self._no: ChatError | None = None
        self._ears: set[Ear] = set()
        self._watchers: dict[int, set[asyncio.Event]] = {}
        self._read: int | None = None
        """How far this program has read, where that is kept."""
        self._marking: asyncio.TimerHandle | None = None

    # ------------------------------------------------------------------------ who listens

    async def listen(self, timeout: float) -> Ear:
        """Hear what is new from now on, or from where this begins.

        Raises:
            ChatError: nobody can, or the server did not answer in time.
        """
        ear = Ear(self._is_mine, self._mark)
        ear.handled = (self._position.history, self._read or 0)
        self._ears.add(ear)
        try:
            await self._open(timeout)
        except BaseException:
            self.leave(ear)
            raise
        return ear

    def leave(self, ear: Ear) -> None:
        """Somebody listens no longer."""
        ear.close()
        self._ears.discard(ear)
        self._close_unheard()

    @contextmanager
    def watch(self, seq: int) -> Generator[asyncio.Event]:
        """An event that is set whenever there is something new of message `seq`."""
        touched = asyncio.Event()
        watchers = self._watchers.setdefault(seq, set())
        watchers.add(touched)
        self._begin()
        try:
            yield touched
        finally:
            watchers.discard(touched)
            if not watchers:
                self._watchers.pop(seq, None)
            self._close_unheard()

    async def _open(self, timeout: float) -> None:
        self._begin()
        try:
            async with asyncio.timeout(timeout):
                await self._here.wait()
        except TimeoutError:
            raise ChatError("unreachable", "the chat cannot be heard", retry=True) from None
        if self._no is not None:
            raise self._no

    def _begin(self) -> None:
        """From where it was; only who listens from now on does so again."""
        if self._keeping is not None and not self._keeping.done():
            return
        if self._start is None:
            self._position = Position(self.room, None)
        self._no, self._here = None, asyncio.Event()
        self._keeping = asyncio.get_running_loop().create_task(self._keep(self._here))

    async def _keep(self, here: asyncio.Event) -> None:
        try:
            await self._line.keep()
        except ChatError as no:
            self._no = no
            for ear in self._ears:
                ear.end(no)
        finally:
            here.set()

    def _close_unheard(self) -> None:
        """Where nobody listens there is no socket."""
        if not self._ears and not self._watchers and self._keeping is not None:
            self._tell_mark()
            self._keeping.cancel()
            self._keeping = None

    def _is_mine(self, message: Message) -> bool:
        return self.user is not None and message.user.id == self.user.id

    # ---------------------------------------------------------------------- what was read

    def _mark(self, ear: Ear) -> None:
        """Somebody has handled what they heard: what all have is read."""
        history, seq = min(other.handled for other in self._ears | {ear})
        if history == self._position.history and seq > (self._read or 0):
            self._read = seq
            if self._marking is None:
                loop = asyncio.get_running_loop()
                self._marking = loop.call_later(MARK_SECONDS, self._tell_mark)

    def _tell_mark(self) -> None:
        if self._marking is not None:
            self._marking.cancel()
            self._marking = None
        if self._start == "read" and self._read:
            self._line.write(Read(room=self.room, seq=self._read))

    # ---------------------------------------------------------------- what the server says

    async def _hear(self, frame: Frame) -> None:
        if isinstance(frame, Welcome):
            self.user = frame.user
            self._position.welcomed(frame)
        elif isinstance(frame, Rejected) and frame.ref == JOIN:
            await self._refused(frame)
        elif getattr(frame, "room", None) == self.room:
            await self._take(frame)
        if join := self._position.asks():
            self._line.write(join)

    async def _take(self, frame: Frame) -> None:
        news = self._position.take(frame)
        if isinstance(frame, Reset):
            self._read = 0
        elif isinstance(frame, Joined):
            self._here.set()
            self._read = self._position.seq if self._read is None else self._read
            self._tell_mark()
        for message in news.said:
            for ear in list(self._ears):
                await ear.hear(self._position.history, message)
        for seq in news.touched:
            for touched in self._watchers.get(seq, ()):
                touched.set()

    async def _refused(self, frame: Rejected) -> None:
        """We may not come in, or not at once."""
        if frame.retry_after is None:
            raise ChatError.of(frame.code, frame.reason)
        await asyncio.sleep(frame.retry_after)
        self._position.ask_again()
