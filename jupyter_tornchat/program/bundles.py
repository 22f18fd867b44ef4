"""Whatever knows how to show itself in a notebook: the types of it that are safe to show to others.

Rule: no type that runs (scripts, widgets) and no picture that could (SVG) is ever taken. HTML is
shown to readers as a cell's output is: in a frame in which nothing runs.
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
from contextlib import suppress
from typing import Any, cast

from ..protocol import OutputRef
from . import pictures
from .content import PLAIN, TEXT_BYTES, Content, Upload, attach, kept, plain

TEXTS = (
    "application/vnd.dataresource+json",
    "text/html",
    "text/markdown",
    "text/latex",
    "application/json",
)
"""The richest first. What cannot be cut without breaking it is left out where it is long."""
METHODS = {
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "text/latex": "_repr_latex_",
    "application/json": "_repr_json_",
}


def content(obj: object, upload: Upload) -> Content:
    """What it shows of itself; at least how it reads.

    Raises:
        Refusal: `too_big`, of a picture.
    """
    found = _bundle(obj)
    data = [
        *_pictures(found, upload),
        *_texts(found),
        plain(_text(found.get(PLAIN)) or _reads(obj)),
    ]
    markdown = next((one for one in data if one.type == "text/markdown"), None)
    if markdown is not None and len(data) == 2 and len(markdown.text) < 4_000:
        return Content(text=markdown.text)  # messages are Markdown
    return Content(data=data)


def _bundle(obj: object) -> dict[str, Any]:
    """By type. An object's own methods run, as they do when a cell ends with it."""
    shell = _shell()
    found = _by_ipython(obj, shell.display_formatter) if shell is not None else {}
    for type, method in METHODS.items():
        if found.get(type) is None:  # IPython in a terminal makes text alone
            found[type] = _called(obj, method)
    return found if shell is not None else found | _first(_called(obj, "_repr_mimebundle_"))


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _by_ipython(obj: object, display: Any) -> dict[str, Any]:
    """Each formatter by itself: all of them together would show some objects in the cell."""
    found = {
        type: _alone(formatter(obj))
        for type, formatter in display.formatters.items()
        if type in {*pictures.TYPES, *TEXTS, PLAIN}
    }
    return found | _first(display.mimebundle_formatter(obj))


def _called(obj: object, method: str) -> Any:
    """What a method gives; None where it is not there, or fails."""
    with suppress(Exception):
        if callable(call := getattr(type(obj), method, None)):
            return _alone(call(obj))
    return None


def _first(bundle: Any) -> dict[str, Any]:
    """A bundle without what is said about it."""
    bundle = _alone(bundle)
    return cast("dict[str, Any]", bundle) if isinstance(bundle, dict) else {}


def _alone(value: Any) -> Any:
    """One type without what is said about it."""
    return cast("tuple[Any, ...]", value)[0] if isinstance(value, tuple) else value


def _pictures(found: dict[str, Any], upload: Upload) -> list[OutputRef]:
    for type in pictures.TYPES:
        if blob := _bytes(found.get(type)):
            name = f"picture.{type.removeprefix('image/')}"
            return [OutputRef(type, "", attach(blob, name, upload, "the picture"))]
    return []


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    with suppress(binascii.Error, ValueError):
        return base64.b64decode(value, validate=False) if isinstance(value, str) else b""
    return b""


def _texts(found: dict[str, Any]) -> list[OutputRef]:
    texts = [OutputRef(type, text) for type in TEXTS if (text := _text(found.get(type)))]
    kept: list[OutputRef] = []
    space = TEXT_BYTES + TEXT_BYTES // 2
    for output in texts[:4]:
        size = len(output.text.encode())
        if size <= space:
            kept.append(output)
            space -= size
    return kept


def _text(value: object) -> str:
    if value is None or isinstance(value, bytes):
        return ""
    if isinstance(value, str):
        return kept(value)
    with suppress(ValueError, TypeError):
        return kept(json.dumps(value, ensure_ascii=False, allow_nan=False))
    return ""


def _reads(obj: object) -> str:
    try:
        return repr(obj)
    except Exception as error:  # noqa: BLE001  it is others' code
        return f"<{type(obj).__name__}, whose repr failed: {type(error).__name__}>"
