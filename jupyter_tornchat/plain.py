"""The plain protocol: one readable line of text for each event, for a client that offers no
subprotocol. It is the protocol of the tutorial this project grew out of.

Its first field was everyone's IP address; here it is `-`, because an address is nobody's business.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from time import time
from typing import cast

from .protocol import Answered, Message, Presence, Refusal, Send, ServerFrame, User, clean_text

ENTERED = "进入聊天室"
LEFT = "离开聊天室"
SAYS = "说"
ANSWERS = "回答"


def decode(data: str | bytes, room: str) -> Send:
    """`{"msg": "…"}` or a bare line of text, as something to say in `room`.

    Raises:
        Refusal: `bad_frame`, or what `clean_text` refuses.
    """
    if isinstance(data, bytes):
        raise Refusal("bad_frame", "binary frames are not understood: send text")
    return Send(room=room, id=secrets.token_hex(16), text=clean_text(_text(data)))


def _text(data: str) -> str:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return data
    if not isinstance(found, dict):
        return data
    message = cast("dict[str, object]", found).get("msg")
    if not isinstance(message, str):
        raise Refusal("bad_frame", 'the key "msg" with a text is missing')
    # A lone half of a surrogate pair is no text, and could not be sent on.
    return message.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def lines(frame: ServerFrame, people: Mapping[str, User]) -> Iterator[str]:
    """What a plain client reads of a frame; nothing for frames it has no line for.

    Args:
        people: who is known by id, for those who left.
    """
    match frame:
        case Message(user=user, at=at):
            yield f"[{_time(at)}]-[{user.name}]-{SAYS}:{_harmless(_words(frame))}"
        case Answered(user=user, at=at, of=of, choice=choice):
            yield f"[{_time(at)}]-[{user.name}]-{ANSWERS} #{of}:{choice + 1}"
        case Presence(joined=joined, left=left):
            now = _time(time() * 1000)
            for user in joined:
                yield f"[-]-[{now}]-{user.name} {ENTERED}"
            for id in left:
                yield f"[-]-[{now}]-{people[id].name} {LEFT}"
        case _:
            pass


def _words(message: Message) -> str:
    """All that a line can show of it: its text, its cell's source, how its object reads, the
    names of its files, what can be answered, how its job stands."""
    reads = next((output.text for output in message.data[::-1] if output.text), "")
    words = [message.text, message.cell.source if message.cell else "", reads]
    words.append(" ".join(f"[{file.name}]" for file in message.files))
    if message.question:
        choices = enumerate(message.question.choices, 1)
        words.append(f"#{message.seq}: " + " ".join(f"{n}) {choice}" for n, choice in choices))
    if message.job:
        words.append(f"[{message.job.what}: {message.job.state}]")
    return "\n".join(word for word in words if word)


def refusal(reason: str) -> str:
    """A no, as a line."""
    return f"[-]-[{_time(time() * 1000)}]-! {reason}"


def _harmless(text: str) -> str:
    """The text as a terminal may show it: no control characters, and no line of it that could
    pass for one of ours."""
    seen = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return seen.replace("\n", "\n    ")


def _time(at: float) -> str:
    """Milliseconds since 1970 as the server's local time."""
    return datetime.fromtimestamp(at / 1000, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
