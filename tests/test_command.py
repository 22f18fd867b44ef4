"""`jupyter tornchat send` and `export`, as a shell and its scripts use them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from images import png
from past import remember
from servers import Home, Server, free_port, notebook_server

PROGRAM = str(Path(sys.executable).with_name("jupyter-tornchat"))
TRY_AGAIN = 75
MANY = 3_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = Home(tmp_path_factory.mktemp("command"))
    server = notebook_server(home, config={"TornChat": {"message_rate": 0}}).start()
    remember(home, "long", [(n, "Ann", f"{n} " + "x" * 2_000) for n in range(1, MANY + 1)])
    yield server
    server.stop()


def run(server: Server, *words: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """As in a terminal of the one who runs the server."""
    return subprocess.run(
        [PROGRAM, *words],
        input=said,
        env=server.home.env,
        capture_output=True,
        text=True,
        check=False,
    )


def last(server: Server, room: str = "lobby") -> dict[str, Any]:
    with server.http(server.token) as client:
        page = client.get(f"tornchat/api/rooms/{room}/messages", params={"limit": 1}).json()
        message: dict[str, Any] = page["messages"][-1]
        return message


def test_what_is_said_in_a_shell_is_on_disk_and_its_number_is_printed(server: Server) -> None:
    done = run(server, "send", "lobby", "the disk", "is full", "--name", "backup")
    message = last(server)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"#{message['seq']}\n", "")
    assert message["text"] == "the disk is full"
    assert message["user"] == {
        "id": "program:backup",
        "name": "backup",
        "kind": "program",
        "declared": True,
    }
    assert run(server, "send", "lobby", said="line 1\n\tline 2\n").returncode == 0
    assert last(server)["text"] == "line 1\n\tline 2"


def test_the_same_id_is_the_same_message_and_may_be_replaced(server: Server) -> None:
    first = run(server, "send", "lobby", "10 %", "--id", "load").stdout
    assert run(server, "send", "lobby", "10 %", "--id", "load").stdout == first
    refused = run(server, "send", "lobby", "90 %", "--id", "load")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "replace" in refused.stderr
    assert run(server, "send", "lobby", "90 %", "--id", "load", "--replace").stdout == first
    assert last(server)["text"] == "90 %"


def test_a_file_is_shown(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "plot.png"
    path.write_bytes(png(20, 10))
    assert run(server, "send", "lobby", "--file", str(path)).returncode == 0
    (file,) = last(server)["files"]
    assert (file["name"], file["type"], file["width"]) == ("plot.png", "image/png", 20)


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("send", "No room", "x"), 1, "is not a room's name"),
        (("send", "nowhere", "x"), 1, "no_such_room"),
        (("send", "lobby", " "), 1, "empty"),
        (("send", "lobby", "--file", "/nowhere/x"), 1, "No such file"),
        (("send", "lobby", "x", "--key", "@/nowhere/x"), 1, "No such file"),
        (("send",), 2, "room"),
        (("export", "nowhere"), 1, "no_such_room"),
        (("export", "lobby", "--format", "exe"), 2, "invalid choice"),
        (("export", "lobby", "--output", "/nowhere/x.md"), 1, "No such file"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    server: Server, words: tuple[str, ...], code: int, why: str
) -> None:
    done = run(server, *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert why in done.stderr
    assert code == 2 or done.stderr.count("\n") == 1, done.stderr


def test_who_may_try_again_is_told_so_by_the_exit_code(server: Server) -> None:
    away = f"http://127.0.0.1:{free_port()}/tornchat/"
    for words in (("send", "lobby", "x", "--timeout", "0.2"), ("export", "lobby")):
        done = run(server, *words, "--url", away)
        assert (done.returncode, done.stderr.count("\n")) == (TRY_AGAIN, 1), done.stderr


def test_a_room_becomes_a_file_of_the_kind_that_its_name_says(
    server: Server, tmp_path: Path
) -> None:
    printed = run(server, "export", "long")
    assert [json.loads(line)["seq"] for line in printed.stdout.splitlines()] == [
        *range(1, MANY + 1)
    ]
    page = tmp_path / "long.md"
    assert run(server, "export", "long", "--output", str(page)).returncode == 0
    assert page.read_text("utf-8").startswith("# long\n")
    assert list(tmp_path.iterdir()) == [page]


def test_an_export_that_nobody_reads_to_its_end_ends_quietly(server: Server) -> None:
    command = f"'{PROGRAM}' export long | head -c 100"
    done = subprocess.run(
        ["sh", "-c", command], env=server.home.env, capture_output=True, text=True, check=False
    )
    assert (len(done.stdout), done.stderr) == (100, "")


def test_an_export_that_breaks_off_leaves_no_file(tmp_path: Path) -> None:
    """The server ends while it hands out."""
    home = Home(tmp_path / "home")
    other = notebook_server(home).start()
    remember(home, "long", [(n, "Ann", "x" * 8_000) for n in range(1, MANY + 1)])
    path = tmp_path / "long.jsonl"
    command = [PROGRAM, "export", "long", "--url", other.url + "tornchat/", "--output", str(path)]
    command += ["--token", other.token]
    exporting = subprocess.Popen(command, env=other.home.env, stderr=subprocess.PIPE, text=True)
    part = tmp_path / "long.jsonl.part"
    while not (part.exists() and part.stat().st_size):
        assert exporting.poll() is None
    other.kill()
    _, said = exporting.communicate()
    assert (exporting.returncode, said.count("\n")) == (TRY_AGAIN, 1), said
    assert not path.exists()
    assert not part.exists()
