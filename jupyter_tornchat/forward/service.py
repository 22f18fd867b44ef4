"""The Hub's chat, as one person's server reaches it."""

from __future__ import annotations

import os
from functools import cached_property
from urllib.parse import urlsplit

from tornado.httpclient import AsyncHTTPClient
from tornado.simple_httpclient import SimpleAsyncHTTPClient

SERVICE_VARIABLE = "JUPYTER_TORNCHAT_SERVICE"
"""Where the Hub's chat is, for all servers that the Hub starts."""
PATIENCE = 20.0
"""Seconds that the service may take to begin to answer, and for each piece of it."""
REQUESTS = 50
"""Requests that are handed on at one time; more wait."""
AWAY = "the chat of this Hub does not answer"


class Service:
    """Where it is, and in whose name it is asked.

    Args:
        url: its address.
        token: what the Hub gave this server.
        owner: username of the person whose server it is.

    Raises:
        ValueError: the address is none.
    """

    def __init__(self, url: str, token: str, owner: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            raise ValueError(f"TornChat.service_url is not the address of a service: {url[:200]!r}")
        self.url = parts._replace(query="", fragment="").geturl().rstrip("/") + "/"
        self.token = token
        self.owner = owner
        self.sockets = 0
        """How many are open."""

    @cached_property
    def client(self) -> AsyncHTTPClient:
        """What asks it."""
        return SimpleAsyncHTTPClient(force_instance=True, max_clients=REQUESTS, max_body_size=2**50)

    @classmethod
    def find(cls, url: str) -> Service | None:
        """The one at this address, or of the environment; None where there is none, or this is no
        server of a Hub.

        Raises:
            ValueError: there is one, at what is no address.
        """
        url = url or os.environ.get(SERVICE_VARIABLE, "")
        if not url or not is_on_hub():
            return None
        return cls(url, os.environ["JUPYTERHUB_API_TOKEN"], os.environ["JUPYTERHUB_USER"])


def is_on_hub() -> bool:
    """Whether this is one person's server on a Hub."""
    return bool(os.environ.get("JUPYTERHUB_API_TOKEN") and os.environ.get("JUPYTERHUB_USER"))
