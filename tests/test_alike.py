"""S-13: a room or an invite that is there and one that is not are alike to whom it is not open: the
same status, headers and bytes at every route, the same frames at the socket.

How long an answer takes is another matter, and measured by benchmarks/alike.py: a test that looks
at the clock would fail on a busy machine.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
from tornado.web import RequestHandler

from client import Client, Frame
from jupyter_tornchat.handlers.base import ChatHandler
from jupyter_tornchat.handlers.routes import ROOM, ROUTES
from jupyter_tornchat.protocol import client as wishes
from servers import Home, Server, notebook_server
from visit import Gate, headers, knock, socket_url

Answer = tuple[int, dict[str, str], bytes]
HIDDEN, ABSENT = "cellar", "attic"
CHANGES = ("date", "set-cookie")
"""Headers that differ from one answer to the next, whatever was asked: the time, a random key."""
BODY = {
    **dict.fromkeys(("id", "text", "name"), "x"),
    **dict.fromkeys(("seq", "before", "choice"), 1),
    "state": "claimed",
    "act": "clear",
    "url": "https://example.org/",
}
"""It is what each route and each frame asks for."""


class Place:
    """A gate, and behind it a room with one of everything."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.gate = Gate(server)
        for room in (HIDDEN, "open"):
            self.gate.ask("POST", "rooms", {"room": room, "title": room}).raise_for_status()
        self.gate.ask("POST", f"rooms/{HIDDEN}/messages", {"id": "1", "text": "x"})
        self.invite = self.gate.invite(HIDDEN, uses=2)
        with self.gate.guest(self.invite, "Hanna") as hanna:
            guest = hanna.get("api/me").json()["user"]["id"]
        with server.http(server.token) as owner:
            path = f"tornchat/api/rooms/{HIDDEN}/files?name=a.txt"
            file = owner.post(path, content=b"x").raise_for_status().json()["hash"]
        key = self.gate.ask("POST", f"rooms/{HIDDEN}/keys", {"name": "bot"}).json()["id"]
        self.ids = {"messages": "1", "files": file, "keys": key, "guests": guest}
        self.ids["invites"] = self.invite["id"]

    def asks(self) -> Iterator[tuple[str, str]]:
        """Every method and address of a room, with `{room}` in its place."""
        for pattern, kind in ROUTES:
            if not pattern.startswith(ROOM):
                continue
            path = re.sub(
                r"/(\w+)/\(\S+?\)(?=/|$)",
                lambda found: f"/{found[1]}/{self.ids.get(found[1], 'x')}",
                pattern.removeprefix(ROOM),
            )
            for method in methods(kind):
                yield method, f"api/rooms/{{room}}{path}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    unlimited = {"TornChat": {"message_rate": 0}}
    server = notebook_server(Home(tmp_path_factory.mktemp("alike")), config=unlimited).start()
    yield Place(server)
    server.stop()


def methods(kind: type[ChatHandler]) -> list[str]:
    """Those that the routes of a handler have."""
    own = (name for name in RequestHandler.SUPPORTED_METHODS if name != "OPTIONS")
    return [
        name
        for name in own
        if getattr(kind, name.lower()) is not getattr(RequestHandler, name.lower())
    ]


def answer(client: httpx.Client, method: str, path: str, room: str) -> Answer:
    """What comes back, with the name of the room that was asked for taken out."""
    body = None if method in {"GET", "HEAD"} else BODY
    told = client.request(method, path.format(room=room), json=body, follow_redirects=False)
    said = {
        name: value.replace(room, "room")
        for name, value in told.headers.items()
        if name not in CHANGES
    }
    return told.status_code, said, told.content.replace(room.encode(), b"room")


def check_alike(client: httpx.Client, place: Place, status: int, prefix: str = "") -> None:
    for method, path in place.asks():
        hidden, absent = (answer(client, method, prefix + path, room) for room in (HIDDEN, ABSENT))
        assert hidden == absent, (method, path)
        assert hidden[0] == status, (method, path)
    for path in ("?room={room}", "login?room={room}", "?room={room}&message=1"):
        hidden, absent = (answer(client, "GET", prefix + path, room) for room in (HIDDEN, ABSENT))
        assert plain(hidden) == plain(absent), path


def plain(told: Answer) -> Answer:
    """A page, without the random key of its form, and how often one was there."""
    status, said, content = told
    said.pop("etag", "")
    return status, said, re.sub(rb'name="_xsrf" value="[^"]*"|visit \d+', b"", content)


def test_S13_every_route_of_a_room_is_alike_to_whom_it_is_not_open(place: Place) -> None:
    """A guest and a program who are let into another room, and a stranger."""
    asked = list(place.asks())
    assert len(asked) > 20
    assert place.gate.ask("GET", f"rooms/{HIDDEN}/messages/1").status_code == 200
    with place.gate.guest(place.gate.invite("open"), "Gus") as gus:
        check_alike(gus, place, 404)
    with place.gate.stranger() as stranger:
        check_alike(stranger, place, 403)
    key = place.gate.ask("POST", "rooms/open/keys", {"name": "bot"}).json()["key"]
    with place.server.http() as program:
        program.headers["Authorization"] = f"tornchat {key}"
        check_alike(program, place, 404, "tornchat/")
    # Nothing of all that was asked was done.
    (message,) = place.gate.ask("GET", f"rooms/{HIDDEN}/messages").json()["messages"]
    assert message["text"] == "x"
    for grant in ("invites", "guests", "keys"):
        assert len(place.gate.ask("GET", f"rooms/{HIDDEN}/{grant}").json()[grant]) == 1


async def test_S13_every_frame_about_a_room_is_answered_alike(
    place: Place, connect: Callable[..., Awaitable[Client]]
) -> None:
    kinds = [k for k in msgspec.inspect.type_info(wishes.AnyClientFrame).types if names_room(k)]
    assert len(kinds) > 10
    with place.gate.guest(place.gate.invite("open"), "Ida") as ida:
        client = await connect(socket_url(ida), headers=headers(ida))
        await client.join("open")
        for kind in kinds:
            more = {"state": "done"} if kind.tag == "edit" else {}
            told: list[Frame] = []
            for room in (HIDDEN, ABSENT):
                ref = f"{kind.tag} {room}"
                fields = {name: value for name, value in BODY.items() if name != "name"}
                await client.say(str(kind.tag), **fields | more | {"room": room, "ref": ref})
                no = await client.expect("rejected", ref=ref)
                told.append({n: v for n, v in no.items() if n not in {"ref", "room"}})
            assert told[0] == told[1]
            assert told[0]["code"] == "no_such_room"


def names_room(kind: Any) -> bool:
    return any(field.name == "room" for field in kind.fields)


def test_S13_whether_an_invite_is_there_is_for_those_who_make_them(place: Place) -> None:
    """By its id, or by its key where it does not hold any more."""
    with place.gate.guest(place.gate.invite("open"), "Jo") as jo:
        mine = place.gate.ask("GET", "rooms/open/invites").json()["invites"][0]["id"]
        for grant, id in (("invites", mine), ("guests", jo.get("api/me").json()["user"]["id"])):
            real, none = (jo.delete(f"api/rooms/open/{grant}/{one}") for one in (id, "nothing"))
            assert (real.status_code, real.content) == (none.status_code, none.content)
            assert real.status_code == 403
    over, revoked, used = (place.gate.invite("open", seconds=s) for s in (1, 60, 60))
    place.gate.ask("DELETE", f"rooms/open/invites/{revoked['id']}").raise_for_status()
    with place.gate.guest(used, "Kim"), place.gate.stranger() as stranger:
        while knock(stranger, over["key"]).status_code == 200:
            pass
        for name in ("", "Lou"):
            told = [
                knock(stranger, key, name)
                for key in ("wrong", used["key"], revoked["key"], over["key"])
            ]
            no = b'{"code":"bad_invite","reason":"this invite does not hold, or not any more"}'
            assert {(a.status_code, a.content) for a in told} == {(403, no)}
            shown = [{n: v for n, v in a.headers.items() if n not in CHANGES} for a in told]
            assert shown == [shown[0]] * len(shown)
