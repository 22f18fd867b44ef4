"""Every route of the chat, on a server that hands on."""

from __future__ import annotations

from ..chat import Chat
from ..handlers.base import ChatHandler
from ..handlers.page import BareHandler, LoginHandler, NothingHere, PageHandler, StaticHandler
from ..handlers.routes import ROUTES, Route, complete
from ..handlers.socket import ChatSocket
from ..handlers.ticket import TicketHandler
from .identity import ForwardIdentity
from .request import ForwardHandler
from .service import Service
from .socket import ForwardSocket

HERE = (PageHandler, LoginHandler, TicketHandler)
"""What this server answers by itself."""


def routes_to(service: Service, base: str, path: str, chat: Chat) -> list[Route]:
    """The routes of a chat that is elsewhere.

    Args:
        service: where it is.
        base: the server's own path, ending in a slash.
        path: where the chat lies under `base`, ending in a slash.
        chat: what this server has of a chat, which is off.
    """
    identity = type("ServiceIdentity", (ForwardIdentity,), {"service": service})
    services = {"chat": chat, "prefix": base + path}

    def route(pattern: str, kind: type[ChatHandler]) -> Route:
        return (pattern, complete(kind, identity), services)

    socket = type("Socket", (ForwardSocket,), {"service": service})
    rest = type("Rest", (ForwardHandler,), {"service": service})
    # The service has it for all, because a browser fetches modules without a word of who asks.
    bundle = type("Bundle", (rest,), {"public": True})
    answered: dict[type[ChatHandler], type[ChatHandler]] = {
        **{kind: kind for kind in HERE},
        ChatSocket: socket,
        StaticHandler: bundle,
    }
    found = [route("chat", socket), route(path.rstrip("/"), BareHandler)]
    for pattern, kind in ROUTES:
        found.append(route(path + pattern, answered.get(kind, rest)))
    return [*found, route(path + ".*", NothingHere)]
