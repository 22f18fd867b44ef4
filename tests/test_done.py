""" "Tell the room when this is done", as people meet it in JupyterLab and Notebook 7."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from kernel import Gate
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room
from servers import Server

App = Literal["lab", "notebook"]
SAYS = "Tell the room when this is done"


def entry(page: Page) -> Locator:
    """The entry in the menu that is open."""
    return page.locator(".lm-Menu-item[data-command='tornchat:tell-when-done']")


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_a_cell_that_runs_is_told_of_from_its_menus_and_once_however_often_it_is_asked(
    lab_server: Server, new_page: Callable[..., Page], tmp_path: Path, app: App
) -> None:
    room = make_room(lab_server, f"done-{app}", f"Done in {app}")
    gate = Gate(tmp_path)
    source = f"print('epoch 1')\n{gate.wait}print('accuracy 0.93')"
    write_notebook(lab_server, f"train-{app}.ipynb", ["ready = True", source])
    page = new_page(viewport={"width": 1300, "height": 900})
    open_notebook(page, lab_server, f"train-{app}.ipynb", app)
    run_cell(page, 0)

    # Where nothing runs there is nothing to be told.
    cell = page.locator(".jp-Cell").nth(1)
    button = page.locator(".jp-Cell [data-command='tornchat:tell-when-done']")
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
    expect(entry(page)).to_contain_class("lm-mod-disabled")
    page.keyboard.press("Escape")
    run_cell(page, 1, wait=False)
    expect(cell).to_contain_text("epoch 1")

    # From the cell's menu, with the question which room; nobody has a name yet.
    cell.click(button="right", position={"x": 100, "y": 12})
    entry(page).click()
    page.locator(".jp-Dialog", has_text="call you").locator("input").fill(f"Dee of {app}")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    dialog = page.locator(".jp-Dialog", has_text=SAYS)
    dialog.locator("select").select_option(f"Done in {app} ({room})")
    dialog.locator(".jp-mod-accept").click()
    told = page.locator(".jp-toast, .Toastify__toast", has_text=f"Done in {app} will be told")
    expect(told).to_contain_text(f"train-{app}.ipynb, cell 2")
    told.get_by_role("button", name="Open").click()
    sidebar = Panel(page, "sidebar")
    job = sidebar.log.locator("tornchat-job")
    expect(job).to_contain_text(f"train-{app}.ipynb, cell 2")

    # Again, by the button of the cell that runs: the room that was chosen comes first, and it is
    # the same message.
    cell.click(position={"x": 100, "y": 12})
    expect(button).to_have_attribute("title", SAYS)
    button.click()
    with page.expect_response(lambda answer: answer.url.endswith(f"{room}/jobs")) as again:
        page.locator(".jp-Dialog .jp-mod-accept").click()
    assert again.value.ok
    gate.open()
    expect(sidebar.log.get_by_role("article")).to_contain_text("accuracy 0.93")
    expect(sidebar.log.get_by_role("article")).to_have_count(1)
    expect(job).to_contain_text("done after")
    expect(button).to_be_hidden()
