"""The gate: a site for guests beside a running notebook server; when it is open, and where."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from client import Client
from jupyter_tornchat.protocol import Close
from jupyter_tornchat.reach import machine_addresses, reach
from jupyter_tornchat.site import LINES, MORE_LINES
from servers import LEAN, Home, Server, free_port, notebook_server
from visit import TICKET, Gate, headers, knock, socket_url

SOCKETS = 4
PROGRAM = str(Path(sys.executable).with_name("jupyter-tornchat"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    few = {"TornChat": {"max_connections": SOCKETS}}
    server = notebook_server(Home(tmp_path_factory.mktemp("gate")), config=few).start()
    yield server
    server.stop()


@pytest.fixture
def gate(server: Server) -> Iterator[Gate]:
    """Closed, and nobody is invited."""
    gate = Gate(server)
    yield gate
    for made in gate.ask("GET", "rooms/lobby/invites").json()["invites"]:
        gate.ask("DELETE", f"rooms/lobby/invites/{made['id']}").raise_for_status()
    gate.ask("DELETE", "gate").raise_for_status()


def answers(address: str) -> bool:
    try:
        return httpx.get(address + "join", trust_env=False).status_code == 200
    except httpx.ConnectError:
        return False


def test_it_opens_with_the_first_invite_and_closes_with_the_last(gate: Gate) -> None:
    assert gate.state == {"state": "closed"}
    first, second = gate.invite(), gate.invite()
    address = gate.address
    assert answers(address)
    for made in (first, second):
        assert gate.state["state"] == "open"
        gate.ask("DELETE", f"rooms/lobby/invites/{made['id']}").raise_for_status()
    until(lambda: gate.state == {"state": "closed"})
    assert not answers(address)


def test_it_closes_when_the_time_of_the_last_invite_is_over(gate: Gate) -> None:
    opened = gate.server.log().count("guests are let in at port")
    gate.invite(seconds=1)
    until(lambda: gate.state == {"state": "closed"})
    assert gate.server.log().count("guests are let in at port") == opened + 1


def test_it_stays_as_it_was_where_no_invite_could_be_made(gate: Gate) -> None:
    no = gate.ask("POST", "rooms/lobby/invites", {"rooms": ["nowhere"]})
    assert (no.status_code, no.json()["code"]) == (404, "no_such_room")
    assert gate.state == {"state": "closed"}


async def test_a_click_opens_it_and_a_click_shuts_every_guest_out(
    gate: Gate, connect: Callable[..., Any]
) -> None:
    assert gate.ask("POST", "gate").json()["state"] == "open"
    address = gate.address
    made = gate.invite(uses=2)
    with gate.guest(made, "Gus") as gus:
        guest: Client = await connect(socket_url(gus), headers=headers(gus))
        await guest.join()
        assert gate.ask("DELETE", "gate").json() == {"state": "closed"}
        assert await guest.closed() == Close.REMOVED
        assert not answers(address)
        # Who was invited is so still, once it is open again.
        assert gate.ask("POST", "gate").json()["addresses"] == [address]
        assert gus.get("api/me").json()["user"]["name"] == "Gus"


async def test_who_does_not_hang_up_is_cut_off(gate: Gate) -> None:
    from raw import Raw, request, upgrade

    made = gate.invite()
    with gate.guest(made, "Gus") as gus:
        port = gus.base_url.port
        assert port
        raw = await Raw.connect(port)
        asks = [("Host", f"127.0.0.1:{port}"), *upgrade(), *headers(gus).items()]
        await raw.send(request("GET", "/chat", asks))
        answer = await raw.answer()
        assert answer
        assert answer.status == 101
        gate.ask("DELETE", "gate").raise_for_status()
        while await raw.frame() is not None:
            pass  # it answers nothing, the close frame neither
        await raw.close()


def test_strangers_hold_so_many_lines_and_the_notebook_server_goes_on(gate: Gate) -> None:
    gate.invite()
    port = httpx.URL(gate.address).port
    assert port
    most = LINES * SOCKETS + MORE_LINES
    with ExitStack() as lines:
        for _ in range(most):
            lines.enter_context(socket.create_connection(("127.0.0.1", port)))
        until(lambda: not is_let_in(port))
        assert gate.state["state"] == "open"
    until(lambda: is_let_in(port))


def is_let_in(port: int) -> bool:
    """Whether somebody who connects is answered, and not hung up on."""
    with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(b"GET /join HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        return bool(line.recv(1))
    return False


def test_an_administrator_forbids_it(start_notebook_server: Callable[..., Server]) -> None:
    forbidden = Gate(start_notebook_server(config={"TornChat": {"guests": "off"}}))
    assert forbidden.state == {"state": "forbidden"}
    for method, path in (("POST", "gate"), ("POST", "rooms/lobby/invites")):
        no = forbidden.ask(method, path, {})
        assert (no.status_code, no.json()["code"]) == (403, "gate_closed")


def test_it_ends_with_the_server_and_is_not_opened_by_the_next_one(
    start_notebook_server: Callable[..., Server],
) -> None:
    server = start_notebook_server()
    gate = Gate(server)
    made = gate.invite()
    address = gate.address
    server.stop()
    assert not answers(address)
    server.start()
    assert not answers(address)
    gate.ask("POST", "gate").raise_for_status()
    with gate.stranger() as stranger:
        assert knock(stranger, made["key"]).status_code == 200


def test_the_next_port_is_taken_where_one_is(start_notebook_server: Callable[..., Server]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        gate = Gate(start_notebook_server(config={"TornChat": {"guest_port": port}}))
        gate.ask("POST", "gate").raise_for_status()
        assert port < httpx.URL(gate.address).port <= port + 20


async def test_where_the_server_speaks_https_guests_do_by_the_same_certificate(
    home: Home, start: Callable[[Server], Server], connect: Callable[..., Any]
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(home.folder / "authority.pem")
    made = authority.issue_cert("localhost", "127.0.0.1")
    made.private_key_and_cert_chain_pem.write_to_path(home.folder / "server.pem")
    spoken = {"jpserver_extensions": LEAN, "certfile": str(home.folder / "server.pem")}
    server = notebook_server(home, config={"ServerApp": spoken})
    server.url = server.url.replace("http", "https", 1)
    server.trust = ssl.create_default_context(cafile=home.folder / "authority.pem")
    gate = Gate(start(server))
    home.env["SSL_CERT_FILE"] = str(home.folder / "authority.pem")

    done = run(server)
    assert done.returncode == 0, done.stderr
    address, key = done.stdout.strip().split("join#k=")
    assert address == gate.address
    port = httpx.URL(address).port or 0
    assert address == f"https://127.0.0.1:{port}/"
    shows = [ssl.get_server_certificate(("127.0.0.1", at)) for at in (port, server.port)]
    assert shows[0] == shows[1]
    with gate.stranger() as gus:
        came = knock(gus, key, "Gus")
        assert came.status_code == 201
        (cookie,) = [c for c in came.headers.get_list("Set-Cookie") if TICKET in c]
        assert cookie.startswith(f"__Secure-{TICKET}")
        assert "; Secure" in cookie
        line = await connect(socket_url(gus), headers=headers(gus), trust=server.trust)
        await line.join()
        await line.expect("message", id=await line.send("over https"))


def until(found: Callable[[], bool]) -> None:
    """Ask until it is so; pytest's time limit ends a test of what never is."""
    while not found():
        pass


# ------------------------------------------------------------------------------- where


def test_only_what_its_owner_says_counts() -> None:
    found = reach("https://chat.example.org/room", "", 8000, "lab.example.org")
    assert found == (["https://chat.example.org/room/"], "")


def test_the_name_that_leads_here_already_comes_first() -> None:
    found = reach("", "", 8000, "lab.example.org")
    assert found.addresses[0] == "http://lab.example.org:8000/"
    assert [a for a in machine_addresses() if f"http://{a}:8000/" not in found.addresses] == [
        a for a in machine_addresses() if ":" in a
    ]
    assert found.trouble == ""
    assert (
        reach("", "", 8443, "::ffff:10.0.0.1", "https").addresses[0].startswith("https://[::ffff")
    )


@pytest.mark.parametrize("ip", ["127.0.0.1", "::1", "localhost"])
def test_who_listens_for_this_machine_alone_is_told_so(ip: str) -> None:
    found = reach("", ip, 8000, "lab.example.org")
    assert len(found.addresses) == 1
    assert ip in found.addresses[0]
    assert "TornChat.guest_ip" in found.trouble
    assert "TornChat.public_url" in found.trouble


def test_who_has_one_address_is_reached_there() -> None:
    assert reach("", "192.0.2.7", 8000, "lab.example.org") == (["http://192.0.2.7:8000/"], "")


# ------------------------------------------------------------------------------- a shell


def run(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, "invite", *words],
        env=server.home.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_shell_invites_and_prints_the_link(gate: Gate) -> None:
    done = run(gate.server, "lobby", "--uses", "30", "--hours", "2", "--past", "--name", "Olga")
    assert done.returncode == 0, done.stderr
    (link,) = done.stdout.split()
    address, key = link.split("join#k=")
    assert address == gate.address
    assert "TornChat.guest_ip" in done.stderr  # nobody else reaches a server that is tested
    with gate.stranger() as stranger:
        opens = knock(stranger, key).json()
    assert opens["user"]["name"] == "Olga"
    assert opens["past"] is True
    (kept,) = gate.ask("GET", "rooms/lobby/invites").json()["invites"]
    assert (kept["uses"], kept["until"] - kept["at"]) == (30, 2 * 3600 * 1000)


def test_a_shell_invites_to_a_chat_server_of_its_own(
    start_chat_server: Callable[..., Server],
) -> None:
    server = start_chat_server("--guests=invite")
    done = run(server)
    assert done.returncode == 0, done.stderr
    address, key = done.stdout.strip().split("join#k=")
    assert httpx.URL(address).port == server.port
    with httpx.Client(base_url=address, trust_env=False) as stranger:
        stranger.get("join")
        stranger.headers["X-XSRFToken"] = stranger.cookies["_xsrf"]
        assert knock(stranger, key, "Gus").status_code == 201
        assert stranger.get("api/me").json()["user"]["name"] == "Gus"
        assert stranger.get("login").text.count("<form") == 0


def test_a_shell_says_why_nobody_can_be_invited(home: Home, gate: Gate) -> None:
    nowhere = Server("none", [], home, free_port())
    done = run(nowhere)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no server with the chat runs here" in done.stderr
    done = run(gate.server, "--url", nowhere.url)
    assert done.returncode == 1
    assert f"{gate.server.url}tornchat/: say which one by --url" in done.stderr
    done = run(gate.server, "nowhere")
    assert done.returncode == 1
    assert "no such room" in done.stderr


def test_a_shell_draws_the_link_for_a_phone_where_it_can(gate: Gate) -> None:
    """In a terminal, and where nothing is wrong with the address; else the link alone."""
    draw = (
        "import sys; from jupyter_tornchat.command.invite import _draw; _draw('http://x/join#k=1')"
    )
    drawn = subprocess.run([sys.executable, "-c", draw], capture_output=True, text=True, check=True)
    assert "█" in drawn.stdout or "▀" in drawn.stdout
    assert "█" not in run(gate.server).stdout
