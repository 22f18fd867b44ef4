"""What comes in is a valid frame or a `Refusal`, and a text is kept byte for byte."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jupyter_tornchat.protocol import (
    CLOSE_REASONS,
    LIMITS,
    REASONS,
    AnyServerFrame,
    Close,
    Join,
    Leave,
    Message,
    Older,
    Pulse,
    Refusal,
    Send,
    User,
    answer_to,
    clean_text,
    decode,
    encode,
)

VALID = [
    ({"type": "join", "room": "lobby"}, Join(room="lobby")),
    (
        {"type": "join", "room": "a", "after": 7, "epoch": "e", "check": "c", "ref": "r"},
        Join(room="a", after=7, epoch="e", check="c", ref="r"),
    ),
    ({"type": "leave", "room": "a.b_c-9"}, Leave(room="a.b_c-9")),
    (
        {"type": "send", "room": "lobby", "id": "1", "text": " hi\n"},
        Send(room="lobby", id="1", text=" hi"),
    ),
    (
        {"type": "older", "room": "lobby", "before": 9, "limit": 200},
        Older(room="lobby", before=9, limit=200),
    ),
    ({"type": "heartbeat", "unknown": [1]}, Pulse()),
]

BAD: list[Any] = [
    [],
    "join",
    {},
    {"type": "no"},
    {"type": "welcome"},
    {"type": "join"},
    *({"type": "join", "room": room} for room in ("", "A", "-a", "a/b", "ä", "a\n", "a" * 65, 1)),
    *({"type": "join", "room": "a", "after": n} for n in (-1, 1.5, 2**53, "1", True, [])),
    {"type": "join", "room": "a", "epoch": "e" * 65},
    {"type": "join", "room": "a", "ref": 7},
    *(
        {"type": "send", "room": "a", "id": id, "text": "x"}
        for id in ("", "a b", "é", "x" * 65, 1, None)
    ),
    {"type": "send", "room": "a", "id": "1", "text": 1},
    {"type": "send", "room": "a", "id": "1"},
    *({"type": "older", "room": "a", "before": 1, "limit": n} for n in (0, -1, 201, 10**9, "all")),
]


@pytest.mark.parametrize(("said", "frame"), VALID, ids=lambda v: type(v).__name__)
def test_a_valid_frame_is_read(said: Any, frame: Any) -> None:
    assert decode(json.dumps(said)) == frame


@pytest.mark.parametrize("said", BAD, ids=repr)
def test_what_is_no_frame_is_refused(said: Any) -> None:
    with pytest.raises(Refusal) as no:
        decode(json.dumps(said))
    assert no.value.code == "bad_frame"
    assert no.value.reason


@pytest.mark.parametrize(
    "data",
    [
        b'{"type": "heartbeat"}',
        "",
        "{",
        "\0",
        '{"type": "heartbeat"} {}',
        '{"type": "heartbeat", "type": "leave"}',
        '{"type": "heartbeat", "x": {"a": 1, "a": 2}}',
        '{"type": "heartbeat", "x": "\\ud800"}',
        '{"type": "heartbeat", "x": %s}' % ("9" * 5000),
        '{"type": "heartbeat", "x": NaN}',
        "[" * 100_000,
        '{"type": "heartbeat", "x": %s}' % ("[" * 60_000 + "]" * 60_000),
    ],
    ids=lambda data: repr(data[:30]),
)
def test_what_two_readers_could_read_differently_is_refused(data: str | bytes) -> None:
    with pytest.raises(Refusal) as no:
        decode(data)
    assert no.value.code == "bad_frame"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
FIELDS = st.fixed_dictionaries(
    {"type": st.sampled_from(["join", "leave", "send", "older", "heartbeat", "x"])},
    optional={
        "room": st.just("lobby") | JSON,
        "id": st.just("1") | JSON,
        "text": st.text() | JSON,
        "after": st.integers() | JSON,
        "before": st.integers() | JSON,
        "limit": st.integers() | JSON,
        "ref": st.text() | JSON,
        "epoch": st.text() | JSON,
    },
)


@given(st.text() | st.binary() | FIELDS.map(json.dumps) | JSON.map(json.dumps))
@example('{"type":"send","room":"a","id":"1","text":"\\ud83d\\ude00"}')
def test_whatever_comes_is_a_frame_or_a_refusal(data: str | bytes) -> None:
    try:
        frame = decode(data)
    except Refusal:  # whatever else is raised fails the test
        pass
    else:
        assert decode(encode(frame).decode()) == frame
    assert all(v is None or len(v) <= 64 for v in answer_to(data))


def test_a_refused_frame_is_answered_by_its_ref_its_id_and_its_room() -> None:
    said = '{"type": "send", "room": "a", "ref": "r", "id": "7", "text": 1}'
    assert answer_to(said) == ("r", "7", "a")
    assert answer_to('{"ref": 7, "id": "%s"}' % ("x" * 65)) == (None, None, None)
    assert answer_to("nonsense") == (None, None, None)


@pytest.mark.parametrize(
    "more", ['"z": [' + "{}," * 40_000 + "{}]", ",".join(f'"k{n}": 0' for n in range(10_000))]
)
def test_a_frame_that_is_mostly_something_else_is_not_read_to_its_end(more: str) -> None:
    with pytest.raises(Refusal, match="nothing that is known"):
        decode('{"type": "leave", "room": "a", ' + more + "}")


def test_unknown_fields_are_passed_over() -> None:
    assert decode('{"type": "leave", "room": "a", "later": {"a": [1, 2]}}') == Leave(room="a")


def test_a_refusal_says_nothing_of_the_text() -> None:
    with pytest.raises(Refusal) as no:
        decode('{"type": "send", "room": "a", "id": 1, "text": "a secret"}')
    assert "secret" not in no.value.reason


# ----------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("hello", "hello"),
        ("  def f():\n      return 1  ", "  def f():\n      return 1  "),
        ("\n \n\t\n  x = 1\n\n  y = 2 \n\n  \n", "  x = 1\n\n  y = 2 "),
        ("a\r\nb\r\n", "a\r\nb"),
        ("a\rb", "a\rb"),
        ("\u202eabc", "\u202eabc"),
        ("e\u0301 ≠ é", "e\u0301 ≠ é"),
        ("a\tb\x1b[31m", "a\tb\x1b[31m"),
        ("x" * LIMITS.text_chars, "x" * LIMITS.text_chars),
        ("😀" * LIMITS.text_chars, "😀" * LIMITS.text_chars),
        ("x\n" * LIMITS.text_lines, ("x\n" * LIMITS.text_lines)[:-1]),
        ("a" + "\u0301" * LIMITS.combining_marks, "a" + "\u0301" * LIMITS.combining_marks),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_text_is_kept_byte_for_byte_but_for_outer_blank_lines(said: str, kept: str) -> None:
    assert clean_text(said) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \n\t\n ", "empty"),
        ("\u200b\u200d\ufeff", "empty"),
        ("\u2028", "empty"),
        ("x" * (LIMITS.text_chars + 1), "too_long"),
        ("😀" * (LIMITS.text_chars + 1), "too_long"),
        ("x\n" * LIMITS.text_lines + "x", "too_long"),
        ("a\0b", "bad_text"),
        ("a" + "\u0301" * (LIMITS.combining_marks + 1), "bad_text"),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_text_that_cannot_be_kept_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as no:
        clean_text(text)
    assert no.value.code == code


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_cleaning_takes_away_blank_lines_at_the_ends_and_nothing_else(text: str) -> None:
    try:
        kept = clean_text(text)
    except Refusal:
        return
    assert kept in text
    before, _, after = text.partition(kept)
    assert before.strip() == after.strip() == ""
    assert before == "" or before.endswith("\n")
    assert clean_text(kept) == kept


# ------------------------------------------------------------------- what shows more than text

HASH = "0" * 64
FILE = {"hash": HASH, "name": "a.png"}


def said(**fields: Any) -> Send:
    frame = decode(json.dumps({"type": "send", "room": "lobby", "id": "1", "text": ""} | fields))
    assert isinstance(frame, Send)
    return frame


def cell(**fields: Any) -> dict[str, Any]:
    return {"cell": {"source": "1 + 1"} | fields}


def outputs(*texts: str) -> dict[str, Any]:
    return cell(outputs=[{"type": "text/plain", "text": text} for text in texts])


def test_a_message_without_a_text_shows_something_else() -> None:
    assert said(files=[FILE], text=" \n").text == ""
    assert said(**cell(), text="\n look \n").text == " look "
    assert said(**cell(source="", outputs=[{"type": "image/png", "file": FILE}])).text == ""
    assert len(said(files=[FILE] * LIMITS.files_shown).files) == LIMITS.files_shown
    room = LIMITS.cell_bytes - len("1 + 1") - len("text/plain")
    assert said(**outputs("ä" * (room // 2))).cell is not None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "empty"),
        ({"files": [], "cell": None}, "empty"),
        (cell(source=" \n"), "empty"),
        ({"files": [FILE] * (LIMITS.files_shown + 1)}, "too_long"),
        (outputs(*["x"] * (LIMITS.cell_outputs + 1)), "too_long"),
        (outputs("x" * LIMITS.cell_bytes), "too_long"),
        (outputs("ä" * (LIMITS.cell_bytes // 2)), "too_long"),
        (cell(source="x" * (LIMITS.cell_bytes + 1)), "too_long"),
        (cell(notebook="x" * LIMITS.cell_bytes), "too_long"),
        (cell(source="a\0"), "bad_text"),
        (outputs("a", "b\0"), "bad_text"),
        (outputs("a" + "\u0301" * (LIMITS.combining_marks + 1)), "bad_text"),
        (cell(source=1), "bad_frame"),
        (cell(count=-1), "bad_frame"),
        (cell(count=2**53), "bad_frame"),
        (cell(outputs=[{"text": "x"}]), "bad_frame"),
        (cell(outputs=[{"type": "html", "text": "x"}]), "bad_frame"),
        (cell(outputs=[{"type": "text/html; x=1", "text": "x"}]), "bad_frame"),
        (cell(outputs=[{"type": "image/png", "file": {"hash": "0", "name": "x"}}]), "bad_frame"),
        ({"files": [{"hash": HASH.replace("0", "A"), "name": "x"}]}, "bad_frame"),
        ({"files": [{"hash": HASH}]}, "bad_frame"),
        ({"files": [HASH]}, "bad_frame"),
        ({"text": "x", "reply": -1}, "bad_frame"),
        ({"text": "x", "reply": 1.5}, "bad_frame"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_message_that_cannot_be_kept_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as no:
        said(**fields)
    assert no.value.code == code


def test_it_is_said_by_how_much_a_cell_is_too_long() -> None:
    with pytest.raises(Refusal, match="the cell has 70,000 bytes; 65,536 are allowed"):
        said(**cell(source="x" * 70_000))


# ------------------------------------------------------------------------- what is sent out


def test_a_frame_is_json_with_its_type_and_without_defaults() -> None:
    frame = Message(room="a", seq=1, id="x", user=User("g", "ann", "guest"), text="é", at=5)
    assert json.loads(encode(frame)) == {
        "type": "message",
        "room": "a",
        "seq": 1,
        "id": "x",
        "user": {"id": "g", "name": "ann", "kind": "guest"},
        "text": "é",
        "at": 5,
    }
    assert msgspec.json.decode(encode(frame), type=AnyServerFrame) == frame


def test_every_close_code_has_its_words_and_its_advice() -> None:
    assert CLOSE_REASONS.keys() == set(Close)
    come_back = {Close.CHANGED, Close.SLOW, Close.TOO_MANY, Close.TOO_FAST}
    assert {code for code in Close if 4000 <= code < 4500} == come_back
    # RFC 6455, 5.5: a control frame carries at most 125 bytes, two of them the code.
    assert all(len(words.encode()) <= 123 for words in CLOSE_REASONS.values())


def test_every_reason_has_an_http_status_of_an_error() -> None:
    assert all(400 <= reason.status < 600 and reason.says for reason in REASONS.values())
