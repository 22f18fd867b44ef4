"""Keys that open one room: who makes them, what they open, and that nothing else comes out."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPClientError
from tornado.web import RequestHandler

import jupyter_tornchat
import servers
from client import Client
from jupyter_tornchat.protocol import LIMITS, Close
from servers import Home, Server, cookie_header
from test_routes import CHAT, NOTEBOOK

Connect = Callable[..., Awaitable[Client]]
A, B = "analysis", "secret-room"
SETTINGS = {"message_rate": 0, "webhook_networks": ["127.0.0.2/32"]}
CANARIES = ("secret-room", "Hidden title", "hidden text", "hidden-file", "Hidden Person")


class Doors:
    """A notebook server and a chat server of one history, with two rooms in it."""

    def __init__(self, notebook: Server, chat: Server) -> None:
        self.notebook = notebook
        self.chat = chat
        self.member = notebook.http(notebook.token)
        for room, title in ((A, "Analysis"), (B, "Hidden title")):
            self.member.post("tornchat/api/rooms", json={"room": room, "title": title})
        said = {"id": "1", "text": "hidden text"}
        self.member.headers["X-Tornchat-Name"] = "Hidden Person"
        self.member.post(f"tornchat/api/rooms/{B}/messages", json=said).raise_for_status()
        address = f"tornchat/api/rooms/{B}/files"
        stored = self.member.post(address, params={"name": "hidden-file"}, content=b"x").json()
        shows = {"id": "2", "files": [{"hash": stored["hash"], "name": "hidden-file"}]}
        self.member.post(f"tornchat/api/rooms/{B}/messages", json=shows).raise_for_status()
        self.hash = stored["hash"]
        self.service = self.make("service")["key"]

    def make(self, name: str = "ci", room: str = A, **more: Any) -> dict[str, Any]:
        answer = self.member.post(f"tornchat/api/rooms/{room}/keys", json={"name": name, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def program(self, key: str, server: Server | None = None) -> httpx.Client:
        client = (server or self.notebook).http()
        client.headers["Authorization"] = f"tornchat {key}"
        return client

    def places(self) -> list[tuple[Server, str]]:
        return [(self.notebook, "tornchat/"), (self.chat, "")]


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    home = Home(tmp_path_factory.mktemp("keys"))
    notebook = servers.notebook_server(home, config={"TornChat": SETTINGS})
    chat = servers.chat_server(home, "--guests=open", "--ChatServer.message_rate=0")
    try:
        found = Doors(notebook.start(), chat.start())
        yield found
        found.member.close()
    finally:
        notebook.stop()
        chat.stop()


# ------------------------------------------------------------------------------- made and used


async def test_a_key_opens_its_room_under_its_name_on_all_servers_until_it_is_revoked(
    doors: Doors, connect: Connect
) -> None:
    made = doors.make("build bot")
    assert set(made) == {"id", "name", "at", "user", "key"}
    assert len(made["key"]) >= 43
    me = {"id": f"key:{made['id']}", "name": "build bot", "kind": "program"}
    clients = []
    for server, prefix in doors.places():
        with doors.program(made["key"], server) as bot:
            assert bot.get(f"{prefix}api/me").json()["user"] == me
            rooms = bot.get(f"{prefix}api/rooms").json()["rooms"]
            assert [room["room"] for room in rooms] == [A]
            path = f"{prefix}api/rooms/{A}/messages"
            said = bot.post(
                path, json={"id": f"from {server.name}".replace(" ", "-"), "text": "hi"}
            )
            assert (said.status_code, said.json()["user"]) == (201, me)
        headers = {"Authorization": f"tornchat {made['key']}"}
        client = await connect(server.socket_url(f"{prefix}chat"), headers=headers)
        welcome = await client.expect("welcome")
        assert welcome["user"] == me
        assert not {"keys", "hooks"} & set(welcome["features"])
        assert (await client.join(A))["type"] == "joined"
        clients.append(client)
    listed = doors.member.get(f"tornchat/api/rooms/{A}/keys").json()["keys"]
    (own,) = [key for key in listed if key["id"] == made["id"]]
    assert own.pop("used") >= made["at"]
    assert own == {name: made[name] for name in ("id", "name", "at", "user")}

    gone = doors.member.delete(f"tornchat/api/rooms/{A}/keys/{made['id']}")
    assert gone.status_code == 204
    assert [await client.closed() for client in clients] == [Close.SIGNED_OUT] * 2
    for server, prefix in doors.places():
        with doors.program(made["key"], server) as bot:
            no = bot.get(f"{prefix}api/me")
            assert (no.status_code, no.json()["code"]) == (403, "signed_out")
    again = doors.member.delete(f"tornchat/api/rooms/{A}/keys/{made['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "no_such_key")


def test_no_program_takes_the_place_of_one_with_a_key_by_the_name_it_chooses(doors: Doors) -> None:
    made = doors.make("careful")
    path = f"tornchat/api/rooms/{A}/messages"
    with doors.program(made["key"]) as bot, doors.notebook.http(doors.notebook.token) as other:
        said = bot.post(path, json={"id": "careful-1", "text": "mine"}).json()
        place = f"{path}/{said['seq']}"
        for name in (said["user"]["id"], said["user"]["id"].removeprefix("program:")):
            other.headers["X-Tornchat-Name"] = name
            no = other.patch(place, json={"id": "other", "text": "not mine"})
            assert (no.status_code, no.json()["code"]) == (403, "forbidden"), name
        assert bot.get(place).json()["text"] == "mine"


async def test_the_bot_of_the_docs_hears_and_answers_in_its_room(doors: Doors) -> None:
    key = doors.make("bot")["key"]
    url = f"{doors.notebook.url}tornchat/"
    address = f"tornchat/api/rooms/{A}/messages"
    before = doors.member.post(address, json={"id": "before", "text": "before"}).json()["seq"]
    async with jupyter_tornchat.connect(A, url=url, key=key, after=before) as room:
        doors.member.post(address, json={"id": "ping", "text": "ping"}).raise_for_status()
        async for message in room:
            if message.text == "ping":
                await message.reply("pong")
                break
    (last,) = doors.member.get(address, params={"limit": 1}).json()["messages"]
    assert (last["text"], last["user"]["name"], last["hops"]) == ("pong", "bot", 1)
    with pytest.raises(Exception, match="no such room"):
        async with jupyter_tornchat.connect(B, url=url, key=key) as room:
            await room.messages()


def test_only_the_hash_is_kept_and_the_servers_log_tells_of_it_without_the_key(
    doors: Doors,
) -> None:
    made = doors.make("audited")
    with doors.program(made["key"]) as bot:
        bot.get("tornchat/api/me").raise_for_status()
        bot.get("tornchat/api/me").raise_for_status()
    bot = httpx.post(f"{doors.notebook.url}tornchat/hook", params={"key": made["key"]}, content="")
    assert bot.status_code == 400
    doors.member.delete(f"tornchat/api/rooms/{A}/keys/{made['id']}").raise_for_status()
    log = doors.notebook.log()
    lines = [line for line in log.splitlines() if made["id"] in line and "jupyter_tornchat" in line]
    assert len(lines) == 3, lines
    for line, word in zip(lines, ("made", "used", "revoked"), strict=True):
        assert word in line
        assert A in line
    assert made["key"] not in log + doors.chat.log()
    kept = doors.notebook.home.data / "tornchat"
    for file in kept.glob("chat.db*"):
        assert file.is_dir() or made["key"].encode() not in file.read_bytes()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"name": ""}, 400, "bad_name"),
        ({"name": "admin"}, 400, "bad_name"),
        ({"name": "x" * 33}, 400, "bad_name"),
        ({"name": "line\nend"}, 400, "bad_name"),
        ({}, 400, "bad_frame"),
        ({"name": "ok", "id": "a b"}, 400, "bad_frame"),
        ({"name": "ok", "id": "x" * 65}, 400, "bad_frame"),
        ({"name": 7}, 400, "bad_frame"),
    ],
)
def test_a_key_that_cannot_be_is_refused_and_nothing_is_kept(
    doors: Doors, body: dict[str, Any], status: int, code: str
) -> None:
    address = f"tornchat/api/rooms/{A}/keys"
    before = doors.member.get(address).json()
    no = doors.member.post(address, json=body)
    assert (no.status_code, no.json()["code"]) == (status, code)
    assert doors.member.get(address).json() == before


def test_there_are_as_many_keys_as_the_limit_says_and_no_id_comes_twice(doors: Doors) -> None:
    doors.member.post("tornchat/api/rooms", json={"room": "full"}).raise_for_status()
    address = "tornchat/api/rooms/full/keys"
    made = [doors.make(f"key {n}", "full", id=f"full-{n}") for n in range(LIMITS.keys)]
    no = doors.member.post(address, json={"name": "one more"})
    assert (no.status_code, no.json()["code"]) == (409, "too_many_keys")
    for room in ("full", A):  # nor in another room, nor when it is gone
        doors.member.delete(f"{address}/full-0")
        twice = doors.member.post(
            f"tornchat/api/rooms/{room}/keys", json={"name": "x", "id": "full-0"}
        )
        assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    nowhere = doors.member.post("tornchat/api/rooms/nowhere/keys", json={"name": "x"})
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "no_such_room")
    assert doors.member.get("tornchat/api/rooms/nowhere/keys").status_code == 404
    listed = doors.member.get(address).json()["keys"]
    assert [key["name"] for key in listed] == [key["name"] for key in made[1:]]


def test_who_is_no_member_makes_and_sees_no_keys(doors: Doors) -> None:
    made = doors.make()
    kernel = doors.notebook.http()
    with doors.chat.enter("ann") as guest, doors.program(made["key"]) as bot, kernel:
        for client, prefix in ((guest, ""), (bot, "tornchat/"), (kernel, "tornchat/")):
            address = f"{prefix}api/rooms/{A}/keys"
            for no in (
                client.get(address),
                client.post(address, json={"name": "x"}),
                client.delete(f"{address}/{made['id']}"),
            ):
                assert no.status_code == 403, no.text
                assert made["id"] not in no.text


@pytest.mark.parametrize(
    "jp_server_config",
    [
        {
            "ServerApp": {"jpserver_extensions": {"jupyter_tornchat": True}},
            "TornChat": {"message_rate": 0.1},
        }
    ],
    ids=["one in ten seconds"],
)
async def test_nobody_makes_keys_faster_than_they_may_speak(jp_fetch: Any) -> None:
    async def make() -> None:
        address = ("tornchat", "api", "rooms", "lobby", "keys")
        await jp_fetch(*address, method="POST", body='{"name": "bot"}')

    async def hasten() -> None:
        for _ in range(LIMITS.keys):
            await make()

    await make()
    with pytest.raises(HTTPClientError) as no:
        await hasten()
    assert no.value.response is not None
    assert (no.value.code, json.loads(no.value.response.body)["code"]) == (429, "too_fast")


# ------------------------------------------------------------------------------- nothing else


def told(client: httpx.Client, addresses: list[str]) -> Iterator[tuple[str, str]]:
    """Whatever somebody is told by any method at these addresses, in words."""
    id = {"id": "mine", "text": "x", "room": "x", "name": "x", "choice": 0, "url": "https://x.test"}
    for address in addresses:
        for method in RequestHandler.SUPPORTED_METHODS:
            if address.endswith("api/me") and method == "DELETE":
                continue
            answer = client.request(method, address, json=id)
            yield f"{method} {address}", f"{answer.status_code} {answer.headers} {answer.text}"


@pytest.mark.parametrize("who", ["a key of another room", "anonymous", "a key that is revoked"])
def test_nothing_of_a_room_comes_out_by_any_route_and_method(doors: Doors, who: str) -> None:
    key = doors.make()
    if who == "a key that is revoked":
        doors.member.delete(f"tornchat/api/rooms/{A}/keys/{key['id']}").raise_for_status()
    for (server, _), table in zip(doors.places(), (NOTEBOOK, CHAT), strict=True):
        addresses = [
            door.address.replace("lobby", B).replace("0" * 64, doors.hash)
            for door in table.values()
        ]
        assert sum(B in address for address in addresses) >= 6
        with server.http() as client:
            if who != "anonymous":
                client.headers["Authorization"] = f"tornchat {key['key']}"
            for asked, answer in told(client, addresses):
                heard = answer.replace(asked.partition(" ")[2], "")  # a login form names the way
                found = [word for word in CANARIES if word.lower() in heard.lower()]
                assert not found, (asked, answer)
                if B in asked:
                    assert answer[:3] in {"403", "404", "405"}, (asked, answer)


async def test_nothing_of_a_room_comes_out_by_a_socket(doors: Doors, connect: Connect) -> None:
    key = doors.make("listener")
    here = {"Authorization": f"tornchat {key['key']}"}
    member = {"Authorization": f"token {doors.notebook.token}", "X-Tornchat-Name": "Hidden Person"}
    heard: list[Client] = []
    for server, prefix in doors.places():
        url = server.socket_url(f"{prefix}chat")
        client = await connect(url, headers=here)
        await client.join(A)
        heard.append(client)
        plain = await connect(f"{url}?room={B}", headers=here, subprotocol=None)
        await plain.expect("line")
        heard.append(plain)
    talks = await connect(doors.notebook.socket_url("tornchat/chat"), headers=member)
    await talks.join(B)
    await talks.expect("message", id=await talks.send("hidden text", B))
    await talks.expect("news")
    doors.member.post("tornchat/api/rooms", json={"room": "secret-room-2", "title": "Hidden title"})
    await talks.join(A)
    last = await talks.send("for all of us", A)
    await talks.expect("message", id=last)
    for client in heard[::2]:
        await client.expect("message", id=last)
        for frame in ("join", "older", "read", "send", "edit", "delete", "answer", "withdraw"):
            await client.say(
                frame, room=B, id="x", seq=1, text="x", before=9, choice=0, ref=f"to {frame}"
            )
            no = await client.expect("rejected", ref=f"to {frame}")
            assert no["code"] == "no_such_room"
        await client.say("heartbeat", ref="all is said")
        await client.expect("heartbeat", ref="all is said")
    for client in heard:
        frames = [
            {**frame, "room": None} if frame["type"] == "rejected" else frame
            for frame in client.frames
            if frame["type"] != "presence"
        ]
        said = json.dumps(frames)
        assert [word for word in CANARIES[:4] if word.lower() in said.lower()] == []


async def test_a_key_of_nobody_opens_no_socket(doors: Doors, connect: Connect) -> None:
    for server, prefix in doors.places():
        for word in ("wrong", "", "\xff", doors.make()["key"][:-1]):
            for cookies in ({}, member_cookie(doors) if prefix else guest_cookie(doors)):
                headers = {"Authorization": f"tornchat {word}"} | cookies
                if not word and cookies:
                    continue  # that is no key at all
                with pytest.raises(HTTPClientError) as no:
                    await connect(server.socket_url(f"{prefix}chat"), headers=headers)
                assert no.value.code == 403


def member_cookie(doors: Doors) -> dict[str, str]:
    with doors.notebook.sign_in() as client:
        return cookie_header(client)


def guest_cookie(doors: Doors) -> dict[str, str]:
    with doors.chat.enter("somebody") as client:
        return cookie_header(client)


# --------------------------------------------------------------- what other services say by it

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("type", "body", "said"),
    [
        (JSON, '{"text": "from json"}', "from json"),
        (f"{JSON}; charset=utf-8", '{"text": "数据", "channel": "#x", "blocks": []}', "数据"),
        (JSON, json.dumps({"text": "long", "attachments": ["x" * 9000]}), "long"),
        (FORM, "payload=%7B%22text%22%3A%20%22from+a+form%22%7D", "from a form"),
        (FORM, "text=a+field", "a field"),
        (FORM, '{"text": "what curl -d sends"}', "what curl -d sends"),
        ("text/plain", "two\nlines", "two\nlines"),
        ("", '{"text": "no type"}', "no type"),
    ],
)
def test_another_service_says_something_in_its_own_way(
    doors: Doors, type: str, body: str, said: str
) -> None:
    key = doors.service
    for server, prefix in doors.places():
        address = f"{server.url}{prefix}hook"
        headers = {"Content-Type": type} if type else {}
        done = httpx.post(address, params={"key": key}, content=body.encode(), headers=headers)
        assert done.status_code == 201, done.text
        assert done.json()["ok"] is True
        path = f"tornchat/api/rooms/{A}/messages/{done.json()['seq']}"
        message = doors.member.get(path).json()
        assert message["text"] == said
        assert (message["user"]["name"], message["user"]["kind"]) == ("service", "program")


@pytest.mark.parametrize(
    ("type", "body", "status"),
    [
        (JSON, "", 400),
        (JSON, "[]", 400),
        (JSON, '{"text": 7}', 400),
        (JSON, '{"text": ""}', 400),
        (JSON, '{"text": "x", "id": "a b"}', 400),
        (JSON, "[" * 9000, 400),
        (FORM, "payload=x", 400),
        (FORM, "nothing=here", 400),
        (FORM, "&a=1" * 30, 400),
        ("text/plain", b"\xff\xfe", 400),
        ("text/plain", "x" * 8001, 413),
        ("text/plain", "x" * (LIMITS.frame_bytes + 1), 413),
        ("application/xml", "<text/>", 400),
    ],
)
def test_what_cannot_be_said_is_refused_shortly(
    doors: Doors, type: str, body: str | bytes, status: int
) -> None:
    key = doors.service
    address = f"{doors.notebook.url}tornchat/hook"
    content = body.encode() if isinstance(body, str) else body
    no = httpx.post(address, params={"key": key}, content=content, headers={"Content-Type": type})
    assert no.status_code == status, no.text
    assert len(no.text) < 200


def test_the_same_id_says_it_once_and_a_wrong_key_says_nothing(doors: Doors) -> None:
    key = doors.service
    address = f"{doors.chat.url}hook"
    twice = [httpx.post(address, params={"key": key}, json={"text": "once", "id": "i"}).json()]
    twice.append(httpx.post(address, params={"key": key}, json={"text": "once", "id": "i"}).json())
    assert twice[0] == twice[1]
    other = httpx.post(address, params={"key": key}, json={"text": "else", "id": "i"})
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    for params in ({}, {"key": ""}, {"key": "wrong"}, {"key": key + "x"}):
        for server, prefix in doors.places():
            no = httpx.post(f"{server.url}{prefix}hook", params=params, json={"text": "x"})
            assert (no.status_code, no.json()["code"]) == (403, "signed_out")
    page = httpx.post(
        address, params={"key": key}, json={"text": "x"}, headers={"Origin": "https://evil.test"}
    )
    assert page.status_code == 403


def test_no_key_reaches_a_log_by_the_address(doors: Doors) -> None:
    key = doors.service
    for server, prefix in doors.places():
        before = len(server.log())
        for method in ("GET", "POST", "PUT"):
            httpx.request(method, f"{server.url}{prefix}hook", params={"key": key}, content="x")
        httpx.post(f"{server.url}{prefix}hook", params={"key": f"{key}wrong"})
        written = server.log()[before:]
        assert key not in written
        if prefix:
            assert "hook?key=[secret]" in written


# -------------------------------------------------------------------------------------- hooks


def test_hooks_are_made_listed_and_revoked_without_telling_their_secrets_twice(
    doors: Doors,
) -> None:
    address = f"tornchat/api/rooms/{A}/hooks"
    for url in ("http://127.0.0.1:9/", "https://localhost/", "ftp://example.com/", ""):
        no = doors.member.post(address, json={"url": url})
        assert (no.status_code, no.json()["code"]) == (400, "bad_address")
    made = doors.member.post(address, json={"url": "https://127.0.0.2/token", "id": "h"})
    assert made.status_code == 201, made.text
    hook = made.json()
    assert hook.pop("secret").startswith("whsec_")
    assert hook["host"] == "https://127.0.0.2"
    listed = doors.member.get(address)
    assert listed.json() == {"hooks": [hook]}
    for secret in (made.json()["secret"], "127.0.0.2/token"):
        assert secret not in listed.text + doors.notebook.log()
    key = doors.service
    with doors.program(key) as bot:
        for no in (
            bot.get(address),
            bot.post(address, json={"url": "x"}),
            bot.delete(f"{address}/h"),
        ):
            assert no.status_code == 403
    assert doors.member.delete(f"{address}/h").status_code == 204
    assert doors.member.get(address).json() == {"hooks": []}
    no = doors.member.delete(f"{address}/h")
    assert (no.status_code, no.json()["code"]) == (404, "no_such_hook")
