"""Requests: what a connection may ask, by the type of its frame, and how it is answered.

Nothing here waits where the socket is read: what needs the disk is answered when it comes, and
until then counts as in flight.
"""

from __future__ import annotations

import logging
from asyncio import Future
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from . import content, resume
from .connection import Connection
from .events import Content, Said
from .hub import Hub
from .keep import NEVER
from .liveroom import LiveRoom
from .log import Entry, Receipt
from .protocol import (
    LIMITS,
    Answerable,
    AnyClientFrame,
    Delete,
    Edit,
    Join,
    Joined,
    Leave,
    Marked,
    Moderate,
    Older,
    Page,
    Pulse,
    Read,
    Refusal,
    Report,
    Reset,
    Respond,
    Send,
    Serve,
    Withdraw,
)
from .sight import Sight

log = logging.getLogger(__name__)


def receive(hub: Hub, connection: Connection, frame: AnyClientFrame) -> None:
    """A connection sent a frame; the answer goes to it when there is one."""
    if connection.silence is not None:
        connection.silence.cancel()
        connection.silence = None
    try:
        # Here and not where each frame is answered, so that no frame to come can forget it.
        room = getattr(frame, "room", None)
        if room is not None and not hub.seats.is_open(connection.user, connection.access, room):
            if not isinstance(frame, Join):
                raise Refusal("no_such_room")
            _answer(_knock, hub, connection, frame)
            return
        ANSWERS[type(frame)](hub, connection, frame)
    except Refusal as refusal:
        connection.refuse(refusal, Answerable.to(frame))


def _answer(
    method: Callable[[Hub, Connection, Any], Coroutine[Any, Any, None]],
    hub: Hub,
    connection: Connection,
    frame: Any,
) -> None:
    """Answer a frame that needs the disk, without anyone waiting."""
    connection.begin()

    async def answer() -> None:
        try:
            await method(hub, connection, frame)
        except Refusal as refusal:
            connection.refuse(refusal, Answerable.to(frame))
        except Exception:
            log.exception("jupyter_tornchat: a %s could not be answered", type(frame).__name__)
            connection.refuse(Refusal("unavailable"), Answerable.to(frame))
        finally:
            connection.finish()

    hub.spawn(answer())


def _check_joined(connection: Connection, room: str) -> None:
    if room not in connection.rooms:
        raise Refusal("not_joined")


def _check_speaks(connection: Connection, room: str) -> None:
    _check_joined(connection, room)
    if not connection.access.writes:
        raise Refusal("forbidden")
    if not connection.named:
        raise Refusal("unnamed")


def _sight(hub: Hub, connection: Connection, room: str) -> Sight:
    return hub.sight(connection.user, connection.access, room)


# ------------------------------------------------------------------------------- messages


def _publish(hub: Hub, connection: Connection, frame: content.Frame) -> None:
    _check_speaks(connection, frame.room)
    future = hub.publish(connection.user, frame, connection.kernel, connection.access)
    connection.begin()
    connection.alone = connection.alone or bool(content.hashes(frame))

    def answered(done: Future[Receipt]) -> None:
        connection.finish()
        if done.cancelled():
            return
        if isinstance(no := done.exception(), Refusal):
            connection.refuse(no, Answerable.to(frame))
        elif no is None and done.result().again:
            _answer(partial(_again, done.result().entry), hub, connection, frame)

    future.add_done_callback(answered)


async def _again(
    entry: Entry, hub: Hub, connection: Connection, frame: content.Frame | Moderate
) -> None:
    """It is there already: a message as it is now, all else as it was."""
    event = entry.event
    assert isinstance(event, Content)
    again = event.frame(entry.seq)
    if isinstance(event, Said):
        again = await hub.view.message(frame.room, entry.seq, _sight(hub, connection, frame.room))
    again.ref = frame.ref
    connection.send(again)


async def _report(hub: Hub, connection: Connection, frame: Report) -> None:
    _check_speaks(connection, frame.room)
    hub.seats.check_voice(connection.user, connection.access, frame.room, hub.now())
    sight = _sight(hub, connection, frame.room)
    await hub.unfinished.jobs.report(connection.user, frame, sight)


async def _older(hub: Hub, connection: Connection, frame: Older) -> None:
    _check_joined(connection, frame.room)
    sight = _sight(hub, connection, frame.room)
    found = await hub.view.older(frame.room, frame.before, frame.limit, sight)
    page = Page(room=frame.room, messages=found.messages, more=found.more, ref=frame.ref)
    page.moderated = found.moderated
    connection.send(page)


async def _read(hub: Hub, connection: Connection, frame: Read) -> None:
    _check_joined(connection, frame.room)
    id, room = connection.user.id, frame.room
    before, newest = await hub.marks.up_to(id, room)
    marked = Marked(room=room, seq=max(before, min(frame.seq, newest)))
    if marked.seq > before:
        hub.marks.move(id, room, marked.seq)
        for other in hub.people.connections(id):
            if other is not connection and not other.plain:
                other.send(marked)
    if frame.ref is not None:
        marked.ref = frame.ref
        connection.send(marked)


# -------------------------------------------------------------------------- join and leave


def _join(hub: Hub, connection: Connection, frame: Join) -> None:
    known = frame.room in connection.rooms
    if not known and len(connection.rooms) >= LIMITS.rooms_joined:
        raise Refusal("too_many_rooms", f"{LIMITS.rooms_joined} rooms at a time are allowed")
    # At once and not when the history is read, so that what is sent right behind is in order.
    connection.rooms.add(frame.room)
    _answer(_resume if known else _come_in, hub, connection, frame)


async def _knock(hub: Hub, connection: Connection, frame: Join) -> None:
    """Come into a room that is closed, or that another server has opened only just."""
    if not await hub.opens(connection.user, connection.access, frame.room):
        hub.refused("no_such_room", frame.room, connection.user)
        raise Refusal("no_such_room")
    _join(hub, connection, frame)


async def _come_in(hub: Hub, connection: Connection, frame: Join) -> None:
    try:
        await _resume(hub, connection, frame)
    except BaseException:
        connection.rooms.discard(frame.room)
        raise


async def _resume(hub: Hub, connection: Connection, frame: Join) -> None:
    """One at a time: the answers to all who come back at once would hold the loop, and whoever
    looks something up meanwhile would wait behind all of them."""
    async with hub.resuming:
        if frame.room not in connection.rooms or not connection.wire.open:
            return  # it left or closed while it waited: others do not wait for it
        live = hub.live(frame.room)
        live.joining += 1
        try:
            user = connection.user.id
            threshold = await hub.view.threshold(user, frame.room, frame.after or 0)
            if resume.is_other_history(hub.log.epoch, threshold.check, frame):
                _reset(hub, connection, frame)
                return
            if connection not in live.connections and not connection.plain:
                _remind(hub, connection, frame.room, threshold.mark)
            sight = _sight(hub, connection, frame.room)
            answer = await resume.missed(hub.view, live, threshold, frame, sight)
            if sight != _sight(hub, connection, frame.room):  # it is another one since it was read
                _reset(hub, connection, frame)
                return
            if frame.room in connection.rooms:  # it may have left or closed meanwhile
                _enter(hub, connection, live, answer, frame, sight)
        finally:
            live.joining -= 1
            live.forget_if_empty()


def _reset(hub: Hub, connection: Connection, frame: Join) -> None:
    """Have a connection join anew, unless it has left meanwhile: it would be in again."""
    if frame.room in connection.rooms:
        connection.send(Reset(room=frame.room, epoch=hub.log.epoch, ref=frame.ref))


def _remind(hub: Hub, connection: Connection, room: str, kept: int) -> None:
    """Tell who comes in how far they have read, before they see what is there."""
    read = hub.marks.further(connection.user.id, room, kept)
    if read > NEVER:
        connection.send(Marked(room=room, seq=read))


def _enter(
    hub: Hub, connection: Connection, live: LiveRoom, answer: Joined, frame: Join, sight: Sight
) -> None:
    live.presence.enter(connection.user, connection)
    answer.members = live.presence.members()
    answer.count = len(live.presence)
    user, access = connection.user, connection.access
    answer.seat = hub.seats.seat(user, access, frame.room, hub.now())
    answer.roles = hub.moderation.roles(frame.room, answer.members)
    connection.send(answer)
    if frame.after is None or not answer.more:
        live.add(connection, sight)
        for word in hub.unfinished.jobs.words(frame.room, sight):
            connection.send(word)


def _leave(hub: Hub, connection: Connection, frame: Leave) -> None:
    _check_joined(connection, frame.room)
    connection.rooms.discard(frame.room)
    if live := hub.rooms.get(frame.room):
        live.remove(connection, grace=0.0)


def _pulse(hub: Hub, connection: Connection, frame: Pulse) -> None:
    connection.send(hub.heart.pulse(frame.ref))


async def _moderate(hub: Hub, connection: Connection, frame: Moderate) -> None:
    _check_speaks(connection, frame.room)
    hub.charge(connection.user)
    receipt = await hub.moderation.moderate(connection.user, connection.access, frame)
    if receipt.again:
        await _again(receipt.entry, hub, connection, frame)


ANSWERS: dict[type[AnyClientFrame], Callable[[Hub, Connection, Any], None]] = {
    Send: _publish,
    Edit: _publish,
    Delete: _publish,
    Respond: _publish,
    Withdraw: _publish,
    Moderate: partial(_answer, _moderate),
    Serve: _publish,
    Report: partial(_answer, _report),
    Join: _join,
    Leave: _leave,
    Read: partial(_answer, _read),
    Older: partial(_answer, _older),
    Pulse: _pulse,
}
