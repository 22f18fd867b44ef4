"""Objects: each kind goes in its types, comes out of the message as it went in, and is refused in
words where it cannot go."""

from __future__ import annotations

import base64
import datetime
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from subprocess import run
from typing import Any

import altair
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from IPython import display
from matplotlib.figure import Figure
from pandas.testing import assert_frame_equal, assert_series_equal
from PIL import Image
from polars.testing import assert_frame_equal as assert_polars_equal

import images
from jupyter_tornchat.program import tables
from jupyter_tornchat.program.arrow import TYPE as ARROW
from jupyter_tornchat.protocol import LIMITS, Refusal
from shelf import Shelf, types

RESOURCE, PLAIN, ERROR = tables.RESOURCE, "text/plain", "application/vnd.jupyter.error"
DAYS = pd.date_range("2026-11-01", periods=3, tz="Europe/Berlin")

PANDAS: dict[str, pd.DataFrame | pd.Series] = {
    "numbers and texts": pd.DataFrame({"a": [1, 2], "b": [0.5, None], "模型": ["x", None]}),
    "times": pd.DataFrame({"at": DAYS, "took": DAYS - DAYS[0], "not": [pd.NaT] * 3}),
    "categories": pd.DataFrame({"c": pd.Categorical(["u", None], ["v", "u"], ordered=True)}),
    "an index of two levels": pd.DataFrame(
        {"x": [1, 2]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["k", None])
    ),
    "columns of two levels": pd.DataFrame(
        [[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")])
    ),
    "two columns of one name": pd.DataFrame([[1, 2.5], [3, 4.5]], columns=["a", "a"]),
    "columns that are numbers": pd.DataFrame([[1, 2]]),
    "nothing": pd.DataFrame(),
    "no rows": pd.DataFrame({"a": pd.Series([], dtype="int64")}),
    "nullable": pd.DataFrame(
        {
            "i": pd.array([1, None], dtype="Int64"),
            "b": pd.array([True, None], dtype="boolean"),
            "s": pd.array(["q", None], dtype="string"),
            "arrow": pd.array([1, None], dtype="int64[pyarrow]"),
        }
    ),
    "bytes": pd.DataFrame({"b": [b"\0\xff", None]}),
    "large and small": pd.DataFrame(
        {"u": np.array([2**64 - 1], "uint64"), "f": np.array([1.5], "float32")}
    ),
    "integers beyond 64 bits": pd.DataFrame({"b": [2**100, 1]}),
    "decimals and dates": pd.DataFrame({"d": [Decimal("1.50")], "t": [datetime.date(2026, 1, 1)]}),
    "periods and intervals": pd.DataFrame(
        {"p": pd.period_range("2026-01", periods=2, freq="M"), "i": pd.interval_range(0, 2)}
    ),
    "lists": pd.DataFrame({"x": [[1, 2], [3]]}),
    "nothing but None": pd.DataFrame({"x": [None, None]}),
    "a series": pd.Series([1, 2], index=["a", "b"], name="s"),
    "a series without a name": pd.Series([1.5, 2]),
}


@pytest.mark.parametrize("table", PANDAS.values(), ids=PANDAS)
def test_a_table_of_pandas_comes_out_equal(table: pd.DataFrame | pd.Series) -> None:
    taken = Shelf().there_and_back(table)
    if isinstance(table, pd.Series):
        assert_series_equal(taken, table)
    else:
        assert_frame_equal(taken, table)


POLARS = {
    "all sorts": pl.DataFrame(
        {
            "i": [1, None],
            "s": ["x", None],
            "t": [datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)] * 2,
            "l": [[1], [2, 3]],
            "st": [{"q": 1}, {"q": 2}],
            "b": [b"a", None],
            "n": [None, None],
            "c": pl.Series(["u", "v"], dtype=pl.Categorical),
            "e": pl.Series(["u", "v"], dtype=pl.Enum(["u", "v"])),
            "d": pl.Series(["1.25", None]).cast(pl.Decimal(10, 2)),
            "a": pl.Series([[1, 2], [3, 4]], dtype=pl.Array(pl.Int8, 2)),
        }
    ),
    "nothing": pl.DataFrame(),
}


@pytest.mark.parametrize("table", POLARS.values(), ids=POLARS)
def test_a_table_of_polars_comes_out_equal(table: pl.DataFrame) -> None:
    assert_polars_equal(Shelf().there_and_back(table), table)


def test_a_table_comes_out_in_the_library_that_it_came_from() -> None:
    shelf = Shelf()
    series = pl.Series("z", [1, 2])
    assert shelf.there_and_back(series).equals(series)
    table = pa.table({"a": [1, 2], "d": pa.array(["x", "y"]).dictionary_encode()})
    assert shelf.there_and_back(table).equals(table)
    assert shelf.there_and_back(table.to_batches()[0]).equals(table)
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["a", "a"])
    assert shelf.there_and_back(twice).equals(twice)


cells = st.one_of(
    st.lists(st.one_of(st.none(), st.floats()), min_size=3, max_size=3),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=3, max_size=3),
    st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"))), min_size=3, max_size=3),
    st.lists(st.booleans(), min_size=3, max_size=3),
    st.lists(st.binary(), min_size=3, max_size=3),
)
names = st.text(st.characters(codec="utf-8"), max_size=5)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(names, cells, max_size=4))
def test_any_table_comes_out_equal_and_is_one_message(columns: dict[str, list[Any]]) -> None:
    frame = pd.DataFrame(columns)
    assert_frame_equal(Shelf().there_and_back(frame), frame)


@settings(max_examples=60, deadline=None)
@given(npst.arrays(npst.array_dtypes(max_size=3) | npst.scalar_dtypes(), npst.array_shapes()))
def test_any_array_comes_out_equal(array: Any) -> None:
    taken = Shelf().there_and_back(array)
    assert (taken.dtype, taken.shape) == (array.dtype, array.shape)
    assert taken.tobytes() == array.tobytes()


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
        lambda some: st.lists(some) | st.dictionaries(st.text(max_size=5), some),
        max_leaves=20,
    ).filter(lambda value: isinstance(value, dict | list))
)
def test_what_is_json_comes_out_equal(value: Any) -> None:
    message = Shelf().send(value)
    if types(message) != [PLAIN]:  # a NUL, or half a surrogate pair: no message can hold it
        assert Shelf().there_and_back(value) == value


# ------------------------------------------------------------------------------ how it shows


def test_a_table_shows_its_first_rows_and_says_how_many_there_are() -> None:
    frame = pd.DataFrame(np.zeros((100_000, 5)), columns=list("abcde"))
    arrow, preview, plain = Shelf().send(frame).data
    assert [arrow.type, preview.type, plain.type] == [ARROW, RESOURCE, PLAIN]
    assert arrow.text == "pandas.DataFrame, 100,000 × 5"
    assert arrow.file
    assert (arrow.file.name, arrow.file.type) == ("table.arrow", ARROW)
    shown = json.loads(preview.text)
    assert shown["stats"] == {"rows": 100_000, "fields": 5}
    assert len(shown["data"]) == tables.ROWS
    assert plain.text.endswith("… 100,000 × 5")


def test_what_is_shown_of_a_table_is_read_as_people_wrote_it() -> None:
    index = pd.Index(["r"], name="row")
    frame = pd.DataFrame([[0.1 + 0.2, 2**60, None, "x" * 500]], index=index, columns=list("aabc"))
    shown = json.loads(Shelf().send(frame).data[1].text)
    fields = shown["schema"]["fields"]
    assert [field.get("title", field["name"]) for field in fields] == ["row", *"aabc"]
    assert len({field["name"] for field in fields}) == 5
    assert shown["schema"]["primaryKey"] == ["row"]
    values = list(shown["data"][0].values())
    assert values == ["r", "0.3", str(2**60), None, "x" * tables.LONGEST + "…"]


def test_a_wide_table_of_long_texts_is_one_message() -> None:
    names = [f"{n}" + "列" * 300 for n in range(200)]
    frame = pd.DataFrame([["模" * 1000] * 200] * 5, columns=names)
    shelf = Shelf()
    message = shelf.send(frame)
    assert sum(len(output.text.encode()) for output in message.data) <= LIMITS.data_bytes
    assert_frame_equal(shelf.take(message), frame)


def test_without_pyarrow_a_table_of_pandas_goes_as_csv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pyarrow")
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    message = Shelf().send(frame)
    assert types(message) == ["text/csv", RESOURCE, PLAIN]
    shelf = Shelf()
    assert_frame_equal(shelf.there_and_back(frame), frame)


def figure(**size: Any) -> Figure:
    figure = Figure(**size)
    figure.add_subplot().set_title("Loss by epoch")
    return figure


def test_a_figure_and_what_belongs_to_one_is_a_picture_with_its_title() -> None:
    drawn = figure()
    for obj in (drawn, drawn.axes[0]):
        picture, plain = Shelf().send(obj).data
        assert picture.file
        assert (picture.type, picture.text, plain.type) == ("image/png", "", PLAIN)
        assert picture.file.name == "Loss by epoch.png"
        assert picture.file.width > 100
    assert Shelf().there_and_back(drawn).size == (picture.file.width, picture.file.height)


def test_a_picture_that_is_too_large_is_made_smaller_and_says_so() -> None:
    random = np.random.default_rng(1).integers(0, 255, (1500, 2500, 3), dtype="uint8")
    for large in (figure(figsize=(80, 80), dpi=100), Image.fromarray(random)):
        picture, _ = Shelf().send(large).data
        assert picture.file
        assert picture.text in {"8,000 × 8,000", "2,500 × 1,500"}
        assert picture.file.size <= LIMITS.file_bytes
        assert 0 < picture.file.width * picture.file.height <= LIMITS.image_pixels


@pytest.mark.parametrize("mode", ["1", "L", "LA", "I;16", "P", "RGB", "RGBA", "CMYK", "F", "YCbCr"])
def test_an_image_of_each_kind_is_a_picture(mode: str) -> None:
    image = Image.new(mode, (30, 20))
    image.info["exif"] = b"Exif\0\0where it was taken"
    taken = Shelf().there_and_back(image)
    assert (taken.size, "exif" in taken.info) == ((30, 20), False)


def test_a_chart_is_data_and_a_text_where_no_picture_can_be_drawn() -> None:
    bars = go.Figure(go.Bar(x=[1], y=[2]), layout={"title": "Sales"})
    chart, plain = Shelf().send(bars).data
    assert chart.type == "application/vnd.plotly.v1+json"
    assert plain.text == "Plotly figure: Sales (bar)"
    assert go.Figure(Shelf().there_and_back(bars)) == bars
    points = altair.Chart(pd.DataFrame({"a": [1]})).mark_point().encode(x="a:Q")
    chart, plain = Shelf().send(points.properties(title="Sales")).data
    assert chart.type.startswith("application/vnd.vegalite.v")
    assert plain.text == "Altair Chart: Sales"
    assert Shelf().there_and_back(points) == points.to_dict()


def test_an_exception_tells_its_traceback() -> None:
    try:
        _ = 1 / 0
    except ZeroDivisionError as error:
        for obj in (error, sys.exc_info()):
            told, plain = Shelf().send(obj).data
            assert told.type == ERROR
            assert told.text.startswith("Traceback (most recent call last)")
            assert "1 / 0" in told.text
            assert plain.text == "ZeroDivisionError: division by zero"
    assert types(Shelf().send(ValueError("x\0" * 200_000))) == [ERROR, PLAIN]


class Shows:
    """Something that shows itself in a notebook in every type there is."""

    def __init__(self, **how: Any) -> None:
        self.how = how

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {type.replace("_", "/", 1): value for type, value in self.how.items()}

    def _repr_latex_(self) -> str:
        raise ValueError

    def __repr__(self) -> str:
        return "Shows()"


UNSAFE = {
    "image_svg+xml": "<svg onload='alert(1)'/>",
    "application_javascript": "alert(1)",
    "application_vnd.jupyter.widget-view+json": {"model_id": "x"},
    "text_x-other": "x",
}


def test_what_shows_itself_goes_in_the_types_that_are_safe() -> None:
    png = base64.b64encode(images.png()).decode()
    message = Shelf().send(Shows(**UNSAFE, text_html="<b>x</b>", image_png=png))
    assert types(message) == ["image/png", "text/html", PLAIN]
    assert message.data[2].text == "Shows()"
    assert types(Shelf().send(Shows(**UNSAFE))) == [PLAIN]
    assert types(Shelf().send(Shows(text_html="x" * 200_000))) == [PLAIN]
    svg = "<svg xmlns='http://www.w3.org/2000/svg'/>"
    assert types(Shelf().send(display.SVG(svg))) == [PLAIN]
    assert Shelf().send(display.Markdown("**x**")).text == "**x**"


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("obj", "says"),
    [
        (3, "3"),
        (b"x", "b'x'"),
        ({1: 2}, "{1: 2}"),
        ([float("nan")], "[nan]"),
        ({"a": (1,)}, "{'a': (1,)}"),
        (None, "None"),
        (Broken(), "<Broken, whose repr failed: RuntimeError>"),
    ],
)
def test_anything_else_goes_as_it_reads(obj: object, says: str) -> None:
    message = Shelf().send(obj)
    assert types(message) == [PLAIN]
    assert Shelf().take(message) == says


def test_a_long_list_goes_as_a_file_and_reads_in_part() -> None:
    numbers = list(range(20_000))
    shelf = Shelf()
    message = shelf.send(numbers)
    assert types(message) == ["application/json", PLAIN]
    assert "bytes are left out" in message.data[1].text
    assert shelf.take(message) == numbers


# -------------------------------------------------------------------------------- what cannot go

REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a table that is too long": (
        lambda: pd.DataFrame(np.zeros((300_000, 5))),
        r"as Arrow has 12\.0 MB; 5\.2 MB are allowed: send fewer rows, such as \.head\(12\d{4}\)",
    ),
    "a table that is far too long": (
        lambda: pd.DataFrame({"a": np.broadcast_to(np.int8(0), 50_000_000)}),
        r"the table has 50\.0 MB; 5\.2 MB are allowed",
    ),
    "a table of polars that is too long": (
        lambda: pl.DataFrame({"a": np.zeros(3_000_000)}),
        r"the table as Arrow has 24\.0 MB",
    ),
    "objects of polars": (lambda: pl.DataFrame({"o": [object()]}), "this table cannot be sent"),
    "integers of 128 bits": (
        lambda: pl.DataFrame({"i": pl.Series([1], dtype=pl.Int128)}),
        "more than 64 bits",
    ),
    "an array of objects": (
        lambda: np.array([1, "x"], dtype=object),
        "an array of Python objects",
    ),
    "an array with a mask": (lambda: np.ma.masked_array([1, 2], [0, 1]), "would lose its mask"),
    "an array that is too long": (
        lambda: np.zeros(10**6),
        r"the array has 8\.0 MB; 5\.2 MB are allowed: send a part of it",
    ),
    "a chart of too many points": (
        lambda: altair.Chart(pd.DataFrame({"a": range(6000)})).mark_bar().encode(x="a:Q"),
        "Altair cannot write this chart: The number of rows in your dataset",
    ),
    "a list that is too long": (
        lambda: ["x" * 100] * 60_000,
        r"it has 6\.2 MB; 5\.2 MB are allowed: it is 60,000 items long",
    ),
}


@pytest.mark.parametrize(("make", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_go_is_refused_in_words(make: Callable[[], Any], says: str) -> None:
    shelf = Shelf()
    with pytest.raises(Refusal, match=says):
        shelf.send(make())
    assert shelf.blobs == {}


def test_no_library_is_imported_to_send_something() -> None:
    heavy = "{'numpy', 'pandas', 'polars', 'pyarrow', 'PIL', 'matplotlib', 'plotly', 'altair'}"
    send = (
        "from jupyter_tornchat.program.talk import pack\n"
        "for obj in ('text', {'a': [1]}, [object()], ValueError('x'), object(), b'x'): pack(obj)\n"
        f"import sys\nprint({heavy} & set(sys.modules))"
    )
    done = run([sys.executable, "-c", send], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
