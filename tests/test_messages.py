"""What messages show, in a browser: Markdown, code, formulas, tables, what a terminal printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

import servers
from conftest import FOREIGN_HOST
from panel import make_room, open_chat, say
from servers import Home, Server
from watch import Watch

CODE = """\
```python
def area(width, height=2):
\tif width  <  0:  # never
\t\traise ValueError('negative')
    return width * height
```"""
TABLE = "```csv\n" + "city,people\n" + "".join(f"city {n},{n * 1000}\n" for n in range(120)) + "```"
TRACEBACK = (
    "it fails:\n\nTraceback (most recent call last):\n"
    + "".join(f'  File "model.py", line {n}, in step\n    step({n})\n' for n in range(40))
    + "ValueError: too deep"
)
LAZY = ("markdown", "highlight", "math", "terminal", "ansi")
FONTS = """() => [...document.fonts].filter(({ family, status }) =>
  family.includes('KaTeX') && status === 'loaded').length"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = Home(tmp_path_factory.mktemp("messages"))
    config = {"TornChat": {"message_rate": 0}, "ServerApp": {"allow_remote_access": True}}
    server = servers.notebook_server(home, config=config)
    server.start()
    yield server
    server.stop()


def loaded(watch: Watch) -> list[str]:
    """What was loaded for messages, each as often as it was."""
    names = [re.search(r"/chunks/([a-z]+)-\w+\.js$", url) for url in watch.urls]
    return sorted(found[1] for found in names if found and found[1] in LAZY)


def test_messages_load_what_they_need_once_and_show_it(
    server: Server, new_page: Callable[..., Page]
) -> None:
    room = make_room(server, "shown")
    watch = Watch()
    page = watch.over(new_page(viewport={"width": 900, "height": 1400}))
    # No secure context: no clipboard of its own, as on most servers of an institute.
    panel = open_chat(page, server, room, url=f"http://{FOREIGN_HOST}:{server.port}/")
    assert page.evaluate("window.isSecureContext") is False

    plain = "plain: 2 * 3 = 6, snake_case, $5 and ~6, C:\\temp, https://a.test/b_c_d"
    say(server, room, plain, "  indented\n\tby a tab")
    expect(panel.texts).to_have_text([plain, "  indented\n\tby a tab"])
    assert loaded(watch) == []

    say(server, room, "**one** [a](https://bank.test) [bank.test](https://evil.test)", CODE, CODE)
    expect(panel.log.locator("strong")).to_have_text("one")
    expect(panel.log.locator(".host")).to_have_text(" (evil.test)")
    code = panel.log.locator("tornchat-code")
    expect(code.locator(".keyword").first).to_have_text("def")
    expect(code).to_have_count(2)
    assert loaded(watch) == ["highlight", "markdown"]

    # What is copied is what was written, tabs and all.
    copy = code.first.get_by_role("button", name="Copy this code")
    copy.focus()
    page.keyboard.press("Enter")
    expect(code.first.get_by_role("status")).to_have_text("Copied.")
    expect(copy).to_be_focused()
    panel.box.focus()
    page.keyboard.press("Control+v")
    expect(panel.box).to_have_value(re.compile(re.escape(CODE[10:-4])))

    # What one formula defines is not for the next; what KaTeX cannot read stays as it is.
    say(server, room, r"so $\frac{a}{b} \gdef\boxed{\undefined}$ and $\unknown{x}$")
    say(server, room, r"\[ \boxed{\pmb{x}} \fcolorbox{red}{blue}{y} \]")
    formulas = panel.log.locator("tornchat-math")
    expect(formulas).to_have_count(3)
    expect(formulas.nth(2).locator(".katex-display .boxpad")).to_have_count(2)
    expect(formulas.nth(1)).to_have_text(r"$\unknown{x}$")
    expect(formulas.first.locator("math mfrac")).to_have_count(1)
    page.wait_for_function(FONTS)

    say(server, room, TABLE)
    table = panel.log.locator("tornchat-table")
    expect(table.locator("tbody tr")).to_have_count(100)
    expect(table).to_contain_text("and 20 more rows")
    table.get_by_role("group").focus()
    page.keyboard.press("End")
    expect(table.get_by_role("cell", name="city 99")).to_be_in_viewport()

    say(server, room, TRACEBACK)
    folded = panel.log.locator("tornchat-terminal")
    expect(folded).to_contain_text("ValueError: too deep")
    expect(folded).not_to_contain_text("step(20)")
    folded.get_by_role("button", name="Show 67 more lines").click()
    expect(folded).to_contain_text("step(20)")

    say(server, room, "\x1b[31mred\x1b[0m and \x1b[1mbold\x1b[0m")
    expect(panel.log.locator("tornchat-terminal .red")).to_have_text("red")
    assert loaded(watch) == ["ansi", "highlight", "markdown", "math", "terminal"]
    # One header is of use in a secure context only, and Chromium says so.
    assert all("Cross-Origin-Opener-Policy" in said for said in watch.complaints)
    assert watch.hosts == {f"{FOREIGN_HOST}:{server.port}"}
