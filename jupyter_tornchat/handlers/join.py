"""Joining: the page that an invite leads to, and what it asks.

The key of an invite stands behind the `#` of its address, which no browser sends; the page takes it
out of there at once and asks here, in a request's body.
"""

from __future__ import annotations

from msgspec import Struct

from ..protocol import LIMITS, Refusal, Room, User
from .page import JOINING, HtmlHandler
from .rest import RestHandler


class Knock(Struct):
    """The body of `POST join`."""

    key: str
    name: str = ""


class Welcome(Struct, omit_defaults=True):
    """What an invite opens, to who holds it."""

    rooms: list[Room]
    user: User
    """Who made it."""
    until: int
    past: bool
    guest: User | None = None
    """Who is in by it already, in this browser."""


class JoinPageHandler(HtmlHandler):
    """`join`: the page that an invite leads to. It is the same for everyone."""

    public = True
    same_for_all = True

    def get(self) -> None:
        self.show(
            "join.html",
            no=JOINING[self.language],
            longest=LIMITS.name_chars,
            xsrf=self.xsrf_form_html(),
        )


class JoinHandler(RestHandler):
    """`api/join`: what an invite opens; with a name, come in by it."""

    public = True

    async def post(self) -> None:
        knock = self.read(Knock)
        try:
            made = await self.invited(knock.key)
            guest = self.who.user if self.came_by(made) else None
            if knock.name and guest is None:
                guest = await self.let_in(made, knock.name)
                self.set_status(201)
        except Refusal as no:
            self.chat.audit.refused(no.code, "", address=self.request.remote_ip or "")
            raise
        rooms = [await self.chat.view.room(room) for room in made.rooms]
        welcome = Welcome(rooms, made.user, made.until, past=not made.since, guest=guest)
        self.answer(welcome, self.get_status())
