"""Members: whoever the notebook server itself lets in, and the programs it lets in.

A guest does not exist here. Where the server has only a shared token or password, Jupyter makes up
somebody for each login; then a name is their own word, kept in a signed cookie of ours, and holds
for that login alone: the next one in the same browser may be another person's.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server import CallContext
from jupyter_server.base.handlers import JupyterHandler
from tornado.httputil import url_concat

from .. import names
from ..access import Access
from ..handlers.base import ChatHandler
from ..handlers.speaker import OWNER, Speaker
from ..protocol import KERNEL_HEADER, KernelId, Refusal, User

RESOURCE = "jupyter_tornchat:rooms"
ALIKE = ("jupyter_server.auth.authorizer", "jupyterhub.singleuser.extension")
"""Where the authorizers come from to whom everyone and everything is alike."""
NAME_DAYS = 365
MADE_UP = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")
"""The username of somebody whom Jupyter made up: a random UUID (RFC 9562, version 4)."""


class Declared(msgspec.Struct, frozen=True):
    """What the name cookie says."""

    login: str
    """The username under which the name was said."""
    name: str


class MemberIdentity(ChatHandler, JupyterHandler):
    """Completes a handler on a notebook server."""

    @property
    def on_hub(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        return hasattr(self.identity_provider, "hub_auth")

    async def prepare(self) -> None:  # type: ignore[override]
        await JupyterHandler.prepare(self, _redirect_to_login=False)
        if not self._finished:
            await self.admit()

    async def find_speaker(self) -> Speaker | None:
        found = await super().find_speaker()
        # The sites of guests have the same tickets for sockets.
        return None if found is not None and found.user.kind == "guest" else found

    async def identify(self) -> Speaker | None:
        if self.has_key(self.chat.owner_key):
            return Speaker(self.program(), access=OWNER)
        if self.has_key(self.chat.program_key):
            return Speaker(self.program())
        if self.chat_key:
            return await self.key_holder(self.chat_key)
        if self.current_user is None:
            return None
        if not await self.may("read"):
            raise Refusal("forbidden")
        user, named = (self.program(), True) if self.is_program() else self.person()
        writes = await self.may("write")
        moderates = user.kind == "member" and await self.keeps_order()
        return Speaker(user, named, Access(writes, lets_in=writes, moderates=moderates))

    async def identify_again(self) -> Speaker | None:
        # An identity provider may look for it there, as while a request is answered.
        CallContext.set(CallContext.JUPYTER_HANDLER, self)
        if not self.chat_key and not self.socket_ticket:
            self.current_user = await ensure_async(self.identity_provider.get_user(self))
        return await super().identify_again()

    def person(self) -> tuple[User, bool]:
        """The person, and whether they have a name that people may know them by."""
        if not self.is_made_up():
            return User(self.member_id, self.known_name(), "member"), True
        if name := self.declared() or self.chosen_name():
            return User(self.member_id, name, "member", declared=True), True
        name = names.nearest(self.current_user.display_name) or "Anonymous"
        return User(self.member_id, name, "member", declared=True), False

    @property
    def member_id(self) -> str:
        return f"member:{self.current_user.username}"

    def is_made_up(self) -> bool:
        """Whether Jupyter made the person up (`IdentityProvider.generate_anonymous_user`), and
        so knows nobody by name. Who is made up and changed the name that Jupyter gave them is as
        unknown as before."""
        user = self.current_user
        nameless = "display_name" in self.own_fields or user.display_name.startswith("Anonymous ")
        return nameless and MADE_UP.fullmatch(user.username) is not None

    def known_name(self) -> str:
        """The name that the server knows somebody by, without what they may change themselves."""
        user = self.current_user
        known = [getattr(user, f) for f in ("display_name", "name") if f not in self.own_fields]
        found = (names.nearest(name) for name in (*known, user.username, self.member_id))
        return next(filter(None, found), "member")

    @property
    def own_fields(self) -> list[str]:
        """What the server lets people change of themselves, by `PATCH api/me` of Jupyter's."""
        return self.identity_provider.updatable_fields

    def declared(self) -> str:
        """The name that was said under this login, by the cookie; only the server can have
        written it. Empty where there is none."""
        signed = self.get_signed_cookie(self.name_cookie, max_age_days=NAME_DAYS)
        try:
            said = msgspec.json.decode(signed or b"", type=Declared)
        except msgspec.DecodeError:
            return ""
        return said.name if said.login == self.current_user.username else ""

    async def declare(self, name: str) -> Speaker:
        if self.who.user.kind != "member" or not self.is_made_up():
            raise Refusal("forbidden", "the server knows your name already")
        name = names.clean(name)
        user = User(self.member_id, name, "member", declared=True)
        if self.chat.hub.people.is_taken(name, by=user.id):
            raise Refusal("name_taken")
        self.set_signed_cookie(
            self.name_cookie,
            msgspec.json.encode(Declared(self.current_user.username, name)),
            expires_days=NAME_DAYS,
            path=self.base_url,
            httponly=True,
            samesite="Strict",
        )
        return self.who._replace(user=user, named=True)

    async def forget(self) -> None:
        self.clear_cookie(self.name_cookie, path=self.base_url)
        if self.who.user.declared and self.who.user.kind == "member":
            self.chat.hub.sign_out(self.who.user.id)

    @property
    def name_cookie(self) -> str:
        """Cookies do not know ports, so the name does: logins differ from server to server."""
        return f"tornchat-name-{self.settings['serverapp'].port}"

    # ---------------------------------------------------------------------- programs

    def is_program(self) -> bool:
        """Whether a token speaks without a browser around it. A browser says the token once, in
        an address, and then has the login cookie; a program says it each time in a header, and
        may keep that cookie as well."""
        in_browser = self.get_cookie(self.identity_provider.get_cookie_name(self)) is not None
        in_header = "Authorization" in self.request.headers
        return self.token_authenticated and (in_header or not in_browser)

    def kernel(self) -> str:
        said = self.request.headers.get(KERNEL_HEADER, "")
        try:
            kernel = said and msgspec.convert(said, KernelId)
        except msgspec.ValidationError:
            raise Refusal("bad_frame", f"the header {KERNEL_HEADER} is no kernel's id") from None
        kernels = self.chat.kernels
        return kernel if kernel and kernels and kernels.knows(kernel) else ""

    # ------------------------------------------------------------ what Jupyter asks for

    async def sees_kernels(self) -> bool:
        if self.current_user is None or self.chat_key:  # which lets one chat, and nothing else
            return False
        asked = (self, self.current_user, "read", "kernels")
        return bool(await ensure_async(self.authorizer.is_authorized(*asked)))

    async def keeps_order(self) -> bool:
        """Whether the person keeps order in every room, as the server's owner says: by name, or by
        an authorizer that tells people apart. Whom Jupyter made up, nobody said anything of."""
        if self.is_made_up():
            return False
        if self.current_user.username in self.chat.settings.moderators:
            return True
        word = type(self.authorizer).is_authorized.__module__
        return word not in ALIKE and await self.may("execute")

    async def may(self, action: str) -> bool:
        """Whether the server's authorizer lets them."""
        allowed = self.authorizer.is_authorized(self, self.current_user, action, RESOURCE)
        return bool(await ensure_async(allowed))

    def login_address(self) -> str:
        return url_concat(self.get_login_url(), {"next": self.at_room(self.request.path)})

    def check_origin(  # pyright: ignore[reportIncompatibleMethodOverride]  Jupyter renamed it
        self, origin: str = ""
    ) -> bool:
        try:
            urlsplit(self.request.headers.get("Origin", ""))
        except ValueError:  # it is no origin at all, and neither Jupyter nor tornado expects that
            return False
        return JupyterHandler.check_origin(self, origin)

    def check_xsrf_cookie(self) -> None:
        # The key is no cookie: no page of another site can make a browser send it.
        if not self.chat_key:
            JupyterHandler.check_xsrf_cookie(self)

    def set_cors_headers(self) -> None:
        """None: what the chat answers is for its own origin."""
