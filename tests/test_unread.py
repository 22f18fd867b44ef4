"""What is unread: counted in the list and the title, and the same on all devices of a person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from playwright.sync_api import Page, expect

from panel import Panel, make_room, open_chat, person, post, say
from servers import Server

WIDE = {"width": 1200, "height": 700}


def expect_unread(panel: Panel, room: str, count: int) -> None:
    """What the list says of a room, aloud too."""
    line = panel.rooms.filter(has_text=room)
    if count:
        says = f"{count} unread message{'s' * (count > 1)}"
        expect(line).to_contain_text(says)
        expect(line.get_by_text(says)).to_have_count(1)
    else:
        expect(line).not_to_contain_text("unread")


def show(panel: Panel, room: str) -> None:
    panel.rooms.filter(has_text=room).click()
    panel.element.get_by_role("heading", name=room).wait_for()


def test_unread_is_counted_on_every_device_and_read_on_all_at_once(
    notebook_server: Server, new_page: Callable[..., Page]
) -> None:
    server = notebook_server
    make_room(server, "data", "Data")
    make_room(server, "never", "Never seen")
    say(server, "data", "zero")
    with closing(person(server, "Ben")) as ben:
        phone = open_chat(new_page(viewport=WIDE), server)
        phone.say("hello")
        phone.take_name("Ann")
        expect(phone.kept("hello")).to_have_count(1)
        show(phone, "Data")
        phone.element.get_by_role("button", name="Leave Data").click()
        phone.element.get_by_role("heading", name="Lobby").wait_for()
        expect(phone.element.get_by_role("button", name="Leave Data")).to_have_count(0)

        # Of a room that Ann is not in, but was: what came since; of one she never saw: nothing.
        for text in ("one", "two", "three"):
            post(ben, "data", text)
        post(ben, "never", "nobody here?")
        expect_unread(phone, "Data", 3)
        expect_unread(phone, "Never seen", 0)
        expect(phone.page).to_have_title("(3) Lobby")

        # The same person at another machine is told the same.
        state = phone.page.context.storage_state()
        desk = open_chat(new_page(viewport=WIDE, storage_state=state), server)
        expect_unread(desk, "Data", 3)
        show(desk, "Data")
        expect(desk.kept("three")).to_have_count(1)
        for device in (desk, phone):
            expect_unread(device, "Data", 0)
        expect(phone.page).to_have_title("Lobby")

        # She left the lobby's page on the desk; what is said there waits for her at both.
        show(phone, "Data")
        post(ben, "lobby", "four")
        post(ben, "lobby", "five")
        for device in (desk, phone):
            expect_unread(device, "Lobby", 2)
        expect(desk.page).to_have_title("(2) Data")

        # A page that is opened anew begins its news where she stopped reading.
        desk = open_chat(desk.page, server)
        expect(desk.kept("five")).to_have_count(1)
        expect_unread(phone, "Lobby", 0)
        first_unread = "document.querySelector('tornchat-panel').session.room('lobby').unreadFrom"
        assert desk.page.evaluate(first_unread) == 2
