"""A room, for kernels and scripts: what a program says and reads without a browser.

It imports nothing of the server's. The server puts its address and a chat-only key into the
environment of its kernels, so a program on the same server needs no argument.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from pathlib import PurePosixPath
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import msgspec

from . import names
from .protocol import (
    DEFAULT_ROOM,
    KEY_VARIABLE,
    LIMITS,
    PROGRAM_HEADER,
    URL_VARIABLE,
    Message,
    Refusal,
    RoomName,
)

TIMEOUT = 10.0


class ChatError(Exception):
    """The chat said no, or could not be reached.

    Attributes:
        code: the kind of no, as in docs/protocol.md; `unreachable` where nobody answered.
        retry: whether the very same request may succeed later.
        retry_after: seconds after which to try again; 0 where nobody said.
    """

    def __init__(self, code: str, reason: str, retry: bool, retry_after: float = 0.0) -> None:
        self.code = code
        self.retry = retry
        self.retry_after = retry_after
        super().__init__(f"{reason} ({code}; trying again {'may help' if retry else 'is no use'})")


class Sent(msgspec.Struct, frozen=True):
    """What `send` returns: the message is on disk. It shows as `#123`."""

    room: str
    seq: int
    id: str
    at: int

    def __repr__(self) -> str:
        return f"#{self.seq}"


class Room:
    """A room of a chat. Every verb blocks until it is done, at most `timeout` seconds.

    Args:
        room: the room's name.
        url: the chat's address, such as `http://127.0.0.1:8888/tornchat/`; this server's own
            where it is left out.
        token: the notebook server's token. Where it and `url` are left out, the chat-only key
            that this server's kernels inherit is enough; no other address is told that key.
        timeout: seconds.

    Raises:
        ValueError: `room` is not a name that a room can have.
    """

    def __init__(
        self,
        room: str = DEFAULT_ROOM,
        url: str | None = None,
        token: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.name = room_name(room)
        self.timeout = timeout
        self._url = url
        self._token = token

    def __repr__(self) -> str:
        try:
            return f"<room {self.name} at {self.url}>"
        except ChatError:
            return f"<room {self.name}, no chat server found>"

    @property
    def url(self) -> str:
        """The chat's address, ending in a slash.

        Raises:
            ChatError: there is none.
        """
        url = self._url or os.environ.get(URL_VARIABLE)
        if not url:
            raise ChatError(
                "unreachable",
                f"no chat server found: {URL_VARIABLE} is not set in this process; give"
                " Room(url=…, token=…), or restart the kernel after jupyter_tornchat was installed"
                " on its server",
                retry=False,
            )
        return url.rstrip("/") + "/"

    def send(self, text: str, id: str | None = None) -> Sent:
        """Say something; where that is too fast, wait as long as the server says, within
        `timeout`, so that a loop that reports its steps goes on.

        Args:
            text: what to say.
            id: a key for this message: the same key with the same text, sent again, is the same
                message again. A random one where it is left out.

        Raises:
            ChatError: it was not kept, or nobody knows; `retry` says whether to try again, and
                with an `id` of your own that never doubles it.
        """
        body = {"id": id or secrets.token_hex(16), "text": str(text)}
        until = time.monotonic() + self.timeout
        while True:
            try:
                message = msgspec.convert(self._ask("POST", "messages", body), Message)
            except ChatError as no:
                if no.code != "too_fast" or time.monotonic() + no.retry_after > until:
                    raise
                time.sleep(no.retry_after)  # noqa: TID251  the server said how long
            else:
                return Sent(message.room, message.seq, message.id, message.at)

    def messages(self, limit: int = 50, before: int | None = None) -> list[Message]:
        """The newest messages, oldest first.

        Args:
            limit: how many, 1 to 200.
            before: only those with a smaller `seq`: the page before the one that began there.

        Raises:
            ChatError: they cannot be read.
            ValueError: `limit` is no such number.
        """
        if not 1 <= limit <= LIMITS.page_messages:
            raise ValueError(f"limit must lie between 1 and {LIMITS.page_messages}, not {limit!r}")
        query = {"limit": limit} | ({} if before is None else {"before": before})
        found = self._ask("GET", "messages?" + urlencode(query))
        return msgspec.convert(found["messages"], list[Message])

    def _ask(self, method: str, what: str, body: Any = None) -> Any:
        request = Request(  # noqa: S310  the address is the owner's own
            f"{self.url}api/rooms/{quote(self.name)}/{what}",
            data=None if body is None else json.dumps(body).encode(),
            headers=self._headers(),
            method=method,
        )
        # No proxy of the environment: a kernel's server is on its own machine.
        opener = build_opener(ProxyHandler({}), NoRedirect)
        try:
            with opener.open(request, timeout=self.timeout) as response:
                return json.load(response)
        except HTTPError as error:
            raise _no(error) from None
        except (URLError, OSError, ValueError) as error:
            reason = f"nobody answers at {self.url}: {getattr(error, 'reason', error)}"
            raise ChatError("unreachable", reason, retry=True) from None

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if name := program_name():
            headers[PROGRAM_HEADER] = quoted(name)
        if self._token:
            headers["Authorization"] = f"token {self._token}"
        elif not self._url and (key := os.environ.get(KEY_VARIABLE)):
            headers["Authorization"] = f"tornchat {key}"
        return headers


class NoRedirect(HTTPRedirectHandler):
    """Follows no redirect: urllib would take the token or key along, wherever it leads."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def room_name(room: str) -> str:
    """The name, if a room can have it.

    Raises:
        ValueError: it cannot, and why.
    """
    try:
        return msgspec.convert(room, RoomName)
    except msgspec.ValidationError:
        raise ValueError(
            f"{room!r} is not a room's name: 1-64 of a-z 0-9 . _ - are allowed,"
            " beginning with a letter or digit"
        ) from None


def program_name() -> str:
    """What this program is called: the notebook it belongs to, as Jupyter names it. Empty where
    that is no name: nobody typed it, so nobody is to blame."""
    name = PurePosixPath(os.environ.get("JPY_SESSION_NAME", "")).name
    if len(name) > LIMITS.name_chars:  # both ends tell notebooks apart
        name = f"{name[: LIMITS.name_chars - 13]}…{name[-12:]}"
    try:
        return names.clean(names.nearest(name))
    except Refusal:
        return ""


def quoted(name: str) -> str:
    """A name as a header can carry it: ASCII, with JSON's escapes."""
    return json.dumps(name)[1:-1]


def _no(error: HTTPError) -> ChatError:
    try:
        said = json.load(error)
        code, reason = str(said["code"]), str(said["reason"])
        retry_after = float(said.get("retry_after", 0))
    except (ValueError, KeyError, TypeError):
        code, reason = "error", f"the server answered {error.code} {error.reason}"
        retry_after = 0.0
    return ChatError(code, reason, error.code in (429, 503, 507), retry_after)
