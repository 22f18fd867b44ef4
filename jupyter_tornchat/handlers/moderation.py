"""Keeping order in a room: what moderators do, and what they made of whom."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from ..events import Moderated
from ..protocol import (
    Act,
    GivenRole,
    MessageId,
    Moderate,
    Refusal,
    RoomKind,
    Seq,
    UserId,
    check_act,
)
from .rest import RestHandler


class NewDeed(Struct):
    """The body of `POST rooms/{room}/moderation`."""

    id: MessageId
    act: Act
    whom: UserId | None = None
    role: GivenRole | None = None
    seconds: Seq | None = None
    of: Seq | None = None
    kind: RoomKind | None = None


class ModerationHandler(RestHandler):
    """`api/rooms/{room}/moderation`: keep order."""

    async def post(self, room: str) -> None:
        new = msgspec.structs.asdict(self.read(NewDeed))
        frame = Moderate(room=self.room_name(room), **new)
        check_act(frame)
        hub, user = self.chat.hub, self.writer()
        hub.charge(user)
        entry = (await hub.moderation.moderate(user, self.who.access, frame)).entry
        assert isinstance(entry.event, Moderated)
        self.answer(entry.event.frame(entry.seq), 201)


class SeatsHandler(RestHandler):
    """`api/rooms/{room}/seats`: who opened it, and of whom its moderators made something."""

    def get(self, room: str) -> None:
        room, hub = self.room_name(room), self.chat.hub
        if not hub.moderation.seats.moderates(self.who.user, self.who.access, room):
            raise Refusal("not_moderator")
        self.answer({"seats": hub.moderation.seats.sitters(room, hub.now())})
