"""A room of `connect`: the verbs awaited, and `async for`."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import copy_context
from types import TracebackType
from typing import TypeVar

from ..protocol import DEFAULT_ROOM
from .callback import Callback, Called, Function, call_here, unregister
from .ear import Ear, Over
from .finding import Place
from .heard import HOPS, Heard, next_hops
from .hearing import Hearing
from .name import Name
from .position import Start
from .question import Choice, Votes, ask, asked_with
from .talk import Talk

F = TypeVar("F", bound=Function)


class Connection(Talk):
    """A room, for programs that await. It hears what is said after it was entered, or from where
    `after` says. Use it in `async with`.

    Args:
        after: see `connect`.
    """

    def __init__(
        self, room: str, place: Place, name: Name, timeout: float, after: Start = None
    ) -> None:
        super().__init__(room, place, name, timeout)
        self._after: Start = after
        self._hearing: Hearing | None = None
        self._ear: Ear | None = None

    async def __aenter__(self) -> Connection:
        newest = await self.messages(limit=1)
        after, since = self._after, 0
        if after is None:
            after = newest[0].seq if newest else 0
            since = newest[0].at + 1 if newest else 0
        self._hearing = Hearing(self._post, self.room, after, since)
        if after == "read":  # who was never here begins now, and not when they first ask
            self._ear = await self._hearing.listen(self.timeout)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        callbacks = [callback.ear for callback in self.hearing.callbacks.values()]
        for ear in (self._ear, *callbacks):
            if ear is not None:
                self.hearing.leave(ear)
        self._hearing = self._ear = None

    @property
    def hearing(self) -> Hearing:
        """How the room is heard.

        Raises:
            RuntimeError: it was not entered.
        """
        if self._hearing is None:
            raise RuntimeError("use `async with connect(…) as room`")
        return self._hearing

    def __aiter__(self) -> Connection:
        return self

    async def __anext__(self) -> Heard:
        """The next message of somebody else; by asking for it, the one before is read.

        Raises:
            ChatError: the room can be heard no longer, and why.
        """
        if self._ear is None:
            self._ear = await self.hearing.listen(self.timeout)
        try:
            message = await self._ear.next()
        except Over:
            raise StopAsyncIteration from None
        HOPS.set(next_hops(message))
        return Heard(message, self)

    async def on_message(self, callback: F) -> F:
        """Call a function, `async` or not, for each message of somebody else, one after the other.
        The same function again takes the place of the old one.

        Raises:
            ChatError: the room cannot be heard.
        """
        called = Called(callback, copy_context(), self, call_here)
        await Callback(called).register(self.hearing, self.timeout)
        return callback

    def off(self, callback: Function) -> None:
        """Call it no longer."""
        unregister(self.hearing, callback)

    async def ask(
        self,
        question: str,
        choices: Sequence[str],
        timeout: float = 600.0,
        *,
        vote: bool = False,
        id: str | None = None,
    ) -> Choice | Votes | None:
        """Ask the room, and wait for the answer; as `Room.ask` does."""
        asked = asked_with(question, choices, timeout, vote)
        return await ask(self, self.hearing, asked, id)


def connect(  # noqa: PLR0913  as many as a room has, and where to begin
    room: str = DEFAULT_ROOM,
    url: str | None = None,
    token: str | None = None,
    timeout: float = 10.0,
    *,
    key: str | None = None,
    name: str | None = None,
    after: Start = None,
) -> Connection:
    """A room of a chat, for programs that await: `async with connect("lobby") as room`.

    Args:
        room, url, token, timeout, key, name: as of `Room`.
        after: where to begin to hear: after message `seq`; "read" for after what this program has
            read, which the server keeps by the program's name; None for now.

    Raises:
        ValueError: as `Room` does.
    """
    return Connection(room, Place(url, token, key), Name.of_this_program(name), timeout, after)
