"""What was said in a room on other days: written to the log as a second server on the same file
would, with the time that a test says."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence

from jupyter_tornchat.events import Opened, Said
from jupyter_tornchat.protocol import Refusal, User
from jupyter_tornchat.sqlite import SQLiteLog
from servers import Home

Spoken = tuple[int, str, str]
"""When (milliseconds since 1970), who, what."""


def remember(home: Home, room: str, said: Sequence[Spoken]) -> None:
    """A room has heard these, oldest first; each person is a member by their name."""
    # In a thread, because a browser test's own thread has a loop running.
    writer = threading.Thread(target=lambda: asyncio.run(write(home, room, said)))
    writer.start()
    writer.join()


async def write(home: Home, room: str, said: Sequence[Spoken]) -> None:
    log = SQLiteLog(home.data / "tornchat" / "chat.db", logging.getLogger("past"))
    await log.start(lambda _: None)
    try:
        try:
            await log.append(Opened(room, room.capitalize(), said[0][0]))
        except Refusal as refusal:
            assert refusal.code == "room_exists"  # noqa: PT017
        for number, (at, name, text) in enumerate(said):
            user = User(f"member:{name.lower()}", name, "member")
            log.append(Said(room, f"{room}-{number}", user, text, at))
    finally:
        await log.close()  # it keeps what waits first
