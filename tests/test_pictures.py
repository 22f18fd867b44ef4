"""The pictures of the docs: every door with a small conversation in it. Without SCREENSHOTS they
are taken all the same, because what is cut off or sticks out is seen here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

import servers
from crowd import crowd
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, open_chat, person, post
from servers import Home, Server

NewPage = Callable[..., Page]
Picture = Callable[[Page, str], Path]

LONGEST = 200 * 1024
"""Bytes of a picture."""
WIDE = {"width": 1120, "height": 640}
TALK = (
    ("Mei", "Hello! The forecast for next week is in the notebook."),
    ("Jonas", "Nice. The error went from 6.1 to 4.8 %, or do I misread it?"),
    ("Mei", "You read it right. The holidays were missing:"),
    ("Mei", "features = weather.join(calendar)\nmodel.fit(features, sales)"),
    ("Amara", "I put it next to last year's figures: https://example.org/sales/2025"),
    ("Jonas", "太好了！Can we run it for the other shops too?"),
    ("Amara", "Started. The notebook says here when it is done."),
)
TALK_ZH = (
    ("美玲", "大家好！下周的预测在笔记本里。"),
    ("建国", "误差从 6.1% 降到了 4.8%，我没看错吧？"),
    ("美玲", "没错，之前漏掉了节假日："),
    ("美玲", "features = weather.join(calendar)\nmodel.fit(features, sales)"),
    ("小雨", "我和去年的数字放在一起了：https://example.org/sales/2025"),
    ("建国", "太好了！其他门店也能跑一遍吗？"),
    ("小雨", "已经开始了，完成后笔记本会在这里说一声。"),
)
DONE = "all 12 shops are done, error 4.6 %"
CELLS = (
    'from jupyter_tornchat import ChatPanel\n\npanel = ChatPanel("{room}")\npanel',
    f'panel.room.send("{DONE}")',
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("pictures")), lab=True)
    server.start()
    for room, title in (("help", "Help desk"), ("paper", "Paper draft")):
        make_room(server, room, title)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(server: Server) -> Iterator[dict[str, httpx.Client]]:
    names = dict.fromkeys(name for name, _ in (*TALK, *TALK_ZH))
    people = {name: person(server, name) for name in names}
    yield people
    for client in people.values():
        client.close()


def talk(
    server: Server, people: dict[str, httpx.Client], room: str, title: str, said: Sequence[Any]
) -> list[dict[str, str]]:
    """A room in which they said this; returns who is there, by their cookies."""
    if room != "lobby":
        make_room(server, room, title)
    for name, text in said:
        post(people[name], room, text)
    return [servers.cookie_header(people[name]) for name in dict.fromkeys(name for name, _ in said)]


def be(page: Page, client: httpx.Client, server: Server) -> Page:
    """The page is in this person's browser."""
    cookies = [(cookie.name, cookie.value or "") for cookie in client.cookies.jar]
    page.context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies]
    )
    return page


def take(picture: Picture, page: Page, name: str) -> None:
    """Nothing sticks out, and the file is small."""
    page.mouse.move(0, 0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert picture(page, name).stat().st_size < LONGEST


def test_the_page_by_day_by_night_on_a_phone_and_in_Chinese(
    server: Server, people: dict[str, httpx.Client], new_page: NewPage, picture: Picture
) -> None:
    there = talk(server, people, "forecast", "Forecast", TALK)
    there_zh = talk(server, people, "yuce", "销售预测", TALK_ZH)
    with crowd(server, "forecast", there), crowd(server, "yuce", there_zh):
        for name, room, who, look in (
            ("page", "forecast", "Amara", {"viewport": WIDE}),
            ("page-dark", "forecast", "Jonas", {"viewport": WIDE, "color_scheme": "dark"}),
            ("phone", "forecast", "Mei", {"viewport": {"width": 390, "height": 700}}),
            ("page-chinese", "yuce", "小雨", {"viewport": WIDE, "locale": "zh-CN"}),
        ):
            panel = open_chat(be(new_page(**look), people[who], server), server, room)
            expect(panel.people).to_have_count(3)
            expect(panel.texts).to_have_count(len(TALK))
            expect(panel.texts.last).to_be_in_viewport()
            take(picture, panel.page, name)


@pytest.mark.parametrize(("app", "name"), [("lab", "cell"), ("notebook", "cell-notebook")])
def test_a_notebook_with_the_panel_in_a_cell(
    server: Server,
    people: dict[str, httpx.Client],
    new_page: NewPage,
    picture: Picture,
    app: Any,
    name: str,
) -> None:
    room = f"forecast-{app}"
    there = talk(server, people, room, "Forecast", TALK)
    write_notebook(server, "forecast.ipynb", [cell.format(room=room) for cell in CELLS])
    page = be(new_page(viewport={"width": 1200, "height": 760}), people["Amara"], server)
    with crowd(server, room, there):
        open_notebook(page, server, "forecast.ipynb", app)
        run_cell(page, 0)
        cell = Panel(page, "cell")
        expect(cell.texts).to_have_count(len(TALK))
        run_cell(page, 1)
        expect(cell.texts.last).to_have_text(DONE)
        take(picture, page, name)


def test_the_sidebar(
    server: Server, people: dict[str, httpx.Client], new_page: NewPage, picture: Picture
) -> None:
    there = talk(server, people, "lobby", "Lobby", TALK)
    write_notebook(server, "forecast.ipynb", ["sales = load()", "model.fit(features, sales)"])
    page = be(new_page(viewport={"width": 1200, "height": 760}), people["Amara"], server)
    with crowd(server, "lobby", there):
        open_notebook(page, server, "forecast.ipynb")
        page.get_by_role("tab", name="Chat").click()
        sidebar = Panel(page, "sidebar")
        expect(sidebar.texts).to_have_count(len(TALK))
        expect(sidebar.texts.last).to_be_in_viewport()
        take(picture, page, "sidebar")
