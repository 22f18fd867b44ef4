"""What every handler of ours does alike.

Rules of this file:

- Nobody passes `prepare` without being somebody, unless the handler is `public`.
- A no is always the same: a status, and JSON with `code` and `reason`. Jupyter's own error page
  is never used, because it carries the server's token for whoever it takes to be logged in.
- Of a room that is not open to them nobody learns anything: it is like one that is not there,
  before anything else is looked at. A handler whose address names no room is closed to whom not
  every room is open to, unless it says which methods look after that.
- What changes something, or opens a socket, is never asked by a page of another site.
- Responses allow nothing that is not needed, and are readable by our own origin alone.
"""

from __future__ import annotations

import hmac
import inspect
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from http.client import responses
from typing import Any, NamedTuple

import msgspec
from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.httputil import url_concat
from tornado.web import HTTPError, RequestHandler

from .. import names
from ..access import MEMBER, Access
from ..chat import Chat
from ..events import InviteMade
from ..keys import program_id
from ..protocol import PROGRAM_HEADER, REASONS, TICKET_PROTOCOL, Refusal, User
from ..sight import Sight
from ..tokens import Vouched

SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    # `blob:` is a picture that its sender has not sent yet, out of the page's own memory.
    " font-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Other sites learn nothing. With `no-referrer` a browser would also hide from ourselves where
    # our own form comes from (`Origin: null`), and it would be taken for another site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
FOREIGN = "a page of another site may not do this"
READING = ("GET", "HEAD", "OPTIONS")
CODES = {
    400: "bad_frame",
    403: "forbidden",
    404: "not_found",
    405: "bad_method",
    413: "too_long",
    429: "too_fast",
}


OWNER = Access(lets_in=True)
"""Whoever started the server, as a program in their shell."""


class Speaker(NamedTuple):
    """Who makes a request, and what they may do."""

    user: User
    named: bool = True
    """False where they must say a name before the first message."""
    access: Access = MEMBER
    vouched: Vouched | None = None
    """By what they are known, where somebody else vouches for them and may take it back."""


class ChatHandler(RequestHandler):
    """The base of all handlers; `identity` completes it with who is speaking."""

    public = False
    """Whether strangers may ask."""
    entrance = False
    """Whether this belongs to our own login form."""
    same_for_all = False
    """Whether it answers everyone alike, and so even while nobody can be known because the storage
    cannot be read."""
    of_room = False
    """Whether its address names a room, before anything else; `routes` says so."""
    few_may: tuple[str, ...] = ()
    """Methods by which somebody may ask to whom not every room is open, though the address names
    none; they look after that themselves."""
    strangers_enter = False
    """Whether strangers become somebody at our own login form; `identity` says so."""
    on_hub = False
    """Whether a JupyterHub says who is speaking; `identity` says so."""
    more_routes: tuple[tuple[str, type[ChatHandler]], ...] = ()
    """Routes that `identity` needs for itself."""

    chat: Chat
    prefix: str
    """The path of the chat on this server, ending in a slash."""
    speaker: Speaker | None = None

    def initialize(self, chat: Chat, prefix: str) -> None:
        self.chat = chat
        self.prefix = prefix

    async def identify(self) -> Speaker | None:
        """Who is speaking; None for a stranger.

        Raises:
            Refusal: where they say something of themselves that cannot be, or `unavailable` where
                it cannot be found out.
        """
        raise NotImplementedError

    @property
    def may_enter(self) -> bool:
        """Whether a name said at the login form would be taken."""
        return True

    async def declare(self, name: str) -> Speaker:
        """Take a name for whoever is speaking, and remember it in a cookie.

        Raises:
            Refusal: `bad_name`, `name_taken`, `too_fast` or `forbidden`.
        """
        raise NotImplementedError

    def came_by(self, made: InviteMade) -> bool:
        """Whether who is speaking is a guest by this very invite."""
        invite = self.speaker and self.speaker.access.invite
        return invite is not None and invite.id == made.id

    async def invited(self, key: str) -> InviteMade:
        """The invite with this key, to who may come by it or did already.

        Raises:
            Refusal: `bad_invite`, or `too_fast` where too many wrong ones were tried.
        """
        raise NotImplementedError

    async def let_in(self, made: InviteMade, name: str) -> User:
        """Take somebody in by an invite, as a guest of this name, and remember it in a cookie.

        Raises:
            Refusal: `bad_name`, `name_taken` or `bad_invite`.
        """
        raise NotImplementedError

    async def forget(self) -> None:
        """Forget who is speaking, and end their connections."""
        raise NotImplementedError

    def login_address(self) -> str:
        """Where a stranger becomes somebody, and comes back from to the same room."""
        return self.at_room(self.prefix + "login")

    def at_room(self, path: str) -> str:
        """`path` with the room and the message that were asked for; of a query nothing else is
        handed on, for there may be a token in it."""
        asked = {name: self.get_query_argument(name, "") for name in ("room", "message")}
        return url_concat(path, {name: value for name, value in asked.items() if value})

    def turn_away(self) -> None:
        """Answer a stranger."""
        self.refuse(Refusal("signed_out"))

    async def admit(self) -> None:
        """To be called in `prepare`: find out who it is, or turn them away."""
        reads = self.request.method in READING and "Upgrade" not in self.request.headers
        if not reads and self.is_foreign():
            self.refuse(Refusal("forbidden", FOREIGN))
            return
        try:
            self.speaker = await self.find_speaker()
        except Refusal as refusal:
            if refusal.code != "unavailable":
                self.refuse(refusal)
            elif not self.same_for_all:
                self.refuse(Refusal("unavailable"))  # it may be no one to be told why
            return
        public = self.public or (self.entrance and self.strangers_enter)
        if self.speaker is None and not public:
            self.turn_away()
        elif self.speaker is not None:
            self.chat.admit(self.speaker.user, self.speaker.access)
            if no := await self.closed_to(self.speaker):
                self.refuse(no)

    async def find_speaker(self) -> Speaker | None:
        """By a ticket, where one is said, and then by nothing else; else as `identify` does."""
        ticket = self.socket_ticket
        return self.chat.tickets.take(ticket) if ticket else await self.identify()

    @property
    def socket_ticket(self) -> str:
        """The ticket that stands beside the subprotocol of a socket; empty where there is none."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        said = (name.strip() for name in offered if "Upgrade" in self.request.headers)
        return next((n[len(TICKET_PROTOCOL) :] for n in said if n.startswith(TICKET_PROTOCOL)), "")

    async def identify_again(self) -> Speaker | None:
        """Who is speaking, as it is by now, for who has been here for a while; else as `identify`.
        Who came by a ticket has nothing more to show."""
        return self.speaker if self.socket_ticket else await self.identify()

    async def closed_to(self, speaker: Speaker) -> Refusal | None:
        """Why this is closed to somebody, by the room that its address names, or because it names
        none and not every room is open to them; None where it is not."""
        if self.public or self.same_for_all:
            return None
        if self.of_room:
            return await self.chat.closed_room(speaker.user, speaker.access, self.path_args[0])
        if speaker.access.rooms is None or self.request.method in self.few_may:
            return None
        return Refusal("forbidden", "only somebody to whom every room is open may do this")

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

    async def sees_kernels(self) -> bool:
        """Whether whoever passed `prepare` may see the kernels of this server."""
        return False

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

    def kernel(self) -> str:
        """Id of the kernel that speaks, by its own word; empty where it says none, or one of whose
        end this server would not hear.

        Raises:
            Refusal: `bad_frame`.
        """
        return ""

    @property
    def chat_key(self) -> str:
        """The key of ours in the header `Authorization`; empty where there is none. Whoever says
        one is nobody else: where it opens nothing, no cookie is looked at."""
        scheme, _, key = self.request.headers.get("Authorization", "").partition(" ")
        return key.strip() if scheme.lower() == "tornchat" else ""

    def has_key(self, key: str) -> bool:
        """Whether this very key of ours is said; where there is none, nobody says it."""
        return bool(key) and hmac.compare_digest(self.chat_key.encode(), key.encode())

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

    async def key_holder(self, key: str) -> Speaker | None:
        """The program that a key of one room was made for; None where it opens nothing.

        Raises:
            Refusal: `unavailable`.
        """
        found = await self.chat.hub.keys.find(key)
        if found is None:
            return None
        made, first = found
        if first:
            said = "jupyter_tornchat: key %s (%s) of room %s is used for the first time, from %s"
            self.chat.log.info(said, made.id, made.name, made.room, self.request.remote_ip)
        program = User(program_id("key", made.id), made.name, "program")
        return Speaker(program, access=Access(rooms=frozenset({made.room})))

    @property
    def who(self) -> Speaker:
        """Whoever passed `prepare`."""
        if self.speaker is None:
            raise Refusal("signed_out")
        return self.speaker

    def sight(self, room: str) -> Sight:
        """What of a room whoever passed `prepare` sees."""
        return self.chat.hub.sight(self.who.user, self.who.access, room)

    def writer(self) -> User:
        """Whoever passed `prepare`, if they may write and have a name.

        Raises:
            Refusal: `forbidden` or `unnamed`.
        """
        if not self.who.access.writes:
            raise Refusal("forbidden")
        if not self.who.named:
            raise Refusal("unnamed")
        return self.who.user

    def voice(self, room: str) -> User:
        """Whoever passed `prepare`, if they may be heard in a room and have a name.

        Raises:
            Refusal: as `writer`, or as `Seats.check_voice`.
        """
        user, hub = self.writer(), self.chat.hub
        hub.seats.check_voice(user, self.who.access, room, hub.now())
        return user

    def check_lets_in(self) -> None:
        """Let nobody by who may not open a room to programs.

        Raises:
            Refusal: `forbidden`.
        """
        if not self.who.access.lets_in:
            raise Refusal("forbidden", "only members may open a room to programs")

    def opener(self) -> User:
        """Whoever passed `prepare`, if they may open a room to programs, have a name, and were not
        too fast.

        Raises:
            Refusal: `forbidden`, `unnamed` or `too_fast`.
        """
        self.check_lets_in()
        user = self.voice(self.path_args[0]) if self.of_room else self.writer()
        self.chat.hub.charge(user)
        return user

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)
        # Where the owner of the server has a policy too, both hold.
        headers: dict[str, str] = self.settings.get("headers", {})
        if "Content-Security-Policy" in headers:
            self.add_header("Content-Security-Policy", headers["Content-Security-Policy"])

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **more: Any) -> None:
        """One that was set over https never goes over http."""
        more.setdefault("secure", self.request.protocol == "https")
        super().set_cookie(name, value, *args, **more)

    def answer(self, what: Any, status: int = 200) -> None:
        """Finish with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(what))

    def refuse(self, refusal: Refusal) -> None:
        """Finish with a no."""
        no: dict[str, Any] = {"code": refusal.code, "reason": refusal.reason}
        if refusal.retry_after is not None:
            no["retry_after"] = refusal.retry_after
        self.answer(no, REASONS[refusal.code].status)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        code = CODES.get(status_code, "error")
        if status_code == 405:  # RFC 9110, 15.5.6
            self.set_header("Allow", ", ".join(self.methods()))
        self.answer({"code": code, "reason": responses.get(status_code, "")}, status_code)

    def methods(self) -> list[str]:
        """What may be asked here, by HTTP's names."""
        found = {name: getattr(type(self), name.lower()) for name in self.SUPPORTED_METHODS}
        bare = {getattr(RequestHandler, name.lower()) for name in found}
        return [name for name, method in found.items() if method not in bare]

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        # What a stranger may cause is no error of the server's.
        if not isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)


Method = Callable[..., Awaitable[None] | None]


def answering(method: Method) -> Callable[..., Awaitable[None]]:
    """A handler's method that answers a `Refusal` instead of failing with it.

    It carries Jupyter's mark for "looks after itself who may call it": `prepare` does.
    """

    @wraps(method)
    async def answer(self: ChatHandler, *args: Any, **kwargs: Any) -> None:
        try:
            done = method(self, *args, **kwargs)
            if inspect.isawaitable(done):
                await done
        except Refusal as refusal:
            self.refuse(refusal)

    return allow_unauthenticated(answer)
