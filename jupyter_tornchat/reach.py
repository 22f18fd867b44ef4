"""Reach: by which addresses others reach a site of this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
from contextlib import suppress
from typing import NamedTuple, cast

from jupyter_client.localinterfaces import public_ips  # pyright: ignore[reportUnknownVariableType]

NOWHERE = ("", "*", "0.0.0.0", "::")  # noqa: S104
"""Addresses to listen on that are no addresses to go to."""
ELSEWHERE = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
"""Addresses that nobody has (RFC 5737, RFC 3849): the way to them leads out of this machine."""


class Reach(NamedTuple):
    """Where others reach a site."""

    addresses: list[str]
    """The likeliest first; each ends in a slash."""
    trouble: str = ""
    """Why nobody else may be able to reach it, and what mends that."""


def reach(public_url: str, ip: str, port: int, host: str, scheme: str = "http") -> Reach:
    """The addresses of a site. It may ask the system by a command, so it is not for an event loop.

    Args:
        public_url: what its owner says; nothing else counts where that is set.
        ip: what it listens on.
        port: where it listens.
        host: the name by which somebody reaches the notebook server beside it; may be empty.
        scheme: `http` or `https`.
    """
    if public_url:
        return Reach([public_url.rstrip("/") + "/"])
    if ip not in NOWHERE:
        found = [ip]
    else:
        found = [host] if host and not is_loopback(host) else []
        found += [address for address in machine_addresses() if address not in found]
    trouble = ""
    if not found or is_loopback(found[0]):
        found = found or ["localhost"]
        trouble = (
            f"only this machine itself reaches it: the server listens on {ip} alone. Leave out"
            " TornChat.guest_ip (a chat server of its own takes --ip=0.0.0.0), or name in"
            " TornChat.public_url the address that others reach it by"
            if ip not in NOWHERE
            else "this machine has no address by which others could reach it. Connect it to a"
            f" network, or name in TornChat.public_url the address that leads to its port {port}"
        )
    elif "JUPYTERHUB_SERVICE_PREFIX" in os.environ:
        trouble = (
            "people reach this server through a Hub, which does not lead to guests. Ask its"
            f" administrator for a way to port {port}, and for TornChat.public_url"
        )
    return Reach([f"{scheme}://{in_url(host)}:{port}/" for host in found], trouble)


def machine_addresses() -> list[str]:
    """This machine's own, the one that leads to the rest of the world first."""
    found: list[str] = []
    for address, family in ELSEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((address, 9))  # nothing is sent; it only chooses the way
            found.append(way.getsockname()[0])
    with suppress(OSError):
        found += cast("list[str]", public_ips())
    return [a for a in dict.fromkeys(found) if not is_loopback(a) and not _is_link_local(a)]


def is_loopback(host: str) -> bool:
    """Whether a name or an address means the machine itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _is_link_local(address: str) -> bool:
    return ipaddress.ip_address(address).is_link_local


def in_url(host: str) -> str:
    """As it stands in an address."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
