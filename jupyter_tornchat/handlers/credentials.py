"""What a request says of who makes it: the page it comes from, a key, a ticket, a name.

Whether it is true, and what it opens, is found out in `base` and by `identity`.
"""

from __future__ import annotations

import hmac
import json

from .. import names
from ..protocol import PROGRAM_HEADER, TICKET_PROTOCOL, Refusal, User
from .answers import Answers


class Credentials(Answers):
    """Reads them, each in its place."""

    def is_foreign(self) -> bool:
        """Whether a page of another site asks. A browser says so in one of two headers, and no
        page can change either; what has neither is no browser."""
        origin = self.request.headers.get("Origin")
        if origin is None:
            return self.request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
        return not self.check_origin(origin)

    def check_origin(self, origin: str) -> bool:
        """Whether pages of this origin are the server's own, or as good."""
        raise NotImplementedError

    @property
    def chat_key(self) -> str:
        """The key of ours in the header `Authorization`; empty where there is none. Whoever says
        one is nobody else: where it opens nothing, no cookie is looked at."""
        scheme, _, key = self.request.headers.get("Authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "tornchat" else ""

    def has_key(self, key: str) -> bool:
        """Whether this very key of ours is said; where there is none, nobody says it."""
        return bool(key) and hmac.compare_digest(self.chat_key.encode(), key.encode())

    @property
    def socket_ticket(self) -> str:
        """The ticket that stands beside the subprotocol of a socket; empty where there is none."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        said = (name.strip() for name in offered if "Upgrade" in self.request.headers)
        return next((n[len(TICKET_PROTOCOL) :] for n in said if n.startswith(TICKET_PROTOCOL)), "")

    def chosen_name(self) -> str:
        """The name that somebody who opens a socket without a subprotocol chose in the address,
        as the tutorial's page does; empty where there is none.

        Raises:
            Refusal: `bad_name`.
        """
        headers = self.request.headers
        if "Upgrade" not in headers or "Sec-WebSocket-Protocol" in headers:
            return ""
        name = self.get_query_argument("username", "")
        return names.clean(name) if name else ""

    def program(self) -> User:
        """The program, by the name it gives itself, which is then its stable id too.

        Raises:
            Refusal: `bad_name`.
        """
        said = self.request.headers.get(PROGRAM_HEADER, "")
        try:
            name = names.clean(json.loads(f'"{said}"')) if said else self.chosen_name()
        except ValueError:
            raise Refusal("bad_name", f"the header {PROGRAM_HEADER} is not a JSON string") from None
        name = name or "program"
        return User(f"program:{name}", name, "program", declared=True)
