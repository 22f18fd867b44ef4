"""Invites and the visits of those who came: S-11, S-12 and S-20 for guests beside a running
notebook server."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from client import Client
from jupyter_tornchat.identity.guest import FAILURES, FAILURES_SECONDS, Entrance
from jupyter_tornchat.protocol import LIMITS, Close, Refusal
from servers import Home, Server, cookie_header, notebook_server
from visit import TICKET, Gate, headers, knock, socket_url, ticket

Connect = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A server whose members are Olga, a program, and who signs in by its form. Nothing is limited
    by rate there."""
    unlimited = {"TornChat": {"message_rate": 0}}
    server = notebook_server(Home(tmp_path_factory.mktemp("invites")), config=unlimited).start()
    gate = Gate(server)
    with server.http(server.token) as olga:
        for room in ("atelier", "hidden"):
            olga.post("tornchat/api/rooms", json={"room": room, "title": room.title()})
        say(olga, "tornchat/", "lobby", "before")
    yield gate
    server.stop()


def say(client: httpx.Client, path: str, room: str, text: str) -> httpx.Response:
    said = {"id": uuid.uuid4().hex, "text": text}
    return client.post(f"{path}api/rooms/{room}/messages", json=said)


def used(gate: Gate, made: dict[str, Any]) -> int:
    """How many came by an invite."""
    kept = gate.ask("GET", f"rooms/{made['rooms'][0]}/invites").json()["invites"]
    return next(invite.get("used", 0) for invite in kept if invite["id"] == made["id"])


@contextmanager
def database(server: Server) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(server.home.data / "tornchat" / "chat.db", isolation_level=None)
    yield db
    db.close()


# --------------------------------------------------------------------------- what it opens


def test_who_holds_an_invite_is_told_what_it_opens(gate: Gate) -> None:
    made = gate.invite("atelier", rooms=["lobby"], uses=2)
    with gate.stranger() as gus:
        told = knock(gus, made["key"]).json()
        assert [room["title"] for room in told["rooms"]] == ["Atelier", "Lobby"]
        assert (told["user"]["name"], told["past"]) == ("Olga", False)
        assert told["until"] == made["until"]
        assert "guest" not in told
        assert gus.get("api/me").status_code == 403  # to be told is not to be in
        came = knock(gus, made["key"], "Gus")
        assert (came.status_code, came.json()["guest"]["name"]) == (201, "Gus")
        me = gus.get("api/me").json()["user"]
        assert me == came.json()["guest"]
        assert (me["kind"], me["declared"]) == ("guest", True)
        # The link once more, in this browser: in already, and by no second use.
        again = knock(gus, made["key"])
        assert (again.status_code, again.json()["guest"]) == (200, me)
        assert knock(gus, made["key"], "Gustav").json()["guest"] == me
    listed = gate.ask("GET", "rooms/atelier/invites").json()["invites"]
    (kept,) = [invite for invite in listed if invite["id"] == made["id"]]
    assert (kept["used"], kept["uses"]) == (1, 2)
    assert "key" not in kept
    guests = gate.ask("GET", "rooms/atelier/guests").json()["guests"]
    assert [guest["user"] for guest in guests].count(me) == 1


def test_a_guest_finds_the_rooms_of_the_invite_and_nothing_else(gate: Gate) -> None:
    made = gate.invite("atelier", rooms=["lobby"])
    with gate.guest(made, "Gina") as gina:
        rooms = gina.get("api/rooms").json()["rooms"]
        assert [room["room"] for room in rooms] == ["atelier", "lobby"]
        nowhere = gina.get("api/rooms/nowhere/messages")
        for address in ("messages", "messages/1", "export", f"files/{'0' * 64}"):
            hidden = gina.get(f"api/rooms/hidden/{address}")
            absent = gina.get(f"api/rooms/nowhere/{address}")
            assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
        assert say(gina, "", "hidden", "x").content == nowhere.content
        assert say(gina, "", "atelier", "hello").status_code == 201
        # What was said before the invite is not for a guest who was invited from now on.
        assert gina.get("api/rooms/lobby/messages").json()["messages"] == []
        for method, path in (
            ("POST", "api/rooms"),
            ("GET", "api/rooms/atelier/export"),
            ("GET", "api/rooms/atelier/keys"),
            ("POST", "api/rooms/atelier/keys"),
            ("GET", "api/rooms/atelier/invites"),
            ("POST", "api/rooms/atelier/invites"),
            ("GET", "api/rooms/atelier/guests"),
            ("GET", "api/gate"),
            ("POST", "api/gate"),
            ("DELETE", "api/gate"),
        ):
            no = gina.request(method, path, json={"room": "x", "name": "x"})
            assert (no.status_code, no.json()["code"]) == (403, "forbidden"), path
        # The page leads to a room that is open.
        assert gina.get("").headers["Location"] == "/?room=atelier"
        assert gina.get("?room=lobby").status_code == 200


def test_who_was_invited_to_the_past_sees_it(gate: Gate) -> None:
    with gate.guest(gate.invite(past=True), "Paula") as paula:
        said = paula.get("api/rooms/lobby/messages").json()["messages"]
        assert said[0]["text"] == "before"


def test_thirty_guests_of_one_invite_come_from_one_address(
    start_notebook_server: Callable[..., Server],
) -> None:
    """All at once, on a server whose limits are as they come."""
    gate = Gate(start_notebook_server())
    made = gate.invite(uses=30)
    with ExitStack() as stack:
        crowd = [stack.enter_context(gate.stranger()) for _ in range(31)]

        def enter(number: int) -> httpx.Response:
            knock(crowd[number], made["key"])
            return knock(crowd[number], made["key"], f"student {number + 1}")

        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(enter, range(31)))
        assert sorted(answer.status_code for answer in answers) == [201] * 30 + [403]
        inside = [c for c, a in zip(crowd, answers, strict=True) if a.status_code == 201]
        for number, client in enumerate(inside):
            assert say(client, "", "lobby", f"I am {number}").status_code == 201
        heard = inside[0].get("api/rooms/lobby/messages").json()["messages"]
        assert len({message["user"]["id"] for message in heard}) == 30


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 0},
        {"seconds": LIMITS.invite_seconds + 1},
        {"uses": 0},
        {"uses": LIMITS.invite_uses + 1},
        {"uses": "many"},
        {"rooms": ["No Room"]},
        {"rooms": [f"room{n}" for n in range(LIMITS.invite_rooms)]},
        {"past": "yes"},
        [],
    ],
)
def test_what_is_no_invite_is_refused_and_opens_nothing(gate: Gate, wrong: Any) -> None:
    before = gate.ask("GET", "rooms/hidden/invites").json()
    no = gate.ask("POST", "rooms/hidden/invites", wrong)
    assert (no.status_code, no.json()["code"]) == (400, "bad_frame")
    assert gate.ask("GET", "rooms/hidden/invites").json() == before


def test_what_is_not_there_cannot_be_ended(gate: Gate) -> None:
    made = gate.invite("atelier")
    for path, code in (
        ("rooms/lobby/invites/nothing", "no_such_invite"),
        (f"rooms/hidden/invites/{made['id']}", "no_such_invite"),
        ("rooms/lobby/guests/guest:nobody", "no_such_person"),
    ):
        no = gate.ask("DELETE", path)
        assert (no.status_code, no.json()["code"]) == (404, code)
    for path in ("invites", "guests"):
        no = gate.ask("GET", f"rooms/nowhere/{path}")
        assert (no.status_code, no.json()["code"]) == (404, "no_such_room")


# ------------------------------------------------------------------------ S-11: revocation


async def test_S11_who_is_shown_out_hears_nothing_more(gate: Gate, connect: Connect) -> None:
    """Neither by the click on one guest, nor by the end of the invite, nor when its time is over;
    and nobody else notices."""
    made = gate.invite(uses=3)
    gate.invite()  # so that guests are let in when those are out
    with gate.server.http(gate.server.token) as olga, ExitStack() as stack:
        people = {n: stack.enter_context(gate.guest(made, n)) for n in ("Ada", "Bob", "Cyd")}
        ada = people["Ada"].get("api/me").json()["user"]["id"]
        people["Dan"] = stack.enter_context(gate.guest(gate.invite(seconds=4), "Dan"))
        sockets = {}
        for name, client in reversed(people.items()):  # Dan has not much time
            sockets[name] = await connect(socket_url(client), headers=headers(client))
            await sockets[name].join()
        ends = {
            "Ada": lambda: gate.ask("DELETE", f"rooms/lobby/guests/{ada}"),
            "Dan": lambda: None,
        }
        for name, end in ends.items():
            end()
            assert await sockets[name].closed() == Close.REMOVED
            say(olga, "tornchat/", "lobby", f"{name} is out")
            await sockets["Bob"].expect("message", text=f"{name} is out")
            assert not [f for f in sockets[name].frames if f.get("text") == f"{name} is out"]
            assert people[name].get("api/me").json()["code"] == "signed_out"
        asked = time.monotonic()
        assert gate.ask("DELETE", f"rooms/lobby/invites/{made['id']}").status_code == 204
        say(olga, "tornchat/", "lobby", "all are out")
        for name in ("Bob", "Cyd"):
            assert await sockets[name].closed() == Close.REMOVED
        print(f"shut out {(time.monotonic() - asked) * 1000:.0f} ms after it was asked for")
        for name in ("Bob", "Cyd"):
            assert not [f for f in sockets[name].frames if f.get("text") == "all are out"]
            assert people[name].get("api/rooms/lobby/messages").status_code == 403
            assert knock(people[name], made["key"], "Again").json()["code"] == "bad_invite"


async def test_S11_another_server_of_the_same_history_shows_them_out_too(
    gate: Gate, start_notebook_server: Callable[..., Server], connect: Connect
) -> None:
    storage = f"sqlite:///{gate.server.home.data}/tornchat/chat.db"
    home = Home(gate.server.home.folder / "other")
    other = Gate(start_notebook_server(home=home, config={"TornChat": {"storage": storage}}))
    other.ask("POST", "gate").raise_for_status()
    made = gate.invite()
    with other.guest(made, "Eve") as eve:
        socket = await connect(socket_url(eve), headers=headers(eve))
        await socket.join()
        gate.ask("DELETE", f"rooms/lobby/invites/{made['id']}").raise_for_status()
        assert await socket.closed() == Close.REMOVED


async def test_S11_a_guest_who_signs_out_is_out(gate: Gate, connect: Connect) -> None:
    with gate.guest(gate.invite(), "Fay") as fay:
        before = cookie_header(fay)
        socket = await connect(socket_url(fay), headers=headers(fay))
        assert fay.delete("api/me").status_code == 204
        assert await socket.closed() == Close.SIGNED_OUT
        assert ticket_is_gone(fay)
        assert fay.get("api/me", headers=before).json()["code"] == "signed_out"


def ticket_is_gone(client: httpx.Client) -> bool:
    return not [c for c in client.cookies.jar if c.name.startswith(TICKET)]


# ------------------------------------------------------------------------- S-12: the ticket


def test_S12_a_ticket_is_random_and_only_its_hash_is_kept(gate: Gate) -> None:
    made = gate.invite(uses=2)
    with gate.stranger() as hal:
        answer = knock(hal, made["key"], "Hal")
        (set_cookie,) = [c for c in answer.headers.get_list("Set-Cookie") if c.startswith(TICKET)]
        (cookie,) = SimpleCookie(set_cookie).values()
        assert cookie.key == f"{TICKET}{hal.base_url.port}"
        assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/", "Strict", True)
        ends = datetime.strptime(cookie["expires"], "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=UTC)
        assert abs(ends.timestamp() - made["until"] / 1000) < 2
        mine = ticket(hal)
        with gate.guest(made, "Hedda") as hedda:
            assert len(mine) >= 43  # 256 bits
            assert len({mine, ticket(hedda), made["key"]}) == 3
    with database(gate.server) as db:
        dump = "\n".join(db.iterdump())
    assert mine not in dump
    assert made["key"] not in dump


def test_S12_who_renames_keeps_the_ticket_and_uses_the_invite_once(gate: Gate) -> None:
    made = gate.invite("hidden")
    with gate.guest(made, "Ida") as ida:
        id = ida.get("api/me").json()["user"]["id"]
        before = ticket(ida)
        renamed = ida.put("api/me", json={"name": "Ilse"})
        assert renamed.json()["user"]["name"] == "Ilse"
        me = ida.get("api/me").json()["user"]
        assert (me["id"], me["name"], ticket(ida)) == (id, "Ilse", before)
        guests = gate.ask("GET", "rooms/hidden/guests").json()["guests"]
        assert [(guest["user"]["id"], guest["user"]["name"]) for guest in guests] == [(id, "Ilse")]
    assert used(gate, made) == 1


def test_S12_wrong_invites_are_tried_ten_times_and_right_ones_are_not_counted(
    start_notebook_server: Callable[..., Server],
) -> None:
    gate = Gate(start_notebook_server())
    made = gate.invite(uses=3 * FAILURES)
    with gate.stranger() as stranger:
        for _ in range(2 * FAILURES):
            assert knock(stranger, made["key"]).status_code == 200
        wrong = 0
        while (no := knock(stranger, "wrong")).status_code == 403:
            wrong += 1
        assert wrong >= FAILURES  # no more, unless that took longer than one takes to be forgotten
        assert (no.status_code, no.json()["code"]) == (429, "too_fast")
        assert 0 < no.json()["retry_after"] <= FAILURES_SECONDS / FAILURES
        # Whoever tries keys keeps nobody out who sits behind the same address.
        assert knock(stranger, made["key"]).status_code == 200
        assert knock(stranger, "wrong").status_code == 429
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=gate.address, transport=elsewhere) as other:
        other.get("join")
        other.headers["X-XSRFToken"] = other.cookies["_xsrf"]
        assert knock(other, "wrong").status_code == 403


def test_S12_failures_that_come_at_once_are_counted_each() -> None:
    entrance = Entrance()
    for _ in range(FAILURES):
        entrance.failed("192.0.2.1")
    with pytest.raises(Refusal, match="too_fast"):
        entrance.failed("192.0.2.1")
    entrance.failed("192.0.2.2")


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"key": 1}', b'{"key": "x", "name": 1}'])
def test_S12_what_is_no_knock_is_refused(gate: Gate, body: bytes) -> None:
    gate.invite()
    with gate.stranger() as stranger:
        no = stranger.post("api/join", content=body)
        assert (no.status_code, no.json()["code"]) == (400, "bad_frame")


def test_S06_a_page_of_another_site_lets_nobody_in(gate: Gate) -> None:
    made = gate.invite()
    with gate.stranger() as stranger:
        foreign = {"Origin": "http://evil.test", "Sec-Fetch-Site": "cross-site"}
        body = {"key": made["key"], "name": "Jon"}
        assert stranger.post("api/join", json=body, headers=foreign).status_code == 403
        del stranger.headers["X-XSRFToken"]
        assert stranger.post("api/join", json=body).status_code == 403
    assert used(gate, made) == 0


# ------------------------------------------------------------------- S-20: members' names


async def test_S20_a_guest_takes_no_members_name(gate: Gate, connect: Connect) -> None:
    """Whether the member is here or has gone, and whatever letters it is made of."""
    with gate.server.sign_in() as maria, gate.guest(gate.invite(), "Ned") as ned:
        maria.put("tornchat/api/me", json={"name": "Maria"}).raise_for_status()
        assert say(maria, "tornchat/", "lobby", "I speak").status_code == 201
        present = await connect(
            gate.server.socket_url("tornchat/chat"), headers=cookie_header(maria)
        )
        made = gate.invite()
        with gate.stranger() as mallory:
            no = knock(mallory, made["key"], "Maria")
            assert (no.status_code, no.json()["code"]) == (409, "name_taken")
            await present.close()
            for name in ("Maria", "mаriа", "MARIA ", "Ｍａｒｉａ"):  # the second is half Cyrillic
                away = knock(mallory, made["key"], name)
                assert (away.status_code, away.content) == (409, no.content)
                renamed = ned.put("api/me", json={"name": name})
                assert (renamed.status_code, renamed.content) == (409, no.content)
            assert knock(mallory, made["key"], "Mallory").status_code == 201


async def test_S20_a_member_who_only_listens_or_invites_has_their_name_too(
    gate: Gate, connect: Connect
) -> None:
    with gate.server.sign_in() as iris:
        iris.put("tornchat/api/me", json={"name": "Iris"}).raise_for_status()
        made = iris.post("tornchat/api/rooms/lobby/invites", json={}).raise_for_status().json()
    with gate.stranger() as mallory:
        assert knock(mallory, made["key"], "Iris").status_code == 409
    with gate.server.sign_in() as nora:
        nora.put("tornchat/api/me", json={"name": "Nora"}).raise_for_status()
        client = await connect(gate.server.socket_url("tornchat/chat"), headers=cookie_header(nora))
        await client.join()
        await client.close()
    with gate.stranger() as mallory:
        no = knock(mallory, gate.invite()["key"], "nora")
        assert (no.status_code, no.json()["code"]) == (409, "name_taken")


@pytest.mark.parametrize("name", ["admin", "管理员", "a\u202eb", " ", "x" * 33, "y" + "\u0301" * 6])
def test_S20_a_guest_takes_no_name_that_is_none(gate: Gate, name: str) -> None:
    made = gate.invite()
    with gate.stranger() as mallory:
        no = knock(mallory, made["key"], name)
        assert (no.status_code, no.json()["code"]) == (400, "bad_name")
    assert used(gate, made) == 0
