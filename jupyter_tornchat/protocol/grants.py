"""What opens a room to programs and guests, and to whom it tells."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from .parts import User

GrantId = Annotated[
    str,
    Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z", description="1-64 of A-Z a-z 0-9 _ -."),
]
GrantKind = Literal["key", "hook", "invite", "guest"]


class RoomKey(Struct, frozen=True, omit_defaults=True):
    """A key that opens one room to a program, which has its name."""

    id: GrantId
    name: str
    at: int
    user: User
    """Who made it."""
    used: int | None = None
    """When it was last used, to the hour."""
    key: str = ""
    """What opens the room; said once, to who makes it."""


class Hook(Struct, frozen=True, omit_defaults=True):
    """An address that is told what people say in one room."""

    id: GrantId
    host: str
    """The beginning of the address; the rest may be somebody's secret."""
    at: int
    user: User
    """Who made it."""
    trouble: str = ""
    """Why it could not be told the last time."""
    over: bool = False
    """It could not be told for too long, and is told nothing any more."""
    secret: str = ""
    """What signs all that it is told; said once, to who makes it."""


class Invite(Struct, frozen=True, omit_defaults=True):
    """A link that lets somebody in as a guest, to chat in some rooms and to do nothing else."""

    id: GrantId
    rooms: list[str]
    at: int
    user: User
    """Who made it."""
    until: int
    """When it ends, and with it the visits of all who came by it: milliseconds since 1970."""
    uses: int
    """How many may come by it."""
    used: int = 0
    past: bool = False
    """Whether its guests see what was said before it was made."""
    key: str = ""
    """What lets them in; said once, to who makes it."""


class Guest(Struct, frozen=True, omit_defaults=True):
    """Somebody who came by an invite."""

    user: User
    at: int
    """When they came."""
    invite: GrantId


class Gate(Struct, frozen=True, omit_defaults=True):
    """The chat server of its own that is opened beside a running notebook server, for guests."""

    state: Literal["open", "closed", "forbidden"]
    addresses: list[str] = []
    """Where guests may reach it, the likeliest first; each ends in a slash."""
    trouble: str = ""
    """Why nobody else may be able to reach it, or why it cannot be opened."""
    stays: bool = False
    """Whether it is open for as long as the server runs, and nobody closes it."""


AnyGrant = RoomKey | Hook | Invite | Guest | Gate
