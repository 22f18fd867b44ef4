"""Where a program finds its server without an argument, and what it says where there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import servers
from jupyter_tornchat.program.finding import Place
from jupyter_tornchat.protocol import KEY_VARIABLE, URL_VARIABLE
from jupyter_tornchat.room import ChatError, Room
from jupyter_tornchat.running import Running, announce
from servers import Home, Server

VARIABLES = (
    *(URL_VARIABLE, KEY_VARIABLE, "JUPYTER_SERVER_URL", "JUPYTER_TOKEN", "JPY_PARENT_PID"),
    *("JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_SERVICE_PREFIX", "JUPYTERHUB_API_TOKEN"),
)
SCRIPT = """
from jupyter_tornchat import Room
room = Room("lobby")
message = room.message(room.send("found"))
print(room.url, message.user.kind, message.user.name)
"""
PASSWORD = "argon2:$argon2id$v=19$m=10240,t=10,p=8$TcJkSSa21jJEaLw6zRT1cw$F3BcgiSJVM6dkw5hqTWV9w"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two servers of one user: one with a token and terminals, one with a password alone."""
    home = Home(tmp_path_factory.mktemp("pair"))
    terminals = {"jpserver_extensions": servers.LEAN | {"jupyter_server_terminals": True}}
    with_token = servers.notebook_server(home, config={"ServerApp": terminals}).start()
    config = {"PasswordIdentityProvider": {"hashed_password": PASSWORD}}
    with_password = servers.notebook_server(home, token="", base_url="/two/", config=config)
    with_password.start()
    yield [with_token, with_password]
    with_token.stop()
    with_password.stop()


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime directory in which nothing runs."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    return tmp_path


def script(home: Home, **variables: str) -> str:
    """What a plain script of this user says, which is called `report.py`."""
    file = home.work / "report.py"
    file.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "-W", "error", file],
        env=home.env | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == "", done.stderr
    return done.stdout.strip()


def chat(server: Server) -> str:
    return f"{server.url}tornchat/"


def test_a_script_finds_the_server_that_runs_here_whether_it_has_a_token_or_a_password(
    home: Home, start: Callable[[Server], Server]
) -> None:
    for options in (
        {},
        {"token": "", "config": {"PasswordIdentityProvider": {"hashed_password": PASSWORD}}},
    ):
        server = start(servers.notebook_server(home, **options))
        (file,) = Path(home.env["JUPYTER_RUNTIME_DIR"]).glob("tornchat-*.json")
        assert file.stat().st_mode & 0o777 == 0o600
        assert script(home) == f"{chat(server)} program report.py"
        server.stop()
        assert not file.exists()


def test_of_several_servers_the_one_is_meant_that_something_names(
    pair: list[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", first.home.env["JUPYTER_RUNTIME_DIR"])
    with pytest.raises(ChatError, match="2 servers with the chat run here") as no:
        Room("lobby").send("x")
    assert chat(first) in str(no.value)
    assert chat(second) in str(no.value)
    assert URL_VARIABLE in str(no.value)
    for server in pair:
        found = {
            "by its process": {"JPY_PARENT_PID": str(server.pid)},
            "by its terminal": {"JUPYTER_SERVER_URL": server.url},
            "by its chat": {URL_VARIABLE: chat(server)},
            "by its chat, with a key of before": {URL_VARIABLE: chat(server), KEY_VARIABLE: "old"},
        }
        for how, variables in found.items():
            with monkeypatch.context() as here:
                for variable, value in variables.items():
                    here.setenv(variable, value)
                assert Room("lobby").url == chat(server), how
                assert Room("lobby").send(how).room == "lobby"
        assert Room("lobby", url=chat(server)).send("by its address").room == "lobby"


@pytest.mark.usefixtures("alone")
def test_a_terminal_of_the_server_knows_it(
    pair: list[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a terminal of JupyterLab has in its environment, it was given by the server."""
    server = pair[0]
    with server.http(server.token) as client:
        name = client.post("api/terminals").json()["name"]
        try:
            pid = children(server.pid)[-1]
            said = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
            variables = dict(line.split("=", 1) for line in said if "=" in line)
        finally:
            client.delete(f"api/terminals/{name}")
    assert variables[URL_VARIABLE] == chat(server)
    monkeypatch.setenv(URL_VARIABLE, variables[URL_VARIABLE])
    monkeypatch.setenv(KEY_VARIABLE, variables[KEY_VARIABLE])
    assert Room("lobby").send("from a terminal").room == "lobby"


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sorted(map(int, listed))


def test_the_variables_of_a_hub_name_its_server(
    home: Home, start: Callable[[Server], Server], alone: Path
) -> None:
    """With a server that takes the token as a Hub's own server takes its API token; the Hub itself
    is not here."""
    server = start(servers.notebook_server(home, token="of-the-hub", base_url="/user/ann/"))
    variables = {
        "JUPYTERHUB_SERVICE_URL": f"http://0.0.0.0:{server.port}/user/ann/",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/ann/",
        "JUPYTERHUB_API_TOKEN": "of-the-hub",
        "JUPYTER_RUNTIME_DIR": str(alone),
    }
    assert script(home, **variables) == f"{chat(server)} program report.py"


def test_no_server_says_what_was_looked_for(alone: Path) -> None:
    with pytest.raises(ChatError) as no:
        Room("lobby").send("x")
    for looked in (URL_VARIABLE, "JUPYTERHUB_SERVICE_URL", "JUPYTER_SERVER_URL", str(alone)):
        assert looked in str(no.value)
    assert not no.value.retry


def test_servers_that_are_gone_or_not_mine_are_none(alone: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    announce(alone, Running("http://127.0.0.1:1/tornchat/", "key", gone.pid))
    (alone / "tornchat-half.json").write_text(json.dumps({"url": "http://127.0.0.1:2/"}))
    with pytest.raises(ChatError, match="no chat server found"):
        Place().find()
    announce(alone, Running("http://127.0.0.1:3/tornchat/", "key", os.getpid()))
    assert Place().find() == ("http://127.0.0.1:3/tornchat/", "tornchat key")


def test_S05_a_key_is_told_to_no_other_address(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(alone, Running("http://127.0.0.1:3/tornchat/", "key", os.getpid()))
    monkeypatch.setenv(URL_VARIABLE, "http://127.0.0.1:4/tornchat/")
    monkeypatch.setenv(KEY_VARIABLE, "another key")
    opens: dict[str, Any] = {
        "http://127.0.0.1:3/tornchat": "tornchat key",
        "http://127.0.0.1:4/tornchat": "tornchat another key",
        "http://127.0.0.1:5/tornchat": "",
        "http://127.0.0.1:3/tornchat/elsewhere": "",
    }
    assert {url: Place(url).find().authorization for url in opens} == opens
    assert Place(url="http://x/", key="given").find().authorization == "tornchat given"
    assert Place(token="given").find() == ("http://127.0.0.1:4/tornchat/", "token given")
