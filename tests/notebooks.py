"""A notebook on the lab server: write it, open it in JupyterLab or Notebook 7, run its cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page

from servers import Server

APPS = {"lab": "lab/tree", "notebook": "notebooks"}

READY = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  const panel = app.shell.currentWidget;
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""

RUN = """async (index) => {
  const { jupyterapp } = window;
  jupyterapp.shell.currentWidget.content.activeCellIndex = index;
  await jupyterapp.commands.execute('notebook:run-cell');
}"""


def write_notebook(server: Server, name: str, cells: Sequence[str]) -> None:
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, server.home.work / name)


def open_notebook(
    page: Page,
    server: Server,
    name: str,
    app: Literal["lab", "notebook"] = "lab",
    url: str = "",
) -> None:
    """Open it signed in, and return when its kernel answers. A CSS class that says so comes too
    early; the session's own promises do not. `url` is another way to the server."""
    page.goto(f"{url or server.url}{APPS[app]}/{name}?reset&token={server.token}")
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.context")
    page.evaluate(READY)


def run_cell(page: Page, index: int, *, wait: bool = True) -> None:
    """Run one cell; `wait=False` returns while it still runs."""
    if wait:
        page.evaluate(RUN, index)
    else:
        page.evaluate(f"(index) => {{ void ({RUN})(index); }}", index)
