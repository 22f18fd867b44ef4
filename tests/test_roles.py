"""Roles on a server that knows its people: by an authorizer, by the configuration, and by who
opened the room. The authorizers are those of `docs/deploy.md`, word for word; and what is taken
away from somebody is gone from the pages that they have open."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth.authorizer import AllowAllAuthorizer, Authorizer
from jupyter_server.auth.identity import IdentityProvider
from traitlets.config import Config

from client import Client, Frame
from jupyter_tornchat.handlers import line
from jupyter_tornchat.protocol import Close
from raw import Answer, ask
from test_members import XSRF, House, KnowsUser, person, with_cookies

DOCS = Path(__file__).parent.parent / "docs" / "deploy.md"
LOOPBACK = {"guest_ip": "127.0.0.1", "guest_port": 0}
Connect = Callable[..., Awaitable[Client]]
ids = (f"{n}" for n in itertools.count(1))


def printed(name: str) -> Config:
    """The configuration that the docs print, which makes the authorizer of that name."""
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (code,) = [block for block in blocks if f"class {name}(" in block]
    config = Config()
    exec(code, {"c": config})
    return config


@pytest.fixture
def authorizer() -> type[Authorizer]:
    return AllowAllAuthorizer


@pytest.fixture
def provider() -> type[IdentityProvider]:
    return KnowsUser


@pytest.fixture
def moderators() -> list[str]:
    return []


@pytest.fixture
def jp_server_config(
    authorizer: str | type[Authorizer], provider: type[IdentityProvider], moderators: list[str]
) -> Config:
    server = {
        "jpserver_extensions": {"jupyter_tornchat": True},
        "identity_provider_class": provider,
    }
    config = Config({"ServerApp": server, "TornChat": {"moderators": moderators, **LOOPBACK}})
    if isinstance(authorizer, str):
        config.merge(printed(authorizer))
    else:
        config.ServerApp.authorizer_class = authorizer
    return config


class Class(House):
    """A notebook server in this process, and people whom it knows by name."""

    connect: Connect

    async def get(self, name: str, path: str) -> Answer:
        return await self.ask("GET", f"tornchat/api/{path}", person(username=name))

    async def say(self, name: str, room: str = "lobby", **more: Any) -> Answer:
        body = {"id": next(ids), "text": "x", **more}
        path = f"tornchat/api/rooms/{room}/messages"
        return await self.ask("POST", path, person(username=name), body)

    async def moderate(self, name: str, act: str, room: str = "lobby", **more: Any) -> Answer:
        body = {"id": next(ids), "act": act, **more}
        path = f"tornchat/api/rooms/{room}/moderation"
        return await self.ask("POST", path, person(username=name), body)

    async def come(self, name: str, room: str = "lobby") -> tuple[Client, Frame]:
        """Somebody's page in a room, and what they hear first."""
        url = f"ws://127.0.0.1:{self.port}{self.app.base_url}tornchat/chat"
        page = await self.connect(url, headers=dict(person(username=name)))
        return page, await page.join(room)


@pytest.fixture
def house(
    jp_serverapp: Any,
    http_server: Any,  # noqa: ARG001  it listens
    jp_http_port: int,
    connect: Connect,
) -> Class:
    found = Class(jp_serverapp, jp_http_port)
    found.connect = connect
    return found


# ------------------------------------------------------------------------- by an authorizer


@pytest.mark.parametrize("authorizer", ["ReadOnly"])
async def test_read_only_is_what_the_docs_say(house: Class) -> None:
    said = await house.say("ann")
    assert said.status == 201
    for name, role in (("ann", "member"), ("ben", "reader")):
        assert (await house.get(name, "rooms/lobby/messages")).status == 200
        page, joined = await house.come(name)
        assert joined["seat"]["role"] == role
        assert ("keys" in page.heard("welcome")[0]["features"]) is (name == "ann")
        assert (await house.moderate(name, "slow", seconds=9)).status == 403
    no = await house.say("ben")
    assert (no.status, no.code) == (403, "forbidden")


@pytest.mark.parametrize("authorizer", ["Class"])
async def test_teacher_and_student_are_what_the_docs_say(house: Class) -> None:
    for name, role in (("ann", "moderator"), ("ben", "member")):
        assert (await house.say(name)).status == 201
        _, joined = await house.come(name)
        assert joined["seat"]["role"] == role
    assert joined["roles"] == {"member:ann": "moderator"}
    no = await house.moderate("ben", "slow", seconds=9)
    assert (no.status, no.code) == (403, "not_moderator")
    assert (await house.moderate("ann", "slow", seconds=9)).status == 201
    # Students change nothing else on this server, and run nothing.
    for name, status in (("ann", 201), ("ben", 403)):
        asks = ("POST", "api/contents", person(username=name), {"type": "directory"})
        assert (await house.ask(*asks)).status == status


# ------------------------------------------------------------------------ by the configuration


class SaysNothing(AllowAllAuthorizer):
    """An owner's own that says nothing of its own."""


@pytest.mark.parametrize("moderators", [["ann"]])
@pytest.mark.parametrize("authorizer", [AllowAllAuthorizer, SaysNothing])
async def test_only_who_is_named_keeps_order_where_everyone_may_do_everything(house: Class) -> None:
    assert (await house.moderate("ben", "slow", seconds=9)).code == "not_moderator"
    assert (await house.moderate("ann", "slow", seconds=9)).status == 201
    no = await house.moderate("ann", "role", whom="member:ben", role="moderator")
    assert (no.status, no.code) == (404, "no_such_person")
    _, joined = await house.come("ben")
    assert (joined["seat"]["role"], joined["seat"]["slow"]) == ("member", 9)
    assert "roles" not in joined
    assert (await house.moderate("ann", "role", whom="member:ben", role="moderator")).status == 201
    assert (await house.moderate("ben", "slow", seconds=0)).status == 201


@pytest.mark.parametrize("provider", [IdentityProvider])
@pytest.mark.parametrize("authorizer", ["Class", AllowAllAuthorizer])
async def test_where_everyone_has_the_same_token_only_who_opened_a_room_keeps_order(
    house: Class,
) -> None:
    cookies = {}
    target = house.app.base_url + f"tornchat/?token={house.app.identity_provider.token}"
    for name in ("ann", "ben"):
        headers = with_cookies(XSRF, await ask(house.port, "GET", target, XSRF))
        named = await house.ask("PUT", "tornchat/api/me", headers, {"name": name})
        cookies[name] = with_cookies(headers, named)
    room = {"room": "mine", "title": "Mine"}
    assert (await house.ask("POST", "tornchat/api/rooms", cookies["ann"], room)).status == 201
    slow = {"id": "1", "act": "slow", "seconds": 9}
    for name, place, status in (
        ("ann", "lobby", 403),
        ("ben", "mine", 403),
        ("ann", "mine", 201),
    ):
        path = f"tornchat/api/rooms/{place}/moderation"
        assert (await house.ask("POST", path, cookies[name], slow)).status == status, (name, place)


# ---------------------------------------------------------------- what is taken away is gone


class Book(Authorizer):
    """Says what a test wrote down, by what people may not do."""

    no: dict[str, set[str]] = {}  # noqa: RUF012  one for all

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return action not in self.no.get(user.username, {"execute"})


@pytest.fixture
def book() -> dict[str, set[str]]:
    Book.no.clear()
    return Book.no


@pytest.mark.parametrize("authorizer", [Book])
async def test_S11_a_right_that_is_taken_away_is_gone_from_open_pages(
    house: Class, book: dict[str, set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LOOK_SECONDS", 0.2)
    page, joined = await house.come("ben")
    assert joined["seat"]["role"] == "member"
    for taken, role in (({"execute", "write"}, "reader"), (set[str](), "moderator")):
        book["ben"] = taken
        seat = await page.expect("seat")
        assert (seat["room"], seat["seat"]["role"]) == ("lobby", role)
    book["ben"] = {"execute", "write"}
    assert (await page.expect("seat"))["seat"]["role"] == "reader"
    await page.send("x")
    assert (await page.expect("rejected", "message"))["code"] == "forbidden"
    book["ben"] = {"read"}
    assert await page.closed() == Close.REMOVED


@pytest.mark.parametrize("authorizer", [Book])
async def test_S11_it_is_gone_with_the_next_thing_that_somebody_asks_for(
    house: Class, book: dict[str, set[str]]
) -> None:
    page, _ = await house.come("ben")
    book["ben"] = {"execute", "write"}
    assert (await house.say("ben")).code == "forbidden"
    assert (await page.expect("seat"))["seat"]["role"] == "reader"


@pytest.mark.parametrize("authorizer", [Book])
async def test_nobody_lets_others_in_by_another_room_where_they_are_not_heard_themselves(
    house: Class, book: dict[str, set[str]]
) -> None:
    book["ann"] = set()
    made = {"room": "club", "title": "Club"}
    rooms, club = "tornchat/api/rooms", {"rooms": ["club"]}
    assert (await house.ask("POST", rooms, person(username="ann"), made)).status == 201
    assert (await house.say("ben", "club")).status == 201
    key = (
        await house.ask("POST", f"{rooms}/club/keys", person(username="ben"), {"name": "bot"})
    ).body
    bot = [("Authorization", f"tornchat {json.loads(key)['key']}")]
    for act, no in (("mute", (403, "muted")), ("ban", (404, "no_such_room"))):
        more = {"seconds": 60} if act == "mute" else {}
        deed = await house.moderate("ann", act, "club", whom="member:ben", **more)
        assert deed.status == 201, deed
        if act == "mute":  # nor do they speak by what they opened the room to
            said = {"id": "bot", "text": "as ben"}
            answer = await house.ask("POST", f"{rooms}/club/messages", bot, said)
            assert (answer.status, answer.code) == no
        asked = await house.ask("POST", f"{rooms}/lobby/invites", person(username="ben"), club)
        assert (asked.status, asked.code) == no
    both = await house.ask("POST", f"{rooms}/lobby/invites", person(username="ann"), club)
    assert both.status == 201
    assert (await house.moderate("ann", "kind", "club", kind="announce")).status == 201
    for name, status in (("cat", 201), ("ben", 404)):
        asked = await house.ask("POST", f"{rooms}/lobby/invites", person(username=name), club)
        assert asked.status == status
    for name, opens in (("ann", ["lobby", "club"]), ("ben", ["lobby"])):
        listed = json.loads((await house.get(name, "rooms/lobby/invites")).body)["invites"]
        assert [invite["rooms"] for invite in listed] == [opens] * 2


@pytest.mark.parametrize("authorizer", [Book])
async def test_S11_who_is_signed_out_elsewhere_is_shown_out(
    house: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LOOK_SECONDS", 0.2)
    page, _ = await house.come("ben")
    monkeypatch.setattr(KnowsUser, "get_user", lambda *_: None)
    assert await page.closed() == Close.SIGNED_OUT


def test_the_docs_print_every_action() -> None:
    assert {"read", "write", "execute"} <= set(re.findall(r"\| `(\w+)` \|", DOCS.read_text()))
