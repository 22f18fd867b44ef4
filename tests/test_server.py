"""The chat server of its own, as its owner starts it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from jupyter_tornchat.app import TornChat
from jupyter_tornchat.command import COMMANDS
from jupyter_tornchat.server import ChatServer
from servers import Server

PROGRAM = str(Path(sys.executable).with_name("jupyter-tornchat"))


def test_guests_do_not_read_what_members_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", "/data")
    assert TornChat().history == Path("/data/tornchat/chat.db")
    assert ChatServer().history == Path("/data/tornchat/guests.db")
    shared = "sqlite:////data/shared.db"
    assert ChatServer(storage=shared).history == TornChat(storage=shared).history


@pytest.mark.parametrize("command", COMMANDS)
def test_who_asks_for_help_hears_of_every_command(command: str) -> None:
    assert f"`jupyter tornchat {command}`" in " ".join(ChatServer.description.split())
    assert f"\njupyter tornchat {command} " in ChatServer.examples


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ("--storage=redis://x", "'redis://x'"),
        ("--storage=sqlite:////proc/chat.db", "/proc/chat.db cannot be used"),
        ("--guests=nonsense", "'guests'"),
        ("--port=99999", "'port'"),
    ],
)
def test_a_server_that_could_not_chat_does_not_run(option: str, why: str) -> None:
    done = subprocess.run(
        [PROGRAM, option], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert why in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("guests", "says"),
    [
        ("off", {"en": "closed to visitors", "zh": "不对访客"}),
        ("invite", {"en": "Only who was invited", "zh": "只有受邀者"}),
    ],
)
def test_a_server_that_is_not_open_shows_no_form(
    start_chat_server: Callable[..., Server], guests: str, says: dict[str, str]
) -> None:
    server = start_chat_server(f"--guests={guests}")
    for language, closed in says.items():
        page = httpx.get(server.url + "login", headers={"Accept-Language": language}).text
        assert closed in page
        assert "<form" not in page
