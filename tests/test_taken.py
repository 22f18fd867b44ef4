"""What somebody put into a room to harm whoever takes it out: a clear no, nothing run, and no more
memory than the file has."""

from __future__ import annotations

import pickle  # noqa: TID251  to make what must never be loaded
import resource
import struct
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from PIL import Image

import images
from jupyter_tornchat.program import arrays, arrow, pictures
from jupyter_tornchat.protocol import LIMITS, Message, Refusal, StoredFile
from shelf import Shelf

LIBRARIES = ("pandas", "polars", "pyarrow")


class Bomb:
    """Whoever unpickles it runs a command."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


def written(table: pa.Table, **options: Any) -> bytes:
    file = BytesIO()
    with pa.ipc.new_file(file, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        for batch in table.to_batches():
            writer.write_batch(batch)
    return file.getvalue()


def extension(name: str, said: bytes = b"") -> bytes:
    metadata = {"ARROW:extension:name": name, "ARROW:extension:metadata": said}
    field = pa.field("x", pa.int64(), metadata=metadata)
    return written(pa.table([[1]], schema=pa.schema([field])))


def strings(count: int, length: int) -> bytes:
    """A column in which each second text is all of its letters, by places that go back."""
    places = [0, length] * (count // 2) + [0]
    offsets = struct.pack(f"<{len(places)}i", *places)
    honest = pa.array(["x" * length] + [""] * (count - 1))
    blob = written(pa.table({"s": honest}))
    kept = honest.buffers()[1]
    assert kept is not None
    assert blob.count(kept.to_pybytes()[: 4 * count]) == 1
    return blob.replace(kept.to_pybytes()[: 4 * count], offsets[: 4 * count])


def repeated() -> bytes:
    """A file whose many small batches are one large one, many times."""
    batches = [pa.table({"s": ["x" * 100_000]}), *[pa.table({"s": ["y"]})] * 200]
    blob = bytearray(written(pa.concat_tables(batches)))
    (length,) = struct.unpack_from("<i", blob, len(blob) - 10)
    begin = len(blob) - 10 - length
    footer = arrow.Place(bytes(blob), begin + struct.unpack_from("<I", blob, begin)[0])
    at, count = footer._row(3)
    for n in range(1, count):
        blob[at + 24 * n : at + 24 * (n + 1)] = blob[at : at + 24]
    return bytes(blob)


def deep() -> pa.Table:
    value: Any = 1
    for _ in range(20):
        value = [value]
    return pa.table({"x": [value]})


def many_rows(column: Any, missing: int) -> bytes:
    """A batch whose column of three says it has 2^40 rows."""
    blob = written(pa.table({"x": column}))
    honest = struct.pack("<qq", 3, missing)
    assert blob.count(honest) == 1
    return blob.replace(honest, struct.pack("<qq", 2**40, missing and 2**40))


dictionary = pa.array(["x", "y", "x"]).dictionary_encode()
ARROW: dict[str, tuple[Callable[[], bytes], str]] = {
    "no Arrow": (lambda: b"ARROW1\0\0", "broken|no Arrow file"),
    "cut off": (lambda: written(pa.table({"x": [1]}))[:-20], "no Arrow file"),
    "its first bytes and its last": (lambda: b"ARROW1\0\0" + b"\xff" * 50 + b"ARROW1", "broken"),
    "zeros": (lambda: b"ARROW1\0\0" + bytes(500) + b"ARROW1", "broken"),
    "gigabytes of zeros, compressed": (
        lambda: written(pa.table({"x": np.zeros(50_000_000)}), compression="zstd"),
        "compressed",
    ),
    "a type that is unpickled": (lambda: extension("arrow.py_extension_type"), "is not Arrow's"),
    "a type of somebody's own": (lambda: extension("tornchat.x"), "is not Arrow's"),
    "a trillion of nothing": (
        lambda: many_rows(pa.nulls(3), 3),
        "more than 10,000,000 values",
    ),
    "a trillion numbers": (
        lambda: many_rows(pa.array([7, 8, 9], pa.int8()), 0),
        "more than 10,000,000 values",
    ),
    "runs": (
        lambda: written(pa.table({"r": pa.RunEndEncodedArray.from_arrays([2**31 - 1], [1])})),
        "run-end encoded",
    ),
    "views": (lambda: written(pa.table({"v": pa.array(["x"], pa.string_view())})), "text view"),
    "unions": (
        lambda: written(
            pa.table({"u": pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])])})
        ),
        "union",
    ),
    "categories in lists": (
        lambda: written(pa.table({"l": pa.ListArray.from_arrays([0, 3], dictionary)})),
        "categories inside",
    ),
    "one batch many times": (repeated, "more than one place"),
    "too many columns": (
        lambda: written(pa.table([[1]] * 10_001, names=[str(n) for n in range(10_001)])),
        "more than 10,000 columns",
    ),
    "too deep": (lambda: written(deep()), "columns 8 deep"),
    "texts that lie over each other": (lambda: strings(500_000, 1_000_000), "taken out"),
}


@pytest.fixture(autouse=True)
def _little_memory() -> Any:
    """Nobody here gets much more memory than they have."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + 2 * 1024**3, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("make", "says"), ARROW.values(), ids=ARROW)
def test_a_hostile_table_is_refused(make: Callable[[], bytes], says: str, library: str) -> None:
    shelf = Shelf()
    message = shelf.holding(arrow.TYPE, make(), f"{library}.DataFrame, 1 × 1")
    with pytest.raises(Refusal, match=says) as no:
        shelf.take(message)
    assert no.value.code == "bad_file"


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_table_with_any_bytes_changed_is_a_table_or_is_refused(library: str) -> None:
    frame = pd.DataFrame(
        {
            "s": ["a", "bb", "ccc"] * 9,
            "c": pd.Categorical(["u", "v", "w"] * 9),
            "l": [[1, 2]] * 27,
            "b": [True, None, False] * 9,
        }
    )
    whole = written(pa.Table.from_pandas(frame))
    chance = Random(1)
    shelf, refused = Shelf(), 0
    for _ in range(300):
        blob = bytearray(whole)
        for _ in range(3):
            at = chance.randrange(8, len(blob))
            some = chance.choice([b"\xff" * 4, bytes(8), b"\xff\xff\xff\x7f", chance.randbytes(1)])
            blob[at : at + len(some)] = some
        try:
            table = shelf.take(shelf.holding(arrow.TYPE, bytes(blob), f"{library}.DataFrame,"))
            assert len(table) <= 27
        except Refusal:
            refused += 1
    assert 50 < refused < 300


def pickled(mark: Path) -> bytes:
    file = BytesIO()
    np.save(file, np.array([Bomb(mark)], dtype=object), allow_pickle=True)
    return file.getvalue()


def npy(header: str, body: bytes = b"") -> bytes:
    said = header.encode().ljust(118) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(said)) + said + body


def zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x.npy", bytes(64 * 1024 * 1024))
    return file.getvalue()


ARRAYS = {
    "no npy": b"\x93NUMPY",
    "cut off": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }", b"\0" * 8),
    "a trillion numbers": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (10**12,), }"),
    "8 TB of numbers": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"),
    "a type of a gigabyte": npy("{'descr': '<V1000000000', 'fortran_order': False, 'shape': (9,)}"),
    "an expression": npy("__import__('os').getpid()"),
    "a number of no type": npy("{'descr': 'x', 'fortran_order': False, 'shape': (1,), }"),
    "a negative number of them": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }"),
    "brackets": npy("(" * 100),
}


@pytest.mark.parametrize("blob", ARRAYS.values(), ids=ARRAYS)
def test_a_hostile_array_is_refused(blob: bytes) -> None:
    shelf = Shelf()
    with pytest.raises(Refusal, match="cannot be taken out"):
        shelf.take(shelf.holding(arrays.TYPE, blob))


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    blob = pickled(mark)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        np.load(BytesIO(blob))
    shelf = Shelf()
    with pytest.raises(Refusal, match="cannot be taken out: Object arrays cannot be loaded"):
        shelf.take(shelf.holding(arrays.TYPE, blob))
    # What says that it is something else stays bytes.
    packed = pickle.dumps(Bomb(mark))
    assert shelf.take(shelf.holding(arrays.TYPE, packed)) == packed
    assert shelf.take(shelf.holding(arrow.TYPE, packed)) == packed
    assert shelf.take(shelf.holding(arrays.TYPE, bomb := zipped())) == bomb
    said = extension("arrow.py_extension_type", pickle.dumps(Bomb(mark)))
    for library in LIBRARIES:
        with pytest.raises(Refusal):
            shelf.take(shelf.holding(arrow.TYPE, said, f"{library}.DataFrame,"))
    assert not mark.exists()
    np.load(BytesIO(blob), allow_pickle=True)
    assert mark.exists()


def test_a_hostile_text_is_refused_or_is_a_text() -> None:
    shelf = Shelf()
    for deep in (b"[" * 200_000, b'{"a":' * 100_000):
        with pytest.raises(Refusal, match="cannot be taken out"):
            shelf.take(shelf.holding("application/json", deep, name="x.json"))
    for broken in ("[]", '{"schema": [], "data": []}'):
        with pytest.raises(Refusal, match="no columns"):
            shelf.take(shelf.message(shelf_content("application/vnd.dataresource+json", broken)))
    csv = shelf.take(shelf.holding("text/csv", b'=cmd|"/C calc"!A1,b\n1,2\n', name="x.csv"))
    assert list(csv.columns) == ['=cmd|"/C calc"!A1', "b"]
    for broken in (b"\n", b'a,b\n"1,2\n', b"a\n1\n1,2,3\n", b"a" * 140_000 + b",b\n1,2\n"):
        with pytest.raises(Refusal, match="cannot be taken out"):
            shelf.take(shelf.holding("text/csv", broken, name="x.csv"))
    html = "<script>alert(1)</script>"
    assert shelf.take(shelf.message(shelf_content("text/html", html))) == html


def shelf_content(type: str, text: str) -> Any:
    from jupyter_tornchat.program.content import Content
    from jupyter_tornchat.protocol import OutputRef

    return Content(data=[OutputRef(type, text)])


def test_a_hostile_picture_is_refused() -> None:
    shelf = Shelf()
    whole = images.png(64, 64)
    broken = whole[:60] + b"\xff" * 8 + whole[68:]
    with pytest.raises(Refusal, match="this picture cannot be taken out"):
        shelf.take(shelf.holding("image/png", broken))
    with pytest.raises(Refusal, match="exceeds limit"):
        pictures.read(images.png(30_000, 30_000, rows=1))
    with pytest.raises(Refusal, match="6,000 × 6,000 pixels"):
        pictures.read(images.png(6_000, 6_000, rows=1))
    assert isinstance(shelf.take(shelf.holding("image/png", whole)), Image.Image)


def test_the_first_rows_of_a_table_are_never_taken_for_all_of_it() -> None:
    shelf = Shelf()
    message = shelf.send(pl.DataFrame({"a": range(100)}))
    arrow_file, *rest = message.data
    assert arrow_file.file
    message.data = rest[:1]
    with pytest.raises(Refusal, match="shows a part of a table"):
        shelf.take(message)


def test_without_a_library_it_says_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    table = shelf.send(pd.DataFrame({"a": [1]}))
    array = shelf.send(np.arange(3))
    picture = shelf.send(Image.new("L", (2, 2)))
    csv = shelf.holding("text/csv", b"a,b\n1,2\n", name="x.csv")
    for library in ("pandas", "pyarrow"):
        monkeypatch.setitem(sys.modules, library, None)
    assert shelf.take(table).equals(pl.DataFrame({"a": [1]}))
    assert shelf.take(csv) == [{"a": "1", "b": "2"}]
    for library in ("polars", "numpy", "PIL"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(Refusal, match="install pyarrow or polars"):
        shelf.take(table)
    with pytest.raises(Refusal, match="install numpy"):
        shelf.take(array)
    assert shelf.take(picture).startswith(b"\x89PNG")


def test_more_than_is_allowed_is_not_even_read() -> None:
    shelf = Shelf()
    message = shelf.holding("application/zip", b"PK\3\4")
    (output,) = message.data
    big = StoredFile("0" * 64, "x", "application/zip", LIMITS.file_bytes + 1)
    message.data = [type(output)(output.type, file=big)]
    with pytest.raises(Refusal, match="5,242,881 bytes"):
        shelf.take(message)


def test_the_rest_of_a_message_is_taken_too() -> None:
    from jupyter_tornchat.protocol import Cell

    shelf = Shelf()
    one, two = shelf.upload(b"a,b\n1,2\n", "t.csv"), shelf.upload(images.png(), "p.png")
    message = Message("lobby", 1, "1", shelf.send("x").user, "text", 0)
    assert shelf.take(message) == "text"
    message.files = [one]
    assert shelf.take(message).equals(pd.DataFrame({"a": [1], "b": [2]}))
    message.files = [one, two]
    assert [type(found).__name__ for found in shelf.take(message)] == [
        "DataFrame",
        "PngImageFile",
    ]
    message.cell = Cell("print(1)")
    assert shelf.take(message) == "print(1)"
    message.deleted = True
    with pytest.raises(Refusal, match="deleted"):
        shelf.take(message)
