"""Files of older versions are opened, and nothing in them is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from jupyter_tornchat import fold, history
from jupyter_tornchat.events import Changed
from jupyter_tornchat.protocol import Refusal
from jupyter_tornchat.sight import ALL
from logs import open_view
from stories import ANN

HISTORIES = Path(__file__).parent / "histories"
"""What files of older versions hold, made by them, as SQL."""


def test_R27_every_older_version_of_the_file_has_one_to_try() -> None:
    assert {path.stem for path in HISTORIES.glob("*.sql")} == set(
        map(str, range(1, history.VERSION))
    )


@pytest.mark.parametrize("story", sorted(HISTORIES.glob("*.sql")), ids=lambda path: path.stem)
async def test_R27_a_file_of_an_older_version_is_opened_and_loses_nothing(
    story: Path, tmp_path: Path
) -> None:
    path = tmp_path / "chat.db"
    before = old_file(story, path)
    async with open_view(path) as (log, shown):
        assert [room.title for room in await shown.rooms()] == ["数据 '分析'", "Lobby"]
        texts = [message.text for message in (await shown.newer("lobby", 0, 10, ALL)).messages]
        assert texts == [f'message {n}\n\t日志 \u2028 "quoted" \\' for n in range(1, 6)]
        receipt = await log.append(Changed("lobby", "new", ANN, 1, 9, "changed"))
        assert (receipt.entry.seq, receipt.again) == (6, False)
        assert (await shown.message("lobby", 1, ALL)).edited == 9
        assert await shown.value("token:1") == "ann"
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA user_version").fetchone() == (history.VERSION,)
    asked = "SELECT * FROM entries WHERE offset <= ?"
    assert db.execute(asked, (len(before),)).fetchall() == before
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


@pytest.mark.parametrize("version", [2, 3])
async def test_R27_messages_of_an_older_version_are_what_they_were(
    version: int, tmp_path: Path
) -> None:
    path = tmp_path / "chat.db"
    old_file(HISTORIES / f"{version}.sql", path)
    db = sqlite3.connect(path)
    columns = "room, seq, last, user, edited, deleted, json(body)"
    before = db.execute(f"SELECT {columns} FROM messages").fetchall()
    shows = db.execute("SELECT * FROM shown").fetchall()
    async with open_view(path):
        pass
    assert db.execute(f"SELECT {columns} FROM messages").fetchall() == before
    assert db.execute("SELECT * FROM shown").fetchall() == shows != []
    db.close()


async def test_R27_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "chat.db"
    old_file(HISTORIES / "1.sql", path)
    before = dump(path)
    for broken in range(len(fold.FOLD)):
        statements = [*fold.FOLD[:broken], ("opened", "INSERT INTO absent SELECT :after")]
        monkeypatch.setattr(fold, "FOLD", statements)
        with pytest.raises(Refusal, match="no such table: absent"):
            async with open_view(path):
                pass
        monkeypatch.undo()
    assert dump(path) == before


def dump(path: Path) -> list[str]:
    db = sqlite3.connect(path)
    lines = [*db.iterdump(), str(db.execute("PRAGMA user_version").fetchone())]
    db.close()
    return lines


def old_file(story: Path, path: Path) -> list[Any]:
    """A file of an older version; its entries."""
    db = sqlite3.connect(path)
    db.executescript(story.read_text(encoding="utf-8"))
    entries = db.execute("SELECT * FROM entries").fetchall()
    db.close()
    return entries
