"""The page of an invite, in a browser, over plain http at a name that is no localhost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from axe import Axe
from conftest import FOREIGN_HOST
from panel import Panel
from servers import Server, free_port
from visit import Gate

TITLE = "<b onclick=alert(1)>Atelier</b> " + "w" * 60


def test_S07_a_guest_comes_in_by_a_link_whose_key_stays_nowhere(
    start_notebook_server: Callable[..., Server],
    new_page: Callable[..., Page],
    picture: Callable[[Page, str], Path],
) -> None:
    port = free_port()
    public = f"http://{FOREIGN_HOST}:{port}/"
    gate = Gate(
        start_notebook_server(config={"TornChat": {"guest_port": port, "public_url": public}})
    )
    gate.ask("POST", "rooms", {"room": "atelier", "title": TITLE}).raise_for_status()
    made = gate.invite("atelier", rooms=["lobby"])
    assert gate.state == {"state": "open", "addresses": [public]}
    link = f"{public}join#k={made['key']}"

    page = new_page(viewport={"width": 360, "height": 640})
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.url, str(request.headers))))
    page.goto(link)
    name = page.get_by_label("What should people call you?")
    expect(name).to_be_focused()
    assert page.evaluate("isSecureContext") is False
    assert (page.url, page.evaluate("history.length")) == (f"{public}join", 2)
    expect(page.get_by_role("listitem")).to_have_text([TITLE, "Lobby"])
    expect(page.get_by_text("Olga invites you to chat:")).to_be_visible()
    expect(page.get_by_text("since you were invited")).to_be_visible()
    expect(page.get_by_text("what was said there before")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    axe = Axe()
    assert axe.look(page) == []
    picture(page, "join-light")

    # By the keyboard alone; a name that is none is said to a screen reader, and another one taken.
    page.keyboard.type("admin")
    page.keyboard.press("Enter")
    said(page, "This name cannot be used.")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_be_focused()
    assert axe.look(page) == []
    page.keyboard.type("Gus")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{public}?room=atelier")
    panel = Panel(page)
    panel.box.fill("hello from outside")
    panel.box.press("Enter")
    panel.settle()
    kept = gate.ask("GET", "rooms/atelier/messages").json()["messages"]
    assert [(m["text"], m["user"]["kind"]) for m in kept] == [("hello from outside", "guest")]

    # The key went in the body of requests to the guests' server, and nowhere else.
    assert asked
    for url, headers in asked:
        assert made["key"] not in url + headers
        assert url.startswith((public, "data:"))
    assert made["key"] not in str(page.context.storage_state())
    page.go_back()
    page.wait_for_load_state()
    assert made["key"] not in page.url

    # The used link in the same browser just enters; in another one it says that it is over.
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_url(f"{public}?room=atelier")
    other = new_page(locale="zh-CN", color_scheme="dark", viewport={"width": 360, "height": 640})
    other.goto(link)
    said(other, "这个邀请无效，或已经失效。请索取一个新的邀请。")
    assert other.url == f"{public}join"
    assert axe.look(other) == []
    other.goto("about:blank")
    other.goto(f"{public}join#k={gate.invite(past=True)['key']}")
    expect(other.get_by_label("大家怎么称呼你？")).to_be_focused()
    expect(other.get_by_text("你会看到之前的聊天记录。")).to_be_visible()
    assert axe.look(other) == []
    picture(other, "join-dark-zh")
    other.goto("about:blank")
    other.goto(f"{public}join")
    said(other, "这个页面需要邀请链接。请打开别人发给你的链接。")
    print(axe)


def said(page: Page, text: str) -> None:
    """This and nothing else is wrong, for the eye and for a screen reader."""
    expect(page.get_by_role("alert")).to_have_text(text, use_inner_text=True)
