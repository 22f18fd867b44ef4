"""Pictures: figures of matplotlib and images of Pillow, as PNG, made smaller where they must be."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

from ..protocol import LIMITS, OutputRef, Refusal
from .content import Content, Upload, attach, plain

PNG = "image/png"
TYPES = (PNG, "image/jpeg", "image/gif", "image/webp")
"""What every browser shows, and what can run nothing."""
STEP = 0.75
"""What a side has of the one before, while the picture is too large."""
SMALLEST = 16
"""Pixels of a side."""
MODES = {"1", "L", "LA", "I;16", "P", "RGB", "RGBA"}
"""What PNG can keep of Pillow's modes."""

Size = tuple[int, int]


def figure(obj: Any) -> Any:
    """The figure of matplotlib that it is or belongs to, or None."""
    drawing = getattr(sys.modules.get("matplotlib.figure"), "Figure", None)
    if drawing is None:
        return None
    found = obj if isinstance(obj, drawing) else getattr(obj, "figure", None)
    return found if isinstance(found, drawing) else None


def is_image(obj: object) -> bool:
    """Whether it is an image of Pillow."""
    image = getattr(sys.modules.get("PIL.Image"), "Image", None)
    return image is not None and isinstance(obj, image)


def of_figure(figure: Any, upload: Upload) -> Content:
    """A figure as a picture, named after its title.

    Raises:
        Refusal: `too_big`.
    """

    def draw(scale: float) -> bytes:
        file = BytesIO()
        figure.savefig(file, format="png", bbox_inches="tight", dpi=figure.dpi * scale)
        return file.getvalue()

    titles = [*_suptitle(figure), *(axes.get_title() for axes in figure.axes)]
    name = next((title for title in titles if title.strip()), "figure")
    wide, high = (round(side * figure.dpi) for side in figure.get_size_inches())
    return of_png(draw, (wide, high), name, repr(figure), upload)


def _suptitle(figure: Any) -> list[str]:
    return [figure.get_suptitle()] if hasattr(figure, "get_suptitle") else []


def of_image(image: Any, upload: Upload) -> Content:
    """An image as a picture. What a camera noted beside it stays here.

    Raises:
        Refusal: `too_big`.
    """
    shown = image if image.mode in MODES else image.convert("RGBA" if _is_clear(image) else "RGB")

    def draw(scale: float) -> bytes:
        file = BytesIO()
        sides = [max(1, round(side * scale)) for side in image.size]
        smaller = shown if scale == 1 else shown.resize(sides)
        smaller.save(file, "PNG", exif=b"")
        return file.getvalue()

    text = f"{image.mode} image, {image.width:,} × {image.height:,} pixels"
    return of_png(draw, image.size, "image", text, upload)


def _is_clear(image: Any) -> bool:
    return image.mode.endswith(("A", "a")) or "transparency" in image.info


def of_png(
    draw: Callable[[float], bytes], size: Size, name: str, text: str, upload: Upload
) -> Content:
    """A picture that can be drawn at every scale.

    Args:
        draw: its PNG at a scale.
        size: in pixels, at the scale 1.
        name: without an ending.
        text: what stands for it where no picture is shown.
    """
    most = LIMITS.image_pixels * 0.9  # what surrounds a figure is not counted in its size
    scale = min(1.0, (most / max(1, size[0] * size[1])) ** 0.5)
    blob = draw(scale)
    while len(blob) > LIMITS.file_bytes and min(size) * scale * STEP > SMALLEST:
        scale *= STEP
        blob = draw(scale)
    file = attach(blob, f"{name.splitlines()[0][:80]}.png", upload, "the picture as PNG")
    # Its own size; whoever shows it says where it was made smaller.
    was = "" if scale == 1 else f"{size[0]:,} × {size[1]:,}"
    return Content(data=[OutputRef(PNG, was, file), plain(text)])


def read(blob: bytes) -> Any:
    """An image of Pillow; the bytes where that is not installed.

    Raises:
        Refusal: `bad_file`: it is broken, or has too many pixels.
    """
    try:
        from PIL import Image
    except ImportError:
        return blob
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(blob), formats=["PNG", "JPEG", "GIF", "WEBP"])
            if image.width * image.height <= LIMITS.image_pixels:
                image.load()
                return image
        wrong = f"it has {image.width:,} × {image.height:,} pixels"
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        wrong = str(error)
    raise Refusal("bad_file", f"this picture cannot be taken out: {wrong}"[:300])
