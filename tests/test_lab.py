"""The chat at home in JupyterLab and Notebook 7: its places, its commands and its settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from invite import make_link
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, person, post, say
from servers import Server
from watch import Watch

App = Literal["lab", "notebook"]
APPS: tuple[App, ...] = ("lab", "notebook")
NewPage = Callable[..., Page]


def open_lab(page: Page, server: Server, query: str = "reset&") -> None:
    """JupyterLab without a document: it shows the launcher."""
    page.goto(f"{server.url}lab?{query}token={server.token}")
    restored(page)


def restored(page: Page) -> None:
    page.wait_for_function("() => window.jupyterapp?.restored")
    page.evaluate("() => window.jupyterapp.restored")


def run(page: Page, command: str, **arguments: str) -> None:
    """What a menu, a key or another extension does."""
    ask = "([command, args]) => { void window.jupyterapp.commands.execute(command, args) }"
    page.evaluate(ask, [command, arguments])


def from_palette(page: Page, label: str) -> None:
    page.keyboard.press("Control+Shift+C")
    page.locator(".lm-CommandPalette-input").fill(f"chat {label}")
    page.locator(".lm-CommandPalette-item", has_text=label).first.click()


def from_menu(page: Page, bar: str, *items: str) -> None:
    page.locator(".lm-MenuBar-itemLabel", has_text=bar).click()
    for item in items:
        exact = re.compile(rf"^{item}$")
        page.locator(".lm-Menu-itemLabel").filter(has_text=exact).last.click()


def tabs(page: Page) -> Locator:
    """The rooms among the tabs of the main area."""
    sign = page.locator("[data-icon*=tornchat]")
    return page.locator("#jp-main-dock-panel .lm-TabBar-tab", has=sign)


def test_a_room_is_a_tab_of_lab_and_is_there_again_after_a_reload(
    lab_server: Server, new_page: NewPage
) -> None:
    forecast = make_room(lab_server, "forecast", "Forecast")
    watch = Watch()
    page = watch.over(new_page(viewport={"width": 1300, "height": 800}))
    open_lab(page, lab_server)

    # The launcher, File > New and the palette.
    page.locator(".jp-LauncherCard", has_text="Chat").click()
    lobby = Panel(page, "tab")
    expect(lobby.box).to_be_focused()
    expect(tabs(page)).to_have_text(["Lobby"])
    from_palette(page, "Open room…")
    page.locator(".jp-Dialog select").select_option("Forecast (forecast)")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(tabs(page)).to_have_text(["Lobby", "Forecast"])
    from_menu(page, "File", "New", "Chat")
    expect(lobby.box).to_be_focused()
    expect(tabs(page)).to_have_text(["Lobby", "Forecast"])
    from_palette(page, "New room…")
    page.locator(".jp-Dialog input").fill("Ann of the tabs")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    dialog = page.locator(".jp-Dialog", has_text="New room")
    expect(dialog.get_by_label("What is the room called?")).to_be_focused()
    page.keyboard.type("Night shift")
    dialog.get_by_label("Who speaks in it?").select_option("announce")
    dialog.locator(".jp-mod-accept").click()
    expect(tabs(page)).to_have_text(["Lobby", "Night shift", "Forecast"])
    expect(lobby.rooms.filter(has_text="Night shift")).to_contain_text("Announcements")

    # A room behind another one counts what is unread, and forgets it when it is shown.
    say(lab_server, forecast, "rain at noon", "sun at two")
    expect(tabs(page)).to_have_text(["Lobby", "Night shift", "(2) Forecast"])
    tabs(page).filter(has_text="Forecast").click()
    expect(tabs(page)).to_have_text(["Lobby", "Night shift", "Forecast"])

    # Lab keeps its layout about a second after the last change.
    with page.expect_response(lambda answer: "api/workspaces" in answer.url and answer.ok):
        tabs(page).filter(has_text="Night").locator(".lm-TabBar-tabCloseIcon").click()
    expect(tabs(page)).to_have_text(["Lobby", "Forecast"])
    watch.sockets.clear()
    page.goto(f"{lab_server.url}lab")
    restored(page)
    expect(tabs(page)).to_have_text(["Lobby", "Forecast"])
    shown = page.locator("tornchat-panel:visible")
    expect(shown.get_by_text("sun at two")).to_be_visible()
    assert len(open_sockets(watch)) == 1


def open_sockets(watch: Watch) -> list[WebSocket]:
    ours = [socket for socket in watch.sockets if "/tornchat/chat" in socket.url]
    return [socket for socket in ours if not socket.is_closed()]


@pytest.mark.parametrize("app", APPS)
def test_the_sidebar_tells_what_is_unread_and_opens_in_each_of_its_ways(
    lab_server: Server, new_page: NewPage, app: App
) -> None:
    room = make_room(lab_server, f"side-{app}", f"Side of {app}")
    write_notebook(lab_server, f"side-{app}.ipynb", ["1 + 1"])
    page = new_page(viewport={"width": 1300, "height": 800})
    open_notebook(page, lab_server, f"side-{app}.ipynb", app)
    sidebar = Panel(page, "sidebar")
    expect(sidebar.element).to_have_count(0)

    page.keyboard.press("Control+Shift+Y")
    expect(sidebar.box).to_be_focused()
    sidebar.say("hello")
    sidebar.take_name(f"Ann beside {app}")
    expect(sidebar.kept("hello").last).to_be_visible()
    run(page, "tornchat:open", room=room)
    expect(sidebar.element.get_by_role("heading", name=f"Side of {app}")).to_be_visible()
    expect(sidebar.log).to_contain_text("Nobody has said anything")

    # A guest is invited from here, too, and the door is closed again.
    sidebar.element.get_by_role("button", name="Invite a guest").click()
    invites = sidebar.element.get_by_role("dialog", name=f"Guests in Side of {app}")
    assert re.fullmatch(r"http://\S+/join#k=\S{32,}", make_link(invites))
    for _ in ("asked", "sure"):
        invites.get_by_role("button", name="Close the door").click()
    expect(invites.get_by_role("button", name="Open the door")).to_be_visible()
    invites.get_by_role("button", name="Close", exact=True).click()
    expect(invites).to_have_count(0)

    # Behind another one of the sidebar, or closed, it counts; what speaks to one is told by Lab.
    hide(page, app)
    ben = person(lab_server, f"Ben beside {app}")
    post(ben, room, f"@Ann beside {app}, look here")
    ben.close()
    told = page.locator(".jp-toast, .Toastify__toast", has_text="look here")
    expect(told).to_contain_text(f"Ben beside {app} · Side of {app}")
    sign = (
        page.locator(".jp-SideBar [data-id=jupyter-tornchat]")
        if app == "lab"
        else page.locator("[data-command='tornchat:open-beside']")
    )
    count = page.locator(".tornchat-status button")
    if app == "lab":
        expect(sign).to_have_attribute("data-unread", "1")
        expect(count).to_have_text("1")
        set_setting(page, "statusBar", False)
        expect(count).to_be_hidden()
        set_setting(page, "statusBar", True)
        expect(count).to_be_visible()
    else:
        expect(sign).to_have_attribute("title", "Chat: 1 new message")
    told.get_by_role("button", name="Open").click()
    expect(sidebar.box).to_be_visible()
    expect(sidebar.texts.last).to_have_text(f"@Ann beside {app}, look here")
    if app == "lab":
        expect(sign).not_to_have_attribute("data-unread", "1")
        expect(count).to_be_hidden()
    else:
        expect(sign).to_have_attribute("title", "Chat")

    # Another theme and another room that comes first hold at once.
    light = sidebar.element.evaluate(GROUND)
    page.evaluate(
        "() => window.jupyterapp.commands.execute('apputils:change-theme',"
        " {theme: 'JupyterLab Dark'})"
    )
    expect(sidebar.element).to_have_attribute("scheme", "dark")
    assert sidebar.element.evaluate(GROUND) != light
    run(page, "tornchat:open", room="lobby")
    set_setting(page, "room", room)
    expect(sidebar.element.get_by_role("heading", name=f"Side of {app}")).to_be_visible()
    page.evaluate(
        "() => window.jupyterapp.commands.execute('apputils:change-theme',"
        " {theme: 'JupyterLab Light'})"
    )
    set_setting(page, "room", "lobby")
    expect(sidebar.element).to_have_attribute("scheme", "light")


@pytest.mark.parametrize("app", APPS)
def test_in_a_chinese_lab_the_chat_speaks_chinese(
    lab_server: Server, new_page: NewPage, app: App
) -> None:
    write_notebook(lab_server, f"zh-{app}.ipynb", ["1 + 1"])
    speak(lab_server, "zh_CN")
    try:
        page = new_page(viewport={"width": 1300, "height": 800})
        open_notebook(page, lab_server, f"zh-{app}.ipynb", app)
        page.locator(".lm-MenuBar-itemLabel", has_text="View").click()
        page.locator(".lm-Menu-itemLabel", has_text="打开聊天").click()
        sidebar = Panel(page, "sidebar")
        expect(sidebar.box).to_have_attribute("placeholder", re.compile("发消息到"))
        button = page.locator(".jp-Cell [data-command='tornchat:share-cell']")
        expect(button.first).to_have_attribute("title", re.compile("分享单元格"))
    finally:
        speak(lab_server, "default")


def speak(server: Server, locale: str) -> None:
    """The language of JupyterLab's settings, which is Notebook's too."""
    with server.http(server.token) as client:
        address = "lab/api/settings/@jupyterlab/translation-extension:plugin"
        client.put(address, json={"raw": f'{{"locale": "{locale}"}}'}).raise_for_status()


GROUND = "(panel) => getComputedStyle(panel).backgroundColor"


def hide(page: Page, app: App) -> None:
    """The sidebar goes, as by its own sign or by Notebook's cross."""
    if app == "lab":
        page.locator(".jp-SideBar [data-id=jupyter-tornchat]").click()
    else:
        page.locator("#jp-right-stack button.jp-SidePanel-collapse").click()
    expect(page.locator("#jupyter-tornchat")).to_be_hidden()


def set_setting(page: Page, name: str, value: str | bool) -> None:
    """What the form of Lab's settings does, which is Lab's own."""
    page.evaluate(SET, [name, value])


SET = """async ([name, value]) => {
  const { jupyterapp } = window;
  const tokens = [...jupyterapp.pluginRegistry._services.keys()];
  const token = tokens.find(({ name }) => name.endsWith(':ISettingRegistry'));
  const settings = await jupyterapp.resolveRequiredService(token);
  await settings.set('jupyter-tornchat:plugin', name, value);
}"""


# ---------------------------------------------------------------------------- cells and code

PICTURE = """import base64
from IPython.display import Image, display
print("forecast")
display(Image(base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGOQSzkBRAwQCgAhfgUpmyH9hgAAAAB"
    "JRU5ErkJggg=="
)))"""
SOURCES = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(
  (cell) => cell.model.sharedModel.source)"""
FIRST = """(index) => {
  window.jupyterapp.shell.currentWidget.content.activeCellIndex = index ?? 0;
}"""
UNDO_IN_CELL = """() => {
  window.jupyterapp.shell.currentWidget.content.activeCell.model.sharedModel.undo();
}"""
UNDO = "() => window.jupyterapp.commands.execute('notebook:undo-cell-action')"


@pytest.mark.parametrize("app", APPS)
def test_a_cell_is_shared_with_its_picture_and_inserted_by_its_reader_with_one_click(
    lab_server: Server, new_page: NewPage, app: App
) -> None:
    room = make_room(lab_server, f"cells-{app}", f"Cells of {app}")
    write_notebook(lab_server, f"cells-{app}.ipynb", [PICTURE, "second = 2"])
    page = new_page(viewport={"width": 1300, "height": 900})
    open_notebook(page, lab_server, f"cells-{app}.ipynb", app)
    run_cell(page, 0)

    # Nothing of the chat is open, and nobody has a name yet.
    page.locator(".jp-Cell").first.click(button="right", position={"x": 100, "y": 12})
    page.locator(".lm-Menu-itemLabel", has_text="Share cell").click()
    page.locator(".jp-Dialog", has_text="call you").locator("input").fill(f"Cem of {app}")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    dialog = page.locator(".jp-Dialog", has=page.locator("tornchat-cell-preview"))
    expect(dialog).to_contain_text("This is what will be sent")
    expect(dialog.locator("tornchat-cell-preview")).to_contain_text(f"cells-{app}.ipynb · python")
    expect(dialog.locator("img")).to_have_js_property("naturalWidth", 2)
    dialog.get_by_label("With its outputs").uncheck()
    expect(dialog.locator("img")).to_have_count(0)
    dialog.get_by_label("With its outputs").check()
    dialog.get_by_label("Room").select_option(room)
    dialog.locator(".jp-mod-accept").click()
    shared = page.locator(".jp-toast, .Toastify__toast", has_text="shared in")
    shared.get_by_role("button", name="Open").click()

    sidebar = Panel(page, "sidebar")
    card = sidebar.log.locator("tornchat-cell")
    expect(card).to_contain_text(f"[1]: cells-{app}.ipynb · python")
    expect(card).to_contain_text("forecast")
    expect(card.locator("img")).to_have_js_property("naturalWidth", 2)

    # The active cell is the first one; each way in is undone by one step back.
    before = page.evaluate(SOURCES)
    inserted = [PICTURE, *before]
    ways = {"Insert": [before[0], *inserted[:1], *before[1:]], "Insert above the": inserted}
    for button, sources in ways.items():
        page.evaluate(FIRST)
        card.get_by_role("button", name=button, exact=button == "Insert").click()
        assert page.evaluate(SOURCES) == sources
        page.evaluate(UNDO)
        assert page.evaluate(SOURCES) == before
    page.evaluate(FIRST, 1)
    card.get_by_role("button", name="Replace").click()
    assert page.evaluate(SOURCES) == [PICTURE, PICTURE]
    page.evaluate(UNDO_IN_CELL)
    assert page.evaluate(SOURCES) == before
