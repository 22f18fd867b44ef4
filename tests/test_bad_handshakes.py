"""Handshakes that are none: each gets its status, and nobody else notices.

The numbers are those of the catalogue of bad input: 1-19 are handshakes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pytest

from jupyter_tornchat.protocol import Close
from places import GUESTS, NOTEBOOK, Place, unharmed
from raw import PING, frame, request, upgrade

BACKSLASHES = 'x="' + '\\"' * 4000 + '"'
MANY = ", ".join(f"tornchat.v{number}" for number in range(2, 1002))


class Bad(NamedTuple):
    """What is odd about a handshake, and its answer. `status` None: the server hangs up."""

    status: int | None
    changes: Mapping[str, str | None] = MappingProxyType({})
    more: Sequence[tuple[str, str]] = ()
    query: str = ""
    method: str = "GET"


CASES = {
    "01 no upgrade": Bad(400, {"Upgrade": None}),
    "02 h2c": Bad(400, {"Upgrade": "h2c"}),
    "03 connection close": Bad(400, {"Connection": "close"}),
    "04 no key": Bad(400, {"Sec_WebSocket_Key": None}),
    "05 no version": Bad(426, {"Sec_WebSocket_Version": None}),
    "05 version 99": Bad(426, {"Sec_WebSocket_Version": "99"}),
    "06 POST": Bad(405, method="POST"),
    "08 two hosts": Bad(400, more=[("Host", "evil.test")]),
    "09 two origins": Bad(403, more=[("Origin", "http://evil.test"), ("Origin", "null")]),
    "10 null": Bad(403, more=[("Origin", "null")]),
    "10 empty": Bad(403, more=[("Origin", "")]),
    "10 no host": Bad(403, more=[("Origin", "http://")]),
    "10 half an address": Bad(403, more=[("Origin", "http://[::1")]),
    "10 long": Bad(403, more=[("Origin", "http://" + "a" * 8192)]),
    "10 NUL": Bad(400, more=[("Origin", "http://evil.test\0")]),
    "10 a line within": Bad(403, more=[("Origin", "http://evil.test\nX: y")]),
    "11 a thousand unknown": Bad(400, {"Sec_WebSocket_Protocol": MANY}),
    "11 ours behind a thousand": Bad(101, {"Sec_WebSocket_Protocol": MANY + ", tornchat.v1"}),
    "11 unknown": Bad(400, {"Sec_WebSocket_Protocol": "soap"}),
    "11 twice": Bad(101, {"Sec_WebSocket_Protocol": "tornchat.v1, tornchat.v1"}),
    "11 empty items": Bad(101, {"Sec_WebSocket_Protocol": ", ,tornchat.v1,"}),
    # Compression is never negotiated, so nothing that is asked of it matters.
    "12 window 0": Bad(
        101, {"Sec_WebSocket_Extensions": "permessage-deflate; server_max_window_bits=0"}
    ),
    "12 window abc": Bad(
        101, {"Sec_WebSocket_Extensions": "permessage-deflate; server_max_window_bits=abc"}
    ),
    "12 unknown": Bad(101, {"Sec_WebSocket_Extensions": "permessage-deflate; bogus"}),
    "12 half a string": Bad(101, {"Sec_WebSocket_Extensions": 'permessage-deflate; x="'}),
    "13 60 KiB": Bad(101, {"Sec_WebSocket_Extensions": "permessage-deflate," * 3200}),
    "14 NUL": Bad(400, query="room=%00"),
    "14 not UTF-8": Bad(400, query="room=%ff"),
    "14 no room's name": Bad(400, query="room=../../etc"),
    "15 too many arguments": Bad(400, query="&".join(f"a{n}=1" for n in range(2000))),
    "17 5,000 headers": Bad(None, more=[(f"X-{n}", "a" * 20) for n in range(5000)]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@unharmed
async def test_bad_handshake(place: Place, case: Bad) -> None:
    raw = await place.connect()
    headers = [("Host", place.host), *upgrade(**case.changes), *place.person("mallory").items()]
    target = place.path("chat") + (f"?{case.query}" if case.query else "")
    await raw.send(request(case.method, target, [*headers, *case.more]))
    answer = await raw.answer()
    assert (answer and answer.status) == case.status
    if case.status == 426:
        assert answer
        assert "13" in answer.headers["Sec-WebSocket-Version"].split(", ")


STRANGE = {
    "14 no token": "token=",
    "14 two tokens": "token=&token=x",
    "14 10 KiB": "token=" + "a" * 10_240,
    "14 not UTF-8": "token=%ff",
    "14 NUL": "token=%00",
}


@pytest.mark.parametrize("query", STRANGE.values(), ids=STRANGE)
@unharmed
async def test_bad_handshake_with_a_token_that_is_none(place: Place, query: str) -> None:
    raw = await place.connect()
    await raw.send(request("GET", f"{place.path('chat')}?{query}", host(place) + upgrade()))
    answer = await raw.answer()
    assert answer
    # The chat server of its own knows no such argument, Jupyter reads it.
    undecodable = query.endswith("%ff") and place.prefix
    assert answer.status == (400 if undecodable else 403)


@unharmed
async def test_bad_handshake_16_a_cookie_of_backslashes(place: Place) -> None:
    answer = await place.ask("GET", "chat", [*upgrade(), ("Cookie", BACKSLASHES)])
    assert answer.status == 403


@unharmed
async def test_bad_handshake_07_a_body_smuggles_no_request(place: Place) -> None:
    """What stands in the body is no request; what stands behind it is one, and is answered
    alone."""
    hidden = request("GET", place.path("api/rooms"), host(place))
    behind = request("GET", place.path("api/health"), host(place))
    raw = await place.connect()
    await raw.send(request("GET", place.path("chat"), host(place), hidden) + behind)
    first, second = await raw.answer(), await raw.answer()
    assert first
    assert second
    assert first.status == 403
    assert (second.status, second.body) == (200, b'{"ok":true}')


async def test_bad_handshake_18_silence_ends(places: dict[str, Place]) -> None:
    """Who says nothing for ten seconds, pings or not, is sent away."""
    silent = [await places[where].open("mallory") for where in (NOTEBOOK, GUESTS)]
    await silent[0].send(frame(b"", PING))
    assert await asyncio.gather(*(raw.ended() for raw in silent)) == [Close.PROTOCOL_ERROR] * 2
    await asyncio.gather(*(place.disconnect() for place in places.values()))


@unharmed
async def test_bad_handshake_19_half_a_request_delays_nobody(place: Place) -> None:
    half = request("GET", place.path("chat"), host(place))[:-3]
    for _ in range(100):
        await (await place.connect()).send(half)


def host(place: Place) -> list[tuple[str, str]]:
    return [("Host", place.host)]
