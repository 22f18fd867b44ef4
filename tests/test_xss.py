"""S-09: whatever people write in whatever field stays what they wrote. No script runs, no request
leaves, no command of Lab's is executed, at any door.

The vectors are in xss.txt; vectors.py says them in every field. Those of them that are only in an
address, a form or a notice are here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

import elsewhere
import servers
from crowd import crowd
from elsewhere import Elsewhere
from jupyter_tornchat.program.name import quoted
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, open_chat
from places import GUESTS, Place
from servers import Home, Server
from vectors import MESSAGES, SOME, VECTORS, Written, make_rooms, write
from watch import Watch

NewPage = Callable[..., Page]

ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "a article aside bdi blockquote br button circle code dd del details div dl dt em fieldset"
        " form h1 h2 h3 h4 h5 h6 header hr iframe img input label legend li ol p path pre progress"
        " rect section slot span strong style sub summary sup svg table tbody td textarea th thead"
        " time tr ul",
    )
)
"""Every element that a panel may be made of, beside its own `tornchat-…` and formulas."""

UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""What tornado takes out of every field of a form."""

LOOK = """(panel) => {
  const found = { elements: new Set(), wrong: [], links: 0, frames: 0 };
  const wrong = (element) => found.wrong.push(element.outerHTML.slice(0, 300));
  const look = (root) => {
    for (const element of root.querySelectorAll('*')) {
      const formula = element.closest('math, .katex') !== null;
      if (!formula) found.elements.add(element.localName);
      for (const name of element.getAttributeNames()) {
        const value = element.getAttribute(name);
        if (name.startsWith('on') || name.startsWith('data-commandlinker')) wrong(element);
        if (/^\\s*(javascript|vbscript|data:text|command):/i.test(value) &&
            ['href', 'src', 'action', 'formaction', 'xlink:href'].includes(name)) wrong(element);
      }
      if (element.localName === 'a') {
        found.links += 1;
        const ours = element.origin === location.origin;
        const apart = /noopener/.test(element.rel) && /noreferrer/.test(element.rel);
        if (!['http:', 'https:', 'mailto:'].includes(element.protocol)) wrong(element);
        if (!ours && !apart) wrong(element);
      }
      if (element.localName === 'img') {
        const from = new URL(element.src, document.baseURI);
        const inline = from.protocol === 'blob:' || from.protocol === 'data:';
        if (from.origin !== location.origin && !inline) wrong(element);
      }
      if (element.localName === 'iframe') {
        found.frames += 1;
        if (/scripts|same-origin|top-navigation/.test(element.sandbox.value)) wrong(element);
        if (!element.hasAttribute('sandbox')) wrong(element);
      }
      if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(panel.shadowRoot);
  return { ...found, elements: [...found.elements] };
}"""

CLICK_ALL = """(panel) => {
  const click = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) click(element.shadowRoot);
      else if (element.closest('article') && !element.closest('a, button')) element.click?.();
    }
  };
  click(panel.shadowRoot);
}"""

RECORD_COMMANDS = """() => {
  window.commands = [];
  window.jupyterapp.commands.commandExecuted.connect((_, { id }) => window.commands.push(id));
}"""
EXECUTE = "([command, args]) => { void window.jupyterapp.commands.execute(command, args); }"
GO_TO = """(address) => {
  history.pushState(null, '', address);
  dispatchEvent(new PopStateEvent('popstate'));
}"""
BLOCKED = re.compile(
    r"^(Blocked script execution in 'about:srcdoc'"
    r"|(Refused to|Loading|Applying|Executing|Framing) .*violates the following Content Security)"
)
"""What Chromium says of what it did not do inside of a sandboxed frame."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    unlimited = {"TornChat": {"message_rate": 0}}
    server = servers.notebook_server(
        Home(tmp_path_factory.mktemp("xss")), lab=True, config=unlimited
    )
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def written(server: Server) -> Written:
    written = write(server, "all", VECTORS)
    make_rooms(server, written)
    print(written)
    assert len(written.names) > 70
    assert len(written.titles) > 200
    assert sum(written.fields.values()) > 3000
    write(server, "some", SOME)
    return written


@pytest.fixture
def evil() -> Iterator[Elsewhere]:
    with Elsewhere() as evil:
        yield evil


@pytest.fixture
def hosts(evil: Elsewhere) -> str:
    return f"MAP {elsewhere.NAME} 127.0.0.1:{evil.port}"


@pytest.fixture
def watch(server: Server, evil: Elsewhere) -> Iterator[Watch]:
    """Whatever was opened: nothing ran, and nothing left."""
    watch = Watch()
    yield watch
    assert watch.dialogs == []
    assert watch.hosts == {urlsplit(server.url).netloc}
    assert not [url for url in watch.urls if "xss" in urlsplit(url).path]
    assert evil.heard == []


def test_S09_no_vector_becomes_anything_on_the_page(
    server: Server, written: Written, new_page: NewPage, watch: Watch
) -> None:
    page = watch.over(new_page(viewport={"width": 1200, "height": 900}))
    panel = open_chat(page, server, "all")
    before = page.evaluate("Object.getOwnPropertyNames(window)")
    token = {"Authorization": f"token {server.token}"}
    people = [token | {"X-Tornchat-Name": quoted(name)} for name in set(written.names)]
    with crowd(server, "all", people):
        expect(panel.people).to_have_count(len(set(written.names)) + 1, timeout=30_000)
        assert set(written.names) <= set(panel.people.all_text_contents())
        read_all(panel, VECTORS)

    titles = panel.element.locator("tornchat-rooms li bdi").all_text_contents()
    assert set(written.titles) <= set(titles)
    for title in ("<base href=http://evil.test/xss/>", "{{7*7}}", "<plaintext>", "__proto__"):
        panel.rooms.filter(has_text=title).first.click()
        expect(panel.element.get_by_role("heading", name=title).first).to_be_visible()
        expect(page).to_have_title(title)
        nothing_else(panel)

    panel.say("<b>and I</b>")
    alert = panel.name.get_by_role("alert")
    for name in ("x<script>alert(1)</script>" * 2, "\u202eadmin", "system"):
        panel.take_name(name)
        expect(alert).not_to_be_empty()
        nothing_else(panel)
    panel.take_name("<img src=xss onerror=alert(1)>")
    expect(panel.kept("<b>and I</b>")).to_have_count(1)
    nothing_else(panel)
    assert page.evaluate("Object.getOwnPropertyNames(window)") == before
    assert not [said for said in watch.complaints if not BLOCKED.match(said)]


def test_S09_no_vector_in_an_address_becomes_anything(
    server: Server, new_page: NewPage, watch: Watch
) -> None:
    page = watch.over(new_page())
    open_chat(page, server)
    panel = Panel(page)
    for vector in VECTORS[::7]:
        page.evaluate(GO_TO, f"?room={quote(vector)}")
        expect(panel.element.locator("tornchat-no-room")).to_be_visible()
        nothing_else(panel)
    page.reload()
    expect(panel.element.locator("tornchat-no-room")).to_be_visible()
    assert watch.complaints == []


@pytest.mark.parametrize("app", ["lab", "notebook"])
@pytest.mark.usefixtures("written")
def test_S09_no_vector_becomes_anything_in_JupyterLab_and_Notebook_7(
    server: Server, new_page: NewPage, watch: Watch, app: Any
) -> None:
    page = watch.over(new_page(viewport={"width": 1400, "height": 2000}))
    show = 'from jupyter_tornchat import ChatPanel\nChatPanel("some")'
    write_notebook(server, "vectors.ipynb", [show])
    open_notebook(page, server, "vectors.ipynb", app)
    run_cell(page, 0)
    panels = [Panel(page, "cell")]
    panels[0].box.wait_for()
    page.evaluate(RECORD_COMMANDS)
    read_all(panels[0], SOME)
    places = (("tornchat:open", "sidebar", 0), ("tornchat:create", "tab", 1))
    for command, home, at in places if app == "lab" else places[:1]:
        page.evaluate(EXECUTE, [command, {"room": "some"}])
        panel = Panel(page, home, at)
        expect(panel.element.get_by_role("heading", name="some")).to_be_visible()
        read_all(panel, SOME)
    commands = page.evaluate("window.commands")
    assert set(commands) <= {"tornchat:open", "tornchat:create", "helpmenu:get-kernel"}


def read_all(panel: Panel, vectors: Sequence[str]) -> None:
    """From the first message to the newest: whatever comes into sight is nothing else, and stays
    that when it is clicked. A panel that is high shows much at a time."""
    panel.element.evaluate("(panel) => { panel.style.height = '4000px'; }")
    panel.fetch_older(MESSAGES * len(vectors))
    for _ in panel.views():
        nothing_else(panel)
        panel.element.evaluate(CLICK_ALL)


def nothing_else(panel: Panel) -> dict[str, Any]:
    """The panel is made of its own elements, and of nothing that anybody wrote."""
    found: dict[str, Any] = panel.element.evaluate(LOOK)
    assert found["wrong"] == []
    strange = {name for name in found["elements"] if not name.startswith("tornchat-")} - ELEMENTS
    assert strange == set()
    return found


class Tags(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = {name: value or "" for name, value in attrs}
        if "name" in values:
            self.fields[values["name"]] = values.get("value", "")


def test_S09_no_vector_becomes_anything_in_the_login_form(places: dict[str, Place]) -> None:
    server = places[GUESTS].server
    refused = 0
    with server.http() as client:
        empty = Tags(client.get("login").text)
        xsrf = {"_xsrf": client.cookies["_xsrf"]}
        for vector in VECTORS:
            answer = client.post("login", data=xsrf | {"name": vector})
            client.cookies.delete(f"tornchat-ticket-{server.port}")
            if answer.status_code == httpx.codes.FOUND:
                continue
            refused += 1
            form = Tags(answer.text)
            assert [tag for tag in form.tags if tag != "p"] == [t for t in empty.tags if t != "p"]
            assert form.fields["name"] == UNREADABLE.sub(" ", vector).strip()
    assert refused > 50
