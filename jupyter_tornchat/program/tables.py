"""Tables: pandas, polars and pyarrow, sent whole as a file, with their first rows to look at.

Rules of this file:

- The file is Arrow, uncompressed, so that whoever takes it out knows how large it is. What pandas
  has and Arrow has not, such as a column of all sorts of objects, goes as CSV.
- A library is used where the program has loaded it, and never imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple

from ..protocol import LIMITS, OutputRef, Refusal
from . import arrow
from .content import TEXT_BYTES, Content, Upload, attach, kept, plain, too_big

RESOURCE = "application/vnd.dataresource+json"
CSV = "text/csv"
ROWS = 30
COLUMNS = 30
"""More rows and columns than these are in the file alone."""
LONGEST = 200
"""Characters of a value or a name that are shown."""
SURELY = 8
"""What takes so many times more memory than a file may have is not written to see how large it
would be."""
NO_NAME = ""
"""What the column of a series is called that has no name."""
KINDS = (
    ("pandas", "DataFrame"),
    ("pandas", "Series"),
    ("polars", "DataFrame"),
    ("polars", "Series"),
    ("pyarrow", "Table"),
    ("pyarrow", "RecordBatch"),
)


class Column(NamedTuple):
    """One column of what is shown."""

    name: str
    values: list[str | None]


class Table(NamedTuple):
    """A table of one library."""

    was: str
    """Its type, as in `pandas.Series`."""
    whole: Any
    """As a table of its library, which a series is not."""
    rows: int
    columns: int

    @property
    def size(self) -> str:
        return f"{self.rows:,} × {self.columns:,}"


def kind(obj: object) -> str:
    """What table it is, as in `pandas.Series`; empty where it is none."""
    for library, name in KINDS:
        loaded = getattr(sys.modules.get(library), name, None)
        if loaded is not None and isinstance(obj, loaded):
            return f"{library}.{name}"
    return ""


def content(obj: Any, was: str, upload: Upload) -> Content:
    """The table as a file, its first rows, and how it reads.

    Raises:
        Refusal: `too_big`, by how much; `bad_file` where it can be written in no way.
    """
    table = _table(obj, was)
    index, columns = _shown(table)
    type, name, blob = _written(table)
    kind = "Arrow" if type == arrow.TYPE else "CSV"
    instead = _instead(table, len(blob))
    file = attach(blob, name, upload, f"the table as {kind}", instead)
    head = repr(obj.head(10)) if hasattr(obj, "head") else repr(obj.slice(0, 10))
    text = head if table.rows <= 10 else f"{head}\n… {table.size}"
    return Content(
        data=[
            OutputRef(type, f"{was}, {table.size}", file),
            OutputRef(RESOURCE, _resource(table, index, columns)),
            plain(text, TEXT_BYTES // 3),
        ]
    )


def _table(obj: Any, was: str) -> Table:
    whole = obj
    if was == "pyarrow.RecordBatch":
        whole = sys.modules["pyarrow"].Table.from_batches([obj])
    elif was.endswith(".Series"):
        whole = obj.to_frame() if obj.name is not None else obj.to_frame(NO_NAME)
    return Table(was, whole, *whole.shape)


# ------------------------------------------------------------------------------- the file


def _written(table: Table) -> tuple[str, str, bytes]:
    """Its type, a name, and its bytes."""
    _check_memory(table)
    library = table.was.split(".")[0]
    if library == "pandas":
        return _pandas_written(table)
    blob = _polars_arrow(table.whole) if library == "polars" else _arrow(table.whole)
    arrow.check(blob)
    return arrow.TYPE, "table.arrow", blob


def _check_memory(table: Table) -> None:
    library, whole = table.was.split(".")[0], table.whole
    if library == "pandas":
        size = int(whole.memory_usage(index=False).sum())
    else:
        size = whole.estimated_size() if library == "polars" else whole.nbytes
    if size > SURELY * LIMITS.file_bytes:
        raise too_big("the table", size, _instead(table, size))


def _instead(table: Table, size: int) -> str:
    """What to send where it has so many bytes."""
    fits = int(table.rows * LIMITS.file_bytes / max(size, 1) * 0.95)
    return f"send fewer rows, such as .head({fits}), or fewer columns"


def _pandas_written(table: Table) -> tuple[str, str, bytes]:
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is not None:
        try:
            blob = _arrow(pyarrow.Table.from_pandas(table.whole))
            arrow.check(blob)
        except (ValueError, TypeError, NotImplementedError, OverflowError, Refusal):
            pass  # Arrow has no such column, or two of one name
        else:
            return arrow.TYPE, "table.arrow", blob
    written = table.whole.to_csv(index=not _is_counted(table.whole.index))
    return CSV, "table.csv", kept(written).encode()


def _arrow(table: Any) -> bytes:
    ipc = sys.modules["pyarrow"].ipc
    file = BytesIO()
    options = ipc.IpcWriteOptions(unify_dictionaries=True)
    with ipc.new_file(file, table.schema, options=options) as writer:
        writer.write_table(table)
    return file.getvalue()


def _polars_arrow(frame: Any) -> bytes:
    polars = sys.modules["polars"]
    file = BytesIO()
    try:
        frame.write_ipc(file, compression="uncompressed", compat_level=polars.CompatLevel.oldest())
    except Exception as error:  # noqa: BLE001  its errors are of no type of Python's
        raise Refusal("bad_file", f"this table cannot be sent: {error}"[:300]) from None
    return file.getvalue()


# ------------------------------------------------------------------------ its first rows


def _is_counted(index: Any) -> bool:
    """Whether an index of pandas only counts, so that nobody needs to see it."""
    counted = isinstance(index, sys.modules["pandas"].RangeIndex)
    return counted and index.start == 0 and index.step == 1 and index.name is None


def _shown(table: Table) -> tuple[list[Column], list[Column]]:
    """The index, where there is one to look at, and the columns."""
    library, whole = table.was.split(".")[0], table.whole
    if library == "pandas":
        return _pandas_shown(whole.iloc[:ROWS, :COLUMNS])
    if library == "polars":
        head = whole.head(ROWS)[:, :COLUMNS]
        return [], [Column(_said(one.name) or "", _all(one.to_list())) for one in head]
    head = whole.slice(0, ROWS).select(list(range(min(COLUMNS, table.columns))))
    names = head.column_names
    found = (
        [str(value) if value.is_valid else None for value in column] for column in head.columns
    )
    return [], [
        Column(_said(name) or "", _all(values)) for name, values in zip(names, found, strict=True)
    ]


def _pandas_shown(head: Any) -> tuple[list[Column], list[Column]]:
    columns = [
        Column(_said(name) or "", _all(head.iloc[:, at].tolist()))
        for at, name in enumerate(head.columns)
    ]
    if _is_counted(head.index):
        return [], columns
    levels = enumerate(head.index.names)
    index = [
        Column(_said(name) or "", _all(head.index.get_level_values(at).tolist()))
        for at, name in levels
    ]
    return index, columns


def _all(values: Sequence[object]) -> list[str | None]:
    return [_said(value) for value in values]


def _said(value: object) -> str | None:
    """A value as people read it; the file has all of it."""
    if value is None:
        return None
    try:
        text = str(value)
    except Exception:  # noqa: BLE001  it is others' code, and only a look at it
        return "?"
    if isinstance(value, float):
        text = "NaN" if text == "nan" else text if len(text) < 12 else f"{value:.6g}"
    text = kept(text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _resource(table: Table, index: list[Column], columns: list[Column]) -> str:
    """A Tabular Data Resource of the first rows; `stats` says how many there are in all. As many
    rows as have space."""
    shown = [*index, *columns]
    keys = _keys([column.name for column in shown])
    fields = [
        {"name": key} if key == column.name else {"name": key, "title": column.name}
        for key, column in zip(keys, shown, strict=True)
    ]
    schema = {"fields": fields, "primaryKey": keys[: len(index)]}
    stats = {"rows": table.rows, "fields": table.columns}
    rows = [
        dict(zip(keys, row, strict=True))
        for row in zip(*(column.values for column in shown), strict=True)
    ]
    while True:
        resource = {"schema": schema, "data": rows, "stats": stats}
        text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) <= TEXT_BYTES or not rows:
            return text
        rows = rows[: len(rows) // 2]


def _keys(names: list[str]) -> list[str]:
    """A key for each name; where two are the same, with a number."""
    keys: list[str] = []
    for name in names:
        key, number = name, 2
        while key in keys:
            key, number = f"{name} ({number})", number + 1
        keys.append(key)
    return keys
