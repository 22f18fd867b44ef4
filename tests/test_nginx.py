"""Behind nginx, with the very file that docs/deploy.md prints."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

import nginx
from client import Client
from desk import Desk
from invite import join, make_link, open_invites
from jupyter_tornchat.identity.guest import NAMES_AT_ONCE
from nginx import HEARTBEAT, Nginx
from panel import Panel, make_room, open_chat, say
from servers import Home, Server, cookie_header, free_port

Connect = Callable[..., Awaitable[Client]]
NewPage = Callable[..., Page]
CROWD = 100
LONG = 2**20 + 1
"""Bytes: one more than the file in docs lets through."""

ROOT = Path(__file__).parent.parent


@pytest.fixture
def hosts() -> str:
    return f"MAP {nginx.HOST} 127.0.0.1"


@pytest.fixture
def room(team: Server) -> str:
    return make_room(team, f"room-{secrets.token_hex(4)}")


def test_the_file_stands_in_the_docs_word_for_word() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert f"```nginx\n{nginx.CONF.read_text(encoding='utf-8')}```\n" in page


# -------------------------------------------------------------------------------- in a browser


def test_people_talk_and_are_told_why_a_long_file_does_not_pass(
    team: Server, room: str, stand: Callable[..., Nginx], new_page: NewPage
) -> None:
    proxy = stand(team=team)
    ann, bob = (
        open_chat(new_page(ignore_https_errors=True), team, room, proxy.team) for _ in range(2)
    )
    ann.say("over https")
    ann.take_name("Ann")
    expect(bob.texts).to_have_text(["over https"])
    ann.settle()

    desk = Desk(ann)
    desk.pick("long.bin", "", b"a" * LONG)
    expect(desk.waiting).to_contain_text("The file is too big")

    cookies = ann.page.context.cookies(proxy.team)
    assert cookies
    assert [cookie["name"] for cookie in cookies if not cookie["secure"]] == []


# --------------------------------------------------------------------------------- on the line


async def test_a_class_of_a_hundred_behind_one_address_is_let_in(
    team: Server, room: str, stand: Callable[..., Nginx], connect: Connect
) -> None:
    proxy = stand(team=team)
    logins = [login(team, proxy) for _ in range(CROWD)]
    assert len({cookies["Cookie"] for cookies in logins}) == CROWD
    url = proxy.socket("team/tornchat/chat")
    everyone = [await connect(url, headers=cookies, trust=proxy.trust) for cookies in logins]
    joined = [await client.join(room) for client in everyone]
    assert {frame["type"] for frame in joined} == {"joined"}
    assert joined[-1]["count"] == CROWD
    say(team, room, "good morning")
    for client in everyone:
        await client.expect("message", text="good morning")


def login(team: Server, proxy: Nginx) -> dict[str, str]:
    """The cookies of somebody who signed in."""
    with proxy.client() as client:
        client.get("tornchat/", params={"token": team.token})
        return cookie_header(client)


@pytest.mark.parametrize(
    ("seconds", "holds"), [(2.5, True), (0.75, False)], ids=["longer", "shorter"]
)
async def test_a_socket_is_kept_open_by_heartbeats_where_the_idle_timeout_is_longer(
    seconds: float, holds: bool, team: Server, stand: Callable[..., Nginx], connect: Connect
) -> None:
    idle = f"proxy_read_timeout {round(seconds * HEARTBEAT * 1000)}ms;"
    proxy = stand(team=team, instead={"proxy_read_timeout 60s;": idle})
    client = await connect(
        proxy.socket("team/tornchat/chat"),
        headers={"Authorization": f"token {team.token}"},
        trust=proxy.trust,
    )
    await client.join()
    if not holds:
        assert await client.closed() is None  # no word of ours: the line was cut
        return
    for _ in range(4):  # by then it would have been cut
        await client.expect("heartbeat")
    await client.send("still here")
    await client.expect("message", text="still here")


# ----------------------------------------------------------------------------- guests' servers


def enters(proxy: Nginx, name: str, address: str = "127.0.0.1") -> int:
    """Somebody at this address says a name at the form of the chat server of its own."""
    with proxy.client("/guests/", address) as client:
        form = client.get("login")
        headers = {"X-XSRFToken": client.cookies["_xsrf"], "X-Forwarded-For": "203.0.113.9"}
        answer = client.post("login", data={"name": name}, headers=headers)
        cookies = [*form.headers.get_list("Set-Cookie"), *answer.headers.get_list("Set-Cookie")]
        assert [cookie for cookie in cookies if not cookie.endswith("; Secure")] == []
        return answer.status_code


def test_a_crowd_of_strangers_behind_one_address_keeps_no_other_out(
    start_chat_server: Callable[..., Server], stand: Callable[..., Nginx]
) -> None:
    guests = start_chat_server(
        "--guests=open",
        f"--ChatServer.public_url=https://{nginx.HOST}/guests/",
        "--ChatServer.trusted_proxies=127.0.0.0/8",
    )
    proxy = stand(guests=guests)
    entered = [enters(proxy, f"guest {number}") for number in range(NAMES_AT_ONCE)]
    assert entered == [302] * NAMES_AT_ONCE
    while enters(proxy, f"one more {secrets.token_hex(4)}") != 429:
        pass
    assert enters(proxy, "Ann", "127.0.0.2") == 302


def test_a_server_and_what_it_opens_for_its_guests_are_behind_the_one_file(
    home: Home,
    start: Callable[[Server], Server],
    stand: Callable[..., Nginx],
    new_page: NewPage,
) -> None:
    front, port = free_port(), free_port()
    public = f"https://{nginx.HOST}:{front}/guests/"
    team = start(
        nginx.behind(
            home,
            public_url=public,
            guest_ip="127.0.0.1",
            guest_port=port,
            trusted_proxies=["127.0.0.1"],
        )
    )
    proxy = stand(team=team, guests=port, port=front)
    ann = open_chat(new_page(ignore_https_errors=True), team, url=proxy.team)
    ann.say("who is there?")
    ann.take_name("Ann")
    link = make_link(open_invites(ann))
    assert link.startswith(f"{public}join#k=")
    ann.page.keyboard.press("Escape")

    guest = join(new_page(ignore_https_errors=True), link, "Gwen")
    guest.say("a guest is")
    expect(ann.kept("a guest is")).to_have_count(1)
    ann.say("welcome")
    expect(guest.kept("welcome")).to_have_count(1)
    cookies = guest.page.context.cookies(public)
    assert {cookie["path"] for cookie in cookies} == {"/guests/"}
    assert [cookie["name"] for cookie in cookies if not cookie["secure"]] == []


# ---------------------------------------------------------------------- where it is wrong


def test_a_page_says_that_a_proxy_blocks_its_socket(
    team: Server, room: str, stand: Callable[..., Nginx], new_page: NewPage
) -> None:
    for instead in (nginx.NO_UPGRADE, nginx.NO_HOST):
        proxy = stand(team=team, instead=instead)
        page = new_page(ignore_https_errors=True)
        query = urlencode({"room": room, "token": team.token})
        page.goto(f"{proxy.team}tornchat/?{query}")
        expect(Panel(page).notice).to_contain_text(
            "a proxy or firewall does not let WebSockets through", timeout=30_000
        )
