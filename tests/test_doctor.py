"""`jupyter tornchat doctor` names what is wrong on the way to a server, and on a machine."""

from __future__ import annotations

import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import nginx
from jupyter_tornchat import __version__
from jupyter_tornchat.command.doctor import line, machine
from jupyter_tornchat.command.doctor.finding import Finding
from jupyter_tornchat.command.doctor.machine import look_at
from jupyter_tornchat.command.doctor.way import way
from nginx import Nginx
from servers import LEAN, Home, Server, free_port

PROGRAM = str(Path(sys.executable).with_name("jupyter-tornchat"))
Stand = Callable[..., Nginx]


def marks(found: list[Finding]) -> dict[str, str]:
    return {finding.name: finding.mark for finding in found}


def wrong(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.mark == "wrong"]


def doctor(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    """As in a terminal of the one who runs the server."""
    return subprocess.run(
        [PROGRAM, "doctor", *words],
        cwd=home.work,
        env=home.env,
        capture_output=True,
        text=True,
        check=False,
    )


# ------------------------------------------------------------------------------------- the way


class Case(NamedTuple):
    """A wrong configuration of nginx, and what the doctor calls it."""

    instead: Mapping[str, str]
    name: str
    says: str
    mend: str


WRONG = {
    "Upgrade is not passed": Case(
        nginx.NO_UPGRADE, "socket", "Upgrade does not arrive", "proxy_set_header Upgrade"
    ),
    "the prefix is cut off": Case(
        nginx.PREFIX_CUT, "prefix", "the proxy cuts /team/ off", "no slash after the port"
    ),
    "the scheme is not forwarded": Case(
        nginx.NO_SCHEME, "scheme", "takes https for http", "X-Forwarded-Proto $scheme"
    ),
    "the name is not passed": Case(nginx.NO_HOST, "host", "another site", "Host $http_host"),
    "no body is let through": Case(
        nginx.TINY_BODIES, "body", "refuses even 128 KiB", "client_max_body_size 6m"
    ),
    "nothing is behind it": Case(
        {"proxy_pass http://127.0.0.1:8888;": f"proxy_pass http://127.0.0.1:{free_port()};"},
        "reach",
        "no server behind it (HTTP 502)",
        "start the server",
    ),
}


def look(proxy: Nginx, monkeypatch: pytest.MonkeyPatch, path: str, token: str) -> list[Finding]:
    monkeypatch.setenv("SSL_CERT_FILE", str(proxy.authority))
    authorization = f"token {token}" if token else ""
    return list(way(f"https://localhost:{proxy.port}{path}", authorization))


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_a_proxy_does_wrong_is_named_alone(
    case: Case, team: Server, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = stand(team=team, instead=case.instead)
    (found,) = wrong(look(proxy, monkeypatch, "/team/", team.token))
    assert found.name == case.name
    assert case.says in found.says
    assert case.mend in found.mend


@pytest.mark.parametrize("path", ["/team/", "/team", "/team/tornchat/"])
@pytest.mark.parametrize("signed_in", [True, False], ids=["signed in", "a stranger"])
def test_the_file_of_the_docs_is_well(
    path: str, signed_in: bool, team: Server, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = look(stand(team=team), monkeypatch, path, team.token if signed_in else "")
    assert wrong(found) == []
    assert marks(found)["body"] == "note"  # the chat itself takes longer files
    assert marks(found)["scheme"] == ("ok" if signed_in else "note")


def test_a_server_that_does_not_know_its_path_or_name_is_told_from_a_proxy(
    start_notebook_server: Callable[..., Server], stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_notebook_server()
    whole = look(stand(team=server), monkeypatch, "/team/", "")
    assert "neither a chat nor a Jupyter server is at /team/" in wrong(whole)[0].says
    cut = stand(team=server, instead=nginx.PREFIX_CUT)
    (found,) = wrong(look(cut, monkeypatch, "/team/", ""))
    assert "the server thinks that it lives at /" in found.says
    assert "--ServerApp.base_url=/team/" in found.mend

    as_somebody = {"Host $http_host": "Host elsewhere.example.org"}
    named = stand(team=server, instead={**nginx.PREFIX_CUT, **as_somebody})
    (found,) = wrong(look(named, monkeypatch, "/team/", ""))
    assert (found.name, "local_hostnames" in found.mend) == ("name", True)


def test_a_server_without_the_chat_and_none_at_all(
    start_notebook_server: Callable[..., Server],
) -> None:
    bare = {"ServerApp": {"jpserver_extensions": dict.fromkeys(LEAN, False)}}
    server = start_notebook_server(config=bare)
    (found,) = wrong(list(way(server.url, "")))
    assert (found.name, "extension enable" in found.mend) == ("extension", True)
    server.stop()
    (found,) = wrong(list(way(server.url, "")))
    assert "nothing answers" in found.says


def test_a_certificate_that_nobody_signed_is_no_certificate(team: Server, stand: Stand) -> None:
    proxy = stand(team=team)
    (found,) = wrong(list(way(f"http://localhost:{proxy.port}/team/", "")))
    assert "speaks https" in found.says
    done = doctor(team.home, f"https://localhost:{proxy.port}/team/")
    assert done.returncode == 1
    assert done.stdout.startswith("wrong  certificate: browsers will not trust localhost")
    assert "\n       → a certificate for this very name" in done.stdout


# --------------------------------------------------------------------------------- the machine


def test_a_machine_that_is_well(team: Server) -> None:
    """Its servers are looked at, each with the key that it left."""
    done = doctor(team.home)
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("wrong")] == []
    assert done.returncode == 0
    names = [line.split()[1] for line in lines if line.startswith("ok")]
    assert {"versions:", "extension:", "sidebar:", "storage:", "socket:"} <= set(names)
    assert f"a server answers at {team.url}tornchat/" in done.stdout


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE bookmarks (url)")
    db.close()


def damaged(path: Path) -> None:
    foreign(path)
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 3996)


STORAGE = {
    "damaged": (damaged, "cannot be used: "),
    "another program's": (foreign, "it is another program's file"),
    "a folder": (Path.mkdir, "cannot be written: Is a directory"),
}


@pytest.mark.parametrize(("spoil", "says"), STORAGE.values(), ids=STORAGE)
def test_a_history_that_cannot_be_used(
    spoil: Callable[[Path], None], says: str, home: Home
) -> None:
    spoil(home.work / "chat.db")
    home.configure({"TornChat": {"storage": f"sqlite:///{home.work}/chat.db"}})
    done = doctor(home)
    assert done.returncode == 1
    (found,) = [line for line in done.stdout.splitlines() if line.startswith("wrong")]
    assert found.startswith("wrong  storage:")
    assert says in found


FULL_DISK = """mount -t tmpfs -o size="$0" none "$1"; cd "$1"
cat /dev/zero >rest 2>&-
shift; exec "$@" """
"""A small disk, all of it used, that nobody but the command sees. Where a system lets its users
mount nothing this cannot be shown."""


def test_a_full_disk(home: Home) -> None:
    home.configure({"TornChat": {"storage": f"sqlite:///{home.work}/chat.db"}})
    inside = ["unshare", "--map-root-user", "--mount", "sh", "-c", FULL_DISK, "1m"]
    done = subprocess.run(
        [*inside, str(home.work), PROGRAM, "doctor"],
        env=home.env,
        capture_output=True,
        text=True,
        check=False,
    )
    path = home.work / "chat.db"
    says = f"wrong  storage: {path} cannot be written: No space left on device\n       → make room,"
    assert says in done.stdout, done.stderr
    assert done.stdout.count("storage:") == 1


@pytest.mark.parametrize(
    ("found", "value", "says"),
    [
        ("network_file_system", lambda _: "nfs4", "lies on a network file system (nfs4)"),
        ("ENOUGH_BYTES", 2**60, "the disk is almost full: "),
    ],
)
def test_a_disk_that_will_not_do(
    found: str, value: Any, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the disk there were such a one."""
    monkeypatch.setattr(machine, found, value)
    settings = machine.Configured(storage=f"sqlite:///{tmp_path}/chat.db")
    (finding,) = machine._storage(settings)
    assert (finding.mark, says in finding.says) == ("wrong", True)


def test_what_is_too_old(home: Home) -> None:
    old = home.folder / "old"
    metadata = old / "jupyter_server-2.10.0.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: jupyter_server\nVersion: 2.10.0\n")
    part = old / "labextensions" / "jupyter-tornchat"
    part.mkdir(parents=True)
    (part / "package.json").write_text('{"version": "0.0.1"}')
    home.env |= {"PYTHONPATH": str(old), "JUPYTER_PATH": str(old)}
    done = doctor(home)
    assert done.returncode == 1
    assert "wrong  versions: jupyter-server is 2.10.0, and must be >=2.20" in done.stdout
    assert "→ `pip install 'jupyter-server>=2.20" in done.stdout
    assert f"wrong  sidebar: JupyterLab's part is 0.0.1, the server's {__version__}" in done.stdout


def test_what_is_switched_off_and_what_is_in_the_way(home: Home) -> None:
    home.configure({"ServerApp": {"jpserver_extensions": {"jupyter_tornchat": False}}})
    labconfig = home.config / "labconfig"
    labconfig.mkdir()
    off = {"disabledExtensions": {"jupyter-tornchat": True}}
    (labconfig / "page_config.json").write_text(json.dumps(off))
    (home.config / "jupyter_tornchat_config.py").write_text(
        "c.TornChat.storage = 'sqlite:////proc/nowhere/chat.db'\n"
    )
    done = doctor(home)
    assert done.returncode == 1
    assert "wrong  extension: it is switched off" in done.stdout
    assert f"wrong  sidebar: {labconfig / 'page_config.json'} switches it off" in done.stdout
    assert "wrong  storage: /proc/nowhere/chat.db cannot be written" in done.stdout
    (home.config / "jupyter_tornchat_config.py").write_text("c.TornChat.storage = 5\n")
    assert "wrong  settings: " in doctor(home).stdout


def test_a_port_that_another_program_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "PATIENCE", 0.2)  # the other one never answers
    with socket.create_server(("", 0)) as other:
        port = other.getsockname()[1]
        found = look_at(port)
    assert (found.mark, f"{port} is taken by another program" in found.says) == ("note", True)
    assert look_at(port).mark == "ok"
