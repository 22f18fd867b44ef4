"""Who is let in, and what of it every handler may ask.

Rules of this file:

- Nobody passes `prepare` without being somebody, unless the handler is `public`.
- Of a room that is not open to them nobody learns anything: it is like one that is not there,
  before anything else is looked at. A handler whose address names no room is closed to whom not
  every room is open to, unless it says which methods look after that.
- What changes something, or opens a socket, is never asked by a page of another site.
"""

from __future__ import annotations

from tornado.httputil import url_concat

from ..access import Access
from ..chat import Chat
from ..events import InviteMade
from ..keys import program_id
from ..protocol import Refusal, User
from ..sight import Sight
from .credentials import Credentials
from .speaker import Speaker

FOREIGN = "a page of another site may not do this"
READING = ("GET", "HEAD", "OPTIONS")


class ChatHandler(Credentials):
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
            self.chat.admit(self.speaker.user, self.speaker.access, self.speaker.named)
            if no := await self.closed_to(self.speaker):
                self.refuse(no)

    async def find_speaker(self) -> Speaker | None:
        """By a ticket, where one is said, and then by nothing else; else as `identify` does."""
        ticket = self.socket_ticket
        return self.chat.tickets.take(ticket) if ticket else await self.identify()

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

    async def sees_kernels(self) -> bool:
        """Whether whoever passed `prepare` may see the kernels of this server."""
        return False

    def kernel(self) -> str:
        """Id of the kernel that speaks, by its own word; empty where it says none, or one of whose
        end this server would not hear.

        Raises:
            Refusal: `bad_frame`.
        """
        return ""

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
        access = Access(rooms=frozenset({made.room}), person=made.user.id)
        return Speaker(program, access=access)

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
