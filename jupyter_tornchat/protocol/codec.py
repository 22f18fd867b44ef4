"""Frames as JSON: the decoder is the validator."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import Struct

from .acts import check_act
from .client import AnyClientFrame, ClientFrame, Edit, Moderate, Report, Send
from .limits import LIMITS
from .refusal import Refusal
from .server import ServerFrame
from .texts import clean

T = TypeVar("T")

_decoder = msgspec.json.Decoder(AnyClientFrame)
_encoder = msgspec.json.Encoder()


def decode(data: str | bytes) -> AnyClientFrame:
    """Read one client frame; what it returns is valid in every field.

    Raises:
        Refusal: with the words for the person; it carries nothing of the text.
    """
    if isinstance(data, bytes):
        raise Refusal("bad_frame", "binary frames are not understood: send JSON as text")
    frame = read(data, _decoder)
    if isinstance(frame, Send | Edit | Report):
        clean(frame)
    elif isinstance(frame, Moderate):
        check_act(frame)
    return frame


def read(data: str | bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """Read one JSON value that is valid in every field.

    Raises:
        Refusal: `bad_frame`, with what is wrong.
    """
    try:
        found = decoder.decode(data)
        written = _encoder.encode(found)
        # What stands as it would be written here has nothing else in it, and nothing twice.
        if written != (data.encode() if isinstance(data, str) else data):
            _check_rest(data, len(written))
    except RecursionError:
        raise Refusal("bad_frame", "it is nested too deeply") from None
    except (msgspec.DecodeError, ValueError) as error:
        # Some of these words repeat what was sent, however long it is.
        raise Refusal("bad_frame", str(error)[:200]) from None
    return found


def _check_rest(data: str | bytes, known: int) -> None:
    """Refuse what is mostly unknown, and what says a thing twice.

    Args:
        known: bytes of what is known of it.
    """
    if len(data) > 3 * known + LIMITS.unknown_bytes:
        raise Refusal("bad_frame", "most of it is nothing that is known here")
    # msgspec keeps the last of two equal keys in silence; two readers could then disagree about
    # what was said, so it is refused (CWE-436).
    json.loads(data, object_pairs_hook=_no_key_twice)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


class Answerable(NamedTuple):
    """What a no must carry, so that its sender knows what it is for."""

    ref: str | None = None
    id: str | None = None
    room: str | None = None

    @classmethod
    def to(cls, frame: ClientFrame) -> Answerable:
        """What an answer to this frame carries."""
        return cls(frame.ref, getattr(frame, "id", None), getattr(frame, "room", None))


class _Answerable(Struct):
    ref: Any = None
    id: Any = None
    room: Any = None


_answerable = msgspec.json.Decoder(_Answerable)


def answer_to(data: str | bytes) -> Answerable:
    """What can be read of a frame that was refused."""
    try:
        found = _answerable.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Answerable()
    said = (found.ref, found.id, found.room)
    return Answerable(*(v if isinstance(v, str) and len(v) <= 64 else None for v in said))


def encode(frame: ServerFrame | ClientFrame) -> bytes:
    """One frame as JSON bytes."""
    return _encoder.encode(frame)
