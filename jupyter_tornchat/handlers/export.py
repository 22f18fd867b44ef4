"""A room's history as a file: `api/rooms/{room}/export`.

It is made by a process of its own and handed on as it comes; one at a time, because each takes a
core for its while. So who takes nothing of it for long is hung up on: others wait. Guests, who may
be anybody, read the room and take no file of it.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from typing import Literal

from msgspec import Struct
from msgspec.json import encode
from tornado.iostream import StreamClosedError

from ..export import FORMATS, PIECE
from ..protocol import Refusal
from .files import disposition
from .rest import RestHandler

STALLED_SECONDS = 30.0
"""How long somebody may take for one piece."""


class Export(Struct):
    """The query of `GET rooms/{room}/export`."""

    format: Literal["jsonl", "md", "ipynb"] = "jsonl"


class ExportHandler(RestHandler):
    """`api/rooms/{room}/export`: all of a room's messages."""

    async def get(self, room: str) -> None:
        room = self.room_name(room)
        query = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        format = self.convert(query, Export).format
        await self.chat.view.room(room)
        if self.who.user.kind == "guest":
            raise Refusal("forbidden", "guests may not take a room's history as a file")
        if self.chat.exporting.locked():
            raise Refusal("too_fast", "another export is being made")
        async with self.chat.exporting:
            await self.hand_on(room, format)

    async def hand_on(self, room: str, format: str) -> None:
        """Have it made, and pass it on piece by piece, as fast as it is taken."""
        history, sight = str(self.chat.settings.history), encode(self.sight(room)).decode()
        # -P: what lies in the folder that people work in is not imported in our name.
        made = (sys.executable, "-P", "-m", "jupyter_tornchat.export", history, room, format, sight)
        process = await asyncio.create_subprocess_exec(*made, stdout=PIPE)
        try:
            await self.pass_pieces(process, room, format)
        except StreamClosedError:
            pass  # they do not want it any more
        except TimeoutError:
            self.detach().close()
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()  # `wait` alone never ends while a pipe is full

    async def pass_pieces(self, process: Process, room: str, format: str) -> None:
        assert process.stdout is not None
        piece = await process.stdout.read(PIECE)
        if not piece and await process.wait():
            raise Refusal("unavailable", "the history cannot be read")
        self.set_header("Content-Type", FORMATS[format] + "; charset=utf-8")
        self.set_header("Content-Disposition", disposition(f"{room}.{format}", inline=False))
        while piece:
            self.write(piece)
            async with asyncio.timeout(STALLED_SECONDS):
                await self.flush()
            piece = await process.stdout.read(PIECE)
        if await process.wait():
            # It broke off: an answer without its end is no whole file to anyone.
            self.detach().close()
            return
        self.finish()
