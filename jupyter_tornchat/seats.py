"""Seats: what people may do in each room, as far as the room goes.

What moderators do are events of the log. What all of them come to is here, in memory: each server
of a history takes them in the log's order, and so has the same, and no check waits for a disk. A
room that is not there, one that is not open to somebody and one they are banned from are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from .access import Access
from .events import Moderated, Opened, Said
from .protocol import (
    Delete,
    Edit,
    Moderate,
    Refusal,
    Respond,
    Role,
    RoomKind,
    Seat,
    Send,
    Serve,
    Sitter,
    User,
    Withdraw,
)

Frame = Send | Edit | Delete | Respond | Withdraw | Serve
"""What somebody says in a room, or of what was said there."""

KEEPERS: tuple[Role, ...] = ("owner", "moderator")
"""Who keeps order in a room."""
REMEMBERED = 2_000
"""People of one slow room of whom it is remembered when they last spoke."""


class RoomSeats(Struct):
    """The seats of one room."""

    room: str
    owner: User | None = None
    """Who opened it."""
    kind: RoomKind = "open"
    slow: int = 0
    """Seconds between two messages of one person."""
    sitters: dict[str, Sitter] = field(default_factory=dict)
    """By id: those of whom moderators made something, once or still."""
    spoke: dict[str, int] = field(default_factory=dict)
    """By id, where it is slow: when people last spoke."""

    def apply(self, event: Moderated) -> None:
        """A moderator kept order."""
        if event.kind is not None:
            self.kind = event.kind
        if event.act == "slow":
            self.slow = event.seconds or 0
            self.spoke.clear()
        whom = event.whom
        if whom is None or event.act in {"kick", "clear"}:
            return
        sitter = replace(self.sitters.get(whom.id, NOBODY), user=whom)
        match event.act:
            case "role":
                sitter = replace(sitter, role=event.role or "member")
            case "mute" | "unmute":
                sitter = replace(sitter, muted=event.until)
            case _:
                sitter = replace(sitter, banned=event.act == "ban")
        self.sitters[whom.id] = sitter

    def pace(self, id: str, now: int) -> None:
        """Somebody speaks.

        Raises:
            Refusal: `too_fast`, where the room is slow and they spoke only just.
        """
        if not self.slow:
            return
        ready = self.spoke.get(id, 0) + 1000 * self.slow
        if now < ready:
            slow = f"in this room everyone speaks once in {self.slow} seconds"
            raise Refusal("too_fast", slow, retry_after=(ready - now) / 1000)
        self.remember(id, now)

    def forget(self, id: str, at: int) -> None:
        """Somebody did not speak then."""
        if self.spoke.get(id) == at:
            del self.spoke[id]

    def remember(self, id: str, now: int) -> None:
        """Somebody spoke, where that counts."""
        if self.slow:
            self.spoke.pop(id, None)
            self.spoke[id] = now
            if len(self.spoke) > REMEMBERED:
                del self.spoke[next(iter(self.spoke))]


class Seats:
    """The seats of all rooms. Until `load` was called there are none."""

    def __init__(self) -> None:
        self._rooms: dict[str, RoomSeats] = {}
        self._barred: set[str] = set()
        """Ids of all who were ever banned from a room."""
        self._early: list[Opened | Moderated] | None = []
        """What was delivered before the rooms were read, which may not have it yet."""

    def load(self, rooms: Iterable[RoomSeats]) -> None:
        """Begin with what is kept."""
        self._rooms.clear()
        self.learn(rooms)
        early, self._early = self._early or [], None
        for event in early:
            self.apply(event)

    def knows(self, room: str) -> bool:
        """Whether there is such a room, as far as this server has heard."""
        return room in self._rooms

    def learn(self, rooms: Iterable[RoomSeats]) -> None:
        """These are there, though the log has not told of all of them yet."""
        for seats in rooms:
            if seats.room not in self._rooms:
                self._rooms[seats.room] = seats
                self._barred |= {id for id, sitter in seats.sitters.items() if sitter.banned}

    def apply(self, event: Opened | Moderated) -> None:
        """The log has kept this."""
        if self._early is not None:
            self._early.append(event)
        elif isinstance(event, Moderated):
            self._rooms[event.room].apply(event)
            if event.act == "ban" and event.whom is not None:
                self._barred.add(event.whom.id)
        elif event.room not in self._rooms:
            self._rooms[event.room] = RoomSeats(event.room, event.user, event.kind)

    def said(self, event: Said, now: int) -> None:
        """The log has kept this message, here or on another server."""
        if seats := self._rooms.get(event.room):
            seats.remember(event.user.id, now)

    def is_slow(self, room: str) -> bool:
        """Whether people wait between two messages in a room."""
        return self._rooms.get(room, NOWHERE).slow > 0

    def said_nothing(self, user: User, access: Access, room: str, at: int) -> None:
        """What somebody wanted to say then was not kept."""
        if seats := self._rooms.get(room):
            seats.forget(access.person or user.id, at)

    def is_barred(self, user: User, access: Access) -> bool:
        """Whether some room may be closed to somebody though all are open to who they are."""
        return not self._barred.isdisjoint((user.id, access.person))

    def is_open(self, user: User, access: Access, room: str) -> bool:
        """Whether there is such a room for somebody."""
        seats = self._rooms.get(room)
        if seats is None or not access.enters(room):
            return False
        return access.moderates or not any(s.banned for s in self._both(seats, user, access))

    def role(self, user: User, access: Access, room: str) -> Role:
        """What somebody is in a room."""
        seats = self._rooms.get(room, NOWHERE)
        if seats.owner is not None and user.id == seats.owner.id:
            return "owner"
        given = self._sitter(seats, user.id).role
        if access.moderates or given == "moderator":
            return "moderator"
        reads = any(sitter.role == "reader" for sitter in self._both(seats, user, access))
        if reads or not access.writes:
            return "reader"
        return "guest" if user.kind == "guest" else "member"

    def moderates(self, user: User, access: Access, room: str) -> bool:
        """Whether somebody keeps order in a room."""
        return self.role(user, access, room) in KEEPERS

    def seat(self, user: User, access: Access, room: str, now: int) -> Seat:
        """What somebody may do in a room."""
        seats, role = self._rooms.get(room, NOWHERE), self.role(user, access, room)
        until = max((s.muted or 0 for s in self._both(seats, user, access)), default=0)
        silent = until > now and role != "owner" and not access.moderates
        return Seat(role, seats.kind, seats.slow, until if silent else None)

    def roles(self, room: str) -> Mapping[str, Role]:
        """By id: who keeps order in a room, as far as the room goes."""
        seats = self._rooms.get(room, NOWHERE)
        found: dict[str, Role] = {
            id: "moderator" for id, s in seats.sitters.items() if s.role == "moderator"
        }
        if seats.owner is not None:
            found[seats.owner.id] = "owner"
        return found

    def sitters(self, room: str, now: int) -> list[Sitter]:
        """Who opened a room, and of whom its moderators made something that holds."""
        seats = self._rooms.get(room, NOWHERE)
        found = [Sitter(seats.owner, "owner")] if seats.owner else []
        for sitter in seats.sitters.values():
            holds = sitter if (sitter.muted or 0) > now else replace(sitter, muted=None)
            if holds != Sitter(sitter.user):
                found.append(holds)
        return found

    def check_voice(self, user: User, access: Access, room: str, now: int) -> Role:
        """Somebody wants to be heard in a room; what they are there.

        Raises:
            Refusal: `no_such_room`, `forbidden`, `muted` or `read_only`.
        """
        if not self.is_open(user, access, room):
            raise Refusal("no_such_room")
        seat = self.seat(user, access, room, now)
        if seat.role == "reader":
            raise Refusal("forbidden", "you may only read in this room")
        if seat.muted is not None:
            raise Refusal("muted", retry_after=(seat.muted - now) / 1000)
        if seat.kind == "announce" and seat.role not in KEEPERS:
            raise Refusal("read_only")
        return seat.role

    def check_speaks(self, user: User, access: Access, frame: Frame, now: int) -> None:
        """Somebody wants to say this. Who is not heard in a room, and may do more than read, may
        still answer a question there, and take back what they said.

        Raises:
            Refusal: as `check_voice`, `too_fast` where the room is slow, or `not_moderator` where
                they claim a request for help.
        """
        try:
            role = self.check_voice(user, access, frame.room, now)
        except Refusal as no:
            if isinstance(frame, Send | Edit) or no.code not in {"muted", "read_only"}:
                raise
            role = self.role(user, access, frame.room)
        if role in KEEPERS:
            return
        if isinstance(frame, Serve) and frame.state == "claimed":
            raise Refusal("not_moderator")
        if isinstance(frame, Send):
            self._rooms[frame.room].pace(access.person or user.id, now)

    def check_moderates(self, user: User, access: Access, act: Moderate) -> None:
        """Somebody wants to keep order. Nobody does anything to a room's owner; only the owner, and
        who keeps order everywhere, make moderators, and do anything to them.

        Raises:
            Refusal: `no_such_room`, `not_moderator` or `forbidden`.
        """
        if not self.is_open(user, access, act.room):
            raise Refusal("no_such_room")
        role = self.role(user, access, act.room)
        if role not in KEEPERS:
            raise Refusal("not_moderator")
        if act.whom is None or act.act == "clear":
            return
        seats = self._rooms[act.room]
        if seats.owner is not None and act.whom == seats.owner.id:
            raise Refusal("forbidden", "this room is theirs: they opened it")
        above = role == "owner" or access.moderates
        made = self._sitter(seats, act.whom).role == "moderator" or act.role == "moderator"
        if made and not above:
            raise Refusal("forbidden", "only who opened the room has a say about its moderators")

    def _both(self, seats: RoomSeats, user: User, access: Access) -> Sequence[Sitter]:
        """What moderators made of somebody, and of the person for whom they speak."""
        if not seats.sitters:  # as in most rooms
            return ()
        return self._sitter(seats, user.id), self._sitter(seats, access.person)

    def _sitter(self, seats: RoomSeats, id: str) -> Sitter:
        return seats.sitters.get(id, NOBODY)


NOBODY = Sitter(User("", "", "member"))
"""Of whom no moderator made anything."""
NOWHERE = RoomSeats("")
"""A room of which nothing was heard yet: another server opened it a moment ago."""
