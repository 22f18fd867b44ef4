"""What one does in a chat, done in JupyterLab and in Notebook 7 as it is in the page: the doors
differ in what is around the panel, and in who listens to its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

import servers
from desk import Desk
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, person, post, say
from servers import Home, Server
from watch import Watch

CODE = """```python
def area(radius):
\treturn 3.14 * radius ** 2
```"""
TABLE = "| year | rain |\n| --- | ---: |\n| 2025 | 812 |"
SOURCES = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .map((cell) => cell.model.sharedModel.source)"""
OPEN = "([command, room]) => window.jupyterapp.commands.execute(command, { room })"
COMMANDS = {"tab": "tornchat:create", "sidebar": "tornchat:open"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    unlimited = {"TornChat": {"message_rate": 0}}
    home = Home(tmp_path_factory.mktemp("everywhere"))
    server = servers.notebook_server(home, lab=True, config=unlimited)
    yield server.start()
    server.stop()


def act(message: Locator, says: str) -> None:
    message.hover()
    message.get_by_role("button", name=says, exact=True).click()


def write(panel: Panel) -> None:
    """With suggestions, by keyboard; then changed by the arrow up, and taken back."""
    keys = panel.page.keyboard
    panel.box.click()
    keys.type("hello @an")
    expect(panel.element.get_by_role("option")).to_have_count(1)
    keys.press("Enter")
    keys.type("and all :tad")
    expect(panel.element.get_by_role("option").first).to_contain_text("tada")
    keys.press("Enter")
    keys.press("Shift+Enter")
    keys.type("second line")
    keys.press("Enter")
    expect(panel.kept("hello @Ann Lee and all 🎉\nsecond line")).to_have_count(1)
    keys.press("ArrowUp")
    expect(panel.box).to_have_value("hello @Ann Lee and all 🎉\nsecond line")
    keys.type(", changed")
    keys.press("Enter")
    mine = panel.kept("hello @Ann Lee and all 🎉\nsecond line, changed")
    expect(mine.locator(".edited")).to_have_count(1)
    act(mine, "Delete")
    mine.get_by_role("button", name="Delete", exact=True).click()
    expect(mine).to_have_count(0)


def read(panel: Panel, server: Server, room: str) -> Locator:
    """Formatted, coloured and set; the code goes into the notebook by one click."""
    say(server, room, CODE, "so $\\frac{a}{b}$", TABLE)
    code = panel.log.locator("tornchat-code").last
    expect(code.locator(".keyword").first).to_have_text("def")
    expect(panel.log.locator("tornchat-math math mfrac").last).to_have_count(1)
    expect(panel.log.get_by_role("cell", name="812").last).to_be_visible()
    return code


def answer(panel: Panel, server: Server, room: str) -> None:
    """A quote leads to what it answers, however far above."""
    say(server, room, "shall we?")
    act(panel.kept("shall we?").last, "Reply")
    panel.page.keyboard.type("we shall")
    panel.page.keyboard.press("Enter")
    expect(panel.kept("we shall").last).to_contain_text("shall we?")
    say(server, room, *(f"line {n}" for n in range(30)), "then?")
    expect(panel.kept("then?").last).to_be_in_viewport()
    panel.scroll_to(0)
    say(server, room, "below")
    panel.element.get_by_role("button", name="1 new message").click()
    expect(panel.kept("below").last).to_be_in_viewport()


def send_picture(panel: Panel) -> None:
    desk = Desk(panel)
    desk.paste(("image.png", "image/png", desk.paint(40, 30, "image/png")))
    expect(desk.ready).to_have_count(1)
    panel.say("the plot")
    message = panel.log.get_by_role("article").filter(has_text="the plot").last
    expect(message.get_by_role("img", name="image.png")).to_be_visible()


@pytest.mark.parametrize(
    ("app", "home"),
    [("lab", "tab"), ("lab", "cell"), ("notebook", "sidebar"), ("notebook", "cell")],
)
def test_one_chats_alike_in_every_place_of_JupyterLab_and_Notebook_7(
    server: Server,
    new_page: Callable[..., Page],
    app: Literal["lab", "notebook"],
    home: str,
) -> None:
    room = make_room(server, f"{home}-of-{app}")
    with closing(person(server, "Ann Lee")) as ann:
        post(ann, room, "I am Ann Lee")
    watch = Watch()
    page = watch.over(new_page(viewport={"width": 1500, "height": 1000}))
    shown = f"from jupyter_tornchat import ChatPanel\nChatPanel({room!r})"
    write_notebook(server, f"{room}.ipynb", [shown if home == "cell" else "1 + 1", ""])
    open_notebook(page, server, f"{room}.ipynb", app)
    if home == "cell":
        run_cell(page, 0)
    else:
        page.evaluate(OPEN, [COMMANDS[home], room])
    panel = Panel(page, home)
    panel.say("my first")
    name = f"Zoe of the {home} of {app}"
    panel.take_name(name)
    expect(panel.kept("my first")).to_have_count(1)
    write(panel)
    say(server, room, "to nobody", f"@{name}: look")
    expect(panel.log.locator(".for-me")).to_contain_text([f"@{name}: look"])
    code = read(panel, server, room)
    code.get_by_role("button", name="Insert below the active cell").click()
    expect(code.get_by_role("status")).to_have_text("Inserted")
    answer(panel, server, room)
    send_picture(panel)
    if home != "tab":
        assert CODE[10:-4] in page.evaluate(SOURCES)
    assert watch.dialogs == []
