"""The chat as a person meets it in the browser, whatever the door: read it, write in it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
from playwright.sync_api import Locator, Page, expect

import servers
from servers import Server

expect.set_options(timeout=15_000)

DOORS = {
    "page": "main",
    "cell": ".jp-OutputArea",
    "sidebar": "#jupyter-tornchat",
    "tab": ".jp-MainAreaWidget",
}
"""Where a panel is, by its `home`."""


DRAWN = """async (log) => {
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  while (!(await log.getRootNode().host.updateComplete));
}"""
"""Waits until what was scrolled to is there."""
NEXT = """(log) => {
  const last = [...log.querySelectorAll('article')].at(-1);
  const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 1;
  if (!last || (atEnd && last.ariaPosInSet === last.ariaSetSize)) return null;
  return log.scrollTop - log.getBoundingClientRect().top + last.getBoundingClientRect().top;
}"""
"""How far down the last message begins that is in the page (some beyond the view are); null at the
end of all."""
SHOWN = """(log) => [...log.querySelectorAll('article')].map((article) =>
  [Number(article.ariaPosInSet), article.querySelector('.text')?.textContent ?? ''])"""


class Panel:
    """One panel.

    Args:
        page: it is here.
        home: its door.
        at: which of several, from 0 on.
    """

    def __init__(self, page: Page, home: str = "page", at: int = 0) -> None:
        self.page = page
        self.element = page.locator(f"{DOORS[home]} tornchat-panel").nth(at)
        self.box = self.element.locator("tornchat-composer textarea")
        self.log = self.element.get_by_role("log")
        self.texts = self.log.locator(".text:not(.mord)")  # KaTeX has one too
        self.people = self.element.locator("tornchat-people li .name")
        self.rooms = self.element.locator("tornchat-rooms li .room")
        self.notice = self.element.locator("tornchat-notice")
        self.name = self.element.locator("tornchat-name")

    def holds(self, count: int) -> None:
        """So many messages are in memory, wherever the reader is."""
        some = self.log.get_by_role("article").last
        expect(some).to_have_attribute("aria-setsize", str(count))

    def fetch_older(self, count: int) -> None:
        """Older messages come into memory until there are so many."""
        while (held := self._held()) < count:
            self.scroll_to(0)
            last = self.log.get_by_role("article").last
            expect(last).not_to_have_attribute("aria-setsize", str(held))

    def scroll_to(self, top: int) -> None:
        """Scroll so many pixels below the top, and wait until what is there is drawn."""
        self.log.evaluate("(log, top) => { log.scrollTop = top; }", top)
        self.log.evaluate(DRAWN)

    def _held(self) -> int:
        return int(self.log.get_by_role("article").last.get_attribute("aria-setsize") or 0)

    def views(self) -> Iterator[None]:
        """One view after the other, from the first message in memory to the last, because only
        what is in sight is in the page. Where the next one begins is asked before this one is
        looked at: a list that draws between the two shows it twice and leaves nothing out."""
        self.log.evaluate(DRAWN)  # a list that still grows takes who is at its end along
        self.scroll_to(0)
        if self.log.get_by_role("article").count():
            self.log.locator("article[aria-posinset='1']").wait_for()
        while (top := self.log.evaluate(NEXT)) is not None:
            yield
            self.scroll_to(top)
        yield

    def read(self) -> list[str]:
        """What all messages in memory say."""
        texts: dict[int, str] = {}
        for _ in self.views():
            texts.update(self.log.evaluate(SHOWN))
        return [texts[number] for number in sorted(texts)]

    def say(self, text: str) -> None:
        """Write it with the keys of a keyboard, and press Enter."""
        self.box.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def take_name(self, name: str) -> None:
        """Answer the question that the first message brings."""
        field = self.name.get_by_role("textbox")
        field.fill(name)
        field.press("Enter")

    def message(self, text: str) -> Locator:
        """The messages with this very text."""
        exact = self.page.get_by_text(re.compile(rf"^{re.escape(text)}$"))
        return self.log.get_by_role("article").filter(has=exact)

    def kept(self, text: str) -> Locator:
        """Those of them that the server has."""
        return self.message(text).and_(self.log.locator(":not(.pending, .failed, .late)"))

    def settle(self) -> None:
        """What was said, changed and taken back here is on disk."""
        expect(self.log.locator(".pending, .failed, .late")).to_have_count(0)
        expect(self.log.get_by_text("Saving…")).to_have_count(0)


def open_chat(page: Page, server: Server, room: str = "lobby", url: str = "") -> Panel:
    """The page of a notebook server, signed in to it; `url` is another way to the server."""
    query = urlencode({"room": room, "token": server.token})
    page.goto(f"{url or server.url}tornchat/?{query}")
    return shown(page)


def enter_chat(page: Page, server: Server, name: str, url: str = "") -> Panel:
    """The page of a chat server of its own, through its login form."""
    page.goto(url or server.url)
    page.get_by_role("textbox").fill(name)
    page.keyboard.press("Enter")
    return shown(page)


def shown(page: Page) -> Panel:
    """The page's panel, once one can write in it."""
    panel = Panel(page)
    panel.box.wait_for()
    return panel


def create_room(panel: Panel, title: str) -> None:
    """Make a room as a person does; the panel then shows it."""
    panel.element.get_by_role("button", name="New room").click()
    panel.element.get_by_label("What is the room called?").fill(title)
    panel.page.keyboard.press("Enter")
    panel.element.get_by_role("heading", name=title).wait_for()


# ------------------------------------------------------------------ what others did before


def make_room(server: Server, room: str, title: str = "") -> str:
    """A room of a notebook server, made by a program; a test that has one more go gets another."""
    with server.http(server.token) as client:
        made = client.post("tornchat/api/rooms", json={"room": room, "title": title or room})
        if made.status_code == httpx.codes.CONFLICT:
            return make_room(server, f"{room}-again", title)
        made.raise_for_status()
    return room


def say(server: Server, room: str, *texts: str) -> None:
    """A program says these in a room of a notebook server."""
    with server.http(server.token) as client:
        for text in texts:
            post(client, room, text)


def post(client: httpx.Client, room: str, text: str, **more: object) -> None:
    """Whoever the client belongs to says it."""
    body = {"id": secrets.token_hex(16), "text": text, **more}
    client.post(f"tornchat/api/rooms/{room}/messages", json=body).raise_for_status()


def person(server: Server, name: str) -> httpx.Client:
    """An HTTP client of somebody on a notebook server who calls themselves that."""
    client = server.http()
    servers.submit(client, "login", password=server.token)
    client.put("tornchat/api/me", json={"name": name}).raise_for_status()
    return client
