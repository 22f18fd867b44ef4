"""One chat for a whole Hub: a real JupyterHub as docs/deploy.md configures it, one for all tests
here. Everybody in it has a server of their own; use rooms of your own."""

from __future__ import annotations

import asyncio
import secrets
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, expect
from tornado.httpclient import HTTPClientError

import hubs
import nginx
from client import Client
from hubs import JupyterHub
from invite import join, make_link, open_invites
from jupyter_tornchat.protocol import Refusal
from jupyter_tornchat.server import ChatServer, FrontDoor
from nginx import Nginx
from notebooks import READY, run_cell
from panel import Panel, shown
from servers import Home, cookie_header
from visit import knock

Connect = Callable[..., Awaitable[Client]]
AGAIN = 45_000
"""Milliseconds in which a page comes back that tried in vain for a while, each time later."""
FROM_KERNEL = "from jupyter_tornchat import Room\nprint(Room('lobby').send('{}'))"


@pytest.fixture
def hosts() -> str:
    return f"MAP {nginx.HOST} 127.0.0.1"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterHub]:
    hub = JupyterHub(Home(tmp_path_factory.mktemp("hub")))
    hub.start()
    hub.add("ann", "ben")
    hub.wait_for("ann", "ben")
    yield hub
    hub.stop()


def bearer(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"token {token}"} | more


def said(text: str) -> dict[str, str]:
    return {"id": secrets.token_hex(16), "text": text}


def socket_url(address: str) -> str:
    return address.replace("http", "ws", 1) + "chat"


@pytest.mark.parametrize("file", [hubs.HUB, hubs.CHAT], ids=lambda file: file.name)
def test_the_files_stand_in_the_docs_word_for_word(file: Path) -> None:
    page = (file.parent / "deploy.md").read_text(encoding="utf-8")
    assert f"```python\n{file.read_text(encoding='utf-8')}```\n" in page


# ---------------------------------------------------------------------------- in a browser


def test_people_talk_by_the_names_of_the_hub_from_lab_and_page_and_a_kernel_as_its_user(
    hub: JupyterHub, new_page: Callable[..., Page], picture: Callable[[Page, str], Path]
) -> None:
    """Ben's server, and the service, open no socket by a cookie."""
    ann, ben, cat = new_page(), new_page(), new_page()
    go = secrets.token_hex(2)  # a second go meets the words of the first one
    hello = {"ben": f"hello from the page {go}", "ann": f"hello from Lab {go}"}
    hello["cat"] = f"hello from the service {go}"
    by_kernel = f"said by a kernel {go}"
    notebook = new_notebook(cells=[new_code_cell(FROM_KERNEL.format(by_kernel))])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, hub.home.folder / "ann" / "talk.ipynb")

    hub.sign_in(ben, "ben")
    ben.goto(f"{hub.own('ben')}tornchat/")
    on_page = shown(ben)
    on_page.say(hello["ben"])
    on_page.settle()

    hub.sign_in(ann, "ann")
    ann.goto(f"{hub.own('ann')}lab/tree/talk.ipynb")
    ann.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.context")
    ann.evaluate(READY)
    ann.evaluate("() => window.jupyterapp.commands.execute('tornchat:open')")
    in_lab = Panel(ann, "sidebar")
    in_lab.box.wait_for()
    expect(in_lab.kept(hello["ben"])).to_have_count(1)
    in_lab.say(hello["ann"])
    in_lab.settle()
    run_cell(ann, 0)
    expect(on_page.kept(by_kernel)).to_have_count(1)

    hub.sign_in(cat, "cat")  # whose server does not run
    cat.goto(hub.service)
    at_service = shown(cat)
    at_service.say(hello["cat"])
    at_service.settle()

    for panel in (on_page, in_lab, at_service):
        for name, text in hello.items():
            said_by = panel.kept(text)
            expect(said_by.locator(".name")).to_have_text(name)
            expect(said_by.locator(".mark")).to_have_text("(known here)")
        expect(panel.kept(by_kernel).locator(".mark")).to_have_text("ann’s program")
    picture(ann, "hub-lab")
    picture(ben, "hub-page")
    with hub.program("ben") as client:
        found = client.get("api/rooms/lobby/messages").json()["messages"]
    (kernel,) = [m["user"] for m in found if m["text"] == by_kernel]
    assert kernel["kind"] == "program"
    assert kernel["whose"] == "ann"
    assert {m["user"]["id"] for m in found} >= {"member:ann", "member:ben", "member:cat"}


# --------------------------------------------------------------------- guests, behind nginx


def test_behind_nginx_a_guest_talks_with_who_invited_them_and_the_chat_may_be_started_anew(
    hub: JupyterHub, stand: Callable[..., Nginx], new_page: Callable[..., Page]
) -> None:
    """Ann is on her own server, with https and a path, and a service that ends for a moment."""
    stand(team=hub, port=hub.front)
    page, go = new_page(ignore_https_errors=True), secrets.token_hex(2)
    hub.sign_in(page, "ann", hub.public)
    page.goto(f"{hub.public}user/ann/tornchat/")
    ann = shown(page)
    ann.say(f"over https {go}")
    ann.settle()

    dialog = open_invites(ann)
    expect(dialog).to_contain_text("It is open for as long as the chat runs.")
    link = make_link(dialog)
    assert link.startswith(f"{hub.public}services/tornchat/join#k=")
    page.keyboard.press("Escape")
    guest = join(new_page(ignore_https_errors=True), link, f"Gus {go}")
    expect(guest.kept(f"over https {go}")).to_have_count(0)  # it was said before the invite
    guest.say(f"a guest is {go}")
    expect(ann.kept(f"a guest is {go}").locator(".name")).to_have_text(f"Gus {go}")
    cookies = guest.page.context.cookies()
    assert {cookie["path"] for cookie in cookies} == {"/team/services/tornchat/"}
    assert [cookie["name"] for cookie in cookies if not cookie["secure"]] == []

    hub.restart_chat()
    guest.say(f"here again {go}")
    expect(ann.kept(f"here again {go}")).to_have_count(1, timeout=AGAIN)
    ann.say(f"so am I {go}")
    expect(guest.kept(f"so am I {go}")).to_have_count(1, timeout=AGAIN)
    with hub.program("ben") as client:
        found = client.get("api/rooms/lobby/messages").json()["messages"]
    said = {m["text"]: m["user"]["kind"] for m in found if m["text"].endswith(go)}
    assert list(said.values()) == ["member", "guest", "guest", "member"]


def test_whoever_is_of_the_hub_invites_from_a_shell_and_a_guest_is_a_stranger_to_the_hub(
    hub: JupyterHub,
) -> None:
    command = [Path(sys.executable).with_name("jupyter-tornchat"), "invite", "physics", "lobby"]
    command += ["--url", f"{hub.own('ben')}tornchat/", "--token", hub.token_of("ben")]
    done = subprocess.run(command, env=hub.home.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    address, key = done.stdout.strip().split("join#k=")
    assert address == f"{hub.public}services/tornchat/"

    with httpx.Client(base_url=hub.service, trust_env=False) as gus:
        gus.get("join").raise_for_status()
        gus.headers["X-XSRFToken"] = gus.cookies["_xsrf"]
        assert knock(gus, key).json()["user"]["whose"] == "ben"
        assert knock(gus, key, "Gus").status_code == 201
        rooms = gus.get("api/rooms").json()["rooms"]
        assert {room["room"] for room in rooms} == {"physics", "lobby"}
        assert gus.post("api/rooms/lobby/messages", json=said("hi")).status_code == 201
        assert gus.get("api/gate").json()["code"] == "forbidden"
        ticket = cookie_header(gus)
        for path in ("hub/api/user", "hub/home", "user/ben/tornchat/api/rooms", "user/ben/lab"):
            with_it, without = (
                httpx.get(hub.url + path, trust_env=False, headers=headers)
                for headers in (ticket, {})
            )
            assert with_it.status_code == without.status_code
            assert with_it.status_code in {302, 403}
    with hub.program("phil", url=hub.direct) as phil:  # to whom the lobby is not open
        no = phil.post("api/rooms/physics/invites", json={"rooms": ["lobby"]})
        assert (no.status_code, no.json()["code"]) == (404, "no_such_room")
        assert phil.post("api/rooms/physics/invites", json={}).status_code == 201


async def test_where_nobody_knows_the_address_of_the_hub_who_invites_is_told(
    hub: JupyterHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_NAME", "tornchat")
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/team/services/tornchat/")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", hub.operator)
    monkeypatch.setenv("JUPYTERHUB_API_URL", f"{hub.url}hub/api")
    for public, state in (("", "forbidden"), (hub.public, "open")):
        monkeypatch.setenv("JUPYTERHUB_PUBLIC_URL", public)  # which the Hub says where it knows it
        server = ChatServer()
        server.door = server.hub_door()
        way_in = FrontDoor(server, 0)
        stands = await way_in.stands("127.0.0.1")
        assert (stands.state, stands.addresses) == (state, [public] if public else [])
        if not public:
            with pytest.raises(Refusal, match="gate_closed") as no:
                await way_in.open()
            assert no.value.reason == stands.trouble
            assert "JupyterHub.public_url" in stands.trouble


# ----------------------------------------------------------------------- nobody is another


def test_S22_one_users_server_cannot_speak_as_another(hub: JupyterHub) -> None:
    """Ann has all that her server has, and says whatever she likes about who speaks."""
    ann = hub.token_of("ann")
    lies = {
        "X-Tornchat-Speaks": "person",
        "X-Tornchat-Name": "ben",
        "X-Forwarded-User": "ben",
        "X-Tornchat-User": "member:ben",
        "Cookie": "service-tornchat=ben; username=ben",
    }
    body = said("as ben") | {"user": {"id": "member:ben", "name": "ben", "kind": "member"}}
    for headers in (bearer(ann, **lies), bearer(ann, **lies | {"X-Tornchat-Speaks": ""})):
        for base in (hub.direct, hub.service, f"{hub.own('ann')}tornchat/"):
            with httpx.Client(base_url=base, headers=headers, trust_env=False) as client:
                answer = client.post("api/rooms/lobby/messages", json=body)
                assert answer.status_code == 201, answer.text
                user = answer.json()["user"]
                assert user["id"].startswith(("member:ann", "program:ann/"))
                assert user.get("whose", "ann") == "ann"
                body |= said("as ben")
    # Her own server leads nobody else to the chat, and another's does not let her in.
    with hub.program("ann", url=f"{hub.own('ben')}tornchat/") as client:
        assert client.get("api/me").status_code == 403
    operator = hub.operator  # a service that may enter every server
    with hub.program("ann", operator) as client:
        refused = client.post("api/rooms/lobby/messages", json=said("as ann"))
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


def test_whom_the_hub_does_not_know_or_let_in_stays_out(hub: JupyterHub) -> None:
    scopeless = hub.token_of("ann", "read:users!user=ann")
    for base in (hub.direct, hub.service):
        for token, code in ((scopeless, "forbidden"), ("made-up", "signed_out")):
            with hub.program("ann", token, base) as client:
                answer = client.get("api/rooms")
                assert (answer.status_code, answer.json()["code"]) == (403, code)
        with httpx.Client(base_url=base, trust_env=False) as nobody:
            assert nobody.get("api/health").json() == {"ok": True}
            assert nobody.get("api/rooms").status_code == 403
            to_hub = nobody.get("")
            assert to_hub.status_code == 302
            assert to_hub.headers["Location"].startswith("/team/hub/api/oauth2/authorize?")


def test_S06_a_token_that_does_not_hold_is_no_way_around_the_xsrf_check(
    hub: JupyterHub, new_page: Callable[..., Page]
) -> None:
    """What another user's page on the same host could ask in Ann's browser."""
    page = new_page()
    hub.sign_in(page, "ann")
    page.goto(hub.service)
    shown(page)
    asked = """async ([path, headers]) => (await fetch(path, {
      method: "POST", headers, body: JSON.stringify({id: "%s", text: "forged"})})).status"""
    asked %= secrets.token_hex(16)
    path = "/team/services/tornchat/api/rooms/lobby/messages"
    page.goto(f"{hub.url}hub/home")
    for headers in ({}, {"Authorization": "token made-up"}, {"Authorization": "tornchat made-up"}):
        assert page.evaluate(asked, [path, headers]) == 403


# --------------------------------------------------------------------------------- groups


def test_groups_of_the_hub_open_rooms(hub: JupyterHub) -> None:
    for user in ("phil", "tea"):
        if user not in [found["name"] for found in hub.ask("GET", "users")]:
            hub.ask("POST", f"users/{user}")
    seen = {}
    for user in ("phil", "tea", "ben"):
        with hub.program(user, url=hub.direct) as client:
            seen[user] = {room["room"] for room in client.get("api/rooms").json()["rooms"]}
            missing = client.get("api/rooms/lobby/messages")
            assert (missing.status_code == 404) == (user == "phil")
    assert seen["phil"] == {"physics"}
    assert seen["tea"] >= {"physics", "lobby"}
    assert seen["ben"] >= {"physics", "lobby"}


async def test_S11_what_the_hub_takes_back_reaches_open_sockets(
    hub: JupyterHub, connect: Connect
) -> None:
    loop = asyncio.get_running_loop()
    hub.ask("POST", "groups/physics/users", users=["ben"])
    made = hub.ask("POST", "users/ben/tokens")
    token = made["token"]
    directly = await connect(socket_url(hub.direct), headers=bearer(token))
    await directly.expect("welcome")
    await directly.say("join", room="lobby")
    await directly.expect("rejected", code="no_such_room")
    await loop.run_in_executor(
        None, lambda: hub.ask("DELETE", "groups/physics/users", users=["ben"])
    )
    assert await directly.closed() == 4401
    again = await connect(socket_url(hub.direct), headers=bearer(token))
    await again.join("lobby")
    await loop.run_in_executor(None, lambda: hub.ask("DELETE", f"users/ben/tokens/{made['id']}"))
    assert await again.closed() == 4501
    with pytest.raises(HTTPClientError):
        await connect(socket_url(hub.direct), headers=bearer(token))


# -------------------------------------------------------------------------------- sockets


async def test_a_socket_through_ones_own_server_is_that_of_the_service(
    hub: JupyterHub, connect: Connect
) -> None:
    ann = await connect(
        socket_url(f"{hub.own('ann')}tornchat/"), headers=bearer(hub.token_of("ann"))
    )
    ben = await connect(socket_url(hub.service), headers=bearer(hub.token_of("ben")))
    assert (await ann.expect("welcome"))["user"]["whose"] == "ann"
    await asyncio.gather(ann.join("lobby"), ben.join("lobby"))
    text = "long " * 1500
    id = await ann.send(text)
    assert (await ben.expect("message", id=id))["text"] == text
    id = await ben.send("short")
    assert (await ann.expect("message", id=id))["user"]["whose"] == "ben"
    await ann.write("{}" * 100)
    assert (await ann.expect("rejected"))["code"] == "bad_frame"
