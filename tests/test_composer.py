"""Writing, and what one does with a message: in the page, by keyboard, mouse and finger. The other
doors show the same composer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

import servers
from panel import Panel, make_room, open_chat, person, post
from servers import Home, Server
from watch import Watch

NewPage = Callable[..., Page]
UNLIMITED = {"TornChat": {"message_rate": 0}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("composer")), config=UNLIMITED)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def new_page(new_page: NewPage, watch: Watch) -> Iterator[NewPage]:
    """Pages that have nothing to complain about, whatever happens to them."""
    yield lambda **options: watch.over(new_page(**options))
    assert not watch.complaints
    assert not watch.dialogs


def options(panel: Panel) -> Locator:
    return panel.element.get_by_role("option")


def test_completion_by_keyboard_and_mouse(server: Server, new_page: NewPage) -> None:
    room = make_room(server, "completion")
    for name in ("王小明", "Ann Lee", "Anton"):
        with closing(person(server, name)) as client:
            post(client, room, f"I am {name}")
    panel = open_chat(new_page(), server, room)
    keys = panel.page.keyboard

    # Arrows choose, Tab takes; the focus stays in the box, which tells what is chosen.
    panel.box.click()
    keys.type("hello @an")
    expect(options(panel)).to_have_text([re.compile("Anton"), re.compile("Ann Lee")])
    box = panel.element.get_by_role("combobox", expanded=True)
    expect(box).to_be_focused()
    keys.press("ArrowDown")
    chosen = panel.element.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Ann Lee")
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    keys.press("Tab")
    expect(panel.box).to_have_value("hello @Ann Lee ")
    expect(panel.box).to_be_focused()
    expect(options(panel)).to_have_count(0)

    # Escape closes the list and nothing else, until another word begins; then a click takes.
    keys.type("@小")
    expect(options(panel)).to_have_count(1)
    keys.press("Escape")
    keys.type("明")
    expect(options(panel)).to_have_count(0)
    keys.type(" and @小")
    options(panel).click()
    expect(panel.box).to_have_value("hello @Ann Lee @小明 and @王小明 ")
    expect(panel.box).to_be_focused()

    # An emoji is found by its name, in Chinese too, but not in code.
    keys.type("`x[:smile`:tad")
    expect(options(panel).first).to_contain_text("tada")
    keys.press("Enter")
    keys.type(" :笑哭")
    expect(options(panel)).to_have_count(1)
    keys.press("Enter")
    expect(panel.box).to_have_value(re.compile("王小明 `x\\[:smile`🎉 😂$"))
    keys.press("Enter")
    panel.take_name("Zoe")
    expect(panel.texts.last).to_contain_text("hello @Ann Lee @小明 and @王小明 `x[:smile`🎉 😂")

    # While an input method composes, no list opens, and the keys are its own.
    session = panel.page.context.new_cdp_session(panel.page)
    session.send("Input.imeSetComposition", {"text": "@小", "selectionStart": 2, "selectionEnd": 2})
    expect(panel.box).to_have_value("@小")
    expect(options(panel)).to_have_count(0)
    session.send("Input.insertText", {"text": "@小"})
    expect(options(panel)).to_have_count(1)
    inside = options(panel).bounding_box()
    frame = panel.element.bounding_box()
    assert inside
    assert frame
    assert inside["y"] > frame["y"], "the list leaves the panel"
