"""The dialog of a room's programs, as its reader meets it: a key is made, used and revoked."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
from playwright.sync_api import Locator, Page, expect

from axe import Axe
from panel import Panel, enter_chat, make_room, open_chat
from servers import Server

PHONE = {"width": 360, "height": 640}


def open_programs(panel: Panel, word: str = "Programs in this room") -> Locator:
    """By keyboard, from the button that shows who is here where there is no space beside."""
    people = panel.element.locator(".to-people")
    if people.is_visible():
        people.press("Enter")
    panel.element.get_by_role("button", name=word).press("Enter")
    dialog = panel.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    return dialog


def shown_once(dialog: Locator, what: str) -> str:
    return dialog.get_by_role("region", name=what, exact=True).inner_text()


def test_a_key_is_made_used_and_revoked_and_a_hook_is_refused(
    start_notebook_server: Callable[..., Server], new_page: Callable[..., Page]
) -> None:
    own = {"webhook_networks": ["127.0.0.2/32"]}
    notebook_server = start_notebook_server(config={"TornChat": own})
    make_room(notebook_server, "analysis", "Analysis")
    axe = Axe()
    page = new_page(viewport={"width": 1100, "height": 700})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = open_chat(page, notebook_server, "analysis")
    panel.say("a name, please")
    panel.take_name("Ann")
    panel.settle()

    dialog = open_programs(panel)
    expect(dialog).to_have_accessible_name("Programs in Analysis")
    assert axe.look(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(panel.element.get_by_role("button", name="Programs in this room")).to_be_focused()
    dialog = open_programs(panel)

    name = dialog.get_by_label("What is the program called?")
    name.fill("admin")
    name.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("name")
    name.fill("build bot")
    name.press("Enter")
    expect(dialog.get_by_role("status")).to_contain_text("only this once")
    key = shown_once(dialog, "The key")
    copy = dialog.get_by_role("button", name="Copy: The key")
    expect(copy).to_be_focused()
    page.keyboard.press("Enter")
    expect(copy).to_have_attribute("data-done", "Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == key
    assert axe.look(page) == []
    line = shown_once(dialog, "Say something from a shell")
    found = re.search(r"'(\S+/hook\?key=\S+)'", line)
    assert found
    assert httpx.post(found[1], content=b'{"text": "green"}').status_code == 201
    bot = shown_once(dialog, "A bot in ten lines")
    compile(bot, "bot.py", "exec")
    assert len(bot.splitlines()) <= 10
    expect(dialog.get_by_role("listitem")).to_contain_text(["build bot"])

    address = dialog.get_by_label("Which address is told?")
    address.fill("https://127.0.0.1/in")
    address.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("address")
    address.fill("https://127.0.0.2/in?token=secret")
    address.press("Enter")
    assert shown_once(dialog, "The secret").startswith("whsec_")
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    expect(dialog).not_to_contain_text("token=secret")
    page.keyboard.press("Escape")
    expect(panel.message("green")).to_have_count(1)
    assert key not in page.content()
    stored = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert key not in stored

    # On a phone, in the dark and in Chinese: what is there, and that nothing of it is cut off.
    phone = new_page(viewport=PHONE, locale="zh-CN", color_scheme="dark")
    dialog = open_programs(open_chat(phone, notebook_server, "analysis"), "本房间的程序")
    expect(dialog).to_have_accessible_name("Analysis 的程序")
    expect(dialog.get_by_role("listitem").first).to_contain_text("上次使用：今天")
    assert axe.look(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert dialog.evaluate("(it) => it.scrollWidth <= it.clientWidth")

    dialog = open_programs(panel)
    expect(dialog).not_to_contain_text(key)
    revoke = dialog.get_by_role("button", name="Revoke build bot")
    revoke.press("Enter")
    sure = dialog.get_by_role("group", name=re.compile("Revoke build bot"))
    expect(sure.get_by_role("button", name="Revoke")).to_be_focused()
    sure.get_by_role("button", name="Cancel").click()
    assert httpx.post(found[1], content=b'{"text": "still green"}').status_code == 201
    revoke.press("Enter")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    assert httpx.post(found[1], content=b'{"text": "red"}').status_code == 403
    print(axe)


def test_a_guest_sees_no_way_there(chat_server: Server, new_page: Callable[..., Page]) -> None:
    panel = enter_chat(new_page(viewport={"width": 1100, "height": 700}), chat_server, "ben")
    expect(panel.people).to_contain_text(["ben"])
    expect(panel.element.get_by_role("button", name="Programs in this room")).to_have_count(0)
