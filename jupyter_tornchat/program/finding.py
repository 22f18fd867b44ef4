"""Where the chat is, and what opens it.

Rules of this file:

- It is asked anew for each request and each connection, because a server that was started again has
  another key and perhaps another address. Nothing is remembered.
- A key or token goes to the server it belongs to and to no other.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct

from ..protocol import KEY_VARIABLE, URL_VARIABLE
from ..running import Running, servers
from .error import ChatError

EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104
"""Addresses that a server listens on and nobody can go to."""


class Found(NamedTuple):
    """A chat server."""

    url: str
    """Its address, ending in a slash."""
    authorization: str = ""
    """The value of the header that opens it; empty where nothing is known."""


class Place(Struct, frozen=True):
    """What a program said of its server; all may be left out."""

    url: str | None = None
    token: str | None = None
    key: str | None = None

    @property
    def given(self) -> str:
        """The authorization that the program named itself."""
        if self.token:
            return f"token {self.token}"
        return f"tornchat {self.key}" if self.key else ""

    def find(self) -> Found:
        """The server: the one that was named; else the one of this kernel or terminal; else the
        Hub's for this user; else the one that runs here.

        Raises:
            ChatError: there is none, or there are several and nothing says which is meant.
        """
        if self.url:
            url = whole(self.url)
            return Found(url, self.given or _key_of(url))
        found = next(_around(), None) or _running_here()
        return Found(found.url, self.given or found.authorization)


def _around() -> Iterator[Found]:
    """What the environment tells, the nearest first."""
    variables = os.environ
    if url := variables.get(URL_VARIABLE):
        yield Found(whole(url), _key_of(whole(url)))
    hub_token = variables.get("JUPYTERHUB_API_TOKEN")
    if hub_token and (url := _of_hub()):
        yield Found(url, f"token {hub_token}")
    if url := variables.get("JUPYTER_SERVER_URL"):
        url = whole(whole(url) + "tornchat")
        token = variables.get("JUPYTER_TOKEN")
        if opens := _key_of(url) or (f"token {token}" if token else ""):
            yield Found(url, opens)


def _of_hub() -> str:
    """The chat on this user's server of a Hub, which its kernels reach without the Hub's proxy."""
    url = urlsplit(os.environ.get("JUPYTERHUB_SERVICE_URL", ""))
    if not url.port:
        return ""
    host = "127.0.0.1" if (url.hostname or "") in EVERYWHERE else url.hostname
    host = f"[{host}]" if host and ":" in host else host
    prefix = os.environ.get("JUPYTERHUB_SERVICE_PREFIX") or url.path or "/"
    return whole(f"{url.scheme}://{host}:{url.port}{whole(prefix)}tornchat")


def _running_here() -> Found:
    """The one server that runs here, or that of several which started this process."""
    found = [server for server in _servers() if server.key]
    parent = os.environ.get("JPY_PARENT_PID")
    mine = [server for server in found if str(server.pid) == parent] or found
    if len(mine) == 1:
        return Found(mine[0].url, f"tornchat {mine[0].key}")
    if mine:
        listed = ", ".join(server.url for server in mine)
        several = f"{len(mine)} servers with the chat run here, and nothing says which one is meant"
        raise ChatError(
            "unreachable", f"{several}: {listed}. Give url=…, or set {URL_VARIABLE}", retry=False
        )
    raise ChatError(
        "unreachable",
        f"no chat server found. Looked for: {URL_VARIABLE} (a server with the chat gives it to its"
        " kernels and terminals), JUPYTERHUB_SERVICE_URL with JUPYTERHUB_API_TOKEN,"
        f" JUPYTER_SERVER_URL, and a server that runs here, in {_folder()}. Give url=… and token=…,"
        " or restart the kernel after jupyter_tornchat was installed on its server",
        retry=False,
    )


def _key_of(url: str) -> str:
    """What opens the chat at an address: the key that its server left here, and not one that a
    server before it gave to this process."""
    for server in _servers():
        if server.url == url and server.key:
            return f"tornchat {server.key}"
    key = os.environ.get(KEY_VARIABLE)
    return f"tornchat {key}" if key and whole(os.environ.get(URL_VARIABLE, "")) == url else ""


def _servers() -> list[Running]:
    return servers(_folder())


def _folder() -> Path:
    from jupyter_core.paths import jupyter_runtime_dir  # not every program needs it

    return Path(jupyter_runtime_dir())


def whole(url: str) -> str:
    """An address, ending in a slash."""
    return url.rstrip("/") + "/"
