"""Audit: who was let in, kept out and shut out, and who did it, as events of Jupyter's own kind.

They go where the server's owner lets events go (`c.EventLogger.handlers`); until then nothing is
made of them. Rules of this file:

- A record holds no text of a message and nothing that opens a room.
- It is one line of at most 1 KiB, in which nothing moves a cursor or ends the line.
- Nothing here ever fails: at worst the server's log says once why there are no records.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyter_events import EventLogger

from .events import Entered, HookMade, InviteMade, KeyMade, Moderated, Revoked
from .log import Entry
from .protocol import User
from .rate import Bucket

SCHEMA = Path(__file__).parent / "audit.yaml"
SCHEMA_ID = "https://jupyter-tornchat.example/audit/v1"
TEXT_BYTES = 120
"""Of a text in a record, as JSON writes it."""
REFUSED_A_SECOND, REFUSED_AT_ONCE = 5.0, 100.0
"""Records of who was not let in: who asks again and again fills nobody's disk."""


class Audit:
    """What is told to the event log of one server.

    Args:
        events: that event log; None where there is none.
        log: where to say that it does not take what it is told.
    """

    def __init__(self, events: EventLogger | None, log: logging.Logger) -> None:
        self._events = events
        self._log = log
        self._refusals = Bucket(REFUSED_A_SECOND, REFUSED_AT_ONCE)
        self._failed = False
        if events is not None and SCHEMA_ID not in events.schemas:
            events.register_event_schema(SCHEMA)

    def deliver(self, entries: Sequence[Entry]) -> None:
        """The log has kept these, whichever server they come from."""
        for entry in entries:
            if self._events is not None and (record := record_of(entry)):
                self._tell(record)

    def refused(self, code: str, room: str, by: User | None = None, address: str = "") -> None:
        """Somebody was not let into a room.

        Args:
            code: why.
            room: empty where nobody can say which it was.
            by: who it was, where that is known.
            address: where they are, where it is not.
        """
        if self._events is not None and not self._refusals.take():
            record = {"what": "refused", "room": shown(room), "code": code}
            record |= {"by": person(by)} if by else {"address": shown(address)}
            self._tell(record)

    def _tell(self, record: dict[str, Any]) -> None:
        try:
            assert self._events is not None
            self._events.emit(schema_id=SCHEMA_ID, data=record)
        except Exception as error:  # noqa: BLE001  whatever it is that listens
            if not self._failed:
                self._failed = True
                wrong = "jupyter_tornchat: the event log does not take what is told to it: %s"
                self._log.warning(wrong, type(error).__name__)


def record_of(entry: Entry) -> dict[str, Any] | None:
    """What is told of an entry; None where that is nothing."""
    event = entry.event
    match event:
        case Moderated():
            said = ("act", "role", "until", "seconds", "of", "kind")
            told = {name: value for name in said if (value := getattr(event, name)) is not None}
            told |= {"whom": person(event.whom)} if event.whom else {}
            what = "moderated"
        case KeyMade() | HookMade():
            what = "key made" if isinstance(event, KeyMade) else "hook made"
            told = {"id": event.id}
        case InviteMade(id=id, until=until, uses=uses):
            what, told = "invite made", {"id": id, "until": until, "uses": uses}
        case Revoked(id=id, kind=kind):
            what = "guest shut out" if kind == "guest" else f"{kind} revoked"
            told = {"id": shown(id)}
        case Entered(invite=invite):
            what, told = "guest came", {"id": invite}
        case _:
            return None
    where = {"what": what, "room": event.room, "entry": entry.offset}
    return where | {"by": person(event.user)} | told


def person(user: User) -> dict[str, str]:
    """Who somebody is."""
    return {"id": shown(user.id), "name": shown(user.name), "kind": user.kind}


def shown(text: str) -> str:
    """As much of a text as a record has room for. What could move a cursor, turn the direction of
    writing or end a line is spelled out."""
    parts: list[str] = []
    left = TEXT_BYTES
    for character in text:
        part = character if character.isprintable() else f"\\u{ord(character):04x}"
        left -= len(json.dumps(part)) - 2
        if left < 0:
            break
        parts.append(part)
    return "".join(parts)
