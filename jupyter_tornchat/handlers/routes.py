"""Every route of ours, once, for both applications.

A route's handler is one of this package's classes, completed by who is speaking on that server.
"""

from __future__ import annotations

from typing import Any

from tornado.web import RequestHandler

from ..chat import Chat
from .answers import answering
from .base import ChatHandler
from .export import ExportHandler
from .files import FileHandler, FilesHandler
from .gate import GateHandler
from .help import HelpHandler, RequestsHandler
from .hooks import HookHandler, HooksHandler
from .invites import GuestHandler, GuestsHandler, InviteHandler, InvitesHandler
from .jobs import JobsHandler
from .join import JoinHandler, JoinPageHandler
from .keys import KeyHandler, KeysHandler, SaidHandler
from .message import AnswersHandler, MessageHandler, ProgressHandler, WithdrawalHandler
from .moderation import ModerationHandler, SeatsHandler
from .page import BareHandler, LoginHandler, NothingHere, PageHandler, StaticHandler
from .rest import HealthHandler, MeHandler, MessagesHandler, RoomsHandler, SpecHandler
from .socket import ChatSocket
from .ticket import TicketHandler

Route = tuple[str, type[RequestHandler], dict[str, Any]]

ROOM = r"api/rooms/([^/]+)"
ROUTES: tuple[tuple[str, type[ChatHandler]], ...] = (
    (r"", PageHandler),
    (r"login", LoginHandler),
    (r"chat", ChatSocket),
    (r"hook", SaidHandler),
    (r"static/([\w./-]+)", StaticHandler),
    (r"api/health", HealthHandler),
    (r"api/me", MeHandler),
    (r"api/ticket", TicketHandler),
    (r"api/rooms", RoomsHandler),
    (ROOM + r"/messages", MessagesHandler),
    (ROOM + r"/messages/([0-9]+)", MessageHandler),
    (ROOM + r"/messages/([0-9]+)/answers", AnswersHandler),
    (ROOM + r"/messages/([0-9]+)/withdrawal", WithdrawalHandler),
    (ROOM + r"/messages/([0-9]+)/progress", ProgressHandler),
    (ROOM + r"/moderation", ModerationHandler),
    (ROOM + r"/seats", SeatsHandler),
    (ROOM + r"/messages/([0-9]+)/help", HelpHandler),
    (ROOM + r"/requests", RequestsHandler),
    (ROOM + r"/jobs", JobsHandler),
    (ROOM + r"/export", ExportHandler),
    (ROOM + r"/hooks", HooksHandler),
    (ROOM + r"/hooks/([^/]+)", HookHandler),
    (ROOM + r"/keys", KeysHandler),
    (ROOM + r"/keys/([^/]+)", KeyHandler),
    (ROOM + r"/invites", InvitesHandler),
    (ROOM + r"/invites/([^/]+)", InviteHandler),
    (ROOM + r"/guests", GuestsHandler),
    (ROOM + r"/guests/([^/]+)", GuestHandler),
    (ROOM + r"/files", FilesHandler),
    (ROOM + r"/files/([0-9a-f]{64})", FileHandler),
    (r"api/gate", GateHandler),
    (r"api/spec\.yaml", SpecHandler),
)
GUEST_ROUTES: tuple[tuple[str, type[ChatHandler]], ...] = (
    (r"join", JoinPageHandler),
    (r"api/join", JoinHandler),
)
"""What is only where guests come in."""


def routes(
    identity: type[ChatHandler],
    base: str,
    path: str,
    chat: Chat,
    more: tuple[tuple[str, type[ChatHandler]], ...] = (),
) -> list[Route]:
    """The routes of one application.

    Args:
        identity: completes the handlers with who is speaking.
        base: the server's own path, ending in a slash.
        path: where the chat lies under `base`; empty, or ending in a slash.
        chat: the server's chat.
        more: routes that this application has besides those of both.
    """
    services = {"chat": chat, "prefix": base + path}
    found: list[Route] = []
    for pattern, kind in (*ROUTES, *identity.more_routes, *more):
        handler = complete(kind, identity)
        handler.of_room = pattern.startswith(ROOM)
        found.append((path + pattern, handler, services))
    if path:
        found.append((path.rstrip("/"), complete(BareHandler, identity), services))
        found.append(("chat", complete(ChatSocket, identity), services))
        # The server's own error page carries its token.
        found.append((path + ".*", complete(NothingHere, identity), services))
    return found


def complete(kind: type[ChatHandler], identity: type[ChatHandler]) -> type[ChatHandler]:
    """The handler `kind` with `identity`."""
    handler = type(f"{identity.__name__}{kind.__name__}", (kind, identity), {})
    for method in RequestHandler.SUPPORTED_METHODS:
        found = getattr(handler, method.lower())
        if found is not getattr(RequestHandler, method.lower()):  # not the one that answers 405
            setattr(handler, method.lower(), answering(found))
    return handler
