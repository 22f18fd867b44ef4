"""The chat of one server: on, off with a reason, and stopped in bounded time."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from clock import Clock, settle
from jupyter_tornchat import chat as chat_module
from jupyter_tornchat import history
from jupyter_tornchat.chat import Chat
from jupyter_tornchat.events import Said
from jupyter_tornchat.protocol import Refusal, User
from jupyter_tornchat.settings import Settings, storage_path

LOG = logging.getLogger("test")
ANN = User("guest:1", "ann", "guest")


def chat(folder: Path, path: str = "chat.db") -> Chat:
    return Chat(Settings(storage=f"sqlite:///{folder}/{path}"), LOG)


def hollow(folder: Path) -> None:
    db = sqlite3.connect(folder / "chat.db")
    db.execute("CREATE TABLE bookmarks (url)")
    db.execute(f"PRAGMA application_id = {history.APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")
    db.close()


class Case(NamedTuple):
    """A file that cannot be used."""

    path: str
    why: str
    prepare: Callable[[Path], object] = Path.stat


CASES = {
    "a NUL in its name": Case("a\0b", "null byte"),
    "a very long name": Case("x" * 300, "File name too long"),
    "a device": Case("/../../../../../../../../../../../../dev/full", "not a file"),
    "below a file": Case("file/chat.db", "File exists", lambda at: (at / "file").touch()),
    "a link to nowhere": Case(
        "link", "No such file", lambda at: (at / "link").symlink_to(at / "no" / "chat.db")
    ),
    "a link to itself": Case("link", "symbolic links", lambda at: (at / "link").symlink_to("link")),
    "a table is missing": Case("chat.db", "no such table", hollow),
    "a text": Case(
        "notes", "not a database", lambda at: (at / "notes").write_text("notes\n" * 1000)
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_R30_a_file_that_cannot_be_used_turns_the_chat_off_with_a_reason(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, why, prepare = CASES[name]
    prepare(tmp_path)
    off = chat(tmp_path, path)
    await off.start()
    assert why in off.trouble
    with pytest.raises(Refusal) as no:
        off.hub  # noqa: B018
    assert (no.value.code, no.value.reason) == ("unavailable", off.trouble)
    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info is None
    await off.stop()


async def test_R30_an_old_SQLite_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 7, 17))
    off = chat(tmp_path)
    await off.start()
    assert "is too old" in off.trouble
    await off.stop()


async def test_R30_a_setting_that_was_wrong_turns_the_chat_off(tmp_path: Path) -> None:
    off = Chat(Settings(storage=f"sqlite:///{tmp_path}/chat.db"), LOG, "message_rate is no number")
    await off.start()
    assert off.trouble == "message_rate is no number"
    assert list(tmp_path.iterdir()) == []
    await off.stop()


def test_a_storage_is_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", "/data")
    assert storage_path("") == Path("/data/tornchat/chat.db")
    assert storage_path("sqlite:///here/chat.db") == Path("here/chat.db")
    assert storage_path("sqlite:////there/100%.db?x#y") == Path("/there/100%.db?x#y")
    monkeypatch.setenv("HOME", "/people/ann")
    assert storage_path("sqlite:///~/chat.db") == Path("/people/ann/chat.db")
    assert storage_path("sqlite:////~/chat.db") == Path("/people/ann/chat.db")
    assert storage_path("sqlite:///~old.db") == Path("~old.db")
    for wrong in ("chat.db", "sqlite://", "sqlite:///", "redis://localhost", "sqlite:/x"):
        with pytest.raises(Refusal):
            storage_path(wrong)


async def test_R30_what_has_passed_turns_the_chat_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "BUSY_SECONDS", 0.0)
    monkeypatch.setattr(chat_module, "RETRY_SECONDS", 0.0)
    other = sqlite3.connect(tmp_path / "chat.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    on = chat(tmp_path)
    await on.start()
    assert "locked" in on.trouble
    other.execute("ROLLBACK")
    other.close()
    assert on._retrying is not None
    await asyncio.wait_for(on._retrying, 20)
    assert on.trouble == ""
    assert [room.room for room in await on.view.rooms()] == ["lobby"]
    await on.stop()
    said = [r.getMessage() for r in caplog.records if r.levelno >= logging.ERROR]
    assert all(one != other for one, other in pairwise(said))  # once, not at every try


async def test_the_chat_is_on_until_it_is_stopped(tmp_path: Path) -> None:
    on = chat(tmp_path)
    assert on.trouble
    await on.start()
    assert on.trouble == ""
    assert [room.room for room in await on.view.rooms()] == ["lobby"]
    await on.stop()
    assert on.trouble == "the server stops"
    with pytest.raises(Refusal):
        on.hub  # noqa: B018
    await on.stop()


async def test_a_chat_that_never_started_stops(tmp_path: Path) -> None:
    await chat(tmp_path).stop()
    off = chat(tmp_path, "\0")
    await off.start()
    await off.stop()


async def test_R15_a_disk_that_hangs_holds_the_server_for_three_seconds_at_most(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    on = chat(tmp_path)
    await on.start()
    hub = on.hub
    lock = sqlite3.connect(tmp_path / "chat.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    waiting = hub.log.append(Said("lobby", "1", ANN, "x", 1))
    stopping = asyncio.create_task(on.stop())
    await settle()
    assert not stopping.done()
    await clock.advance(chat_module.STOP_SECONDS)
    await stopping
    assert "took too long" in caplog.text
    # It was neither kept nor acknowledged; now the disk is back, and it is both.
    assert not waiting.done()
    lock.execute("ROLLBACK")
    lock.close()
    assert (await waiting).entry.seq == 1
    await hub.log.close()
    hub.view.close()
