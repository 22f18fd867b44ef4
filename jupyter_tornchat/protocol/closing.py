"""Why a socket ends."""

from __future__ import annotations

from enum import IntEnum


class Close(IntEnum):
    """Why the server ended a socket. The range is the advice, so that a client needs no list:
    4000-4499 come back, 4500-4999 do not."""

    GOING_AWAY = 1001
    TOO_BIG = 1009
    RESTARTING = 1012
    CHANGED = 4401
    SLOW = 4408
    TOO_MANY = 4411
    TOO_FAST = 4429
    SIGNED_OUT = 4501
    REMOVED = 4503
    PROTOCOL_ERROR = 4510
    RELOAD = 4512


CLOSE_REASONS: dict[Close, str] = {
    Close.GOING_AWAY: "the page or the server goes away",
    Close.TOO_BIG: "the frame is longer than limits.frame_bytes",
    Close.RESTARTING: "the server stops or restarts; come back",
    Close.CHANGED: "what you may do here has changed; come back",
    Close.SLOW: "the connection did not read what it was sent; come back and resume",
    Close.TOO_MANY: "this server has as many connections as it takes; come back later",
    Close.TOO_FAST: "far more frames than the rate allows; come back slower",
    Close.SIGNED_OUT: "signed out; sign in again",
    Close.REMOVED: "removed from the chat",
    Close.PROTOCOL_ERROR: "this is not tornchat.v1",
    Close.RELOAD: "the page is older than the server; reload it",
}
