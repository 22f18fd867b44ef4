"""Hooks: who is told what, signed, at least once, and S-14: nobody who should not be.

The other side is a real HTTP server on this machine.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import inspect
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.netutil import bind_sockets

from house import ANN
from jupyter_tornchat import teller
from jupyter_tornchat.chat import Chat
from jupyter_tornchat.grants import place_key
from jupyter_tornchat.protocol import LIMITS, Delete, Refusal, Send, User
from jupyter_tornchat.settings import Settings
from jupyter_tornchat.sight import ALL
from test_address import HOSTS, URLS

BOT = User("program:bot", "bot", "program")
HERE = ("127.0.0.0/8", "::1/128")
LOG = logging.getLogger("test")


class Told(NamedTuple):
    """One request that came."""

    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return json.loads(self.body)["data"]["text"]


class Receiver:
    """Somebody else's service. `answers` are what it says, the last one again and again: a status,
    or a status with a text, or None for no answer at all."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.answers: list[Any] = [200]
        self.more: dict[str, str] = {}
        self.connections = 0
        self._news = asyncio.Event()

    def __call__(self, request: HTTPServerRequest) -> None:
        self.told.append(Told(request.headers, request.body))
        self._news.set()
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if answer is None:
            return
        status, text = answer if isinstance(answer, tuple) else (answer, "")
        more = "".join(f"{name}: {value}\r\n" for name, value in self.more.items())
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(text.encode())}\r\n{more}\r\n"
        assert request.connection is not None
        request.connection.stream.write(head.encode() + text.encode())  # type: ignore[attr-defined]

    async def texts(self, count: int) -> list[str]:
        """What it was told, once that is so much."""
        await until(lambda: len(self.told) >= count)
        return [told.text for told in self.told]


async def until(condition: Callable[[], Any]) -> None:
    """Wait until it is true, or what it gives to be awaited is."""
    async with asyncio.timeout(10):
        while not (await found if inspect.isawaitable(found := condition()) else found):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(
    address: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[tuple[Receiver, int]]:
    receiver = Receiver()
    (sock,) = bind_sockets(port, address)

    class Counted(HTTPServer):
        def handle_stream(self, *args: Any) -> None:
            receiver.connections += 1
            super().handle_stream(*args)

    server = Counted(receiver)
    server.add_sockets([sock])
    yield receiver, sock.getsockname()[1]
    server.stop()
    await server.close_all_connections()


@asynccontextmanager
async def chatting(folder: Path, networks: tuple[str, ...] = HERE) -> AsyncIterator[Chat]:
    storage = f"sqlite:///{folder}/chat.db"
    settings = Settings(storage=storage, webhook_networks=list(networks), message_rate=0)
    chat = Chat(settings, LOG)
    await chat.start()
    assert not chat.trouble
    try:
        yield chat
    finally:
        await chat.stop()


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teller, "FIRST_SECONDS", 0.01)
    monkeypatch.setattr(teller, "LONGEST_SECONDS", 0.02)


async def say(chat: Chat, text: str, user: User = ANN, room: str = "lobby") -> int:
    frame = Send(room=room, id=hashlib.sha256(f"{text}{user}".encode()).hexdigest(), text=text)
    return (await chat.hub.publish(user, frame)).entry.seq


# ------------------------------------------------------------------------------------- told


async def test_what_people_say_is_told_signed_in_order_and_nothing_else_is(tmp_path: Path) -> None:
    async with chatting(tmp_path) as chat, listening() as (receiver, port):
        await chat.hub.open_room(ANN, "other", "Other")
        await say(chat, "before the hook")
        made = await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/in?token=secret")
        await say(chat, "from a program", BOT)
        await say(chat, "elsewhere", room="other")
        gone = await say(chat, "one")
        for n in range(2, 6):
            await say(chat, f"{n}: 数据 <b>")
        expected = ["one", *(f"{n}: 数据 <b>" for n in range(2, 6))]
        assert await receiver.texts(5) == expected
        first = receiver.told[0]
        sent = json.loads(first.body)
        assert sent["type"] == "message"
        assert sent["timestamp"].endswith("+00:00")
        stored = await chat.view.message("lobby", gone, ALL)
        assert sent["data"]["seq"] == stored.seq
        assert sent["data"]["user"] == {"id": ANN.id, "name": ANN.name, "kind": ANN.kind} | (
            {"declared": True} if ANN.declared else {}
        )
        assert made.host == f"http://127.0.0.1:{port}"
        assert made.secret.startswith("whsec_")
        for told in receiver.told:
            id, at = told.headers["webhook-id"], told.headers["webhook-timestamp"]
            key = base64.b64decode(made.secret.removeprefix("whsec_"))
            content = id.encode() + b"." + at.encode() + b"." + told.body
            signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
            assert told.headers["webhook-signature"] == f"v1,{signature}"
            assert "cookie" not in {name.lower() for name in told.headers}
        assert len({told.headers["webhook-id"] for told in receiver.told}) == 5
        (listed,) = await chat.hooks.of("lobby")
        assert (listed.id, listed.host, listed.secret, listed.trouble) == (
            made.id,
            made.host,
            "",
            "",
        )


async def test_what_was_not_taken_is_told_again_under_the_same_id_and_a_restart_goes_on(
    tmp_path: Path,
) -> None:
    async with listening() as (receiver, port):
        receiver.answers = [500, 302, 404, 200]
        receiver.more = {"Location": f"http://127.0.0.1:{port}/elsewhere"}
        async with chatting(tmp_path) as chat:
            made = await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/")
            await say(chat, "tried")
            assert await receiver.texts(4) == ["tried"] * 4
            assert len({told.headers["webhook-id"] for told in receiver.told}) == 1
            receiver.answers = [503]
            await say(chat, "not yet")
            await receiver.texts(6)
            (listed,) = await chat.hooks.of("lobby")
            assert (listed.trouble, listed.over) == ("the answer was 503", False)
        async with chatting(tmp_path) as chat:
            await say(chat, "later")
            receiver.answers = [200]
            count = len(receiver.told)
            await until(lambda: receiver.told[-1].text == "later")
            assert [told.text for told in receiver.told[count:]][-2:] == ["not yet", "later"]

            async def calm() -> bool:
                return not (await chat.hooks.of("lobby"))[0].trouble

            await until(calm)
            await chat.hub.keys.revoke(ANN, "lobby", "hook", made.id)
            assert await chat.hooks.of("lobby") == []
            count = len(receiver.told)
            other = await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/")
            await say(chat, "after it was revoked")
            await receiver.texts(count + 1)
            assert receiver.told[-1].headers["webhook-id"].startswith(other.id)
            assert len(receiver.told) == count + 1


async def test_it_is_given_up_after_some_hours_or_when_the_other_side_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with chatting(tmp_path) as chat, listening() as (receiver, port):
        for answer in (410, 500):
            if answer == 500:
                monkeypatch.setattr(teller, "GIVE_UP_SECONDS", 0)
            receiver.answers = [answer]
            made = await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/?token=secret")
            await say(chat, f"to {answer}")

            async def over(id: str = made.id) -> bool:
                return any(hook.over for hook in await chat.hooks.of("lobby") if hook.id == id)

            await until(over)
            count = len(receiver.told)
            receiver.answers = [200]
            await say(chat, f"after {answer}")
            await chat.hub.keys.revoke(ANN, "lobby", "hook", made.id)
            assert len(receiver.told) == count
            assert (
                f"hook {made.id} of room lobby is given up: the answer was {answer}" in caplog.text
            )
    assert "secret" not in caplog.text


async def test_who_does_not_answer_delays_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(teller, "ANSWER_SECONDS", 0.2)
    async with (
        chatting(tmp_path) as chat,
        listening() as (mute, silent_port),
        listening() as (quick, port),
    ):
        mute.answers = [None]
        await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{silent_port}/")
        await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/")
        for n in range(5):
            await say(chat, f"{n}")
        assert await quick.texts(5) == [f"{n}" for n in range(5)]
        await mute.texts(2)
        (silent, fine) = await chat.hooks.of("lobby")
        assert (silent.trouble, fine.trouble) == ("no answer in 0 seconds", "")
        assert set(await mute.texts(3)) == {"0"}  # one at a time, in order
    assert not [record for record in caplog.records if record.name.startswith("tornado")]


async def test_what_nobody_foresaw_silences_it_for_a_moment_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with chatting(tmp_path) as chat, listening() as (receiver, port):
        made = await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/")
        await chat.hub.log.put(place_key(made.id), '{"kept by": "another version"}')
        await say(chat, "one")
        await until(lambda: f"hook {made.id} of room lobby could not be told" in caplog.text)
        await chat.hub.log.put(place_key(made.id), '{"seq": 0}')
        assert await receiver.texts(1) == ["one"]


async def test_a_message_that_was_taken_back_is_not_told(tmp_path: Path) -> None:
    async with chatting(tmp_path) as chat, listening() as (receiver, port):
        receiver.answers = [500]
        await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/")
        seq = await say(chat, "a slip of the tongue")
        await receiver.texts(1)
        await chat.hub.publish(ANN, Delete(room="lobby", seq=seq, id="d"))
        receiver.answers = [200]
        await say(chat, "what I meant")
        await until(lambda: receiver.told[-1].text == "what I meant")


async def test_what_it_answers_is_said_once_and_told_to_nobody(tmp_path: Path) -> None:
    async with chatting(tmp_path) as chat, listening() as (receiver, port):
        receiver.answers = [(500, ""), (200, '{"text": "pong"}')]
        await chat.hooks.make(ANN, "lobby", f"http://localhost:{port}/")
        await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/")
        seq = await say(chat, "ping")
        await receiver.texts(3)

        async def answers() -> list[Any]:
            found = (await chat.view.newer("lobby", seq, 10, ALL)).messages
            return [m for m in found if m.user.kind == "program"]

        async def both() -> bool:
            return len(await answers()) == 2

        await until(both)
        assert [(m.text, m.reply, m.hops) for m in await answers()] == [("pong", seq, 1)] * 2
        assert {m.user.name for m in await answers()} == {"localhost", "127.0.0.1"}
        for answer in (
            "",
            "no json",
            '{"text": 7}',
            '{"text": ""}',
            "[]",
            '{"text": "' + "x" * 9000,
        ):
            receiver.answers = [(200, answer)]
            count = len(receiver.told)
            await say(chat, f"to {answer[:20]}")
            await receiver.texts(count + 2)
        assert len(await answers()) == 2
        assert {told.text for told in receiver.told} & {"pong"} == set()


# --------------------------------------------------------------------------------- to nobody


async def test_S14_sixty_hostile_addresses_reach_nothing(tmp_path: Path) -> None:
    async with (
        chatting(tmp_path, ()) as chat,
        listening() as (four, port),
        listening("::1", port) as (six, _),
    ):
        urls = {*URLS, *(f"{s}://{h}:{port}/" for h in HOSTS for s in ("http", "https"))}
        assert len(urls) >= 60
        for url in urls:
            with pytest.raises(Refusal) as no:
                await chat.hooks.make(ANN, "lobby", url)
            assert no.value.code == "bad_address"
        assert await chat.hooks.of("lobby") == []
        assert four.connections == six.connections == 0


class Names:
    """What names mean, each time they are asked for; the last meaning stays."""

    def __init__(self, *meanings: str) -> None:
        self.meanings = list(meanings)
        self.asked = 0

    async def __call__(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked += 1
        at = self.meanings[0] if len(self.meanings) == 1 else self.meanings.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (at, port))]


async def test_S14_a_name_that_means_this_machine_later_reaches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names("93.184.216.34", "127.0.0.1", "10.0.0.1", "169.254.169.254", "127.0.0.1")
    async with chatting(tmp_path, ()) as chat, listening() as (receiver, port):
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names)
        await chat.hooks.make(ANN, "lobby", f"https://rebound.test:{port}/")
        await say(chat, "a secret")
        await until(lambda: names.asked >= 8)
        (listed,) = await chat.hooks.of("lobby")
        assert "may not be told anything" in listed.trouble
        assert receiver.connections == 0


async def test_S14_what_is_connected_to_is_the_address_that_was_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means another machine each time it is asked for is asked for once."""
    names = Names("127.0.0.2", "127.0.0.2", "127.0.0.1")
    async with (
        chatting(tmp_path, ("127.0.0.2/32",)) as chat,
        listening("127.0.0.2") as (looked_at, port),
        listening("127.0.0.1", port) as (other, _),
    ):
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names)
        await chat.hooks.make(ANN, "lobby", f"http://rebound.test:{port}/")
        assert names.asked == 1
        await say(chat, "told")
        assert await looked_at.texts(1) == ["told"]
        assert names.asked == 2
        assert looked_at.told[0].headers["Host"] == f"rebound.test:{port}"
        await say(chat, "never told")
        await until(lambda: names.asked >= 5)
        assert (len(looked_at.told), other.connections) == (1, 0)


async def test_S14_a_redirect_leads_nowhere(tmp_path: Path) -> None:
    async with (
        chatting(tmp_path, ("127.0.0.2/32",)) as chat,
        listening("127.0.0.2") as (receiver, port),
        listening("127.0.0.1") as (inside, inner),
    ):
        receiver.answers = [307]
        receiver.more = {"Location": f"http://127.0.0.1:{inner}/"}
        await chat.hooks.make(ANN, "lobby", f"http://127.0.0.2:{port}/")
        await say(chat, "x")
        await receiver.texts(2)
        (listed,) = await chat.hooks.of("lobby")
        assert listed.trouble == "the answer was 307"
        assert inside.connections == 0


async def test_without_a_hook_nobody_is_called_and_there_are_not_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names("127.0.0.1")
    async with chatting(tmp_path) as chat, listening() as (receiver, port):
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", names)
        await say(chat, f"http://127.0.0.1:{port}/")
        assert (names.asked, receiver.connections) == (0, 0)
        for n in range(LIMITS.hooks):
            await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/", f"id-{n}")
        with pytest.raises(Refusal) as no:
            await chat.hooks.make(ANN, "lobby", f"http://127.0.0.1:{port}/")
        assert no.value.code == "too_many_hooks"
        with pytest.raises(Refusal) as no:
            await chat.hooks.make(ANN, "nowhere", f"http://127.0.0.1:{port}/")
        assert no.value.code == "no_such_room"
        with pytest.raises(Refusal) as no:
            await chat.hub.keys.revoke(ANN, "lobby", "key", "id-0")
        assert no.value.code == "no_such_key"
        assert receiver.connections == 0
