"""The chat at home in JupyterLab and Notebook 7: its places, its commands and its settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, WebSocket, expect

from notebooks import open_notebook, write_notebook
from panel import Panel, make_room, say
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
    page.locator(".jp-Dialog", has_text="New room").locator("input").fill("Night shift")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(tabs(page)).to_have_text(["Lobby", "Night shift", "Forecast"])

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
