"""A server that hands on: what goes through, what does not, and what is said where nobody answers.

Who the people of a Hub are is another matter (test_jupyterhub.py): here one program of its owner
speaks, and the chat of an ordinary server takes the place of the service.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tornado.httpclient import HTTPClientError

import servers
from client import Client
from raw import Raw, request, upgrade
from servers import TOKEN, Home, Server

Connect = Callable[..., Awaitable[Client]]
HUB = {"JUPYTERHUB_API_TOKEN": TOKEN, "JUPYTERHUB_USER": "ann"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("service")))
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def own(service: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = Home(tmp_path_factory.mktemp("own"))
    home.env |= HUB | {"JUPYTER_TORNCHAT_SERVICE": f"{service.url}tornchat"}
    server = servers.notebook_server(home)
    yield server.start()
    server.stop()


def kernel(server: Server) -> dict[str, str]:
    """What a kernel of the server has, to reach the chat."""
    (left,) = (server.home.folder / "runtime").glob("tornchat-*.json")
    return {"Authorization": f"tornchat {json.loads(Path(left).read_text())['key']}"}


@pytest.fixture
def program(own: Server) -> Iterator[httpx.Client]:
    with own.http() as client:
        client.base_url = f"{own.url}tornchat/"
        client.headers.update(kernel(own))
        yield client


def test_requests_files_and_refusals_go_through_as_they_are(program: httpx.Client) -> None:
    id = secrets.token_hex(16)
    said = program.post("api/rooms/lobby/messages", json={"id": id, "text": "hi"})
    assert said.status_code == 201
    assert program.get("api/rooms/lobby/messages?limit=1").json()["messages"] == [said.json()]
    bytes_ = os.urandom(3_000_000)
    kept = program.post("api/rooms/lobby/files?name=a.bin", content=bytes_)
    assert kept.status_code == 201, kept.text
    back = program.get(f"api/rooms/lobby/files/{kept.json()['hash']}")
    assert back.content == bytes_
    assert "sandbox" in back.headers["Content-Security-Policy"]
    again = {"If-None-Match": back.headers["Etag"]}
    assert program.get(str(back.url), headers=again).status_code == 304
    refused = program.post("api/rooms/nowhere/messages", json={"id": id, "text": "hi"})
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_room")
    assert program.post("api/rooms/lobby/files", content=b"x" * 6_000_000).status_code == 413
    assert program.get("static/../../api/status").status_code in {403, 404}
    assert program.get("static/%2e%2e/%2e%2e/api/status").status_code == 404


def test_who_asks_is_found_out_here(own: Server) -> None:
    with own.http() as stranger:
        assert stranger.get("tornchat/api/health").json() == {"ok": True}
        assert stranger.get("tornchat/api/rooms").status_code == 403
        body = {"id": secrets.token_hex(16), "text": "hi"}
        assert stranger.post("tornchat/api/rooms/lobby/messages", json=body).status_code == 403
    with own.http() as foreign:
        foreign.headers.update(kernel(own) | {"Origin": "http://evil.test"})
        assert foreign.post("tornchat/api/rooms/lobby/messages", json=body).status_code == 403


async def test_a_line_that_breaks_off_is_no_error(own: Server, connect: Connect) -> None:
    said = len(own.log())
    here, host = await Raw.connect(own.port), ("Host", f"127.0.0.1:{own.port}")
    asked = [*upgrade(), *kernel(own).items(), host]
    await here.send(request("GET", "/tornchat/chat", asked))
    answer = await here.answer()
    assert answer is not None
    assert answer.status == 101
    here.writer.transport.abort()
    # It comes in after who has gone.
    again = await connect(own.socket_url("tornchat/chat"), headers=kernel(own))
    await again.join()
    assert "Traceback" not in own.log()[said:]


async def test_the_service_may_go_and_come_back(
    service: Server, own: Server, program: httpx.Client, connect: Connect
) -> None:
    here = await connect(own.socket_url("tornchat/chat"), headers=kernel(own))
    await here.join()
    service.stop()
    assert await here.closed() == 1012
    loop = asyncio.get_running_loop()
    for path in ("api/health", "api/rooms", "static/page.js"):
        away = await loop.run_in_executor(None, program.get, path)
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
    service.start()
    again = await connect(own.socket_url("tornchat/chat"), headers=kernel(own))
    await again.join()


def test_a_server_without_a_service_says_that_its_people_are_alone(
    home: Home, start_notebook_server: Callable[..., Server]
) -> None:
    home.env |= HUB
    server = start_notebook_server()
    with server.http(TOKEN) as client:
        assert client.get("tornchat/api/health").json()["alone"] is True


RUBBISH = {
    "no HTTP": b"\x00\xff garbage\r\n\r\n",
    "a page of somebody else's": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<script>",
    "a way elsewhere": b"HTTP/1.1 302 Found\r\nLocation: http://evil.test/\r\n\r\n",
    "a header without end": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
    "a header that is none": b"HTTP/1.1 200 OK\r\nContent-Type: a\x01b\r\n\r\n{}",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
}


async def test_where_something_other_than_the_chat_answers_people_read_that_it_is_away(
    own: Server, service: Server, connect: Connect
) -> None:
    what = ""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(RUBBISH[what])
        writer.close()

    service.stop()  # as no other test needs it after this one
    other = await asyncio.start_server(answer, "127.0.0.1", service.port)
    try:
        async with httpx.AsyncClient(headers=kernel(own), timeout=20, trust_env=False) as client:
            for what in RUBBISH:
                asked = await client.get(f"{own.url}tornchat/api/rooms")
                assert (asked.status_code, asked.json()["code"]) == (503, "unavailable"), what
                with pytest.raises(HTTPClientError) as no:
                    await connect(own.socket_url("tornchat/chat"), headers=kernel(own))
                assert no.value.code == 503, what
    finally:
        other.close()
    assert "Traceback" not in own.log()
