"""Guests of an open chat server: what a ticket is good for, how long, and who gets one."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from client import Client
from jupyter_tornchat.identity.guest import NAMES_AT_ONCE, Entrance
from jupyter_tornchat.protocol import Close, Refusal
from person import guest, holding
from places import GUESTS, NOTEBOOK, Place
from servers import Server, cookie_header, submit

Connect = Callable[..., Awaitable[Client]]


@contextmanager
def database(server: Server) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(server.home.data / "tornchat" / "chat.db", isolation_level=None)
    yield db
    db.close()


def tickets(server: Server) -> int:
    with database(server) as db:
        return db.execute("SELECT count(*) FROM keep WHERE key LIKE 'ticket:%'").fetchone()[0]


def me(server: Server, ticket: str) -> httpx.Response:
    with server.http() as client:
        return client.get("api/me", headers=holding(ticket, server))


# --------------------------------------------------------------------------------- tickets


def test_who_renames_keeps_the_one_ticket_and_signing_out_ends_it(chat_server: Server) -> None:
    with chat_server.enter("ann") as ann:
        first = cookie_header(ann)
        id = ann.get("api/me").json()["user"]["id"]
        ann.put("api/me", json={"name": "ann2"}).raise_for_status()
        submit(ann, "login", name="ann3")
        assert cookie_header(ann)["Cookie"].count("tornchat-ticket") == 1
        assert tickets(chat_server) == 1
        renamed = httpx.get(chat_server.url + "api/me", headers=first).json()["user"]
        assert (renamed["id"], renamed["name"]) == (id, "ann3")
        last = cookie_header(ann)
        assert ann.delete("api/me").status_code == 204
    assert tickets(chat_server) == 0
    for cookies in (first, last):
        assert httpx.get(chat_server.url + "api/me", headers=cookies).status_code == 403


@pytest.mark.parametrize("kept", ["json_set(value, '$.until', ?)", "substr(value, 2, ?)"])
def test_a_ticket_that_has_ended_is_none_and_is_thrown_away(chat_server: Server, kept: str) -> None:
    ann, ben = guest(chat_server, "ann"), guest(chat_server, "ben")
    with database(chat_server) as db:
        (until,) = db.execute("SELECT min(json_extract(value, '$.until')) FROM keep").fetchone()
        assert 29 < (until - time.time()) / (24 * 3600) <= 30
        of_ann = "WHERE json_extract(value, '$.user.name') = 'ann'"
        db.execute(f"UPDATE keep SET value = {kept} {of_ann}", [int(time.time()) - 1])
    assert me(chat_server, ann).json()["code"] == "signed_out"
    assert tickets(chat_server) == 1
    assert me(chat_server, ben).json()["user"]["name"] == "ben"


def test_what_is_out_of_order_signs_nobody_out(chat_server: Server) -> None:
    ann = guest(chat_server, "ann")
    with chat_server.http() as client, database(chat_server) as db:
        client.headers.update(holding(ann, chat_server))
        db.execute("ALTER TABLE keep RENAME TO kept")
        for address in ("api/me", "api/health", "api/rooms", "chat"):
            no = client.get(address)
            assert (no.status_code, no.json()["code"]) == (503, "unavailable")
            assert "keep" not in no.text  # who is nobody yet is not told what is wrong
        for same_for_all in ("", "login", "static/page.js"):
            assert client.get(same_for_all).status_code == 200
        with chat_server.http() as stranger:
            assert stranger.get("api/health").json() == {"ok": True}
        db.execute("ALTER TABLE kept RENAME TO keep")
        assert client.get("api/me").json()["user"]["name"] == "ann"


# ------------------------------------------------------------------------------- signing out


async def test_signing_out_ends_the_persons_connections_and_no_others(
    place: Place, connect: Connect
) -> None:
    places = [await connect(place.socket_url, headers=place.person("leaver")) for _ in range(2)]
    ben = await connect(place.socket_url, headers=place.person("ben"))
    await ben.join()
    answer = await place.ask("DELETE", "api/me", place.person("leaver").items())
    place.forget("leaver")
    assert answer.status == 204
    assert [await client.closed() for client in places] == [Close.SIGNED_OUT] * 2
    await ben.say("heartbeat", ref="still there")
    await ben.expect("heartbeat", ref="still there")


async def test_a_program_has_nothing_to_sign_out_of(
    places: dict[str, Place], connect: Connect
) -> None:
    place = places[NOTEBOOK]
    headers = {"Authorization": f"token {place.server.token}", "X-Tornchat-Name": "bot"}
    bot = await connect(place.socket_url, headers=headers)
    assert (await place.ask("DELETE", "api/me", headers.items())).status == 204
    await bot.say("heartbeat", ref="still there")
    await bot.expect("heartbeat", ref="still there")


# --------------------------------------------------------------------------- how many, how fast


def knock(client: httpx.Client, name: str, language: str = "en") -> httpx.Response:
    """Fill in the login form, as somebody new."""
    client.cookies.clear()
    client.get("login")
    form = {"name": name, "_xsrf": client.cookies["_xsrf"]}
    return client.post("login", data=form, headers={"Accept-Language": language})


def test_one_address_does_not_take_names_without_end(chat_server: Server) -> None:
    with chat_server.http() as crowd:
        entered = 0
        while (answer := knock(crowd, f"guest {entered}")).status_code == 302:
            entered += 1
            assert entered < 4 * NAMES_AT_ONCE
        assert entered >= NAMES_AT_ONCE
        assert tickets(chat_server) == entered
        assert answer.status_code == 429
        assert "too many people enter from your address" in answer.text
        assert "进来的人太多" in knock(crowd, "小明", "zh").text
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=chat_server.url, transport=elsewhere) as other:
        assert knock(other, "ann").status_code == 302
        other.headers["X-XSRFToken"] = other.cookies["_xsrf"]
        while (no := other.put("api/me", json={"name": "ann"})).status_code == 200:
            pass
        assert (no.status_code, no.json()["code"]) == (429, "too_fast")
        assert 0 < no.json()["retry_after"] <= 2


def test_without_rate_limits_everybody_enters(places: dict[str, Place]) -> None:
    with places[GUESTS].server.http() as crowd:
        for number in range(NAMES_AT_ONCE + 1):
            assert knock(crowd, f"one of many {number}").status_code == 302


def enters(entrance: Entrance, address: str) -> bool:
    try:
        entrance.charge(address)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize(
    ("one", "other", "neighbours"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("", "", True),
    ],
)
def test_an_address_is_a_home(one: str, other: str, neighbours: bool) -> None:
    entrance = Entrance(1e-9)
    assert all(enters(entrance, one) for _ in range(NAMES_AT_ONCE))
    assert enters(entrance, other) is not neighbours
