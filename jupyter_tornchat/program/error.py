"""What goes wrong for a program, and whether to try again."""

from __future__ import annotations

from ..protocol import REASONS
from .content import brief


class ChatError(Exception):
    """The chat said no, or could not be reached.

    Attributes:
        code: the kind of no, as in docs/protocol.md; `unreachable` where nobody answered.
        retry: whether the very same request may succeed later.
        retry_after: seconds after which to try again; 0 where nobody said.
    """

    def __init__(self, code: str, reason: str, retry: bool, retry_after: float = 0.0) -> None:
        self.code = code
        self.retry = retry
        self.retry_after = retry_after
        super().__init__(f"{reason} ({code}; trying again {'may help' if retry else 'is no use'})")

    @classmethod
    def of(cls, code: str, reason: str, retry_after: float = 0.0) -> ChatError:
        """A no of the server's: its reasons say whether to try again."""
        retry = code in REASONS and REASONS[code].retry
        return cls(code, reason, retry, retry_after)


def last_word(error: BaseException) -> str:
    """What an exception says of itself, cut to what people read."""
    name = type(error).__name__
    try:
        says = str(error)
    except Exception:  # noqa: BLE001  not every exception can
        says = ""
    return brief(f"{name}: {says}" if says else name)
