"""The welcome: what a connection is told first, so that a client offers only what is there."""

from __future__ import annotations

from .access import MEMBER, Access
from .connection import Connection
from .heart import wall_clock
from .protocol import LIMITS, User, Welcome

FEATURES = [
    *("rooms", "edit", "reply", "read", "news", "cell", "files"),
    *("data", "question", "answer", "job", "roles"),
]
"""What this server can do that another one may not."""
GRANTS = ["keys", "hooks", "invite"]
"""What it can do besides, for those who may open a room to programs and guests."""


def welcome(connection: Connection, epoch: str, version: str, heartbeat: float) -> Welcome:
    """The first frame of a connection.

    Args:
        epoch: of the history.
        version: of the server.
        heartbeat: seconds between two heartbeats.
    """
    return Welcome(
        user=connection.user,
        named=connection.named,
        epoch=epoch,
        limits=LIMITS,
        features=features(connection.user, connection.access),
        now=wall_clock(),
        version=version,
        heartbeat=heartbeat,
        invite=connection.access.invite,
    )


def features(user: User, access: Access = MEMBER) -> list[str]:
    """Those of them that this person may use."""
    withheld = {"files"} if user.kind == "guest" else set[str]()
    if not access.writes:
        withheld |= {"answer", "rooms"}
    if access.rooms is not None:
        withheld.add("rooms")
    found = FEATURES + GRANTS if access.lets_in else FEATURES
    return [feature for feature in found if feature not in withheld]
