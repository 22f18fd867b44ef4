"""S-04 and S-05 for guests: their ticket is nothing to the notebook server, and no secret of it
reaches them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from tornado.routing import RuleRouter
from tornado.web import RequestHandler

import sample
from jupyter_tornchat.chat import Chat
from jupyter_tornchat.protocol import KEY_VARIABLE, User
from raw import Answer, ask
from servers import Server
from test_routes import CHAT, stranger
from test_secrets import everything, found, sign_in, told, told_by_socket, told_of_nos
from visit import TICKET, Gate, ticket

OLGA = User("member:olga", "Olga", "member")
METHODS = RequestHandler.SUPPORTED_METHODS
MASKED = re.compile(r"2\|[0-9a-f]{8}\|[0-9a-f]{32}\|\d+|[?&]token=[\w-]+|%3Ftoken%3D[\w-]+")
"""What differs by itself: the XSRF token, and what was asked for where it is repeated."""


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    whole = ("jupyter_tornchat", "jupyterlab", "notebook", "jupyter_server_terminals")
    return {
        "ServerApp": {"jpserver_extensions": dict.fromkeys(whole, True)},
        "TornChat": {"guest_ip": "127.0.0.1", "guest_port": 0, "message_rate": 0},
    }


NO_ANSWER = "/lab/api/licenses/a"
"""JupyterLab fails halfway there, whoever asks, and never ends its answer."""


class Came(NamedTuple):
    """A guest who came by an invite."""

    port: int
    """Of the guests' server."""
    key: str
    """Of the invite."""
    ticket: str
    headers: list[tuple[str, str]]


@pytest.fixture
def chat(jp_serverapp: Any) -> Chat:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_tornchat"]
    return app.chat


@pytest.fixture
def gus(chat: Chat, jp_asyncio_loop: Any) -> Iterator[Came]:
    async def come() -> Came:
        await chat.gate.open()
        made = await chat.hub.invites.make(OLGA, ["lobby"], 600, 1, past=True)
        (address,) = (await chat.gate.stands("")).addresses
        port = int(address.rstrip("/").rpartition(":")[2])
        xsrf = stranger(await ask(port, "GET", "/join"))
        body = b'{"key": "%b", "name": "Gus"}' % made.key.encode()
        entered = await ask(port, "POST", "/api/join", xsrf, body)
        assert entered.status == 201
        cookies = [c.split(";")[0] for c in entered.headers.get_all("Set-Cookie") or []]
        (cookie,) = [c for c in cookies if c.startswith(TICKET)]
        both = f"{dict(xsrf)['Cookie']}; {cookie}"
        headers = [("Cookie", both), ("X-XSRFToken", dict(xsrf)["X-XSRFToken"])]
        return Came(port, made.key, cookie.partition("=")[2], headers)

    yield jp_asyncio_loop.run_until_complete(come())
    jp_asyncio_loop.run_until_complete(chat.gate.close())


# ------------------------------------------------------------------------------------ S-04


def addresses(router: RuleRouter) -> Iterator[str]:
    """An address for every rule of an application."""
    for rule in router.rules:
        if isinstance(rule.target, RuleRouter):
            yield from addresses(rule.target)
        elif hasattr(rule.matcher, "regex"):
            yield sample.of(rule.matcher.regex)


def seen(answer: Answer) -> tuple[int, str, str]:
    """What somebody gets, without what is another one each time."""
    where = answer.headers.get("Location") or ""
    return (
        answer.status,
        MASKED.sub("", where).rstrip("?"),
        MASKED.sub("", answer.body.decode("latin-1")),
    )


@pytest.mark.timeout(300)
async def test_S04_a_guests_ticket_is_nothing_to_the_notebook_server(
    jp_serverapp: Any, lab_server: Server
) -> None:
    """Every rule of JupyterLab's server with its terminals, by every method, with the ticket
    wherever a credential can stand: the answer is the one that a stranger gets. The stranger has
    the right `_xsrf`, so that it is not only that which holds them back."""
    rules = addresses(jp_serverapp.web_app.default_router)
    everywhere = sorted({"/" + rule.removeprefix(jp_serverapp.base_url) for rule in rules})
    everywhere.remove(NO_ANSWER)
    assert len(everywhere) > 90
    gate, port = Gate(lab_server), lab_server.port
    made = gate.invite()
    with gate.guest(made, "Gus") as gus:
        mine, name = ticket(gus), f"{TICKET}{gus.base_url.port}"
    login = f"username-127-0-0-1-{port}"
    xsrf = stranger(await ask(port, "GET", "/login"))
    cookie, token = dict(xsrf)["Cookie"], xsrf[1]
    with_ticket = {
        "cookie": ([("Cookie", f"{cookie}; {name}={mine}"), token], ""),
        "login cookie": ([("Cookie", f"{cookie}; {login}={mine}"), token], ""),
        "header": ([*xsrf, ("Authorization", f"token {mine}")], ""),
        "our header": ([*xsrf, ("Authorization", f"tornchat {mine}")], ""),
        "query": (xsrf, f"?token={mine}"),
    }
    differences = []
    for address in everywhere:
        for method in METHODS:
            nobody = seen(await ask(port, method, address, xsrf))
            for place, (headers, query) in with_ticket.items():
                guest = seen(await ask(port, method, address + query, headers))
                if guest != nobody:
                    differences.append((place, method, address, nobody, guest))
    assert differences == []
    # They lead somewhere: to who has the token they answer.
    owner = [("Authorization", f"token {lab_server.token}")]
    for known in ("/api/contents", "/api/kernels", "/api/terminals", "/lab", "/tornchat/api/me"):
        assert any(address.startswith(known) for address in everywhere)
        assert (await ask(port, "GET", known, owner)).status == 200
        assert (await ask(port, "GET", known, xsrf)).status in {302, 403}
    gate.ask("DELETE", f"rooms/lobby/invites/{made['id']}").raise_for_status()


# ------------------------------------------------------------------------------------ S-05


@pytest.mark.usefixtures("http_server")
async def test_S05_guests_and_their_server_are_told_no_secret(
    jp_serverapp: Any, jp_http_port: int, chat: Chat, gus: Came, caplog: Any, jp_data_dir: Any
) -> None:
    caplog.set_level("DEBUG")
    token = jp_serverapp.identity_provider.token
    secrets = {
        "token": token.encode(),
        "cookie secret": jp_serverapp.web_app.settings["cookie_secret"],
        "chat key": os.environ[KEY_VARIABLE].encode(),
        "owner key": chat.owner_key.encode(),
        "invite": gus.key.encode(),
        "ticket": gus.ticket.encode(),
    }
    member = await sign_in(jp_http_port, jp_serverapp.base_url, token)
    doors = {door.address for door in CHAT.values()} - {"api/me"}  # which is left by one of them
    for headers in ([], gus.headers, member, [("Authorization", f"token {token}")]):
        heard = await told(gus.port, "/", doors, headers)
        heard += await told_of_nos(gus.port, "/", headers)
        if headers is gus.headers:
            heard += await told_by_socket(gus.port, "/chat", headers)
        assert found(secrets, heard) == []
        assert len(heard) > 50_000
        if headers is not gus.headers:  # no cookie or token of Jupyter's makes somebody of them
            assert (await ask(gus.port, "GET", "/api/me", headers)).status == 403
    base = jp_serverapp.base_url + "tornchat/"
    for path in ("gate", "rooms/lobby/invites", "rooms/lobby/guests", "rooms"):
        answer = await ask(jp_http_port, "GET", f"{base}api/{path}", member)
        assert answer.status == 200
        assert found(secrets, answer.body) == [], path
    logged = caplog.text.encode()
    assert len(logged) > 5_000
    assert found(secrets, logged) == []
    kept = everything(jp_data_dir / "tornchat")
    del secrets["cookie secret"]
    assert len(kept) > 4096
    assert found(secrets, kept) == []
