"""What everyone needs, at every door and in every state: axe finds nothing, nothing is cut off,
every control is reached and shows where the focus is, nothing moves for who asked for that, and a
reader of Chinese meets no English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import servers
from axe import Axe
from everything import ARABIC, HEBREW, LATIN, TITLE, everything
from gateway import Gateway
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, open_chat
from past import remember
from servers import Home, Server
from sight import cut_off, latin, moving, walk_by_keyboard, words

NewPage = Callable[..., Page]

ROOM = "everything"
ENGLISH = {"locale": "en-US", "viewport": {"width": 1280, "height": 900}}
CHINESE = {
    "locale": "zh-CN",
    "viewport": {"width": 360, "height": 740},
    "reduced_motion": "reduce",
}
OURS = {"utc", "gmt", "jupyter", "enter", "shift", "esc", "vitae", "beatae", "admin", "quasi"}
"""Words that are the same in Chinese, of keyboards and products, and those that the tests write."""


SHOW = f'from jupyter_tornchat import ChatPanel\nChatPanel("{ROOM}")'
EXECUTE = "([command, args]) => { void window.jupyterapp.commands.execute(command, args); }"
CHANGE_THEME = """async (theme) => {
  await window.jupyterapp.commands.execute('apputils:change-theme', { theme });
  const light = String(theme.endsWith('Light'));
  while (document.body.dataset.jpThemeLight !== light) await new Promise(requestAnimationFrame);
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    unlimited = {"TornChat": {"message_rate": 0}}
    server = servers.notebook_server(
        Home(tmp_path_factory.mktemp("manners")), lab=True, config=unlimited
    )
    server.start()
    everything(server, ROOM)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def written(server: Server) -> set[str]:
    """Every Latin word that people wrote, and not we."""

    def strings(value: Any) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from strings(part)

    with server.http(server.token) as client:
        said = client.get(f"tornchat/api/rooms/{ROOM}/messages").json()["messages"]
        rooms = client.get("tornchat/api/rooms").json()["rooms"]
    return {word for text in strings([said, rooms]) for word in latin(text)}


@pytest.fixture
def gateway(server: Server) -> Iterator[Gateway]:
    with Gateway(server.port) as gateway:
        yield gateway


class Found(dict[str, str]):
    """What is wrong, each with the state in which it was first seen."""

    def add(self, state: str, *wrong: str) -> None:
        for what in wrong:
            self.setdefault(what, state)

    def __str__(self) -> str:
        return "\n".join(f"{state}: {what}" for what, state in self.items())


def states(panel: Panel, gateway: Gateway) -> Iterator[str]:
    """Bring the panel from one state to the next: the name of each as it is there."""
    expect(panel.element.locator("article").last).to_be_visible()
    yield "the newest messages"
    panel.log.evaluate("(log) => { log.scrollTop = log.scrollHeight / 2; }")
    yield "messages in the middle"
    panel.log.evaluate("(log) => { log.scrollTop = 0; }")
    yield "the oldest messages"
    yield from drawers(panel)
    yield from composer(panel)
    gateway.to = 0
    gateway.cut()
    expect(panel.notice.get_by_role("button")).to_be_visible()
    panel.box.fill("quasi")
    panel.box.press("Enter")
    yield "no connection"


def drawers(panel: Panel) -> Iterator[str]:
    to_rooms, to_people = panel.element.locator(".to-rooms"), panel.element.locator(".to-people")
    if to_rooms.is_visible():
        to_rooms.click()
    panel.element.locator("tornchat-rooms .new").click()
    panel.element.locator("tornchat-rooms input").first.fill("x")
    yield "a new room"
    panel.page.keyboard.press("Escape")
    if to_rooms.is_visible():
        yield "the rooms"
        panel.page.keyboard.press("Escape")
        to_people.click()
        yield "the people"
        panel.page.keyboard.press("Escape")


def composer(panel: Panel) -> Iterator[str]:
    panel.box.press("Enter")
    yield "nothing to send"
    panel.box.fill("beatae " * 1250)
    yield "too long"
    said = f"beatae {(panel.page.viewport_size or {})['width']}"  # others say it in the same room
    panel.box.fill(said)
    panel.box.press("Enter")
    panel.name.wait_for()
    yield "who are you"
    panel.take_name("admin")
    expect(panel.name.get_by_role("alert")).not_to_be_empty()
    yield "not this name"
    panel.take_name("Vitae")
    expect(panel.kept(said)).to_have_count(1)
    yield "said"


def both_themes(axe: Axe, page: Page, place: str) -> list[str]:
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {wrong}" for wrong in axe.look(page, place)]
    page.emulate_media(color_scheme="light")
    return found


@pytest.mark.parametrize("reader", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_the_page_has_manners(
    server: Server, written: set[str], new_page: NewPage, gateway: Gateway, reader: dict[str, Any]
) -> None:
    page = new_page(**reader)
    panel = open_chat(page, server, ROOM, url=gateway.url)
    axe, found = Axe(), Found()
    body = page.locator("body")
    for state in states(panel, gateway):
        found.add(state, *both_themes(axe, page, "body"), *cut_off(body))
        if reader is CHINESE:
            found.add(state, *(words(body) - written - OURS), *moving(body))
    print(axe)
    assert not found, found


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_axe_finds_nothing_in_JupyterLab_and_Notebook_7(
    server: Server, new_page: NewPage, app: Any
) -> None:
    page = new_page(viewport={"width": 1500, "height": 1000})
    write_notebook(server, "manners.ipynb", [SHOW])
    open_notebook(page, server, "manners.ipynb", app)
    run_cell(page, 0)
    axe, found = Axe(), Found()
    homes = {"cell": "", "sidebar": "tornchat:open", "tab": "tornchat:create"}
    for home in homes if app == "lab" else ("cell", "sidebar"):
        if homes[home]:
            page.evaluate(EXECUTE, [homes[home], {"room": ROOM}])
        panel = Panel(page, home, at=1 if home == "tab" else 0)
        panel.element.get_by_role("heading", name=TITLE).wait_for()
        panel.element.evaluate("(panel) => panel.setAttribute('data-looked-at', '')")
        for state in ("read", *drawers(panel)):
            found.add(f"{home}, {state}", *axe.look(page, "[data-looked-at]"))
        page.evaluate(CHANGE_THEME, "JupyterLab Dark")
        found.add(f"{home}, dark", *axe.look(page, "[data-looked-at]", rules=["cat.color"]))
        page.evaluate(CHANGE_THEME, "JupyterLab Light")
        panel.element.evaluate("(panel) => panel.removeAttribute('data-looked-at')")
    print(axe)
    assert not found, found


def test_every_control_of_the_page_is_reached_by_keyboard_and_shows_it(
    server: Server, new_page: NewPage
) -> None:
    wrong = []
    for options in ({}, {"forced_colors": "active"}, {"viewport": CHINESE["viewport"]}):
        page = new_page(**options)
        panel = open_chat(page, server, ROOM)
        expect(panel.element.locator("article").last).to_be_visible()
        wrong += walk_by_keyboard(page.locator("body"))
        page.context.close()
    assert not wrong, "\n".join(wrong)


def test_what_is_written_from_right_to_left_moves_nothing_else(
    server: Server, new_page: NewPage
) -> None:
    page = new_page(**ENGLISH)
    panel = open_chat(page, server, ROOM)
    expect(panel.element.locator("article").last).to_be_visible()
    panel.log.evaluate("(log) => { log.scrollTop = 0; }")
    places = {}
    for name in (LATIN, HEBREW, ARABIC):
        author = page.locator(".name", has_text=name)
        article = panel.log.locator("article").filter(has=author).first
        expect(article).to_be_visible()
        who, body, time = (
            article.locator(part).first.bounding_box() or {} for part in (".name", ".body", "time")
        )
        assert time["x"] > who["x"] + who["width"], name
        places[name] = (who["x"], body["x"], body["width"])
    assert len(set(places.values())) == 1, places


def test_readers_are_told_the_time_of_where_they_are_and_the_whole_date_on_hover(
    server: Server, new_page: NewPage
) -> None:
    noon = datetime(2026, 3, 14, 12, 30, tzinfo=UTC)
    remember(server.home, "zones", [(int(noon.timestamp() * 1000), "Ann", "tempus")])
    for zone, locale, clock, date in (
        ("America/New_York", "en-US", "8:30 AM", "Saturday, March 14, 2026"),
        ("Asia/Shanghai", "zh-CN", "20:30", "2026年3月14日星期六"),
    ):
        panel = open_chat(new_page(timezone_id=zone, locale=locale), server, "zones")
        said = panel.log.locator("article time").first
        expect(said).to_have_text(clock, use_inner_text=True)
        title = said.get_attribute("title") or ""
        assert date in title
        assert clock.split()[0] in title
