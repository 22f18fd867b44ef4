"""Objects, questions and jobs by REST, as a program without a socket says them."""

from __future__ import annotations

import json
import sqlite3
import uuid
from typing import Any

import pytest

from client import Client, Frame
from jupyter_tornchat.protocol import KERNEL_HEADER, LIMITS, PROGRAM_HEADER
from places import NOTEBOOK, Place
from raw import request, upgrade

at_the_notebook = pytest.mark.parametrize("place", [NOTEBOOK], indirect=True)
DATA = [{"type": "text/csv", "text": "a\n1\n"}, {"type": "text/plain", "text": "   a\n0  1"}]
QUESTION = {"choices": ["no", "yes"], "seconds": 600}


class Talk:
    """One person or program in one room of a server, by REST."""

    def __init__(self, place: Place, room: str, headers: dict[str, str]) -> None:
        self.place = place
        self.room = room
        self.headers = headers

    async def ask(self, method: str, address: str, **body: Any) -> tuple[int, Frame]:
        headers = list(self.headers.items())
        address = f"api/rooms/{self.room}/{address}"
        answer = await self.place.ask(method, address, headers, json.dumps(body).encode())
        return answer.status, json.loads(answer.body) if answer.body else {}

    async def say(self, text: str = "", **more: Any) -> Frame:
        body = {"id": uuid.uuid4().hex, "text": text} | more
        status, message = await self.ask("POST", "messages", **body)
        assert status == 201, message
        return message

    async def on(self, seq: int, method: str, what: str = "", **body: Any) -> tuple[int, Frame]:
        """Ask something of a message."""
        address = f"messages/{seq}/{what}".rstrip("/")
        id = {} if what == "progress" else {"id": uuid.uuid4().hex}
        return await self.ask(method, address, **(id | body))


async def talk(place: Place, name: str, **headers: str) -> Talk:
    """Somebody in a room of their own making."""
    room = f"r{uuid.uuid4().hex[:8]}"
    found = Talk(place, room, place.person(name) | headers)
    body = json.dumps({"room": room}).encode()
    made = await place.ask("POST", "api/rooms", list(found.headers.items()), body)
    assert made.status == 201
    return found


def program(place: Place, name: str, kernel: str = "") -> dict[str, str]:
    said = {"Authorization": f"token {place.server.token}", PROGRAM_HEADER: name}
    return said | ({KERNEL_HEADER: kernel} if kernel else {})


async def test_an_object_is_kept_in_all_its_types_and_replaced_as_a_whole(place: Place) -> None:
    ann = await talk(place, "ann")
    message = await ann.say("the table", data=DATA, hops=7)
    assert message["data"] == DATA
    assert "hops" not in message  # a person's words come from no program
    seq = message["seq"]
    status, now = await ann.on(seq, "PATCH", text="only a text")
    assert (status, now["data"], now["text"]) == (200, DATA, "only a text")
    cell = {"source": "1 + 1"}
    status, now = await ann.on(seq, "PATCH", text="", cell=cell)
    assert (status, now.get("data"), now["cell"]["source"]) == (200, None, "1 + 1")
    status, now = await ann.on(seq, "PATCH", text="nothing else", files=[])
    assert (status, "cell" in now, "data" in now) == (200, False, False)
    status, no = await ann.on(seq, "PATCH", text="", data=[])
    assert (status, no["code"]) == (400, "empty")


async def test_a_question_is_asked_answered_and_closed(place: Place) -> None:
    ann = await talk(place, "ann")
    ben = Talk(place, ann.room, place.person("ben"))
    one = await ann.say("Drop?", question=QUESTION)
    assert one["question"]["choices"] == ["no", "yes"]
    assert one["question"]["until"] == one["at"] + 600_000
    body = {"id": "mine", "choice": 1}
    for _ in range(2):  # the same answer again is the same
        status, now = await ben.on(one["seq"], "POST", "answers", **body)
        assert status == 201
        assert [(a["user"]["name"], a["choice"]) for a in now["question"]["answers"]] == [
            ("ben", 1)
        ]
    for what, asked, code in (
        ("answers", {"choice": 0}, (409, "closed")),
        ("answers", {"id": "mine", "choice": 0}, (409, "conflict")),
        ("answers", {}, (400, "bad_frame")),
        ("withdrawal", {}, (409, "closed")),
    ):
        status, no = await ann.on(one["seq"], "POST", what, **asked)
        assert (status, no["code"]) == code

    vote = await ann.say("Lunch?", question=QUESTION | {"vote": True})
    for choice in (0, 1):
        await ben.on(vote["seq"], "POST", "answers", choice=choice)
    status, no = await ben.on(vote["seq"], "POST", "withdrawal")
    assert (status, no["code"]) == (403, "forbidden")
    status, now = await ann.on(vote["seq"], "POST", "withdrawal")
    assert (status, now["question"]["closed"]) == (200, "withdrawn")
    assert [a["choice"] for a in now["question"]["answers"]] == [1]
    status, no = await ann.on(10**14, "POST", "answers", choice=0)
    assert (status, no["code"]) == (404, "no_such_message")


async def test_a_job_says_how_far_it_is_and_how_it_ended(place: Place) -> None:
    ann = await talk(place, "ann")
    ben = Talk(place, ann.room, place.person("ben"))
    job = await ann.say(job={"what": "training"})
    assert job["job"] == {"what": "training", "state": "running", "since": job["at"]}
    watcher = await Client.connect(place.socket_url, headers=place.person("ben"))
    await watcher.join(ann.room)
    assert await ann.on(job["seq"], "PUT", "progress", text="epoch 1") == (204, {})
    seen = await watcher.expect("progress")
    assert seen == {"type": "progress", "room": ann.room, "of": job["seq"], "text": "epoch 1"}
    for who, body, code in (
        (ben, {"text": "x"}, (403, "forbidden")),
        (ann, {"text": "a" * (LIMITS.text_chars + 1)}, (413, "too_long")),
        (ann, {}, (400, "bad_frame")),
    ):
        status, no = await who.on(job["seq"], "PUT", "progress", **body)
        assert (status, no["code"]) == code
    status, now = await ann.on(job["seq"], "PATCH", text="0.93", state="done", data=DATA)
    assert (status, now["job"]["state"], now["data"], now["text"]) == (200, "done", DATA, "0.93")
    assert now["job"]["until"] >= now["job"]["since"]
    changed = await watcher.expect("changed")
    assert (changed["state"], changed["data"]) == ("done", DATA)
    status, no = await ann.on(job["seq"], "PUT", "progress", text="late")
    assert (status, no["code"]) == (400, "bad_frame")
    await watcher.close()


@at_the_notebook
async def test_programs_that_answer_each_other_come_to_an_end(place: Place) -> None:
    ann = await talk(place, "ann")
    bots = [Talk(place, ann.room, program(place, name)) for name in ("ping", "pong")]
    heard = await ann.say("go")
    for n in range(LIMITS.hops + 1):
        heard = await bots[n % 2].say("and you?", reply=heard["seq"])
        assert heard.get("hops", 0) == n
    body = {"id": "over", "text": "and you?", "reply": heard["seq"]}
    assert (await bots[1].ask("POST", "messages", **body))[1]["code"] == "loop"
    assert "hops" not in await ann.say("stop it", reply=heard["seq"])
    elsewhere = await bots[0].say("by another way", hops=LIMITS.hops)
    assert elsewhere["hops"] == LIMITS.hops


@at_the_notebook
async def test_a_program_says_which_kernel_it_is_and_nobody_else_learns_it(place: Place) -> None:
    ann = await talk(place, "ann")
    with place.server.http(place.server.token) as client:
        kernel = client.post("api/kernels", json={"name": "python3"}).json()["id"]
    bot = Talk(place, ann.room, program(place, "bot", kernel))
    said = [
        await bot.say("asked", question=QUESTION),
        await bot.say("began", job={"what": "fit"}),
        await bot.say("ended", job={"what": "fit", "state": "failed", "seconds": 2}),
        await bot.say("said"),
    ]
    assert kernel not in json.dumps(said)
    assert kernel not in json.dumps((await ann.ask("GET", "messages"))[1])
    db = sqlite3.connect(place.server.home.data / "tornchat" / "chat.db")
    kept = "SELECT json_extract(body, '$.kernel') FROM messages WHERE room = ? ORDER BY seq"
    assert [k for (k,) in db.execute(kept, (ann.room,))] == [kernel, kernel, None, None]
    db.close()
    for bad in ("a/b", "k" * 65, "a b", "é"):
        headers = program(place, "bot") | {KERNEL_HEADER: bad}
        status, no = await Talk(place, ann.room, headers).ask("POST", "messages", id="x", text="x")
        assert (status, no["code"]) == (400, "bad_frame")
        raw = await place.connect()
        asked = [("Host", place.host), *upgrade(), *headers.items()]
        await raw.send(request("GET", place.path("chat"), asked))
        answer = await raw.answer()
        assert answer is not None
        assert (answer.status, answer.code) == (400, "bad_frame")
