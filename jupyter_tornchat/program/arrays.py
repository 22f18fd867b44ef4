"""Arrays of numpy: sent as npy files, and read from them. Objects are in neither."""

from __future__ import annotations

import sys
import warnings
from io import BytesIO
from typing import Any

from ..protocol import LIMITS, OutputRef, Refusal
from .content import Content, Upload, attach, plain, too_big

TYPE = "application/x-npy"
MAGIC = b"\x93NUMPY"
SHOWN = 200
"""Values of a larger array are left out of its text."""


def is_one(obj: object) -> bool:
    """Whether it is an array of numpy."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(obj, numpy.ndarray)


def content(array: Any, upload: Upload) -> Content:
    """The array as a file, and how it reads.

    Raises:
        Refusal: `bad_file` or `too_big`, with what to send instead.
    """
    numpy = sys.modules["numpy"]
    if array.dtype.hasobject:
        raise Refusal(
            "bad_file",
            f"an array of Python objects ({array.dtype}) cannot be sent: give it a type of"
            " numpy's own, such as .astype(float) or .astype(str)",
        )
    if isinstance(array, numpy.ma.MaskedArray):
        raise Refusal("bad_file", "an array would lose its mask: send .filled(…) or .compressed()")
    instead = "send a part of it, or a smaller type such as .astype('float32')"
    if array.nbytes > LIMITS.file_bytes:
        raise too_big("the array", array.nbytes, instead)
    blob = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that numpy before 1.17 cannot read some names of fields
        numpy.save(blob, array, allow_pickle=False)
    file = attach(blob.getvalue(), "array.npy", upload, "the array", instead)
    shape = " × ".join(f"{length:,}" for length in array.shape) or "one value"
    text = numpy.array2string(array, threshold=SHOWN, separator=", ", prefix="array(")
    what = f"numpy.ndarray {array.dtype}"[:100]
    return Content(data=[OutputRef(TYPE, f"{what}, {shape}", file), plain(f"array({text})")])


def read(blob: bytes) -> Any:
    """The array that a file holds.

    Raises:
        Refusal: `bad_file`: it is none, it holds objects, or numpy is not installed here.
    """
    try:
        import numpy
    except ImportError:
        raise Refusal("bad_file", "to take this array out, install numpy here") from None
    if not blob.startswith(MAGIC):
        raise Refusal("bad_file", "this array cannot be taken out: it is no npy file")
    try:
        return numpy.load(BytesIO(blob), allow_pickle=False)
    except Exception as error:  # noqa: BLE001  its header is read as an expression, in many ways
        wrong = f"this array cannot be taken out: {error}"
        raise Refusal("bad_file", wrong[:300]) from None
