"""S-06: what changes something needs the `_xsrf` that only our own pages can read."""

from __future__ import annotations

import json

import pytest

from jupyter_tornchat.protocol import LIMITS
from places import GUESTS, Place, unharmed

CHANGES: dict[str, tuple[str, str, bytes]] = {
    "say": ("POST", "api/rooms/lobby/messages", b'{"id": "xsrf", "text": "x"}'),
    "upload a file": ("POST", "api/rooms/lobby/files?name=x", b"x"),
    "edit": ("PATCH", "api/rooms/lobby/messages/1", b'{"id": "xsrf", "text": "x"}'),
    "delete": ("DELETE", "api/rooms/lobby/messages/1", b'{"id": "xsrf"}'),
    "delete by query": ("DELETE", "api/rooms/lobby/messages/1?id=xsrf", b""),
    "open a room": ("POST", "api/rooms", b'{"room": "xsrf"}'),
    "say a name": ("PUT", "api/me", b'{"name": "trudy"}'),
    "sign out": ("DELETE", "api/me", b""),
    "enter by the form": ("POST", "login", b"name=trudy"),
}

FORGED: dict[str, dict[str, str | None]] = {
    "no _xsrf": {"X-XSRFToken": None},
    "empty _xsrf": {"X-XSRFToken": ""},
    "wrong _xsrf": {"X-XSRFToken": "2|00000000|00000000000000000000000000000000|1700000000"},
    "plain text": {"X-XSRFToken": None, "Content-Type": "text/plain"},
    "form": {"X-XSRFToken": None, "Content-Type": "application/x-www-form-urlencoded"},
    "another method by header": {"X-XSRFToken": None, "X-HTTP-Method-Override": "GET"},
    "an empty key of a program": {"X-XSRFToken": None, "Authorization": "tornchat "},
    "a wrong token": {"X-XSRFToken": None, "Authorization": "token wrong"},
}


def changed(headers: dict[str, str], changes: dict[str, str | None]) -> list[tuple[str, str]]:
    found = headers | changes
    return [(name, value) for name, value in found.items() if value is not None]


@unharmed
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
@pytest.mark.parametrize(("method", "address", "body"), CHANGES.values(), ids=CHANGES)
async def test_S06_nothing_changes_without_xsrf(
    place: Place, method: str, address: str, body: bytes, forged: dict[str, str | None]
) -> None:
    me = changed(place.person("mallory"), forged)
    answer = await place.ask(method, address, me, body)
    assert (answer.status, answer.code) == (403, "forbidden")
    assert "Set-Cookie" not in answer.headers
    who = await place.ask("GET", "api/me", place.person("mallory").items())
    assert json.loads(who.body)["user"]["name"] == "mallory"


@unharmed
@pytest.mark.parametrize(("method", "address", "body"), CHANGES.values(), ids=CHANGES)
async def test_S06_nothing_changes_with_the_xsrf_of_somebody_else(
    place: Place, method: str, address: str, body: bytes
) -> None:
    other = place.person("ann")["X-XSRFToken"]
    me = changed(place.person("mallory"), {"X-XSRFToken": other})
    assert (await place.ask(method, address, me, body)).status == 403


@unharmed
async def test_S06_a_cookie_of_ones_own_making_is_not_enough(
    places: dict[str, Place], place: Place
) -> None:
    """Whoever sets the cookie and the header alike is a stranger still."""
    me = [("Cookie", "_xsrf=made-up"), ("X-XSRFToken", "made-up")]
    for method, address, body in CHANGES.values():
        answer = await place.ask(method, address, me, body)
        enters = place is places[GUESTS] and address == "login"
        assert answer.status == (400 if enters else 403)  # 400: it is asked for a name again


@unharmed
async def test_S06_a_body_is_no_query(place: Place) -> None:
    """`_xsrf` in the body of a request that is no form proves nothing."""
    xsrf = place.person("mallory")["X-XSRFToken"]
    body = json.dumps({"_xsrf": xsrf, "id": "xsrf", "text": "x"}).encode()
    me = changed(place.person("mallory"), {"X-XSRFToken": None})
    assert (await place.ask("POST", "api/rooms/lobby/messages", me, body)).status == 403


@unharmed
async def test_S06_a_body_that_is_too_long_changes_nothing(place: Place) -> None:
    body = b'{"id": "xsrf", "text": "' + b"a" * LIMITS.frame_bytes + b'"}'
    me = place.person("mallory").items()
    answer = await place.ask("POST", "api/rooms/lobby/messages", me, body)
    assert (answer.status, answer.code) == (413, "too_long")
