"""S-09: whatever people write is shown as they wrote it, and never becomes anything else.

The vectors are in xss.txt. Each goes through every field that exists: a message's text, a name, a
room's title, a room's name in an address, and what the server says of those it refuses.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

import servers
from crowd import crowd
from jupyter_tornchat import names
from jupyter_tornchat.protocol import Refusal
from jupyter_tornchat.room import quoted
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, open_chat
from places import GUESTS, Place
from servers import Home, Server
from watch import Watch

NewPage = Callable[..., Page]

NUMBERED = re.compile(r"\{U\+([0-9A-F]+)\}")
VECTORS = [
    NUMBERED.sub(lambda found: chr(int(found[1], 16)), line)
    for line in Path(__file__).with_name("xss.txt").read_text("utf-8").split("\n")
    if line and not line.startswith("# ")
]
ROOM = "vectors"
UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""What tornado takes out of every field of a form."""

OURS = frozenset(
    re.findall(
        r"\w+",
        "a article aside bdi button div form h1 h2 h3 header input label li p path pre section span"
        " strong svg textarea time ul",
    )
)
"""Every element that the panel is made of, beside its own `tornchat-…`."""
MARKDOWN = frozenset(
    re.findall(
        r"[\w-]+",
        "a bdi blockquote code del div em hr input li ol p strong table tbody td th thead tr ul"
        " tornchat-code tornchat-math tornchat-table tornchat-terminal",
    )
)
"""What a text may become."""
TEX = frozenset(
    re.findall(
        r"\w+",
        "annotation line math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle"
        " msub msubsup msup mtable mtd mtext mtr munder munderover semantics",
    )
)
"""And a formula in it."""

LOOK = """(panel) => {
  const found = { elements: [], attributes: [], inTexts: [], links: [], texts: [], names: [] };
  const look = (root) => {
    for (const element of root.querySelectorAll('*')) {
      found.elements.push(element.localName);
      found.attributes.push(...element.getAttributeNames());
      if (element.matches('p.text')) {  // without Markdown
        const shown = [...element.childNodes].filter(
          (node) => node.nodeType !== Node.COMMENT_NODE && !node.matches?.('.host'),
        );
        found.texts.push(shown.map((node) => node.textContent).join(''));
      }
      if (element.matches('.name')) found.names.push(element.textContent);
      // KaTeX has a class of this name too.
      const inText = element.matches('.text:not(.mord) *, .name *, bdi *');
      if (inText) found.inTexts.push(element.localName);
      if (element.matches('.text a')) found.links.push([element.protocol, element.rel]);
      if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(panel.shadowRoot);
  return found;
}"""

CLICK_ALL = """(panel) => {
  const texts = panel.shadowRoot.querySelector('tornchat-messages').shadowRoot;
  for (const text of texts.querySelectorAll('.text, .name')) text.click();
}"""

RECORD_COMMANDS = """() => {
  window.commands = [];
  window.jupyterapp.commands.commandExecuted.connect((_, { id }) => window.commands.push(id));
}"""


class Written:
    """What of the vectors the server took, in every field."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.names: list[str] = []
        self.titles: list[str] = []


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    unlimited = {"TornChat": {"message_rate": 0}}
    home = Home(tmp_path_factory.mktemp("content"))
    server = servers.notebook_server(home, lab=True, config=unlimited)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def written(server: Server) -> Written:
    """All the vectors are there: said by programs that are called so, in rooms that are."""
    make_room(server, ROOM)
    written = Written()
    with server.http(server.token) as client:
        for number, vector in enumerate(VECTORS):
            name = "program"
            if could_be_a_name(vector):
                written.names.append(name := names.clean(vector))
            say(client, vector, name).raise_for_status()
            written.texts.append(vector)
            body = {"room": f"vector-{number}", "title": vector}
            owner = called(f"maker {number // 40}")
            made = client.post("tornchat/api/rooms", json=body, headers=owner)
            if made.is_success:
                written.titles.append(made.json()["title"])
            else:
                assert made.json()["code"] == "bad_name", made.text
    assert len(written.names) > 60
    assert len(written.titles) > 150
    return written


def could_be_a_name(vector: str) -> bool:
    try:
        names.clean(vector)
    except Refusal:
        return False
    return True


def say(client: httpx.Client, text: str, name: str) -> httpx.Response:
    return client.post(
        f"tornchat/api/rooms/{ROOM}/messages",
        json={"id": secrets.token_hex(16), "text": text},
        headers=called(name),
    )


def called(name: str) -> dict[str, str]:
    return {"X-Tornchat-Name": quoted(name)}


# ------------------------------------------------------------------------------------- S-09


def test_S09_no_vector_becomes_anything_on_the_page(
    server: Server, written: Written, new_page: NewPage
) -> None:
    watch = Watch()
    page = watch.over(new_page(viewport={"width": 1200, "height": 800}))
    panel = open_chat(page, server, ROOM)
    token = {"Authorization": f"token {server.token}"}
    with crowd(server, ROOM, [token | called(name) for name in written.names]):
        expect(panel.people.filter(has_text=re.compile("."))).to_have_count(
            min(100, len(written.names) + 1), timeout=30_000
        )
        here = set(panel.people.all_text_contents())
        assert len(here & set(written.names)) >= min(99, len(written.names))
        check(panel, written)

    titles = panel.element.locator("tornchat-rooms li bdi").all_text_contents()
    assert set(written.titles) <= set(titles)
    for title in ("<base href=http://evil.test/xss/>", "{{7*7}}", "<plaintext>", "__proto__"):
        panel.rooms.filter(has_text=title).first.click()
        expect(panel.element.get_by_role("heading", name=title).first).to_be_visible()
        expect(panel.element.get_by_role("textbox", name=f"Message to {title}")).to_be_visible()
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
    assert_quiet(watch, server)


def test_S09_no_vector_in_an_address_becomes_anything(server: Server, new_page: NewPage) -> None:
    watch = Watch()
    page = watch.over(new_page())
    open_chat(page, server)
    for vector in (
        "<script>alert(1)</script>",
        '"><img src=xss onerror=alert(37)>',
        "{{constructor.constructor('alert(120)')()}}",
        "../../../etc/passwd",
        "\u202egnp.exe",
        "javascript:alert(130)",
    ):
        page.goto(f"{server.url}tornchat/?room={quote(vector)}")
        panel = Panel(page)
        expect(panel.element.get_by_role("alert")).not_to_be_empty()
        nothing_else(panel)
    assert_quiet(watch, server)


def test_S09_no_vector_becomes_anything_in_JupyterLab(
    server: Server, written: Written, new_page: NewPage
) -> None:
    watch = Watch()
    page = watch.over(new_page())
    show = f'from jupyter_tornchat import ChatPanel\nChatPanel("{ROOM}")'
    write_notebook(server, "vectors.ipynb", [show])
    open_notebook(page, server, "vectors.ipynb")
    run_cell(page, 0)
    cell, sidebar = Panel(page, "cell"), Panel(page, "sidebar")
    cell.box.wait_for()
    page.get_by_role("tab", name="Chat").click()
    sidebar.element.get_by_role("button", name="Rooms").click()
    expect(sidebar.rooms.filter(has_text="<plaintext>")).to_have_count(1)
    assert set(written.titles) <= set(
        sidebar.element.locator("tornchat-rooms li bdi").all_text_contents()
    )
    sidebar.rooms.filter(has_text=re.compile(rf"^\s*{ROOM}\b")).first.click()

    page.evaluate(RECORD_COMMANDS)
    for panel in (cell, sidebar):
        check(panel, written)
        panel.element.evaluate(CLICK_ALL)
    # A command that anything had set off would be there before this one is.
    page.evaluate("() => window.jupyterapp.commands.execute('application:activate-next-tab')")
    assert page.evaluate("window.commands") == ["application:activate-next-tab"]
    assert watch.dialogs == []
    assert watch.hosts == {urlsplit(server.url).netloc}
    assert not [url for url in watch.urls if "xss" in url]


def check(panel: Panel, written: Written) -> None:
    """Every message is shown as it was written, and nothing else is there."""
    panel.fetch_older(len(VECTORS))
    assert len(panel.read()) == len(written.texts)
    names: set[str] = set()
    plain: set[str] = set()
    for _ in panel.views():
        found = nothing_else(panel)
        names.update(found["names"])
        plain.update(found["texts"])
        assert {protocol for protocol, _ in found["links"]} <= {"http:", "https:"}
        assert {rel for _, rel in found["links"]} <= {"noopener noreferrer nofollow ugc"}
    assert set(written.names) <= names
    assert plain <= set(written.texts)
    assert len(plain) > 200


def nothing_else(panel: Panel) -> dict[str, Any]:
    """The panel is made of its own elements and of nothing that anybody wrote."""
    found: dict[str, Any] = panel.element.evaluate(LOOK)
    strange = {name for name in found["elements"] if not name.startswith("tornchat-")}
    assert strange <= OURS | MARKDOWN | TEX
    assert set(found["inTexts"]) <= MARKDOWN
    acting = {name for name in found["attributes"] if name.startswith(("on", "data-", "style"))}
    assert acting <= {"style", "data-index", "data-act"}
    return found


def assert_quiet(watch: Watch, server: Server) -> None:
    assert watch.dialogs == []
    assert watch.complaints == []
    assert watch.hosts == {urlsplit(server.url).netloc}
    assert not [url for url in watch.urls if "xss" in urlsplit(url).path]


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
