"""A figure, a table and a traceback that a kernel sends are seen in the page and in a panel, by day
and by night, and another kernel takes the table out as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel
from playwright.sync_api import Locator, Page, expect

import servers
from jupyter_tornchat.protocol import KEY_VARIABLE, URL_VARIABLE
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, open_chat
from servers import Home, Server

NewPage = Callable[..., Page]
Picture = Callable[[Page, str], Path]

COLOURS = re.compile(r"\x1b\[[\d;]*m")
PANEL = 'from jupyter_tornchat import ChatPanel\npanel = ChatPanel("results")\npanel'
TABLE = """import numpy as np, pandas as pd
chance = np.random.default_rng(7)
sales = pd.DataFrame(
    {
        "day": pd.date_range("2026-01-01", periods=90_000, freq="min", tz="Europe/Berlin"),
        "shop": pd.Categorical(chance.choice(["Harbour", "Old Town"], 90_000)),
        "sold": chance.integers(0, 500, 90_000),
        "error": np.where(chance.random(90_000) < 0.1, np.nan, chance.random(90_000)),
        "note": pd.array(chance.choice(["holiday", None], 90_000), dtype="string"),
    }
)
"""
FIGURE = """from matplotlib.figure import Figure
figure = Figure(figsize=(5, 2.6))
axes = figure.add_subplot(title="Loss by epoch", xlabel="epoch", ylabel="loss")
axes.plot([2.1, 1.3, 0.9, 0.72, 0.65, 0.61], label="training")
axes.plot([2.2, 1.5, 1.1, 0.98, 0.95, 0.96], label="validation")
axes.legend()
print(repr(room.send(figure)))
"""
FAILS = """def share(part, total):
    return part / total
share(1, 0)
"""
CAUGHT = """try:
    share(1, 0)
except ZeroDivisionError as error:
    print(repr(room.send(error)))
"""
SHOWS = """class Shows:
    def _repr_html_(self):
        return "<b>shown</b>"
    def _repr_mimebundle_(self, **_):
        return {"text/latex": "$x$", "application/javascript": "alert(1)"}, {}
    def _ipython_display_(self):
        print("shown in the cell")
sent = room.send(Shows())
print([output.type for output in room.message(sent).data])
"""
TAKEN = """from pandas.testing import assert_frame_equal
taken = room.get("{ref}")
assert_frame_equal(taken, sales)
print(type(taken), taken.shape)
"""


class Kernel:
    """A real kernel that is in a room.

    Args:
        server: whose environment it inherits.
    """

    def __init__(self, server: Server) -> None:
        key = {KEY_VARIABLE: server.token, URL_VARIABLE: f"{server.url}tornchat/"}
        self.manager: KernelManager
        self.manager, self._client = start_new_kernel(env=server.home.env | key)
        self.run(
            "from jupyter_tornchat import Room\n"
            f'room = Room("results", url="{server.url}tornchat/", token="{server.token}",'
            ' name="results.ipynb")\n'
            f'apart = Room("apart", url="{server.url}tornchat/", token="{server.token}")'
        )

    def run(self, code: str, status: str = "ok") -> str:
        """What the cell prints; `status` is how it ends."""
        printed: list[str] = []

        def hear(message: dict[str, dict[str, str]]) -> None:
            content = message["content"]
            printed.append(content.get("text", "") or "\n".join(content.get("traceback", [])))

        answer = self._client.execute_interactive(code, output_hook=hear, timeout=60)
        assert answer["content"]["status"] == status, "".join(printed)
        return "".join(printed).strip()

    def stop(self) -> None:
        self._client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("objects")), lab=True)
    server.start()
    make_room(server, "results", "Results")
    make_room(server, "apart")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def kernels(server: Server) -> Iterator[list[Kernel]]:
    kernels = [Kernel(server) for _ in range(2)]
    yield kernels
    for kernel in kernels:
        kernel.stop()


def test_what_a_kernel_sends_another_takes_out_and_everyone_sees(
    server: Server, kernels: list[Kernel], new_page: NewPage, picture: Picture
) -> None:
    one, other = kernels
    one.run(TABLE)
    ref = one.run("print(repr(room.send(sales)))")
    assert re.fullmatch(r"#\d+", ref)
    assert other.run(TABLE + TAKEN.format(ref=ref)).endswith("(90000, 5)")
    one.run(FIGURE)
    one.run(FAILS, "error")
    failed = one.run("import sys\nprint(repr(room.send(sys.last_value)))")
    told = COLOURS.sub("", other.run(f'print(room.get("{failed}"))'))
    assert "----> 3 share(1, 0)" in told

    day = open_chat(new_page(viewport={"width": 1000, "height": 1150}), server, "results")
    everything_is_seen(day)
    picture(day.page, "objects")
    dark = {"viewport": {"width": 1000, "height": 1150}, "color_scheme": "dark"}
    night = open_chat(new_page(**dark), server, "results")
    everything_is_seen(night)
    picture(night.page, "objects-dark")
    phone = {"viewport": {"width": 360, "height": 1150}, "locale": "zh-CN"}
    small = open_chat(new_page(**phone), server, "results")
    expect(table(small)).to_contain_text("另有 89,970 行")
    assert small.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(small.page, "objects-phone")

    write_notebook(server, "results.ipynb", [PANEL])
    page = new_page(viewport={"width": 1100, "height": 1150})
    open_notebook(page, server, "results.ipynb")
    run_cell(page, 0)
    everything_is_seen(Panel(page, "cell"))
    caught = other.run(f'print(room.get("{one.run(CAUGHT)}"))')
    assert re.search(r"Cell In\[\d+\], line 2, in <module>\n    share\(1, 0\)", caught), caught


def test_what_shows_itself_in_a_kernel_is_sent_and_not_shown_there(kernels: list[Kernel]) -> None:
    said = kernels[0].run(SHOWS.replace("room.", "apart."))
    assert said == "['text/html', 'text/latex', 'text/plain']"


def objects(panel: Panel) -> Locator:
    return panel.log.locator("tornchat-data")


def table(panel: Panel) -> Locator:
    return objects(panel).filter(has=panel.page.locator("tornchat-table"))


def everything_is_seen(panel: Panel) -> None:
    """All three, in a panel that is high enough."""
    expect(objects(panel)).to_have_count(3)
    expect(table(panel)).to_contain_text("and 89,970 more rows")
    expect(table(panel)).to_contain_text("pandas.DataFrame, 90,000 × 5")
    expect(table(panel)).to_contain_text("table.arrow")
    figure = objects(panel).get_by_role("img", name="Loss by epoch.png")
    assert figure.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 300
    error = objects(panel).filter(has_text="ZeroDivisionError: division by zero").first
    expect(error.locator("tornchat-terminal .red").first).to_be_visible()
    with panel.page.expect_download() as saved:
        table(panel).get_by_role("link", name="Download table.arrow").click()
    assert saved.value.path().read_bytes().startswith(b"ARROW1")
