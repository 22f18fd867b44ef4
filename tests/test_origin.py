"""S-02: pages of other sites open no socket and change nothing with somebody's cookies.

The matrix is who asks x where the page says it is from x what the browser says of that. Jupyter's
login cookie has no SameSite, so these headers are the only wall.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import count, product
from typing import Any, NamedTuple

import httpx
import pytest

from jupyter_tornchat.protocol import KEY_VARIABLE
from places import GUESTS, NOTEBOOK, Place
from raw import ask, upgrade
from servers import cookie_header, submit

SITES = [None, "same-origin", "same-site", "cross-site", "none"]
ELSEWHERE = {"same-site", "cross-site"}
numbers = count()


def own(host: str) -> list[str]:
    return [f"http://{host}", f"https://{host}", f"HTTP://{host.upper()}"]


def foreign(host: str) -> list[str]:
    name, port = host.split(":")
    lookalike = f"xn--{name}-95a"
    return [
        *("null", "file://", "http://", "http://evil.test"),
        *(f"http://{name}", f"http://{name}:1", f"http://{name}.:{port}"),
        *(f"http://sub.{name}:{port}", f"http://{name}.evil.test:{port}"),
        *(f"http://{host}.evil.test", f"http://evil.test/{host}", f"http://evil.test#{host}"),
        *(f"http://{name}@{host}", f"http://{name}@evil.test:{port}"),
        *(f"http://127.0.0.1:{port}", f"http://[::1]:{port}"),
        *(f"http://{lookalike}:{port}", f"http://{host}, http://evil.test"),
    ]


class Asks(NamedTuple):
    """Somebody's headers. `known`: they are somebody. `anywhere`: even from a page elsewhere,
    because no browser sends these by itself."""

    headers: list[tuple[str, str]]
    known: bool = True
    anywhere: bool = False


def cells(host: str) -> Iterator[tuple[list[tuple[str, str]], bool, bool]]:
    """Headers that come from a page; whether the page is the server's own, or there is no page;
    whether it tells its origin."""
    origins = [None, *own(host), *foreign(host)]
    assert len(set(origins)) * len(SITES) > 100
    for origin, site in product(origins, SITES):
        headers = [("Host", host)]
        headers += [("Origin", origin)] if origin is not None else []
        headers += [("Sec-Fetch-Site", site)] if site is not None else []
        home = origin in own(host) or (origin is None and site not in ELSEWHERE)
        yield headers, home, origin is not None


async def sockets(port: int, target: str, host: str, who: Asks) -> None:
    for headers, home, told in cells(host):
        answer = await ask(port, "GET", target, [*headers, *who.headers, *upgrade()])
        allowed = who.known and (home or (who.anywhere and told))
        assert answer.status == (101 if allowed else 403), (headers, answer)


def message() -> bytes:
    return json.dumps({"id": f"origin-{next(numbers)}", "text": "x"}).encode()


# ------------------------------------------------------------------------ notebook server


@pytest.fixture(scope="module")
def members(places: dict[str, Place]) -> dict[str, Asks]:
    place = places[NOTEBOOK]
    with httpx.Client(base_url=f"http://localhost:{place.server.port}", trust_env=False) as client:
        submit(client, "/login", password=place.server.token)
        client.put("/tornchat/api/me", json={"name": "origin"}).raise_for_status()
        cookies = list(cookie_header(client).items())
        xsrf = ("X-XSRFToken", client.headers["X-XSRFToken"])
    token = ("Authorization", f"token {place.server.token}")
    wrong = ("Authorization", "token wrong")
    return {
        "nobody": Asks([], known=False),
        "wrong token": Asks([wrong], known=False),
        "wrong chat key": Asks([("Authorization", "tornchat wrong")], known=False),
        "cookie": Asks([*cookies, xsrf]),
        "wrong token and cookie": Asks([*cookies, xsrf, wrong]),
        "token": Asks([token], anywhere=True),
    }


WHO = ["nobody", "wrong token", "wrong chat key", "cookie", "wrong token and cookie", "token"]


@pytest.mark.parametrize("address", ["chat", "tornchat/chat"])
@pytest.mark.parametrize("name", WHO)
async def test_S02_sockets_of_the_notebook_server(
    places: dict[str, Place], members: dict[str, Asks], name: str, address: str
) -> None:
    server = places[NOTEBOOK].server
    target = server.base_url + address
    await sockets(server.port, target, f"localhost:{server.port}", members[name])


@pytest.mark.parametrize("name", WHO)
async def test_S02_posts_to_the_notebook_server(
    places: dict[str, Place], members: dict[str, Asks], name: str
) -> None:
    place, who = places[NOTEBOOK], members[name]
    target = place.path("api/rooms/lobby/messages")
    before, said = place.entries(), 0
    for headers, home, told in cells(f"localhost:{place.server.port}"):
        allowed = who.known and (home or (who.anywhere and told))
        answer = await ask(place.server.port, "POST", target, [*headers, *who.headers], message())
        said += allowed
        # 404 is how Jupyter itself says that a page is from elsewhere.
        assert answer.status in ({201} if allowed else {403, 404}), (headers, answer)
    assert place.entries() == before + said


async def test_S02_a_page_reached_by_ipv6_is_the_servers_own_there_alone(
    places: dict[str, Place],
) -> None:
    place = places[GUESTS]
    host = f"[::1]:{place.server.port}"
    enters = [("Host", host), *upgrade(Sec_WebSocket_Protocol=None)]
    for origin, status in ((f"http://{host}", 101), ("http://[::1]:1", 403)):
        answer = await place.ask("GET", "chat?username=six", [*enters, ("Origin", origin)])
        assert answer.status == status


@pytest.mark.usefixtures("http_server")
async def test_S02_the_chat_key_is_for_programs_and_not_for_pages(
    jp_serverapp: Any, jp_http_port: int
) -> None:
    key = Asks([("Authorization", f"tornchat {os.environ[KEY_VARIABLE]}")])
    for address in ("chat", "tornchat/chat"):
        target = jp_serverapp.base_url + address
        await sockets(jp_http_port, target, f"localhost:{jp_http_port}", key)


async def test_S02_what_is_no_origin_is_foreign_even_with_a_token(
    places: dict[str, Place], members: dict[str, Asks]
) -> None:
    place, host = places[NOTEBOOK], f"localhost:{places[NOTEBOOK].server.port}"
    before = len(place.server.log())  # other tests' requests are in it, too
    for name in ("cookie", "token"):
        headers = [("Host", host), ("Origin", "http://["), *members[name].headers]
        assert (await place.ask("GET", "chat", [*headers, *upgrade()])).status == 403
        said = await place.ask("POST", "api/rooms/lobby/messages", headers, message())
        assert said.status in {403, 404}
    assert "Traceback" not in place.server.log()[before:]


# ---------------------------------------------------------------- chat server of its own


@pytest.fixture(scope="module")
def guest(places: dict[str, Place]) -> Asks:
    return Asks(list(places[GUESTS].person("origin").items()))


@pytest.mark.parametrize("name", ["nobody", "guest"])
async def test_S02_sockets_of_the_chat_server(
    places: dict[str, Place], guest: Asks, name: str
) -> None:
    server = places[GUESTS].server
    who = guest if name == "guest" else Asks([], known=False)
    await sockets(server.port, "/chat", f"localhost:{server.port}", who)


async def test_S02_posts_to_the_chat_server(places: dict[str, Place], guest: Asks) -> None:
    place = places[GUESTS]
    target = place.path("api/rooms/lobby/messages")
    before, said = place.entries(), 0
    for headers, home, _ in cells(f"localhost:{place.server.port}"):
        answer = await ask(place.server.port, "POST", target, [*headers, *guest.headers], message())
        said += home
        assert answer.status == (201 if home else 403), (headers, answer)
    assert place.entries() == before + said
