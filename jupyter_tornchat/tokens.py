"""Tokens: what somebody else vouches by for whoever speaks here, and may take back.

A socket stays open for days. So whoever gave out a token is asked about it again while a socket is
open by it, and each time that anything else comes with it says how it stands, too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from .protocol import Close

End = Callable[[Close], None]


class Vouched(NamedTuple):
    """How somebody is known."""

    token: str
    standing: object
    """What they are and may be, as it was said with it; another one is another right."""


class Tokens:
    """The tokens behind the open sockets of one server.

    Args:
        ask: how a token stands now; None where it does not hold any more. Whatever it raises means
            that nobody knows.
        seconds: how long an answer is good for.
    """

    def __init__(self, ask: Callable[[str], Awaitable[object | None]], seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._sockets: dict[str, dict[End, object]] = {}
        """By token: what ends each of its sockets, and how the token stood when it opened."""
        self._asking: asyncio.Task[None] | None = None

    def follow(self, vouched: Vouched, end: End) -> Callable[[], None]:
        """A socket is open by this token: end it where that does not hold any more, or opens other
        things. What it returns is called when the socket is closed."""
        self._sockets.setdefault(vouched.token, {})[end] = vouched.standing
        if self._asking is None:
            self._asking = asyncio.get_running_loop().create_task(self._ask_on())

        def forget() -> None:
            sockets = self._sockets.get(vouched.token, {})
            sockets.pop(end, None)
            if not sockets:
                self._sockets.pop(vouched.token, None)

        return forget

    def heard(self, token: str, standing: object | None) -> None:
        """How a token stands: its sockets that opened when it stood otherwise end."""
        for end, before in list(self._sockets.get(token, {}).items()):
            if standing is None:
                end(Close.SIGNED_OUT)
            elif standing != before:
                end(Close.CHANGED)

    def close(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()

    async def _ask_on(self) -> None:
        while True:
            await asyncio.sleep(self._seconds)
            for token in list(self._sockets):
                try:
                    standing = await self._ask(token)
                except Exception:  # noqa: BLE001, S112  it is not known; so it stays
                    continue
                self.heard(token, standing)
