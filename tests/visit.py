"""Guests by invite: what lets them in beside a notebook server, and how they come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from servers import Server, cookie_header

TEN_MINUTES = 600
TICKET = "tornchat-ticket-"


class Gate:
    """The way in for guests of a notebook server, as its owner meets it."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """One request of the owner's."""
        with self.server.http(self.server.token) as owner:
            owner.headers["X-Tornchat-Name"] = "Olga"
            return owner.request(method, f"tornchat/api/{path}", json=body)

    def invite(self, room: str = "lobby", **more: Any) -> dict[str, Any]:
        """A new invite, with its key; it holds for ten minutes unless `seconds` says otherwise."""
        new = {"seconds": TEN_MINUTES, **more}
        made: dict[str, Any] = (
            self.ask("POST", f"rooms/{room}/invites", new).raise_for_status().json()
        )
        return made

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "gate").raise_for_status().json()
        return found

    @property
    def address(self) -> str:
        """Where guests come; the gate is open."""
        found: str = self.state["addresses"][0]
        return found

    @contextmanager
    def stranger(self) -> Iterator[httpx.Client]:
        """Somebody who has opened the page of an invite, and is nobody yet."""
        with httpx.Client(
            base_url=self.address, timeout=10, trust_env=False, verify=self.server.trust
        ) as client:
            client.get("join").raise_for_status()
            client.headers["X-XSRFToken"] = client.cookies["_xsrf"]
            yield client

    @contextmanager
    def guest(self, made: dict[str, Any], name: str) -> Iterator[httpx.Client]:
        """Somebody who came by an invite under this name."""
        with self.stranger() as client:
            knock(client, made["key"], name).raise_for_status()
            yield client


def knock(client: httpx.Client, key: str, name: str = "") -> httpx.Response:
    """Ask what an invite opens; with a name, come in by it."""
    return client.post("api/join", json={"key": key, "name": name} if name else {"key": key})


def socket_url(client: httpx.Client) -> str:
    return str(client.base_url.join("chat")).replace("http", "ws", 1)


def headers(client: httpx.Client) -> dict[str, str]:
    """With which a guest comes back: for something else that connects."""
    return cookie_header(client)


def ticket(client: httpx.Client) -> str:
    """A guest's ticket."""
    (found,) = [c.value for c in client.cookies.jar if c.name.startswith(TICKET)]
    assert found
    return found
