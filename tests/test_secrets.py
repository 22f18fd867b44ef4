"""S-05: no secret reaches a place where it should not be.

The token, the cookie secret, the chat key and every ticket are canaries: everything that anyone is
sent, at every route and with every kind of no, everything that is logged at DEBUG and everything
that is kept is searched for them.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from tornado.web import RequestHandler

from jupyter_tornchat.protocol import KEY_VARIABLE
from places import Place
from raw import PING, Raw, ask, frame, request, upgrade
from servers import Home
from test_headers import RESPONSES
from test_routes import CHAT, NOTEBOOK

BAD_FRAMES = ["x", '{"type": "x"}', '{"type": "join", "room": "nowhere"}', "[" * 1000]
GOOD_FRAMES = ['{"type": "join", "room": "lobby"}', '{"type": "heartbeat"}']
BAD_QUERIES = ["?token=wrong", "?token=%ff", "?room=%ff", "?limit=%ff", "?username=%ff"]


def disguises(secret: bytes) -> set[bytes]:
    """The ways a secret may be written down."""
    coded = (base64.b64encode(secret), base64.urlsafe_b64encode(secret))
    return {
        secret,
        secret.hex().encode(),
        repr(secret).encode()[2:-1],
        *(c.rstrip(b"=") for c in coded),
    }


def found(secrets: dict[str, bytes], told: bytes) -> list[str]:
    """Names of the secrets that stand somewhere in `told`."""
    return [name for name, secret in secrets.items() if any(d in told for d in disguises(secret))]


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def told(port: int, base: str, addresses: Iterable[str], headers: list[Any]) -> bytes:
    """All bytes that somebody gets at these addresses, whatever they do there."""
    heard = []
    for address in addresses:
        for method in (*RequestHandler.SUPPORTED_METHODS, "BREW"):
            answer = await ask(port, method, base + address, headers)
            heard.append(str(answer.headers).encode() + answer.body)
        for query in BAD_QUERIES:
            answer = await ask(port, "GET", base + address + query, headers)
            heard.append(str(answer.headers).encode() + answer.body)
    return b"".join(heard)


async def told_of_nos(port: int, base: str, headers: list[Any]) -> bytes:
    heard = []
    for method, address, body, *_ in RESPONSES.values():
        if method != "DELETE":
            answer = await ask(port, method, base + address, headers, body)
            heard.append(str(answer.headers).encode() + answer.body)
    return b"".join(heard)


async def told_by_socket(port: int, target: str, headers: list[Any]) -> bytes:
    raw = await Raw.connect(port)
    asks = [("Host", f"127.0.0.1:{port}"), *upgrade(), *headers]
    await raw.send(request("GET", target, asks))
    answer = await raw.answer()
    assert answer
    assert answer.status == 101
    for text in GOOD_FRAMES + BAD_FRAMES * 3:
        await raw.send(frame(text))
    await raw.send(frame(b"", PING) + frame("{", rsv=1))
    heard = [str(answer.headers).encode()]
    while (piece := await raw.frame()) is not None:
        heard.append(piece[1])
    await raw.close()
    return b"".join(heard)


@pytest.mark.usefixtures("http_server")
async def test_S05_the_notebook_server_keeps_its_secrets(
    jp_serverapp: Any, jp_http_port: int, jp_data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    identity = jp_serverapp.identity_provider
    secrets = {
        "token": identity.token.encode(),
        "cookie secret": jp_serverapp.web_app.settings["cookie_secret"],
        "chat key": os.environ[KEY_VARIABLE].encode(),
    }
    base = jp_serverapp.base_url
    addresses = {door.address for door in NOTEBOOK.values()}
    people = {
        "stranger": [],
        "member": await sign_in(jp_http_port, base, identity.token),
        "program": [("Authorization", f"token {identity.token}")],
        "kernel": [("Authorization", f"tornchat {os.environ[KEY_VARIABLE]}")],
    }
    for who, headers in people.items():
        heard = await told(jp_http_port, base, addresses, headers)
        heard += await told_of_nos(jp_http_port, base + "tornchat/", headers)
        if headers:
            heard += await told_by_socket(jp_http_port, base + "tornchat/chat", headers)
        assert found(secrets, heard) == [], who
        assert len(heard) > 100_000
    assert len(caplog.text) > 10_000
    assert found(secrets, caplog.text.encode()) == []
    kept = everything(jp_data_dir / "tornchat")
    assert len(kept) > 4096
    assert found(secrets, kept) == []
    assert (
        found(secrets, repr(jp_serverapp.web_app.settings["jupyter_tornchat_config"]).encode())
        == []
    )


async def sign_in(port: int, base: str, token: str) -> list[tuple[str, str]]:
    """The headers of somebody who signed in with the token in Jupyter's own form."""
    form = await ask(port, "GET", base + "login")
    xsrf = re.search(r"_xsrf=([^;]+)", form.headers["Set-Cookie"])
    assert xsrf
    typed = [("Cookie", xsrf[0]), ("Content-Type", "application/x-www-form-urlencoded")]
    body = f"_xsrf={xsrf[1]}&password={token}".encode()
    entered = await ask(port, "POST", base + "login", typed, body)
    assert entered.status == 302
    cookies = [c.split(";")[0] for c in entered.headers.get_all("Set-Cookie") or []]
    return [("Cookie", "; ".join([xsrf[0], *cookies])), ("X-XSRFToken", xsrf[1])]


async def test_S05_the_chat_server_keeps_its_secrets(start_chat_server: Callable[..., Any]) -> None:
    server = start_chat_server("--guests=open", "--log-level=DEBUG")
    place = Place(server, "")
    tickets = {name: ticket(place, name) for name in ("ann", "ben")}
    folder = server.home.data / "tornchat"
    secrets = {**tickets, "cookie secret": (folder / "cookie_secret").read_bytes()}
    addresses = {door.address for door in CHAT.values()} | {"nothing"}
    for headers in ([], list(place.person("ann").items())):
        reads = addresses - {"api/me"}  # where the ticket would be given back
        heard = await told(server.port, "/", reads, headers)
        heard += await told_of_nos(server.port, "/", headers)
        if headers:
            heard += await told_by_socket(server.port, "/chat", headers)
        assert found(secrets, heard) == []
        assert len(heard) > 50_000
    assert "404 GET /nothing" in server.log()
    assert found(secrets, server.log().encode()) == []
    (folder / "cookie_secret").unlink()
    assert found(secrets, everything(folder)) == []  # a ticket is kept as its hash alone


def ticket(place: Place, name: str) -> bytes:
    found = re.search(r"tornchat-ticket-\d+=([^;]+)", place.person(name)["Cookie"])
    assert found
    return found[1].encode()


@pytest.mark.parametrize("name", ["cookie_secret", "chat.db"])
def test_S05_what_is_kept_is_for_the_owners_eyes(chat_server: Any, name: str) -> None:
    folder = chat_server.home.data / "tornchat"
    assert (folder / name).stat().st_mode & 0o077 == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [b"", b"half"])
def test_a_cookie_secret_that_a_crash_cut_short_is_made_anew(
    start_chat_server: Callable[..., Any], home: Home, left: bytes
) -> None:
    folder = home.data / "tornchat"
    folder.mkdir()
    (folder / "cookie_secret").write_bytes(left)
    server = start_chat_server("--guests=open")
    with server.enter("ann") as ann:
        assert ann.get("api/me").status_code == 200
    secret = (folder / "cookie_secret").read_bytes()
    assert len(secret) == 32
    server.stop()
    server.start()
    assert (folder / "cookie_secret").read_bytes() == secret
    assert list(folder.glob("cookie_secret.*")) == []


def test_S05_the_search_finds_what_is_there() -> None:
    secret = {"it": b"\x00canary\xff"}
    for told in (
        b"..\x00canary\xff..",
        b"00" + b"63616e617279" + b"ff",
        repr(secret["it"]).encode(),
    ):
        assert found(secret, told) == ["it"]
    assert found(secret, json.dumps("canary").encode()) == []
