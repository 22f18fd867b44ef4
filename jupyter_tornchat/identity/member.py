"""Members: whoever the notebook server itself lets in, and the programs it lets in.

A guest does not exist here. Where the server has only a shared token, its people are anonymous to
it; then a name is their own word, kept in a signed cookie of ours under one fixed name.
"""

from __future__ import annotations

import hmac
import json
from urllib.parse import urlsplit

import msgspec
from jupyter_core.utils import ensure_async
from jupyter_server.auth.identity import IdentityProvider
from jupyter_server.base.handlers import JupyterHandler
from tornado.httputil import url_concat

from .. import names
from ..handlers.base import ChatHandler, Speaker
from ..protocol import PROGRAM_HEADER, Refusal, User

RESOURCE = "jupyter_tornchat:rooms"
NAME_COOKIE = "tornchat-name"
NAME_DAYS = 365


class MemberIdentity(ChatHandler, JupyterHandler):
    """Completes a handler on a notebook server."""

    async def prepare(self) -> None:  # type: ignore[override]
        await JupyterHandler.prepare(self, _redirect_to_login=False)
        if not self._finished:
            await self.admit()

    async def identify(self) -> Speaker | None:
        if self.has_program_key():
            return Speaker(self.program())
        if self.current_user is None:
            return None
        if not await self.may("read"):
            raise Refusal("forbidden")
        user, named = (self.program(), True) if self.is_program() else self.person()
        return Speaker(user, named, writes=await self.may("write"))

    def person(self) -> tuple[User, bool]:
        """The person, and whether they have a name that people may know them by."""
        known = self.current_user
        if not self.names_are_declared():
            name = known.display_name or known.name or known.username
            return User(f"member:{known.username}", name, "member"), True
        if declared := self.declared():
            return declared, True
        if name := self.chosen_name():
            return User(f"member:{known.username}", name, "member", declared=True), True
        name = known.display_name or known.name or "Anonymous"
        return User(f"member:{known.username}", name, "member", declared=True), False

    def names_are_declared(self) -> bool:
        """Whether the server knows nobody by name: it has one token or password for everyone."""
        return type(self.identity_provider).get_user is IdentityProvider.get_user

    def declared(self) -> User | None:
        """Who the cookie says they are; only the server can have written it."""
        signed = self.get_signed_cookie(NAME_COOKIE, max_age_days=NAME_DAYS)
        if not signed:
            return None
        try:
            return msgspec.json.decode(signed, type=User)
        except msgspec.DecodeError:
            return None

    async def declare(self, name: str) -> Speaker:
        if not self.names_are_declared() or self.who.user.kind != "member":
            raise Refusal("forbidden", "the server knows your name already")
        name = names.clean(name)
        user = User(self.who.user.id, name, "member", declared=True)
        if self.chat.hub.is_taken(name, by=user.id):
            raise Refusal("name_taken")
        self.set_signed_cookie(
            NAME_COOKIE,
            msgspec.json.encode(user),
            expires_days=NAME_DAYS,
            path=self.base_url,
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
        )
        return Speaker(user, writes=self.who.writes)

    async def forget(self) -> None:
        self.clear_cookie(NAME_COOKIE, path=self.base_url)

    # ---------------------------------------------------------------------- programs

    def is_program(self) -> bool:
        """Whether a token speaks without a browser around it. A browser says the token once, in
        an address, and then has the login cookie; a program says it each time in a header, and
        may keep that cookie as well."""
        in_browser = self.get_cookie(self.identity_provider.get_cookie_name(self)) is not None
        in_header = "Authorization" in self.request.headers
        return self.token_authenticated and (in_header or not in_browser)

    def has_program_key(self) -> bool:
        """Whether the chat-only key is there, which the server's kernels inherit."""
        scheme, _, key = self.request.headers.get("Authorization", "").partition(" ")
        expected = self.chat.program_key.encode()
        return scheme.lower() == "tornchat" and hmac.compare_digest(key.encode(), expected)

    def program(self) -> User:
        """The program, by the name it gives itself, which is then its stable id too."""
        said = self.request.headers.get(PROGRAM_HEADER, "")
        try:
            name = names.clean(json.loads(f'"{said}"')) if said else self.chosen_name()
        except ValueError:
            raise Refusal("bad_name", f"the header {PROGRAM_HEADER} is not a JSON string") from None
        name = name or "program"
        return User(f"program:{name}", name, "program", declared=True)

    # ------------------------------------------------------------ what Jupyter asks for

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
        if not self.has_program_key():
            JupyterHandler.check_xsrf_cookie(self)

    def set_cors_headers(self) -> None:
        """None: what the chat answers is for its own origin."""
