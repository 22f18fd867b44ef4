"""Notices: who is called to a room, where, and how often."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import FOREIGN_HOST
from panel import Panel, open_chat, person, post
from servers import Server

NewPage = Callable[..., Page]

RECORD = """
window.called = [];
window.Notification = class extends EventTarget {
    static permission = "default";
    static asked = 0;
    static async requestPermission() {
        Notification.asked += 1;
        return (Notification.permission = "granted");
    }
    constructor(title, { body }) {
        super();
        this.says = `${title}: ${body}`;
        window.called.push(this);
    }
    close() {
        window.called = window.called.filter((one) => one !== this);
    }
};
"""
"""What the browser would show on the desk, outside of itself, is written down instead."""


@pytest.fixture
def server(notebook_server: Server) -> Server:
    return notebook_server


def open_focusable(page: Page, server: Server) -> Panel:
    """The lobby on a page that has the focus only while it is in front, as outside of tests."""
    page.add_init_script(RECORD)
    panel = open_chat(page, server)
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    return panel


def called(*pages: Page) -> list[str]:
    return [says for page in pages for says in page.evaluate("called.map(({ says }) => says)")]


def wait_for_call(text: str, *pages: Page) -> None:
    """Until one of the pages calls with this text."""
    until = time.monotonic() + 15
    while not any(text in says for says in called(*pages)):
        assert time.monotonic() < until, f"nobody was called by {text!r}"
        pages[0].wait_for_timeout(50)


def bell(panel: Panel) -> Locator:
    return panel.element.locator("tornchat-bell")


def test_two_tabs_call_once_and_none_that_somebody_looks_at(
    server: Server, new_page: NewPage
) -> None:
    lobby = open_focusable(new_page(viewport={"width": 1200, "height": 700}), server)
    one = lobby.page
    two = one.context.new_page()
    other = open_focusable(two, server)
    with closing(person(server, "Ben")) as ben:
        # Nobody is asked for leave but on a click; then both tabs know.
        assert one.evaluate("Notification.asked") == 0
        one.bring_to_front()
        bell(lobby).locator("summary").click()
        bell(lobby).get_by_label("For every message").click()
        expect(bell(lobby).locator("summary")).to_contain_text("all messages")
        assert one.evaluate("Notification.asked") == 1
        two.evaluate("Notification.permission = 'granted'")

        post(ben, "lobby", "are you looking?")
        expect(lobby.kept("are you looking?")).to_have_count(1)
        expect(other.kept("are you looking?")).to_have_count(1)

        # A window of another program comes in front of both.
        three = one.context.new_page()
        three.bring_to_front()
        post(ben, "lobby", "and now?")
        expect(other.kept("and now?")).to_have_count(1)
        wait_for_call("and now?", one, two)
        assert called(one, two) == ["Ben · Lobby: and now?"]
        expect(one).to_have_title("(1) Lobby")
        expect(two).to_have_title("(1) Lobby")
        assert "d32f2f" in (one.locator("link[rel=icon]").get_attribute("href") or "")

        # Reading it in one tab is reading it in both: the notice goes, and the titles.
        one.bring_to_front()
        expect(one).to_have_title("Lobby")
        expect(two).to_have_title("Lobby")
        one.wait_for_function("called.length === 0")
        two.wait_for_function("called.length === 0")


def test_only_what_speaks_to_me_calls_and_a_click_opens_its_room(
    server: Server, new_page: NewPage
) -> None:
    page = new_page(viewport={"width": 1200, "height": 700})
    panel = open_focusable(page, server)
    page.bring_to_front()
    panel.say("hello")
    panel.take_name("Ann Lee")
    expect(panel.kept("hello")).to_have_count(1)
    bell(panel).locator("summary").click()
    bell(panel).get_by_label("mentions or answers me").click()
    expect(bell(panel).locator("summary")).to_contain_text("mentions")
    with closing(person(server, "Ben")) as ben:
        ben.post("tornchat/api/rooms", json={"room": "data", "title": "Data"}).raise_for_status()
        panel.rooms.filter(has_text="Data").click()
        panel.element.get_by_role("heading", name="Data").wait_for()

        post(ben, "lobby", "to nobody")
        post(ben, "lobby", "look here, @ann lee")
        wait_for_call("@ann lee", page)
        assert called(page) == ["Ben · Lobby: look here, @ann lee"]
        page.evaluate("called[0].onclick()")
        panel.element.get_by_role("heading", name="Lobby").wait_for()
        expect(panel.kept("look here, @ann lee")).to_have_count(1)

        bell(panel).get_by_label("Not for Lobby").check()
        panel.rooms.filter(has_text="Data").click()
        post(ben, "lobby", "@ann lee, mute")
        expect(panel.rooms.filter(has_text="Lobby")).to_contain_text("1 unread message")
        expect(page).to_have_title("Data")


def test_plain_http_says_why_there_are_no_notices(
    start_notebook_server: Callable[..., Server], new_page: NewPage
) -> None:
    server = start_notebook_server(config={"ServerApp": {"allow_remote_access": True}})
    page = new_page(viewport={"width": 1200, "height": 700})
    panel = open_chat(page, server, url=f"http://{FOREIGN_HOST}:{server.port}/")
    bell(panel).locator("summary").click()
    expect(bell(panel)).to_contain_text("only for pages that come over https")
    expect(bell(panel).get_by_role("radio")).to_have_count(0)
