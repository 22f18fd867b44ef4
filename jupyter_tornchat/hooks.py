"""Hooks: addresses that are told what people say in a room.

The server calls nobody unless somebody made a hook, and then nothing but what `address` lets
through. What a program says is told to nobody, so that two services never talk to each other
without end. `teller` tells.
"""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Sequence

import msgspec

from . import address
from .address import Guard, Network
from .events import HookMade, Revoked, Said
from .heart import wall_clock
from .hub import Hub
from .log import Entry
from .protocol import Hook, User
from .teller import Place, Teller

SECRET_BYTES = 32


class Hooks:
    """The hooks of all rooms.

    Args:
        hub: of the rooms.
        networks: that may be told something though not everyone may reach them.
        log: where to tell people what was given up.
    """

    def __init__(self, hub: Hub, networks: Sequence[Network], log: logging.Logger) -> None:
        self.hub = hub
        self.networks = networks
        self.log = log
        self._tellers: dict[str, Teller] = {}
        """By the hook's id."""

    async def start(self) -> None:
        """Go on where the last server was."""
        for made, _ in await self.hub.view.hooks():
            self._begin(made)

    async def make(self, user: User, room: str, url: str, id: str = "") -> Hook:
        """A new hook, with the secret that signs what it is told.

        Raises:
            Refusal: `bad_address`, `no_such_room`, `conflict` or `too_many_hooks`.
        """
        parts = address.check(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        await self.guard(url).resolve(parts.hostname or "", port)
        id, secret = id or secrets.token_hex(8), base64.b64encode(secrets.token_bytes(SECRET_BYTES))
        _, newest = await self.hub.view.mark(user.id, room)
        made = HookMade(room, id, url, f"whsec_{secret.decode()}", newest, wall_clock(), user)
        await self.hub.log.append(made)
        return msgspec.structs.replace(shown(made, None), secret=made.secret)

    async def of(self, room: str) -> list[Hook]:
        """The hooks of a room, oldest first.

        Raises:
            Refusal: `no_such_room`.
        """
        await self.hub.view.room(room)
        return [shown(made, kept) for made, kept in await self.hub.view.hooks(room)]

    def deliver(self, entries: Sequence[Entry]) -> None:
        """The log has kept these: begin and end hooks, and wake those who have something to
        tell."""
        for _, _, event in entries:
            if isinstance(event, HookMade):
                self._begin(event)
            elif isinstance(event, Revoked):
                if teller := self._tellers.pop(event.id, None):
                    teller.end()
            elif isinstance(event, Said):
                for teller in self._tellers.values():
                    if teller.made.room == event.room:
                        teller.news.set()

    def close(self) -> None:
        """Tell nothing more."""
        for teller in self._tellers.values():
            teller.end()
        self._tellers.clear()

    def guard(self, url: str) -> Guard:
        """What may be connected to where somebody is told by this address."""
        return Guard(self.networks, secure=url.startswith("https:"))

    def _begin(self, made: HookMade) -> None:
        if made.id not in self._tellers:
            self._tellers[made.id] = Teller(self.hub, made, self.guard(made.url), self.log)


def shown(made: HookMade, kept: str | None) -> Hook:
    """What the list of hooks says of one."""
    parts = address.check(made.url)
    place = Place(0) if kept is None else msgspec.json.decode(kept, type=Place)
    host = f"{parts.scheme}://{parts.netloc}"
    return Hook(made.id, host, made.at, made.user, trouble=place.trouble, over=place.over)
