"""The way from here to the service: which address there, and what is said of who asks."""

from __future__ import annotations

from urllib.parse import unquote

from tornado.httputil import HTTPHeaders

from ..handlers.base import ChatHandler
from ..protocol import PROGRAM_HEADER, SPEAKS_HEADER, Refusal
from .service import Service

ASKED = ("Accept", "Accept-Language", "Content-Type", "If-None-Match", "Range", PROGRAM_HEADER)
"""What goes on of the headers of a request."""


class Way(ChatHandler):
    """What handlers that hand on have in common."""

    service: Service

    def address(self) -> str:
        """Where the service has what is asked for here. A token in a query is for this server.

        Raises:
            Refusal: `no_such_room`: it leads out of the chat.
        """
        path = self.request.path.removeprefix(self.prefix)
        path = "chat" if path == self.request.path else path
        if ".." in unquote(path).split("/"):
            raise Refusal("no_such_room")
        query = [
            p for p in self.request.query.split("&") if p and not unquote(p).startswith("token=")
        ]
        return self.service.url + path + ("?" + "&".join(query) if query else "")

    def handed_on(self) -> HTTPHeaders:
        """The headers with which the service is asked."""
        said = self.request.headers
        headers = HTTPHeaders({name: said[name] for name in ASKED if name in said})
        if self.speaker is None:
            return headers
        headers["Authorization"] = f"token {self.service.token}"
        if self.who.user.kind != "program":
            headers[SPEAKS_HEADER] = "person"
        elif not self.who.user.id:
            headers["Authorization"] = f"tornchat {self.chat_key}"
        return headers
