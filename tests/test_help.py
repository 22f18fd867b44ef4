"""A help desk: who asks sees their own threads, those who help see all, and nobody else sees
anything of a thread, by whatever road; a room of announcements, in which moderators speak."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import httpx
import pytest

import servers
from client import Client
from panel import person
from servers import Home, Server, cookie_header

CANARIES = ("It loops", "while True", "loop.txt", "Still loops", "Have you tried", "It helped")
"""What was said in a thread, in every form that a message has."""


class Class:
    """A server on which Tess made a help desk, and three people who have names."""

    def __init__(self, server: Server, tess: httpx.Client, sam: httpx.Client, una: httpx.Client):
        self.server = server
        self.tess, self.sam, self.una = tess, sam, una

    def room(self, kind: str) -> str:
        """A new room of Tess's."""
        name = f"{kind}-{secrets.token_hex(3)}"
        made = self.tess.post("tornchat/api/rooms", json={"room": name, "kind": kind})
        assert made.status_code == httpx.codes.CREATED, made.text
        assert made.json().get("kind", "open") == kind
        return name

    async def come(self, who: httpx.Client, **options: Any) -> Client:
        """They open a socket."""
        url = self.server.socket_url("tornchat/chat")
        return await Client.connect(url, headers=cookie_header(who), **options)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    config = {"TornChat": {"message_rate": 0}}
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("help")), config=config)
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def pupils(server: Server) -> Iterator[Class]:
    with ExitStack() as stack:
        people = [
            stack.enter_context(closing(person(server, name))) for name in ("Tess", "Sam", "Una")
        ]
        yield Class(server, *people)


def at(room: str, *more: object) -> str:
    return "/".join(["tornchat/api/rooms", room, *map(str, more)])


def say(who: httpx.Client, room: str, text: str, **more: object) -> dict[str, Any]:
    body = {"id": secrets.token_hex(8), "text": text, **more}
    said = who.post(at(room, "messages"), json=body)
    assert said.status_code == httpx.codes.CREATED, said.text
    return said.json()


def serve(who: httpx.Client, room: str, seq: int, state: str) -> tuple[int, dict[str, Any]]:
    body = {"id": secrets.token_hex(8), "state": state}
    answer = who.put(at(room, "messages", seq, "help"), json=body)
    return answer.status_code, answer.json()


def upload(who: httpx.Client, room: str) -> str:
    answer = who.post(
        at(room, "files") + "?name=loop.txt",
        content=b"a loop",
        headers={"Content-Type": "text/plain"},
    )
    assert answer.is_success, answer.text
    return answer.json()["hash"]


def thread(pupils: Class, room: str) -> tuple[int, str]:
    """A thread of Sam's with everything in it that can be: `seq` of the request, hash of its
    file."""
    hash = upload(pupils.sam, room)
    cell = {"source": "while True: pass", "notebook": "week1.ipynb"}
    files = [{"hash": hash, "name": "loop.txt"}]
    asked = say(pupils.sam, room, "It loops forever", cell=cell, files=files)
    seq = asked["seq"]
    edit = {"id": secrets.token_hex(8), "text": "Still loops"}
    assert pupils.sam.patch(at(room, "messages", seq), json=edit).is_success
    reply = say(pupils.tess, room, "Have you tried another one?", reply=seq)
    say(pupils.sam, room, "It helped", reply=reply["seq"])
    assert serve(pupils.tess, room, seq, "claimed")[0] == httpx.codes.OK
    return seq, hash


def tries(who: httpx.Client, room: str, place: int) -> list[tuple[int, bytes]]:
    """What they hear who ask for a message, or do something to it, in every way there is."""
    id, text = secrets.token_hex(8), "x"
    path = at(room, "messages", place)
    asked = [
        who.get(path),
        who.patch(path, json={"id": id, "text": text}),
        who.request("DELETE", path, json={"id": id}),
        who.post(f"{path}/answers", json={"id": id, "choice": 0}),
        who.post(f"{path}/withdrawal", json={"id": id}),
        who.put(f"{path}/progress", json={"text": text}),
        who.put(f"{path}/help", json={"id": id, "state": "resolved"}),
        who.post(at(room, "messages"), json={"id": id, "text": text, "reply": place}),
    ]
    assert not any(answer.is_success for answer in asked)
    return [(answer.status_code, answer.content) for answer in asked]


def test_a_request_waits_until_somebody_claims_it_and_who_asked_may_resolve_it(
    pupils: Class,
) -> None:
    room = pupils.room("help")
    asked = say(pupils.sam, room, "Help!")
    assert asked["help"] == {"state": "waiting", "at": asked["at"]}
    seq = asked["seq"]
    reply = say(pupils.tess, room, "Yes?", reply=seq)
    assert "help" not in reply

    # Who asks does not claim; who helps does, and says who they are.
    assert serve(pupils.sam, room, seq, "claimed")[1]["code"] == "not_moderator"
    status, claimed = serve(pupils.tess, room, seq, "claimed")
    assert (status, claimed["help"]["state"]) == (httpx.codes.OK, "claimed")
    assert claimed["help"]["by"]["name"] == "Tess"
    for who, state in (
        (pupils.sam, "resolved"),
        (pupils.sam, "waiting"),
        (pupils.tess, "resolved"),
        (pupils.sam, "waiting"),
        (pupils.tess, "claimed"),
        (pupils.tess, "waiting"),
    ):
        status, now = serve(who, room, seq, state)
        assert (status, now["help"]["state"]) == (httpx.codes.OK, state)

    # To who does not see it, it is not there; what asks for nothing cannot be helped.
    for state in ("resolved", "waiting"):
        assert serve(pupils.una, room, seq, state)[1]["code"] == "no_such_message"
    for place in (seq, 9999):
        assert serve(pupils.una, room, place, "claimed")[1]["code"] == "not_moderator"
    assert serve(pupils.tess, room, reply["seq"], "claimed")[1]["code"] == "bad_frame"
    assert serve(pupils.tess, room, seq, "asleep")[1]["code"] == "bad_frame"
    said = say(pupils.tess, pupils.room("open"), "no request")
    assert "help" not in said


def test_open_requests_are_listed_oldest_first_to_who_may_see_them(pupils: Class) -> None:
    room = pupils.room("help")
    first, second, third = (say(pupils.sam, room, f"request {n}")["seq"] for n in range(3))
    hers = say(pupils.una, room, "mine")["seq"]
    assert serve(pupils.tess, room, first, "claimed")[0] == httpx.codes.OK
    assert serve(pupils.tess, room, second, "resolved")[0] == httpx.codes.OK

    def listed(who: httpx.Client) -> tuple[list[int], int]:
        found = who.get(at(room, "requests")).json()
        return [message["seq"] for message in found["requests"]], found["waiting"]

    assert listed(pupils.tess) == ([first, third, hers], 2)
    assert listed(pupils.sam) == ([first, third], 2)
    assert listed(pupils.una) == ([hers], 2)
    gone = {"id": secrets.token_hex(8)}
    assert pupils.sam.request("DELETE", at(room, "messages", third), json=gone).is_success
    assert serve(pupils.sam, room, second, "waiting")[0] == httpx.codes.OK
    assert listed(pupils.tess) == ([first, second, hers], 2)
    assert listed(pupils.una) == ([hers], 2)
    assert pupils.una.get(at("nowhere", "requests")).json()["code"] == "no_such_room"


def test_a_thread_is_read_by_its_asker_and_by_who_helps(pupils: Class) -> None:
    room = pupils.room("help")
    seq, hash = thread(pupils, room)
    for who in (pupils.sam, pupils.tess):
        found = who.get(at(room, "messages")).json()["messages"]
        assert [message["text"] for message in found] == [
            "Still loops",
            "Have you tried another one?",
            "It helped",
        ]
        # A reply to a reply is one to the request.
        assert [message.get("reply") for message in found] == [None, seq, seq]
        assert who.get(at(room, "files", hash)).content == b"a loop"


def test_nobody_else_sees_anything_of_it_by_rest(pupils: Class) -> None:
    room = pupils.room("help")
    seq, hash = thread(pupils, room)
    una = pupils.una
    nothing = una.get(at(room, "messages", 9999))
    assert nothing.json()["code"] == "no_such_message"
    last = pupils.tess.get(at(room, "messages")).json()["messages"][-1]
    for query in ("", "?before=9999", "?after=0", f"?id={last['id']}"):
        page = una.get(at(room, "messages") + query)
        assert page.json() == {"messages": [], "more": False}, query
    absent = tries(una, room, 9999)
    for place in range(seq, last["seq"] + 3):
        assert tries(una, room, place) == absent
    assert una.get(at(room, "files", hash)).json()["code"] == "no_such_file"
    assert una.get(at(room, "requests")).json()["requests"] == []
    # A key of hers is another program, which is nobody's asker.
    key = una.post(at(room, "keys"), json={"name": "bot"}).json()["key"]
    with pupils.server.http() as bot:
        bot.headers["Authorization"] = f"tornchat {key}"
        assert bot.get(at(room, "messages")).json()["messages"] == []
        assert bot.get(at(room, "messages", seq)).content == nothing.content
    for format in ("jsonl", "md", "ipynb"):
        exported = una.get(at(room, "export") + f"?format={format}").text
        assert not any(canary in exported for canary in CANARIES)
        full = pupils.tess.get(at(room, "export") + f"?format={format}").text
        assert "Still loops" in full
    una.get("tornchat/api/rooms")  # she has read nothing, so that nothing is unread
    listed = una.get("tornchat/api/rooms").json()["rooms"]
    assert [one.get("unread", 0) for one in listed if one["room"] == room] == [0]


async def test_nobody_else_hears_anything_of_it_and_loses_no_position(pupils: Class) -> None:
    room = pupils.room("help")
    una, plain = await pupils.come(pupils.una), await pupils.come(pupils.una, subprotocol=None)
    sam = await pupils.come(pupils.sam)
    await una.join(room)
    await sam.join(room)
    seq, _ = thread(pupils, room)
    hers = say(pupils.una, room, "and I?")
    assert (await una.expect("message", id=hers["id"]))["help"]["state"] == "waiting"

    # Entries of others are passed over, one by one, in order.
    entries = [frame for frame in una.frames if "seq" in frame and frame["type"] != "marked"]
    assert [frame["seq"] for frame in entries] == list(range(seq, hers["seq"] + 1))
    assert {frame["type"] for frame in entries[:-1]} == {"passed"}
    assert all(frame.keys() == {"type", "room", "seq"} for frame in entries[:-1])
    await sam.expect("passed", seq=hers["seq"])
    told = [f["type"] for f in sam.frames if "seq" in f and f["type"] not in {"marked", "passed"}]
    assert told == ["message", "changed", "message", "message", "helped"]

    # So it is to who comes later, or comes back, or looks for what was before.
    late = await pupils.come(pupils.una)
    joined = await late.join(room)
    assert [message["seq"] for message in joined["messages"]] == [hers["seq"]]
    assert joined["to"] == hers["seq"]
    assert joined["seat"]["kind"] == "help"
    back = await pupils.come(pupils.una)
    epoch = (await back.expect("welcome"))["epoch"]
    resumed = await back.join(room, after=seq - 1, epoch=epoch)
    assert resumed["type"] == "joined"
    assert [message["seq"] for message in resumed["messages"]] == [hers["seq"]]
    await late.say("older", room=room, before=hers["seq"], ref="older")
    assert (await late.expect("page", ref="older"))["messages"] == []
    for frame, more in {
        "edit": {"text": "x", "seq": seq},
        "delete": {"seq": seq},
        "answer": {"choice": 0, "seq": seq},
        "withdraw": {"seq": seq},
        "help": {"state": "resolved", "seq": seq},
        "send": {"text": "x", "reply": seq},
    }.items():
        id = secrets.token_hex(8)
        await late.say(frame, room=room, id=id, **more)
        assert (await late.expect("rejected", id=id))["code"] == "no_such_message"
    # Whoever helps moves on; she hears of none of it either.
    assert serve(pupils.tess, room, seq, "resolved")[0] == httpx.codes.OK
    moved = await una.expect("passed", seq=hers["seq"] + 1)
    assert moved == {"type": "passed", "room": room, "seq": hers["seq"] + 1}
    for client in (una, plain, late, back):
        text = repr(client.frames)
        assert not any(canary in text for canary in CANARIES)
        await client.close()
    await sam.close()


async def test_in_a_room_of_announcements_only_moderators_speak_and_others_answer(
    pupils: Class,
) -> None:
    room = pupils.room("announce")
    vote = {"choices": ["Monday", "Tuesday"], "seconds": 600, "vote": True}
    asked = say(pupils.tess, room, "When is the exam?", question=vote)
    refused = pupils.sam.post(at(room, "messages"), json={"id": "x", "text": "Never"})
    assert (refused.status_code, refused.json()["code"]) == (httpx.codes.FORBIDDEN, "read_only")
    answer = {"id": secrets.token_hex(8), "choice": 1}
    answered = pupils.sam.post(at(room, "messages", asked["seq"], "answers"), json=answer)
    assert answered.status_code == httpx.codes.CREATED, answered.text
    sam = await pupils.come(pupils.sam)
    joined = await sam.join(room)
    assert (joined["seat"]["role"], joined["seat"]["kind"]) == ("member", "announce")
    id = await sam.send("Never", room)
    assert (await sam.expect("rejected", id=id))["code"] == "read_only"
    await sam.close()


def test_a_room_is_made_of_a_kind_that_there_is(pupils: Class) -> None:
    def listed() -> dict[str, str]:
        rooms = pupils.sam.get("tornchat/api/rooms").json()["rooms"]
        return {room["room"]: room.get("kind", "open") for room in rooms}

    before = listed()
    rooms = {kind: pupils.room(kind) for kind in ("announce", "help")}
    assert not before.keys() & set(rooms.values())
    after = listed()
    assert {kind: after[name] for kind, name in rooms.items()} == {k: k for k in rooms}
    body = {"room": "x1", "kind": "secret"}
    wrong = pupils.tess.post("tornchat/api/rooms", json=body)
    assert (wrong.status_code, wrong.json()["code"]) == (httpx.codes.BAD_REQUEST, "bad_frame")
