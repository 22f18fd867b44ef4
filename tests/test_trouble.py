"""R-30: whatever is wrong with the chat, the notebook server runs, and the chat says why it is off.

Every case is a real notebook server with a broken configuration; a few at a time are up. More
files that cannot be used are in test_chat.py.
"""

from __future__ import annotations

import math
import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import pytest

import servers
from servers import Home

AT_A_TIME = 3
NOT_YET = "the chat has not started yet"
ON = None
"""The chat is on all the same."""


class Case(NamedTuple):
    """One broken configuration."""

    why: str | None
    """Words of the reason that must be given, or `ON`."""
    config: Mapping[str, Any] = MappingProxyType({})
    """Of `TornChat`; `{work}` in a value is the folder where the server runs."""
    prepare: Callable[[Path], object] = Path.stat
    """Puts something in the way, in that folder."""
    env: Mapping[str, str | None] = MappingProxyType({})


class Outcome(NamedTuple):
    """What the server with it did."""

    status: int
    health: dict[str, Any]
    sent: httpx.Response
    log: str


def storage(path: str) -> dict[str, Any]:
    return {"storage": f"sqlite:///{{work}}/{path}"}


def foreign(work: Path) -> None:
    db = sqlite3.connect(work / "chat.db")
    db.execute("CREATE TABLE bookmarks (url)")
    db.close()


def newer(work: Path) -> None:
    foreign(work)
    db = sqlite3.connect(work / "chat.db")
    db.execute("PRAGMA application_id = 0x746F726E")
    db.execute("PRAGMA user_version = 99")
    db.close()


def damaged(work: Path) -> None:
    newer(work)
    file = work / "chat.db"
    file.write_bytes(file.read_bytes()[:100] + b"\xff" * 3996)


FORM = "not of the form sqlite:///relative or sqlite:////absolute"
LIMIT = "must lie between"
CASES = {
    "storage is no URL": Case(FORM, {"storage": "chat.db"}),
    "storage is an engine that is not there": Case(FORM, {"storage": "redis://localhost"}),
    "storage is a number": Case("storage", {"storage": 5}),
    "storage is a folder": Case(
        "Is a directory", storage("folder"), lambda w: (w / "folder").mkdir()
    ),
    "storage is a FIFO": Case("not a file", storage("fifo"), lambda w: os.mkfifo(w / "fifo")),
    "storage where nothing can be made": Case(
        "cannot be used", {"storage": "sqlite:////proc/chat.db"}
    ),
    "storage is another program's": Case("another program's", storage("chat.db"), foreign),
    "storage is newer": Case("a newer jupyter_tornchat", storage("chat.db"), newer),
    "storage is damaged": Case("cannot be used", storage("chat.db"), damaged),
    "storage in a folder that is missing": Case(ON, storage("a/b/c/chat.db")),
    "storage with an address's own characters": Case(ON, storage("100% chat?mode=ro#1.db")),
    "a negative rate": Case(LIMIT, {"message_rate": -1}),
    "a rate that is a word": Case("message_rate", {"message_rate": "fast"}),
    "a rate that is no number": Case(LIMIT, {"message_rate": math.nan}),
    "no connections": Case(LIMIT, {"max_connections": 0}),
    "a heart that never rests": Case(LIMIT, {"heartbeat": 0}),
    "guests of an unknown kind": Case("guests", {"guests": "bogus"}),
    "a proxy that is no network": Case("trusted_proxies", {"trusted_proxies": ["proxy"]}),
    "two wrongs": Case("", {"guests": True, "message_rate": "fast"}),
    "a setting that is none": Case(ON, {"nonsense": 1}),
    "no HOME": Case(ON, env={"HOME": None}),
    "nowhere to keep data": Case("cannot be used", env={"JUPYTER_DATA_DIR": "/proc/nowhere"}),
    "the C locale": Case(ON, env={"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}),
    "Python without asserts": Case(ON, env={"PYTHONOPTIMIZE": "1"}),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Outcome]]]:
    """All of them, as they come."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        yield {
            name: pool.submit(outcome, case, Home(tmp_path_factory.mktemp("trouble")))
            for name, case in CASES.items()
        }


def outcome(case: Case, home: Home) -> Outcome:
    case.prepare(home.work)
    settings = {
        name: value.replace("{work}", str(home.work)) if isinstance(value, str) else value
        for name, value in case.config.items()
    }
    for name, value in case.env.items():
        home.env.pop(name, None)
        if value is not None:
            home.env[name] = value
    server = servers.notebook_server(home, config={"TornChat": settings})
    server.start()
    try:
        program = {"Authorization": f"token {server.token}"}

        def ask(method: str, path: str, **what: Any) -> httpx.Response:
            return httpx.request(method, server.url + path, headers=program, timeout=30, **what)

        # The server answers a moment before it starts its extensions.
        while (health := ask("GET", "tornchat/api/health").json())["trouble"] == NOT_YET:
            pass
        return Outcome(
            ask("GET", "api/status").status_code,
            health,
            ask("POST", "tornchat/api/rooms/lobby/messages", json={"id": "1", "text": "你好"}),
            server.log(),
        )
    finally:
        server.stop()


@pytest.mark.parametrize("name", CASES)
def test_R30_the_notebook_server_runs_and_says_what_is_wrong(
    name: str, outcomes: dict[str, Future[Outcome]]
) -> None:
    why = CASES[name].why
    found = outcomes[name].result()
    assert found.status == 200
    assert "Traceback" not in found.log
    off = [line for line in found.log.splitlines() if "the chat is off" in line]
    if why is ON:
        assert found.health["trouble"] is None
        assert (found.sent.status_code, found.sent.json()["text"]) == (201, "你好")
        assert off == []
    else:
        assert why in found.health["trouble"]
        assert found.sent.status_code == 503
        no = found.sent.json()
        assert no.pop("retry_after") > 0
        assert no == {"code": "unavailable", "reason": found.health["trouble"]}
        assert len(off) == 1
        assert found.health["trouble"] in off[0]
