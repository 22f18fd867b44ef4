"""What the fields of frames may hold."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from .limits import LIMITS

RoomName = Annotated[
    str,
    Meta(
        pattern=r"\A[a-z0-9][a-z0-9._-]{0,63}\Z",
        description="A room's name: 1-64 of a-z 0-9 . _ -, beginning with a letter or digit.",
    ),
]
MessageId = Annotated[
    str,
    Meta(
        pattern=r"\A[!-~]{1,64}\Z",
        description="The sender's own random key: 1-64 visible ASCII characters.",
    ),
]
Ref = Annotated[str, Meta(max_length=64, description="Echoed in the answer.")]
Key = Annotated[str, Meta(max_length=64)]
KernelId = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9._-]{1,64}\Z")]
# JavaScript counts without error up to 2**53 - 1.
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]
PageLimit = Annotated[int, Meta(ge=1, le=LIMITS.page_messages)]
Kind = Literal["member", "guest", "program"]
UserId = Annotated[str, Meta(min_length=1, max_length=200)]
Role = Literal["owner", "moderator", "member", "guest", "reader"]
"""What somebody is in a room: its maker, who keeps order there, who may speak, a guest who may
speak, who may only read."""
RoomKind = Literal["open", "announce", "help"]
"""`announce`: only moderators speak. `help`: a help desk, where everyone sees their own threads and
moderators see all."""
GivenRole = Literal["moderator", "member", "reader"]
"""What a moderator can make of somebody; `member` is what they were."""
Act = Literal["role", "mute", "unmute", "kick", "ban", "unban", "slow", "clear", "kind"]
"""How moderators keep order."""
HelpState = Literal["waiting", "claimed", "resolved"]


FileHash = Annotated[
    str,
    Meta(pattern=r"\A[0-9a-f]{64}\Z", description="SHA-256 of a file's bytes, in hexadecimal."),
]
MediaType = Annotated[
    str,
    Meta(
        # RFC 6838, section 4.2.
        pattern=r"\A[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z",
        description="A media type without parameters, in small letters.",
    ),
]
