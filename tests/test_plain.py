"""The plain protocol: what a line means, and how an event reads as a line."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tornchat import plain
from jupyter_tornchat.protocol import (
    Answered,
    Cell,
    Changed,
    Heartbeat,
    Job,
    Message,
    Presence,
    Question,
    Refusal,
    StoredFile,
    User,
)

ANN, BEN = User("1", "ann", "guest"), User("2", "ben", "guest")
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("hello", "hello"),
        ('{"msg": "hello"}', "hello"),
        ('{"msg": "  hello", "more": 1}', "  hello"),
        ("{half", "{half"),
        ("42", "42"),
        ('"quoted"', '"quoted"'),
        ("[1, 2]", "[1, 2]"),
        ("[" * 7_000, "[" * 7_000),
        ('{"msg": "\\ud83d\\ude00"}', "😀"),
        ('{"msg": "half \\ud83d"}', "half \ufffd"),
    ],
    ids=lambda text: text[:20],
)
def test_a_line_is_what_was_said(said: str, text: str) -> None:
    frame = plain.decode(said, "lobby")
    assert (frame.room, frame.text) == ("lobby", text)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"hello", "bad_frame"),
        ("{}", "bad_frame"),
        ('{"msg": 1}', "bad_frame"),
        ('{"msg": ""}', "empty"),
        (" ", "empty"),
        ("x" * 8001, "too_long"),
        ('{"msg": "\\u0000"}', "bad_text"),
    ],
    ids=repr,
)
def test_a_line_that_says_nothing_is_refused(said: str | bytes, code: str) -> None:
    with pytest.raises(Refusal) as no:
        plain.decode(said, "lobby")
    assert no.value.code == code


@given(st.text())
def test_whatever_is_said_is_a_text_or_a_refusal(said: str) -> None:
    try:
        text = plain.decode(said, "lobby").text
    except (Refusal, UnicodeEncodeError):
        # A frame from a socket is UTF-8, so it holds no half of a surrogate pair.
        return
    assert text


def test_nobody_writes_a_line_in_somebody_elses_name() -> None:
    text = "hi\n[2026-11-22 15:00:00]-[ben]-说:I am ben\x1b[2J\r[x]-[ben]-说:no"
    message = Message(room="lobby", seq=1, id="1", user=ANN, text=text, at=1_700_000_000_000)
    (line,) = plain.lines(message, {})
    first, *others = line.split("\n")
    assert first.endswith("-[ann]-说:hi")
    assert all(other.startswith("    ") for other in others)
    assert not {"\x1b", "\r"} & set(line)


def test_every_line_has_an_id_of_its_own() -> None:
    assert plain.decode("x", "lobby").id != plain.decode("x", "lobby").id


def test_a_message_that_is_more_than_text_is_a_line_too() -> None:
    files = [StoredFile("0" * 64, name, "image/png", 9) for name in ("a.png", "b c.png")]
    more: list[tuple[dict[str, Any], str]] = [
        ({"text": "look", "files": files}, "look\n    [a.png] [b c.png]"),
        ({"text": "", "files": files[:1]}, "[a.png]"),
        ({"text": "see", "cell": Cell("x = 1\nx")}, "see\n    x = 1\n    x"),
        ({"text": "", "cell": Cell("x\x1b[2J")}, "x[2J"),
        ({"text": "Drop?", "question": Question(["no", "yes"], 9)}, "Drop?\n    #1: 1) no 2) yes"),
        ({"text": "", "job": Job("fit", "running", 0)}, "[fit: running]"),
        ({"text": "x", "job": Job("fit\x1b", "done", 0, 9)}, "x\n    [fit: done]"),
    ]
    for fields, words in more:
        message = Message(room="lobby", seq=1, id="1", user=ANN, at=1_700_000_000_000, **fields)
        (line,) = plain.lines(message, {})
        assert line.partition("说:")[2] == words
    answer = Answered(room="lobby", seq=2, id="2", of=1, user=BEN, choice=1, at=1_700_000_000_000)
    (line,) = plain.lines(answer, {})
    assert re.fullmatch(rf"\[{TIME}\]-\[ben\]-回答 #1:2", line)
    assert list(plain.lines(Changed(room="lobby", seq=2, id="2", of=1, at=1, text="x"), {})) == []


def test_events_are_lines() -> None:
    message = Message(room="lobby", seq=1, id="1", user=ANN, text="a\nb", at=1_700_000_000_000)
    (line,) = plain.lines(message, {})
    assert re.fullmatch(rf"\[{TIME}\]-\[ann\]-说:a\n    b", line)
    presence = Presence(room="lobby", joined=[ANN], left=["2"], count=1)
    came, went = plain.lines(presence, {"2": BEN})
    assert re.fullmatch(rf"\[-\]-\[{TIME}\]-ann 进入聊天室", came)
    assert re.fullmatch(rf"\[-\]-\[{TIME}\]-ben 离开聊天室", went)
    assert list(plain.lines(Heartbeat(now=1), {})) == []
    assert re.fullmatch(rf"\[-\]-\[{TIME}\]-! no", plain.refusal("no"))
