"""Resuming: what somebody who joins a room has missed.

History is read on a reader thread while the room goes on, unless the room remembers all that was
missed. Once it is there, the loop has the word and nothing else runs, so what it returns ends
exactly where the fan-out begins. A message that was
changed comes as it is now.
"""

from __future__ import annotations

from .liveroom import LiveRoom
from .protocol import LIMITS, Join, Joined, Message, Passed
from .sight import Sight
from .slices import Slice
from .standings import Threshold
from .view import View

FIRST_PAGE = 50
"""Messages that a first join shows."""


def is_other_history(epoch: str, check: str | None, frame: Join) -> bool:
    """Whether the client comes from a history that is not ours, or no longer.

    Args:
        epoch: of our history.
        check: the id that our entry has which the client knows last.
    """
    if frame.epoch is not None and frame.epoch != epoch:
        return True
    if not frame.after:
        return False
    return check is None or (frame.check is not None and frame.check != check)


async def missed(
    view: View, live: LiveRoom, threshold: Threshold, frame: Join, sight: Sight
) -> Joined:
    """What the newcomer has missed: up to where the fan-out is, or a full page of it. Who is in
    the room is left to be filled in.

    Args:
        threshold: what they met when they asked.
        sight: what of the room they see.

    Raises:
        Refusal: `no_such_room` or `unavailable`.
    """
    found = _remembered(live, threshold, frame, sight)
    while found is None:  # it is better read again
        if frame.after is None:
            found = await view.older(frame.room, 2**53 - 1, FIRST_PAGE, sight)
        else:
            found = await view.missed(frame.room, frame.after, LIMITS.page_messages, sight)
        # From here to the return nothing is awaited: the fan-out stands still.
        if frame.after is None or not found.more:
            found = _up_to_live(found, live, sight)
    start = frame.after
    if start is None:
        start = found.messages[0].seq - 1 if found.messages else found.last
    to = max(start, found.last)
    return Joined(
        room=frame.room,
        title=threshold.room.title,
        members=[],
        count=0,
        messages=found.messages,
        start=start,
        to=to,
        more=found.more,
        check=found.check if to == found.last else None,
        moderated=found.moderated,
        since=max(sight.since, found.since),
        ref=frame.ref,
    )


def _remembered(live: LiveRoom, threshold: Threshold, frame: Join, sight: Sight) -> Slice | None:
    """What was missed, where the room remembers all of it; then the disk is not asked again. Most
    who come back were away for a moment."""
    after = frame.after
    if after is None or frame.check is None or not live.is_page(after):
        return None
    known = Slice([], False, after, threshold.check, since=threshold.since)
    return _up_to_live(known, live, sight)


def _up_to_live(found: Slice, live: LiveRoom, sight: Sight) -> Slice | None:
    """`found`, with which everything up to its last entry is known, made to end where the room's
    fan-out begins. None where more was done meanwhile than said, or more was sent than the room
    remembers.

    What is dropped of it comes by the fan-out. A message may be here as a change makes it that
    the fan-out brings only now: it makes the same of it again.
    """
    if live.sent is None:
        live.sent = found.last
    sent = live.sent
    since = live.since(found.last, sight)
    if since is None:
        return None
    messages = [message for message in found.messages if message.seq <= sent]
    for frame in since:
        if isinstance(frame, Message):
            messages.append(frame)
        elif not isinstance(frame, Passed):
            return None
    ids = {found.last: found.check} | {message.seq: message.id for message in messages}
    deeds = [deed for deed in found.moderated if deed.seq <= sent]
    return Slice(messages, found.more, sent, ids.get(sent), deeds, found.since)
