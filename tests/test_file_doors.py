"""Files by the doors that people have for them: picked, pasted, dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, expect

import servers
from desk import Desk
from gateway import Gateway
from jupyter_tornchat.protocol import LIMITS
from panel import open_chat, person
from servers import Home, Server

NewPage = Callable[..., Page]
SECRET = b"GPSLatitude 48.137 N taken by Ann's camera"
TOO_BIG = re.compile("The file is too big")

SIZE = "async image => { await image.decode(); return [image.naturalWidth, image.naturalHeight] }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = servers.notebook_server(Home(tmp_path_factory.mktemp("files")))
    yield server.start()
    server.stop()


def sit_down(server: Server, new_page: NewPage, name: str, url: str = "") -> Desk:
    page = new_page()
    with closing(person(server, name)) as client:
        cookies = [(cookie.name, cookie.value or "") for cookie in client.cookies.jar]
    page.context.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in cookies]
    )
    return Desk(open_chat(page, server, url=url))


def kept(server: Server) -> dict[str, bytes]:
    folder = server.home.data / "tornchat" / "chat.db-files"
    return {path.name: path.read_bytes() for path in folder.glob("??/*")}


def with_notes(jpeg: bytes) -> bytes:
    """A JPEG with what a camera writes into it."""
    notes = b"Exif\0\0II*\0" + SECRET
    return jpeg[:2] + b"\xff\xe1" + (len(notes) + 2).to_bytes(2, "big") + notes + jpeg[2:]


def test_files_are_picked_pasted_and_dropped_and_photos_lose_their_notes(
    server: Server, new_page: NewPage
) -> None:
    desk = sit_down(server, new_page, "Ann")
    photo = with_notes(desk.paint(3000, 1500))
    assert SECRET in photo
    desk.pick("holiday.jpg", "image/jpeg", photo)
    expect(desk.ready).to_have_count(1)
    drawing = desk.paint(40, 30, "image/png")
    assert desk.paste(("image.png", "image/png", drawing))
    expect(desk.ready).to_have_count(2)
    # What a spreadsheet copies is text, whatever else it is.
    cells = {"text_plain": "1\t2", "text_html": "<table>"}
    assert not desk.paste(("image.png", "image/png", drawing), **cells)
    desk.drop(("notes.txt", "text/plain", b"dropped"), ("a.csv", "text/csv", b"a,b\n1,2\n"))
    expect(desk.ready).to_have_count(4)
    desk.remove("notes.txt")
    expect(desk.waiting).to_have_count(3)
    bodies = kept(server).values()
    assert b"dropped" in bodies
    assert not any(SECRET in body or b"Exif" in body for body in bodies)
    assert [body[:3] for body in bodies].count(b"\xff\xd8\xff") == 1
    desk.panel.say("")
    expect(desk.waiting).to_have_count(0)
    check_message(desk.panel.log.get_by_role("article").last)
    reader = sit_down(server, new_page, "Ben")
    check_message(reader.panel.log.get_by_role("article").last)
    # A text that is too long is offered as a file, and goes as one.
    long = "x" * (LIMITS.text_chars + 1)
    desk.panel.box.fill(long)
    desk.panel.element.get_by_role("button", name="Send it as a file").click()
    expect(desk.ready).to_have_count(1)
    expect(desk.panel.box).to_have_value("")
    desk.panel.say("all of it")
    last = reader.panel.log.get_by_role("article").last
    expect(last).to_contain_text("all of it")
    with reader.page.expect_download() as download:
        last.get_by_role("link", name="Download message.txt").click()
    assert download.value.path().read_text() == long


def check_message(message: Locator) -> None:
    """Two pictures in places of their size, and a table that opens and can be kept."""
    photo = message.get_by_role("img", name="holiday.jpg")
    expect(photo).to_be_visible()
    wide, high = photo.evaluate(SIZE)
    assert (wide, high) == (2048, 1024)
    box = photo.bounding_box()
    assert box
    assert abs(box["width"] / box["height"] - 2) < 0.1
    expect(message.get_by_role("img", name="image.png")).to_be_visible()
    page = message.page
    with page.context.expect_page() as opened:
        message.get_by_role("link", name="holiday.jpg").click()
    assert opened.value.evaluate("document.contentType") == "image/jpeg"
    opened.value.close()
    message.get_by_role("button", name="Show as a table").click()
    expect(message.get_by_role("cell", name="2")).to_be_visible()
    with page.expect_download() as download:
        message.get_by_role("link", name="Download a.csv").click()
    assert download.value.suggested_filename == "a.csv"


def test_a_file_that_is_too_big_is_refused_in_the_same_words_wherever(
    server: Server, new_page: NewPage
) -> None:
    """Before a byte is sent where the size is known, by the server, and by a proxy with a limit of
    its own."""
    body = b"a" * (LIMITS.file_bytes + 1)
    with Gateway(server.port) as gateway:
        gateway.longest = 1024 * 1024
        desk = sit_down(server, new_page, "Cleo", gateway.url)
        uploads: list[str] = []
        desk.page.on(
            "request", lambda asked: uploads.append(asked.url) if asked.method == "POST" else None
        )
        desk.pick("known.bin", "", body)
        expect(desk.waiting).to_contain_text(TOO_BIG)
        assert not uploads
        desk.remove("known.bin")
        desk.pick("proxy.bin", "", body[: 2 * 1024 * 1024])
        desk.panel.take_name("Bea")
        expect(desk.waiting).to_contain_text(TOO_BIG)
        desk.remove("proxy.bin")
        gateway.longest = None
        session = desk.panel.element.evaluate_handle("panel => panel.session")
        session.evaluate("session => { session.limits = {...session.limits, file_bytes: 1e9} }")
        desk.pick("server.bin", "", body)
        expect(desk.waiting).to_contain_text(TOO_BIG)
        desk.remove("server.bin")
        assert len([url for url in uploads if "/files" in url]) == 2
        desk.paste(("image.png", "image/png", b"no image"))
        expect(desk.ready).to_have_count(1)
