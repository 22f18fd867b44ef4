"""A ticket for a socket: `api/ticket`."""

from __future__ import annotations

from ..tickets import TICKET_SECONDS
from .rest import RestHandler


class TicketHandler(RestHandler):
    """`api/ticket`: what opens one socket as whoever asks, where its cookie alone does not."""

    few_may = ("POST",)

    def post(self) -> None:
        ticket = self.chat.tickets.make(self.who, self.who.user.id)
        self.answer({"ticket": ticket, "seconds": TICKET_SECONDS}, 201)
