"""The hostile texts of xss.txt, and a room in which every field of everything is one of them."""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from client import Frame
from jupyter_tornchat import names
from jupyter_tornchat.program.name import quoted
from jupyter_tornchat.protocol import LIMITS, Refusal
from panel import make_room
from servers import Server
from speaker import Speaker

NUMBERED = re.compile(r"\{U\+([0-9A-F]+)\}")
VECTORS = [
    NUMBERED.sub(lambda found: chr(int(found[1], 16)), line)
    for line in Path(__file__).with_name("xss.txt").read_text("utf-8").split("\n")
    if line and not line.startswith("# ")
]
EVERY = 1 if "EVERY_VECTOR" in os.environ else 18
SOME = [
    vector
    for number, vector in enumerate(VECTORS)
    if number % EVERY == 0 or "command" in vector or "jupyter" in vector
]
"""Every kind of them, and all that are meant for Lab; all of them where `make test-xss` asks."""
MESSAGES = 5
"""So many are said for each vector."""
TEXTUAL = (
    *("text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml"),
    *("application/json", "application/vnd.dataresource+json", "application/javascript"),
    *("application/vnd.jupyter.stdout", "application/vnd.jupyter.stderr"),
    *("application/vnd.jupyter.error", "application/vnd.jupyter.widget-view+json"),
)
"""Types of outputs that may hold a vector as it is."""
OBJECTS = ("image/svg+xml", "application/javascript", "application/vnd.dataresource+json")
"""Types in which an object comes; a reader shows the first that they know."""


class Written:
    """What of the vectors the server took, and where."""

    def __init__(self) -> None:
        self.fields: dict[str, int] = {}
        self.names: list[str] = []
        self.titles: list[str] = []

    def count(self, *fields: str) -> None:
        for field in fields:
            self.fields[field] = self.fields.get(field, 0) + 1

    def __str__(self) -> str:
        return f"{sum(self.fields.values())} vectors × fields: {self.fields}"


def write(server: Server, room: str, vectors: Sequence[str]) -> Written:
    """Say each vector in every field, under every name that can be one."""
    make_room(server, room)
    written = Written()
    with called(server, "maker") as maker, Speaker(server, maker, room) as speaker:
        for vector in vectors:
            say(speaker, vector, written)
    return written


def make_rooms(server: Server, written: Written) -> None:
    """A room for each vector that can be a title."""
    with server.http(server.token) as client:
        for number, vector in enumerate(VECTORS):
            maker = {"X-Tornchat-Name": f"maker {number // 40}"}
            body = {"room": f"vector-{number}", "title": vector}
            made = client.post("tornchat/api/rooms", json=body, headers=maker)
            if made.is_success:
                written.titles.append(made.json()["title"])
                written.count("room title")


def say(speaker: Speaker, vector: str, written: Written) -> None:
    """One vector in every field that a message has, and in what is said to it."""
    first = say_under_its_name(speaker, vector, written)
    choices = [line(vector, LIMITS.choice_chars), "x"]
    vote = {"choices": choices, "seconds": 3600, "vote": True}
    changed = speaker.say("x", reply=first["seq"], question=vote)
    speaker.edit(changed["seq"], vector)
    speaker.answer(changed["seq"], 0)
    cell = {
        "source": vector,
        "language": line(vector, LIMITS.name_chars),
        "notebook": line(vector, LIMITS.title_chars),
        "outputs": [
            *({"type": type, "text": vector} for type in TEXTUAL),
            {"type": "application/vnd.jupyter.error", "text": json.dumps(error(vector))},
            {"type": "application/vnd.dataresource+json", "text": json.dumps(resource(vector))},
            {"type": "application/json", "text": json.dumps({vector: [vector, {vector: vector}]})},
        ],
    }
    file = upload(speaker, vector)
    job = {"what": line(vector, LIMITS.job_chars), "state": "failed", "seconds": 1}
    speaker.say(vector, files=[file], cell=cell, job=job)
    for type in ("application/vnd.apache.arrow.file", "image/png"):
        outputs = [{"type": type, "text": vector, "file": file}]
        for shown in OBJECTS if type.startswith("app") else ("text/plain",):
            text = json.dumps(resource(vector)) if "resource" in shown else vector
            outputs.append({"type": shown, "text": text})
        speaker.say(data=outputs[: LIMITS.data_types])
    written.count("text", "quoted text", "edited text", "file name", "file")
    written.count("choice", "job", "last word")
    written.count("source", "language", "notebook", "error", "table", "JSON")
    written.count(*(f"{type} output" for type in TEXTUAL))
    written.count("object", "object's file", "object that is no picture", "object's table")


def say_under_its_name(speaker: Speaker, vector: str, written: Written) -> Frame:
    """As its text, by somebody who is called so where one can be."""
    name = "program"
    with suppress(Refusal):
        written.names.append(name := names.clean(vector))
        written.count("name")
    body = {"id": secrets.token_hex(16), "text": vector}
    address = f"tornchat/api/rooms/{speaker.room}/messages"
    answer = speaker.client.post(address, json=body, headers={"X-Tornchat-Name": quoted(name)})
    answer.raise_for_status()
    return answer.json()


def line(vector: str, longest: int) -> str:
    """As much of it as fits, where it can be one line."""
    try:
        return names.clean_line(vector[:longest], longest, "line")
    except Refusal:
        return "html"


def upload(speaker: Speaker, vector: str) -> Frame:
    """As a file; what only pretends to be a picture is refused, and then it is a text."""
    with suppress(httpx.HTTPStatusError):
        return speaker.upload(vector, vector.encode())
    return speaker.upload(vector, f"x{vector}".encode())


def error(vector: str) -> dict[str, Any]:
    return {"ename": vector, "evalue": vector, "traceback": [vector, f"\x1b[31m{vector}\x1b[0m"]}


def resource(vector: str) -> dict[str, Any]:
    fields = [{"name": vector, "title": vector, "type": vector}]
    return {"schema": {"fields": fields, "primaryKey": [vector]}, "data": [{vector: vector}]}


def called(server: Server, name: str) -> httpx.Client:
    """An HTTP client of a program that is called so."""
    client = server.http(server.token)
    client.headers["X-Tornchat-Name"] = quoted(name)
    return client
