"""What a program has before it: messages it sent, and messages it heard."""

from __future__ import annotations

import re
from contextvars import ContextVar
from typing import Any

from msgspec import Struct

from ..protocol import Message

HOPS: ContextVar[int] = ContextVar("hops", default=0)
"""How many programs have answered each other up to what this program handles right now."""


class Sent(Struct, frozen=True):
    """What `send` returns: the message is on disk. It shows as `#123`."""

    room: str
    seq: int
    id: str
    at: int

    def __repr__(self) -> str:
        return f"#{self.seq}"

    @classmethod
    def of(cls, message: Message) -> Sent:
        return cls(message.room, message.seq, message.id, message.at)


class Heard:
    """A message that was heard. It has everything that docs/protocol.md says of one, such as
    `text`, `user`, `seq`, `at` and `data`; which message it answers itself is `message.reply`.

    Args:
        message: as it was when it was heard.
        door: the room it was heard in, through which it is answered.
    """

    def __init__(self, message: Message, door: Any) -> None:
        self.message = message
        self._door = door

    def __getattr__(self, name: str) -> Any:
        return getattr(self.message, name)

    def __repr__(self) -> str:
        return repr(self.message)

    def reply(self, obj: Any) -> Any:
        """Answer it, once: where this program has answered it before, be it before a restart,
        nothing more is said.

        Returns:
            Sent: the answer; to be awaited in a room of `connect`.

        Raises:
            ChatError: as `send` does.
        """
        return self._door.reply(self, obj)


Ref = Sent | Heard | Message | int | str
"""A message: what `send` returned, what was heard, its number, "#123", or the id that this program
gave it."""


def next_hops(message: Message | Heard) -> int:
    """What a program's answer to it carries as `hops`."""
    return message.hops + 1 if message.user.kind == "program" else 0


def seq_of(ref: Ref) -> int | None:
    """The number of a message; None where it is named by its id."""
    if isinstance(ref, Sent | Heard | Message):
        return ref.seq
    if isinstance(ref, int):
        return ref
    found = re.fullmatch(r"#(\d{1,15})", ref)
    return int(found[1]) if found else None
