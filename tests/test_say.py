"""What a program says: kept when it returns, said once, changed in place."""

from __future__ import annotations

import pytest

from jupyter_tornchat import Room
from jupyter_tornchat.program.content import Content
from jupyter_tornchat.protocol import CellRef
from jupyter_tornchat.room import ChatError
from places import NOTEBOOK, Place


@pytest.fixture
def room(places: dict[str, Place]) -> Room:
    return a_room(places, "speaker")


def a_room(places: dict[str, Place], name: str) -> Room:
    server = places[NOTEBOOK].server
    return Room(url=f"{server.url}tornchat", token=server.token, name=name)


def test_what_send_returns_shows_as_its_number_and_names_the_message(room: Room) -> None:
    sent = room.send("hello")
    assert repr(sent) == f"#{sent.seq}"
    for ref in (sent, sent.seq, f"#{sent.seq}", sent.id):
        assert room.message(ref).text == "hello"
    answer = room.send("well", reply=sent)
    assert room.message(answer).reply == sent.seq
    assert room.message(room.send("oh", reply=f"#{answer.seq}")).reply == answer.seq


def test_a_cell_that_runs_again_changes_its_message_in_place(room: Room) -> None:
    first = room.send("loss 0.9", id="loss", replace=True)
    assert room.send("loss 0.9", id="loss", replace=True) == first
    assert room.send("loss 0.2", id="loss", replace=True) == first
    assert room.message("loss").text == "loss 0.2"
    assert room.send("loss 0.9", id="loss", replace=True) == first
    assert room.message("loss").text == "loss 0.9"
    newest = room.send("something else")
    assert newest.seq > first.seq


def test_the_same_id_with_another_body_names_replace(room: Room) -> None:
    first = room.send("one", id="twice")
    assert room.send("one", id="twice") == first
    with pytest.raises(ChatError, match=r"'twice' already; with replace=True") as no:
        room.send("two", id="twice")
    assert (no.value.code, no.value.retry) == ("conflict", False)


def test_an_id_is_the_programs_own(places: dict[str, Place], room: Room) -> None:
    mine = room.send("mine", id="both")
    theirs = a_room(places, "another").send("theirs", id="both")
    assert mine.seq != theirs.seq
    assert room.message("both").text == "mine"


def test_a_file_goes_up_and_comes_down(room: Room) -> None:
    stored = room.upload(b"a,b\n1,2\n", "table.csv")
    sent = room.say(Content("a table", files=[stored]))
    (file,) = room.message(sent).files
    assert (file.name, file.hash) == ("table.csv", stored.hash)
    assert room.download(file.hash) == b"a,b\n1,2\n"
    with pytest.raises(ChatError, match=r"6,000,000 bytes; 5,242,880 are allowed"):
        room.upload(bytes(6_000_000), "big.bin")


def test_what_is_not_there_says_so(room: Room) -> None:
    for ref in (10**9, "never"):
        with pytest.raises(ChatError) as no:
            room.message(ref)
        assert (no.value.code, no.value.retry) == ("no_such_message", False)
        assert [line.name for line in no.traceback[1:]] == ["message", "_run"]


def test_a_message_prints_as_one_line(room: Room) -> None:
    stored = room.upload(b"a,b\n1,2\n", "table.csv")
    said = (
        room.send("the training begins"),
        room.send({"a": [1]}),
        room.say(Content("", files=[stored])),
        room.say(Content("", cell=CellRef(source="1 + 1", language="python"))),
    )
    assert [f"{room.message(sent)!r}" for sent in said] == [
        f"<{said[0]} speaker: 'the training begins'>",
        f"<{said[1]} speaker: application/json>",
        f"<{said[2]} speaker: table.csv>",
        f"<{said[3]} speaker: a cell>",
    ]


def test_an_answer_is_given_once(room: Room) -> None:
    asked = room.message(room.send("what is the time?"))
    first = room.reply(asked, "noon")
    assert room.reply(asked, "a minute later") == first
    assert room.message(first).reply == asked.seq
