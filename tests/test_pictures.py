"""The pictures of the docs: every door with a small conversation in it. Without SCREENSHOTS they
are taken all the same, because what is cut off or sticks out is seen here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

import servers
from crowd import crowd
from invite import join, make_link, open_invites
from jupyter_tornchat.program.name import quoted
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, open_chat, person, say
from servers import Home, Server
from speaker import Speaker

NewPage = Callable[..., Page]
Picture = Callable[[Page, str], Path]

LONGEST = 300 * 1024
"""Bytes of a picture."""
WIDE = {"width": 1180, "height": 1140}
PHONE = {"width": 390, "height": 844}
CARDS = {"width": 1000, "height": 860}
DIALOG = {"width": 900, "height": 1110}
SMALL = {"width": 360, "height": 1000}
GUEST = {"width": 700, "height": 460}
FIT = "features = weather.join(calendar)\nmodel.fit(features, sales)"
MAPE = r"$$\mathrm{MAPE} = \frac{100}{n} \sum_{t=1}^{n} \left|\frac{y_t - \hat{y}_t}{y_t}\right|$$"
CHART = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 150" width="360" height="150"
  font-family="sans-serif" font-size="10" fill="#57606a">
  <rect width="360" height="150" fill="#fff"/>
  <path d="M30 20H350M30 60H350M30 100H350" stroke="#e3e6ea"/>
  <path d="M30 125H350" stroke="#8b949e"/>
  <path fill="none" stroke="#9aa4b2" stroke-width="2" stroke-dasharray="4 3"
   d="M30 98L83 90L136 96L189 70L242 62L295 34L350 48"/>
  <path fill="none" stroke="#1b66cc" stroke-width="2.5"
   d="M30 95L83 93L136 91L189 74L242 58L295 38L350 44"/>
  <g text-anchor="middle"><text x="30" y="140">Mon</text><text x="83" y="140">Tue</text>
  <text x="136" y="140">Wed</text><text x="189" y="140">Thu</text><text x="242" y="140">Fri</text>
  <text x="295" y="140">Sat</text><text x="344" y="140">Sun</text></g>
  <text x="4" y="23">600</text><text x="4" y="63">400</text><text x="4" y="103">200</text>
  <text x="240" y="14" fill="#1b66cc">forecast</text><text x="300" y="14">sales</text></svg>"""


LOADED = """async (log) => {
  await document.fonts.ready;
  const { top } = log.getBoundingClientRect();
  const missing = (root) => [...root.querySelectorAll('*')].some((element) =>
    element.shadowRoot ? missing(element.shadowRoot) :
      element.complete === false && element.getBoundingClientRect().bottom > top);
  while (missing(log)) await new Promise(requestAnimationFrame);
}"""
"""Waits for the pictures in sight; others come when they are."""
NIGHT = """() => window.jupyterapp.commands.execute(
  'apputils:change-theme', { theme: 'JupyterLab Dark' })"""
BESIDE = """async (room) => {
  const { commands, shell } = window.jupyterapp;
  await commands.execute('tornchat:create', { room });
  shell.collapseRight();
}"""


class Talk:
    """What is said in a room, in one language."""

    def __init__(self, who: tuple[str, str, str], *texts: str) -> None:
        self.who = who
        self.texts = texts


ENGLISH = Talk(
    ("Mei", "Jonas", "Amara"),
    "Hello! The forecast for week 48 is in the notebook.",
    "Nice. The error went from 6.1 to 4.8 %, or do I misread it?",
    f"You read it right: the holidays were missing. Now it is\n```python\n{FIT}\n```",
    f"For the record, **the error** is {MAPE}",
    "| shop | 2025 | forecast |\n|:--|--:|--:|\n| Harbour | 412 | 438 |\n| Old Town | 287 | 291 |",
    "That is the week:",
    "And the cell that says how good it is, to try with your shops:",
    "Lovely! @Mei can we run it for the other twelve?",
    "Started. The notebook says here when it is done.",
)
CHINESE = Talk(
    ("美玲", "建国", "小雨"),
    "大家好！第 48 周的预测在笔记本里。",
    "误差从 6.1% 降到了 4.8%，我没看错吧？",
    f"没错，之前漏掉了节假日。现在是：\n```python\n{FIT}\n```",
    f"**误差**的定义：{MAPE}",
    "| 门店 | 去年 | 预测 |\n|:--|--:|--:|\n| 港口店 | 412 | 438 |\n| 老城店 | 287 | 291 |",
    "这一周的图：",
    "这是算误差的单元格，可以用你们门店的数据试试：",
    "太好了！@美玲 其他十二家门店也能跑一遍吗？",
    "已经开始了，完成后笔记本会在这里说一声。",
)
ASKED = Talk(
    ("Mei", "Jonas", "forecast.ipynb"),
    *("Season", "load the sales of 2025", "412,806 rows of 12 shops"),
    *("Drop the 31 days on which a shop was closed?", "Drop them", "Keep them"),
    *("Which model shall run tonight?", "Gradient boosting", "Linear", "Both, slowly"),
    *("read the calendar", "FileNotFoundError: holidays-2026.csv"),
    *("training", "epoch 7/10, error 4.8 %"),
)
ASKED_CHINESE = Talk(
    ("美玲", "建国", "预测.ipynb"),
    *("季节", "读取 2025 年的销售", "12 家门店，共 412,806 行"),
    *("删去门店停业的 31 天吗？", "删去", "保留"),
    *("今晚跑哪个模型？", "梯度提升", "线性回归", "都跑"),
    *("读取日历", "FileNotFoundError: holidays-2026.csv"),
    *("训练", "第 7/10 轮，误差 4.8%"),
)
CELL = {
    "source": "for shop in shops:\n    print(shop, forecast(shop, weeks=1).error)",
    "language": "python",
    "count": 12,
    "notebook": "forecast.ipynb",
    "outputs": [
        {"type": "application/vnd.jupyter.stdout", "text": "Harbour 4.6 %\nOld Town 5.1 %\n"}
    ],
}
DONE = "all 12 shops are done, error 4.6 %"
DOOR = "https://chat.example.org/guests/"
"""Where guests come in, as its owner says."""
GUEST_PORT = servers.free_port()
CELLS = (
    'from jupyter_tornchat import ChatPanel\n\npanel = ChatPanel("{room}")\npanel',
    f'panel.room.send("{DONE}")',
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    guests = {"guest_port": GUEST_PORT, "public_url": DOOR}
    server = servers.notebook_server(
        Home(tmp_path_factory.mktemp("pictures")), lab=True, config={"TornChat": guests}
    )
    server.start()
    for room, title in (("help", "Help desk"), ("paper", "Paper draft")):
        make_room(server, room, title)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def people(server: Server) -> Iterator[dict[str, httpx.Client]]:
    people = {name: person(server, name) for name in (*ENGLISH.who, *CHINESE.who)}
    leave_unread(server, people)
    yield people
    for client in people.values():
        client.close()


@pytest.fixture
def chart(new_page: NewPage) -> bytes:
    page = new_page()
    page.set_content(CHART)
    return page.locator("svg").screenshot()


def speak(
    server: Server, people: dict[str, httpx.Client], room: str, title: str, talk: Talk, chart: bytes
) -> list[dict[str, str]]:
    """A room in which they said this; returns who is there, by their cookies."""
    if room != "lobby":
        make_room(server, room, title)
    with ExitStack() as stack:
        one, two, three = (
            stack.enter_context(Speaker(server, people[name], room)) for name in talk.who
        )
        hello, error, holidays, record, table, week, cell, run, started = talk.texts
        one.say(hello)
        asked = two.say(error)
        one.say(holidays, reply=asked["seq"])
        two.say(record)
        three.say(table)
        one.say(week, files=[one.upload("week-48.png", chart)])
        three.say(cell, cell=CELL)
        two.say(run)
        three.say(started)
    return [servers.cookie_header(people[name]) for name in talk.who]


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
    server: Server,
    people: dict[str, httpx.Client],
    new_page: NewPage,
    picture: Picture,
    chart: bytes,
) -> None:
    there = speak(server, people, "forecast", "Forecast", ENGLISH, chart)
    there_zh = speak(server, people, "yuce", "销售预测", CHINESE, chart)
    with crowd(server, "forecast", there), crowd(server, "yuce", there_zh):
        for name, room, who, look in (
            ("page", "forecast", "Amara", {"viewport": WIDE}),
            ("page-dark", "forecast", "Jonas", {"viewport": WIDE, "color_scheme": "dark"}),
            ("phone", "forecast", "Mei", {"viewport": PHONE}),
            ("phone-dark", "forecast", "Jonas", {"viewport": PHONE, "color_scheme": "dark"}),
            ("page-chinese", "yuce", "小雨", {"viewport": WIDE, "locale": "zh-CN"}),
            ("phone-chinese", "yuce", "建国", {"viewport": PHONE, "locale": "zh-CN"}),
        ):
            panel = open_chat(be(new_page(**look), people[who], server), server, room)
            expect(panel.people).to_have_count(3)
            at_the_end(panel)
            take(picture, panel.page, name)


def test_questions_and_jobs_of_programs(
    server: Server, people: dict[str, httpx.Client], new_page: NewPage, picture: Picture
) -> None:
    for name, room, talk, reader, look in (
        ("programs", "season", ASKED, "Amara", {"viewport": CARDS}),
        (
            "programs-chinese",
            "jijie",
            ASKED_CHINESE,
            "小雨",
            {"viewport": PHONE, "locale": "zh-CN"},
        ),
    ):
        work(server, people, room, talk)
        panel = open_chat(be(new_page(**look), people[reader], server), server, room)
        vote = panel.log.get_by_role("radio").nth(1)
        vote.click()
        expect(vote).to_be_checked()
        panel.settle()
        panel.box.click()  # the vote's own actions go away
        expect(panel.log.locator("tornchat-job")).to_have_count(3)
        expect(panel.log.get_by_role("article").last).to_be_in_viewport(ratio=0.9)
        take(picture, panel.page, name)


def work(server: Server, people: dict[str, httpx.Client], room: str, talk: Talk) -> None:
    """What a program does in a room: it works, asks, and lets people vote."""
    one, two, program = talk.who
    title, done, ended, question, yes, no, vote, *models, failed, wrong, runs, epoch = talk.texts
    make_room(server, room, title)
    with ExitStack() as stack:
        client = stack.enter_context(server.http(server.token))
        client.headers["X-Tornchat-Name"] = quoted(program)
        bot = stack.enter_context(Speaker(server, client, room))
        first, second = (
            stack.enter_context(Speaker(server, people[name], room)) for name in (one, two)
        )
        bot.say(ended, job={"what": done, "state": "done", "seconds": 754})
        asked = bot.say(question, question={"choices": [yes, no], "seconds": 3600})
        first.answer(asked["seq"], 0)
        asked = bot.say(vote, question={"choices": models, "seconds": 1500, "vote": True})
        first.answer(asked["seq"], 0)
        second.answer(asked["seq"], 1)
        bot.say(wrong, job={"what": failed, "state": "failed", "seconds": 8.2})
        bot.say(epoch, job={"what": runs})


def leave_unread(server: Server, people: dict[str, httpx.Client]) -> None:
    """Everyone read the other rooms once; since then something was said there."""
    for room, count in (("help", 3), ("paper", 1)):
        say(server, room, "Welcome!")
        for client in people.values():
            with Speaker(server, client, room) as reader:
                reader.read(1)
        say(server, room, *["One more."] * count)


def at_the_end(panel: Panel) -> None:
    """Everything is there, code, formulas and pictures as well, and the newest message is in
    sight."""
    panel.log.locator("tornchat-code").first.wait_for()
    expect(panel.log).not_to_contain_text(re.compile(r"```|\$\$|\|:--"))
    panel.log.evaluate(LOADED)
    expect(panel.log.get_by_role("article").last).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_notebook_with_the_panel_in_a_cell(
    server: Server,
    people: dict[str, httpx.Client],
    new_page: NewPage,
    picture: Picture,
    chart: bytes,
    app: Any,
) -> None:
    room = f"forecast-{app}"
    title = {"lab": "Harbour", "notebook": "Old Town"}[app]
    there = speak(server, people, room, title, ENGLISH, chart)
    write_notebook(server, "forecast.ipynb", [cell.format(room=room) for cell in CELLS])
    page = be(new_page(viewport={"width": 1200, "height": 900}), people["Amara"], server)
    with crowd(server, room, there):
        open_notebook(page, server, "forecast.ipynb", app)
        run_cell(page, 0)
        cell = Panel(page, "cell")
        cell.box.wait_for()
        run_cell(page, 1)
        expect(cell.texts.last).to_have_text(DONE)
        at_the_end(cell)
        take(picture, page, "cell" if app == "lab" else "cell-notebook")


def test_the_sidebar_and_a_tab_by_night(
    server: Server,
    people: dict[str, httpx.Client],
    new_page: NewPage,
    picture: Picture,
    chart: bytes,
) -> None:
    there = speak(server, people, "lobby", "Lobby", ENGLISH, chart)
    write_notebook(server, "forecast.ipynb", ["sales = load()", "model.fit(features, sales)"])
    page = be(new_page(viewport={"width": 1280, "height": 860}), people["Amara"], server)
    with crowd(server, "lobby", there):
        open_notebook(page, server, "forecast.ipynb")
        page.evaluate("() => { void window.jupyterapp.commands.execute('tornchat:open'); }")
        sidebar = Panel(page, "sidebar")
        sidebar.box.wait_for()
        at_the_end(sidebar)
        take(picture, page, "sidebar")
        page.evaluate(NIGHT)
        page.evaluate(BESIDE, "lobby")
        tab = Panel(page, "tab")
        tab.box.wait_for()
        at_the_end(tab)
        # What Lab shows while it puts another theme on.
        page.locator("#jupyterlab-splash").wait_for(state="detached")
        take(picture, page, "tab-dark")


def test_the_dialog_that_invites_a_guest_and_what_the_guest_sees(
    server: Server, people: dict[str, httpx.Client], new_page: NewPage, picture: Picture
) -> None:
    room = make_room(server, "review", "Review")
    with Speaker(server, people["Mei"], room) as mei:
        mei.say("Eve looks at the forecast with us today.")
    guests = []
    for name, who, word, link, guest, look in (
        ("invite", "Mei", "Invite a guest", "The link", "Eve", {"viewport": DIALOG}),
        (
            *("invite-dark", "Jonas", "Invite a guest", "The link", "Sam"),
            {"viewport": DIALOG, "color_scheme": "dark"},
        ),
        (
            *("invite-chinese", "美玲", "邀请访客", "链接", "小雪"),
            {"viewport": SMALL, "locale": "zh-CN"},
        ),
    ):
        page = be(new_page(**look), people[who], server)
        dialog = open_invites(open_chat(page, server, room), word)
        dialog.get_by_role("spinbutton").fill("3")
        made = make_link(dialog, link).replace(DOOR, f"http://127.0.0.1:{GUEST_PORT}/guests/")
        guests.append(join(new_page(viewport=GUEST), made, guest))
        expect(dialog.get_by_role("listitem").filter(has_text=guest).last).to_be_attached()
        take(picture, page, name)
    eve = guests[0]
    eve.say("Thank you! What is the error of the first week?")
    eve.settle()
    # Who just came is shown after a moment.
    eve.element.get_by_text("3 people, 3 guests").wait_for()
    take(picture, eve.page, "guest")
