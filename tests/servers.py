"""Real servers: each a process of its own on a free loopback port, in a Jupyter home of its own.

Whoever starts one ends it: SIGTERM, a bounded wait, then SIGKILL, which is an error. Nothing here
waits for time; a server is up when it answers and down when its process is gone.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

TOKEN = "a-token-for-tests-and-nothing-else"
START_SECONDS = 30
CHAT_SECONDS = 3
NOT_YET = "the chat has not started yet"
STOP_SECONDS = 15
# What a notebook server brings along is left out where it can be: it starts in half the time.
LEAN = {
    "jupyter_tornchat": True,
    **dict.fromkeys(
        ("jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "jupyter_server_terminals"),
        False,
    ),
}
LEAN_PATH = Path(__file__).parent / "lean"
"""What is imported instead of what makes every start late; it says why."""

NO_NEWS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    }
}
"""What JupyterLab is told, or a question would cover a corner of it."""

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""What HTTP clients verify who are made again and again and speak plain http: without it each of
them reads all of the world's authorities first."""

running: list[Server] = []
"""Every server that is up, so that a failed test can show their logs."""


# Below those that the system gives away by itself (on Linux from 32,768 on): a kernel would have
# one of them before the server that it was found for. Each of the workers has its own.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = iter(range(16_384 + WORKER, 32_768, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))))


def free_port() -> int:
    """One that nobody listens on, and nobody else is told of."""
    for port in PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("there is no port left")


class Home:
    """A folder that holds everything Jupyter would keep in the person's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = self._folder("work")
        self.config = self._folder("config")
        self.data = self._folder("data")
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JUPYTER", "JPY_"))
        } | {
            "HOME": str(self._folder("home")),
            "IPYTHONDIR": str(self._folder("ipython")),
            "JUPYTER_CONFIG_DIR": str(self.config),
            "JUPYTER_DATA_DIR": str(self.data),
            "JUPYTER_RUNTIME_DIR": str(self._folder("runtime")),
            "JUPYTERLAB_SETTINGS_DIR": str(self._folder("lab-settings")),
            "JUPYTERLAB_WORKSPACES_DIR": str(self._folder("lab-workspaces")),
            "JUPYTER_PLATFORM_DIRS": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(LEAN_PATH),
        }

    def _folder(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def configure(self, config: dict[str, Any]) -> None:
        """What `jupyter_server_config.json` says; every application of Jupyter's reads it."""
        (self.config / "jupyter_server_config.json").write_text(json.dumps(config))

    def hush_lab(self) -> None:
        """No question about news, which would cover a corner of JupyterLab."""
        folder = self.config / "labconfig"
        folder.mkdir(exist_ok=True)
        (folder / "default_setting_overrides.json").write_text(json.dumps(NO_NEWS))


class Server:
    """One server process. It may be started again on the same port and in the same home."""

    stop_seconds = STOP_SECONDS

    def __init__(
        self, name: str, command: list[str], home: Home, port: int, base_url: str = "/"
    ) -> None:
        self.name = name
        self.command = command
        self.home = home
        self.port = port
        self.base_url = base_url
        self.url = f"http://127.0.0.1:{port}{base_url}"
        self.token = ""
        self.log_path = home.folder / f"{name}-{port}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.stdin: int = subprocess.DEVNULL
        """A file to read from; a terminal makes a notebook server listen to Control-C."""
        self.trust = NO_TLS
        """Where it speaks https: believes in its certificate."""

    # ------------------------------------------------------------------ start and end

    def start(self) -> Server:
        """Start it and return when it answers.

        Raises:
            RuntimeError: it ended, or did not answer within START_SECONDS; with its log.
        """
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.home.work,
                env=self.home.env,
                stdin=self.stdin,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running.append(self)
        for _ in range(START_SECONDS * 20):
            if self.answers():
                self._wait_for_chat()
                return self
            if self._ended_within(0.05):
                break
        self.kill()
        raise RuntimeError(f"{self.name} did not start:\n{self.log()}")

    def _wait_for_chat(self) -> None:
        """A notebook server answers before the chat on it is on; but the storage of some tests
        hangs, and then it says for long that it has not started."""
        for _ in range(CHAT_SECONDS * 20):
            if not self.is_starting() or self._ended_within(0.05):
                return

    def is_starting(self) -> bool:
        """Whether there is a chat on it that is neither on nor says why not."""
        try:
            with self.http(self.token or None) as client:
                health = client.get("tornchat/api/health").json()
        except (httpx.HTTPError, ValueError):
            return False
        return isinstance(health, dict) and health.get("trouble") == NOT_YET

    def answers(self) -> bool:
        """Whether it answers HTTP, with whatever status."""
        try:
            urllib.request.urlopen(self.url, timeout=5, context=self.trust).close()
        except urllib.error.HTTPError as answer:
            answer.close()
        except OSError:
            return False
        return True

    def stop(self) -> int:
        """End it as an operator would, and return its exit status.

        Raises:
            RuntimeError: it was still there after STOP_SECONDS and had to be killed.
        """
        return self.end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would: nothing of it runs any more when this returns."""
        self.end(signal.SIGKILL)

    def end(self, how: signal.Signals) -> int:
        """Send a signal and wait for the end; its exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(how)
        in_time = self._ended_within(self.stop_seconds)
        if not in_time:
            self.process.kill()
        status = self.process.wait()
        self.process = None
        running.remove(self)
        if not in_time:
            raise RuntimeError(f"{self.name} did not stop in {self.stop_seconds} s:\n{self.log()}")
        return status

    def _ended_within(self, seconds: float) -> bool:
        assert self.process is not None
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} does not run"
        return self.process.pid

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    # -------------------------------------------------------------------------- talk to it

    def socket_url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}{self.base_url}{path}"

    def http(self, token: str | None = None) -> httpx.Client:
        """An HTTP client below `url`, for a `with`; a token makes it a program."""
        headers = {"Authorization": f"token {token}"} if token else {}
        return httpx.Client(
            base_url=self.url, headers=headers, timeout=10, trust_env=False, verify=self.trust
        )

    @contextmanager
    def sign_in(self) -> Iterator[httpx.Client]:
        """An HTTP client that signed in with the token in Jupyter's own form, as a browser does:
        it has the login cookie, and sends the `_xsrf` cookie's value back in the header."""
        with self.http() as client:
            submit(client, "login", password=self.token)
            yield client

    @contextmanager
    def enter(self, name: str, form: str = "login") -> Iterator[httpx.Client]:
        """An HTTP client that entered this name in the nickname form: a guest of an open chat
        server."""
        with self.http() as client:
            submit(client, form, name=name)
            yield client


def submit(client: httpx.Client, path: str, **fields: str) -> None:
    """Fill in the form at `path`, whose hidden field is the `_xsrf` cookie's value."""
    form = client.get(path)
    found = re.search(r'name="_xsrf" value="([^"]+)"', form.text)
    assert found, form.text
    answer = client.post(path, data={"_xsrf": found[1], **fields})
    assert answer.status_code == httpx.codes.FOUND, answer.text
    client.headers["X-XSRFToken"] = client.cookies["_xsrf"]


def cookie_header(client: httpx.Client) -> dict[str, str]:
    """The cookies of `client` for something else that connects, such as a WebSocket."""
    return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in client.cookies.jar)}


# ------------------------------------------------------------------------------- the kinds


def notebook_server(
    home: Home,
    *,
    token: str = TOKEN,
    base_url: str = "/",
    lab: bool = False,
    config: dict[str, Any] | None = None,
) -> Server:
    """A Jupyter server with the chat in it; `lab` puts JupyterLab and Notebook 7 there too, and
    terminals."""
    port = free_port()
    given = config or {}
    ours = {
        "ServerApp": {"jpserver_extensions": {"jupyter_tornchat": True} if lab else LEAN},
        # No test is reached by anybody else.
        "TornChat": {"guest_ip": "127.0.0.1", "guest_port": free_port()},
    }
    home.configure(given | {name: more | given.get(name, {}) for name, more in ours.items()})
    command = [
        *(sys.executable, "-m", "jupyterlab" if lab else "jupyter_server"),
        *("--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        f"--ServerApp.base_url={base_url}",
        f"--ServerApp.root_dir={home.work}",
        f"--IdentityProvider.token={token}",
    ]
    if lab:
        home.hush_lab()
        command += [
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--LabApp.extension_manager=readonly",
        ]
    server = Server("lab-server" if lab else "notebook-server", command, home, port, base_url)
    server.token = token
    return server


def front_end(home: Home, kernels: Server) -> Server:
    """A JupyterLab without the chat, whose kernels run on another server."""
    bare = {"ServerApp": {"jpserver_extensions": {"jupyter_tornchat": False}}}
    server = notebook_server(home, lab=True, config=bare)
    server.command += [
        f"--gateway-url={kernels.url}",
        f"--GatewayClient.auth_token={kernels.token}",
    ]
    return server


def chat_server(home: Home, *options: str) -> Server:
    """The chat server of its own: `jupyter tornchat` with these options."""
    port = free_port()
    program = str(Path(sys.executable).with_name("jupyter-tornchat"))
    # The file that a notebook server of the same home uses, so that a test may look at either.
    storage = f"--storage=sqlite:///{home.data}/tornchat/chat.db"
    return Server("chat-server", [program, f"--port={port}", storage, *options], home, port)
