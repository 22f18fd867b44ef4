"""Resuming: what somebody who joins a room has missed.

History is read on a reader thread while the room goes on. Once it is there, the loop has the word
and nothing else runs, so what it returns ends exactly where the fan-out begins.
"""

from __future__ import annotations

from .liveroom import LiveRoom
from .protocol import LIMITS, Join, Joined, Message, Refusal, Room
from .view import View

FIRST_PAGE = 50
"""Messages that a first join shows."""


async def is_other_history(view: View, epoch: str, frame: Join) -> bool:
    """Whether the client comes from a history that is not ours, or no longer.

    Args:
        epoch: of our history.

    Raises:
        Refusal: `no_such_room` or `unavailable`.
    """
    if frame.epoch is not None and frame.epoch != epoch:
        return True
    if not frame.after:
        return False
    try:
        message = await view.message(frame.room, frame.after)
    except Refusal as refusal:
        if refusal.code == "no_such_message":
            return True
        raise
    return frame.check is not None and frame.check != message.id


async def missed(view: View, live: LiveRoom, room: Room, frame: Join) -> Joined:
    """What the newcomer has missed: up to where the fan-out is, or a full page of it. Who is in
    the room is left to be filled in.

    Raises:
        Refusal: `no_such_room` or `unavailable`.
    """
    while True:
        if frame.after is None:
            found = await view.older(frame.room, 2**53 - 1, FIRST_PAGE)
        else:
            found = await view.newer(frame.room, frame.after, LIMITS.page_messages)
        # From here to the return nothing is awaited: the fan-out stands still.
        more_to_come = frame.after is not None and found.more
        messages = found.messages if more_to_come else _up_to_live(found.messages, found.last, live)
        if messages is None:
            continue  # so much was sent meanwhile that it is better read again
        start = frame.after
        if start is None:
            start = messages[0].seq - 1 if messages else live.sent or 0
        return Joined(
            room=room.room,
            title=room.title,
            members=[],
            count=0,
            messages=messages,
            start=start,
            to=messages[-1].seq if messages else start,
            more=found.more,
            ref=frame.ref,
        )


def _up_to_live(messages: list[Message], last: int, live: LiveRoom) -> list[Message] | None:
    """`messages`, which are all up to `last`, made to end where the room's fan-out begins; None
    where more was sent meanwhile than the room remembers."""
    if live.sent is None:
        live.sent = last
    since = live.since(last)
    if since is None:
        return None
    sent = live.sent
    return [message for message in messages if message.seq <= sent] + since
