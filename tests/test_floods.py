"""Who is faster than the rate allows is told so; who floods is cut off; nobody else notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

import servers
from client import Client
from jupyter_tornchat.protocol import Close
from places import Place, at_one_place
from raw import CONTINUATION, PING, PONG, Raw, frame
from servers import Home

RATE = 1
"""Messages a second; a burst is 3 seconds of them."""
FRAMES = max(60, 12 * RATE)
"""A burst of frames; more than three of them at once are a flood."""
JOIN = frame({"type": "join", "room": "lobby"})


@pytest.fixture(scope="module")
def limited_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = Home(tmp_path_factory.mktemp("limited"))
    server = servers.chat_server(home, "--guests=open", f"--ChatServer.message_rate={RATE}")
    yield Place(server.start(), "")
    server.stop()


@pytest.fixture
def limited(limited_server: Place, jp_asyncio_loop: Any) -> Iterator[Place]:
    yield limited_server
    jp_asyncio_loop.run_until_complete(limited_server.disconnect())


def say(number: int, who: str) -> bytes:
    return frame({"type": "send", "room": "lobby", "id": f"{who}-{number}", "text": "x"})


async def in_lobby(place: Place, name: str) -> Raw:
    raw = await place.open(name)
    await raw.send(JOIN)
    await raw.expect("joined")
    return raw


async def test_flood_of_messages_is_too_fast(limited: Place) -> None:
    """A burst is let through; one more is refused, says when to try again, and is not kept."""
    raw = await in_lobby(limited, "hasty")
    before = limited.entries()
    await raw.send(b"".join(say(number, "hasty") for number in range(3 * RATE + 1)))
    no = await raw.expect("rejected")
    assert (no["code"], no["id"]) == ("too_fast", f"hasty-{3 * RATE}")
    assert 0 < no["retry_after"] <= 1 / RATE
    await raw.expect("message", id=f"hasty-{3 * RATE - 1}")
    assert limited.entries() == before + 3 * RATE

    # It is the person who is too fast, not the connection, and by whatever door.
    body = json.dumps({"id": "hasty-http", "text": "x"}).encode()
    me = limited.person("hasty").items()
    answer = await limited.ask("POST", "api/rooms/lobby/messages", me, body)
    assert (answer.status, answer.code) == (429, "too_fast")
    assert json.loads(answer.body)["retry_after"] > 0
    other = await in_lobby(limited, "hasty")
    await other.send(say(99, "hasty"))
    await other.expect("rejected", code="too_fast", id="hasty-99")


FLOODS = {
    "frames": frame({"type": "heartbeat"}),
    "messages": say(0, "flood"),
    "joins": JOIN,
    "pings": frame(b"", PING),
    "pongs": frame(b"", PONG),
}


@pytest.mark.parametrize("kind", FLOODS)
async def test_flood_ends_the_socket(limited: Place, kind: str) -> None:
    """More than three bursts of frames, and pings and pongs are frames."""
    raw = await limited.open(f"ends-{kind}"[:32])
    await raw.send(FLOODS[kind] * 4 * FRAMES)
    assert await raw.ended() == Close.TOO_FAST


@pytest.mark.parametrize("kind", FLOODS)
async def test_flood_is_noticed_by_nobody_else(
    limited: Place, connect: Callable[..., Awaitable[Client]], kind: str
) -> None:
    """It is cut off without another word read, and a bystander hears and is heard."""
    bystander = await connect(limited.socket_url, headers=limited.person(f"by-{kind}"))
    await bystander.join()
    raw = await limited.open(kind)
    before = limited.entries()
    await raw.send(FLOODS[kind] * 20_000)
    id = await bystander.send("still here")
    await bystander.expect("message", id=id)
    await raw.ended()
    assert limited.entries() == before + 1
    assert "Traceback" not in limited.server.log()


async def test_flood_of_what_is_no_frame_ends_sooner(limited: Place) -> None:
    raw = await limited.open("babbles")
    await raw.send(frame("x") * FRAMES)
    assert await raw.ended() == Close.PROTOCOL_ERROR


@at_one_place
async def test_flood_is_none_where_the_rate_is_0(place: Place) -> None:
    """`message_rate=0` lifts every limit of rate."""
    raw = await in_lobby(place, "free")
    await raw.send(frame(b"", PING) * 1000 + frame({"type": "heartbeat"}) * 1000)
    await raw.send(b"".join(say(number, "free") for number in range(300)))
    await raw.expect("message", id="free-299")


ENDLESS = {
    "pings": frame(b"x" * 100, PING),
    "parts of a message that never ends": frame(b"", CONTINUATION, fin=False),
}


@pytest.mark.parametrize("kind", ENDLESS)
@at_one_place
async def test_flood_where_the_rate_is_0_leaves_others_their_turn(place: Place, kind: str) -> None:
    """They are heard while it goes on; tornado before 6.6 would read nothing but the flood."""
    raw = await in_lobby(place, "endless")
    await raw.send(frame(b"", fin=False))

    async def flood() -> None:
        while True:
            await raw.send(ENDLESS[kind] * 10_000)

    flooding = asyncio.create_task(flood())
    other = await in_lobby(place, "others")
    id = f"others-{kind[0]}"
    await other.send(frame({"type": "send", "room": "lobby", "id": id, "text": "x"}))
    await other.expect("message", id=id)
    flooding.cancel()
