"""S-14: where the server may send something. Nothing here leaves this machine."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from jupyter_tornchat.address import Guard, check, networks
from jupyter_tornchat.protocol import Refusal

HOSTS = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1"),
    *("017700000001", "127.255.255.254", "localhost", "localhost.", "0", "0.0.0.0", "0.1.2.3"),
    *("10.0.0.1", "10.255.255.255", "012.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.170.2"),
    *("100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7"),
    *("203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("192.88.99.1", "168.63.129.16"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]"),
    *("[::127.0.0.1]", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]"),
    *("[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[2001:0:4136:e378::1]"),
    *(
        "[2001:db8::1]",
        "[3fff::1]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fc00::1]",
        "[fd00:ec2::254]",
    ),
    *("[ff02::1]", "[100::1]", "[5f00::1]"),
]
URLS = [
    *(f"https://{host}/hook" for host in HOSTS),
    *("ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1:25/", "javascript:alert(1)"),
    *("https://", "https:///x", "//example.com/", "example.com", "", "https://ann:pw@example.com/"),
    *(
        "https://example.com@127.0.0.1/",
        "https://example.com\\@127.0.0.1/",
        "https://127.0.0.1%2f/",
    ),
    *("https://example.com:0/", "https://example.com:99999/", "https://exa mple.com/"),
    *("https://example.com/\r\nHost: x", "https://１２７.0.0.1/", "https://[::1", "https://[x]/"),
    "https://example.com/" + "x" * 2000,
]


async def reach(url: str, *allowed: str) -> list[str]:
    """Where somebody who is to tell this address something would connect to."""
    parts = check(url)
    guard = Guard(networks(allowed), parts.scheme == "https")
    found = await guard.resolve(parts.hostname or "", parts.port or 443)
    return [host for _, (host, _) in found]


def test_there_are_sixty_and_more() -> None:
    assert len(set(URLS)) == len(URLS) >= 60


@pytest.mark.parametrize("url", URLS)
async def test_S14_what_is_not_on_the_internet_is_told_nothing(url: str) -> None:
    with pytest.raises(Refusal) as no:
        await reach(url)
    assert no.value.code == "bad_address"
    assert len(no.value.reason) < 100


@pytest.mark.parametrize(
    "host", ["93.184.216.34", "1572395042", "0135.0270.0330.042", "[2606:2800:220:1::1]"]
)
async def test_what_is_on_the_internet_is_told_by_https_alone(host: str) -> None:
    assert len(await reach(f"https://{host}/")) == 1
    with pytest.raises(Refusal, match="only https"):
        await reach(f"http://{host}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_a_network_of_ones_own_may_be_allowed(host: str) -> None:
    for scheme in ("http", "https"):
        assert await reach(f"{scheme}://{host}:8000/", "127.0.0.0/8", "::1/128")
        with pytest.raises(Refusal):
            await reach(f"{scheme}://{host}:8000/", "10.0.0.0/8", "fd00::/8")


async def test_S14_of_a_name_that_means_several_only_the_public_ones_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [["10.0.0.1", "93.184.216.34", "::1"], ["127.0.0.1"]]

    async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        found = answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (at, 443)) for at in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
    assert await reach("https://example.com/") == ["93.184.216.34"]
    with pytest.raises(Refusal):
        await reach("https://example.com/")
