"""A class: students ask for help from a cell of a handed-out notebook, a teacher sees who waits."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, expect

from axe import Axe
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, open_chat
from servers import Server
from test_lab import from_palette

NewPage = Callable[..., Page]
Picture = Callable[[Page, str], Path]


def request(panel: Panel, text: str) -> Locator:
    """How the request with this text stands, among the messages."""
    message = panel.log.get_by_role("article").filter(has_text=text)
    return message.get_by_role("group", name="Request for help")


def desk(panel: Panel) -> Locator:
    """What stands above the messages of a help desk."""
    return panel.element.locator("tornchat-help-desk")


def open_desk(page: Page, server: Server, name: str, title: str) -> Panel:
    """A help desk that somebody made, as they see it."""
    panel = open_chat(page, server)
    panel.say(f"{name} is here")
    panel.take_name(name)
    expect(panel.kept(f"{name} is here")).to_have_count(1)
    panel.element.get_by_role("button", name="New room").click()
    panel.element.get_by_label("What is the room called?").fill(title)
    panel.element.get_by_label("Help desk").check()
    panel.element.get_by_role("button", name="Create").click()
    panel.element.get_by_role("heading", name=title).wait_for()
    return panel


def ask(page: Page, says: str) -> None:
    """Ask for help with the active cell, from its toolbar."""
    page.locator(".jp-Cell [data-command='tornchat:ask-for-help']").click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog.locator("tornchat-cell-preview")).to_contain_text("ZeroDivisionError")
    dialog.get_by_label("What is the matter?").fill(says)
    dialog.get_by_role("button", name="Ask for help").click()


def take_name(page: Page, name: str) -> None:
    """Answer Lab's dialog, which asks before anything is sent."""
    page.locator(".jp-Dialog input").fill(name)
    page.locator(".jp-Dialog .jp-mod-accept").click()


def test_a_student_asks_on_a_cell_and_a_teacher_claims_and_resolves_it(
    lab_server: Server, new_page: NewPage, picture: Picture
) -> None:
    server, room = lab_server, f"week-{secrets.randbelow(90) + 10}"
    title = room.replace("-", " ").capitalize()
    teacher = open_desk(new_page(viewport={"width": 700, "height": 740}), server, "Tess", title)
    expect(desk(teacher)).to_contain_text("Nobody needs help at the moment.")

    # A notebook names its room, which every copy of it says.
    write_notebook(server, "week1.ipynb", ["1 / 0"])
    page = new_page(viewport={"width": 1280, "height": 800})
    open_notebook(page, server, "week1.ipynb")
    from_palette(page, "Name this notebook")
    page.locator(".jp-Dialog select").select_option(f"{title} ({room})")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    run_cell(page, 0)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    kept = nbformat.read(server.home.work / "week1.ipynb", as_version=4)
    assert kept.metadata["tornchat"] == {"room": room}

    # Who asks sees what others will see, before they do.
    page.locator(".jp-Cell").click()
    page.locator(".jp-Cell [data-command='tornchat:ask-for-help']").click()
    take_name(page, "Sam")
    expect(page.locator(".jp-Dialog tornchat-cell-preview")).to_contain_text("1 / 0")
    picture(page, "ask-for-help")
    page.keyboard.press("Escape")
    ask(page, "Why is this wrong?")

    # The teacher is told of it, sees what was sent, and how long it waits.
    expect(desk(teacher).get_by_role("status").first).to_have_text("1 request open, 1 waiting")
    teacher.element.get_by_role("button", name="Open requests").press("Enter")
    waits = desk(teacher).get_by_role("listitem")
    expect(waits).to_have_count(1)
    expect(waits).to_contain_text("Why is this wrong?")
    expect(waits).to_contain_text("Waiting")
    assert Axe().look(teacher.page) == []
    picture(teacher.page, "help-desk")
    waits.get_by_role("button", name="Claim").press("Enter")
    expect(waits).to_contain_text("Tess is on it")
    waits.get_by_role("button", name="Reply in this thread").click()
    expect(teacher.box).to_be_focused()
    teacher.say("Nothing can be divided by 0")
    expect(teacher.kept("Nothing can be divided by 0")).to_have_count(1)

    # The notebook's room is offered; the student is led to their own thread.
    page.locator(".jp-SideBar [data-id='jupyter-tornchat']").click()
    offer = page.locator(".tornchat-offer")
    expect(offer).to_have_text(f"This notebook's room: {title}")
    offer.get_by_role("button").click()
    expect(offer).to_be_hidden()
    student = Panel(page, "sidebar")
    expect(request(student, "Why is this wrong?")).to_contain_text("Tess is on it")
    expect(student.box).to_have_attribute("placeholder", "Reply in this thread")
    student.say("I see, thank you")
    expect(teacher.message("I see, thank you")).to_have_count(1)
    request(student, "Why is this wrong?").get_by_role("button", name="It is resolved").click()
    expect(request(teacher, "Why is this wrong?")).to_contain_text("Resolved by Sam")
    student.settle()
    picture(page, "help-thread")

    # They may open it again; the teacher resolves it, and it waits no more.
    request(student, "Why is this wrong?").get_by_role("button", name="Open it again").click()
    request(teacher, "Why is this wrong?").get_by_role("button", name="Resolve").click()
    expect(request(student, "Why is this wrong?")).to_contain_text("Resolved by Tess")
    teacher.element.get_by_role("button", name="All requests").click()
    expect(desk(teacher)).to_contain_text("Nobody needs help at the moment.")

    # Nobody else sees any of it.
    other = new_page(viewport={"width": 360, "height": 640}, color_scheme="dark", locale="zh-CN")
    stranger = open_chat(other, server, room)
    expect(desk(stranger)).to_contain_text("只有你和答疑的人能看到你的求助。")
    expect(stranger.log).not_to_contain_text("Why is this wrong?")
    assert Axe().look(other) == []

    # What a notebook names gives no right, and need not be there.
    name = "model => window.jupyterapp.shell.currentWidget.model.setMetadata('tornchat', model)"
    page.evaluate(name, {"room": "elsewhere"})
    expect(offer).to_have_text("This notebook's room: elsewhere")
    offer.get_by_role("button").click()
    expect(student.element.get_by_role("alert")).to_contain_text("There is no such room.")
    page.evaluate(name, {"room": room, "theirs": 1})
    expect(offer).to_be_visible()
    page.locator(".jp-Cell").click()  # where the palette's keys are heard
    from_palette(page, "Take its room off")
    expect(offer).to_be_hidden()
    model = page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.model.getMetadata('tornchat')"
    )
    assert model == {"theirs": 1}
