"""The file that the log is: whose it may be, where it may lie, and when it is on disk."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from jupyter_tornchat.history import VERSION, network_file_system
from jupyter_tornchat.log import Entry
from jupyter_tornchat.protocol import Refusal
from jupyter_tornchat.sqlite import SQLiteLog
from logs import LOG, Open, opened, refusal, said


async def test_the_last_value_put_under_a_key_stays(open_log: Open, tmp_path: Path) -> None:
    server = await open_log()
    await asyncio.gather(*(server.log.put("key", str(n)) for n in range(10)))
    await server.log.put("other", "x")
    await server.log.put("other", None)
    db = SQLiteLog(tmp_path / "chat.db", LOG).connect()
    assert db.execute("SELECT key, value FROM keep").fetchall() == [("key", "9")]
    db.close()
    assert server.handed == []


async def why_not(path: Path) -> str:
    with pytest.raises(Refusal) as no:
        await SQLiteLog(path, LOG).start(lambda _: None)
    assert no.value.code == "unavailable"
    assert str(path) in no.value.reason
    return no.value.reason


async def test_another_programs_file_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE places (url)")
    db.close()
    before = path.read_bytes()
    assert "another program's file" in await why_not(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


async def test_a_newer_schema_is_refused_and_left_as_it_was(open_log: Open, tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    await (await open_log()).log.close()
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {VERSION + 1}")
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()
    before = path.read_bytes()
    assert f"a newer jupyter_tornchat wrote it (schema {VERSION + 1})" in await why_not(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"# My notes\n" * 100, "file is not a database"),
        (b"SQLite format 3\0" + b"\0" * 4080, "file is not a database"),
    ],
)
async def test_a_file_that_is_no_database_is_refused_and_left_as_it_was(
    tmp_path: Path, content: bytes, why: str
) -> None:
    path = tmp_path / "notes.md"
    path.write_bytes(content)
    assert why in await why_not(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("table", ["meta", "entries"])
async def test_a_file_with_a_part_missing_is_refused(
    open_log: Open, tmp_path: Path, table: str
) -> None:
    await (await open_log()).log.close()
    db = sqlite3.connect(tmp_path / "chat.db")
    db.execute(f"DROP TABLE {table}")
    db.close()
    assert f"no such table: {table}" in await why_not(tmp_path / "chat.db")


async def test_the_file_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "chat.db"
    log = SQLiteLog(path, LOG)
    await log.start(lambda _: None)
    modes = [file.stat().st_mode & 0o777 for file in (path.parent, *path.parent.iterdir())]
    assert modes == [0o700, 0o600, 0o600, 0o600]
    await log.close()


async def test_a_closed_log_is_one_file(open_log: Open, tmp_path: Path) -> None:
    server = await open_log()
    await server.log.append(opened())
    await server.log.close()
    assert [file.name for file in tmp_path.iterdir()] == ["chat.db"]


async def test_many_servers_may_start_on_a_new_file_at_once(tmp_path: Path) -> None:
    logs = [SQLiteLog(tmp_path / "chat.db", LOG) for _ in range(8)]
    await asyncio.gather(*(log.start(lambda _: None) for log in logs))
    assert len({log.epoch for log in logs}) == 1
    await asyncio.gather(*(log.close() for log in logs))


async def test_R11_the_loops_thread_cannot_use_the_writers_connection(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    (frame,) = [
        frame
        for frame in sys._current_frames().values()
        if frame.f_code.co_name != "<listcomp>" and _writer_frame(frame)
    ]
    db = _writer_frame(frame)
    with pytest.raises(sqlite3.ProgrammingError, match="created in a thread"):
        db.execute("SELECT 1")


def _writer_frame(frame: object) -> sqlite3.Connection | None:
    """The connection of the log's writer, where `frame` is in it."""
    while frame is not None:
        if frame.f_code.co_name == "_serve":  # type: ignore[attr-defined]
            return frame.f_locals["db"]  # type: ignore[attr-defined]
        frame = frame.f_back  # type: ignore[attr-defined]
    return None


async def test_R03_a_commit_is_on_disk_before_anyone_hears_of_it(
    open_log: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`synchronous=FULL` on the writer's own connection, and no entry handed out that another
    connection cannot read yet."""
    levels: list[int] = []
    open_file = SQLiteLog._open

    def spy(self: SQLiteLog) -> sqlite3.Connection:
        db = open_file(self)
        levels.append(db.execute("PRAGMA synchronous").fetchone()[0])
        return db

    monkeypatch.setattr(SQLiteLog, "_open", spy)
    server = await open_log()
    reader = SQLiteLog(tmp_path / "chat.db", LOG).connect()
    committed: list[bool] = []

    def deliver(entries: Sequence[Entry]) -> None:
        (top,) = reader.execute("SELECT max(offset) FROM entries").fetchone()
        committed.append(entries[-1].offset <= top)

    server.log._deliver = deliver  # type: ignore[attr-defined]
    await server.log.append(opened())
    await asyncio.gather(*(server.log.append(said(str(n))) for n in range(300)))
    reader.close()
    assert levels == [2]
    assert committed
    assert all(committed)


# --------------------------------------------------------------------- network file systems

MOUNTS = r"""/dev/vda1 / ext4 rw 0 0
nas:/disk /disk nfs4 rw 0 0
/dev/vdb1 /disk/local ext4 rw 0 0
//nas/x /mnt/with\040space cifs rw 0 0
sshfs /mnt/far fuse.sshfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/chat.db", None),
        ("/disk/ann/chat.db", "nfs4"),
        ("/disk/local/chat.db", None),
        ("/diskette/chat.db", None),
        ("/mnt/with space/chat.db", "cifs"),
        ("/mnt/far/chat.db", "fuse.sshfs"),
    ],
)
def test_a_network_file_system_is_known_by_its_mount(
    tmp_path: Path, path: str, kind: str | None
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert network_file_system(Path(path), mounts) == kind
    assert network_file_system(Path(path), tmp_path / "none") is None


async def test_on_a_network_file_system_it_works_without_WAL_and_says_so(
    open_log: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("jupyter_tornchat.history.network_file_system", lambda _: "nfs4")
    one, two = await open_log(), await open_log()
    assert "network file system (nfs4)" in caplog.text
    await one.log.append(opened())
    await asyncio.gather(
        *(
            server.log.append(said(f"{n}{server is one}"))
            for n in range(50)
            for server in (one, two)
        )
    )
    assert await one.handed_up_to(101) == await two.handed_up_to(101)
    db = SQLiteLog(tmp_path / "chat.db", LOG).connect()
    assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    db.close()


async def test_an_entry_nobody_here_can_read_stops_nobody_for_good(
    open_log: Open, tmp_path: Path
) -> None:
    """A newer server that shares the file may write what this one does not know."""
    server = await open_log()
    await server.log.append(opened())
    db = sqlite3.connect(tmp_path / "chat.db", isolation_level=None)
    db.execute("INSERT INTO entries VALUES (2, 'sung', 'lobby', 1, 'x', '{\"type\": \"sung\"}')")
    assert await refusal(server.log.append(said("1"))) == "unavailable"
    assert "sung" in server.log.trouble
    db.execute("DELETE FROM entries WHERE offset = 2")
    db.close()
    assert (await server.log.append(said("1"))).entry.seq == 1
    assert server.log.trouble == ""
