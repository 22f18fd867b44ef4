"""Who asks, where a proxy asks for them.

A proxy says so in headers, and anybody can write headers. So they are believed of the proxies that
the server's owner names (`TornChat.trusted_proxies`), and of nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import NamedTuple

from .address import IP, Network, plain


class Asker(NamedTuple):
    """Who makes a request."""

    address: str
    """Their IP address."""
    scheme: str
    """How they came: `http` or `https`."""


def asker(headers: Mapping[str, str], peer: Asker, proxies: Sequence[Network]) -> Asker:
    """Who it is that makes a request.

    Args:
        headers: of the request.
        peer: the other end of the line.
        proxies: those whose word is taken.
    """
    address = read(peer.address)
    if address is None or not _is_one(address, proxies):
        return peer
    # Each proxy adds at the end who came to it, and how. What stands before the word of somebody
    # whose word is not taken may be anything.
    hops, schemes = _listed(headers, "X-Forwarded-For"), _listed(headers, "X-Forwarded-Proto")
    taken = 1
    for count, hop in enumerate(reversed(hops), 1):
        said = read(hop)
        if said is None:
            break
        address, taken = said, count
        if not _is_one(address, proxies):
            break
    # Some proxies add nothing here where something stands, or put it in its place.
    scheme = schemes[-taken if len(schemes) == len(hops) else -1].lower()
    return Asker(str(address), scheme if scheme in {"http", "https"} else peer.scheme)


def _listed(headers: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in headers.get(name, "").split(",")]


def read(text: str) -> IP | None:
    """An IP address; None where it is none."""
    try:
        return plain(ip_address(text))
    except ValueError:
        return None


def _is_one(address: IP, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)
