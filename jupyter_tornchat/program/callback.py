"""Callbacks: a function that is called for each message of others, one after the other.

Rules of this file:

- The same function again, such as that of a cell that runs again, takes the place of the old one.
- What it prints, and what goes wrong in it, is shown where it was registered; it ends nothing.
- What it says carries that it answers what it heard.
"""

from __future__ import annotations

import asyncio
import inspect
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import TYPE_CHECKING, Any, NamedTuple

from ..protocol import Message
from .ear import Ear, Over
from .error import ChatError
from .heard import HOPS, Heard, next_hops
from .loop import apart

if TYPE_CHECKING:
    from .hearing import Hearing

Function = Callable[[Heard], Any]
Calling = Callable[[Callable[[], Any], Context], Awaitable[None]]
"""How a function is called: on a loop, or apart from it."""


class Called(NamedTuple):
    """What is called."""

    function: Function
    context: Context
    """That of who registered it."""
    door: Any
    """What messages are answered through."""
    call: Calling


class Callback:
    """A function that listens."""

    def __init__(self, called: Called) -> None:
        self.called = called
        self.ear: Ear | None = None
        self._task: asyncio.Task[None] | None = None

    async def register(self, hearing: Hearing, timeout: float) -> None:
        """Listen from now on; where the same function listens already, in its place, so that
        nothing is missed and nothing heard twice.

        Raises:
            ChatError: the room cannot be heard.
        """
        key = key_of(self.called.function)
        known = hearing.callbacks.get(key)
        if known is not None and known.ear is not None:
            known.called = self.called
            return
        self.ear = await hearing.listen(timeout)
        hearing.callbacks[key] = self
        self._task = asyncio.create_task(self._listen(hearing, self.ear))

    async def _listen(self, hearing: Hearing, ear: Ear) -> None:
        try:
            while True:
                await self._handle(await ear.next())
        except ChatError as no:
            self.called.context.copy().run(show, no)
        except Over:
            pass
        finally:
            self.ear = None
            hearing.leave(ear)

    async def _handle(self, message: Message) -> None:
        function, context, door, call = self.called
        context = context.copy()
        context.run(HOPS.set, next_hops(message))
        try:
            await call(lambda: function(Heard(message, door)), context)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  a cell's mistake is shown and ends nothing
            context.run(show, error)


def unregister(hearing: Hearing, function: Function) -> None:
    """Call a function no longer."""
    callback = hearing.callbacks.pop(key_of(function), None)
    if callback is not None and callback.ear is not None:
        hearing.leave(callback.ear)


async def call_here(work: Callable[[], Any], context: Context) -> None:
    """On this loop."""
    found = context.run(work)
    if inspect.isawaitable(found):
        await asyncio.create_task(_awaited(found), context=context)


async def call_apart(work: Callable[[], Any], context: Context) -> None:
    """In a thread of its own, where it may block; what is `async` has a loop of its own there."""

    def do() -> None:
        found = work()
        if inspect.isawaitable(found):
            asyncio.run(_awaited(found))

    await apart(do, context)


async def _awaited(found: Awaitable[Any]) -> None:
    await found


def key_of(function: Function) -> str:
    """By what a function is known when it comes again. Those without a name are known by what
    they do."""
    name = getattr(function, "__qualname__", repr(function))
    code = getattr(function, "__code__", None)
    if code is not None and name.endswith("<lambda>"):
        name += repr((code.co_code, code.co_names, code.co_consts))
    return f"{getattr(function, '__module__', '')}.{name}"


def show(error: BaseException) -> None:
    """An error where the cell or the terminal shows it, from the function's own first line on."""
    own = error.__traceback__
    while own is not None and own.tb_frame.f_globals.get("__package__") == __package__:
        own = own.tb_next
    traceback.print_exception(type(error), error, own, file=sys.stderr)
