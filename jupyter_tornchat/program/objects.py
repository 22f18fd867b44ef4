"""Objects: whatever a program has, made a message that everyone can read.

Rules of this file:

- What an object is, is seen by the libraries that the program has loaded; none is imported for it.
- Each object goes in a few types, the richest first, and the last is plain text, so that it shows
  at every door. Nothing of it is ever pickled, or run by who reads it.
- Nothing is cut in silence: what is too big is refused with its size, what is shown in part says
  so.
"""

from __future__ import annotations

import json
from pprint import pformat
from typing import Any

from ..protocol import OutputRef
from . import arrays, bundles, charts, errors, pictures, tables
from .content import TEXT_BYTES, Content, Upload, attach, plain

JSON = "application/json"
PLAIN = (dict, list)
"""These very types: what is derived from them may hold more."""


def content(obj: Any, upload: Upload) -> Content:
    """What a message with this object holds; its files are uploaded when this returns.

    Args:
        obj: a text, a table, an array, a figure, a chart, an exception or the triple of
            `sys.exc_info()`, a list or dict, or anything that a notebook can show.
        upload: takes a file to the room.

    Raises:
        Refusal: it cannot be sent, by how much it is too big, and what to send instead.
    """
    match obj:
        case Content():
            return obj
        case str():
            return Content(text=obj)
        case BaseException() as error:
            return errors.content(error)
        case (_, BaseException() as error, _):
            return errors.content(error)
        case _ if type(obj) in PLAIN:
            return _json(obj, upload)
        case _:
            return _of_a_library(obj, upload) or bundles.content(obj, upload)


def _of_a_library(obj: Any, upload: Upload) -> Content | None:
    if kind := tables.kind(obj):
        return tables.content(obj, kind, upload)
    if arrays.is_one(obj):
        return arrays.content(obj, upload)
    if charts.is_plotly(obj):
        return charts.of_plotly(obj, upload)
    if charts.is_altair(obj):
        return charts.of_altair(obj, upload)
    if pictures.is_image(obj):
        return pictures.of_image(obj, upload)
    figure = pictures.figure(obj)
    return None if figure is None else pictures.of_figure(figure, upload)


def _json(obj: Any, upload: Upload) -> Content:
    """As JSON where that says the same, else as it reads."""
    reads = plain(pformat(obj, width=100, compact=True, sort_dicts=False), TEXT_BYTES // 2)
    try:
        text = json.dumps(obj, ensure_ascii=False, allow_nan=False)
        if json.loads(text) != obj or "\\u0000" in text:
            return Content(data=[reads])
        size = len(text.encode())
    except (ValueError, TypeError, RecursionError):
        return Content(data=[reads])
    if size <= TEXT_BYTES:
        return Content(data=[OutputRef(JSON, text), reads])
    file = attach(text.encode(), "data.json", upload, "it", f"it is {_length(obj)} long")
    return Content(data=[OutputRef(JSON, "", file), reads])


def _length(obj: Any) -> str:
    return f"{len(obj):,} {'keys' if isinstance(obj, dict) else 'items'}"
