"""Text frames that are no frames of ours: `rejected`, with the words of the decoder.

The numbers are those of the catalogue of bad input: 39-50 are about JSON and its envelope.
"""

from __future__ import annotations

import json
from typing import get_args

import pytest

from jupyter_tornchat.protocol import LIMITS, AnyClientFrame, Close
from places import Place, at_one_place, unharmed
from raw import frame

pytestmark = at_one_place

HEARTBEAT = '"type": "heartbeat"'
SEND = {"type": "send", "room": "lobby", "id": "1", "text": "x"}


def send(**changes: str) -> str:
    """A `send` in which one field is these very characters."""
    fields = {name: json.dumps(value) for name, value in SEND.items()} | changes
    return "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}"


NO_JSON = {
    **{f"39 {text}": text for text in ("hello", "[]", '"x"', "1", "null", "{}", "true")},
    "40 two values": "{" + HEARTBEAT + "} {" + HEARTBEAT + "}",
    "40 trailing comma": "{" + HEARTBEAT + ",}",
    "40 comment": "{" + HEARTBEAT + "} // x",
    "40 byte order mark": "\ufeff{" + HEARTBEAT + "}",
    "40 single quotes": "{'type': 'heartbeat'}",
    "40 leading zero": '{"type": "older", "room": "lobby", "before": 01}',
    **{
        f"41 {number}": "{" + HEARTBEAT + f', "x": {number}' + "}"
        for number in ("NaN", "Infinity", "-Infinity")
    },
    "41 1e400": '{"type": "older", "room": "lobby", "before": 1e400}',
    "42 type twice": '{"type": "heartbeat", "type": "leave"}',
    "42 text twice": '{"type": "send", "room": "lobby", "id": "1", "text": "a", "text": "b"}',
    "42 a key twice within": "{" + HEARTBEAT + ', "x": {"a": 1, "a": 2}}',
    "43 depth of lists": "{" + HEARTBEAT + ', "x": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "43 depth of objects": '{"x": ' + '{"a":' * 20_000 + "1" + "}" * 20_001,
    "43 open lists": "[" * 100_000,
    "44 5,000 digits": "{" + HEARTBEAT + ', "x": ' + "9" * 5_000 + "}",
    **{
        f"44 before {number}": '{"type": "older", "room": "lobby", "before": ' + number + "}"
        for number in ("-1", str(2**53), str(2**63), "1e308", "0.1", "true", '"1"', "9" * 5_000)
    },
    "45 lone surrogate": send(text='"\\ud800"'),
    "45 lone surrogate in a key": '{"type": "heartbeat", "\\udfff": 1}',
    "46 NUL, unescaped": send(text='"a\0b"'),
    "47 10,000 keys": "{"
    + HEARTBEAT
    + "".join(f', "k{number}": 1' for number in range(10_000))
    + "}",
    "47 a key of 60 KiB": "{" + HEARTBEAT + f', "{"k" * 60_000}": 1' + "}",
    "48 unknown": '{"type": "shutdown"}',
    "48 a server's own": '{"type": "welcome"}',
    "48 upper case": '{"type": "SEND", "room": "lobby", "id": "1", "text": "x"}',
    "48 1 KiB": json.dumps({"type": "a" * 1024}),
    **{f"48 {value}": '{"type": ' + value + "}" for value in ('["send"]', "1", "null", "{}")},
    **{
        f"49 send without {field}": json.dumps({k: v for k, v in SEND.items() if k != field})
        for field in SEND
    },
    **{
        f"49 {kind.__struct_config__.tag} with {field} {value}": json.dumps(
            {"type": kind.__struct_config__.tag, field: json.loads(value)}
        )
        for kind in get_args(AnyClientFrame)
        for field in kind.__struct_encode_fields__
        for value in ("[]", "{}", "1.5")
    },
    "49 null for text": send(text="null"),
    "49 ref of 65 characters": json.dumps({"type": "heartbeat", "ref": "a" * 65}),
}


@unharmed
@pytest.mark.parametrize("text", NO_JSON.values(), ids=NO_JSON)
async def test_bad_json_is_rejected(place: Place, text: str) -> None:
    raw = await place.open("mallory")
    await raw.send(frame({"type": "join", "room": "lobby"}) + frame(text) + ALIVE)
    no = await raw.expect("rejected")
    assert no["code"] == "bad_frame"
    assert no["reason"]
    assert len(no["reason"]) <= 200
    await raw.expect("heartbeat", ref="alive")


ALIVE = frame({"type": "heartbeat", "ref": "alive"})

HARMLESS = {
    "44 numbers in a field nobody knows": '"x": [-0, 1e308, 9007199254740993, 0.1]',
    "47 300 keys": ", ".join(f'"k{number}": 1' for number in range(300)),
    "47 a key of 3 KiB": f'"{"k" * 3_000}": 1',
    **{
        f"47 {key}": f'"{key}": {{"x": 1}}'
        for key in ("__proto__", "constructor", "toString", "hasOwnProperty", "length")
    },
    "49 a field of another frame": '"text": 1, "after": null',
}


@unharmed
@pytest.mark.parametrize("more", HARMLESS.values(), ids=HARMLESS)
async def test_bad_json_that_only_says_too_much_is_read(place: Place, more: str) -> None:
    """Both sides ignore fields they do not know."""
    raw = await place.open("mallory")
    await raw.send(frame("{" + HEARTBEAT + ', "ref": "read", ' + more + "}"))
    await raw.expect("heartbeat", ref="read")


@unharmed
async def test_bad_json_46_a_NUL_in_a_text_is_rejected(place: Place) -> None:
    raw = await place.open("mallory")
    await raw.send(frame({"type": "join", "room": "lobby"}) + frame(send(text='"a\\u0000b"')))
    await raw.expect("rejected", code="bad_text", id="1")


@unharmed
async def test_bad_json_39_ten_in_a_row_end_the_socket(place: Place) -> None:
    raw = await place.open("mallory")
    nearly = frame("hello") * (LIMITS.bad_frames - 1) + ALIVE
    await raw.send(nearly + nearly)
    await raw.expect("heartbeat", ref="alive")
    await raw.expect("heartbeat", ref="alive")
    await raw.send(frame("hello") * LIMITS.bad_frames)
    assert await raw.ended() == Close.PROTOCOL_ERROR


@unharmed
async def test_bad_json_50_frames_behind_the_last_one_are_not_read(place: Place) -> None:
    raw = await place.open("mallory")
    await raw.send(frame({"type": "join", "room": "lobby"}))
    await raw.expect("joined")
    await raw.send(frame("hello") * LIMITS.bad_frames + frame(json.dumps(SEND)))
    assert await raw.ended() == Close.PROTOCOL_ERROR


@unharmed
async def test_bad_json_says_which_frame_it_is_about(place: Place) -> None:
    raw = await place.open("mallory")
    await raw.send(frame({"type": "send", "room": 1, "id": "mine", "ref": "r1"}))
    await raw.expect("rejected", code="bad_frame", id="mine", ref="r1")
