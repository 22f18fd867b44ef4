"""S-17: a saved notebook holds nothing of the chat, with the widgets' state or without, and neither
does what nbconvert makes of it; and a panel in it that nobody may run says what it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, MarkdownExporter
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Page, expect

from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room
from servers import Server
from watch import Watch

NewPage = Callable[..., Page]

KEEP_KEY = """import os
with open('key', 'w') as file:
    _ = file.write(os.environ['JUPYTER_TORNCHAT_KEY'])"""
CELLS = (
    'from jupyter_tornchat import ChatPanel\npanel = ChatPanel("private")\npanel',
    "panel",
    "for n in range(8):\n    panel.room.send(f'{n} kernel'[::-1] + ' secret')\npanel",
    KEEP_KEY,
)
SAVE_ALL = """async () => {
  const { commands } = window.jupyterapp;
  await commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState');
  await commands.execute('docmanager:save');
}"""
STATE = "application/vnd.jupyter.widget-state+json"
WAS = "Chat panel of the room private."
WAS_ZH = "房间 private 的聊天面板。"

SHOW_WIDGET = """async (type) => {
  const state = JSON.parse(document.querySelector(`script[type="${type}"]`).textContent).state;
  const model = Object.values(state).find(({ state }) => state.room_name).state;
  const address = URL.createObjectURL(new Blob([model._esm], { type: 'text/javascript' }));
  const { render } = (await import(address)).default;
  const el = document.querySelector('script[type$="widget-view+json"]').parentElement;
  render({ model: { get: (name) => model[name], on() {}, off() {}, send() {} }, el });
}"""
"""What a widget manager does in a page of nbconvert's, which has it from the network. There is no
kernel that could hear."""


def test_S17_a_saved_notebook_holds_no_chat_and_its_panel_says_what_it_was(
    lab_server: Server, new_page: NewPage
) -> None:
    make_room(lab_server, "private", "The secret title")
    saved = chat_and_save(lab_server, new_page())
    notebook = json.loads(saved.read_text("utf-8"))
    state = notebook["metadata"]["widgets"][STATE]["state"]
    assert any(model["state"].get("room_name") == "private" for model in state.values())
    outputs = [cell["outputs"] for cell in notebook["cells"]]
    secrets = (
        *("secret of the browser", "lenrek", "Wilhelmina", "secret title"),
        *(lab_server.token, (lab_server.home.work / "key").read_text()),
    )
    written = {
        "outputs": json.dumps(outputs),
        "metadata": json.dumps(notebook["metadata"]),
        "page": convert(saved).read_text("utf-8"),
        "markdown": convert(saved, MarkdownExporter).read_text("utf-8"),
    }
    for secret in secrets:
        assert not [place for place, text in written.items() if secret in text], secret

    opened_by_a_stranger(lab_server, saved, new_page)
    opened_as_a_page(saved, new_page)


def chat_and_save(server: Server, page: Page) -> Path:
    """A notebook whose panels were talked in, saved with the state of its widgets."""
    write_notebook(server, "saved.ipynb", CELLS)
    open_notebook(page, server, "saved.ipynb")
    for index in range(len(CELLS)):
        run_cell(page, index)
    panel = Panel(page, "cell")
    panel.say("secret of the browser")
    panel.take_name("Wilhelmina")
    expect(panel.kept("secret of the browser")).to_have_count(1)
    for number in range(8):
        panel.say(f"{number}: secret of the browser")
    panel.settle()
    panel.holds(17)
    page.evaluate(SAVE_ALL)
    return server.home.work / "saved.ipynb"


def convert(notebook: Path, exporter: Any = HTMLExporter) -> Path:
    """What nbconvert makes of it, in a file beside it."""
    made = exporter()
    path = notebook.with_suffix(made.file_extension)
    path.write_text(made.from_filename(notebook)[0], "utf-8")
    return path


def opened_by_a_stranger(server: Server, saved: Path, new_page: NewPage) -> None:
    """In JupyterLab, by somebody who does not trust it: for Jupyter another content is another
    notebook."""
    notebook: Any = nbformat.read(saved, as_version=4)
    notebook.cells.append(new_markdown_cell("from a friend"))
    nbformat.write(notebook, server.home.work / "received.ipynb")
    page = new_page()
    sent: list[str] = []
    page.on("websocket", lambda line: line.on("framesent", lambda frame: sent.append(str(frame))))
    open_notebook(page, server, "received.ipynb")
    expect(page.get_by_text(WAS)).to_have_count(3)
    expect(page.get_by_text(WAS_ZH)).to_have_count(3)
    expect(page.locator(".jp-OutputArea tornchat-panel")).to_have_count(0)
    assert not [frame for frame in sent if "private" in frame and "join" in frame]


def opened_as_a_page(saved: Path, new_page: NewPage) -> None:
    """As HTML from a disk: with the state of its widgets, and without."""
    watch = Watch()
    page = watch.over(new_page(offline=True))
    page.goto(saved.with_suffix(".html").as_uri())
    page.evaluate(SHOW_WIDGET, STATE)
    expect(page.get_by_text(WAS)).to_be_visible()

    notebook: Any = nbformat.read(saved, as_version=4)
    del notebook.metadata["widgets"]
    nbformat.write(notebook, saved)
    page.goto(convert(saved).as_uri())
    expect(page.get_by_text(WAS)).to_have_count(3)
    expect(page.get_by_text(WAS_ZH)).to_have_count(3)
    assert not [url for url in watch.urls if "tornchat" in url]
