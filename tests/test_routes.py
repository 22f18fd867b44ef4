"""S-01 and S-03: every route and method of both applications, from their live tables.

What a stranger may have is the list below and nothing else. A new route, or a new method of one,
fails here until it says what a stranger gets.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tornado.routing import RuleRouter
from tornado.web import Application, RequestHandler

import jupyter_tornchat.chat
from jupyter_tornchat.handlers.base import ChatHandler
from jupyter_tornchat.server import ChatServer
from jupyter_tornchat.site import Site
from places import GUESTS, Place
from raw import Answer, ask, upgrade
from servers import free_port

METHODS = RequestHandler.SUPPORTED_METHODS
NO_FILE = "0" * 64
HELD_BACK = {403, 404, 405}


class Door(NamedTuple):
    """A route: an address that leads there, and what a stranger gets for each of its methods."""

    address: str
    answers: dict[str, int]


NOTEBOOK = {
    "tornchat": Door("tornchat", {"GET": 302}),  # public
    "chat": Door("chat", {"GET": 403}),
    "tornchat/": Door("tornchat/", {"GET": 302}),  # to where Jupyter signs people in
    "tornchat/login": Door("tornchat/login", {"GET": 302, "POST": 403}),
    "tornchat/chat": Door("tornchat/chat", {"GET": 403}),
    r"tornchat/static/([\w./-]+)": Door("tornchat/static/page.js", {"GET": 403, "HEAD": 403}),
    "tornchat/api/health": Door("tornchat/api/health", {"GET": 200}),  # public
    "tornchat/api/me": Door("tornchat/api/me", {"GET": 403, "PUT": 403, "DELETE": 403}),
    "tornchat/api/ticket": Door("tornchat/api/ticket", {"POST": 403}),
    "tornchat/api/rooms": Door("tornchat/api/rooms", {"GET": 403, "POST": 403}),
    "tornchat/api/rooms/([^/]+)/messages": Door(
        "tornchat/api/rooms/lobby/messages", {"GET": 403, "POST": 403}
    ),
    "tornchat/api/rooms/([^/]+)/messages/([0-9]+)": Door(
        "tornchat/api/rooms/lobby/messages/1", {"GET": 403, "PATCH": 403, "DELETE": 403}
    ),
    "tornchat/api/rooms/([^/]+)/messages/([0-9]+)/answers": Door(
        "tornchat/api/rooms/lobby/messages/1/answers", {"POST": 403}
    ),
    "tornchat/api/rooms/([^/]+)/messages/([0-9]+)/progress": Door(
        "tornchat/api/rooms/lobby/messages/1/progress", {"PUT": 403}
    ),
    "tornchat/api/rooms/([^/]+)/messages/([0-9]+)/withdrawal": Door(
        "tornchat/api/rooms/lobby/messages/1/withdrawal", {"POST": 403}
    ),
    "tornchat/api/rooms/([^/]+)/moderation": Door(
        "tornchat/api/rooms/lobby/moderation", {"POST": 403}
    ),
    "tornchat/api/rooms/([^/]+)/seats": Door("tornchat/api/rooms/lobby/seats", {"GET": 403}),
    "tornchat/api/rooms/([^/]+)/messages/([0-9]+)/help": Door(
        "tornchat/api/rooms/lobby/messages/1/help", {"PUT": 403}
    ),
    "tornchat/api/rooms/([^/]+)/requests": Door("tornchat/api/rooms/lobby/requests", {"GET": 403}),
    "tornchat/api/rooms/([^/]+)/jobs": Door("tornchat/api/rooms/lobby/jobs", {"POST": 403}),
    "tornchat/api/rooms/([^/]+)/export": Door("tornchat/api/rooms/lobby/export", {"GET": 403}),
    "tornchat/hook": Door("tornchat/hook", {"POST": 403}),
    "tornchat/api/rooms/([^/]+)/keys": Door(
        "tornchat/api/rooms/lobby/keys", {"GET": 403, "POST": 403}
    ),
    "tornchat/api/rooms/([^/]+)/keys/([^/]+)": Door(
        "tornchat/api/rooms/lobby/keys/x", {"DELETE": 403}
    ),
    "tornchat/api/rooms/([^/]+)/hooks": Door(
        "tornchat/api/rooms/lobby/hooks", {"GET": 403, "POST": 403}
    ),
    "tornchat/api/rooms/([^/]+)/hooks/([^/]+)": Door(
        "tornchat/api/rooms/lobby/hooks/x", {"DELETE": 403}
    ),
    "tornchat/api/rooms/([^/]+)/invites": Door(
        "tornchat/api/rooms/lobby/invites", {"GET": 403, "POST": 403}
    ),
    "tornchat/api/rooms/([^/]+)/invites/([^/]+)": Door(
        "tornchat/api/rooms/lobby/invites/x", {"DELETE": 403}
    ),
    "tornchat/api/rooms/([^/]+)/guests": Door("tornchat/api/rooms/lobby/guests", {"GET": 403}),
    "tornchat/api/rooms/([^/]+)/guests/([^/]+)": Door(
        "tornchat/api/rooms/lobby/guests/x", {"DELETE": 403}
    ),
    "tornchat/api/gate": Door("tornchat/api/gate", {"GET": 403, "POST": 403, "DELETE": 403}),
    "tornchat/api/rooms/([^/]+)/files": Door("tornchat/api/rooms/lobby/files", {"POST": 403}),
    "tornchat/api/rooms/([^/]+)/files/([0-9a-f]{64})": Door(
        f"tornchat/api/rooms/lobby/files/{NO_FILE}", {"GET": 403}
    ),
    r"tornchat/api/spec\.yaml": Door("tornchat/api/spec.yaml", {"GET": 403}),
    "tornchat/.*": Door("tornchat/nothing", {}),
}
PUBLIC = {"tornchat", "tornchat/api/health"}

CHAT = {
    "": Door("", {"GET": 302}),  # to the login form
    "login": Door("login", {"GET": 200, "POST": 400}),  # public; a form without a name
    "chat": Door("chat", {"GET": 403}),
    r"static/([\w./-]+)": Door("static/nothing.js", {"GET": 404, "HEAD": 404}),  # public
    "api/health": Door("api/health", {"GET": 200}),  # public
    "api/me": Door("api/me", {"GET": 403, "PUT": 403, "DELETE": 403}),
    "api/ticket": Door("api/ticket", {"POST": 403}),
    "api/rooms": Door("api/rooms", {"GET": 403, "POST": 403}),
    "api/rooms/([^/]+)/messages": Door("api/rooms/lobby/messages", {"GET": 403, "POST": 403}),
    "api/rooms/([^/]+)/messages/([0-9]+)": Door(
        "api/rooms/lobby/messages/1", {"GET": 403, "PATCH": 403, "DELETE": 403}
    ),
    "api/rooms/([^/]+)/messages/([0-9]+)/answers": Door(
        "api/rooms/lobby/messages/1/answers", {"POST": 403}
    ),
    "api/rooms/([^/]+)/messages/([0-9]+)/progress": Door(
        "api/rooms/lobby/messages/1/progress", {"PUT": 403}
    ),
    "api/rooms/([^/]+)/messages/([0-9]+)/withdrawal": Door(
        "api/rooms/lobby/messages/1/withdrawal", {"POST": 403}
    ),
    "api/rooms/([^/]+)/moderation": Door("api/rooms/lobby/moderation", {"POST": 403}),
    "api/rooms/([^/]+)/seats": Door("api/rooms/lobby/seats", {"GET": 403}),
    "api/rooms/([^/]+)/messages/([0-9]+)/help": Door(
        "api/rooms/lobby/messages/1/help", {"PUT": 403}
    ),
    "api/rooms/([^/]+)/requests": Door("api/rooms/lobby/requests", {"GET": 403}),
    "api/rooms/([^/]+)/jobs": Door("api/rooms/lobby/jobs", {"POST": 403}),
    "api/rooms/([^/]+)/export": Door("api/rooms/lobby/export", {"GET": 403}),
    "hook": Door("hook", {"POST": 403}),
    "api/rooms/([^/]+)/keys": Door("api/rooms/lobby/keys", {"GET": 403, "POST": 403}),
    "api/rooms/([^/]+)/keys/([^/]+)": Door("api/rooms/lobby/keys/x", {"DELETE": 403}),
    "api/rooms/([^/]+)/hooks": Door("api/rooms/lobby/hooks", {"GET": 403, "POST": 403}),
    "api/rooms/([^/]+)/hooks/([^/]+)": Door("api/rooms/lobby/hooks/x", {"DELETE": 403}),
    "api/rooms/([^/]+)/invites": Door("api/rooms/lobby/invites", {"GET": 403, "POST": 403}),
    "api/rooms/([^/]+)/invites/([^/]+)": Door("api/rooms/lobby/invites/x", {"DELETE": 403}),
    "api/rooms/([^/]+)/guests": Door("api/rooms/lobby/guests", {"GET": 403}),
    "api/rooms/([^/]+)/guests/([^/]+)": Door("api/rooms/lobby/guests/x", {"DELETE": 403}),
    "api/gate": Door("api/gate", {"GET": 403, "POST": 403, "DELETE": 403}),
    "join": Door("join", {"GET": 200}),  # public: the page of an invite
    "api/join": Door("api/join", {"POST": 400}),  # public; no invite at all
    "api/rooms/([^/]+)/files": Door("api/rooms/lobby/files", {"POST": 403}),
    "api/rooms/([^/]+)/files/([0-9a-f]{64})": Door(
        f"api/rooms/lobby/files/{NO_FILE}", {"GET": 403}
    ),
    r"api/spec\.yaml": Door("api/spec.yaml", {"GET": 403}),
}


def live_routes(router: RuleRouter, prefix: str) -> dict[str, type[ChatHandler]]:
    """Our routes in an application's table, by what stands behind its base path."""
    found = {}
    for rule in router.rules:
        if isinstance(rule.target, RuleRouter):
            found |= live_routes(rule.target, prefix)
        elif inspect.isclass(rule.target) and issubclass(rule.target, ChatHandler):
            found[rule.matcher.regex.pattern.removeprefix(prefix).removesuffix("$")] = rule.target
    return found


def implemented(handler: type[RequestHandler]) -> set[str]:
    return {
        m for m in METHODS if getattr(handler, m.lower()) is not getattr(RequestHandler, m.lower())
    }


def check_table(doors: dict[str, Door], live: dict[str, type[ChatHandler]]) -> None:
    assert live.keys() == doors.keys()
    for pattern, handler in live.items():
        assert implemented(handler) == doors[pattern].answers.keys(), pattern


# ------------------------------------------------------------------------ notebook server


@pytest.fixture(params=[True, False], ids=["unauthenticated allowed", "unauthenticated denied"])
def jp_server_config(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_tornchat": True},
            "allow_unauthenticated_access": request.param,
        }
    }


def live_notebook(jp_serverapp: Any) -> dict[str, type[ChatHandler]]:
    return live_routes(jp_serverapp.web_app.default_router, jp_serverapp.base_url)


def test_S01_every_route_of_the_notebook_server_is_in_the_list(jp_serverapp: Any) -> None:
    check_table(NOTEBOOK, live_notebook(jp_serverapp))


def test_S01_jupyter_finds_no_route_of_ours_that_nobody_guards(jp_serverapp: Any) -> None:
    for pattern, handler in live_notebook(jp_serverapp).items():
        assert jp_serverapp.web_app._check_handler_auth(pattern, handler) == []


@pytest.mark.usefixtures("http_server")
async def test_S01_a_stranger_of_the_notebook_server_is_held_back(
    jp_serverapp: Any, jp_http_port: int
) -> None:
    """With a right `_xsrf`, so that it is not only that which holds them back."""
    form = await ask(jp_http_port, "GET", jp_serverapp.base_url + "login")
    headers = stranger(form)
    for pattern, door in NOTEBOOK.items():
        for method in METHODS:
            answer = await ask(jp_http_port, method, jp_serverapp.base_url + door.address, headers)
            expected = {door.answers[method]} if method in door.answers else HELD_BACK
            assert answer.status in expected, (method, pattern, answer)
            if pattern not in PUBLIC and answer.status == 302:
                assert answer.headers["Location"].startswith(jp_serverapp.base_url + "login?next=")
    health = await ask(jp_http_port, "GET", jp_serverapp.base_url + "tornchat/api/health")
    assert health.body == b'{"ok":true}'
    bare = await ask(jp_http_port, "GET", jp_serverapp.base_url + "tornchat")
    assert bare.headers["Location"] == jp_serverapp.base_url + "tornchat/"


@pytest.mark.usefixtures("http_server")
async def test_S01_a_stranger_opens_no_socket_of_the_notebook_server(
    jp_serverapp: Any, jp_http_port: int
) -> None:
    for address in ("chat", "tornchat/chat"):
        for query in ("", "?username=ann", "?token=", "?token=wrong"):
            for headers in (upgrade(), upgrade(Sec_WebSocket_Protocol=None)):
                target = jp_serverapp.base_url + address + query
                assert (await ask(jp_http_port, "GET", target, headers)).status == 403


@pytest.mark.usefixtures("http_server")
async def test_S03_a_foreign_name_reaches_no_route_of_the_notebook_server(
    jp_serverapp: Any, jp_http_port: int, jp_auth_header: dict[str, str]
) -> None:
    for door in NOTEBOOK.values():
        target = jp_serverapp.base_url + door.address
        await check_foreign_names(jp_http_port, target, list(jp_auth_header.items()))


# ---------------------------------------------------------------- chat server of its own


def test_S01_every_route_of_the_chat_server_is_in_the_list(tmp_path: Path) -> None:
    server = ChatServer(guests="open", storage=f"sqlite:///{tmp_path}/chat.db")
    chat = jupyter_tornchat.chat.Chat(server, server.log)
    site = Site(chat, (), is_open=True)
    application: Application = site.application(free_port())
    check_table(CHAT, live_routes(application.default_router, "/"))
    fallback = application.settings["default_handler_class"]
    assert issubclass(fallback, ChatHandler)
    assert implemented(fallback) == set()


async def test_S01_a_stranger_of_the_chat_server_is_held_back(places: dict[str, Place]) -> None:
    place = places[GUESTS]
    headers = stranger(await place.ask("GET", "login"))
    for pattern, door in CHAT.items():
        for method in METHODS:
            answer = await place.ask(method, door.address, headers)
            expected = {door.answers[method]} if method in door.answers else HELD_BACK
            assert answer.status in expected, (method, pattern, answer)
    assert (await place.ask("GET", "")).headers["Location"] == "/login"
    assert (await place.ask("GET", "api/health")).body == b'{"ok":true}'
    assert (await place.ask("GET", "nothing")).status == 404


async def test_S01_a_stranger_opens_no_socket_of_the_chat_server(places: dict[str, Place]) -> None:
    place = places[GUESTS]
    for query in ("", "?token=x", "?username=", "?username=ann"):
        assert (await place.ask("GET", f"chat{query}", upgrade())).status == 403
    # A name in the address is how the plain protocol enters an open room, and only it.
    enters = await place.ask("GET", "chat?username=carol", upgrade(Sec_WebSocket_Protocol=None))
    assert enters.status == 101


@pytest.mark.parametrize("guests", ["off", "invite"])
async def test_S01_nobody_enters_a_chat_server_that_is_not_open(
    start_chat_server: Callable[..., Any], guests: str
) -> None:
    place = Place(start_chat_server(f"--guests={guests}"), "")
    form = await place.ask("GET", "login")
    body = b"name=ann"
    typed = ("Content-Type", "application/x-www-form-urlencoded")
    entered = await place.ask("POST", "login", [*stranger(form), typed], body)
    assert entered.status == 403
    assert "Set-Cookie" not in entered.headers or "ticket" not in entered.headers["Set-Cookie"]
    plain = upgrade(Sec_WebSocket_Protocol=None)
    assert (await place.ask("GET", "chat?username=ann", plain)).status == 403


async def test_S03_a_foreign_name_reaches_no_route_of_the_chat_server(
    places: dict[str, Place],
) -> None:
    place = places[GUESTS]
    me = list(place.person("mallory").items())
    for door in [*CHAT.values(), Door("nothing", {})]:
        await check_foreign_names(place.server.port, place.path(door.address), me)


# -------------------------------------------------------------------------------- shared


def stranger(form: Answer) -> list[tuple[str, str]]:
    """The headers of somebody who has seen a form and is nobody yet: the right `_xsrf`."""
    cookies = [value for name, value in form.headers.items() if name == "Set-Cookie"]
    (xsrf,) = [c.split(";")[0].removeprefix("_xsrf=") for c in cookies if c.startswith("_xsrf=")]
    return [("Cookie", f"_xsrf={xsrf}"), ("X-XSRFToken", xsrf)]


async def check_foreign_names(port: int, target: str, me: list[tuple[str, str]]) -> None:
    """A page whose name is made to mean this machine (DNS rebinding) gets nothing."""
    for host in ("evil.test", f"evil.test:{port}", "127.0.0.1.evil.test", "localhost.evil.test"):
        headers = [("Host", host), ("Origin", f"http://{host}"), *me]
        for more in ([], upgrade()):
            assert (await ask(port, "GET", target, [*headers, *more])).status == 403
        assert (await ask(port, "POST", target, headers)).status in {403, 404}
