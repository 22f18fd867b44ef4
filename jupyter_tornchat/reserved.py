"""Reserved names: those of members, which no guest may take.

Members come and go, and a guest who has the name of one who is away is taken for them.
"""

from __future__ import annotations

from asyncio import Future

from . import names
from .log import Log
from .protocol import User
from .view import View


class Reserved:
    """The names by which members are known.

    Args:
        log: keeps them.
        view: knows those that are kept.
    """

    def __init__(self, log: Log, view: View) -> None:
        self._log = log
        self._view = view
        self._kept: set[str] = set()
        """Names that this server kept."""

    def keep(self, user: User) -> None:
        """Somebody is here or says something; where they are a member, their name is theirs."""
        if user.kind != "member" or user.name in self._kept:
            return
        self._kept.add(user.name)
        # Nobody waits for it; where it cannot be kept, it is when they come again.
        self._log.put(name_key(user.name), user.id).add_done_callback(
            lambda kept: self._settle(user.name, kept)
        )

    def _settle(self, name: str, kept: Future[None]) -> None:
        if kept.cancelled() or kept.exception():
            self._kept.discard(name)

    async def holds(self, name: str) -> bool:
        """Whether a member has this name, or one that looks like it.

        Raises:
            Refusal: `unavailable`.
        """
        return await self._view.value(name_key(name)) is not None


def name_key(name: str) -> str:
    """The key under which the log keeps whose a name is."""
    return f"name:{names.skeleton(name)}"
