"""A real nginx with the very file that docs/deploy.md prints, in front of real servers.

What a test puts in place of something is said as `{what stands there: what it becomes}`, and stands
there exactly once; so a wrong configuration differs from the right one by one thing.
"""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from servers import Home, Server, free_port, notebook_server

CONF = Path(__file__).parent.parent / "docs" / "nginx.conf"
HOST = "chat.example.org"
"""The name in that file. Chromium finds it where the fixture `hosts` says so."""
CERTIFICATE = "/etc/ssl/chat.example.org.crt"
HEARTBEAT = 1.5
KEY = "/etc/ssl/chat.example.org.key"
TEAM = "http://127.0.0.1:8888"
GUESTS = "http://127.0.0.1:8000"

NO_UPGRADE = {"    proxy_set_header Upgrade $http_upgrade;\n": ""}
NO_SCHEME = {
    "    proxy_set_header X-Forwarded-Proto $scheme;\n": "",
    "    proxy_set_header X-Scheme $scheme;\n": "",
}
NO_HOST = {"    proxy_set_header Host $http_host;\n": ""}
PREFIX_CUT = {f"proxy_pass {TEAM};": f"proxy_pass {TEAM}/;"}
TINY_BODIES = {"client_max_body_size 1m;": "client_max_body_size 1k;"}

# What a system's own nginx.conf has around it.
AROUND = """{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/chat.conf;
}}
"""


class Nginx(Server):
    """nginx with that file: `team` under `/team/`, and `guests` under `/guests/`.

    Args:
        home: its files lie there.
        team: a notebook server.
        guests: a chat server of its own, or the port where a notebook server lets guests in.
        instead: what is put in place of what.
        port: its own.
    """

    def __init__(
        self,
        home: Home,
        team: Server | None = None,
        guests: Server | int | None = None,
        instead: Mapping[str, str] = {},
        port: int = 0,
    ) -> None:
        port = port or free_port()
        self.folder = home.folder / f"nginx-{port}"
        self.folder.mkdir()
        super().__init__("nginx", [program(), "-c", f"{self.folder}/nginx.conf"], home, port)
        self.authority = self._certify()
        self.trust = ssl.create_default_context(cafile=self.authority)
        self.team = f"https://{HOST}:{port}/team/"
        self.guests = f"https://{HOST}:{port}/guests/"
        places = {
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            CERTIFICATE: f"{self.folder}/certificate.pem",
            KEY: f"{self.folder}/key.pem",
        }
        conf = substitute(CONF.read_text(encoding="utf-8"), {**instead, **places})
        for place, server in {TEAM: team, GUESTS: guests}.items():
            to = server.port if isinstance(server, Server) else server or free_port()
            conf = conf.replace(place, f"http://127.0.0.1:{to}")
        (self.folder / "chat.conf").write_text(conf, encoding="utf-8")
        # Its workers give up root's rights, and could not write where pytest keeps files.
        user = "user root;" if os.geteuid() == 0 else ""
        around = AROUND.format(folder=self.folder, user=user)
        (self.folder / "nginx.conf").write_text(around, encoding="utf-8")

    def _certify(self) -> Path:
        """A certificate by an authority of its own, whose file is returned."""
        authority = trustme.CA()
        made = authority.issue_cert(HOST, "localhost", "127.0.0.1")
        made.private_key_pem.write_to_path(self.folder / "key.pem")
        made.cert_chain_pems[0].write_to_path(self.folder / "certificate.pem")
        path = self.folder / "authority.pem"
        authority.cert_pem.write_to_path(path)
        return path

    def socket(self, path: str) -> str:
        """The address of a WebSocket, for programs."""
        return f"wss://localhost:{self.port}/{path}"

    def client(self, path: str = "/team/", address: str = "127.0.0.1") -> httpx.Client:
        """An HTTP client of somebody at this address, for a `with`, below a path."""
        return httpx.Client(
            base_url=f"https://localhost:{self.port}{path}",
            transport=httpx.HTTPTransport(verify=self.trust, local_address=address),
            timeout=10,
        )


def program() -> str:
    # On Debian it lies where only root looks.
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    assert found, "no nginx: `make test` installs it"
    return found


def substitute(text: str, instead: Mapping[str, str]) -> str:
    """`text` with one thing in place of another, each of which is there once."""
    for old, new in instead.items():
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {CONF.name}"
        text = text.replace(old, new)
    return text


# ---------------------------------------------------------------------------------- fixtures


@pytest.fixture
def stand(home: Home, start: Callable[[Server], Server]) -> Callable[..., Nginx]:
    """`stand(team=…, guests=…, instead=…)`: an nginx, ended with the test."""

    def stand(**options: Any) -> Nginx:
        found = Nginx(home, **options)
        start(found)
        return found

    return stand


def behind(home: Home, **chat: Any) -> Server:
    """A notebook server as docs/deploy.md configures it."""
    server = {"local_hostnames": [HOST, "localhost"], "trust_xheaders": True}
    return notebook_server(home, base_url="/team/", config={"ServerApp": server, "TornChat": chat})


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests: use rooms of your own in it."""
    home = Home(tmp_path_factory.mktemp("team"))
    server = behind(home, heartbeat=HEARTBEAT)
    yield server.start()
    server.stop()
