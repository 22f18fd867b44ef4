"""The tour that `make run` opens works from its first cell to its last."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
from playwright.sync_api import Page, expect

from notebooks import open_notebook, run_cell
from servers import Server

TOUR = Path(__file__).parent.parent / "notebooks" / "tour.ipynb"
CODE = [
    index
    for index, cell in enumerate(nbformat.read(TOUR, as_version=4).cells)
    if cell.cell_type == "code"
]


def enter_page(page: Page, server: Server, name: str, text: str) -> None:
    """Open the chat page, say something, and answer who one is."""
    page.goto(f"{server.url}tornchat/?token={server.token}")
    page.get_by_role("textbox", name="Message to Lobby").fill(text)
    page.keyboard.press("Enter")
    page.get_by_placeholder("Your name").fill(name)
    page.keyboard.press("Enter")
    page.locator("tornchat-panel").get_by_text(text, exact=True).wait_for()


def test_every_cell_of_the_tour_runs_and_the_page_is_the_same_room(
    lab_server: Server, new_page: Callable[..., Page], picture: Callable[[Page, str], Path]
) -> None:
    shutil.copy(TOUR, lab_server.home.work)
    lab, page = new_page(viewport={"width": 1280, "height": 800}), new_page()
    open_notebook(lab, lab_server, TOUR.name)
    panel = lab.locator(".jp-OutputArea tornchat-panel")

    run_cell(lab, CODE[0])
    panel.get_by_role("textbox", name="Message to Lobby").wait_for()
    enter_page(page, lab_server, "Ann", "hello from the page")
    expect(panel.get_by_text("hello from the page", exact=True)).to_be_visible()

    for index in CODE[1:]:
        run_cell(lab, index)
    for said in ("hello from the kernel", "step 3 of 3 is done", "sent without a panel"):
        expect(panel.get_by_text(said, exact=True)).to_have_count(1)
        expect(page.get_by_text(said, exact=True)).to_have_count(1)
    expect(lab.locator("[data-mime-type='application/vnd.jupyter.stderr']")).to_have_count(0)

    panel.scroll_into_view_if_needed()
    picture(lab, "lab")
