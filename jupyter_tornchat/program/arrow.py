"""What an Arrow file says of itself, read before any library opens it.

Rules of this file:

- Nothing is unpacked and nothing is imported: a table of flatbuffers has numbers, and places of
  other tables. Every place is looked at as often as it is named, up to `MOST`.
- What is in the file is all there is. Whatever would become more when it is read is refused:
  compressed buffers, values that lie in two places at once, rows without bytes.
- Types that could run something, or that a library reads in its own way, are refused by name.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..protocol import Refusal

TYPE = "application/vnd.apache.arrow.file"
MAGIC = b"ARROW1"
MOST_VALUES = 10_000_000
"""Values of all columns together."""
MOST = 10_000
"""Columns, those inside of others counted, and batches."""
DEPTH = 8
# By the numbers of `Schema.fbs`.
INT = 2
TAKEN = {1, INT, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 15, 16, 17, 18, 19, 20, 21}
REFUSED = {
    11: "interval",
    14: "union",
    22: "run-end encoded",
    23: "binary view",
    24: "text view",
    25: "list view",
    26: "large list view",
}
EXTENSION = b"ARROW:extension:name"
EXTENSIONS = {b"pandas.period", b"pandas.interval"}
"""What pandas keeps of its own types; nothing of them is ever run."""
DICTIONARY, BATCH = 2, 3


def check(blob: bytes) -> None:
    """Refuse what is no table, or would be a larger one than its bytes say.

    Raises:
        Refusal: `bad_file`, with what is wrong.
    """
    try:
        _check(blob)
    except (struct.error, IndexError, ValueError, OverflowError):
        raise _no("it is broken or cut off") from None


def _no(wrong: str) -> Refusal:
    return Refusal("bad_file", f"this table cannot be sent or taken out: {wrong}")


class Place:
    """A table of flatbuffers, at its place in the file."""

    def __init__(self, blob: bytes, at: int) -> None:
        self.blob = blob
        self.at = at
        self.fields = at - self._read("<i", at)

    def _read(self, form: str, at: int) -> int:
        if at < 0:
            raise ValueError
        return struct.unpack_from(form, self.blob, at)[0]

    def _field(self, number: int) -> int:
        """Where the field stands; 0 where it is left out."""
        entry = 4 + 2 * number
        if entry + 2 > self._read("<H", self.fields):
            return 0
        offset = self._read("<H", self.fields + entry)
        return offset and self.at + offset

    def number(self, field: int, form: str, otherwise: int = 0) -> int:
        at = self._field(field)
        return self._read(form, at) if at else otherwise

    def table(self, field: int) -> Place | None:
        at = self._field(field)
        return Place(self.blob, at + self._read("<I", at)) if at else None

    def structs(self, field: int, form: str) -> Iterator[tuple[int, ...]]:
        """The numbers of each struct in a row of them."""
        begin, length = self._row(field)
        for n in range(length):
            yield struct.unpack_from(form, self.blob, begin + n * struct.calcsize(form))

    def tables(self, field: int) -> Iterator[Place]:
        begin, length = self._row(field)
        for at in range(begin, begin + 4 * length, 4):
            yield Place(self.blob, at + self._read("<I", at))

    def text(self, field: int) -> bytes:
        begin, length = self._row(field)
        return self.blob[begin : begin + length]

    def _row(self, field: int) -> tuple[int, int]:
        at = self._field(field)
        if not at:
            return 0, 0
        begin = at + self._read("<I", at)
        length = self._read("<I", begin)
        if begin + 4 + length > len(self.blob):
            raise ValueError
        return begin + 4, length


def _check(blob: bytes) -> None:
    if blob[:8] != MAGIC + b"\0\0" or blob[-6:] != MAGIC:
        raise _no("it is no Arrow file")
    (length,) = struct.unpack_from("<i", blob, len(blob) - 10)
    begin = len(blob) - 10 - length
    if length <= 0 or begin < 8:
        raise ValueError
    footer = Place(blob, begin + struct.unpack_from("<I", blob, begin)[0])
    schema = footer.table(1)
    if schema is None:
        raise ValueError
    _check_columns(schema)
    values = used = batches = 0
    for kind, field in ((DICTIONARY, 2), (BATCH, 3)):
        for offset, *_ in footer.structs(field, "<qi4xq"):
            batches += 1
            held, size = _batch(blob, offset, kind)
            values, used = values + held, used + size
            if values > MOST_VALUES:
                raise _no(f"it has more than {MOST_VALUES:,} values")
            if used > len(blob) or batches > MOST:
                raise _no("its values lie in more than one place")


def _check_columns(schema: Place) -> None:
    count = 0
    waiting = [(field, 0) for field in schema.tables(1)]
    while waiting:
        field, depth = waiting.pop()
        count += 1
        if count > MOST or depth > DEPTH:
            raise _no(f"it has more than {MOST:,} columns, or columns {DEPTH} deep in others")
        _column(field, depth)
        waiting += [(child, depth + 1) for child in field.tables(5)]


def _column(field: Place, depth: int) -> None:
    number = field.number(2, "<B")
    name = ascii(field.text(0)[:40].decode(errors="replace"))
    if number not in TAKEN:
        raise _no(f"its column {name} is of the type {REFUSED.get(number, number)}")
    details = field.table(3)
    if number == INT and details and details.number(0, "<i") not in {8, 16, 32, 64}:
        raise _no(f"the integers of its column {name} have more than 64 bits")
    if depth and field.table(4) is not None:
        raise _no(f"its column {name} has categories inside of lists or structs")
    for entry in field.tables(6):
        if entry.text(0) == EXTENSION and (said := entry.text(1)) not in EXTENSIONS:
            what = ascii(said[:40].decode(errors="replace"))
            raise _no(f"its column {name} is of the type {what}, which is not Arrow's own")


def _message(blob: bytes, at: int, kind: int) -> Place:
    if at < 8:
        raise ValueError
    mark, length = struct.unpack_from("<Ii", blob, at)
    if mark != 0xFFFFFFFF or length <= 0:
        raise ValueError
    message = Place(blob, at + 8 + struct.unpack_from("<I", blob, at + 8)[0])
    header = message.table(2)
    if message.number(1, "<B") != kind or header is None:
        raise ValueError
    return header


def _batch(blob: bytes, at: int, kind: int) -> tuple[int, int]:
    """How many values a batch has, and how many bytes they use."""
    batch = _message(blob, at, kind)
    if kind == DICTIONARY:
        inner = batch.table(1)
        if inner is None:
            raise ValueError
        batch = inner
    if batch.table(3) is not None:
        raise _no("it is compressed, and may be larger than it says")
    lengths = [length for length, _ in batch.structs(1, "<qq")]
    sizes = [size for _, size in batch.structs(2, "<qq")]
    if min(lengths, default=0) < 0 or min(sizes, default=0) < 0:
        raise ValueError
    return batch.number(0, "<q") + sum(lengths), sum(sizes)
