"""People of a JupyterHub, for the chat server of its own as a service of that Hub.

Rules of this file:

- Who somebody is, which groups they are in and whether they may come in at all, the Hub says.
  Nothing that a request says of its sender can make them somebody else.
- A token in a header is looked at before any cookie, and where it does not hold, no cookie is.
- A token stands for a program of its person. Their own server on the Hub, which holds one, says of
  what the person says in a browser that it is theirs (`SPEAKS_HEADER`): it could say anything in
  their name, and nothing in another's.
- Who is nobody to the Hub may still be a guest, where guests are let in.
"""

from __future__ import annotations

import logging
import os
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler, HubOAuthenticated
from msgspec import structs
from tornado.web import HTTPError
from traitlets.config import Configurable

from .. import names
from ..access import Access
from ..groups import Groups
from ..handlers.base import ChatHandler
from ..handlers.page import HtmlHandler
from ..handlers.speaker import Speaker
from ..protocol import SPEAKS_HEADER, Refusal, User
from ..tokens import Tokens, Vouched
from .guest import GuestIdentity

Model = dict[str, Any]
"""Somebody, in the Hub's words."""


class Door:
    """The Hub's own door to the chat.

    Args:
        parent: has the Hub's settings, besides those in the environment.
        groups: what the Hub's groups open.
        log: where to tell what goes wrong.
    """

    def __init__(self, parent: Configurable, groups: Groups, log: logging.Logger) -> None:
        self.auth: Any = HubOAuth(parent=parent)
        self.groups = groups
        self.log = log
        self.tokens = Tokens(self.ask, self.auth.cache_max_age)

    @property
    def place(self) -> tuple[str, int]:
        """The address and the port that the Hub's proxy finds us at."""
        url = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
        return url.hostname or "", url.port or 80

    @property
    def prefix(self) -> str:
        """The path that all of our addresses begin with."""
        return self.auth.base_url

    def identity(self) -> type[ChatHandler]:
        """Completes handlers with who comes by this door."""
        return type("HubIdentity", (HubIdentity,), {"door": self, "_hub_auth": self.auth})

    def standing(self, model: Model | None) -> object | None:
        """What matters to us of what the Hub says of somebody; None where they may not come in."""
        if model is None or not self.lets_in(model):
            return None
        groups = tuple(sorted(model.get("groups") or ()))
        return (model.get("kind"), model["name"], groups)

    def lets_in(self, model: Model) -> bool:
        """Whether the Hub lets them into this service."""
        return bool(self.auth.check_scopes(self.auth.access_scopes, model))

    async def ask(self, token: str) -> object | None:
        """How a token stands now, whatever the Hub said before.

        Raises:
            HTTPError: the Hub cannot be asked.
        """
        standing = self.standing(await self.auth.user_for_token(token, use_cache=False, sync=False))
        # What it said before must not let anybody back in.
        for known in list(self.auth.cache.values):
            self.auth.cache.pop(known, None)
        return standing


class HubIdentity(  # pyright: ignore[reportIncompatibleMethodOverride]
    HubOAuthenticated, GuestIdentity
):
    """Completes a handler of the service."""

    on_hub = True
    door: ClassVar[Door]

    async def identify(self) -> Speaker | None:
        self.current_user = None  # or it would be asked for where the loop must not wait
        if self.chat_key:
            return await GuestIdentity.identify(self)
        model = await self.hub_model()
        if model is None:
            return None if self.said_token else await GuestIdentity.identify(self)
        self.current_user = model
        standing, token = self.door.standing(model), self.door.auth.get_token(self)
        self.door.tokens.heard(token, standing)
        if standing is None:
            needed = ", ".join(sorted(self.door.auth.access_scopes))
            raise Refusal("forbidden", f"the Hub does not let {model['name']} in here: {needed}")
        return Speaker(self.user(model), True, self.access(model), Vouched(token, standing))

    async def hub_model(self) -> Model | None:
        """What the Hub says of whoever asks; None for a stranger.

        Raises:
            Refusal: `unavailable`.
        """
        try:
            model = await self.door.auth.get_user(self, sync=False)
        except HTTPError:
            raise Refusal("unavailable", "the Hub does not answer") from None
        by_token = getattr(self, "_token_authenticated", False)
        if self.said_token and not by_token:
            self.door.tokens.heard(self.said_token, None)
            return None
        if model is None and (token := self.door.auth.get_token(self)):
            self.door.tokens.heard(token, None)
        return model

    @property
    def said_token(self) -> str:
        """The token that is said, and not in a cookie; empty where there is none."""
        return str(self.door.auth.get_token(self, in_cookie=False) or "")

    def user(self, model: Model) -> User:
        """Whoever speaks, as the Hub knows them."""
        name = model["name"]
        known = names.nearest(name) or "member"
        is_person = model.get("kind") == "user"
        if is_person and (not self.said_token or self.request.headers.get(SPEAKS_HEADER)):
            return User(f"member:{name}", known, "member")
        program = self.program()
        # No name on a Hub holds a slash, so what follows the first one is the program's own word.
        # Of another service of the Hub its own name stands there.
        owner = name if is_person else f"/{name}"
        return structs.replace(program, id=f"program:{owner}/{program.name}", whose=known)

    def access(self, model: Model) -> Access:
        """What they may do here."""
        access = self.door.groups.access(model.get("groups") or ())
        if model.get("kind") != "user":
            return access
        name = model["name"]
        access = access._replace(person=f"member:{name}")
        is_named = name in self.chat.settings.moderators
        return access._replace(rooms=None, moderates=True) if is_named else access

    async def declare(self, name: str) -> Speaker:
        if self.speaker is not None and self.speaker.user.kind != "guest":
            raise Refusal("forbidden", "the Hub knows your name already")
        return await GuestIdentity.declare(self, name)

    async def forget(self) -> None:
        if self.who.vouched is None:
            await GuestIdentity.forget(self)
            return
        self.door.auth.clear_cookie(self)
        self.door.tokens.heard(self.who.vouched.token, None)

    def login_address(self) -> str:
        return cast("str", self.get_login_url())

    def check_xsrf_cookie(self) -> None:
        # A token or key is no cookie; where the token does not hold, `hub_model` looks at none.
        if not self.chat_key and not self.said_token:
            self.door.auth.check_xsrf_cookie(self)


class CallbackHandler(  # pyright: ignore[reportIncompatibleMethodOverride]
    HubOAuthCallbackHandler, HtmlHandler
):
    """`oauth_callback`: where the Hub sends back whoever it let in."""

    public = True


HubIdentity.more_routes = ((r"oauth_callback", CallbackHandler),)
