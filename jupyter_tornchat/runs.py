"""Runs: cells that run in kernels, and the rooms that are told when they are over.

A kernel is heard once, however many rooms are told of its cell, and until that cell is over. What a
kernel is, and how one hears it, is not known here: see `Kernels`.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Literal, NamedTuple, Protocol

from .events import Changed
from .hub import Hub
from .protocol import LIMITS, JobRef, Message, Refusal, Send, User, clean, clean_text
from .sight import ALL

LOOK_SECONDS = 5.0
"""How often is looked whether kernels live for which something waits."""
RUNS = 32
"""Kernels that are heard at a time."""


class Outcome(NamedTuple):
    """How a cell ended."""

    state: Literal["done", "failed", "lost"]
    word: str
    """Its last word: the last line that it printed, or its error; empty where there is none."""


class Run(Protocol):
    """A cell that runs."""

    outcome: Future[Outcome]
    since: float
    """When it began, by the loop's clock."""

    @property
    def word(self) -> str:
        """The last line that it printed until now."""
        ...

    def close(self) -> None:
        """Hear no more of it."""
        ...


class Kernels(Protocol):
    """The kernels of a server, as far as the chat must know them."""

    def start(self, ended: Callable[[str], None]) -> None:
        """From now on tell of each kernel that ends, by its id, at least once."""
        ...

    def stop(self) -> None:
        """Tell of no more."""
        ...

    def knows(self, kernel: str) -> bool:
        """Whether the end of the kernel with that id would be heard."""
        ...

    async def lives(self, kernel: str) -> bool:
        """Whether a kernel that it knows, or knew, lives."""
        ...

    async def name(self, kernel: str) -> str:
        """What it runs for, as people call it."""
        ...

    async def hear(self, kernel: str) -> Run:
        """The cell that runs in it now; whoever asked closes it.

        Raises:
            Refusal: `no_such_kernel`, `not_running` or `unavailable`.
        """
        ...


class Told:
    """A cell that is heard, and the rooms that are told of it.

    Args:
        heard: the cell, once it is.
    """

    def __init__(self, heard: asyncio.Task[Run]) -> None:
        self.heard = heard
        self.over: Future[Outcome] = asyncio.get_running_loop().create_future()
        """How it ended, once it has."""
        self.rooms: dict[str, asyncio.Task[int]] = {}
        """By name: the place of the message that tells of it."""
        self.ends: list[asyncio.Task[None]] = []
        """Each says in one of the rooms how it ended."""

    def end(self, outcome: Outcome) -> None:
        """It is over, if it was not before."""
        if not self.over.done():
            self.over.set_result(outcome)


class Runs:
    """The cells of which rooms are told.

    Args:
        hub: where they are told.
        kernels: of the server.
    """

    def __init__(self, hub: Hub, kernels: Kernels) -> None:
        self.hub = hub
        self.kernels = kernels
        self._told: dict[str, Told] = {}
        """By kernel."""

    def start(self) -> None:
        """From now on know of kernels that end, and find those that ended before."""
        self.kernels.start(self.ended)
        self.hub.spawn(self._look())

    async def tell(self, user: User, room: str, id: str, kernel: str, what: str = "") -> Message:
        """Tell a room when the cell is over that runs in a kernel now. Where somebody asked for
        that already, it is their message; so it is where the same `id` comes again.

        Args:
            what: what the room reads; where it is empty, what the kernel runs for.

        Returns:
            The message, with a job that is running.

        Raises:
            Refusal: `no_such_kernel`, `not_running`, or what `Hub.publish` refuses.
        """
        view = self.hub.view
        known = (await view.of_id(room, id, ALL)).messages
        if known and known[0].job is None:
            raise Refusal("conflict")
        if known:
            return known[0]
        told = self._told.get(kernel) or self._hear(kernel)
        await told.heard
        if room not in told.rooms:
            told.rooms[room] = self.hub.spawn(self._say(user, room, id, kernel, what, told))
        try:
            return await view.message(room, await told.rooms[room], ALL)
        except Refusal:
            told.rooms.pop(room, None)
            raise

    def ended(self, kernel: str) -> None:
        """A kernel died, was started again, or was shut down."""
        self.hub.spawn(self._lose(kernel))

    async def _lose(self, kernel: str) -> None:
        if told := self._told.get(kernel):
            heard = told.heard.done() and not told.heard.exception()
            told.end(Outcome("lost", told.heard.result().word if heard else ""))
            await asyncio.gather(*told.ends, return_exceptions=True)  # they know its last word
        self.hub.unfinished.ended(kernel)

    async def _look(self) -> None:
        """A server that is gone told of no end of its kernels, though something may wait for it."""
        while True:
            with suppress(Refusal):  # the next look may be better
                for kernel in await self.hub.unfinished.kernels():
                    if not await self.kernels.lives(kernel):
                        self.ended(kernel)
            await asyncio.sleep(LOOK_SECONDS)

    def _hear(self, kernel: str) -> Told:
        if len(self._told) >= RUNS:
            raise Refusal("unavailable", f"the cells of {RUNS} kernels are followed already")
        told = self._told[kernel] = Told(self.hub.spawn(self.kernels.hear(kernel)))
        self.hub.spawn(self._follow(kernel, told))
        return told

    async def _follow(self, kernel: str, told: Told) -> None:
        """Hear a kernel until its cell is over."""
        run: Run | None = None
        try:
            with suppress(Refusal):  # whoever asked hears of it
                run = await told.heard
                run.outcome.add_done_callback(partial(_pass_on, told))
                await told.over
        finally:
            del self._told[kernel]
            if run is not None:
                run.close()

    async def _say(self, user: User, room: str, id: str, kernel: str, what: str, told: Told) -> int:
        name = what or (await self.kernels.name(kernel))[: LIMITS.job_chars]
        took = asyncio.get_running_loop().time() - told.heard.result().since
        frame = Send(room=room, id=id, text="", job=JobRef(name, seconds=max(0.0, took)))
        clean(frame)
        seq = (await self.hub.publish(user, frame, kernel)).entry.seq
        told.ends.append(self.hub.spawn(self._end(user, room, seq, told.over)))
        return seq

    async def _end(self, user: User, room: str, seq: int, over: Future[Outcome]) -> None:
        """Once the cell is over, say so in the room."""
        state, word = await over
        id = f"over {seq}"  # no client's: theirs have no space
        event = Changed(room, id, user, seq, self.hub.now(), readable(word), state=state)
        while True:
            try:
                await self.hub.log.append(event)
            except Refusal as no:
                if no.retry_after is None:  # its author took it back
                    return
                await asyncio.sleep(no.retry_after)
            else:
                return


def _pass_on(told: Told, outcome: Future[Outcome]) -> None:
    if not outcome.cancelled():
        told.end(outcome.result())


def readable(word: str) -> str:
    """A word as it may be kept; what may not be is left out."""
    try:
        return clean_text(word, alone=False)
    except Refusal:
        return ""
