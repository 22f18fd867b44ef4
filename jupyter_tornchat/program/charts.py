"""Charts of Plotly and Altair: as data, and as a picture where this kernel can draw one."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from importlib.util import find_spec
from io import BytesIO
from typing import Any, cast

from ..protocol import OutputRef, Refusal
from .content import Content, Upload, attach, kept, plain
from .pictures import of_png

PLOTLY = "application/vnd.plotly.v1+json"
VEGA_LITE = "application/vnd.vegalite.v{}+json"
SIZE = (700, 500)
"""Pixels of a picture whose chart says none."""


def is_plotly(obj: object) -> bool:
    """Whether it is a figure of Plotly."""
    figure = getattr(sys.modules.get("plotly.basedatatypes"), "BaseFigure", None)
    return figure is not None and isinstance(obj, figure)


def is_altair(obj: object) -> bool:
    """Whether it is a chart of Altair."""
    chart = getattr(sys.modules.get("altair"), "TopLevelMixin", None)
    return chart is not None and isinstance(obj, chart)


def of_plotly(figure: Any, upload: Upload) -> Content:
    """A figure of Plotly.

    Raises:
        Refusal: `too_big`.
    """
    title = figure.layout.title.text or ""
    traces = ", ".join(dict.fromkeys(trace.type for trace in figure.data))
    text = f"Plotly figure: {title} ({traces})" if title else f"Plotly figure ({traces})"

    def draw(scale: float) -> bytes:
        return figure.to_image(format="png", scale=scale)

    blob = figure.to_json().encode()
    size = (figure.layout.width or SIZE[0], figure.layout.height or SIZE[1])
    chart = _data(PLOTLY, blob, title or "figure", upload)
    if find_spec("kaleido") is None:
        return Content(data=[chart, plain(text)])
    return Content(data=[chart, *_picture(draw, size, title or "figure", text, upload)])


def of_altair(chart: Any, upload: Upload) -> Content:
    """A chart of Altair.

    Raises:
        Refusal: `bad_file` where Altair itself refuses its data; `too_big`.
    """
    try:
        said = chart.to_dict()
    except Exception as error:  # noqa: BLE001  what Altair refuses, and why, is for the sender
        wrong = str(error).partition("\n")[0]
        raise Refusal("bad_file", f"Altair cannot write this chart: {wrong}") from None
    major = sys.modules["altair"].SCHEMA_VERSION.lstrip("v").split(".")[0]
    title = _title(said.get("title", ""))
    kind = type(chart).__name__
    text = f"Altair {kind}: {title}" if title else f"Altair {kind}"

    def draw(scale: float) -> bytes:
        file = BytesIO()
        chart.save(file, format="png", scale_factor=scale)
        return file.getvalue()

    blob = json.dumps(said, ensure_ascii=False).encode()
    data = _data(VEGA_LITE.format(major), blob, title or "chart", upload)
    if find_spec("vl_convert") is None:
        return Content(data=[data, plain(text)])
    return Content(data=[data, *_picture(draw, SIZE, title or "chart", text, upload)])


def _title(said: Any) -> str:
    """A title of Vega-Lite's: a text, its lines, or an object that has it."""
    if isinstance(said, dict):
        return _title(cast("dict[str, Any]", said).get("text", ""))
    return " ".join(cast("list[str]", said)) if isinstance(said, list) else str(said)


def _data(type: str, blob: bytes, name: str, upload: Upload) -> OutputRef:
    file = attach(blob, f"{kept(name)[:80]}.json", upload, "the chart's data", "chart fewer points")
    return OutputRef(type, "", file)


def _picture(draw: Any, size: Any, name: str, text: str, upload: Upload) -> list[OutputRef]:
    """Its picture and its text; the text alone where none can be drawn: the program that draws
    them may lack a browser, or a font."""
    with suppress(Exception):
        return of_png(draw, size, name, text, upload).data
    return [plain(text)]
