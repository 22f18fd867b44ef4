"""Taken: the object that a message holds, in the program that takes it out.

Rules of this file:

- Nothing of a message is ever run, and nothing is unpickled. What a file claims to become is
  looked at before a library reads it.
- All of it or nothing: the first rows of a table are never taken for the table.
- Libraries are imported here, because without one there is no object; where none is installed, the
  error says which to install.
"""

from __future__ import annotations

import csv
import json
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from io import BytesIO, StringIO
from typing import Any

from ..protocol import LIMITS, Message, Output, Refusal, StoredFile
from . import arrays, arrow, pictures
from .tables import CSV, NO_NAME, RESOURCE

Download = Callable[[str], bytes]
"""The bytes of a file of the room, by its hash."""
TABLES = {CSV: ",", "text/tab-separated-values": "\t"}
JSON = re.compile(r"application/(?:json|.+\+json)")


def take(message: Message, download: Download) -> Any:
    """What the message holds: its object, else its cell's source, else its file (a list of them
    where there are several), else its text.

    Args:
        message: as it is now.
        download: fetches a file of its room.

    Raises:
        Refusal: it holds nothing that can be taken out here, and why.
    """
    if message.deleted:
        raise Refusal("no_such_message", f"message #{message.seq} was deleted")
    if message.data:
        return _object(message.data, download)
    if message.cell is not None:
        return message.cell.source
    if message.files:
        found = [_file(Output(file.type, file=file), download) for file in message.files]
        return found[0] if len(found) == 1 else found
    return message.text


def wanted(message: Message) -> list[StoredFile]:
    """The files that are read to take out what it holds."""
    if message.data:
        return [output.file for output in message.data if output.file is not None][:1]
    return [] if message.cell is not None else message.files


def _object(data: list[Output], download: Download) -> Any:
    """The first type that is known here, being the richest."""
    for output in data:
        if output.file is not None:
            return _file(output, download)
        if output.type == RESOURCE and not _is_whole(output.text):
            continue
        return _text(output)
    raise Refusal("bad_file", "this message shows a part of a table, and no file with all of it")


def _file(output: Output, download: Download) -> Any:
    """A file's object, by what the server found it to be."""
    file = output.file
    assert file is not None
    blob = _bytes(file, download)
    match file.type:
        case arrow.TYPE:
            return _table(blob, output.text)
        case arrays.TYPE:
            return arrays.read(blob)
        case type if type in pictures.TYPES:
            return pictures.read(blob)
        case type if not type.startswith("text/"):
            return blob
        case _:
            is_json = JSON.fullmatch(output.type) or file.name.endswith(".json")
            type = "application/json" if is_json else file.type
            return _text(Output(type, blob.decode("utf-8", "replace")))


def _bytes(file: StoredFile, download: Download) -> bytes:
    blob = download(file.hash) if file.size <= LIMITS.file_bytes else b""
    if max(file.size, len(blob)) > LIMITS.file_bytes:
        over = f"the file has {file.size:,} bytes; {LIMITS.file_bytes:,} are allowed"
        raise Refusal("too_big", over)
    return blob


def _text(output: Output) -> Any:
    if output.type == RESOURCE:
        return _resource(output.text)
    if output.type in TABLES:
        return _separated(output.text, TABLES[output.type])
    return _json(output.text) if JSON.fullmatch(output.type) else output.text


def library(name: str) -> Any:
    """The library, imported; None where it is not installed, or does not work."""
    try:
        return import_module(name)
    except ImportError:
        return None


# ---------------------------------------------------------------------------------- tables


def _table(blob: bytes, was: str) -> Any:
    """A table in the library that it came from, where that is here; else in another.

    Args:
        was: as its sender says, as in `pandas.Series, 3 × 1`.
    """
    arrow.check(blob)
    came = was.partition(".")[0]
    readers = {"pandas": _as_pandas, "polars": _as_polars, "pyarrow": _as_pyarrow}
    order = [came, *readers] if came in readers else [*readers]
    for name in dict.fromkeys(order):
        try:
            table = readers[name](blob)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001  polars panics with one of these
            wrong = f"this table cannot be taken out: {error}"
            raise Refusal("bad_file", wrong[:300]) from None
        if table is not None:
            return _as_series(table) if was.startswith(f"{name}.Series,") else table
    raise Refusal("bad_file", "to take this table out, install pyarrow or polars here")


def _as_pyarrow(blob: bytes) -> Any:
    pyarrow = library("pyarrow")
    if pyarrow is None:
        return None
    table = pyarrow.ipc.open_file(pyarrow.BufferReader(blob)).read_all()
    table.validate(full=True)
    return table


def _as_pandas(blob: bytes) -> Any:
    if library("pandas") is None:
        return None
    table = _as_pyarrow(blob)
    return None if table is None else table.to_pandas()


def _as_polars(blob: bytes) -> Any:
    polars = library("polars")
    return None if polars is None else polars.read_ipc(BytesIO(blob), use_pyarrow=False)


def _as_series(table: Any) -> Any:
    if not hasattr(table, "iloc"):
        return table.to_series(0)
    series = table.iloc[:, 0]
    return series.rename(None) if series.name == NO_NAME else series


def _separated(text: str, separator: str) -> Any:
    """A table of text: of pandas where that is installed, else a list of dicts."""
    pandas = library("pandas")
    try:
        if pandas is None:
            return list(csv.DictReader(StringIO(text), delimiter=separator))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = pandas.read_csv(StringIO(text), sep=separator)
        names = next(csv.reader(StringIO(text), delimiter=separator), [""])
    except (csv.Error, ValueError, OverflowError, RecursionError) as error:
        raise Refusal("bad_file", f"this table cannot be taken out: {error}"[:300]) from None
    if len(names) == len(table.columns):
        table.columns = names  # pandas gives new names where two are the same
    return table


def _is_whole(text: str) -> bool:
    """Whether a table in a text is all of it, and not its first rows."""
    with suppress(ValueError, AttributeError, TypeError, KeyError, RecursionError):
        found = json.loads(text)
        index = len(found["schema"].get("primaryKey", []))
        has = {"rows": len(found["data"]), "fields": len(found["schema"]["fields"]) - index}
        return found.get("stats", has) == has
    return True


def _resource(text: str) -> Any:
    """A Tabular Data Resource: a table of pandas where that is installed, else a list of dicts."""
    found = _json(text)
    try:
        names = [field["name"] for field in found["schema"]["fields"]]
        rows = [{name: row.get(name) for name in names} for row in found["data"]]
    except (AttributeError, KeyError, TypeError):
        raise Refusal("bad_file", "this table cannot be taken out: it has no columns") from None
    pandas = library("pandas")
    return rows if pandas is None else pandas.DataFrame(rows, columns=names)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_file", f"this cannot be taken out: {error}"[:300]) from None
