"""Writing, and what one does with a message: in the page, by keyboard, mouse and finger. The other
doors show the same composer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

import servers
from conftest import FOREIGN_HOST
from panel import Panel, make_room, open_chat, person, post, say, shown
from servers import Home, Server
from watch import Watch

NewPage = Callable[..., Page]
CONFIG = {"TornChat": {"message_rate": 0}, "ServerApp": {"allow_remote_access": True}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("composer")), config=CONFIG)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def new_page(new_page: NewPage, watch: Watch) -> Iterator[NewPage]:
    """Pages that have nothing to complain about, whatever happens to them."""
    yield lambda **more: watch.over(new_page(**more))
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
    expect(panel.box).to_be_focused()
    keys.press("ArrowDown")
    chosen = panel.element.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Ann Lee")
    assert panel.box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
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
    # Whoever knows its name writes it to the end.
    keys.type(":tada:")
    expect(panel.box).to_have_value(re.compile("😂🎉$"))
    expect(options(panel)).to_have_count(0)
    keys.press("Enter")
    panel.take_name("Zoe")
    expect(panel.texts.last).to_contain_text("hello @Ann Lee @小明 and @王小明 x[:smile🎉 😂🎉")

    # While an input method composes, no list opens, and the keys are its own.
    session: Any = panel.page.context.new_cdp_session(panel.page)
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


def kept(panel: Panel, server: Server, room: str) -> list[dict[str, Any]]:
    """The room's messages as the server has them, once it has what was said in the panel."""
    panel.settle()
    with server.http(server.token) as client:
        messages: list[dict[str, Any]] = client.get(f"tornchat/api/rooms/{room}/messages").json()[
            "messages"
        ]
        return messages


def bar(panel: Panel) -> Locator:
    return panel.element.locator("tornchat-composer #bar")


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_what_one_does_with_a_message(server: Server, new_page: NewPage) -> None:
    room = make_room(server, "actions")
    say(server, room, "first", "second\n\tindented")
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    panel = open_chat(page, server, room)
    articles = panel.log.get_by_role("article")

    def act(message: Locator, says: str) -> None:
        message.hover()
        message.get_by_role("button", name=says, exact=True).click()

    # By keyboard: from the message to its actions, along them, and into the box.
    articles.nth(1).focus()
    page.keyboard.press("Tab")
    toolbar = articles.nth(1).get_by_role("toolbar", name="Actions for this message")
    expect(toolbar.get_by_role("button")).to_have_count(4)  # mine it is not
    expect(toolbar.get_by_role("button", name="Reply")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(toolbar.get_by_role("button", name="Quote")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(panel.box).to_be_focused()
    expect(bar(panel)).to_have_text(re.compile(r"Reply to program\s+second\s+indented"))
    page.keyboard.press("Escape")
    expect(bar(panel)).to_have_count(0)

    # A reply is still one after its room was left and the page loaded anew.
    act(articles.nth(1), "Reply")
    page.keyboard.type("an answer")
    page.reload()
    expect(panel.box).to_have_value("an answer")
    expect(bar(panel)).to_contain_text("Reply to program")
    panel.box.press("Enter")
    panel.take_name("Zoe")
    expect(panel.kept("an answer")).to_have_count(1)
    expect(bar(panel)).to_have_count(0)
    assert kept(panel, server, room)[-1]["reply"] == 2

    # Quoted, copied, linked to.
    act(articles.nth(1), "Quote")
    expect(panel.box).to_have_value("> second\n> \tindented\n\n")
    act(articles.nth(1), "Copy text")
    expect(panel.element.get_by_role("status").filter(has_text="Copied.")).to_have_count(1)
    assert clipboard(page) == "second\n\tindented"
    act(articles.nth(1), "Copy link")
    expect(panel.element.get_by_role("status").filter(has_text="link is copied")).to_have_count(1)
    assert clipboard(page) == f"{server.url}tornchat/?room={room}&message=2"

    long = make_room(server, "linked")
    say(server, long, *(f"line {number}" for number in range(1, 81)))
    visit = new_page()
    visit.goto(f"{server.url}tornchat/?room={long}&message=5&token={server.token}")
    expect(shown(visit).message("line 5")).to_be_in_viewport()
    visit.close()

    # The next text of a message: what was being written lies aside, and comes back.
    mine = articles.nth(2)
    panel.box.fill("half a")
    act(mine, "Edit")
    expect(bar(panel)).to_contain_text("Editing your message")
    expect(panel.box).to_have_value("an answer")
    panel.box.press("Escape")
    expect(panel.box).to_have_value("half a")
    panel.box.fill("")
    panel.box.press("ArrowUp")
    expect(panel.box).to_have_value("an answer")
    page.keyboard.type(" at last")
    page.keyboard.press("Enter")
    expect(panel.kept("an answer at last")).to_have_count(1)
    expect(panel.box).to_have_value("")
    assert kept(panel, server, room)[-1]["text"] == "an answer at last"
    assert kept(panel, server, room)[-1]["edited"] > 0

    # What cannot be undone asks once.
    act(mine, "Delete")
    expect(mine.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    expect(mine.get_by_role("group", name="Delete this message?")).to_have_count(0)
    act(mine, "Delete")
    mine.get_by_role("button", name="Delete", exact=True).click()
    expect(panel.kept("an answer at last")).to_have_count(0)
    assert kept(panel, server, room)[-1]["deleted"]


CODE = "def f(x):\r\n\tif x:  \r\n\t\treturn x \r\n    # four spaces"


def test_what_is_pasted_or_too_long_or_secret(server: Server, new_page: NewPage) -> None:
    room = make_room(server, "pasting")
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    panel = open_chat(page, server, room)
    status = panel.element.locator("tornchat-composer").get_by_role("status")
    keys = page.keyboard

    def offer(says: str) -> Locator:
        return panel.element.locator("tornchat-composer").get_by_role("button", name=says)

    # Code is pasted as it is, and copied as it was: tabs, spaces at the end, ends of lines.
    page.evaluate("(text) => navigator.clipboard.writeText(text)", CODE)
    panel.box.click()
    keys.type("see ")
    keys.press("Control+V")
    expect(panel.box).to_have_value("see " + CODE.replace("\r\n", "\n"))
    keys.press("Enter")
    panel.take_name("Zoe")
    message = panel.log.get_by_role("article")
    expect(message).to_have_count(1)
    assert kept(panel, server, room)[-1]["text"] == "see " + CODE
    message.hover()
    message.get_by_role("button", name="Copy text").click()
    expect(status).to_have_text("Copied.")
    assert clipboard(page) == "see " + CODE
    page.evaluate("navigator.clipboard.writeText('')")
    there = open_chat(
        page.context.new_page(), server, room, f"http://{FOREIGN_HOST}:{server.port}/"
    )
    there.log.get_by_role("article").hover()
    there.log.get_by_role("button", name="Copy text").click()
    expect(there.element.get_by_role("status").filter(has_text="Copied.")).to_have_count(1)
    there.page.close()
    page.bring_to_front()
    assert clipboard(page) == "see " + CODE, "no clipboard to write to on plain http"

    # One click makes a block of it, in its language; that can be undone, and done by keys.
    block = "see \n```python\n" + CODE.replace("\r\n", "\n") + "\n```\n"
    page.evaluate("(text) => navigator.clipboard.writeText(text)", CODE)
    panel.box.click()
    keys.type("see ")
    keys.press("Control+V")
    offer("Make it a code block").click()
    expect(panel.box).to_have_value(block)
    expect(panel.box).to_be_focused()
    expect(offer("Make it a code block")).to_have_count(0)
    keys.press("Control+Z")
    expect(panel.box).to_have_value("see " + CODE.replace("\r\n", "\n"))
    panel.box.fill("x = 1")
    keys.press("Control+e")
    expect(panel.box).to_have_value("```\nx = 1\n```\n")

    # A link that lets its reader run code is asked about before it goes.
    panel.box.fill(f"look: {server.url}lab?token={server.token}&reset")
    keys.press("Enter")
    expect(status).to_contain_text("whoever opens it can run code")
    expect(offer("Send without the token")).to_be_focused()
    offer("Back").click()
    expect(panel.box).to_be_focused()
    assert len(kept(panel, server, room)) == 1
    keys.press("Enter")
    keys.press("Enter")
    expect(panel.box).to_have_value("")
    expect(message).to_have_count(2)
    assert kept(panel, server, room)[-1]["text"] == f"look: {server.url}lab?reset"
    panel.box.fill("http://localhost/?token=x")
    panel.box.press("Enter")
    offer("Send anyway").click()
    expect(message).to_have_count(3)

    # The limit is told before it bites, and then by how much, in words.
    panel.box.fill("x" * 7_300)
    expect(status).to_have_text("700 characters left")
    panel.box.fill("x" * 8_500)
    expect(status).to_have_text("500 characters too many")


def test_with_a_finger(server: Server, new_page: NewPage) -> None:
    room = make_room(server, "finger")
    say(server, room, "hello")
    phone = {"width": 360, "height": 640}
    page = new_page(locale="zh-CN", viewport=phone, has_touch=True, is_mobile=True)
    panel = open_chat(page, server, room)

    # Enter begins a line, the button sends.
    panel.box.tap()
    page.keyboard.type("@所")
    options(panel).tap()
    page.keyboard.press("Enter")
    page.keyboard.type("早")
    expect(panel.box).to_have_value("@所有人 \n早")
    panel.element.get_by_role("button", name="发送").tap()
    panel.take_name("小明")
    expect(panel.box).to_have_value("")
    expect(panel.log.get_by_role("article")).to_have_count(2)

    # One button stands for what one does with a message.
    message = panel.log.get_by_role("article").first
    message.get_by_role("button", name="对这条消息的操作").tap()
    message.get_by_role("button", name="回复").tap()
    expect(bar(panel)).to_contain_text("回复 program")
    expect(panel.box).to_be_focused()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= phone["width"]
