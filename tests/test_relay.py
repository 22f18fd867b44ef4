"""Where the browser cannot reach the server: a front end on another origin, whose kernels run on
the server with the chat. The panel speaks through its kernel, and says so, and as whom."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

import servers
from axe import Axe
from desk import Desk
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, open_chat, say
from servers import Home, Server
from test_saved import SAVE_ALL
from test_secrets import found

NewPage = Callable[..., Page]
TOKEN = "the-token-of-the-server-far-away"

SHOW = """from jupyter_tornchat import ChatPanel, Room
panel = ChatPanel(Room("{room}", name="far.ipynb", **{more}))
panel"""
KEEP_KEY = """import os
with open('key', 'w') as file:
    _ = file.write(os.environ['JUPYTER_TORNCHAT_KEY'])"""
BE_BUSY = "import time\ntime.sleep(600)"
INTERRUPT = "() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')"
KERNEL = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
NO_SUBSHELLS = f"() => {{ {KERNEL}.commsOverSubshells = 'disabled'; }}"
STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
RELAYED = "Through the kernel: you speak here as far.ipynb."
LONG = b"a,b\n7,8\n" + b"1,2\n" * 200_000
"""More than fits into one note."""
BUSY = "What you send goes when the cell is done."


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the chat; no browser but those of its own pages reaches it."""
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("far")), token=TOKEN)
    yield server.start()
    server.stop()


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory, far: Server) -> Iterator[Server]:
    server = servers.front_end(Home(tmp_path_factory.mktemp("near")), far)
    yield server.start()
    server.stop()


@pytest.fixture
def apart(tmp_path: Path, start: Callable[[Server], Server]) -> Server:
    """A JupyterLab without the chat, with kernels of its own."""
    bare = {"ServerApp": {"jpserver_extensions": {"jupyter_tornchat": False}}}
    return start(servers.notebook_server(Home(tmp_path / "apart"), lab=True, config=bare))


class Line:
    """All that a page is told and tells by its sockets."""

    def __init__(self, page: Page) -> None:
        self.told: list[bytes] = []
        self.said: list[bytes] = []
        page.on("websocket", self._opened)

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.told.append(as_bytes(frame)))
        socket.on("framesent", lambda frame: self.said.append(as_bytes(frame)))


def as_bytes(frame: str | bytes) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


class Table:
    """Somebody at the front end, and Ben on the server's own page."""

    def __init__(
        self, far: Server, near: Server, new_page: NewPage, room: str, **more: str
    ) -> None:
        make_room(far, room)
        say(far, room, "said before")
        self.page = new_page(viewport={"width": 1200, "height": 900})
        self.line = Line(self.page)
        show = SHOW.format(room=room, more=more)
        cells = [show, "panel", show, BE_BUSY, KEEP_KEY]
        write_notebook(near, f"{room}.ipynb", cells)
        open_notebook(self.page, near, f"{room}.ipynb")
        if more:  # as in front ends that know no subshells
            self.page.evaluate(NO_SUBSHELLS)
        run_cell(self.page, 0)
        self.cell = Panel(self.page, "cell")
        expect(self.cell.notice).to_contain_text(RELAYED)
        self.ben = open_chat(new_page(), far, room)

    def both_ways(self, about: str) -> None:
        self.ben.say(f"from the page {about}")
        expect(self.cell.kept(f"from the page {about}")).to_have_count(1)
        self.cell.say(f"from the kernel {about}")
        expect(self.ben.kept(f"from the kernel {about}")).to_have_count(1)
        self.cell.settle()

    @property
    def busy(self) -> Locator:
        return self.page.locator(".jp-InputPrompt", has_text="[*]:")


def test_a_panel_chats_through_its_kernel_and_says_so(
    far: Server, near: Server, new_page: NewPage
) -> None:
    table = Table(far, near, new_page, "relayed")
    page, cell, ben = table.page, table.cell, table.ben
    expect(cell.kept("said before")).to_have_count(1)
    expect(cell.name).to_have_count(0)
    ben.say("who is there?")
    ben.take_name("Ben")
    table.both_ways("and back")
    mine = ben.kept("from the kernel and back")
    expect(mine).to_contain_text("far.ipynb")
    expect(mine.get_by_title("A program wrote this, not a person")).to_be_visible()
    assert not Axe().look(page, ".jp-OutputArea tornchat-panel")

    # Files, up and down.
    desk = Desk(cell)
    drawing = desk.paint(900, 700, "image/png")
    desk.pick("plot.png", "image/png", drawing)
    desk.drop(("numbers.csv", "text/csv", LONG))
    expect(desk.ready).to_have_count(2)
    cell.say("two files")
    for panel in (cell, ben):
        last = panel.kept("two files")
        plot = last.get_by_role("img", name="plot.png")
        expect(plot).to_have_js_property("naturalWidth", 900)
        with panel.page.expect_download() as download:
            last.get_by_role("link", name="Download numbers.csv").click()
        assert download.value.path().read_bytes() == LONG
    cell.kept("two files").get_by_role("button", name="Show as a table").click()
    expect(cell.kept("two files").get_by_role("cell", name="7").first).to_be_visible()

    # My own words can be changed.
    cell.box.click()
    page.keyboard.press("ArrowUp")
    cell.box.fill("two fine files")
    page.keyboard.press("Enter")
    expect(ben.kept("two fine files")).to_have_count(1)

    # A second view and a second panel of the kernel share its one session.
    for number in (1, 2):
        run_cell(page, number)
        other = Panel(page, "cell", number)
        expect(other.kept("two fine files")).to_have_count(1)
    assert sum(b'"open"' in said for said in table.line.said) == 1

    # A cell that runs is not in the way.
    run_cell(page, 3, wait=False)
    expect(table.busy).to_have_count(1)
    ben.say("from the page while a cell runs")
    expect(cell.kept("from the page while a cell runs")).to_have_count(1)
    # What one says goes by a subshell, or, where a gateway has not opened it yet, after the cell.
    cell.say("from the kernel while a cell runs")
    page.evaluate(INTERRUPT)
    expect(table.busy).to_have_count(0)
    expect(ben.kept("from the kernel while a cell runs")).to_have_count(1)
    nothing_is_given_away(far, near, table)


def nothing_is_given_away(far: Server, near: Server, table: Table) -> None:
    """Neither what opens the chat reaches the browser, nor what is said the notebook."""
    run_cell(table.page, 4)
    secrets = {"token": far.token.encode(), "key": (far.home.work / "key").read_bytes()}
    table.page.evaluate(SAVE_ALL)
    saved = (near.home.work / "relayed.ipynb").read_bytes()
    stored = table.page.evaluate(STORED).encode()
    seen = b"".join([*table.line.told, *table.line.said, saved, stored])
    assert b"from the kernel and back" in seen
    assert not found(secrets, seen)
    assert b"from the kernel and back" not in saved
    assert json.loads(saved)["metadata"]["widgets"]


def test_a_kernel_that_has_no_time_is_told_of(
    far: Server, apart: Server, new_page: NewPage
) -> None:
    """What comes in is seen while a cell runs; what one says waits for the end of it."""
    table = Table(far, apart, new_page, "patient", url=f"{far.url}tornchat/", token=TOKEN)
    page, cell, ben = table.page, table.cell, table.ben
    ben.say("hello")
    ben.take_name("Ann")
    expect(cell.kept("hello")).to_have_count(1)

    run_cell(page, 3, wait=False)
    expect(table.busy).to_have_count(1)
    ben.say("are you there?")
    expect(cell.kept("are you there?")).to_have_count(1)
    cell.say("only later")
    expect(cell.notice).to_contain_text(BUSY)
    expect(ben.message("only later")).to_have_count(0)
    page.evaluate(INTERRUPT)
    expect(ben.kept("only later")).to_have_count(1)
    expect(cell.notice).not_to_contain_text(BUSY)
