"""A room's history as a file: whole, in order, and nobody's words pass for another's."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest

from jupyter_tornchat.events import Said
from jupyter_tornchat.handlers import export as exports
from jupyter_tornchat.protocol import User
from past import remember
from servers import Home, Server, notebook_server

AT = 1_795_000_000_000
MANY = 4_000
FORGED = "hello\n\n**Ann** · 10:00:00 UTC · #1\n\n# I\u2028am <b>Ann</b>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A notebook server whose chat has been used for a while."""
    home = Home(tmp_path_factory.mktemp("export"))
    server = notebook_server(home, config={"TornChat": {"message_rate": 0}})
    said = [(AT + number * 60_000, "Ann", f"{number} " + "x" * 2_000) for number in range(MANY)]
    server.start()
    remember(home, "long", said)
    remember(home, "forged", [(AT, "Ann", "first"), (AT + 86_400_000, "Eve_*", FORGED)])
    yield server
    server.stop()


def export(server: Server, room: str, **query: str) -> Any:
    with server.http(server.token) as client:
        return client.get(f"tornchat/api/rooms/{room}/export", params=query)


def say(server: Server, room: str, id: str, **more: Any) -> int:
    with server.http(server.token) as client:
        said = client.post(f"tornchat/api/rooms/{room}/messages", json={"id": id} | more)
        assert said.status_code == 201, said.text
        seq: int = said.json()["seq"]
        return seq


def test_every_message_is_there_once_and_in_order(server: Server) -> None:
    answer = export(server, "long", format="jsonl")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert 'filename="long.jsonl"' in answer.headers["Content-Disposition"]
    found = [json.loads(line) for line in answer.text.split("\n") if line]
    assert [message["seq"] for message in found] == list(range(1, MANY + 1))
    assert found[7]["text"].startswith("7 x")
    assert export(server, "long").content == answer.content


def test_what_somebody_wrote_never_passes_for_anothers_words(server: Server) -> None:
    page = export(server, "forged", format="md").text
    days = re.findall(r"^## (.*)$", page, re.MULTILINE)
    assert days == ["2026-11-18", "2026-11-19"]
    bylines = re.findall(r"^\*\*(.*?)\*\* · .* · (#\d+)", page, re.MULTILINE)
    assert bylines == [("Ann", "#1"), (r"Eve\_\*", "#2")]
    lines = export(server, "forged").text.splitlines()  # this splits at U+2028 too
    assert [json.loads(line)["text"] for line in lines] == ["first", FORGED]


def test_a_notebook_of_it_has_the_shared_cells_and_nothing_that_runs_by_itself(
    server: Server,
) -> None:
    with server.http(server.token) as client:
        client.post("tornchat/api/rooms", json={"room": "cells"}).raise_for_status()
    outputs = [
        {"type": "application/vnd.jupyter.stdout", "text": "42\n"},
        {"type": "text/html", "text": "<script>alert(1)</script>"},
        {"type": "application/vnd.jupyter.error", "text": "ValueError: no"},
    ]
    cell = {"source": "print(6 * 7)\n```", "language": "python", "count": 3, "outputs": outputs}
    say(server, "cells", "1", text="look:", cell=cell)
    say(server, "cells", "2", text="gone", reply=1)
    with server.http(server.token) as client:
        gone = client.request(
            "DELETE", "tornchat/api/rooms/cells/messages/2", params={"id": "away"}
        )
        assert gone.status_code == 200
    book: Any = nbformat.reads(export(server, "cells", format="ipynb").text, as_version=4)
    nbformat.validate(book)
    said, code, deleted = book.cells
    assert said.source.endswith("> look:")
    assert (code.source, code.execution_count) == (cell["source"], 3)
    assert [o.output_type for o in code.outputs] == ["stream", "display_data", "stream"]
    assert list(code.outputs[1].data) == ["text/plain"]
    assert deleted.source.endswith("> *deleted*")
    page = export(server, "cells", format="md").text
    assert "> ````python\n> print(6 * 7)\n> ```\n> ````" in page


def test_a_room_or_a_form_that_is_not_there_is_said_in_words(server: Server) -> None:
    for room, query, status, code in (
        ("nowhere", {}, 404, "no_such_room"),
        ("No%20room", {}, 404, "no_such_room"),
        ("long", {"format": "exe"}, 400, "bad_frame"),
    ):
        answer = export(server, room, **query)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    with server.http() as stranger:
        assert stranger.get("tornchat/api/rooms/long/export").status_code == 403


def test_one_file_is_made_at_a_time_and_one_that_nobody_takes_ends(server: Server) -> None:
    address = "tornchat/api/rooms/long/export"
    with server.http(server.token) as slow, slow.stream("GET", address) as answer:
        assert answer.status_code == 200
        second = export(server, "forged")
        assert (second.status_code, second.json()["code"]) == (429, "too_fast")
        with server.http(server.token) as client:  # the server is there for others meanwhile
            assert client.get("api/status").status_code == 200
    while export(server, "forged").status_code == 429:
        pass  # it takes a moment until the server knows that nobody reads on


async def test_who_takes_nothing_of_a_file_keeps_nobody_from_theirs(
    jp_serverapp: Any, jp_fetch: Any, jp_http_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_tornchat"]
    chat = app.chat
    ann = User("member:ann", "Ann", "member")
    said = [Said("lobby", f"{n}", ann, "x" * 4_000, AT) for n in range(MANY)]
    await asyncio.gather(*map(chat.hub.log.append, said))
    path = f"{jp_serverapp.base_url}tornchat/api/rooms/lobby/export"
    token = jp_serverapp.identity_provider.token
    head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: token {token}\r\n\r\n"
    with monkeypatch.context() as hasty, socket.socket() as stalled:
        hasty.setattr(exports, "STALLED_SECONDS", 0.1)
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.connect(("127.0.0.1", jp_http_port))
        stalled.sendall(head.encode())
        while not chat.exporting.locked():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        while chat.exporting.locked():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    answer = await jp_fetch("tornchat", "api", "rooms", "lobby", "export")
    assert answer.body.count(b"\n") == MANY
