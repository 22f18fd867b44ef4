"""Members of a notebook server: whose word their name is.

The server knows its people, by an identity provider of any kind, or it has one token or password
for everyone and makes somebody up for each login.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from jupyter_server.auth.identity import IdentityProvider, PasswordIdentityProvider, User
from tornado.web import RequestHandler

from places import NOTEBOOK, Place
from raw import Answer, ask
from servers import submit

PERSON = "X-Person"
XSRF = [("Cookie", "_xsrf=x"), ("X-XSRFToken", "x")]
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def by_header(handler: RequestHandler) -> User | None:
    """Whoever the header says, as a proxy in front of the server would write it: the username,
    and what else is known."""
    said = handler.request.headers.get(PERSON)
    return User(**json.loads(said)) if said else None


async def by_header_later(handler: RequestHandler) -> User | None:
    return by_header(handler)


class KnowsUser(IdentityProvider):
    def get_user(self, handler: RequestHandler) -> User | None:
        return by_header(handler)


class KnowsUserInside(IdentityProvider):
    async def _get_user(self, handler: RequestHandler) -> User | None:
        return by_header(handler)


class KnowsCookie(IdentityProvider):
    def get_user_cookie(self, handler: RequestHandler) -> User | None:
        return by_header(handler)


class KnowsForm(IdentityProvider):
    """Its password for alice is `alice`; it is the same person in every browser."""

    def process_login_form(self, handler: RequestHandler) -> User | None:
        name = handler.get_argument("password")
        return User(name, name.capitalize())


class KnowsCookieText(KnowsForm):
    def user_to_cookie(self, user: User) -> str:
        return user.username

    def user_from_cookie(self, cookie_value: str) -> User:
        return User(cookie_value, cookie_value.capitalize())


class KnowsFormAndMayChange(PasswordIdentityProvider):
    """People may change what is shown of them, as in every `PasswordIdentityProvider`."""

    def process_login_form(self, handler: RequestHandler) -> User | None:
        return User(handler.get_argument("password"))


BY_HEADER = [KnowsUser, KnowsUserInside, KnowsCookie]
BY_FORM = [KnowsForm, KnowsCookieText]


class House:
    """A notebook server in this process."""

    def __init__(self, app: Any, port: int) -> None:
        self.app = app
        self.port = port

    async def ask(self, method: str, path: str, headers: Any, body: Any = None) -> Answer:
        data = b"" if body is None else json.dumps(body).encode()
        return await ask(self.port, method, self.app.base_url + path, headers, data)

    async def me(self, headers: Any) -> dict[str, Any]:
        return json.loads((await self.ask("GET", "tornchat/api/me", headers)).body)

    async def sign_in(self, password: str) -> list[tuple[str, str]]:
        body = urlencode({"password": password, "_xsrf": "x"}).encode()
        target = self.app.base_url + "login"
        answer = await ask(self.port, "POST", target, [*XSRF, FORM], body)
        assert answer.status == 302, answer
        return with_cookies(XSRF, answer)


def with_cookies(headers: list[tuple[str, str]], answer: Answer) -> list[tuple[str, str]]:
    cookies = [c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") or []]
    (_, before), *rest = headers
    return [("Cookie", "; ".join([before, *cookies])), *rest]


@pytest.fixture
def provider() -> type[IdentityProvider]:
    return KnowsUser


@pytest.fixture
def jp_server_config(provider: type[IdentityProvider]) -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_tornchat": True},
            "identity_provider_class": provider,
        }
    }


@pytest.fixture
def house(
    jp_serverapp: Any,
    http_server: Any,  # noqa: ARG001  it listens
    jp_http_port: int,
) -> House:
    return House(jp_serverapp, jp_http_port)


def person(**fields: str) -> list[tuple[str, str]]:
    return [*XSRF, (PERSON, json.dumps(fields))]


# ----------------------------------------------------------------- people the server knows


async def check_known(house: House, headers: Any, id: str, name: str) -> None:
    known = {"user": {"id": id, "name": name, "kind": "member"}, "named": True}
    assert await house.me(headers) == known
    no = await house.ask("PUT", "tornchat/api/me", headers, {"name": "Bob"})
    assert (no.status, no.code) == (403, "forbidden")
    assert "Set-Cookie" not in no.headers
    assert await house.me(headers) == known


@pytest.mark.parametrize("provider", BY_HEADER)
async def test_who_is_known_to_the_server_is_called_what_the_server_says(house: House) -> None:
    alice = person(username="alice", display_name="Alice Liddell")
    await check_known(house, alice, "member:alice", "Alice Liddell")


@pytest.mark.parametrize("provider", BY_FORM)
async def test_who_signs_in_by_a_form_that_knows_them_is_called_what_it_says(house: House) -> None:
    await check_known(house, await house.sign_in("alice"), "member:alice", "Alice")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"username": "ann"}, "ann"),
        ({"username": "ann", "name": "Ann Lee"}, "Ann Lee"),
        ({"username": "admin"}, "admin"),
        ({"username": "ann", "display_name": "Ann \t\u202eLee\u200b"}, "Ann Lee"),
        ({"username": "ann", "display_name": "x" * 60}, "x" * 32),
        ({"username": "ann", "display_name": "\u200b"}, "ann"),
        ({"username": "\u200b"}, "member:"),
        ({"username": "\u0301" * 9}, "member"),
        # A provider may number its people as Jupyter numbers those it makes up.
        ({"username": "12345678123442348234123456789abc", "name": "Ann"}, "Ann"),
    ],
    ids=lambda given: ascii(given)[:40],
)
async def test_a_name_from_the_server_is_shown_as_far_as_it_can_be(
    house: House, fields: dict[str, str], name: str
) -> None:
    said = await house.me(person(**fields))
    assert said["user"] == {
        "id": f"member:{fields['username']}",
        "name": name,
        "kind": "member",
    }


@pytest.mark.parametrize("provider", [KnowsFormAndMayChange])
async def test_what_people_may_change_themselves_is_not_the_servers_word(house: House) -> None:
    alice = await house.sign_in("alice")
    changed = await house.ask("PATCH", "api/me", alice, {"display_name": "bob", "name": "bob"})
    assert changed.status == 200
    alice = with_cookies(alice, changed)
    seen = json.loads((await house.ask("GET", "api/me", alice)).body)
    assert seen["identity"]["display_name"] == "bob"
    await check_known(house, alice, "member:alice", "alice")


# ------------------------------------------------------------------- people it makes up


@pytest.mark.parametrize("provider", [PasswordIdentityProvider, IdentityProvider])
async def test_who_is_made_up_says_their_name(house: House) -> None:
    token = house.app.identity_provider.token
    target = house.app.base_url + f"tornchat/?token={token}"
    ann = with_cookies(XSRF, await ask(house.port, "GET", target, XSRF))
    unnamed = await house.me(ann)
    assert unnamed["named"] is False
    assert unnamed["user"]["name"].startswith("Anonymous ")
    if house.app.identity_provider_class is PasswordIdentityProvider:
        changed = await house.ask("PATCH", "api/me", ann, {"display_name": "Alice"})
        ann = with_cookies(ann, changed)
    named = await house.ask("PUT", "tornchat/api/me", ann, {"name": "Ann"})
    user = unnamed["user"] | {"name": "Ann"}
    assert json.loads(named.body) == {"user": user, "named": True}
    assert user["declared"] is True
    ann = with_cookies(ann, named)
    assert (await house.me(ann)) == {"user": user, "named": True}
    # One's own is never refused.
    assert (await house.ask("PUT", "tornchat/api/me", ann, {"name": "Ann"})).status == 200


def test_the_next_login_in_the_same_browser_is_another_person(places: dict[str, Place]) -> None:
    server = places[NOTEBOOK].server
    with server.sign_in() as browser:
        browser.put("tornchat/api/me", json={"name": "Alice"}).raise_for_status()
        alice = browser.get("tornchat/api/me").json()["user"]
        kept = dict(browser.cookies)
        browser.get("logout").raise_for_status()
        assert browser.get("tornchat/api/me").status_code == 403
        submit(browser, "login", password=server.token)
        assert kept[f"tornchat-name-{server.port}"] in browser.cookies.values()
        after = browser.get("tornchat/api/me").json()
        assert after["named"] is False
        assert after["user"]["id"] != alice["id"]
        assert after["user"]["name"] != "Alice"
        # Whoever still has the old login is who they were.
        browser.cookies.clear()
        browser.cookies.update(kept)
        assert browser.get("tornchat/api/me").json()["user"] == alice
