"""An address for each route: a text that its pattern matches."""

from __future__ import annotations

import re
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as patterns  # type: ignore[attr-defined]
from typing import Any

LETTERS = {
    kinds.CATEGORY_DIGIT: "1",
    kinds.CATEGORY_WORD: "a",
    kinds.CATEGORY_SPACE: " ",
    kinds.CATEGORY_NOT_SPACE: "a",
    kinds.CATEGORY_NOT_WORD: "-",
    kinds.CATEGORY_NOT_DIGIT: "a",
}


def of(pattern: re.Pattern[str]) -> str:
    """One text that the whole pattern matches, as short as it may be without being empty.

    Raises:
        AssertionError: none was found.
    """
    found = _join(patterns.parse(pattern.pattern))
    assert pattern.fullmatch(found), (pattern.pattern, found)
    return found


def _join(parts: Any) -> str:
    return "".join(_one(kind, value) for kind, value in parts)


def _one(kind: Any, value: Any) -> str:
    if kind in {kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT}:
        return ""
    return MADE[kind](value)


def _repeated(value: Any) -> str:
    least, most, what = value
    return _join(what) * max(least, min(1, most))


def _letter(allowed: Any) -> str:
    kind, value = allowed[0]
    if kind is kinds.NEGATE:
        no = {chr(v) for k, v in allowed[1:] if k is kinds.LITERAL}
        return next(letter for letter in "ab1-" if letter not in no)
    if kind is kinds.RANGE:
        return chr(value[0])
    return LETTERS[value] if kind is kinds.CATEGORY else chr(value)


MADE = {
    kinds.LITERAL: chr,
    kinds.NOT_LITERAL: lambda value: "b" if value == ord("a") else "a",
    kinds.ANY: lambda _: "a",
    kinds.IN: _letter,
    kinds.MAX_REPEAT: _repeated,
    kinds.MIN_REPEAT: _repeated,
    kinds.SUBPATTERN: lambda value: _join(value[3]),
    kinds.BRANCH: lambda value: _join(value[1][0]),
}
