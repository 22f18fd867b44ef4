"""Who makes a request, and what they may do."""

from __future__ import annotations

from typing import NamedTuple

from ..access import MEMBER, Access
from ..protocol import User
from ..tokens import Vouched

OWNER = Access(lets_in=True)
"""Whoever started the server, as a program in their shell."""


class Speaker(NamedTuple):
    """Who makes a request, and what they may do."""

    user: User
    named: bool = True
    """False where they must say a name before the first message."""
    access: Access = MEMBER
    vouched: Vouched | None = None
    """By what they are known, where somebody else vouches for them and may take it back."""
