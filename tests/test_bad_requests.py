"""Frames that are well formed and ask for what cannot be.

The numbers are those of the catalogue of bad input: 51-63 are about what is asked for.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from jupyter_tornchat.protocol import LIMITS
from places import Bystanders, Place, unharmed
from raw import frame

JOIN = {"type": "join", "room": "lobby"}
SEND = {"type": "send", "room": "lobby", "id": "1", "text": "x"}
EDIT = {"type": "edit", "room": "lobby", "id": "c", "seq": 1, "text": "x"}
QUESTION = {"choices": ["no", "yes"], "seconds": 60}
ANSWER = {"type": "answer", "room": "lobby", "id": "c", "seq": 1, "choice": 0}
PROGRESS = {"type": "progress", "room": "lobby", "seq": 1, "text": "x"}
OLDER = {"type": "older", "room": "lobby", "before": 1}

NO: dict[str, tuple[str, dict[str, Any]]] = {
    "51 a room that is not there": ("no_such_room", SEND | {"room": "another"}),
    "51 a room of no name": ("bad_frame", SEND | {"room": ""}),
    "51 a number for a room": ("bad_frame", SEND | {"room": 1}),
    "51 a path for a room": ("bad_frame", SEND | {"room": "../lobby"}),
    "51 join what is not there": ("no_such_room", JOIN | {"room": "nowhere"}),
    "51 older of a room that is not there": ("no_such_room", OLDER | {"room": "nowhere"}),
    "52 no id": ("bad_frame", {k: v for k, v in SEND.items() if k != "id"}),
    "52 empty id": ("bad_frame", SEND | {"id": ""}),
    "52 an id with a space": ("bad_frame", SEND | {"id": "a b"}),
    "52 an id of 65": ("bad_frame", SEND | {"id": "a" * 65}),
    "52 an id of 100 KiB": ("bad_frame", SEND | {"id": "a" * 100_000}),
    "53 after -1": ("bad_frame", JOIN | {"after": -1}),
    "53 after 0.5": ("bad_frame", JOIN | {"after": 0.5}),
    "53 after 2^64": ("bad_frame", JOIN | {"after": 2**64}),
    "53 after a text": ("bad_frame", JOIN | {"after": "1"}),
    "54 limit 0": ("bad_frame", OLDER | {"limit": 0}),
    "54 limit -1": ("bad_frame", OLDER | {"limit": -1}),
    "54 limit 201": ("bad_frame", OLDER | {"limit": 201}),
    "54 limit 1e9": ("bad_frame", OLDER | {"limit": 10**9}),
    "54 limit all": ("bad_frame", OLDER | {"limit": "all"}),
    "54 before a list": ("bad_frame", OLDER | {"before": [1]}),
    **{
        f"55 {type} {what}": (code, {"type": type, "room": "lobby", "id": "c", "text": "x"} | asked)
        for type in ("edit", "delete")
        for what, code, asked in (
            ("of what is not there", "no_such_message", {"seq": 2**53 - 1}),
            ("of nothing", "no_such_message", {"seq": 0}),
            ("without a place", "bad_frame", {}),
            ("of -1", "bad_frame", {"seq": -1}),
            ("of a text", "bad_frame", {"seq": "1"}),
            ("in a room that is not there", "no_such_room", {"seq": 1, "room": "another"}),
            ("without an id", "bad_frame", {"seq": 1, "id": None}),
        )
    },
    "55 edit to nothing": (
        "empty",
        {"type": "edit", "room": "lobby", "id": "c", "seq": 1, "text": ""},
    ),
    "55 edit that is too long": ("too_long", EDIT | {"text": "a" * 8_001}),
    "59 an answer to what is not there": ("no_such_message", SEND | {"reply": 2**53 - 1}),
    "59 an answer to itself": ("no_such_message", SEND | {"reply": 0}),
    "59 a text for an answer": ("bad_frame", SEND | {"reply": "1"}),
    "89 a file of nobody's": ("no_such_file", SEND | {"files": [{"hash": "0" * 64, "name": "x"}]}),
    "89 a path for a file": ("bad_frame", SEND | {"files": [{"hash": "../../x", "name": "x"}]}),
    "89 a cell too many bytes": ("too_long", SEND | {"cell": {"source": "a" * 70_000}}),
    "89 a cell of nothing": ("empty", SEND | {"text": "", "cell": {"source": ""}}),
    "89 a language of two lines": (
        "bad_name",
        SEND | {"cell": {"source": "x", "language": "a\nb"}},
    ),
    **{
        f"90 a question {what}": (code, SEND | {"question": QUESTION | asked})
        for what, code, asked in (
            ("with one choice", "bad_frame", {"choices": ["yes"]}),
            ("with too many choices", "bad_frame", {"choices": [f"{n}" for n in range(11)]}),
            ("with a choice twice", "bad_frame", {"choices": ["yes", "yes"]}),
            ("with a choice of nothing", "bad_frame", {"choices": ["yes", " "]}),
            ("with a choice of two lines", "bad_text", {"choices": ["yes", "n\no"]}),
            ("with a choice too long", "too_long", {"choices": ["yes", "n" * 81]}),
            ("with a number to choose", "bad_frame", {"choices": ["yes", 1]}),
            ("of no time", "bad_frame", {"seconds": 0}),
            ("for ever", "bad_frame", {"seconds": 604_801}),
            ("for a text", "bad_frame", {"seconds": "60"}),
        )
    },
    "90 a question without words": ("empty", SEND | {"text": "", "question": QUESTION}),
    "90 a question that is a job": (
        "bad_frame",
        SEND | {"question": QUESTION, "job": {"what": "x"}},
    ),
    **{
        f"91 {type} {what}": (code, {"type": type, "room": "lobby", "id": "c", "choice": 0} | asked)
        for type in ("answer", "withdraw")
        for what, code, asked in (
            ("what is not there", "no_such_message", {"seq": 2**53 - 1}),
            ("nothing", "no_such_message", {"seq": 0}),
            ("without a place", "bad_frame", {}),
            ("in a room that is not there", "no_such_room", {"seq": 1, "room": "another"}),
            ("without an id", "bad_frame", {"seq": 1, "id": None}),
        )
    },
    "91 answer -1": ("bad_frame", ANSWER | {"choice": -1}),
    "91 answer a text": ("bad_frame", ANSWER | {"choice": "yes"}),
    "91 answer nothing": ("bad_frame", {k: v for k, v in ANSWER.items() if k != "choice"}),
    "92 a job of no name": ("bad_frame", SEND | {"job": {"what": " "}}),
    "92 a job of two lines": ("bad_text", SEND | {"job": {"what": "a\u2028b"}}),
    "92 a job too long": ("too_long", SEND | {"job": {"what": "a" * 121}}),
    "92 a job that is lost": ("bad_frame", SEND | {"job": {"what": "x", "state": "lost"}}),
    "92 a job of -1 s": ("bad_frame", SEND | {"job": {"what": "x", "seconds": -1}}),
    "92 a job of ages": ("bad_frame", SEND | {"job": {"what": "x", "seconds": 1e300}}),
    "92 an end that is none": ("bad_frame", EDIT | {"state": "running"}),
    "92 an end of what is not there": ("no_such_message", EDIT | {"seq": 0, "state": "done"}),
    "92 progress of what is not there": ("no_such_message", PROGRESS | {"seq": 0}),
    "92 progress in a room that is not there": ("no_such_room", PROGRESS | {"room": "another"}),
    "92 progress that is too long": ("too_long", PROGRESS | {"text": "a" * 8_001}),
    "92 progress of NUL": ("bad_text", PROGRESS | {"text": "\0"}),
    "93 an object of nobody's file": (
        "no_such_file",
        SEND | {"data": [{"type": "text/csv", "file": {"hash": "0" * 64, "name": "x"}}]},
    ),
    "93 an object of too many types": (
        "too_long",
        SEND | {"data": [{"type": f"text/x-{n}", "text": "x"} for n in range(7)]},
    ),
    "93 an object of too many bytes": (
        "too_long",
        SEND | {"data": [{"type": "text/csv", "text": "a" * 70_000}]},
    ),
    "93 an object of no type": ("bad_frame", SEND | {"data": [{"type": "csv", "text": "x"}]}),
    "94 too many hops": ("loop", SEND | {"hops": 9}),
    "94 hops back": ("bad_frame", SEND | {"hops": -1}),
    "read what is not there": ("no_such_room", {"type": "read", "room": "another", "seq": 1}),
    "read up to -1": ("bad_frame", {"type": "read", "room": "lobby", "seq": -1}),
    "56 leave what is not there": ("no_such_room", {"type": "leave", "room": "another"}),
}


@unharmed
@pytest.mark.parametrize(("code", "asked"), NO.values(), ids=NO)
async def test_bad_request_is_rejected(place: Place, code: str, asked: dict[str, Any]) -> None:
    raw = await place.open("mallory")
    await raw.send(frame(JOIN | {"ref": "in"}))
    await raw.expect("joined", ref="in")
    await raw.send(frame(asked | {"ref": "no"}) + frame({"type": "heartbeat", "ref": "alive"}))
    no = await raw.expect("rejected", ref="no")
    assert no["code"] == code
    await raw.send(frame({"type": "heartbeat", "ref": "still"}))
    await raw.expect("heartbeat", ref="still")


@unharmed
async def test_bad_request_51_a_room_that_was_left(place: Place) -> None:
    raw = await place.open("mallory")
    await raw.send(frame(JOIN) + frame({"type": "leave", "room": "lobby"}) + frame(SEND))
    await raw.expect("rejected", id="1", code="not_joined")


@unharmed
@pytest.mark.parametrize(
    "position",
    [{"after": 2**53 - 1}, {"after": 1, "epoch": "another"}, {"after": 1, "check": "another"}],
    ids=["53 beyond the top", "53 another epoch", "53 another message"],
)
async def test_bad_request_53_resuming_another_history_resets(
    place: Place, bystanders: Bystanders, position: dict[str, Any]
) -> None:
    await bystanders.check()
    bystanders.stored += 1
    raw = await place.open("mallory")
    await raw.send(frame(JOIN | position))
    await raw.expect("reset", room="lobby")


async def test_bad_request_52_the_same_id_again(bystanders: Bystanders) -> None:
    """The same body is the same message; another body is none, whoever says it."""
    bystanders.stored = 1
    id = await bystanders.speaks.send("once")
    first = await bystanders.speaks.expect("message", id=id)
    await bystanders.hears.expect("message", id=id)
    await bystanders.speaks.send("once", id=id)
    assert await bystanders.speaks.expect("message", id=id) == first
    await bystanders.speaks.send("twice", id=id)
    await bystanders.speaks.expect("rejected", id=id, code="conflict")
    await bystanders.hears.send("thrice", id=id)
    await bystanders.hears.expect("rejected", id=id, code="conflict")
    assert len([m for m in bystanders.hears.heard("message") if m["id"] == id]) == 1


async def test_bad_request_55_S15_the_message_of_somebody_else(
    place: Place, bystanders: Bystanders
) -> None:
    bystanders.stored = 1
    id = await bystanders.speaks.send("mine")
    seq = (await bystanders.hears.expect("message", id=id))["seq"]
    raw = await place.open("mallory")
    await raw.send(frame(JOIN))
    change = {"room": "lobby", "seq": seq, "id": "theft", "user": {"id": "guest:ann"}}
    for type in ("edit", "delete"):
        await raw.send(frame(change | {"type": type, "text": "yours", "ref": type}))
        await raw.expect("rejected", ref=type, code="forbidden")
    me = list(place.person("mallory").items())
    address = f"api/rooms/lobby/messages/{seq}"
    for method in ("PATCH", "DELETE"):
        body = b'{"id": "theft", "text": "yours"}'
        answer = await place.ask(method, address, me, body)
        assert (answer.status, answer.code) == (403, "forbidden")
    assert json.loads((await place.ask("GET", address, me)).body)["text"] == "mine"
    assert bystanders.hears.heard("changed") == []


async def test_bad_request_56_one_room_too_many(place: Place, bystanders: Bystanders) -> None:
    rooms = [f"many-{number}" for number in range(LIMITS.rooms_joined)]
    me = list(place.person("mallory").items())
    for room in rooms:
        made = await place.ask("POST", "api/rooms", me, b'{"room": "%s"}' % room.encode())
        assert made.status == 201
    bystanders.stored = len(rooms)
    raw = await place.open("mallory")
    await raw.send(b"".join(frame(JOIN | {"room": room}) for room in rooms))
    waited = set(rooms)
    while waited:
        waited.remove((await raw.expect("joined"))["room"])
    await raw.send(frame(JOIN | {"ref": "one more"}) + frame(JOIN | {"room": rooms[0]}))
    await raw.expect("rejected", ref="one more", code="too_many_rooms")
    await raw.expect("joined", room=rooms[0])  # one's own room again is no other one


@unharmed
async def test_bad_request_56_in_and_out_a_thousand_times(place: Place) -> None:
    raw = await place.open("mallory")
    leave = frame({"type": "leave", "room": "lobby"})
    await raw.send((frame(JOIN) + leave) * 1000 + frame(JOIN | {"ref": "in"}))
    await raw.expect("joined", ref="in")


FORGED = {
    "user": {"id": "member:root", "name": "root", "kind": "member"},
    "kind": "program",
    "role": "owner",
    "seq": 1_000_000,
    "at": 1,
    "epoch": "forged",
    "offset": 7,
}


async def test_S15_who_and_when_and_which_number_is_the_servers_word_in_a_frame(
    bystanders: Bystanders,
) -> None:
    """Whatever a frame says of its author, its time or its place: the server's values win, in
    what everyone hears and in what is kept."""
    bystanders.stored = 1
    before = await bystanders.speaks.join()
    await bystanders.speaks.say("send", room="lobby", id="forged", text="mine", **FORGED)
    heard = await bystanders.hears.expect("message", id="forged")
    welcome = bystanders.speaks.heard("welcome")[0]
    assert heard["user"] == welcome["user"]
    assert heard["seq"] == before["to"] + 1
    assert heard["at"] >= welcome["now"]
    assert (await bystanders.hears.join(after=before["to"]))["messages"] == [heard]


async def test_S15_who_and_when_and_which_number_is_the_servers_word_in_a_request(
    place: Place, bystanders: Bystanders
) -> None:
    bystanders.stored = 2
    me = list(place.person("mallory").items())
    said = json.dumps(FORGED | {"id": "forged-2", "text": "mine", "room": "another"}).encode()
    answer = await place.ask("POST", "api/rooms/lobby/messages", me, said)
    message = json.loads(answer.body)
    assert answer.status == 201
    assert message["user"]["name"] == "mallory"
    assert message["user"]["id"] != "member:root"
    assert message["room"] == "lobby"
    assert await bystanders.hears.expect("message", id="forged-2") == message
    made = json.dumps(FORGED | {"room": "forged", "kind": "open"}).encode()
    answer = await place.ask("POST", "api/rooms", me, made)
    room = json.loads(answer.body)
    assert (answer.status, room["user"]) == (201, message["user"])
    assert room["at"] >= message["at"]
