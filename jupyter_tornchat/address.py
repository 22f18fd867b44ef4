"""Addresses: where the server may send something because somebody in a room says so.

Rules of this file:

- A name is resolved once, and what is connected to is one of the addresses that were looked at: a
  name that means another machine the next time gains nothing.
- How an address is written does not matter, because the system reads it first: `127.1`, `0x7f.1`
  and `2130706433` are all this machine.
- Only what everyone on the internet may reach is let through, and only by https, unless the
  server's owner says otherwise of a network (`TornChat.webhook_networks`).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from .protocol import Refusal

LONGEST = 2_000
"""Characters of an address."""
Network = IPv4Network | IPv6Network
IP = IPv4Address | IPv6Address
Found = tuple[int, tuple[str, int]]
"""A family of addresses, and a place to connect to, as tornado's resolvers give it."""

NAT64 = IPv6Network("64:ff9b::/96")
UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that is given out to networks on the internet."""
NOT_PUBLIC = [
    *map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")),  # is_global knows a part of the first
    IPv4Network("168.63.129.16/32"),  # a cloud's own, seen from each of its machines
    *map(IPv6Network, ("2001::/23", "2002::/16", "3fff::/20")),  # IETF's own, 6to4, examples
]


def check(url: str) -> SplitResult:
    """The parts of an address that can be told something.

    Raises:
        Refusal: `bad_address`, with what is wrong.
    """
    if len(url) > LONGEST:
        raise Refusal("bad_address", f"the address is longer than {LONGEST:,} characters")
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise Refusal("bad_address", "the address holds what cannot stand in one")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refusal("bad_address", "this is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise Refusal("bad_address", "the address is not that of a web server")
    if "@" in parts.netloc or "%" in parts.netloc:
        raise Refusal("bad_address", "the address may hold a host and a port, and no user")
    return parts


def networks(names: Sequence[str]) -> list[Network]:
    """The networks that are meant.

    Raises:
        ValueError: one is none.
    """
    return [ip_network(name) for name in names]


class Guard:
    """Finds where an address leads, and gives nothing but what may be connected to.

    Args:
        allowed: networks that may be told something though not everyone may reach them.
        secure: whether it is told by https, so that everyone who may be reached by all may be told.
    """

    def __init__(self, allowed: Sequence[Network], secure: bool) -> None:
        self._allowed = allowed
        self._secure = secure

    async def resolve(self, host: str, port: int) -> list[Found]:
        """The places that this host is at.

        Raises:
            Refusal: `bad_address`: it is at none, or at none that may be told something.
        """
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Refusal("bad_address", "no server is known by this name") from None
        open_ = [(int(family), (str(at[0]), port)) for family, *_, at in found if self.lets(at[0])]
        if not open_:
            why = "it is not on the internet" if self._secure else "only https may leave a network"
            raise Refusal("bad_address", f"this address may not be told anything: {why}")
        return open_

    def lets(self, address: str | int) -> bool:
        """Whether what is at this IP address may be told something."""
        try:
            # What follows a % is the line to a neighbour, and neighbours are not the internet.
            ip = plain(ip_address(address))
        except ValueError:
            return False
        if any(ip in network for network in self._allowed if network.version == ip.version):
            return True
        return self._secure and is_public(ip)


def plain(ip: IP) -> IP:
    """The address that is meant: of IPv6, one may hold one of IPv4."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip in NAT64:
            return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip


def is_public(ip: IP) -> bool:
    """Whether everyone on the internet may reach it."""
    if ip.version == 6 and ip not in UNICAST:
        return False
    special = any(ip in network for network in NOT_PUBLIC if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not special
