"""A class: handed-out notebooks name the room in which their readers meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import nbformat
import pytest
from playwright.sync_api import Page, expect

import servers
from notebooks import open_notebook, write_notebook
from servers import Home, Server
from test_lab import from_palette

NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("class")), lab=True)
    server.start()
    yield server
    server.stop()


def test_a_notebook_names_its_room_and_the_name_gives_no_right(
    server: Server, new_page: NewPage
) -> None:
    write_notebook(server, "week2.ipynb", ["2 + 2"])
    page = new_page(viewport={"width": 1280, "height": 800})
    open_notebook(page, server, "week2.ipynb")
    page.locator(".jp-SideBar [data-id='jupyter-tornchat']").click()
    offer = page.locator(".tornchat-offer")
    expect(offer).to_be_hidden()
    page.locator(".jp-Cell").click()  # where the palette's keys are heard
    from_palette(page, "Name this notebook")
    page.locator(".jp-Dialog select").select_option("Lobby (lobby)")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    kept = nbformat.read(server.home.work / "week2.ipynb", as_version=4)
    assert kept.metadata["tornchat"] == {"room": "lobby"}

    # What it names need not be there, or be open to its reader.
    page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.model
                   .setMetadata('tornchat', { room: 'elsewhere' })"""
    )
    expect(offer).to_have_text("This notebook's room: elsewhere")
    offer.get_by_role("button").click()
    panel = page.locator("#jupyter-tornchat tornchat-panel")
    expect(panel.get_by_role("alert").filter(has_text="There is no such room.")).to_be_visible()
    page.locator(".jp-Cell").click()
    from_palette(page, "Take its room off")
    expect(page.locator(".tornchat-offer")).to_be_hidden()
    model = page.evaluate("() => window.jupyterapp.shell.currentWidget.model.metadata")
    assert "tornchat" not in model
