"""What the tutorial's chat did that this project grew out of, row by row as it is kept: on a
notebook server, and on the open chat server of its own."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect
from tornado.httpclient import HTTPClientError

import servers
from client import Client
from jupyter_tornchat.server import ChatServer
from panel import Panel, enter_chat, open_chat
from places import GUESTS, NOTEBOOK, Place
from servers import Home, Server

Connect = Callable[..., Awaitable[Client]]
NewPage = Callable[..., Page]

TIME = r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\]"
BOTH = pytest.mark.parametrize("where", [NOTEBOOK, GUESTS])


def enter(page: Page, place: Place, name: str = "ann") -> Panel:
    """The page, as somebody who said their name in the login form."""
    if not place.prefix:
        return enter_chat(page, place.server, name)
    open_chat(page, place.server)  # signed in to Jupyter, but without a name
    page.goto(f"{place.server.url}{place.prefix}login")
    page.get_by_role("textbox").fill(name)
    page.keyboard.press("Enter")
    panel = Panel(page)
    panel.box.wait_for()
    return panel


def plain_url(place: Place, **query: str) -> str:
    return f"{place.socket_url}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


def signed_in(place: Place) -> dict[str, str]:
    """What a client that speaks the plain protocol needs to be let in: on a notebook server the
    login, on the open chat server nothing."""
    if not place.prefix:
        return {}
    with place.server.sign_in() as client:
        return servers.cookie_header(client)


async def plain(connect: Connect, place: Place, **query: str) -> Client:
    return await connect(plain_url(place, **query), headers=signed_in(place), subprotocol=None)


async def line(client: Client, pattern: str) -> str:
    """The next line that matches."""
    while True:
        found = await client.expect("line")
        if re.fullmatch(pattern, found["text"]):
            return str(found["text"])


# ----------------------------------------------------------------------------- page and login


def test_seed_row_01_the_page_is_for_whoever_has_a_name(place: Place) -> None:
    with place.server.http() as stranger:
        asked = stranger.get(place.prefix)
        assert asked.status_code == 302
        assert asked.headers["Location"].startswith(f"{place.server.base_url}login")
        assert stranger.post(place.prefix).status_code == 403
    with place.server.http() as ann:
        page = ann.get(place.prefix, headers=place.person("ann"))
        assert page.status_code == 200
        assert "static/page.js" in page.text


@BOTH
def test_seed_row_02_the_login_form_has_one_field_and_one_button(
    places: dict[str, Place], new_page: NewPage, where: str
) -> None:
    place, page = places[where], new_page()
    if place.prefix:
        open_chat(page, place.server)
    page.goto(f"{place.server.url}{place.prefix}login")
    field, button = page.get_by_role("textbox"), page.get_by_role("button")
    expect(field).to_have_count(1)
    expect(button).to_have_count(1)
    for nothing in ("", "   "):
        field.fill(nothing)
        button.click()
        assert field.evaluate("(field) => field.validity.valid") is False
        assert page.url.endswith("login")
    field.fill("  zoe of the seed ")
    button.click()
    panel = Panel(page)
    expect(panel.people.filter(has_text="zoe")).to_have_text("zoe of the seed")


def test_seed_row_03_the_form_is_protected_and_leads_to_the_page(place: Place) -> None:
    login = f"{place.prefix}login"
    with place.server.sign_in() if place.prefix else place.server.http() as client:
        field = re.search(r'name="_xsrf" value="([^"]+)"', client.get(login).text)
        assert field
        client.headers.pop("X-XSRFToken", None)
        assert client.post(login, data={"name": "eve"}).status_code == 403
        sent = client.post(login, data={"name": "yan", "_xsrf": field[1]})
        assert sent.status_code == 302
        assert sent.headers["Location"] == f"{place.server.base_url}{place.prefix}"
        me = client.get(f"{place.prefix}api/me").json()
        assert me["user"]["name"] == "yan"
        assert me["named"]


def test_seed_row_04_visits_are_counted_in_a_cookie_that_cannot_be_forged(place: Place) -> None:
    login = f"{place.prefix}login"
    with place.server.sign_in() if place.prefix else place.server.http() as client:
        for visit in (1, 2, 3):
            assert f"visit {visit}" in client.get(login).text
        cookie = next(c for c in client.cookies.jar if c.name == "tornchat-visits")
        assert cookie.value
        for forged in ("99", cookie.value.replace("Mw==", "OTk="), cookie.value[:-1] + "0"):
            client.cookies.delete("tornchat-visits")
            client.cookies.set("tornchat-visits", forged, path=cookie.path)
            assert "visit 1<" in client.get(login).text
            client.cookies.delete("tornchat-visits")


# -------------------------------------------------------------------------------- the socket


async def test_seed_row_05_the_socket_is_for_whoever_has_a_name(
    place: Place, connect: Connect
) -> None:
    ann = await plain(connect, place, username="ann")
    await line(ann, rf"\[-\]-{TIME}-ann 进入聊天室")
    short = place.server.socket_url("chat?username=bea")
    bea = await connect(short, headers=signed_in(place), subprotocol=None)
    await line(bea, rf"\[-\]-{TIME}-bea 进入聊天室")
    nobody = place.socket_url + ("?username=ann" if place.prefix else "")
    with pytest.raises(HTTPClientError) as refused:
        await connect(nobody, subprotocol=None)
    assert refused.value.code == 403


async def test_seed_row_06_everyone_hears_who_comes(place: Place, connect: Connect) -> None:
    ann = await plain(connect, place, username="ann6", room="lobby")
    await line(ann, rf"\[-\]-{TIME}-ann6 进入聊天室")
    bob = await plain(connect, place, username="bob6")
    for everyone in (ann, bob):
        await line(everyone, rf"\[-\]-{TIME}-bob6 进入聊天室")

    typed = await connect(place.socket_url, headers=place.person("cat6"))
    await typed.join()
    for everyone in (ann, bob):
        await line(everyone, rf"\[-\]-{TIME}-cat6 进入聊天室")
    await plain(connect, place, username="dan6")
    came = await typed.expect("presence")
    assert [user["name"] for user in came["joined"]][-1] in {"dan6", "cat6"}


async def test_seed_row_07_everyone_hears_what_is_said(place: Place, connect: Connect) -> None:
    ann = await plain(connect, place, username="ann7")
    bob = await plain(connect, place, username="bob7")
    typed = await connect(place.socket_url, headers=place.person("cat7"))
    await typed.join()
    await ann.write(json.dumps({"msg": "hello"}))
    for everyone in (ann, bob):
        await line(everyone, rf"{TIME}-\[ann7\]-说:hello")
    message = await typed.expect("message", text="hello")
    assert message["user"]["name"] == "ann7"

    await typed.send("and hello to you")
    for everyone in (ann, bob):
        await line(everyone, rf"{TIME}-\[cat7\]-说:and hello to you")


async def test_seed_row_08_everyone_left_hears_who_goes(
    places: dict[str, Place], connect: Connect
) -> None:
    async def ann_goes(place: Place) -> None:
        ann, bob = [await plain(connect, place, username=name) for name in ("ann8", "bob8")]
        typed = await connect(place.socket_url, headers=place.person("cat8"))
        joined = await typed.join()
        left = next(user["id"] for user in joined["members"] if user["name"] == "ann8")
        await line(bob, rf"\[-\]-{TIME}-cat8 进入聊天室")
        await ann.close()
        await line(bob, rf"\[-\]-{TIME}-ann8 离开聊天室")
        # Others may go with her, and before the room's line came to Bob.
        while not any(left in frame["left"] for frame in typed.heard("presence")):
            await typed.expect("presence")

    await asyncio.gather(*(ann_goes(place) for place in places.values()))


async def test_seed_row_09_a_page_of_another_origin_cannot_connect(
    place: Place,
    connect: Connect,
    start_notebook_server: Callable[..., Server],
) -> None:
    here = f"http://{place.host}"
    ann = place.person("ann")
    for origin in ("http://evil.test", f"http://{place.host}.evil.test", "null", "file://"):
        with pytest.raises(HTTPClientError) as refused:
            await connect(place.socket_url, headers=ann | {"Origin": origin})
        assert refused.value.code == 403
    same = await connect(place.socket_url, headers=ann | {"Origin": here})
    await same.expect("welcome")

    if place.prefix:  # the server's own setting may let somebody in
        friend = "https://friend.test"
        allowed = {"ServerApp": {"allow_origin": friend}}
        server = start_notebook_server(config=allowed)
        with server.sign_in() as client:
            headers = servers.cookie_header(client)
        let_in = await connect(
            server.socket_url("tornchat/chat"), headers=headers | {"Origin": friend}
        )
        await let_in.expect("welcome")


async def test_seed_row_10_the_dead_are_noticed_by_their_silence(
    start_chat_server: Callable[..., Server], connect: Connect
) -> None:
    server = start_chat_server("--guests=open", "--ChatServer.heartbeat=0.3")
    url = server.socket_url("chat")
    plain_ann = await connect(f"{url}?username=ann", subprotocol=None)
    with server.enter("bob") as client:
        bob = await connect(url, headers=servers.cookie_header(client))
    await bob.join()
    for _ in range(5):  # longer than three: answering pings is a sign of life
        await bob.expect("heartbeat")
    await bob.say("heartbeat", ref="are you there?")
    await bob.expect("heartbeat", ref="are you there?")

    # One that does not even answer pings is dead after three.
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        b"GET /chat?username=mute HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: bm8gbW9yZSB0aGFuIDE2IQ==\r\n\r\n"
    )
    await line(plain_ann, rf"\[-\]-{TIME}-mute 进入聊天室")
    async with asyncio.timeout(10):
        while await reader.read(65536):
            pass
    writer.close()
    assert not plain_ann.ended


# --------------------------------------------------------------------------- what is shown


@BOTH
def test_seed_row_11_text_is_text(places: dict[str, Place], new_page: NewPage, where: str) -> None:
    page = new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    panel = enter(page, places[where], "row 11")
    vector = "<img src=x onerror=alert(11)><script>alert(11)</script><b>bold</b>"
    panel.box.fill(vector)
    panel.box.press("Enter")
    expect(panel.kept(vector)).to_have_count(1)
    expect(panel.kept(vector).locator("img, script, b")).to_have_count(0)
    assert dialogs == []


@BOTH
def test_seed_row_12_writing_and_sending(
    places: dict[str, Place], new_page: NewPage, where: str
) -> None:
    page = new_page()
    panel = enter(page, places[where], "row 12")
    expect(panel.people.filter(has_text="row 12")).to_have_count(1)
    status = panel.element.locator("tornchat-composer").get_by_role("status")
    send = panel.element.get_by_role("button", name="Send")

    for nothing in ("", "   ", "\n\n"):
        panel.box.fill(nothing)
        send.click()
        expect(status).to_have_text("There is nothing to send yet. Write a message first.")
    panel.box.fill("\n\n  by button  \n\n")
    send.click()
    expect(panel.kept("  by button  ")).to_have_count(1)
    expect(panel.box).to_have_value("")
    expect(status).to_be_empty()

    panel.box.click()
    page.keyboard.type("two")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("lines")
    expect(panel.box).to_have_value("two\nlines")
    page.keyboard.press("Enter")
    expect(panel.kept("two\nlines")).to_have_count(1)
    expect(panel.box).to_have_value("")

    # An input method composes: Enter takes the letters as they are, and sends nothing.
    ime = page.context.new_cdp_session(page)
    compose(ime, "n", "ni", "ni h", "ni ha", "ni hao")
    press_as_input_method(ime)
    expect(panel.box).to_have_value("ni hao")
    ime.send("Input.insertText", {"text": "你好"})
    expect(panel.box).to_have_value("你好")
    for unsaid in ("ni hao", "你好"):
        expect(panel.message(unsaid)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(panel.kept("你好")).to_have_count(1)
    expect(panel.box).to_have_value("")

    # The list scrolls, and follows what is new.
    for number in range(8):
        panel.box.fill(f"{number}\n.\n.\n.\n.\n.")
        panel.box.press("Enter")
    expect(panel.kept("7\n.\n.\n.\n.\n.")).to_be_in_viewport()
    assert panel.log.evaluate("(log) => log.scrollHeight > log.clientHeight")


def compose(ime: CDPSession, *steps: str) -> None:
    """Type with an input method, step by step."""
    for step in steps:
        ends = {"selectionStart": len(step), "selectionEnd": len(step)}
        ime.send("Input.imeSetComposition", {"text": step, **ends})


def press_as_input_method(ime: CDPSession) -> None:
    """Enter, as Chromium reports a key that the input method took: its code is 229."""
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    for kind in ("rawKeyDown", "keyUp"):
        ime.send("Input.dispatchKeyEvent", {"type": kind, **key})


# ------------------------------------------------------------------------------------- more


def test_seed_row_13_one_command_runs_it_alone_on_port_8000(
    home: Home, start: Callable[[Server], Server]
) -> None:
    assert ChatServer.class_traits()["port"].default_value == 8000
    jupyter = Path(sys.executable).with_name("jupyter")
    port = servers.free_port()
    command = [str(jupyter), "tornchat", "--guests=open", f"--port={port}"]
    home.env["PATH"] = f"{jupyter.parent}{os.pathsep}{home.env['PATH']}"
    server = start(Server("jupyter-tornchat", command, home, port))
    with server.enter("ann") as ann:
        assert ann.get("").status_code == 200
    listing = subprocess.run(
        [jupyter, "tornchat", "--help"], env=home.env, capture_output=True, text=True, check=True
    )
    assert "--port" in listing.stdout
    assert "--guests" in listing.stdout


async def test_seed_row_14_frames_are_JSON_text_and_binary_ones_are_refused(
    place: Place, connect: Connect
) -> None:
    typed = await connect(place.socket_url, headers=place.person("ann"))
    await typed.join()
    await typed.write(b"\x00\x01")
    refused = await typed.expect("rejected")
    assert refused["code"] == "bad_frame"
    assert refused["reason"] == "binary frames are not understood: send JSON as text"
    ann = await plain(connect, place, username="ann14")
    await ann.write(b"hello")
    await line(ann, rf"\[-\]-{TIME}-! binary frames are not understood: send text")
    for client in (typed, ann):
        assert all(isinstance(frame, dict) for frame in client.frames)
    id = await typed.send("still here")
    await typed.expect("message", id=id)


@BOTH
def test_seed_row_15_in_Chinese_and_in_English_by_the_browsers_language(
    places: dict[str, Place], new_page: NewPage, where: str
) -> None:
    place = places[where]
    for locale, lang, enter_word, send_word, empty in (
        ("zh-CN", "zh", "进入", "发送", "还没有可发送的内容，请先输入消息。"),
        ("fr-FR", "en", "Enter", "Send", "There is nothing to send yet. Write a message first."),
    ):
        page = new_page(locale=locale)
        if place.prefix:
            open_chat(page, place.server)
        page.goto(f"{place.server.url}{place.prefix}login")
        expect(page.get_by_role("button")).to_have_text(enter_word)
        expect(page.locator("html")).to_have_attribute("lang", lang)
        page.get_by_role("textbox").fill(f"row 15 {locale}")
        page.keyboard.press("Enter")
        panel = Panel(page)
        # Who comes into a room finds its draft in the box, and no answer from before.
        mine = panel.element.get_by_role("listitem").filter(has_text=f"row 15 {locale}")
        expect(mine.first).to_be_visible()
        panel.element.get_by_role("button", name=send_word, exact=True).click()
        status = panel.element.locator("tornchat-composer").get_by_role("status")
        expect(status).to_have_text(empty)
        expect(page.locator("html")).to_have_attribute("lang", lang)


# --------------------------------------------------------------------------- plain protocol


async def test_seed_plain_protocol_a_bare_line_is_a_message(place: Place, connect: Connect) -> None:
    ann = await plain(connect, place, username="ann")
    await ann.write("hello from a terminal")
    await line(ann, rf"{TIME}-\[ann\]-说:hello from a terminal")
    await ann.write(json.dumps({"msg": "   "}))
    await line(ann, rf"\[-\]-{TIME}-! the message is empty")
    await ann.write(json.dumps({"text": "no msg"}))
    await line(ann, rf'\[-\]-{TIME}-! the key "msg" with a text is missing')


async def test_seed_plain_protocol_the_address_says_name_and_room(
    place: Place, connect: Connect
) -> None:
    maker = await connect(place.socket_url, headers=place.person("maker"))
    with place.server.http() as client:
        made = client.post(
            f"{place.prefix}api/rooms",
            json={"room": "plain", "title": "Plain"},
            headers=place.person("maker"),
        )
        assert made.status_code == 201
    there = await plain(connect, place, username="ann", room="plain")
    lobby = await plain(connect, place, username="bob")
    await maker.join("plain")
    await there.write("only here")
    message = await maker.expect("message", text="only here")
    assert message["room"] == "plain"
    await lobby.write("only in the lobby")
    await line(lobby, rf"{TIME}-\[bob\]-说:only in the lobby")
    assert not any("only here" in frame["text"] for frame in lobby.heard("line"))
    assert not any("lobby" in frame["text"] for frame in there.heard("line"))

    absent = await plain(connect, place, username="ann", room="nowhere")
    await line(absent, rf"\[-\]-{TIME}-! there is no such room")


def test_seed_plain_protocol_a_page_written_like_the_tutorials_can_chat(
    places: dict[str, Place], new_page: NewPage
) -> None:
    page = new_page()
    panel = enter(page, places[GUESTS], "row plain")
    lines = page.evaluate(
        """() => new Promise((done) => {
          const lines = [];
          const socket = new WebSocket(`ws://${location.host}/chat?username=nobody`);
          socket.onopen = () => socket.send(JSON.stringify({ msg: 'like then' }));
          socket.onmessage = ({ data }) => {
            lines.push(data);
            if (data.includes('like then')) done(lines);
          };
        })"""
    )
    # Whoever has a ticket is known by it; the address cannot make another person of them.
    assert re.fullmatch(rf"{TIME}-\[row plain\]-说:like then", lines[-1])
    expect(panel.kept("like then")).to_have_count(1)
