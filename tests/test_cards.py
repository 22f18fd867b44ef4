"""Questions and jobs as people meet them: who asks or works is a program, who answers sits at a
page or at a notebook's cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_tornchat.program.name import quoted
from panel import Panel, make_room, open_chat
from servers import Server
from speaker import Speaker

NewPage = Callable[..., Page]

ROOM = "cards"


@pytest.fixture
def program(notebook_server: Server) -> Iterator[Speaker]:
    make_room(notebook_server, ROOM)
    with ExitStack() as stack:
        client = stack.enter_context(notebook_server.http(notebook_server.token))
        client.headers["X-Tornchat-Name"] = quoted("simulation")
        yield stack.enter_context(Speaker(notebook_server, client, ROOM))


def choices(panel: Panel, question: str, *, vote: bool = False) -> Locator:
    """The choices of the question with this text."""
    group = panel.log.get_by_role("radiogroup" if vote else "group", name=question)
    return group.get_by_role("radio" if vote else "button")


def card(panel: Panel, text: str) -> Locator:
    """The message with this text."""
    return panel.log.get_by_role("article").filter(has_text=text)


def aloud(panel: Panel) -> Locator:
    return panel.element.locator("tornchat-aloud p")


def join(page: Page, server: Server, name: str) -> Panel:
    panel = open_chat(page, server, ROOM)
    panel.say(f"I am {name}")
    panel.take_name(name)
    expect(panel.kept(f"I am {name}")).to_have_count(1)
    return panel


def test_the_first_answer_closes_a_question_for_everyone(
    notebook_server: Server, new_page: NewPage, program: Speaker
) -> None:
    ann = join(new_page(), notebook_server, "Ann")
    ben = join(new_page(locale="zh-CN"), notebook_server, "Ben")
    asked = program.say("Drop it?", question={"choices": ["yes", "no", "later"], "seconds": 600})
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
    question = program.message(asked["seq"])["question"]
    assert [answer["choice"] for answer in question["answers"]] == [1]

    # It is as it was when somebody comes later, and copied as text.
    later = open_chat(new_page(), notebook_server, ROOM)
    expect(card(later, "Drop it?").locator(".answer")).to_contain_text("no — Ann")
    card(later, "Drop it?").hover()
    actions = card(later, "Drop it?").locator("tornchat-actions")
    actions.get_by_role("button", name="Quote").click()
    expect(later.box).to_have_value("> Drop it?\n> - yes\n> - no — Ann\n> - later\n\n")


def test_a_vote_is_everyones_to_change_until_it_is_closed(
    notebook_server: Server, new_page: NewPage, program: Speaker
) -> None:
    ann = join(new_page(), notebook_server, "Ann")
    ben = open_chat(new_page(viewport={"width": 360, "height": 740}), notebook_server, ROOM)
    vote = {"choices": ["first", "second"], "seconds": 600, "vote": True}
    asked = program.say("Which run?", question=vote)
    choices(ann, "Which run?", vote=True).nth(0).click()
    expect(card(ann, "Which run?")).to_contain_text("You can change your choice.")

    # Who has no name yet is asked for it, and the answer waits.
    choices(ben, "Which run?", vote=True).nth(1).click()
    ben.take_name("Ben")
    for panel in (ann, ben):
        radios = choices(panel, "Which run?", vote=True)
        expect(radios.nth(0)).to_contain_text("1 vote")
        expect(radios.nth(1)).to_contain_text("1 vote")
    expect(choices(ann, "Which run?", vote=True).nth(1)).to_contain_text("Ben")
    ben.settle()

    choices(ben, "Which run?", vote=True).nth(0).click()
    radios = choices(ann, "Which run?", vote=True)
    expect(radios.nth(0)).to_contain_text("2 votes")
    expect(radios.nth(0)).to_be_checked()
    expect(radios.nth(1)).to_contain_text("0 votes")

    program.withdraw(asked["seq"])
    for panel in (ann, ben):
        expect(card(panel, "Which run?")).to_contain_text("Closed by whoever asked.")
        choices(panel, "Which run?", vote=True).nth(1).click()
        expect(choices(panel, "Which run?", vote=True).nth(0)).to_be_checked()
    answers = program.message(asked["seq"])["question"]["answers"]
    assert [(answer["user"]["name"], answer["choice"]) for answer in answers] == [
        ("Ann", 0),
        ("Ben", 0),
    ]


def test_a_job_says_how_it_stands_until_it_ended(
    notebook_server: Server, new_page: NewPage, program: Speaker
) -> None:
    ann = open_chat(new_page(), notebook_server, ROOM)
    job = program.say("starts", job={"what": "training"})
    shown = card(ann, "training")
    expect(shown).to_contain_text("running")
    expect(shown.locator(".text")).to_have_text("starts")
    program.edit(job["seq"], "epoch 2/10")
    expect(shown.locator(".text")).to_have_text("epoch 2/10")
    expect(shown.locator("progress")).to_have_js_property("value", 0.2)
    expect(shown).not_to_contain_text("edited")
    program.edit(job["seq"], "KeyError: 'loss'", state="failed")
    expect(shown.locator(".state")).to_contain_text(re.compile(r"failed after [\d.]+ sec"))
    expect(shown.locator("tornchat-code")).to_contain_text("KeyError: 'loss'")
    expect(shown.locator("progress")).to_have_count(0)
    expect(aloud(ann).last).to_have_text("training: failed\nKeyError: 'loss'")
    program.say("0.93", job={"what": "evaluation", "state": "done", "seconds": 3725})
    expect(card(ann, "evaluation")).to_contain_text("done after 1 hr 2 min")
