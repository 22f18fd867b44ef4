"""WebSocket frames that are none (RFC 6455): the socket ends or says no, and nobody else notices.

The numbers are those of the catalogue of bad input: 20-38 are frames. tornado reads the frames;
where it is laxer than the RFC (it takes unmasked frames and gives odd close codes back) or ends
the socket without a code, these tests write down what it does.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from client import Client
from jupyter_tornchat.protocol import LIMITS, Close
from places import Bystanders, Place, at_one_place, unharmed
from raw import BINARY, CLOSE, PING, PONG, Raw, frame

FULL = LIMITS.frame_bytes
HEARTBEAT = frame({"type": "heartbeat", "ref": "alive"})
BOMB = zlib.compress(b"a" * 10_000_000)[2:-4]


class Bad(NamedTuple):
    """Bytes, and the code with which the socket ends; None: without one."""

    code: int | None
    data: bytes


ENDING = {
    **{f"21 RSV {bits}": Bad(None, frame("{}", rsv=bits)) for bits in (1, 2, 4, 7)},
    **{
        f"22 opcode {opcode}": Bad(None, frame("{}", opcode))
        for opcode in (*range(3, 8), *range(11, 16))
    },
    "23 ping in pieces": Bad(None, frame("", PING, fin=False)),
    "23 ping of 126 bytes": Bad(None, frame("a" * 126, PING)),
    "24 continues nothing": Bad(None, frame("a", 0)),
    "24 begins anew within": Bad(None, frame("a", fin=False) + frame("b")),
    "25 200,000 pieces": Bad(
        Close.TOO_BIG, frame("{", fin=False) + frame(" ", 0, fin=False) * 200_000
    ),
    "26 2^63-1 bytes": Bad(Close.TOO_BIG, frame("", size=2**63 - 1)),
    "26 2^64-1 bytes": Bad(Close.TOO_BIG, frame("", size=2**64 - 1)),
    "27 one byte too long": Bad(Close.TOO_BIG, frame(b"a" * (FULL + 1))),
    "27 one byte too long in two": Bad(
        Close.TOO_BIG, frame(b"a" * FULL, fin=False) + frame("a", 0)
    ),
    "28 bomb, not negotiated": Bad(None, frame(BOMB, rsv=4)),
    "30 compressed, not negotiated": Bad(None, frame(zlib.compress(b"{}"), rsv=4)),
    "31 surrogate": Bad(None, frame(b'"\xed\xa0\x80"')),
    "31 overlong": Bad(None, frame(b'"\xc0\xaf"')),
    "31 cut at the end of a piece": Bad(None, frame(b'"\xf0\x9f', fin=False) + frame(b'"', 0)),
    "32 ten binary frames": Bad(Close.PROTOCOL_ERROR, frame("{}", BINARY) * LIMITS.bad_frames),
    "33 ten empty frames": Bad(Close.PROTOCOL_ERROR, frame("") * LIMITS.bad_frames),
    **{
        f"34 close {code}": Bad(code, frame(struct.pack("!H", code), CLOSE))
        for code in (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535)
    },
    "34 close with one byte": Bad(None, frame("a", CLOSE)),
    "34 close for a reason of no text": Bad(None, frame(b"\x03\xe8\xff", CLOSE)),
    "34 close for a reason of 124 bytes": Bad(None, frame(b"\x03\xe8" + b"a" * 124, CLOSE)),
    "35 data after close": Bad(1000, frame(b"\x03\xe8", CLOSE) + HEARTBEAT),
}


@at_one_place
@pytest.mark.parametrize("case", ENDING.values(), ids=ENDING)
@unharmed
async def test_bad_frame_ends_the_socket(place: Place, case: Bad) -> None:
    raw = await place.open("mallory")
    await raw.send(case.data)
    assert await raw.ended() == case.code


REFUSED = {
    "27 as long as may be": frame(b"a" * FULL),
    "32 binary": frame('{"type": "heartbeat"}', BINARY),
    "33 empty": frame(b""),
    "25 50,000 pieces": frame("{", fin=False) + frame(" ", 0, fin=False) * 50_000 + frame("}", 0),
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
@unharmed
async def test_bad_frame_is_rejected_and_the_socket_lives(place: Place, data: bytes) -> None:
    raw = await place.open("mallory")
    await raw.send(data + HEARTBEAT)
    await raw.expect("rejected", code="bad_frame")
    await raw.expect("heartbeat", ref="alive")


@unharmed
async def test_bad_frame_20_unmasked_is_read(place: Place) -> None:
    """tornado's own way; a browser cannot send one, so no page can make use of it."""
    raw = await place.open("mallory")
    await raw.send(frame('{"type": "heartbeat", "ref": "bare"}', masked=False))
    await raw.expect("heartbeat", ref="bare")


@unharmed
async def test_bad_frame_36_unasked_pongs_are_nothing(place: Place) -> None:
    raw = await place.open("mallory")
    await raw.send(frame("", PONG) * 1000 + HEARTBEAT)
    await raw.expect("heartbeat", ref="alive")


async def test_bad_frame_37_half_a_frame_and_gone(
    places: dict[str, Place], connect: Callable[..., Awaitable[Client]]
) -> None:
    """With a goodbye of TCP or without: who went in the middle of a frame has left the room."""

    async def go(place: Place) -> None:
        stays = await connect(place.socket_url, headers=place.person("ann"))
        await stays.join()
        ids = []
        for name, how in (("mallory", "FIN"), ("trudy", "RST")):
            raw = await place.open(name)
            ids.append((await raw.expect("welcome"))["user"]["id"])
            await raw.send(frame({"type": "join", "room": "lobby"}))
            await raw.expect("joined")
            await raw.send(frame("a" * 1000)[:500])
            if how == "RST":
                reset_on_close(raw)
            await raw.close()
        while ids:
            left = (await stays.expect("presence"))["left"]
            ids = [id for id in ids if id not in left]

    await asyncio.gather(*(go(place) for place in places.values()))


def reset_on_close(raw: Raw) -> None:
    line = raw.writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@at_one_place
async def test_bad_frame_38_who_never_reads_is_slow(place: Place, bystanders: Bystanders) -> None:
    """What waits for it is bounded, so it is closed, and everyone else gets all of it."""
    count = 400  # 9.6 MB: more than the system's own buffers for one connection hold
    raw = await place.open("mallory", unread=65536)
    await raw.send(frame({"type": "join", "room": "lobby"}))
    ids = [await bystanders.speaks.send("界" * 8_000) for _ in range(count)]
    for id in ids:
        await bystanders.hears.expect("message", id=id)
    bystanders.stored = count
    assert await raw.ended() == Close.SLOW
