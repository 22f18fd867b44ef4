"""Texts that mean no good: refused where they cannot be kept, else kept as the text they are.

The numbers are those of the catalogue of bad input: 64-71 are texts. That no browser takes one for
markup is tested in a browser.
"""

from __future__ import annotations

import json

import pytest

from jupyter_tornchat.protocol import LIMITS
from places import Bystanders, Place, at_one_place, unharmed
from raw import frame

pytestmark = at_one_place

REFUSED: dict[str, tuple[str, str]] = {
    "64 empty": ("empty", ""),
    "64 spaces": ("empty", " \t "),
    "64 line ends": ("empty", "\n\r\n\n"),
    "64 nothing to see": ("empty", "\u200b\u200d\ufeff\u2060"),
    "64 one character too many": ("too_long", "a" * (LIMITS.text_chars + 1)),
    "64 too many bytes": ("too_long", "\U0001f600" * 8_001),
    "65 one mark too many": ("bad_text", "a" + "\u0301" * (LIMITS.combining_marks + 1)),
    "65 a tower of marks": ("bad_text", "z" + "\u0335" * 7_000),
    "65 one line too many": ("too_long", "a\n" * LIMITS.text_lines + "a"),
    "69 NUL": ("bad_text", "a\0b"),
}


@unharmed
@pytest.mark.parametrize(("code", "text"), REFUSED.values(), ids=REFUSED)
async def test_bad_text_is_rejected(place: Place, code: str, text: str) -> None:
    raw = await place.open("mallory")
    await raw.send(frame({"type": "join", "room": "lobby"}))
    await raw.send(frame({"type": "send", "room": "lobby", "id": "bad", "text": text}))
    await raw.expect("rejected", code=code, id="bad")


@unharmed
@pytest.mark.parametrize(("code", "text"), REFUSED.values(), ids=REFUSED)
async def test_bad_text_is_refused_over_http(place: Place, code: str, text: str) -> None:
    body = json.dumps({"id": "bad", "text": text}).encode()
    me = place.person("mallory").items()
    answer = await place.ask("POST", "api/rooms/lobby/messages", me, body)
    assert (answer.status, answer.code) == (413 if code == "too_long" else 400, code)


KEPT = {
    "64 as long as may be": "a" * LIMITS.text_chars,
    "64 as many bytes as may be": "\U0001f600" * LIMITS.text_chars,
    "65 as many lines as may be": "a\n" * (LIMITS.text_lines - 1) + "a",
    "65 a thousand joined emoji": "\U0001f469\u200d" * 1_000 + "\U0001f469",
    "65 one word": "https://" + "a." * 3_990,
    "66 bidi": "\u202eevil\u202c \u2066x \u0639\u0631\u0628\u064a 12",
    "66 tags": "a\U000e0001\U000e0041\U000e007f",
    "66 no characters": "a\ufffe\uffff\U0010ffff\ue000\ufff9\u00ad\u2028\u2029",
    "67 markup": "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>"
    "<iframe srcdoc='x'></iframe><form action=//evil.test><base href=//evil.test>"
    '<button data-commandlinker-command="notebook:run-all">x</button><a id=MathJax>',
    "67 half a tag": "</textarea></script><noscript><p title='</noscript><img src=x>'>",
    "67 templates": "{{7*7}} ${7*7} {% raw %} $$\\href{javascript:alert(1)}{x}$$",
    "67 magics": "%%javascript\n!ls",
    "68 links": "javascript:alert(1) JaVaScRiPt:x java\tscript:x data:text/html,x vbscript:x"
    " file:///etc/passwd blob:x //evil.test https://user@evil.test http://[::1]/"
    " http:" + "//169.254.169.254/",
    "69 terminal": "\x1b[2J\x1b]0;x\x07 a\rb",
    "69 log lines": "x\r\n[E 12:00 ServerApp] forged %s%n{0}",
    "70 formulas": "=HYPERLINK(1)\n+cmd|x\n@SUM(1)\n\tx",
    "71 SQL": "'); DROP TABLE entries; --",
    "71 search": '"* NEAR( %_ ' + "[" * 1_000,
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
async def test_bad_text_that_is_only_text_is_kept_as_it_is(
    place: Place, bystanders: Bystanders, text: str
) -> None:
    bystanders.stored = 1
    id = await bystanders.speaks.send(text)
    assert (await bystanders.hears.expect("message", id=id))["text"] == text
    assert place.newest_text("lobby") == text
    answer = await place.ask("GET", "api/rooms/lobby/messages?limit=1", place.person("ann").items())
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.body)["messages"][0]["text"] == text


async def test_bad_text_loses_outer_blank_lines_only(bystanders: Bystanders) -> None:
    bystanders.stored = 1
    id = await bystanders.speaks.send("\n \n    if x:\n\n        y  \n\n")
    heard = await bystanders.hears.expect("message", id=id)
    assert heard["text"] == "    if x:\n\n        y  "
