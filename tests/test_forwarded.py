"""What is believed of whom, where a request says that it is made for somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import httpx
import pytest

from jupyter_tornchat.address import networks
from jupyter_tornchat.forwarded import Asker, asker
from jupyter_tornchat.identity.guest import NAMES_AT_ONCE
from servers import NO_TLS, Server

NEAR, FAR = "10.0.0.1", "10.0.0.2"
PROXIES = networks([NEAR, FAR, "fd00::/8"])
ANN = "203.0.113.7"


class Case(NamedTuple):
    peer: str
    address: str
    """Who it is found to be."""
    said: str | None = None
    """The header X-Forwarded-For."""


CASES = {
    "nobody between": Case(ANN, ANN),
    "forged by somebody who is no proxy": Case(ANN, ANN, "198.51.100.1"),
    "a proxy that says nothing": Case(NEAR, NEAR),
    "a proxy that says it": Case(NEAR, ANN, ANN),
    "what a person said before the proxy did": Case(NEAR, ANN, f"198.51.100.1, {ANN}"),
    "two proxies": Case(NEAR, ANN, f"{ANN}, {FAR}"),
    "two proxies, and what a person said": Case(NEAR, ANN, f"198.51.100.1,{ANN} , {FAR}"),
    "a person who says to be a proxy": Case(NEAR, ANN, f"{FAR}, {ANN}"),
    "proxies alone": Case(NEAR, FAR, FAR),
    "no address": Case(NEAR, NEAR, "unknown"),
    "no address behind a proxy": Case(NEAR, FAR, f"{ANN}, <script>, {FAR}"),
    "an address and a port": Case(NEAR, NEAR, f"{ANN}:1234"),
    "nothing": Case(NEAR, NEAR, ""),
    "IPv6": Case("fd00::1", "2001:db8::7", "2001:db8::7"),
    "IPv4 on a server of both": Case(f"::ffff:{NEAR}", ANN, ANN),
    "a socket of a file": Case("0.0.0.0", "0.0.0.0", ANN),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_who_asks(case: Case) -> None:
    headers = {} if case.said is None else {"X-Forwarded-For": case.said}
    assert asker(headers, Asker(case.peer, "http"), PROXIES).address == case.address


@pytest.mark.parametrize(
    ("peer", "said", "scheme"),
    [
        (NEAR, "https", "https"),
        (NEAR, "HTTPS", "https"),
        (NEAR, "https, http", "http"),
        (NEAR, "gopher", "http"),
        (NEAR, "", "http"),
        (ANN, "https", "http"),
    ],
)
def test_by_which_scheme(peer: str, said: str, scheme: str) -> None:
    assert asker({"X-Forwarded-Proto": said}, Asker(peer, "http"), PROXIES).scheme == scheme


@pytest.mark.parametrize(
    ("hops", "said", "scheme"),
    [
        (f"{ANN}, {FAR}", "https, http", "https"),
        (f"{ANN}, {FAR}", "http, https", "http"),
        (f"{ANN}, {FAR}", "https", "https"),
        (f"198.51.100.1, {ANN}", "https, http", "http"),
    ],
)
def test_the_scheme_is_that_of_who_asks(hops: str, said: str, scheme: str) -> None:
    """A proxy behind another one speaks http with it, and adds that."""
    headers = {"X-Forwarded-For": hops, "X-Forwarded-Proto": said}
    assert asker(headers, Asker(NEAR, "http"), PROXIES) == (ANN, scheme)


def test_where_no_proxy_is_named_nobody_is_believed() -> None:
    said = {"X-Forwarded-For": ANN, "X-Forwarded-Proto": "https"}
    assert asker(said, Asker("127.0.0.1", "http"), []) == ("127.0.0.1", "http")


# ------------------------------------------------------------------------------ on a live server


def knock(server: Server, name: str, address: str) -> httpx.Response:
    """A stranger says a name at the form, by https, at this address, as a proxy says."""
    said = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
    with httpx.Client(base_url=server.url, headers=said, trust_env=False, verify=NO_TLS) as client:
        form = client.get("login")
        # The client itself keeps a cookie that is for https alone to itself.
        client.headers["Cookie"] = "; ".join(form.headers.get_list("Set-Cookie"))
        client.headers["X-XSRFToken"] = form.cookies["_xsrf"]
        return client.post("login", data={"name": name})


def crowd(server: Server, address: Callable[[int], str]) -> httpx.Response:
    """More people enter than may at once from one address; the last answer."""
    for number in range(4 * NAMES_AT_ONCE):
        if (answer := knock(server, f"guest {number}", address(number))).status_code != 302:
            break
    return answer


def test_a_crowd_behind_a_trusted_proxy_keeps_nobody_else_out(
    start_chat_server: Callable[..., Server],
) -> None:
    server = start_chat_server("--guests=open", "--ChatServer.trusted_proxies=127.0.0.1")
    assert crowd(server, lambda _: "203.0.113.1").status_code == 429
    ann = knock(server, "Ann", "203.0.113.2")
    assert ann.status_code == 302
    cookies = ann.headers.get_list("Set-Cookie")
    assert cookies
    assert [cookie for cookie in cookies if "; Secure" not in cookie] == []


def test_a_crowd_that_forges_addresses_is_one_crowd(chat_server: Server) -> None:
    answer = crowd(chat_server, lambda number: f"203.0.113.{number}")
    assert answer.status_code == 429
    assert "; Secure" not in str(answer.headers.get_list("Set-Cookie"))
