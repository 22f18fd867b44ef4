"""The gate: where guests are let in, and whether they are."""

from __future__ import annotations

from .rest import RestHandler

TURNED = "jupyter_tornchat: %s %s the way in for guests"
"""Line of the server's log: who let strangers in, or shut them out."""


class GateHandler(RestHandler):
    """`api/gate`: how it stands; open it; close it, and shut every guest out."""

    async def get(self) -> None:
        self.check_lets_in()
        self.answer(await self.chat.gate.stands(self.request.host_name))

    async def post(self) -> None:
        user = self.opener()
        if await self.chat.gate.open():
            self.chat.log.info(TURNED, user.id, "opened")
        self.answer(await self.chat.gate.stands(self.request.host_name))

    async def delete(self) -> None:
        user = self.opener()
        await self.chat.gate.close()
        self.chat.log.info(TURNED, user.id, "closed")
        self.answer(await self.chat.gate.stands(self.request.host_name))
