"""Guests: people on the chat server of its own, and programs with a key of a room. It reads no
cookie and no token of Jupyter's.

A guest is known by a ticket: a random key that is opaque to them, kept here only as its hash, in a
cookie under one fixed name.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from contextlib import suppress

import msgspec

from .. import names
from ..handlers.base import ChatHandler, Speaker
from ..protocol import Refusal, User
from ..rate import Buckets

TICKET_DAYS = 30
NAMES_A_SECOND = 0.5
NAMES_AT_ONCE = 60
"""Two classes of 30 may sit behind one address."""


class Ticket(msgspec.Struct, frozen=True):
    """What is kept of a ticket."""

    user: User
    until: float
    """When it ends: seconds since 1970."""


class Entrance:
    """How many names are taken from one address in a while.

    Args:
        rate: names a second; 0 means that there is no limit.
    """

    def __init__(self, rate: float) -> None:
        self._buckets = Buckets(rate, NAMES_AT_ONCE)

    def charge(self, address: str) -> None:
        """Somebody at this address takes a name.

        Raises:
            Refusal: `too_fast`.
        """
        if wait := self._buckets.take(home_of(address)):
            crowd = "too many people enter from your address; try again in a moment"
            raise Refusal("too_fast", crowd, retry_after=wait)


class GuestIdentity(ChatHandler):
    """Completes a handler on the chat server of its own."""

    strangers_enter = True

    async def prepare(self) -> None:
        if not self.check_host():
            self.refuse(Refusal("forbidden", "this server is not known by that name"))
            return
        await self.admit()

    async def identify(self) -> Speaker | None:
        if self.chat_key:
            return await self.key_holder(self.chat_key)
        ticket = self.get_cookie(self.cookie)
        if ticket and (user := await self.holder(ticket)):
            return Speaker(user)
        if self.may_enter and (name := self.chosen_name()):
            return Speaker(self.guest(name))  # for this connection only
        return None

    @property
    def may_enter(self) -> bool:
        return self.chat.settings.guests == "open"

    async def declare(self, name: str) -> Speaker:
        if not self.may_enter:
            raise Refusal("forbidden", "this chat is closed to visitors")
        if self.speaker is not None and self.speaker.user.kind == "program":
            raise Refusal("forbidden", "a program has the name of its key")
        entrance: Entrance = self.settings["tornchat_entrance"]
        entrance.charge(self.request.remote_ip or "")
        user = self.guest(names.clean(name), self.speaker.user.id if self.speaker else "")
        if self.chat.hub.people.is_taken(user.name, by=user.id):
            raise Refusal("name_taken")
        # Another name is no other ticket: the old one would open the door for ever.
        ticket = self.get_cookie(self.cookie) if self.speaker else None
        ticket = ticket or secrets.token_urlsafe(32)
        kept = Ticket(user, time.time() + TICKET_DAYS * 24 * 3600)
        await self.chat.hub.log.put(ticket_key(ticket), msgspec.json.encode(kept).decode())
        self.set_cookie(
            self.cookie,
            ticket,
            expires_days=TICKET_DAYS,
            path=self.prefix,
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
        )
        return Speaker(user)

    async def forget(self) -> None:
        if ticket := self.get_cookie(self.cookie):
            await self.chat.hub.log.put(ticket_key(ticket), None)
            self.clear_cookie(self.cookie, path=self.prefix)
            self.chat.hub.sign_out(self.who.user.id)

    async def holder(self, ticket: str) -> User | None:
        """Whom the ticket was given to, for as long as it holds.

        Raises:
            Refusal: `unavailable`.
        """
        found = await self.chat.view.value(ticket_key(ticket))
        if found is None:
            return None
        with suppress(msgspec.DecodeError):  # what cannot be read is no ticket any more
            kept = msgspec.json.decode(found, type=Ticket)
            if kept.until > time.time():
                return kept.user
        await self.chat.hub.log.put(ticket_key(ticket), None)
        return None

    def guest(self, name: str, id: str = "") -> User:
        """A guest of that name: a new one, or the one with that id."""
        return User(id or f"guest:{secrets.token_hex(8)}", name, "guest", declared=True)

    @property
    def cookie(self) -> str:
        """Cookies do not know ports, so the name does: two chat servers of one machine."""
        return f"tornchat-ticket-{self.settings['tornchat_port']}"

    def check_host(self) -> bool:
        """Whether the server is meant to be reached by the name it was asked by. A page
        elsewhere could otherwise let its own name mean this machine (DNS rebinding)."""
        if self.settings["tornchat_remote"]:
            return True
        host = self.request.host_name.strip("[]")
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def check_xsrf_cookie(self) -> None:
        # A key is no cookie: no page of another site can make a browser send it.
        if not self.chat_key:
            super().check_xsrf_cookie()

    def check_origin(self, origin: str) -> bool:
        return origin.lower().partition("://")[2] == self.request.host.lower()


def ticket_key(ticket: str) -> str:
    """Where a ticket's holder is kept; it tells nothing of the ticket."""
    return "ticket:" + hashlib.sha256(ticket.encode()).hexdigest()


def home_of(address: str) -> str:
    """What is one home's of an IP address: of IPv6 the first 64 bits, because the rest is for
    whoever lives there to choose (RFC 6177)."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if ip.version == 4 else ip.exploded[:19]
