"""Guests: people on the chat server of its own. It reads no cookie and no token of Jupyter's.

A guest is known by a ticket: a random key that is opaque to them, kept here only as its hash, in a
cookie under one fixed name.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets

import msgspec

from .. import names
from ..handlers.base import ChatHandler, Speaker
from ..protocol import Refusal, User

TICKET_DAYS = 30


class GuestIdentity(ChatHandler):
    """Completes a handler on the chat server of its own."""

    strangers_enter = True

    async def prepare(self) -> None:
        if not self.check_host():
            self.refuse(Refusal("forbidden", "this server is not known by that name"))
            return
        await self.admit()

    async def identify(self) -> Speaker | None:
        ticket = self.get_cookie(self.cookie)
        if ticket:
            user = await self.holder(ticket)
            return Speaker(user) if user else None
        if self.chat.settings.guests == "open" and (name := self.chosen_name()):
            return Speaker(self.guest(name))  # for this connection only
        return None

    async def declare(self, name: str) -> Speaker:
        if self.chat.settings.guests != "open":
            raise Refusal("forbidden", "only people who were invited can enter this chat")
        user = self.guest(names.clean(name), self.speaker.user.id if self.speaker else "")
        if self.chat.hub.is_taken(user.name, by=user.id):
            raise Refusal("name_taken")
        ticket = secrets.token_urlsafe(32)
        await self.chat.hub.log.put(ticket_key(ticket), msgspec.json.encode(user).decode())
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

    async def holder(self, ticket: str) -> User | None:
        """Whom the ticket was given to."""
        try:
            found = await self.chat.view.value(ticket_key(ticket))
        except Refusal as refusal:
            if refusal.code == "unavailable":
                return None
            raise
        return msgspec.json.decode(found, type=User) if found else None

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

    def check_origin(self, origin: str) -> bool:
        return origin.lower().partition("://")[2] == self.request.host.lower()


def ticket_key(ticket: str) -> str:
    """Where a ticket's holder is kept; it tells nothing of the ticket."""
    return "ticket:" + hashlib.sha256(ticket.encode()).hexdigest()
