"""A teller: tells one hook what is said in its room, signed by the Standard Webhooks scheme
(https://www.standardwebhooks.com), one message at a time.

There is no queue: the log keeps up to where the hook was told. So a restart, a slow receiver and
another server of the same history are one case, and what was not taken is told again under the same
`webhook-id`.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import random
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from tornado.httpclient import HTTPError, HTTPRequest, HTTPResponse
from tornado.netutil import Resolver
from tornado.simple_httpclient import HTTPTimeoutError, SimpleAsyncHTTPClient

from . import __version__, address, names
from .access import MEMBER, Access
from .address import Found, Guard
from .events import HookMade
from .grants import place_key
from .heart import wall_clock
from .hub import Hub
from .keys import program_id
from .protocol import Message, Refusal, Send, User, clean
from .sight import Sight

ANSWER_SECONDS = 7.0
ANSWER_BYTES = 1024 * 1024
FIRST_SECONDS = 5.0
"""The longest wait after a first failure; each one after it waits up to twice as long."""
LONGEST_SECONDS = 900.0
GIVE_UP_SECONDS = 6 * 3600.0
"""How long one message is tried."""
GONE = 410


class Place(Struct, frozen=True, omit_defaults=True):
    """How a hook stands; kept by the log."""

    seq: int
    """Everything up to there was told."""
    since: int | None = None
    """Since when the next one cannot be told."""
    trouble: str = ""
    over: bool = False


class Trouble(Exception):
    """A message could not be told.

    Args:
        why: in a few words, for the list of hooks.
        gone: whether the other side wants to hear no more.
    """

    def __init__(self, why: str, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


class Teller:
    """Tells one hook.

    Args:
        hub: of its room.
        made: the hook.
        guard: what may be connected to.
        log: where to tell people that it was given up.
    """

    def __init__(self, hub: Hub, made: HookMade, guard: Guard, log: logging.Logger) -> None:
        self.hub = hub
        self.log = log
        self.made = made
        self.news = asyncio.Event()
        host = names.nearest(address.check(made.url).hostname or "") or "hook"
        self.user = User(program_id("hook", made.id), host, "program")
        self._client: Any = SimpleAsyncHTTPClient(
            force_instance=True,
            resolver=Pinned(guard=guard),
            max_body_size=ANSWER_BYTES,
        )
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    def end(self) -> None:
        """Tell it nothing more."""
        self._task.cancel()
        self._client.close()

    async def _go_on(self) -> None:
        failures = 0
        while True:
            self.news.clear()
            try:
                place = await self._place()
                if place.over:
                    return
                message = await self._next(place.seq)
                if message is None:
                    await self.news.wait()
                    continue
                failures = 0 if await self._tell(place, message) else failures + 1
            except Refusal:  # the history cannot be read or written at the moment
                failures += 1
            except Exception as error:  # noqa: BLE001  the next try may be better
                failures += 1
                said = "jupyter_tornchat: hook %s of room %s could not be told: %r"
                self.log.warning(said, self.made.id, self.made.room, error)
            if failures:
                longest = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** (failures - 1))
                await asyncio.sleep(random.uniform(0, longest))  # noqa: S311  no secret

    async def _place(self) -> Place:
        """How it stands, by what is kept: another server of the same history may have been
        first."""
        kept = await self.hub.view.value(place_key(self.made.id))
        return Place(self.made.after) if kept is None else msgspec.json.decode(kept, type=Place)

    @property
    def _sight(self) -> Sight:
        return self.hub.sight(self.user, MEMBER, self.made.room)

    async def _next(self, seq: int) -> Message | None:
        found = await self.hub.view.newer(self.made.room, seq, 1, self._sight)
        return found.messages[0] if found.messages else None

    async def _tell(self, place: Place, message: Message) -> bool:
        """Tell it a message that concerns it; whether it stands behind that now."""
        now = Place(message.seq)
        if message.user.kind != "program" and not message.deleted:
            try:
                answer = await self._post(message)
            except Trouble as trouble:
                since = place.since or wall_clock()
                over = trouble.gone or wall_clock() - since > GIVE_UP_SECONDS * 1000
                if over:
                    said = "jupyter_tornchat: hook %s of room %s is given up: %s"
                    self.log.warning(said, self.made.id, self.made.room, trouble)
                now = Place(place.seq, since, str(trouble), over)
            else:
                await self._say(message, answer)
        await self.hub.log.put(place_key(self.made.id), msgspec.json.encode(now).decode())
        return now.seq > place.seq

    async def _post(self, message: Message) -> HTTPResponse:
        """One request.

        Raises:
            Trouble: it was not taken.
        """
        body = body_of(message)
        request = HTTPRequest(
            self.made.url,
            method="POST",
            headers={
                "Content-Type": "application/json",
                **signed(self.made.secret, f"{self.made.id}_{message.seq}", body),
            },
            body=body,
            connect_timeout=ANSWER_SECONDS,
            request_timeout=ANSWER_SECONDS,
            follow_redirects=False,
            decompress_response=False,
            user_agent=f"jupyter_tornchat/{__version__}",
        )
        try:
            answer = await self._client.fetch(request, raise_error=False)
        except HTTPTimeoutError:  # `request_timeout` counts from the name's look-up on
            raise Trouble(f"no answer in {ANSWER_SECONDS:.0f} seconds") from None
        except Refusal as refusal:
            raise Trouble(refusal.reason) from None
        except (HTTPError, OSError, ValueError) as error:
            raise Trouble(f"out of reach: {type(error).__name__}") from None
        if not 200 <= answer.code < 300:
            raise Trouble(f"the answer was {answer.code}", gone=answer.code == GONE)
        return answer

    async def _say(self, message: Message, answer: HTTPResponse) -> None:
        """What it answers as a text is said in the room; once, however often it was told."""
        with suppress(Refusal, msgspec.DecodeError):
            text = msgspec.json.decode(answer.body or b"", type=Line).text
            id = hashlib.sha256(f"{self.made.id} {message.seq}".encode()).hexdigest()
            said = Send(room=message.room, id=id, text=text, reply=message.seq, hops=1)
            clean(said)
            access = Access(person=self.made.user.id)
            await self.hub.publish(self.user, said, access=access)


class Line(Struct):
    """An answer that is to be said."""

    text: str


class Pinned(Resolver):
    """Gives tornado's client the addresses that a guard looked at, and no others."""

    def initialize(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(  # pyright: ignore[reportIncompatibleMethodOverride]  tornado awaits it
        self, host: str, port: int, family: int = 0
    ) -> list[Found]:
        return await self._guard.resolve(host, port)


def body_of(message: Message) -> bytes:
    """What is told of a message."""
    at = datetime.fromtimestamp(message.at / 1000, UTC).isoformat(timespec="milliseconds")
    return msgspec.json.encode({"type": "message", "timestamp": at, "data": message})


def signed(secret: str, id: str, body: bytes) -> dict[str, str]:
    """The headers by which the other side knows that it is we who say this, and when."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    at = str(wall_clock() // 1000)
    said = f"{id}.{at}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, said, "sha256")).decode()
    return {
        "webhook-id": id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signature}",
    }
