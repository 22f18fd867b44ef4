"""Asking: one request to the chat, and again until it is answered or the time is up.

Rules of this file:

- What is asked again carries the same id, so it never doubles.
- No proxy of the environment, because a kernel's server is on its own machine; no redirect, because
  it would take the key along, wherever it leads.
- Each request has a connection of its own, so nothing is left over for a fork or another loop.
"""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import random
import socket
from typing import Any

import msgspec
from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.iostream import StreamClosedError
from tornado.netutil import DefaultLoopResolver
from tornado.simple_httpclient import SimpleAsyncHTTPClient

from .error import ChatError
from .finding import Found, Place
from .name import Name

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 3.0
"""Seconds between two tries: full jitter below a bound that doubles, as far as this."""
AWAY = frozenset({502, 503, 504})
"""What a proxy answers while the server behind it is not there."""
JSON = "application/json"


class Numbers(DefaultLoopResolver):
    """Finds addresses that are numbers by itself, as those of servers here are: who still speaks
    while the process ends has no threads any more in which names could be looked up."""

    async def resolve(
        self, host: str, port: int, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[tuple[int, Any]]:
        try:
            number = ipaddress.ip_address(host)
        except ValueError:
            return await super().resolve(host, port, family)
        return [(socket.AF_INET if number.version == 4 else socket.AF_INET6, (host, port))]


class No(msgspec.Struct):
    """A no of the server's."""

    code: str
    reason: str
    retry_after: float = 0.0


class Post:
    """What a program asks of one server.

    Args:
        place: where it is, as far as the program said.
        name: who asks.
    """

    def __init__(self, place: Place, name: Name) -> None:
        self.place = place
        self.name = name

    async def ask(
        self, method: str, path: str, body: Any = None, timeout: float = 10.0, type: str = JSON
    ) -> bytes:
        """Ask, and again where nobody answered, or where it was too fast.

        Args:
            path: below the chat's address.
            body: of type JSON anything that it can say, else bytes.
            timeout: seconds.

        Raises:
            ChatError: the server said no, or nobody answered in time.
        """
        data = msgspec.json.encode(body) if body is not None and type == JSON else body
        until = asyncio.get_running_loop().time() + timeout
        for step in itertools.count():
            left = until - asyncio.get_running_loop().time()
            try:
                return await self._once(method, path, data, max(left, 0.001), type)
            except ChatError as no:
                wait = self._pause(no, step)
                if wait is None or wait >= until - asyncio.get_running_loop().time():
                    raise
            await asyncio.sleep(wait)
        raise AssertionError

    def _pause(self, no: ChatError, step: int) -> float | None:
        """Seconds until the next try; None where it would be no use."""
        if no.code == "too_fast":
            return no.retry_after
        # While a server starts again it does not know the key yet that it is about to leave here.
        is_starting = no.code == "signed_out" and not self.place.given
        if is_starting or (no.code in {"unavailable", "unreachable"} and no.retry):
            return random.random() * min(LONGEST_PAUSE, FIRST_PAUSE * 2**step)  # noqa: S311
        return None

    async def _once(
        self, method: str, path: str, body: bytes | None, timeout: float, type: str
    ) -> bytes:
        response = await self.fetch(method, path, body, type, timeout)
        if response.code >= 300:
            raise _no(response, self.place.find())
        return response.body

    async def fetch(
        self, method: str, path: str, body: bytes | None, type: str = JSON, timeout: float = 20.0
    ) -> HTTPResponse:
        """Ask once; whatever is answered.

        Raises:
            ChatError: nobody answered, or there is no server.
        """
        found = self.place.find()
        headers = self.headers(found) | ({} if body is None else {"Content-Type": type})
        request = HTTPRequest(
            found.url + path,
            method=method,
            headers=headers,
            body=body,
            request_timeout=timeout,
            connect_timeout=timeout,
            follow_redirects=False,
            allow_nonstandard_methods=True,
        )
        client = SimpleAsyncHTTPClient(force_instance=True, resolver=Numbers())
        try:
            asked = asyncio.ensure_future(client.fetch(request, raise_error=False))
            asked.add_done_callback(lambda done: done.cancelled() or done.exception())
            # Waited for, and never cancelled: the client complains of what comes for nobody.
            await asyncio.wait([asked])
            return asked.result()
        except (HTTPClientError, StreamClosedError, OSError) as error:
            reason = f"nobody answers at {found.url}: {error}"
            raise ChatError("unreachable", reason, retry=True) from None
        finally:
            client.close()

    def headers(self, found: Found) -> dict[str, str]:
        """Who asks, and what opens the chat."""
        opens = {"Authorization": found.authorization} if found.authorization else {}
        return self.name.headers() | opens


def _no(response: HTTPResponse, found: Found) -> ChatError:
    try:
        no = msgspec.json.decode(response.body, type=No)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = f"the server answered {response.code} {response.reason}"
        away = response.code in AWAY
        return ChatError("unreachable" if away else "error", f"{found.url}: {said}", retry=away)
    return ChatError.of(no.code, no.reason, no.retry_after)
