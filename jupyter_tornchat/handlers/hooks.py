"""Hooks: make, list and revoke the addresses that are told what is said in a room."""

from __future__ import annotations

from msgspec import Struct

from ..protocol import GrantId
from .keys import MADE, GrantHandler
from .rest import RestHandler


class NewHook(Struct):
    """The body of `POST rooms/{room}/hooks`."""

    url: str
    id: GrantId = ""


class HooksHandler(RestHandler):
    """`api/rooms/{room}/hooks`: those that are told; make one."""

    async def get(self, room: str) -> None:
        self.check_lets_in()
        self.answer({"hooks": await self.chat.hooks.of(self.room_name(room))})

    async def post(self, room: str) -> None:
        user, room = self.opener(), self.room_name(room)
        new = self.read(NewHook)
        made = await self.chat.hooks.make(user, room, new.url, new.id)
        self.chat.log.info(MADE, user.id, "hook", made.id, made.host, room)
        self.answer(made, 201)


class HookHandler(GrantHandler):
    """`api/rooms/{room}/hooks/{id}`: revoke it."""

    kind = "hook"
