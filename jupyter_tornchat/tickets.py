"""Tickets: each opens one socket, for whoever it was made for, once and soon.

A browser that may not open a socket by its cookie asks for one first, by a request that no page of
another site can make.
"""

from __future__ import annotations

import secrets
import time
from typing import Generic, TypeVar

T = TypeVar("T")

TICKET_SECONDS = 30.0
"""How long a ticket holds."""
MOST = 2_000
"""Tickets that hold at one time; one more, and the oldest one ends."""
EACH = 20
"""Of one person; one more, and their own oldest one ends, so that nobody crowds others out."""


class Tickets(Generic[T]):
    """The tickets of one server, in its memory alone."""

    def __init__(self) -> None:
        self._holders: dict[str, tuple[T, str, float]] = {}
        """By ticket, the oldest first: who has it, whose it is, and until when it holds."""

    def make(self, holder: T, id: str) -> str:
        """A ticket for somebody.

        Args:
            id: the person's.
        """
        own = [ticket for ticket, (_, whose, _) in self._holders.items() if whose == id]
        if len(own) >= EACH:
            del self._holders[own[0]]
        elif len(self._holders) >= MOST:
            del self._holders[next(iter(self._holders))]
        ticket = secrets.token_urlsafe(32)
        self._holders[ticket] = (holder, id, time.monotonic() + TICKET_SECONDS)
        return ticket

    def take(self, ticket: str) -> T | None:
        """Whom it was made for; from now on it opens nothing. None where it does not hold."""
        holder, _, until = self._holders.pop(ticket, (None, "", 0.0))
        return holder if time.monotonic() < until else None
