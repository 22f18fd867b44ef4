"""Every door opens on the same room: a cell in JupyterLab and in Notebook 7, the sidebar, the page,
a program, and the chat server of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

import servers
from conftest import FOREIGN_HOST
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, create_room, enter_chat, make_room, open_chat
from servers import Home, Server
from watch import Watch

App = Literal["lab", "notebook"]
APPS: tuple[App, ...] = ("lab", "notebook")
NewPage = Callable[..., Page]

SHOW = 'from jupyter_tornchat import ChatPanel\npanel = ChatPanel("{room}")\npanel'
SAY = 'panel.room.send("the training is done")'
BE_BUSY = "import time\ntime.sleep(600)"
INTERRUPT = "() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')"
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
  (cell) => [cell.model.sharedModel.source, cell.model.executionCount])"""


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def new_page(new_page: NewPage, watch: Watch) -> NewPage:
    return lambda **options: watch.over(new_page(**options))


def open_cell(page: Page, server: Server, room: str, app: App = "lab", panels: int = 1) -> Panel:
    """A notebook whose first cells show the room, and then some more."""
    name = f"{room}-{app}.ipynb"
    write_notebook(server, name, [*[SHOW.format(room=room)] * panels, SAY, BE_BUSY])
    open_notebook(page, server, name, app)
    for cell in range(panels):
        run_cell(page, cell)
    panel = Panel(page, "cell", panels - 1)
    panel.box.wait_for()
    return panel


# ---------------------------------------------------------------------- a cell and the page


@pytest.mark.parametrize("app", APPS)
def test_a_cell_and_a_page_talk_in_one_room_even_while_the_kernel_is_busy(
    lab_server: Server, new_page: NewPage, watch: Watch, app: App
) -> None:
    analyst, visitor = new_page(), new_page(viewport={"width": 1200, "height": 800})
    cell = open_cell(analyst, lab_server, "lobby", app)
    page = open_chat(visitor, lab_server)
    hello, answer = f"good morning, {app}", f"morning! {app} is starting"

    page.say(hello)
    page.take_name(f"Ben of {app}")
    expect(page.kept(hello)).to_have_count(1)
    expect(cell.kept(hello)).to_have_count(1)

    cell.say(answer)
    cell.take_name(f"Ann of {app}")
    expect(cell.kept(answer)).to_have_count(1)
    expect(page.kept(answer)).to_have_count(1)
    expect(cell.box).to_have_value("")

    cell.element.get_by_role("button", name="People").click()
    for panel in (page, cell):
        for name in ("Ann", "Ben"):
            expect(panel.people.get_by_text(f"{name} of {app}")).to_have_count(1)

    run_cell(analyst, 1)
    said = analyst.locator(".jp-OutputArea-output pre", has_text=re.compile(r"^#\d+\s*$"))
    seq = int(said.inner_text().strip().removeprefix("#"))
    with lab_server.http(lab_server.token) as program:
        told = program.get(f"tornchat/api/rooms/lobby/messages/{seq}").json()
    assert told["text"] == "the training is done"
    for panel in (page, cell):
        told_last = panel.message("the training is done").last
        expect(told_last).to_be_visible()
        expect(panel.log.get_by_role("article").last).to_contain_text("the training is done")

    run_cell(analyst, 2, wait=False)
    busy = analyst.locator(".jp-InputPrompt", has_text="[*]:")
    expect(busy).to_have_count(1)
    page.say(f"are you still there, {app}?")
    expect(cell.kept(f"are you still there, {app}?")).to_have_count(1)
    cell.say(f"yes, {app} is computing")
    expect(page.kept(f"yes, {app} is computing")).to_have_count(1)
    expect(busy).to_have_count(1)
    analyst.evaluate(INTERRUPT)
    expect(busy).to_have_count(0)
    assert not watch.dialogs


@pytest.mark.parametrize("app", APPS)
def test_keys_pressed_in_a_panel_stay_in_it(
    lab_server: Server, new_page: NewPage, app: App
) -> None:
    room = make_room(lab_server, f"keys-{app}")
    page = new_page()
    cell = open_cell(page, lab_server, room, app)
    cell.say("x")
    cell.take_name("Ann")
    expect(cell.kept("x")).to_have_count(1)
    before = page.evaluate(CELLS)

    # Letters that are commands of a notebook, and keys that leave its editor.
    cell.box.click()
    page.keyboard.type("abxcvzdd0011iimyrhjkostl//")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    for key in ("Escape", "ArrowUp", "Home", "ArrowDown", "End", "x", "Backspace"):
        page.keyboard.press(key)
    two_lines = "abxcvzdd0011iimyrhjkostl//\nsecond line"
    expect(cell.box).to_have_value(two_lines)
    assert page.evaluate(CELLS) == before

    # Enter in each of the ways that run a cell: here it sends.
    for number, key in enumerate(("Enter", "Control+Enter", "Alt+Enter")):
        page.keyboard.type(f" {number}")
        page.keyboard.press(key)
        expect(cell.box).to_have_value("")
    expect(cell.texts).to_have_text(["x", f"{two_lines} 0", "1", "2"], use_inner_text=True)
    assert page.evaluate(CELLS) == before


# -------------------------------------------------------------------------- one session


def test_the_sidebar_and_every_panel_of_a_browser_page_share_one_session(
    lab_server: Server, new_page: NewPage, watch: Watch
) -> None:
    room = make_room(lab_server, "shared")
    lab = new_page()
    second = open_cell(lab, lab_server, "lobby", panels=2)
    first = Panel(lab, "cell", 0)
    lab.get_by_role("tab", name="Chat").click()
    sidebar = Panel(lab, "sidebar")
    sidebar.box.wait_for()
    assert len(open_sockets(watch)) == 1

    sidebar.say("hello from the sidebar")
    sidebar.take_name("Sue")
    for panel in (first, second, sidebar):
        expect(panel.kept("hello from the sidebar")).to_have_count(1)

    # A tab of the same browser has a session of its own, of the same person.
    page = open_chat(watch.over(lab.context.new_page()), lab_server)
    assert len(open_sockets(watch)) == 2
    page.say("and from a tab")
    for panel in (first, second, sidebar, page):
        expect(panel.kept("and from a tab")).to_have_count(1)
    sidebar.element.get_by_role("button", name="People").click()
    expect(sidebar.people.get_by_text("Sue")).to_have_count(1)

    # The sidebar may go to another room; the cells stay in theirs, on the same socket.
    sidebar.element.get_by_role("button", name="Rooms").click()
    sidebar.rooms.get_by_text(room).click()
    sidebar.say("in the other room")
    expect(sidebar.kept("in the other room")).to_have_count(1)
    expect(first.kept("hello from the sidebar")).to_have_count(1)
    expect(first.message("in the other room")).to_have_count(0)
    assert len(open_sockets(watch)) == 2


def open_sockets(watch: Watch) -> list[WebSocket]:
    ours = [socket for socket in watch.sockets if "/tornchat/chat" in socket.url]
    return [socket for socket in ours if not socket.is_closed()]


# ---------------------------------------------------------------------- where it is served


def test_the_page_works_over_plain_http_under_a_name_that_is_not_localhost(
    start_notebook_server: Callable[..., Server], new_page: NewPage, watch: Watch
) -> None:
    remote = {"ServerApp": {"allow_remote_access": True}}
    server = start_notebook_server(config=remote)
    there = f"http://{FOREIGN_HOST}:{server.port}/"
    ann, ben = (open_chat(new_page(), server, url=there) for _ in range(2))
    for panel in (ann, ben):
        assert panel.page.evaluate("window.isSecureContext") is False

    ann.say("is anybody here?")
    ann.take_name("Ann")
    expect(ben.kept("is anybody here?")).to_have_count(1)
    ben.say("I am")
    ben.take_name("Ben")
    for panel in (ann, ben):
        expect(panel.kept("I am")).to_have_count(1)
        expect(panel.people).to_have_text(["Ann", "Ben"] if panel is ann else ["Ben", "Ann"])

    create_room(ann, "Second room")
    expect(ben.rooms.get_by_text("Second room")).to_be_visible()
    ben.page.reload()
    expect(ben.texts).to_have_text(["is anybody here?", "I am"])
    assert watch.hosts == {f"{FOREIGN_HOST}:{server.port}"}
    # All that a browser has to say: one header is of use in a secure context only.
    assert all("Cross-Origin-Opener-Policy" in said for said in watch.complaints)


# --------------------------------------------------------------------- where something is amiss


def test_a_panel_that_cannot_chat_says_why_and_what_mends_it(
    home: Home, start: Callable[[Server], Server], new_page: NewPage
) -> None:
    """It is installed only where the kernel is, or the server was not started again."""
    bare = {"ServerApp": {"jpserver_extensions": {"jupyter_tornchat": False}}}
    server = start(servers.notebook_server(home, lab=True, config=bare))
    write_notebook(server, "bare.ipynb", [SHOW.format(room="lobby"), "print(repr(panel))", SAY])
    page = new_page()
    open_notebook(page, server, "bare.ipynb")
    for cell in range(3):
        run_cell(page, cell)
    outputs = page.locator(".jp-OutputArea-output")
    for door in (outputs.first, open_sidebar(page)):
        expect(door).to_contain_text("The chat is not on this Jupyter server.")
        expect(door).to_contain_text("pip install jupyter_tornchat")
        expect(door.get_by_role("button", name="Try again")).to_be_visible()
    expect(outputs.nth(1)).to_have_text("ChatPanel('lobby'), no chat server found")
    expect(outputs.nth(2)).to_contain_text("Looked for: JUPYTER_TORNCHAT_URL")
    expect(outputs.nth(2)).to_contain_text("restart the kernel")


def open_sidebar(page: Page) -> Locator:
    page.get_by_role("tab", name="Chat").click()
    return page.locator("#jupyter-tornchat")


def test_a_panel_of_another_version_and_one_of_somebody_signed_out_say_so(
    lab_server: Server, new_page: NewPage
) -> None:
    older = 'from jupyter_tornchat import ChatPanel\npanel = ChatPanel("lobby")\n'
    older += 'panel.set_trait("version", "0.0.1")\npanel'
    write_notebook(lab_server, "amiss.ipynb", [older, "print(repr(panel))", "panel"])
    page = new_page()
    open_notebook(page, lab_server, "amiss.ipynb")
    run_cell(page, 0)
    outputs = page.locator(".jp-OutputArea-output")
    version = "The kernel has jupyter_tornchat 0.0.1, the server "
    expect(outputs.first).to_contain_text(version)
    expect(Panel(page, "cell").box).to_be_visible()

    run_cell(page, 1)
    address = f"{lab_server.url}tornchat/?room=lobby"
    expect(outputs.nth(1)).to_have_text(f"ChatPanel('lobby') at {address}")

    page.context.clear_cookies()
    run_cell(page, 2)
    expect(outputs.nth(2)).to_contain_text("You are signed out.")
    expect(outputs.nth(2).get_by_role("link", name="Sign in")).to_be_visible()


def test_the_chat_server_of_its_own_is_entered_by_its_login_form(
    chat_server: Server, new_page: NewPage, watch: Watch
) -> None:
    ann = enter_chat(new_page(), chat_server, "Ann")
    ben = enter_chat(new_page(), chat_server, "Ben")
    ann.say("hello, Ben")
    ben.say("hello, Ann")
    for panel in (ann, ben):
        expect(panel.texts).to_have_text(["hello, Ben", "hello, Ann"])
        expect(panel.people).to_have_count(2)

    ben.element.get_by_role("button", name="Sign out").click()
    ben.page.wait_for_url("**/login")
    expect(ann.people).to_have_text(["Ann"], timeout=15_000)
    assert not watch.complaints
