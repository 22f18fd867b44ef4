"""Keys that open one room: make, list and revoke them; and what other services say by one.

A service that posts to `hook?key=…` knows nothing of this protocol: it says a text as JSON, as a
form or as it is, and wants to hear no more than that it was taken.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from ..protocol import GrantId, GrantKind, MessageId, Refusal, Send, clean
from .rest import RestHandler
from .speaker import Speaker

MADE = "jupyter_tornchat: %s made %s %s (%s) of room %s"
REVOKED = "jupyter_tornchat: %s revoked %s %s of room %s"
"""Lines of the server's log: who opened which room to what, without what opens it."""


class NewKey(Struct):
    """The body of `POST rooms/{room}/keys`."""

    name: str
    id: GrantId = ""


class KeysHandler(RestHandler):
    """`api/rooms/{room}/keys`: those that open the room; make one."""

    async def get(self, room: str) -> None:
        self.check_lets_in()
        self.answer({"keys": await self.chat.view.keys(self.room_name(room))})

    async def post(self, room: str) -> None:
        user, room = self.opener(), self.room_name(room)
        new = self.read(NewKey)
        made = await self.chat.hub.keys.make(user, room, new.name, new.id)
        self.chat.log.info(MADE, user.id, "key", made.id, made.name, room)
        self.answer(made, 201)


class GrantHandler(RestHandler):
    """One of what opens a room, by its id."""

    kind: GrantKind

    async def delete(self, room: str, id: str) -> None:
        user, room = self.opener(), self.room_name(room)
        await self.chat.hub.keys.revoke(user, room, self.kind, id)
        self.chat.log.info(REVOKED, user.id, self.kind, id, room)
        self.set_status(204)
        self.finish()


class KeyHandler(GrantHandler):
    """`api/rooms/{room}/keys/{id}`: revoke it."""

    kind = "key"


class NewLine(Struct):
    """What another service says."""

    text: str
    id: MessageId | None = None


class SaidHandler(RestHandler):
    """`hook?key=…`: somebody else's service says something in the room of the key."""

    public = True

    async def identify(self) -> Speaker | None:
        return await self.key_holder(self.get_query_argument("key", ""))

    def check_xsrf_cookie(self) -> None:
        """The key is no cookie: who knows it may speak."""

    async def post(self) -> None:
        (room,) = self.who.access.rooms or frozenset[str]()  # a stranger is turned away here
        line = self.line()
        frame = Send(room=room, id=line.id or secrets.token_hex(16), text=line.text)
        clean(frame)
        receipt = await self.chat.hub.publish(self.writer(), frame, access=self.who.access)
        self.answer({"ok": True, "seq": receipt.entry.seq}, 201)

    def line(self) -> NewLine:
        """What is said, in whichever way.

        Raises:
            Refusal: `bad_frame` or `too_long`.
        """
        if len(self.body) > self.body_bytes:
            raise self.too_long()
        type = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        body = bytes(self.body)
        try:
            if type == "text/plain":
                return NewLine(body.decode())
            # What curl sends, it calls a form unless it is told otherwise.
            if type == "application/x-www-form-urlencoded" and not body.lstrip().startswith(b"{"):
                form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=20)
                if "payload" not in form:
                    return msgspec.convert({name: said[0] for name, said in form.items()}, NewLine)
                body = form["payload"][0].encode()
            return msgspec.json.decode(body, type=NewLine)
        except (msgspec.DecodeError, ValueError, RecursionError):
            # Its own words could repeat what was said.
            way = 'say {"text": …} as JSON, or as `payload` of a form, or the text as text/plain'
            raise Refusal("bad_frame", way) from None
