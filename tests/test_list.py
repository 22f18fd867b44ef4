"""The list of messages: however long it is only what is in sight is in the page, and the reader's
place is theirs."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

import servers
from panel import DRAWN, Panel, make_room, open_chat, person, post, say
from past import remember
from servers import Home, Server
from watch import Watch

NewPage = Callable[..., Page]
MANY = 100_000
FEW = 100
"""Messages in the page at a time, however many there are."""

FILL = """(panel, count) => {
  const { session } = panel;
  const room = session.room(panel.room);
  const [one] = room.messages;
  const messages = Array.from({ length: count }, (_, number) => ({
    ...one, seq: number + 1, id: `many-${number}`, at: one.at - (count - number) * 20_000,
    text: `number ${number} ${'of many words '.repeat(number % 17)}`,
    user: { ...one.user, id: `u${(number >> 2) % 7}` },
  }));
  const position = { ...room.position, seq: count };
  session.rooms.set(room.name, { ...room, messages, position, seen: count, older: false });
  panel.requestUpdate();
}"""
"""Puts so many messages into memory, as if their reader had scrolled up for days."""

COUNT = """(list) => {
  const root = list.shadowRoot;
  window.work = { most: 0, renders: 0, frames: 0 };
  new MutationObserver(() => {
    const now = root.querySelectorAll('article').length;
    window.work.most = Math.max(window.work.most, now);
  }).observe(root, { childList: true, subtree: true });
  const render = list.render;
  list.render = function () { window.work.renders++; return render.call(this); };
  const frame = () => { window.work.frames++; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""

SIGHT = """(log) => {
  const edge = log.getBoundingClientRect();
  const found = [...log.querySelectorAll('article')].filter((article) => {
    const { top, bottom } = article.getBoundingClientRect();
    return bottom > edge.top && top < edge.bottom;
  });
  const middle = found[found.length >> 1];
  return [found.length, middle?.querySelector('.text').textContent ?? '',
    Math.round(middle?.getBoundingClientRect().top ?? 0)];
}"""
"""How many messages are in sight; what one in the middle says, and where it is."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    unlimited = {"TornChat": {"message_rate": 0}}
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("list")), config=unlimited)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def new_page(new_page: NewPage) -> Iterator[NewPage]:
    """Pages that have nothing to complain about."""
    watch = Watch()
    yield lambda **options: watch.over(new_page(**options))
    assert not watch.complaints


def sight(panel: Panel) -> tuple[int, str, int]:
    count, text, top = panel.log.evaluate(SIGHT)
    return int(count), str(text), int(top)


def test_a_hundred_thousand_messages_are_scrolled_through_with_a_hundred_in_the_page(
    server: Server, new_page: NewPage
) -> None:
    make_room(server, "endless")
    say(server, "endless", "one")
    panel = open_chat(new_page(), server, "endless")
    panel.holds(1)
    panel.element.evaluate(FILL, MANY)
    panel.holds(MANY)
    panel.element.locator("tornchat-messages").evaluate(COUNT)
    page = panel.page

    panel.log.hover()
    for distance in (-300, -3_000, -30_000, 10_000):
        for _ in range(5):
            page.mouse.wheel(0, distance)
            panel.log.evaluate("() => new Promise(requestAnimationFrame)")
    panel.scroll_to(1_000_000)
    assert sight(panel)[0] > 3
    for key in ("PageUp", "PageDown", "Home", "End", "ArrowUp"):
        panel.log.press(key)
        panel.log.evaluate("() => new Promise(requestAnimationFrame)")
    panel.log.press("Home")
    expect(panel.texts.first).to_contain_text("number 0")
    expect(panel.texts.first).to_be_in_viewport()
    panel.log.press("End")
    expect(panel.texts.last).to_contain_text(f"number {MANY - 1}")
    expect(panel.texts.last).to_be_in_viewport()

    work: dict[str, int] = page.evaluate("window.work")
    assert work["most"] < FEW
    assert work["renders"] <= work["frames"] + 1


GROW_ABOVE = """(log, pixels) => {
  const edge = log.getBoundingClientRect().top;
  const above = [...log.querySelectorAll('article')].filter(
    (article) => article.getBoundingClientRect().bottom < edge);
  const picture = document.createElement('div');
  picture.style.height = `${pixels}px`;
  above.at(-3).querySelector('.body').append(picture);
}"""
"""A picture arrives in a message above the view, for which no space was kept."""


def test_the_reader_stays_where_they_read_whatever_comes_or_grows_above(
    server: Server, new_page: NewPage
) -> None:
    now = int(time.time() * 1000)
    texts = [f"message {number} " + "and more words " * (number % 23) for number in range(400)]
    remember(server.home, "place", [(now - 10_000 + n, "Ann", t) for n, t in enumerate(texts)])
    page = new_page(viewport={"width": 1000, "height": 700})
    panel = open_chat(page, server, "place")
    panel.holds(50)
    panel.scroll_to(1_500)
    place = sight(panel)

    panel.log.evaluate(GROW_ABOVE, 300)
    panel.log.evaluate(DRAWN)
    assert stays(panel, place)
    panel.element.evaluate("(panel) => panel.session.older(panel.room)")
    panel.holds(100)
    panel.log.evaluate(DRAWN)
    assert stays(panel, place)
    say(server, "place", "one more")
    panel.holds(101)
    assert stays(panel, place)

    # The first message that begins in sight is the place; in a narrow panel it still is.
    text, top = panel.log.evaluate(FIRST)
    page.set_viewport_size({"width": 420, "height": 500})
    panel.log.evaluate(DRAWN)
    narrow = panel.log.evaluate(FIRST)
    assert narrow[0] == text
    assert abs(narrow[1] - top) <= 1
    panel.fetch_older(401)
    assert [text.strip() for text in panel.read()] == [t.strip() for t in texts] + ["one more"]


FIRST = """(log) => {
  const edge = log.getBoundingClientRect().top;
  for (const article of log.querySelectorAll('article')) {
    const { top } = article.closest('.row').getBoundingClientRect();
    if (top >= edge - 0.5) return [article.querySelector('.text').textContent, top - edge];
  }
}"""
"""What the first message says that begins in sight, and how far below the edge it does."""


def stays(panel: Panel, place: tuple[int, str, int]) -> bool:
    """Whether the same message is at the same height."""
    _, text, top = place
    row = panel.log.get_by_role("article").filter(has_text=text.strip())
    box = row.first.bounding_box()
    return box is not None and abs(box["y"] - top) <= 1


FOLD = """async (log, focus) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const edge = log.getBoundingClientRect().top;
  const above = [...log.querySelectorAll('.row')].filter(
    (row) => row.getBoundingClientRect().bottom < edge);
  const code = document.createElement('div');
  code.style.height = focus ? '400px' : '3000px';
  above.at(-4).append(code);
  await drawn();
  await drawn();
  code.remove();
  if (focus) above.at(-1).querySelector('.message').focus();
  // What was scrolled to is gone as soon as it is laid out, which one may hear before the frame.
  else if (log.scrollTop + log.clientHeight === log.scrollHeight) {
    log.dispatchEvent(new Event('scroll'));
  }
  return Math.round(above.at(-1).getBoundingClientRect().top);
}"""
"""A message above the view unfolds and folds again; in the same frame the focus may come in. Where
the row above the view is then."""


@pytest.mark.parametrize("focus", [True, False])
def test_what_folds_above_takes_nobody_away_from_where_they_are(
    server: Server, new_page: NewPage, focus: bool
) -> None:
    now = int(time.time() * 1000)
    texts = [f"message {number} " + "and more words " * 80 for number in range(50)]
    room = "fold-focus" if focus else "fold"
    remember(server.home, room, [(now - 10_000 + n, "Ann", t) for n, t in enumerate(texts)])
    panel = open_chat(new_page(viewport={"width": 1000, "height": 700}), server, room)
    panel.holds(50)
    panel.log.evaluate(DRAWN)
    panel.log.evaluate("(log) => { log.scrollTop -= 150; }")  # near the end, and not at it
    panel.log.evaluate(DRAWN)
    place = sight(panel)

    top = panel.log.evaluate(FOLD, focus)
    panel.log.evaluate(DRAWN)
    if focus:
        box = panel.log.locator("article:focus").bounding_box()
        assert box is not None
        assert abs(box["y"] - top) <= 1
    else:
        assert stays(panel, place)


def test_what_was_unread_begins_at_a_line_and_a_button_leads_there(
    server: Server, new_page: NewPage
) -> None:
    make_room(server, "unread")
    make_room(server, "elsewhere")
    say(server, "unread", *(f"old {number}" for number in range(5)))
    panel = open_chat(new_page(viewport={"width": 1100, "height": 600}), server, "unread")
    panel.holds(5)
    panel.rooms.filter(has_text="elsewhere").click()
    expect(panel.log).to_contain_text("Nobody has said anything")
    say(server, "unread", *(f"new {number}" for number in range(60)))
    panel.rooms.filter(has_text="unread").click()

    panel.holds(65)
    expect(panel.texts.last).to_be_in_viewport()
    line = panel.log.get_by_role("heading", name="New")
    panel.element.get_by_role("button", name="Jump to the first new message").click()
    expect(line).to_be_in_viewport()
    expect(panel.message("new 0")).to_be_in_viewport()
    expect(panel.element.get_by_role("button", name="Jump to the first")).to_have_count(0)
    panel.element.get_by_role("button", name="Jump to the newest").click()
    expect(panel.texts.last).to_be_in_viewport()


def test_a_quote_leads_to_what_it_answers_and_changes_of_messages_are_told(
    server: Server, new_page: NewPage
) -> None:
    now = int(time.time() * 1000)
    remember(server.home, "quotes", [(now - 10_000 + n, "Ann", f"said {n}") for n in range(120)])
    with closing(person(server, "Ann")) as ann:
        post(ann, "quotes", "an answer", reply=2)
        post(ann, "quotes", "with a mistaek")
        post(ann, "quotes", "regretted")
        post(ann, "quotes", "an answer to that", reply=123)
        ann.patch(
            "tornchat/api/rooms/quotes/messages/122", json=change("without a mistake")
        ).raise_for_status()
        ann.delete("tornchat/api/rooms/quotes/messages/123", params={"id": secrets.token_hex(16)})
    panel = open_chat(new_page(), server, "quotes")
    panel.holds(50)
    mended = panel.message("without a mistake")
    expect(mended.locator(".edited")).to_contain_text("edited")
    assert str(time.localtime().tm_year) in (mended.locator(".edited").get_attribute("title") or "")
    expect(panel.log).not_to_contain_text("regretted")
    expect(panel.log).to_contain_text("This message was deleted.")
    expect(panel.message("an answer to that")).to_contain_text("In reply to a deleted message")

    answer = panel.message("an answer")
    answer.get_by_role("button", name="In reply to an older message").click()
    expect(panel.log.locator(".found")).to_be_in_viewport()
    expect(panel.log.locator(".found .text")).to_have_text("said 1")
    panel.holds(124)
    panel.log.press("End")
    expect(answer.get_by_role("button", name="In reply to Ann")).to_contain_text("said 1")


def change(text: str) -> dict[str, str]:
    return {"id": secrets.token_hex(16), "text": text}


def test_messages_are_walked_by_keyboard_read_aloud_once_and_copied_whole(
    server: Server, new_page: NewPage
) -> None:
    make_room(server, "walk")
    say(server, "walk", *(f"line {number}" for number in range(60)))
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    panel = open_chat(page, server, "walk")
    panel.holds(50)
    aloud = panel.element.locator("tornchat-aloud p")
    say(server, "walk", "what is new")
    expect(aloud).to_have_text(["program: what is new"])

    panel.log.focus()
    page.keyboard.press("ArrowUp")
    expect(panel.message("what is new")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(panel.message("line 59")).to_be_focused()
    page.keyboard.press("Tab")
    expect(panel.message("line 59").get_by_role("button", name="Reply")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Home")
    expect(panel.message("line 10")).to_be_focused()
    panel.holds(61)
    page.keyboard.press("Home")
    expect(panel.message("line 0")).to_be_focused()
    page.keyboard.press("PageDown")
    expect(panel.message("line 0")).not_to_be_focused()
    page.keyboard.press("End")
    expect(panel.message("what is new")).to_be_focused()
    expect(aloud.filter(has_text="line")).to_have_count(0)

    # A selection that began far above outlives the scrolling, and is copied with its authors.
    page.keyboard.press("Home")
    expect(panel.message("line 0")).to_be_focused()
    drag(panel.message("line 0").locator(".text"), panel.message("line 6").locator(".text"))
    panel.scroll_to(1_000_000)
    page.keyboard.press("Control+C")
    copied = page.evaluate("navigator.clipboard.readText()")
    lines = [line.strip() for line in copied.splitlines() if line.strip()]
    assert [line for line in lines if line.startswith("line")] == [f"line {n}" for n in range(7)]
    assert not [line for line in lines if "Actions" in line]


def drag(one: Locator, other: Locator) -> None:
    """Select with the mouse from the beginning of one text to the end of another."""
    page = one.page
    from_, to = one.bounding_box(), other.locator("..").bounding_box()
    assert from_ is not None
    assert to is not None
    page.mouse.move(from_["x"] + 1, from_["y"] + from_["height"] / 2)
    page.mouse.down()
    page.mouse.move(to["x"] + 200, to["y"] + to["height"] - 4, steps=5)
    page.mouse.up()
