"""`Room`, as a kernel or a script uses it: what it is called, and whom it tells its key."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from jupyter_tornchat.protocol import KEY_VARIABLE, URL_VARIABLE
from jupyter_tornchat.room import ChatError, Room
from places import NOTEBOOK, Place

SESSIONS = {
    "tour.ipynb": "tour.ipynb",
    "work/models/tour.ipynb": "tour.ipynb",
    "my  notes.ipynb": "my notes.ipynb",
    "👩\u200d💻 notes.ipynb": "👩💻 notes.ipynb",
    "日志.ipynb": "日志.ipynb",
    "a\udcffb.ipynb": "ab.ipynb",
    "analysis of the long night, part 1.ipynb": "analysis of the lon…part 1.ipynb",
    "server": "program",
    "\u200b": "program",
    "a" + "\u0301" * 9: "program",
    "": "program",
}


@pytest.mark.parametrize(("session", "name"), SESSIONS.items(), ids=map(ascii, SESSIONS))
def test_a_kernel_speaks_whatever_its_notebook_is_called(
    places: dict[str, Place], monkeypatch: pytest.MonkeyPatch, session: str, name: str
) -> None:
    server = places[NOTEBOOK].server
    monkeypatch.setenv("JPY_SESSION_NAME", session)
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)  # a kernel has none
    room = Room(url=f"{server.url}tornchat", token=server.token)
    sent = room.send("from a kernel")
    message = next(m for m in room.messages() if m.seq == sent.seq)
    assert (message.user.name, message.user.id) == (name, f"program:{name}")


def test_a_program_keeps_order_in_the_room_that_it_opened(places: dict[str, Place]) -> None:
    server = places[NOTEBOOK].server
    keeper, other = (
        Room("kept", url=f"{server.url}tornchat", token=server.token, name=name)
        for name in ("keeper", "other")
    )
    with server.http(server.token) as http:
        http.headers["X-Tornchat-Name"] = "keeper"
        http.post("tornchat/api/rooms", json={"room": "kept"}).raise_for_status()
    said = other.send("x")
    told = keeper.moderate("mute", other.message(said).user, seconds=60)
    assert (told.act, told.user.name, told.whom) == ("mute", "keeper", other.message(said).user)
    with pytest.raises(ChatError, match="silent"):
        other.send("y")
    with pytest.raises(ChatError) as no:
        other.moderate("slow", seconds=9)
    assert no.value.code == "not_moderator"


class Elsewhere(ThreadingHTTPServer):
    """Another server than the chat, which keeps what it is told of who asks."""

    def __init__(self, leads_to: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.leads_to = leads_to
        self.told: list[str | None] = []
        self.url = f"http://127.0.0.1:{self.server_port}/"


class Answers(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.told.append(self.headers["Authorization"])
        self.send_response(302 if self.server.leads_to else 404)
        self.send_header("Location", self.server.leads_to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def elsewhere(leads_to: str = "") -> Iterator[Elsewhere]:
    with Elsewhere(leads_to) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_S05_the_chat_key_goes_to_the_server_it_came_from_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "a-key")
    with elsewhere() as other, pytest.raises(ChatError):
        Room(url=other.url).send("x")
    assert other.told == [None]
    with elsewhere() as own:
        monkeypatch.setenv(URL_VARIABLE, own.url)
        with pytest.raises(ChatError):
            Room().send("x")
    assert own.told == ["tornchat a-key"]


@pytest.mark.parametrize("token", [None, "a-token"])
def test_S05_no_redirect_takes_a_secret_along(
    monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "a-key")
    with elsewhere() as other, elsewhere(leads_to=other.url) as own:
        monkeypatch.setenv(URL_VARIABLE, own.url)
        room = Room(token=token)
        for ask in (lambda: room.send("x"), room.messages):
            with pytest.raises(ChatError, match="302"):
                ask()
    assert len(own.told) == 2
    assert other.told == []


def test_a_loop_that_reports_its_steps_is_slowed_and_not_ended(places: dict[str, Place]) -> None:
    server = places[NOTEBOOK].server
    room = Room(url=f"{server.url}tornchat", token=server.token)
    sent = [room.send(f"step {n}") for n in range(20)]
    assert [message.text for message in room.messages(20)] == [f"step {n}" for n in range(20)]
    older = room.messages(5, before=sent[0].seq + 5)
    assert [message.seq for message in older] == [entry.seq for entry in sent[:5]]


def test_a_page_has_so_many_messages() -> None:
    for limit in (0, -1, 201):
        with pytest.raises(ValueError, match="between 1 and 200"):
            Room(url="http://127.0.0.1:9/").messages(limit)
