"""Guests: people on a site of the chat's own, and programs with a key of a room. It reads no cookie
and no token of Jupyter's.

A guest is known by a ticket: a random key that is opaque to them, kept here only as its hash, in a
cookie under one fixed name. Who was invited may enter the rooms of the invite, for as long as it
holds; where the site is open, whoever says a name may enter them all.
"""

from __future__ import annotations

import ipaddress
import secrets
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime

import msgspec

from .. import names
from ..access import Access
from ..events import InviteMade
from ..guests import shown
from ..handlers.base import ChatHandler
from ..handlers.speaker import OWNER, Speaker
from ..keys import KEY_BYTES, hash_of
from ..protocol import Refusal, User
from ..rate import Buckets

TICKET_DAYS = 30
"""How long somebody is known who entered an open site."""
NAMES_A_SECOND = 0.5
NAMES_AT_ONCE = 60
"""Two classes of 30 may sit behind one address."""
FAILURES = 10
FAILURES_SECONDS = 180
"""From one address so many wrong invites may come in that time. The right ones are not counted."""


class Ticket(msgspec.Struct, frozen=True):
    """What is kept of the ticket of somebody who entered an open site."""

    user: User
    until: float
    """When it ends: seconds since 1970."""


class Entrance:
    """How often strangers at one address may try to enter.

    Args:
        limited: False lets everyone try as often as they like.
    """

    def __init__(self, limited: bool = True) -> None:
        self._names = Buckets(NAMES_A_SECOND if limited else 0, NAMES_AT_ONCE)
        self._failures = Buckets(FAILURES / FAILURES_SECONDS if limited else 0, FAILURES)

    def charge(self, address: str) -> None:
        """Somebody at this address takes a name.

        Raises:
            Refusal: `too_fast`.
        """
        if wait := self._names.take(home_of(address)):
            crowd = "too many people enter from your address; try again in a moment"
            raise Refusal("too_fast", crowd, retry_after=wait)

    def failed(self, address: str) -> None:
        """Somebody at this address holds a wrong invite. Who holds a right one never waits: nobody
        finds one by trying, and a class sits behind one address.

        Raises:
            Refusal: `too_fast`, where too many were wrong.
        """
        if wait := self._failures.take(home_of(address)):
            often = "too many invites from your address were wrong; try again later"
            raise Refusal("too_fast", often, retry_after=wait)


class GuestIdentity(ChatHandler):
    """Completes a handler on a site of the chat's own."""

    strangers_enter = True

    async def prepare(self) -> None:
        if not self.check_host():
            self.refuse(Refusal("forbidden", "this server is not known by that name"))
            return
        await self.admit()

    async def identify(self) -> Speaker | None:
        if self.has_key(self.settings["tornchat_owner"]):
            return Speaker(self.program(), access=OWNER)
        if self.chat_key:
            return await self.key_holder(self.chat_key)
        if found := await self.holder(self.get_cookie(self.cookie) or ""):
            return found
        if self.may_enter and (name := self.chosen_name()):
            return Speaker(self.guest(name))  # for this connection only
        return None

    @property
    def may_enter(self) -> bool:
        return bool(self.settings["tornchat_open"])

    async def declare(self, name: str) -> Speaker:
        speaker, ticket = self.speaker, self.get_cookie(self.cookie) or ""
        if speaker is not None and speaker.user.kind != "guest":
            raise Refusal("forbidden", "a program has the name of its key")
        visit = await self.chat.hub.invites.visit(ticket) if speaker else None
        if visit is None and not self.may_enter:
            raise Refusal("forbidden", "this chat is closed to visitors")
        self.crowd.charge(self.request.remote_ip or "")
        user = self.guest(await self.free_name(name), speaker.user.id if speaker else "")
        # Another name is no other ticket: the old one would open the door for ever.
        if visit is not None:
            await self.chat.hub.invites.enter(visit.invite, user, ticket)
            return Speaker(user, access=access(visit.invite))
        ticket = ticket if speaker and ticket else secrets.token_urlsafe(KEY_BYTES)
        until = time.time() + TICKET_DAYS * 24 * 3600
        kept = msgspec.json.encode(Ticket(user, until)).decode()
        await self.chat.hub.log.put(ticket_key(ticket), kept)
        self.give(ticket, until)
        return Speaker(user)

    async def invited(self, key: str) -> InviteMade:
        if self.chat.settings.guests == "off":
            raise Refusal("gate_closed")
        address = self.request.remote_ip or ""
        try:
            made, may_more = await self.chat.hub.invites.find(key)
            if not may_more and not self.came_by(made):
                raise Refusal("bad_invite")
        except Refusal as refusal:
            if refusal.code == "bad_invite":
                self.chat.audit.refused(refusal.code, "", address=address)
                self.crowd.failed(address)
            raise
        return made

    async def let_in(self, made: InviteMade, name: str) -> User:
        user = self.guest(await self.free_name(name))
        ticket = secrets.token_urlsafe(KEY_BYTES)
        await self.chat.hub.invites.enter(made, user, ticket)
        self.give(ticket, made.until / 1000)
        return user

    async def free_name(self, name: str) -> str:
        """The name as it is kept, where a guest may take it.

        Raises:
            Refusal: `bad_name`, or `name_taken`: by somebody who is here, or by a member who is
                not, and nobody is told which of the two.
        """
        name = names.clean(name)
        hub, mine = self.chat.hub, self.speaker.user.id if self.speaker else ""
        if hub.people.is_taken(name, by=mine) or await hub.reserved.holds(name):
            raise Refusal("name_taken")
        return name

    def give(self, ticket: str, until: float) -> None:
        """Let the browser keep a ticket up to that time: seconds since 1970."""
        self.set_cookie(
            self.cookie,
            ticket,
            expires=datetime.fromtimestamp(until, UTC),
            path=self.prefix,
            httponly=True,
            samesite="Strict",
        )

    async def forget(self) -> None:
        ticket, user = self.get_cookie(self.cookie), self.who.user
        if not ticket or user.kind != "guest":
            return
        hub = self.chat.hub
        if visit := await hub.invites.visit(ticket):
            hub.sign_out(user.id)  # before they are shown out, which they are not
            await hub.invites.show_out(user, visit.invite.room, user.id)
        else:
            await hub.log.put(ticket_key(ticket), None)
            hub.sign_out(user.id)
        self.clear_cookie(self.cookie, path=self.prefix)

    async def holder(self, ticket: str) -> Speaker | None:
        """Whom the ticket was given to, for as long as it holds.

        Raises:
            Refusal: `unavailable`.
        """
        if not ticket:
            return None
        if visit := await self.chat.hub.invites.visit(ticket):
            return Speaker(visit.guest.user, access=access(visit.invite))
        found = await self.chat.view.value(ticket_key(ticket)) if self.may_enter else None
        if found is None:
            return None
        with suppress(msgspec.DecodeError):  # what cannot be read is no ticket any more
            kept = msgspec.json.decode(found, type=Ticket)
            if kept.until > time.time():
                return Speaker(kept.user)
        await self.chat.hub.log.put(ticket_key(ticket), None)
        return None

    def guest(self, name: str, id: str = "") -> User:
        """A guest of that name: a new one, or the one with that id."""
        return User(id or f"guest:{secrets.token_hex(8)}", name, "guest", declared=True)

    @property
    def crowd(self) -> Entrance:
        return self.settings["tornchat_entrance"]

    @property
    def cookie(self) -> str:
        """Cookies do not know ports, so the name does: two chat servers of one machine. The prefix
        is a browser's promise that it came by https."""
        secure = "__Secure-" if self.request.protocol == "https" else ""
        return f"{secure}tornchat-ticket-{self.settings['tornchat_port']}"

    def check_host(self) -> bool:
        """Whether the server is meant to be reached by the name it was asked by. A page
        elsewhere could otherwise let its own name mean this machine (DNS rebinding)."""
        hosts: Collection[str] | None = self.settings["tornchat_hosts"]
        host = self.request.host_name.strip("[]").lower()
        if hosts is None or host in hosts:
            return True
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


def access(made: InviteMade) -> Access:
    """What somebody may do who came by this invite."""
    rooms = frozenset(made.rooms)
    return Access(rooms=rooms, since=made.since, invite=shown(made, 0))


def ticket_key(ticket: str) -> str:
    """Where a ticket's holder is kept; it tells nothing of the ticket."""
    return "ticket:" + hash_of(ticket)


def home_of(address: str) -> str:
    """What is one home's of an IP address: of IPv6 the first 64 bits, because the rest is for
    whoever lives there to choose (RFC 6177)."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if ip.version == 4 else ip.exploded[:19]
