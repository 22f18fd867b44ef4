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
    # Each proxy adds at the end who came to it. What stands before the word of somebody whose word
    # is not taken may be anything.
    for hop in reversed(headers.get("X-Forwarded-For", "").split(",")):
        said = read(hop.strip())
        if said is None:
            break
        address = said
        if not _is_one(address, proxies):
            break
    scheme = headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
    return Asker(str(address), scheme if scheme in {"http", "https"} else peer.scheme)


def read(text: str) -> IP | None:
    """An IP address; None where it is none."""
    try:
        return plain(ip_address(text))
    except ValueError:
        return None


def _is_one(address: IP, proxies: Sequence[Network]) -> bool:
    return any(address in network for network in proxies)
