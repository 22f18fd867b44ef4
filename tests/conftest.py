"""The fixtures: real servers, a real browser, and a Jupyter server inside the test's own loop.

- `jp_fetch`, `jp_ws_fetch` … (pytest-jupyter): a server in this process, under a strange base URL
- `notebook_server`, `chat_server`, `lab_server`: processes of their own; the `start_…` ones take
  options and may be called many times
- `connect`: WebSocket clients that are closed when the test ends
- `browser`, `new_page`, `picture`: Chromium. Tests with it are plain `def`, all others may be
  `async def`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import servers
from chromium import Chromium
from client import Client
from servers import Home, Server

pytest_plugins = ["pytest_jupyter.jupyter_server", "logs", "places", "nginx"]

IMAGES = Path(__file__).parent.parent / "docs" / "images"
FOREIGN_HOST = "chat.test"
"""Chromium finds this name at 127.0.0.1; being no localhost, it is no secure context."""


PROMISE = re.compile(r"test_[RS]\d\d_")


LONG = (
    *("xss", "doors", "page", "manners", "lab", "pictures", "seed", "rest", "jupyterhub"),
    *("everywhere", "relay", "notebooks", "saved", "class", "cards", "shown_objects", "schedules"),
    *("nginx", "invite", "once", "kernels", "tour", "list", "back", "done", "composer", "kill"),
    *("bad_handshakes", "gate", "packaging", "stop", "trouble", "order", "doctor", "epoch"),
    *("programs", "notices", "finding", "invites", "guest_power", "server", "secrets"),
    *("command", "hub", "view", "magics", "forward", "share", "job", "join", "help", "messages"),
    *("bad_files", "bad_frames", "file_doors"),
)
"""The tests that take longest, by what their files are called, about in that order."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first: of two workers that take one file after the other, neither
    is left alone with one in the end. The Makefile tells xdist to keep this order.

    A test that looks into a browser and fails is run once more, because two browsers on two
    cores are at times later than any patience; the run's last lines tell of it. No more than five
    in a run, and a test of a promise (R-xx, S-xx) or one without a browser has one go."""
    place = {f"test_{name}.py": number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONG)))
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "browser" in fixtures and not PROMISE.match(item.name):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Any:
    """A failed test shows the log of every server that runs."""
    report = yield
    if report.failed:
        for server in servers.running:
            report.sections.append((f"log of {server.name}", server.log()[-8000:]))
    return report


# --------------------------------------------------------------------------------- servers


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_tornchat": True}},
        "TornChat": {"guest_ip": "127.0.0.1", "guest_port": 0},  # whatever else is open here
    }


@pytest.fixture
def jp_serverapp(jp_serverapp: Any, jp_asyncio_loop: Any) -> Iterator[Any]:
    """The server in this process, its extensions started, which pytest-jupyter leaves out. What
    they tell the kernels to come by the environment is taken back."""
    before = dict(os.environ)
    jp_asyncio_loop.run_until_complete(jp_serverapp.extension_manager.start_all_extensions())
    yield jp_serverapp
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "jupyter")


@pytest.fixture
def start(request: pytest.FixtureRequest) -> Callable[[Server], Server]:
    """Start a server and end it with the test, if the test did not end it before."""

    def start(server: Server) -> Server:
        request.addfinalizer(server.stop)
        return server.start()

    return start


@pytest.fixture
def start_notebook_server(home: Home, start: Callable[[Server], Server]) -> Callable[..., Server]:
    """`start_notebook_server(token=…, base_url=…, config=…, home=…)`."""

    def start_one(home: Home = home, **options: Any) -> Server:
        return start(servers.notebook_server(home, **options))

    return start_one


@pytest.fixture
def notebook_server(start_notebook_server: Callable[..., Server]) -> Server:
    return start_notebook_server()


@pytest.fixture
def start_chat_server(home: Home, start: Callable[[Server], Server]) -> Callable[..., Server]:
    """`start_chat_server("--guests=open", …)`."""

    def start_one(*options: str, home: Home = home) -> Server:
        return start(servers.chat_server(home, *options))

    return start_one


@pytest.fixture
def chat_server(start_chat_server: Callable[..., Server]) -> Server:
    return start_chat_server("--guests=open")


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab and Notebook 7, one for all tests: use rooms of your own in it."""
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("lab")), lab=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def connect(
    request: pytest.FixtureRequest, jp_asyncio_loop: Any
) -> Callable[..., Awaitable[Client]]:
    """`await connect(url, headers=…, subprotocol=…)`: a client, closed when the test ends."""

    async def connect(url: str, **options: Any) -> Client:
        client = await Client.connect(url, **options)
        request.addfinalizer(lambda: jp_asyncio_loop.run_until_complete(client.close()))
        return client

    return connect


# --------------------------------------------------------------------------------- browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    chromium = Chromium()
    yield chromium
    chromium.end()


@pytest.fixture
def hosts() -> str:
    """Where Chromium finds names, for the browser of this test."""
    return f"MAP {FOREIGN_HOST} 127.0.0.1"


@pytest.fixture
def browser(chromium: Chromium, hosts: str) -> Iterator[Browser]:
    """Chromium, which other tests had before: take contexts of your own in it."""
    with chromium.lent(hosts) as browser:
        yield browser


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """`new_page(locale="zh-CN", color_scheme="dark", viewport=…)`: a page in a browser context of
    its own, as another person at another machine has it."""
    with ExitStack() as open_contexts:

        def new_page(**options: Any) -> Page:
            context = browser.new_context(**{"locale": "en-US", **options})
            open_contexts.callback(context.close)
            context.set_default_timeout(15_000)
            return context.new_page()

        yield new_page


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], Path]:
    """`picture(page, "page-light")` takes one for the docs where SCREENSHOTS is set; otherwise it
    goes where pytest keeps temporary files."""

    def picture(page: Page, name: str) -> Path:
        folder = IMAGES if os.environ.get("SCREENSHOTS") else tmp_path
        path = folder / f"{name}.png"
        page.screenshot(path=path)
        return path

    return picture
