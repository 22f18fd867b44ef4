"""The page, as people use it: reading, writing, rooms, names, and what it says when the line is not
as it should be. The other doors show the same panel."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

import servers
from gateway import Gateway
from panel import Panel, create_room, enter_chat, make_room, open_chat, say, shown
from past import remember
from servers import Home, Server
from watch import Watch

NewPage = Callable[..., Page]
DAY = 24 * 3600 * 1000
UNLIMITED = {"TornChat": {"message_rate": 0}}
LONGEST_PAUSE = 30_000
"""Milliseconds that a page may wait for its next try."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("page")), config=UNLIMITED)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def guests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.chat_server(Home(tmp_path_factory.mktemp("guests")), "--guests=open")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def new_page(new_page: NewPage, watch: Watch) -> Iterator[NewPage]:
    """Pages that have nothing to complain about, whatever happens to them."""
    yield lambda **options: watch.over(new_page(**options))
    assert not watch.complaints
    assert not watch.dialogs


@pytest.fixture
def room(server: Server, request: pytest.FixtureRequest) -> str:
    """A room of the test's own."""
    return make_room(server, re.sub(r"[^a-z0-9]+", "-", request.node.name)[:50])


@pytest.fixture
def gateway(server: Server) -> Iterator[Gateway]:
    with Gateway(server.port) as gateway:
        yield gateway


# ---------------------------------------------------------------------------------- reading


def test_days_and_groups_are_told_by_the_servers_clock(server: Server, new_page: NewPage) -> None:
    now = int(time.time() * 1000)
    noon = now - now % DAY + DAY // 2  # far from midnight, whatever the day
    said = [
        (noon - 40 * DAY, "Ann", "long ago"),
        (noon - DAY, "Ann", "yesterday"),
        (noon - DAY + 60_000, "Ann", "and a minute later"),
        (noon - DAY + 120_000, "Ben", "an answer"),
        (noon - DAY + 3_600_000, "Ben", "an hour later"),
    ]
    remember(server.home, "days", said)
    page = new_page(timezone_id="UTC")
    page.clock.install(time=(now + 3 * DAY) / 1000)  # this machine's own clock is wrong
    panel = open_chat(page, server, "days")
    say(server, "days", "just now")
    expect(panel.texts).to_have_count(6)

    long_ago = time.gmtime((noon - 40 * DAY) / 1000)
    days = panel.log.get_by_role("heading")
    expect(days).to_have_count(3)
    expect(days.nth(0)).to_contain_text(time.strftime("%A, %B", long_ago))
    expect(days.nth(1)).to_have_text("Yesterday")
    expect(days.nth(2)).to_have_text("Today")
    # A name stands once above what its person said in one go.
    names = panel.log.locator(".byline .name")
    expect(names).to_have_text(["Ann", "Ann", "Ben", "Ben", "program"])


def test_older_messages_come_above_and_the_reader_keeps_their_place(
    server: Server, new_page: NewPage
) -> None:
    now = int(time.time() * 1000)
    texts = [f"message {number}\nof three\nlines" for number in range(300)]
    said = [(now - 1000 + n, "Ann" if n % 3 else "Ben", text) for n, text in enumerate(texts)]
    remember(server.home, "long", said)
    panel = open_chat(new_page(), server, "long")
    panel.holds(50)
    expect(panel.texts.last).to_be_in_viewport()

    for shown_now in (100, 150, 200, 250, 300):
        # So near the top that older ones are fetched, with this message before the reader's eyes.
        panel.scroll_to(200)
        text, top = first_in_sight(panel)
        panel.holds(shown_now)
        text_now, top_now = first_in_sight(panel)
        assert text_now == text, "the reader was moved"
        assert abs(top_now - top) <= 1  # pixels, which are rounded
    panel.scroll_to(0)
    expect(panel.texts.first).to_be_in_viewport()
    assert panel.read() == texts
    panel.scroll_to(0)
    expect(panel.log).to_contain_text("This is where Long begins.")


def first_in_sight(panel: Panel) -> tuple[str, float]:
    """The first message that the reader sees, and how far below the edge it begins."""
    found: tuple[str, float] = panel.log.evaluate(
        """(log) => {
          const edge = log.getBoundingClientRect().top;
          for (const text of log.querySelectorAll('.text')) {
            const { top, bottom } = text.getBoundingClientRect();
            if (bottom > edge) return [text.textContent, Math.round(top - edge)];
          }
        }"""
    )
    return found


def test_who_reads_above_stays_there_and_is_told_of_what_is_new(
    server: Server, new_page: NewPage, room: str
) -> None:
    say(server, room, *(f"line {number}" for number in range(60)))
    panel = open_chat(new_page(), server, room)
    panel.holds(50)
    panel.log.hover()
    panel.page.mouse.wheel(0, -300)
    below = panel.element.get_by_role("button", name="Jump to the newest message")
    expect(below).to_be_visible()
    text, top = first_in_sight(panel)

    say(server, room, "one more", "and another")
    news = panel.element.get_by_role("button", name="2 new messages")
    expect(news).to_be_visible()
    text_now, top_now = first_in_sight(panel)
    assert text_now == text, "the reader was moved"
    assert abs(top_now - top) <= 1  # pixels, which are rounded
    expect(panel.page).to_have_title(f"(2) {room}")

    # As narrow as a sidebar, it is still one line.
    tall = news.evaluate("(button) => button.clientHeight")
    panel.page.set_viewport_size({"width": 250, "height": 720})
    assert news.evaluate("(button) => button.clientHeight") == tall

    news.click()
    expect(panel.texts.last).to_have_text("and another")
    expect(panel.texts.last).to_be_in_viewport()
    expect(news).to_have_count(0)
    expect(panel.page).to_have_title(room)
    say(server, room, "and now it follows")
    expect(panel.message("and now it follows")).to_be_in_viewport()


# ---------------------------------------------------------------------------------- writing


def test_what_i_send_is_there_at_once_and_grey_until_it_is_saved(
    server: Server, new_page: NewPage, room: str, gateway: Gateway
) -> None:
    panel = open_as(new_page(), server, room, gateway)
    gateway.hold()
    panel.say("is it there?")
    pending = panel.log.locator(".pending")
    expect(pending).to_have_text(re.compile("is it there\\?\\s*Sending…"))
    expect(panel.box).to_have_value("")
    gateway.release()
    expect(panel.kept("is it there?")).to_have_count(1)
    expect(pending).to_have_count(0)
    expect(panel.texts).to_have_count(2)


def open_as(
    page: Page, server: Server, room: str, gateway: Gateway | None = None, name: str = "Ann"
) -> Panel:
    """The page of somebody who has said `hello` already, and so has a name."""
    panel = open_chat(page, server, room, url=gateway.url if gateway else "")
    panel.say("hello")
    panel.take_name(name)
    expect(panel.kept("hello").last).to_be_visible()
    return panel


def test_what_is_refused_says_why_and_can_be_mended(
    server: Server, new_page: NewPage, room: str
) -> None:
    panel = open_as(new_page(), server, room)
    tower = "a" + 31 * "\u0301"
    panel.box.fill(f"{tower} and the rest")
    panel.box.press("Enter")
    failed = panel.log.locator(".failed")
    reason = "Not sent. The text holds something that cannot be kept."
    expect(failed).to_contain_text(reason)

    failed.get_by_role("button", name="Try again").click()
    expect(failed).to_contain_text(reason)
    failed.get_by_role("button", name="Edit").click()
    expect(failed).to_have_count(0)
    expect(panel.box).to_have_value(f"{tower} and the rest")
    panel.box.fill("without the tower")
    panel.box.press("Enter")
    expect(panel.kept("without the tower")).to_have_count(1)

    panel.box.fill(tower)
    panel.box.press("Enter")
    failed.get_by_role("button", name="Discard").click()
    expect(panel.texts).to_have_text(["hello", "without the tower"])


def test_a_message_that_is_too_long_stays_in_the_box_and_says_by_how_much(
    server: Server, new_page: NewPage, room: str
) -> None:
    panel = open_as(new_page(), server, room)
    panel.box.fill("x" * 7_900)
    status = panel.element.locator("tornchat-composer").get_by_role("status")
    expect(status).to_have_text("100 characters left")
    panel.box.fill("x" * 8_001)
    panel.box.press("Enter")
    expect(status).to_have_text(
        "This message has 8,001 characters; 8,000 are allowed. Shorten it or send it in parts."
    )
    panel.box.press("Backspace")
    panel.box.press("Enter")
    expect(panel.kept("x" * 8_000)).to_have_count(1)


# --------------------------------------------------------------------------------- the line


def test_a_line_that_was_cut_comes_back_with_everything_once(
    server: Server, new_page: NewPage, room: str, gateway: Gateway
) -> None:
    page = new_page()
    page.clock.install()
    panel = open_as(page, server, room, gateway)
    gateway.to = 0
    gateway.cut()
    expect(panel.notice).to_contain_text("does not answer")
    say(server, room, *(f"missed {number}" for number in range(250)))
    panel.say("said meanwhile")
    panel.say("and this")
    expect(panel.log.locator(".pending")).to_have_count(2)

    gateway.to = server.port
    wait_for_tries(panel, says(panel))
    missed = [f"missed {number}" for number in range(250)]
    expect(panel.kept("and this")).to_have_count(1)
    expect(panel.log.locator(".pending")).to_have_count(0)
    panel.holds(253)
    assert panel.read() == ["hello", *missed, "said meanwhile", "and this"]
    expect(panel.notice.get_by_role("status")).to_be_empty()
    gateway.cut()
    panel.say("again")
    wait_for_tries(panel, panel.kept("again"))
    expect(panel.kept("again")).to_have_count(1)
    panel.holds(254)


def test_what_waits_survives_a_reload_and_is_sent_once(
    server: Server, new_page: NewPage, room: str, gateway: Gateway
) -> None:
    panel = open_as(new_page(), server, room, gateway)
    gateway.lets_sockets_through = False
    gateway.cut()
    panel.say("written on a train")
    panel.box.fill("and a draft")
    expect(panel.log.locator(".pending")).to_have_count(1)
    panel.page.reload()

    panel.box.wait_for()
    gateway.lets_sockets_through = True
    expect(panel.kept("written on a train")).to_have_count(1, timeout=20_000)
    expect(panel.texts).to_have_text(["hello", "written on a train"])
    expect(panel.box).to_have_value("and a draft")
    panel.page.reload()
    expect(panel.texts).to_have_text(["hello", "written on a train"])
    expect(panel.log.locator(".pending")).to_have_count(0)


def test_what_waited_longer_than_a_quarter_of_an_hour_is_sent_when_its_author_says_so(
    server: Server, new_page: NewPage, room: str, gateway: Gateway
) -> None:
    page = new_page()
    page.clock.install()
    panel = open_as(page, server, room, gateway)
    gateway.lets_sockets_through = False
    gateway.cut()
    for text in ("stale", "moot"):
        panel.say(text)
    page.clock.fast_forward("15:01")
    gateway.lets_sockets_through = True

    late = panel.log.locator(".late")
    expect(late).to_have_count(2, timeout=40_000)
    expect(late.first).to_contain_text("Not sent yet: it has waited since")
    late.filter(has_text="moot").get_by_role("button", name="Discard").click()
    expect(late).to_have_count(1)
    late.get_by_role("button", name="Send").click()
    expect(panel.kept("stale")).to_have_count(1)
    expect(panel.texts).to_have_text(["hello", "stale"])


# ------------------------------------------------------------------------ whose it is


LEFT = "() => Object.keys(localStorage).filter((key) => key.startsWith('tornchat '))"


def test_outbox_and_drafts_go_at_sign_out(guests: Server, new_page: NewPage) -> None:
    with Gateway(guests.port) as gateway:
        page = new_page()
        panel = enter_chat(page, guests, "Ann", url=gateway.url)
        expect(panel.people.filter(has_text="Ann")).to_have_count(1)
        gateway.lets_sockets_through = False
        gateway.cut()
        panel.say("a secret of Ann's")
        panel.box.fill("a draft of Ann's")
        assert len(page.evaluate(LEFT)) == 2

        panel.element.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/login")
        assert page.evaluate(LEFT) == []

        gateway.lets_sockets_through = True
        panel = enter_chat(page, guests, "Ben", url=gateway.url)
        panel.say("Ben is here")
        expect(panel.kept("Ben is here")).to_have_count(1)
        expect(panel.log).not_to_contain_text("Ann")
        expect(panel.box).to_have_value("")


def test_who_signs_out_in_one_tab_is_signed_out_in_all(
    guests: Server, new_page: NewPage, watch: Watch
) -> None:
    panel = enter_chat(new_page(), guests, "Ola")
    panel.page.context.on("page", watch.over)
    other = panel.page.context.new_page()
    other.goto(guests.url)
    left = shown(other)
    expect(left.people.filter(has_text="Ola")).to_have_count(1)
    left.box.fill("a draft of Ola's")

    panel.element.get_by_role("button", name="Sign out").click()
    panel.page.wait_for_url("**/login")
    expect(left.notice).to_contain_text("You are signed out.")
    expect(left.box).to_have_value("")
    assert other.evaluate(LEFT) == []
    left.say("whose is this?")
    expect(left.box).to_have_value("whose is this?")
    left.notice.get_by_role("link", name="Sign in").click()
    other.wait_for_url("**/login")


def test_what_one_person_left_is_not_sent_by_another(guests: Server, new_page: NewPage) -> None:
    with Gateway(guests.port) as gateway:
        page = new_page()
        panel = enter_chat(page, guests, "Eve", url=gateway.url)
        expect(panel.people.filter(has_text="Eve")).to_have_count(1)
        gateway.lets_sockets_through = False
        gateway.cut()
        panel.say("a secret of Eve's")
        panel.box.fill("a draft of Eve's")
        expect(panel.log.locator(".pending")).to_have_count(1)
        page.context.clear_cookies()  # the ticket ran out; somebody else sits down here

        gateway.lets_sockets_through = True
        panel = enter_chat(page, guests, "Dan", url=gateway.url)
        panel.say("Dan is here")
        expect(panel.kept("Dan is here")).to_have_count(1)
        expect(panel.log).not_to_contain_text("Eve")
        expect(panel.box).to_have_value("")
        assert page.evaluate(LEFT) == []


# ------------------------------------------------------------------------- what is wrong


def test_down_is_told_from_signed_out_from_blocked(
    server: Server, new_page: NewPage, room: str, gateway: Gateway
) -> None:
    page = new_page()
    page.clock.install()
    panel = open_as(page, server, room, gateway)

    gateway.to = 0
    gateway.cut()
    expect(panel.notice).to_contain_text("The server does not answer.")
    expect(panel.notice).to_contain_text("The chat comes back by itself.")
    gateway.to = server.port
    wait_for_tries(panel, says(panel))

    gateway.lets_sockets_through = False
    gateway.cut()
    wait_for_tries(panel, says(panel, "a proxy or firewall does not let WebSockets through"))
    gateway.lets_sockets_through = True
    panel.page.evaluate("dispatchEvent(new Event('online'))")
    expect(panel.notice.get_by_role("status")).to_be_empty()

    panel.page.context.clear_cookies()
    gateway.cut()
    wait_for_tries(panel, says(panel, "You are signed out."))
    panel.notice.get_by_role("link", name="Sign in").click()
    sign_in(panel.page, server)
    expect(panel.texts).to_have_text(["hello"])


def says(panel: Panel, what: str = "") -> Locator:
    """Its notice, once it says this, or nothing at all."""
    status = panel.notice.get_by_role("status")
    return status.filter(has_text=what or re.compile(r"^\s*$"))


def wait_for_tries(panel: Panel, there: Locator) -> None:
    """The page tries again by itself until that is there. Its clock is set to its next try as
    often as it waits for one."""
    waits = panel.notice.get_by_role("button", name="Try now")
    while not there.count():
        there.or_(waits).first.wait_for(state="attached")
        if waits.count():
            panel.page.clock.fast_forward(LONGEST_PAUSE)


def test_a_server_that_is_full_says_so_and_lets_one_in_later(
    new_page: NewPage, home: Home, start: Callable[[Server], Server]
) -> None:
    small = start(servers.notebook_server(home, config={"TornChat": {"max_connections": 1}}))
    first = open_chat(new_page(), small)
    expect(first.people).to_have_count(1)
    page = new_page()
    page.clock.install()
    panel = open_chat(page, small)
    expect(panel.notice).to_contain_text("As many people are connected as this server takes.")
    first.page.close()
    wait_for_tries(panel, says(panel))
    expect(panel.people).to_have_count(1)


def sign_in(page: Page, server: Server) -> None:
    """Fill in Jupyter's own form, on which the page has landed."""
    page.get_by_label("Password or token").fill(server.token)
    page.keyboard.press("Enter")
    shown(page)


def test_a_server_without_the_chat_and_a_chat_that_is_off_say_so(
    new_page: NewPage, home: Home, start: Callable[[Server], Server]
) -> None:
    chat = start(servers.notebook_server(home))
    with Gateway(chat.port) as gateway:
        panel = open_chat(new_page(), chat, url=gateway.url)

        bare = {"ServerApp": {"jpserver_extensions": {"jupyter_tornchat": False}}}
        gateway.to = start(servers.notebook_server(home, config=bare)).port
        gateway.cut()
        expect(panel.notice).to_contain_text("The chat is not on this Jupyter server.")
        expect(panel.notice).to_contain_text("pip install jupyter_tornchat")

        broken = {"TornChat": {"storage": "papyrus:///scroll"}}
        gateway.to = start(servers.notebook_server(home, config=broken)).port
        gateway.cut()
        panel.notice.get_by_role("button", name="Try now").click()
        expect(panel.notice).to_contain_text("The chat on this server is off.")
        reason = "TornChat.storage is not of the form sqlite:///relative or sqlite:////absolute"
        expect(panel.notice).to_contain_text(reason)

        panel.page.reload()
        expect(Panel(panel.page).notice).to_contain_text(reason)


# ---------------------------------------------------------------------------- rooms, names


def test_rooms_are_made_changed_and_marked_when_something_is_new(
    server: Server, new_page: NewPage
) -> None:
    ann = open_as(new_page(viewport={"width": 1100, "height": 700}), server, "lobby")
    ben = open_chat(new_page(), server)
    create_room(ann, "Deep Learning!")
    assert "room=deep-learning" in ann.page.url
    expect(ben.rooms.filter(has_text="Deep Learning!")).to_be_visible()
    ben.rooms.filter(has_text="Deep Learning!").click()
    ben.say("hello in here")
    ben.take_name("Ben")
    expect(ann.kept("hello in here")).to_have_count(1)

    ann.rooms.filter(has_text="Lobby").click()
    expect(ann.kept("hello in here")).to_have_count(0)
    deep = ann.rooms.filter(has_text="Deep Learning!")
    expect(deep).not_to_contain_text("unread")
    ben.say("are you gone?")
    expect(deep).to_contain_text("1 unread message")
    ann.page.go_back()
    expect(ann.kept("are you gone?")).to_have_count(1)
    expect(deep).not_to_contain_text("unread")

    create_room_again = ann.element.get_by_role("button", name="New room")
    create_room_again.click()
    ann.element.get_by_label("What is the room called?").fill("deep learning")
    ann.page.keyboard.press("Enter")
    expect(ann.element.get_by_role("alert")).to_have_text(
        "A room with this short name exists already."
    )

    ben.page.close()
    expect(ann.people).to_have_text(["Ann"], timeout=15_000)


def test_a_room_made_while_the_list_is_on_its_way_is_in_it(
    server: Server, new_page: NewPage, room: str
) -> None:
    make_room(server, "made-before", "Made before")
    page = new_page(viewport={"width": 1100, "height": 700})
    lists: list[tuple[Route, APIResponse]] = []
    page.route("**/api/rooms", lambda route: lists.append((route, route.fetch())))
    panel = open_chat(page, server, room)
    expect(panel.people).to_have_count(1)
    make_room(server, "just-made", "Just made")
    made = panel.rooms.filter(has_text="Just made")
    expect(made).to_be_visible()

    (route, answer) = lists[0]
    assert "Just made" not in answer.text()
    route.fulfill(response=answer)
    expect(panel.rooms.filter(has_text="Made before")).to_be_visible()
    expect(made).to_be_visible()


def test_a_room_that_does_not_exist_can_be_made_on_the_spot(
    server: Server, new_page: NewPage
) -> None:
    page = new_page()
    open_as(page, server, "lobby", name="Cleo")
    page.goto(f"{server.url}tornchat/?room=not-yet")
    panel = Panel(page)
    expect(panel.element.get_by_role("alert")).to_contain_text("There is no such room")
    panel.element.get_by_role("button", name="Create not-yet").click()
    expect(panel.log).to_contain_text("Nobody has said anything in not-yet yet.")


def test_a_name_that_cannot_be_mine_is_refused_with_its_reason(
    server: Server, new_page: NewPage, room: str
) -> None:
    open_as(new_page(), server, room, name="Annabel")
    panel = open_chat(new_page(), server, room)
    panel.say("who am I?")
    alert = panel.name.get_by_role("alert")
    taken = "Someone here has this name, or one that looks like it. Try another."
    for name, why in (
        ("Annabel", taken),
        ("аnnabel", taken),  # a Cyrillic а
        ("ANNABEL", taken),
        ("admin", "This name cannot be used. (this name belongs to the chat itself)"),
        ("x" * 33, "(the name has 33 characters; 32 are allowed)"),
        ("a\u200bb", "(the name holds a character that cannot be seen)"),
        ("  ", "Type a name first."),
    ):
        panel.take_name(name)
        expect(alert).to_contain_text(why)
    expect(panel.box).to_have_value("who am I?")
    panel.take_name("  Bert ")
    expect(panel.kept("who am I?")).to_have_count(1)
    expect(panel.people.filter(has_text="Bert")).to_have_text("Bert")


# -------------------------------------------------------------- keys, screen readers, words


def test_everything_is_done_by_keyboard(server: Server, new_page: NewPage, room: str) -> None:
    say(server, room, *(f"line {number}" for number in range(60)))
    page = new_page(viewport={"width": 420, "height": 700})
    panel = open_chat(page, server, room)
    press = page.keyboard.press

    tab_to(page, "Rooms")
    press("Enter")
    expect(panel.rooms.filter(has_text=room)).to_be_visible()
    press("Escape")
    expect(panel.rooms.first).to_be_hidden()
    assert focused(page) == "Rooms"
    tab_to(page, "People")
    press("Space")
    expect(panel.people.first).to_be_visible()
    press("Enter")  # the drawer's own close button
    expect(panel.people.first).to_be_hidden()

    tab_to(page, f"Messages in {room}")
    press("Home")
    panel.holds(60)
    press("Home")
    expect(panel.log.get_by_text("This is where")).to_be_in_viewport(ratio=1)
    tab_to(page, "Jump to the newest message")
    press("Enter")
    expect(panel.texts.last).to_be_in_viewport()

    tab_to(page, f"Message to {room}")
    page.keyboard.type("by keyboard")
    press("Tab")
    assert focused(page) == "Send"
    press("Enter")
    expect(panel.name.get_by_role("textbox")).to_be_focused()
    page.keyboard.type("Kim")
    press("Enter")
    expect(panel.kept("by keyboard")).to_have_count(1)
    assert focused(page) == f"Message to {room}"


FOCUSED = """() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found?.ariaLabel || found?.textContent.trim() || '';
}"""


def focused(page: Page) -> str:
    """What the element with the focus is called."""
    return str(page.evaluate(FOCUSED)).split(":")[0]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if focused(page) == name:
            return
    raise AssertionError(f"Tab never reaches {name!r}")


@pytest.mark.parametrize("width", [420, 1200])
def test_every_control_has_a_role_and_a_name(
    server: Server, new_page: NewPage, room: str, width: int
) -> None:
    panel = open_as(new_page(viewport={"width": width, "height": 800}), server, room)
    expect(panel.log).to_have_attribute("aria-label", f"Messages in {room}")
    expect(panel.log).to_have_attribute("aria-live", "off")  # what is new is said beside it
    expect(panel.element.locator("tornchat-aloud [aria-live=polite]")).to_have_count(1)
    expect(panel.element.get_by_role("textbox", name=f"Message to {room}")).to_be_visible()
    expect(panel.log.get_by_role("article")).to_have_count(1)
    show_all(panel)
    tree = panel.element.aria_snapshot()
    for role in ("button", "textbox", "link", "complementary", "region", "list", "log"):
        assert not re.search(rf"^\s*- {role}:?$", tree, re.MULTILINE), f"{role} unnamed:\n{tree}"


def show_all(panel: Panel) -> None:
    """Every drawer and form that can be open at a time."""
    rooms = panel.element.locator(".to-rooms")
    if rooms.is_visible():
        rooms.click()
    panel.element.locator("tornchat-rooms .new").click()
    panel.element.locator("tornchat-rooms form").wait_for()


def test_a_chinese_page_says_nothing_in_english(
    server: Server, new_page: NewPage, room: str, gateway: Gateway
) -> None:
    page = new_page(locale="zh-CN", viewport={"width": 1200, "height": 800})
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.rpartition("/")[2]))
    panel = open_chat(page, server, room, url=gateway.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    assert loaded.count("zh.js") == 1
    assert loaded.index("zh.js") < loaded.index("tornchat.js")
    assert "en.js" not in loaded
    spoken = [panel.element.aria_snapshot()]
    panel.box.press("Enter")
    panel.box.fill("你好")
    panel.box.press("Enter")
    panel.name.wait_for()
    spoken.append(panel.element.aria_snapshot())
    for name in ("admin", "x" * 33):
        panel.take_name(name)
        expect(panel.name.get_by_role("alert")).not_to_be_empty()  # nothing else is asked before
        spoken.append(panel.name.aria_snapshot())
    panel.take_name("小王")
    expect(panel.kept("你好")).to_have_count(1)
    show_all(panel)
    spoken.append(panel.element.aria_snapshot())
    gateway.to = 0
    gateway.cut()
    expect(panel.notice).to_contain_text("服务器没有响应")
    spoken.append(panel.notice.aria_snapshot())

    said = "\n".join(spoken).replace("admin", "").replace("x" * 33, "")
    with server.http(server.token) as client:
        rooms = client.get("tornchat/api/rooms").json()["rooms"]
    for title in sorted((room["title"] for room in rooms), key=len, reverse=True):
        said = said.replace(title, "")
    # Not words of ours: roles and states in the tree, and what the server quotes in brackets.
    said = re.sub(
        r"^\s*- /?[a-z]+|\[[a-z]+(=\w+)?\]|/url: .*$|\(.*?\)", "", said, flags=re.MULTILINE
    )
    said = re.sub(
        r"Anonymous \w+|\b(Shift|Enter)\b", "", said
    )  # keys are called as they are written
    assert not re.findall(r"[A-Za-z]{3,}", said)
