"""Requests as the doctor makes them: one connection for each, and nothing followed or repaired."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urljoin

import msgspec

PATIENCE = 10.0
"""Seconds that an answer may take."""
LONGEST = 256 * 1024
"""Bytes of an answer that are read."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The body where it is a JSON object, as ours are; else an empty one."""
        try:
            return msgspec.json.decode(self.body, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}

    @property
    def code(self) -> str:
        """Of a no of ours; empty where it is somebody else's answer."""
        return str(self.json.get("code", ""))

    @property
    def location(self) -> str:
        """Where it sends one; empty where it does not."""
        return self.headers.get("Location", "")


class Line:
    """The way to a server.

    Args:
        url: its address; the path ends in a slash.
        authorization: the header that signs one in; empty for a stranger.
    """

    def __init__(self, url: SplitResult, authorization: str = "") -> None:
        self.url = url
        self.authorization = authorization

    @property
    def origin(self) -> str:
        return f"{self.url.scheme}://{self.url.netloc}"

    @property
    def is_secure(self) -> bool:
        return self.url.scheme == "https"

    def address(self, path: str = "") -> str:
        """The whole address of a path below, or from `/` on."""
        return urljoin(self.url.geturl(), path)

    def ask(self, path: str = "", **headers: str) -> Answer:
        """A GET; `_` in a header's name stands for `-`.

        Raises:
            OSError, HTTPException: nobody answered, or not by HTTP.
        """
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(self._connect()) as connection:
            connection.request("GET", urljoin(self.url.path, path), headers=self._signed(said))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read(LONGEST))

    def announce(self, path: str, size: int) -> int:
        """Say that a body of so many bytes is about to be sent, and do not send it; the status of
        the first answer, which is 100 from whoever would take it (RFC 9110, 10.1.1).

        Raises:
            OSError, HTTPException: as `ask`.
        """
        headers = {"Content-Length": str(size), "Expect": "100-continue"}
        with closing(self._connect()) as connection:
            connection.putrequest("POST", urljoin(self.url.path, path))
            for name, value in self._signed(headers).items():
                connection.putheader(name, value)
            connection.endheaders()
            with connection.sock.makefile("rb") as lines:
                _, _, rest = lines.readline(LONGEST).partition(b" ")
        status = rest[:3]
        return int(status) if status.isdigit() else 0

    def _signed(self, headers: Mapping[str, str]) -> dict[str, str]:
        signed = {"Authorization": self.authorization} if self.authorization else {}
        return {**headers, **signed}

    def _connect(self) -> HTTPConnection:
        if self.is_secure:
            trust = ssl.create_default_context()
            return HTTPSConnection(self.url.netloc, timeout=PATIENCE, context=trust)
        return HTTPConnection(self.url.netloc, timeout=PATIENCE)
