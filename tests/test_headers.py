"""S-07 and S-08: what every response says of itself, and that none says a token."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jupyter_tornchat.handlers.page import STATIC
from places import NOTEBOOK, Place
from raw import Answer, request, upgrade

ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; font-src 'self'; img-src 'self' data: blob:; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NEVER = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Server",
    "X-Powered-By",
]
JSON, HTML = "application/json", "text/html; charset=UTF-8"
MESSAGES = "api/rooms/lobby/messages"

RESPONSES: dict[str, tuple[str, str, bytes, int, str | None]] = {
    "page": ("GET", "", b"", 200, HTML),
    "login": ("GET", "login", b"", 200, HTML),
    "health": ("GET", "api/health", b"", 200, JSON),
    "me": ("GET", "api/me", b"", 200, JSON),
    "rooms": ("GET", "api/rooms", b"", 200, JSON),
    "messages": ("GET", MESSAGES, b"", 200, JSON),
    "said": ("POST", MESSAGES, b'{"id": "headers", "text": "x"}', 201, JSON),
    "spec": ("GET", "api/spec.yaml", b"", 200, "application/yaml"),
    "signed out": ("DELETE", "api/me", b"", 204, None),
    "no form": ("POST", "login", b"x", 400, HTML),
    "no frame": ("POST", MESSAGES, b"x", 400, JSON),
    "no number": ("GET", MESSAGES + "?limit=x", b"", 400, JSON),
    "not UTF-8": ("GET", MESSAGES + "?limit=%ff", b"", 400, JSON),
    "no message": ("GET", MESSAGES + "/999999", b"", 404, JSON),
    "no room": ("GET", "api/rooms/nowhere/messages", b"", 404, JSON),
    "no file": ("GET", "static/nothing.js", b"", 404, JSON),
    "outside": ("GET", "static/../../settings.py", b"", 403, JSON),
    "nothing": ("GET", "nothing", b"", 404, JSON),
    "no method": ("PATCH", "api/rooms", b"", 405, JSON),
    "no method at all": ("BREW", "api/rooms", b"", 405, JSON),
    "no slash": ("GET", "tornchat/", b"", 404, JSON),
    "too long": ("POST", MESSAGES, b"x" * 131_073, 413, JSON),
    "no socket": ("GET", "chat", b"", 400, JSON),
    "room exists": ("POST", "api/rooms", b'{"room": "lobby"}', 409, JSON),
}


def check(answer: Answer) -> None:
    for name, value in ALWAYS.items():
        assert answer.headers.get_all(name) == [value]
    for name in NEVER:
        assert name not in answer.headers


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "kind"), RESPONSES.values(), ids=RESPONSES
)
async def test_S08_headers(
    place: Place, method: str, address: str, body: bytes, status: int, kind: str | None
) -> None:
    answer = await place.ask(method, address, place.person("trent").items(), body)
    if method == "DELETE":
        place.forget("trent")
    assert answer.status == status
    check(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    if kind is not None:
        assert answer.headers["Content-Type"] == kind


async def test_S08_what_has_its_hash_in_its_name_is_kept_by_browsers(place: Place) -> None:
    me = list(place.person("ann").items())
    kinds = {"tornchat.js": "text/javascript", "math.css": "text/css"}
    for name, kind in kinds.items():
        answer = await place.ask("GET", f"static/{name}", me)
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cache-Control"] == "no-cache"
        check(answer)
    for folder, kind in (("chunks", "text/javascript"), ("fonts", "font/woff2")):
        files = sorted((STATIC / folder).iterdir())
        assert files
        for file in files:
            assert re.fullmatch(r"[\w-]+-[A-Z0-9]{8}\.(js|woff2)", file.name)
        answer = await place.ask("GET", f"static/{folder}/{files[0].name}", me)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == kind
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        check(answer)


async def test_S08_headers_of_what_strangers_get(place: Place) -> None:
    for address in ("", "login", "api/health", "api/me", "api/rooms", "chat", "static/x.js", "no"):
        check(await place.ask("GET", address))
        check(await place.ask("POST", address))


async def test_S08_headers_of_a_socket(place: Place) -> None:
    answer = await place.ask("GET", "chat", [*upgrade(), *place.person("ann").items()])
    assert answer.status == 101
    check(answer)


async def test_S08_a_forged_condition_is_no_way_around(place: Place) -> None:
    """A response of 304 says the same of itself."""
    me = list(place.person("ann").items())
    tag = (await place.ask("GET", "api/me", me)).headers["Etag"]
    answer = await place.ask("GET", "api/me", [*me, ("If-None-Match", tag)])
    assert answer.status == 304
    check(answer)


@pytest.fixture
def friendly(start_notebook_server: Any) -> Place:
    """A notebook server whose owner lets pages of other sites in, and has a policy of their own."""
    policy = {"Content-Security-Policy": "frame-ancestors 'none'"}
    config = {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_tornchat": True},
            "allow_origin": "*",
            "allow_credentials": True,
            "tornado_settings": {"headers": {"Access-Control-Allow-Origin": "*", **policy}},
        },
    }
    return Place(start_notebook_server(config=config), "tornchat/")


async def test_S08_pages_of_other_sites_read_nothing_whatever_jupyter_lets_them(
    friendly: Place,
) -> None:
    token = ("Authorization", f"token {friendly.server.token}")
    for headers in ([], [token], list(friendly.person("ann").items())):
        for address in ("", "api/health", "api/rooms", "nothing"):
            answer = await friendly.ask("GET", address, [*headers, ("Origin", "http://evil.test")])
            for name in NEVER:
                assert name not in answer.headers
            # Where the owner has a policy, both hold.
            assert answer.headers.get_all("Content-Security-Policy") == [
                ALWAYS["Content-Security-Policy"],
                "frame-ancestors 'none'",
            ]


# --------------------------------------------------------------------------- connections


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_who_is_turned_away_before_the_body_is_told_that_the_server_hangs_up(
    place: Place, method: str
) -> None:
    body = b"" if method == "GET" else b'{"name": "trent"}'
    stranger = await place.ask(method, "api/me", [], body)
    assert (stranger.status, stranger.headers["Connection"]) == (403, "close")
    raw = await place.connect()
    me = [("Host", place.host), *place.person("trent").items()]
    for _ in range(2):
        await raw.send(request("GET", place.path("api/me"), me))
        known = await raw.answer()
        assert known
        assert (known.status, known.headers["Connection"]) == (200, None)


# ------------------------------------------------------------------------------- tokens


async def test_S07_the_token_leaves_the_address_at_once(places: dict[str, Place]) -> None:
    place = places[NOTEBOOK]
    answer = await place.ask("GET", f"?token={place.server.token}&room=lobby")
    assert answer.status == 302
    assert answer.headers["Location"].startswith(place.path(""))
    assert "token" not in answer.headers["Location"]


async def test_S07_who_is_sent_to_sign_in_takes_no_token_along(places: dict[str, Place]) -> None:
    answer = await places[NOTEBOOK].ask("GET", "?token=wrong&room=lobby")
    assert answer.status == 302
    assert "wrong" not in answer.headers["Location"]


async def test_S07_no_page_of_ours_has_a_token_or_leads_elsewhere(place: Place) -> None:
    token = place.server.token or "no token here"
    for headers in (place.person("ann").items(), [("Authorization", f"token {token}")]):
        for address in ("", "login", "login?next=//evil.test", "?next=//evil.test"):
            answer = await place.ask("GET", address, headers)
            page = answer.body.decode()
            assert token not in page + str(answer.headers)
            assert "evil.test" not in page + str(answer.headers)
            links = re.findall(r'(?:src|href|action)="([^"]*)"', page)
            assert [link for link in links if re.match(r"(?!data:)[a-z]*:|/", link)] == []


ELSEWHERE = ("//evil.test", "///evil.test", "/\\evil.test", "https:///evil.test", "%2f%2fevil.test")


@pytest.mark.parametrize("next_page", ELSEWHERE)
async def test_S07_signing_in_leads_to_the_page_and_nowhere_else(
    place: Place, next_page: str
) -> None:
    me = [*place.person("ann").items(), ("Content-Type", "application/x-www-form-urlencoded")]
    body = f"name=ann&next={next_page}".encode()
    answer = await place.ask("POST", f"login?next={next_page}", me, body)
    assert (answer.status, answer.headers["Location"]) == (302, place.path(""))
