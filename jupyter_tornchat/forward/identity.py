"""Who asks a server that hands on: the owner of the server, and their programs."""

from __future__ import annotations

from typing import Any

from ..handlers.speaker import Speaker
from ..identity.member import MemberIdentity
from ..protocol import Refusal, User
from ..tokens import Tokens, Vouched
from .service import Service


class ForwardIdentity(MemberIdentity):
    """Completes a handler of a server that hands on."""

    service: Service

    async def identify(self) -> Speaker | None:
        if self.chat_key and not any(
            map(self.has_key, (self.chat.program_key, self.chat.owner_key))
        ):
            return Speaker(User("", "", "program"))  # the service knows whose key it is
        speaker = await MemberIdentity.identify(self)
        if speaker is None or self.chat_key:
            return speaker
        if self.current_user.username != self.service.owner:
            whose = f"this is {self.service.owner}'s server; your own leads to the chat as you"
            raise Refusal("forbidden", whose)
        auth = getattr(self.identity_provider, "hub_auth", None)
        token = auth.get_token(self) if auth else None
        return speaker._replace(vouched=Vouched(token, self.service.owner)) if token else speaker


def tokens(serverapp: Any) -> Tokens | None:
    """The Hub's tokens by which people are on this server; None where no Hub says who they are."""
    auth = getattr(serverapp.identity_provider, "hub_auth", None)
    if auth is None:
        return None

    async def ask(token: str) -> object | None:
        model = await auth.user_for_token(token, use_cache=False, sync=False)
        return model["name"] if model and auth.check_scopes(auth.access_scopes, model) else None

    return Tokens(ask, auth.cache_max_age)
