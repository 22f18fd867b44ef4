"""No, in its kinds."""

from __future__ import annotations

from typing import NamedTuple


class Reason(NamedTuple):
    """One kind of no."""

    says: str
    """English words for people; other languages translate by the code."""
    status: int
    """The HTTP status of the same no in the REST interface."""
    retry: bool
    """Whether the very same request may succeed later."""


REASONS: dict[str, Reason] = {
    "bad_frame": Reason("this is not a request the chat understands", 400, False),
    "empty": Reason("the message is empty", 400, False),
    "too_long": Reason("the message is too long", 413, False),
    "bad_text": Reason("the text holds something that cannot be kept", 400, False),
    "bad_name": Reason("this name cannot be used", 400, False),
    "name_taken": Reason("someone here has this name, or one that looks like it", 409, False),
    "unnamed": Reason("say first what your name is", 403, False),
    "signed_out": Reason("you are not signed in", 403, False),
    "forbidden": Reason("you may not do this here", 403, False),
    "no_such_room": Reason("there is no such room", 404, False),
    "no_such_message": Reason("there is no such message", 404, False),
    "room_exists": Reason("a room with this name exists already", 409, False),
    "too_many_rooms": Reason("that would be one room too many", 409, False),
    "not_joined": Reason("join the room first", 403, False),
    "conflict": Reason("another message has this id already", 409, False),
    "loop": Reason("programs have answered each other too often in a row", 409, False),
    "closed": Reason("this question is closed", 409, False),
    "no_such_kernel": Reason("there is no such kernel", 404, False),
    "not_running": Reason("nothing runs in this kernel", 409, False),
    "no_such_key": Reason("there is no such key", 404, False),
    "too_many_keys": Reason("that would be one key too many", 409, False),
    "no_such_hook": Reason("there is no such hook", 404, False),
    "too_many_hooks": Reason("that would be one hook too many", 409, False),
    "no_such_invite": Reason("there is no such invite", 404, False),
    "too_many_invites": Reason("that would be one invite too many", 409, False),
    "bad_invite": Reason("this invite does not hold, or not any more", 403, False),
    "gate_closed": Reason("guests cannot be let in here", 403, False),
    "no_such_person": Reason("nobody here is known by that id", 404, False),
    "not_moderator": Reason("only moderators may do this", 403, False),
    "removed": Reason("a moderator has shown you out of this room", 403, False),
    "read_only": Reason("only moderators speak in this room", 403, False),
    "muted": Reason("a moderator has asked you to be silent for a while", 403, True),
    "bad_address": Reason("this address cannot be told anything", 400, False),
    "too_fast": Reason("too fast; try again in a moment", 429, True),
    "full": Reason("as many people are connected as this server takes", 429, True),
    "no_such_file": Reason("there is no such file", 404, False),
    "too_big": Reason("the file is too big", 413, False),
    "bad_file": Reason("this file cannot be kept", 415, False),
    "too_many_files": Reason("that would be one file too many for a day", 429, True),
    "storage_full": Reason("the server's disk is full", 507, True),
    "unavailable": Reason("the chat is off at the moment", 503, True),
}


RETRY_SECONDS = 5.0


class Refusal(Exception):
    """A no with its code, raised wherever it is found and answered at the edge.

    Args:
        code: a key of `REASONS`.
        detail: what exactly was wrong; the reason's own words where it is left out.
        retry_after: seconds after which to try again; where the same request may succeed later
            and nobody knows when, `RETRY_SECONDS`.
    """

    def __init__(self, code: str, detail: str = "", retry_after: float | None = None) -> None:
        self.code = code
        self.reason = detail or REASONS[code].says
        self.retry_after = retry_after
        if retry_after is None and REASONS[code].retry:
            self.retry_after = RETRY_SECONDS
        super().__init__(f"{code}: {self.reason}")
