"""Places to attack: a notebook server and an open chat server, one of each for all tests.

Nothing is limited by rate there, so that a test meets the very rule it is about; tests of the
limits start servers of their own.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

import servers
from client import Client
from raw import Answer, Headers, Raw, ask, request, upgrade
from servers import Home, Server


class Place:
    """A server with the chat on it, as a client meets it that need not mean well.

    Args:
        server: it runs.
        prefix: where the chat lies below the server's base URL.
    """

    def __init__(self, server: Server, prefix: str) -> None:
        self.server = server
        self.prefix = prefix
        self.host = f"127.0.0.1:{server.port}"
        self._people: dict[str, dict[str, str]] = {}
        self._connections: list[Raw] = []

    def path(self, address: str) -> str:
        return f"{self.server.base_url}{self.prefix}{address}"

    @property
    def socket_url(self) -> str:
        return self.server.socket_url(f"{self.prefix}chat")

    def person(self, name: str) -> dict[str, str]:
        """The headers with which somebody of this name comes back: their cookies, and `_xsrf`."""
        if name not in self._people:
            self._people[name] = self._enter(name)
        return self._people[name]

    def forget(self, name: str) -> None:
        """Whoever asks for this person again gets them anew."""
        del self._people[name]

    def _enter(self, name: str) -> dict[str, str]:
        if not self.prefix:
            with self.server.enter(name) as client:
                return servers.cookie_header(client) | xsrf(client)
        with self.server.sign_in() as client:
            client.put(f"{self.prefix}api/me", json={"name": name}).raise_for_status()
            return servers.cookie_header(client) | xsrf(client)

    # -------------------------------------------------------------------------- bytes

    async def connect(self, unread: int | None = None) -> Raw:
        """A TCP connection, closed when the test ends."""
        raw = await Raw.connect(self.server.port, unread)
        self._connections.append(raw)
        return raw

    async def disconnect(self) -> None:
        """Close what is still open."""
        connections, self._connections = self._connections, []
        await asyncio.gather(*(raw.close() for raw in connections))

    async def ask(
        self, method: str, address: str, headers: Headers = (), body: bytes = b""
    ) -> Answer:
        """One request to the chat."""
        return await ask(self.server.port, method, self.path(address), headers, body)

    async def open(self, name: str, unread: int | None = None) -> Raw:
        """A socket of a person, upgraded, whose frames are then up to the test."""
        raw = await self.connect(unread)
        headers = [("Host", self.host), *upgrade(), *self.person(name).items()]
        await raw.send(request("GET", self.path("chat"), headers))
        answer = await raw.answer()
        assert answer, "the server hung up"
        assert answer.status == 101, answer
        return raw

    # ------------------------------------------------------------------ what is seen inside

    def entries(self) -> int:
        """Entries that the log holds."""
        return self._one("SELECT max(offset) FROM entries")

    def newest_text(self, room: str) -> str:
        """The newest text of a room as it is kept."""
        return self._one(
            "SELECT json_extract(body, '$.text') FROM entries"
            " WHERE kind = 'said' AND room = ? ORDER BY seq DESC LIMIT 1",
            room,
        )

    def _one(self, question: str, *values: Any) -> Any:
        db = sqlite3.connect(self.server.home.data / "tornchat" / "chat.db")
        try:
            return db.execute(question, values).fetchone()[0]
        finally:
            db.close()


def xsrf(client: Any) -> dict[str, str]:
    return {"X-XSRFToken": client.headers["X-XSRFToken"]}


class Bystanders:
    """Two people who only want to talk. `stored` is what a test may have added to the log."""

    def __init__(self, place: Place, speaks: Client, hears: Client) -> None:
        self.place = place
        self.speaks = speaks
        self.hears = hears
        self.stored = 0
        self._entries = place.entries()
        self._logged = len(place.server.log())

    async def check(self) -> None:
        """They still hear each other, nothing else was kept, and the server is unmoved."""
        id = await self.speaks.send("are you there?")
        await self.hears.expect("message", id=id)
        assert self.place.entries() == self._entries + self.stored + 1
        logged = self.place.server.log()[self._logged :]
        assert "Traceback" not in logged, logged


NOTEBOOK, GUESTS = "notebook", "guests"
unharmed = pytest.mark.usefixtures("bystanders")
at_one_place = pytest.mark.parametrize("place", [GUESTS], indirect=True)
"""For what both servers do with the very same lines."""


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Place]]:
    homes = [Home(tmp_path_factory.mktemp(name)) for name in (NOTEBOOK, GUESTS)]
    unlimited = {"TornChat": {"message_rate": 0}}
    notebook = servers.notebook_server(homes[0], config=unlimited)
    chat = servers.chat_server(homes[1], "--guests=open", "--ChatServer.message_rate=0")
    try:
        yield {
            NOTEBOOK: Place(notebook.start(), "tornchat/"),
            GUESTS: Place(chat.start(), ""),
        }
    finally:
        notebook.stop()
        chat.stop()


@pytest.fixture(params=[NOTEBOOK, GUESTS])
def place(
    request: pytest.FixtureRequest, places: dict[str, Place], jp_asyncio_loop: Any
) -> Iterator[Place]:
    """Each of the two in turn."""
    place = places[request.param]
    yield place
    jp_asyncio_loop.run_until_complete(place.disconnect())


@pytest.fixture
def bystanders(
    place: Place, connect: Callable[..., Awaitable[Client]], jp_asyncio_loop: Any
) -> Iterator[Bystanders]:
    """Whatever the test does: nobody else notices, and nothing of it stays."""

    async def come() -> Bystanders:
        speaks, hears = await asyncio.gather(
            *(connect(place.socket_url, headers=place.person(name)) for name in ("ann", "ben"))
        )
        await asyncio.gather(speaks.join(), hears.join())
        return Bystanders(place, speaks, hears)

    found = jp_asyncio_loop.run_until_complete(come())
    yield found
    jp_asyncio_loop.run_until_complete(found.check())
