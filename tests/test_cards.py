"""Questions and jobs as people meet them: who asks or works is a program, who answers sits at a
page or at a notebook's cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Locator, Page, expect

import servers
from jupyter_tornchat.program.name import quoted
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, open_chat
from servers import Home, Server
from speaker import Speaker

NewPage = Callable[..., Page]

SHOW = """from jupyter_tornchat import ChatPanel
panel = ChatPanel("notebook")
panel"""
ASK = """answer = panel.room.ask("Drop the outliers?", ["yes", "no"], timeout=60)
print(f"{answer.user.name} says {answer}")"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("cards")), lab=True)
    server.start()
    yield server
    server.stop()


@contextmanager
def program(server: Server, room: str) -> Iterator[Speaker]:
    """A program in a room of its own making."""
    make_room(server, room)
    with ExitStack() as stack:
        client = stack.enter_context(server.http(server.token))
        client.headers["X-Tornchat-Name"] = quoted("simulation")
        yield stack.enter_context(Speaker(server, client, room))


def choices(panel: Panel, question: str, *, vote: bool = False) -> Locator:
    """The choices of the question with this text."""
    group = panel.log.get_by_role("radiogroup" if vote else "group", name=question)
    return group.get_by_role("radio" if vote else "button")


def card(panel: Panel, text: str) -> Locator:
    """The message with this text."""
    return panel.log.get_by_role("article").filter(has_text=text)


def aloud(panel: Panel) -> Locator:
    return panel.element.locator("tornchat-aloud p")


def join(page: Page, server: Server, room: str, name: str) -> Panel:
    panel = open_chat(page, server, room)
    panel.say(f"I am {name}")
    panel.take_name(name)
    expect(panel.kept(f"I am {name}")).to_have_count(1)
    return panel


def test_the_first_answer_closes_a_question_for_everyone(server: Server, new_page: NewPage) -> None:
    with program(server, "question") as simulation:
        ann = join(new_page(), server, "question", "Ann")
        ben = join(new_page(locale="zh-CN"), server, "question", "Ben")
        several = {"choices": ["yes", "no", "later"], "seconds": 600}
        asked = simulation.say("Drop it?", question=several)
        expect(card(ann, "Drop it?")).to_contain_text("10 min left · The first answer counts.")
        expect(card(ben, "Drop it?")).to_contain_text("还剩10分钟 · 第一个回答有效。")
        expect(aloud(ben).last).to_have_text("simulation: Drop it?\n- yes\n- no\n- later")

        # By keyboard: one stop for all choices, the arrows go from one to the next.
        choices(ann, "Drop it?").first.focus()
        ann.page.keyboard.press("ArrowRight")
        expect(choices(ann, "Drop it?").nth(1)).to_be_focused()
        ann.page.keyboard.press("Enter")

        for panel in (ann, ben):
            says = re.compile(r"no — Ann[,，]\s?\d")
            expect(card(panel, "Drop it?").locator(".answer")).to_have_text(says)
            expect(choices(panel, "Drop it?")).to_have_count(3)
            for choice in choices(panel, "Drop it?").all():
                expect(choice).to_have_attribute("aria-disabled", "true")
        expect(choices(ann, "Drop it?").nth(1)).to_be_focused()
        expect(aloud(ben).last).to_have_text("Ann 回答：no")
        expect(aloud(ann).filter(has_text="answered")).to_have_count(0)
        question = simulation.message(asked["seq"])["question"]
        assert [answer["choice"] for answer in question["answers"]] == [1]

        # It is as it was when somebody comes later, and quoted as text.
        later = open_chat(new_page(), server, "question")
        expect(card(later, "Drop it?").locator(".answer")).to_contain_text("no — Ann")
        card(later, "Drop it?").hover()
        actions = card(later, "Drop it?").locator("tornchat-actions")
        actions.get_by_role("button", name="Quote").click()
        expect(later.box).to_have_value("> Drop it?\n> - yes\n> - no — Ann\n> - later\n\n")

        # The server closes what nobody answers.
        simulation.say("Anybody?", question={"choices": ["yes", "no"], "seconds": 1})
        expect(card(ann, "Anybody?")).to_contain_text("Closed: the time is over. Nobody answered.")
        expect(aloud(ben).last).to_have_text("已关闭：时间到了。")


def test_a_vote_is_everyones_to_change_until_it_is_closed(
    server: Server, new_page: NewPage
) -> None:
    with program(server, "vote") as simulation:
        ann = join(new_page(), server, "vote", "Ann")
        ben = open_chat(new_page(viewport={"width": 360, "height": 740}), server, "vote")
        vote = {"choices": ["first", "second"], "seconds": 600, "vote": True}
        asked = simulation.say("Which run?", question=vote)
        hers = choices(ann, "Which run?", vote=True)
        his = choices(ben, "Which run?", vote=True)
        hers.nth(0).click()
        expect(card(ann, "Which run?")).to_contain_text("You can change your choice.")

        # Who has no name yet is asked for it, and the answer waits.
        his.nth(1).click()
        ben.take_name("Ben")
        for radios in (hers, his):
            expect(radios.nth(0)).to_contain_text("1 vote")
            expect(radios.nth(1)).to_contain_text("1 vote")
        expect(hers.nth(1)).to_contain_text("Ben")
        his.nth(0).click()
        expect(hers.nth(0)).to_contain_text("2 votes")
        expect(hers.nth(0)).to_be_checked()
        expect(hers.nth(1)).to_contain_text("0 votes")

        simulation.withdraw(asked["seq"])
        for panel, radios in ((ann, hers), (ben, his)):
            expect(card(panel, "Which run?")).to_contain_text("Closed by whoever asked.")
            radios.nth(1).click(force=True)
            expect(radios.nth(0)).to_be_checked()
        answers = simulation.message(asked["seq"])["question"]["answers"]
        said = {(answer["user"]["name"], answer["choice"]) for answer in answers}
        assert said == {("Ann", 0), ("Ben", 0)}


def test_a_job_says_how_it_stands_until_it_ended(server: Server, new_page: NewPage) -> None:
    with program(server, "job") as simulation:
        ann = open_chat(new_page(), server, "job")
        job = simulation.say("starts", job={"what": "training"})
        shown = card(ann, "training")
        expect(shown).to_contain_text("running")
        expect(shown.locator(".text")).to_have_text("starts")
        simulation.progress(job["seq"], "epoch 2/10")
        expect(shown.locator(".text")).to_have_text("epoch 2/10")
        expect(shown.locator("progress")).to_have_js_property("value", 0.2)
        simulation.edit(job["seq"], "epoch 3/10")
        expect(shown.locator(".text")).to_have_text("epoch 3/10")
        expect(shown).not_to_contain_text("edited")
        simulation.edit(job["seq"], "KeyError: 'loss'", state="failed")
        expect(aloud(ann).last).to_have_text("training: failed\nKeyError: 'loss'")
        expect(shown.locator(".state")).to_contain_text(re.compile(r"failed after [\d.]+ sec"))
        expect(shown.locator("tornchat-code")).to_contain_text("KeyError: 'loss'")
        expect(shown.locator("progress")).to_have_count(0)
        simulation.say("0.93", job={"what": "evaluation", "state": "done", "seconds": 3725})
        expect(card(ann, "evaluation")).to_contain_text("done after 1 hr 2 min")


def test_a_kernel_asks_and_goes_on_with_the_answer_from_its_own_notebook(
    server: Server, new_page: NewPage
) -> None:
    make_room(server, "notebook")
    page = new_page(viewport={"width": 1200, "height": 900})
    write_notebook(server, "ask.ipynb", [SHOW, ASK])
    open_notebook(page, server, "ask.ipynb", "notebook")
    run_cell(page, 0)
    panel = Panel(page, "cell")
    panel.say("I am Ann")
    panel.take_name("Ann")
    run_cell(page, 1, wait=False)
    choices(panel, "Drop the outliers?").nth(1).click()
    expect(card(panel, "Drop the outliers?").locator(".answer")).to_contain_text("no — Ann")
    expect(page.get_by_text("Ann says no", exact=True)).to_be_visible()
