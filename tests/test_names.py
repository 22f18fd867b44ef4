"""What a name may be, and which names look alike."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_tornchat import names
from jupyter_tornchat.names import clean, clean_line, distinct, nearest, skeleton
from jupyter_tornchat.protocol import LIMITS, Refusal


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ann", "ann"),
        ("  Ann Lee\n", "Ann Lee"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u00a0ann\u3000", "ann"),
        ("小明", "小明"),
        ("👩", "👩"),
        ("x" * LIMITS.name_chars, "x" * LIMITS.name_chars),
        ("e\u0301" * LIMITS.name_chars, "é" * LIMITS.name_chars),
        *((name, name) for name in ("__proto__", "null", "0", "<b>", "{x}", "a/b", "..", "42")),
        ("نور", "نور"),
    ],
)
def test_a_name_is_kept_trimmed_and_in_NFC(said: str, kept: str) -> None:
    assert clean(said) == kept


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "\u3164",
        "\u2800\u115f",
        "x" * (LIMITS.name_chars + 1),
        "x" * 1_000_000,
        "a\nb",
        "a\tb",
        "a  b",
        "a\0b",
        "a\u200bb",
        "a\u202eb",
        "a\u2028b",
        "a\ue000b",
        "a\U000e0041b",
        "\ud800",
        "\u0301",
        "a" + "\u0301" * 5,
    ],
    ids=lambda name: repr(name[:10]),
)
def test_a_name_nobody_could_see_or_type_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as no:
        clean(name)
    assert no.value.code == "bad_name"


@pytest.mark.parametrize(
    "name",
    [
        *("admin", "ADMIN", "Admin ", "ａｄｍｉｎ", "ᴀᴅᴍɪɴ", "аdmin", "adm\u0131n", "admin\ufe0f"),
        *("system", "ѕystem", "tornchat", "Jupyter", "server", "moderator", "rnoderator"),
        *("管理员", "系统", "服务器", "aḋmin", "s e r v e r"),
    ],
)
def test_the_names_of_the_chat_itself_belong_to_nobody(name: str) -> None:
    with pytest.raises(Refusal) as no:
        clean(name)
    assert no.value.code == "bad_name"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann", "Ann"),
        ("ann", "ａｎｎ"),
        ("ann", "а" + "nn"),  # Cyrillic
        ("ann", "α" + "nn"),  # Greek
        ("Bill", "Bi11"),
        ("modern", "rnodern"),
        ("straße", "STRASSE"),
        ("ﬁn", "fin"),
        ("zoë", "zoe"),
        ("İlker", "ilker"),
        ("o0o", "ooo"),
        ("a b", "ab"),
        ("ann", "ann\u3164"),
        ("O'Neil", "O’Neil"),
        ("Anne-Marie", "Anne\u2010Marie"),
    ],
)
def test_names_that_look_alike_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other) != ""


@pytest.mark.parametrize(("one", "other"), [("ann", "anna"), ("小明", "小朋"), ("👩", "👨")])
def test_names_that_do_not_look_alike_have_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(max_size=40))
def test_a_kept_name_stays_as_it_is(name: str) -> None:
    try:
        kept = clean(name)
    except Refusal:
        return
    assert clean(kept) == kept == unicodedata.normalize("NFC", kept)
    assert 1 <= len(kept) <= LIMITS.name_chars


@given(st.text(max_size=40))
def test_a_skeletons_skeleton_is_itself(name: str) -> None:
    assert skeleton(skeleton(name)) == skeleton(name)


def test_a_title_may_be_empty_but_is_one_line() -> None:
    assert clean_line("  ", 250, "title") == ""
    assert clean_line(" 数据 分析 ", 250, "title") == "数据 分析"
    with pytest.raises(Refusal, match="the title has 251 characters; 250 are allowed"):
        clean_line("x" * 251, 250, "title")


def test_whoever_comes_back_to_a_taken_name_gets_a_number() -> None:
    assert distinct("ann", lambda _: False) == "ann"
    taken = {skeleton("ann"), skeleton("ann (2)")}
    assert distinct("ann", lambda name: skeleton(name) in taken) == "ann (3)"
    long = "x" * LIMITS.name_chars
    found = distinct(long, lambda name: name == long)
    assert found.endswith(" (2)")
    assert len(found) == LIMITS.name_chars


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Ann Lee", "Ann Lee"),
        (" Ann\t \nLee ", "Ann Lee"),
        ("a\u202en\u200bn\0", "ann"),
        ("Zoe\u200b\u0308", "Zo\u00eb"),
        ("admin", "admin"),
        ("x" * 40, "x" * LIMITS.name_chars),
        ("x" * 31 + " y", "x" * 31),
        ("\u3164", ""),
        ("a" + "\u0301" * 9, ""),
        ("\n", ""),
    ],
    ids=ascii,
)
def test_the_nearest_name_to_one_that_nobody_typed(given: str, name: str) -> None:
    assert nearest(given) == name


@given(st.text())
def test_the_nearest_name_is_one_unless_it_is_reserved(given: str) -> None:
    if (found := nearest(given)) and skeleton(found) not in names._RESERVED:
        assert clean(found) == found


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("plot.png", "plot.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ann\\plot.png", "plot.png"),
        ("a.png\0.html", "a.png.html"),
        ('a"b\r\nX: y.png', 'a"b X: y.png'),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\u2028b.txt", "a b.txt"),
        ("模型 1.csv", "模型 1.csv"),
        ("e\u0301.txt", "\u00e9.txt"),
        (".bashrc", "bashrc"),
        ("plot.png. ", "plot.png"),
        *((nothing, "file") for nothing in ("", ".", "..", "/", "a/", " ", "\u200b", "\ud800")),
        ("a" + "\u0301" * 50, "file"),
        ("a" * 300 + ".ipynb", "a" * (LIMITS.file_name_chars - 6) + ".ipynb"),
    ],
)
def test_a_files_name_is_the_nearest_to_what_it_was_called(said: str, name: str) -> None:
    assert names.of_file(said) == name


def test_a_name_of_endless_marks_keeps_nobody_waiting() -> None:
    """Sorting marks takes the square of their number: these would take minutes."""
    marks = "a" + "\u0301\u0316" * 200_000
    with pytest.raises(Refusal, match="characters"):
        clean(marks)
    assert nearest(marks) == ""
    assert names.of_file(marks) == "file"
    assert names.of_file(f"plot{marks}.png") == "file"
