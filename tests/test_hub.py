"""The hub with a real log and view; only the sockets are recorders."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
from msgspec.structs import replace

from clock import Clock, settle
from house import ANN, BEN, House, check, house
from jupyter_tornchat.access import Access
from jupyter_tornchat.files import Uploaded
from jupyter_tornchat.keep import file_key
from jupyter_tornchat.protocol import (
    LIMITS,
    CellRef,
    Delete,
    Edit,
    FileRef,
    Join,
    Leave,
    Older,
    OutputRef,
    Send,
    StoredFile,
)
from jupyter_tornchat.resume import FIRST_PAGE


async def test_the_first_frame_is_welcome_and_the_answer_to_a_join_says_who_is_here(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        ann, ben = place.guest(), place.guest(BEN)
        welcome = ann.wire.frames[0]
        assert (welcome["type"], welcome["user"]["name"]) == ("welcome", "ann")
        assert welcome["epoch"] == place.hub.log.epoch
        await ann.answer(Join(room="lobby"))
        answer = await ben.answer(Join(room="lobby"))
        assert [m["name"] for m in answer["members"]] == ["ann", "ben"]
        assert (answer["count"], answer["title"], answer["more"]) == (2, "Lobby", False)


async def test_in_a_room_one_has_not_joined_one_says_and_reads_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = place.guest(), place.guest(BEN)
        await ben.answer(Join(room="lobby"))
        for frame in (
            Send(room="lobby", id="1", text="x"),
            Older(room="lobby", before=9),
            Leave(room="lobby"),
        ):
            assert await ann.refused(frame) == "not_joined"
        assert await ann.refused(Join(room="none")) == "no_such_room"
        assert await ann.refused(Send(room="none", id="1", text="x")) == "no_such_room"
        assert ben.heard("message") == []


async def test_who_has_no_name_or_may_only_read_says_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        nameless, reading = place.guest(named=False), place.guest(access=Access(writes=False))
        for guest, code in ((nameless, "unnamed"), (reading, "forbidden")):
            await guest.answer(Join(room="lobby"))
            assert await guest.refused(Send(room="lobby", id="1", text="x")) == code


async def test_who_left_hears_no_more(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = place.guest(), place.guest(BEN)
        for guest in (ann, ben):
            await guest.answer(Join(room="lobby"))
        ann.say(Leave(room="lobby"))
        await place.say(1)
        await settle()
        assert (len(ann.heard("message")), len(ben.heard("message"))) == (0, 1)
        assert place.hub.count("lobby") == 1


async def test_what_was_said_before_is_answered_with_the_same_message(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        ann.say(Send(room="lobby", id="1", text="x"))
        again = await ann.answer(Send(room="lobby", id="1", text="x"))
        first = ann.heard("message")[0]
        assert again == first | {"ref": again["ref"]}
        assert await ann.refused(Send(room="lobby", id="1", text="y")) == "conflict"


async def test_an_author_changes_a_message_and_everyone_hears_it(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = place.guest(), place.guest(BEN)
        for guest in (ann, ben):
            await guest.answer(Join(room="lobby"))
        first = await ann.hears(Send(room="lobby", id="1", text="one"), "message")
        edit = await ann.hears(Edit(room="lobby", seq=1, id="2", text="two"), "changed")
        assert (edit["seq"], edit["of"], edit["text"]) == (2, 1, "two")
        again = await ann.answer(Edit(room="lobby", seq=1, id="2", text="two"))
        assert again == edit | {"ref": again["ref"]}
        resent = await ann.answer(Send(room="lobby", id="1", text="one"))
        now = {"text": "two", "edited": edit["at"], "ref": resent["ref"]}
        assert resent == first | now
        assert await ann.refused(Edit(room="lobby", seq=1, id="2", text="three")) == "conflict"
        assert await ann.refused(Delete(room="lobby", seq=1, id="1")) == "conflict"
        gone = await ann.hears(Delete(room="lobby", seq=1, id="3"), "changed")
        assert (gone["seq"], gone["of"], gone.get("text")) == (3, 1, None)
        again = await ann.answer(Delete(room="lobby", seq=1, id="3"))
        assert again == gone | {"ref": again["ref"]}
        await settle()
        assert ben.heard("changed") == [edit, gone]
        assert ben.connection.in_flight == ann.connection.in_flight == 0


async def test_a_message_is_changed_by_its_author_alone_and_not_once_it_is_gone(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        ann, ben = place.guest(), place.guest(BEN)
        assert await ann.refused(Edit(room="lobby", seq=1, id="1", text="x")) == "not_joined"
        for guest in (ann, ben):
            await guest.answer(Join(room="lobby"))
        await ann.hears(Send(room="lobby", id="1", text="one"), "message")
        await ann.hears(Edit(room="lobby", seq=1, id="2", text="two"), "changed")
        for frame in (
            Edit(room="lobby", seq=1, id="3", text="x"),
            Delete(room="lobby", seq=1, id="3"),
        ):
            assert await ben.refused(frame) == "forbidden"
        for seq in (0, 2, 3, 2**53 - 1):  # 2 is an edit, and no message
            assert await ann.refused(Delete(room="lobby", seq=seq, id="3")) == "no_such_message"
            send = Send(room="lobby", id="3", text="x", reply=seq)
            assert await ann.refused(send) == "no_such_message"
        await ann.hears(Delete(room="lobby", seq=1, id="3"), "changed")
        edit = Edit(room="lobby", seq=1, id="4", text="x")
        assert await ann.refused(edit) == "no_such_message"
        answer = await ben.hears(Send(room="lobby", id="4", text="gone?", reply=1), "message")
        assert (answer["seq"], answer["reply"]) == (4, 1)
        reader = place.guest(access=Access(writes=False))
        await reader.answer(Join(room="lobby"))
        assert await reader.refused(Delete(room="lobby", seq=4, id="5")) == "forbidden"


async def test_who_comes_back_after_a_change_is_told_of_it_and_known_by_it(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        await place.say(60)
        await place.change(3, "new")
        await place.change(60, None)
        guest = place.guest()
        first = await guest.answer(Join(room="lobby"))
        assert (first["from"], first["to"], first["check"]) == (10, 62, "62")
        assert len(first["messages"]) == FIRST_PAGE
        back = await guest.answer(Join(room="lobby", after=60, check="60"))
        assert [(m["seq"], m["text"]) for m in back["messages"]] == [(3, "new"), (60, "")]
        assert (back["to"], back["check"], back["more"]) == (62, "62", False)
        for known, type in (("61", "joined"), ("60", "reset")):
            answer = await guest.answer(Join(room="lobby", after=61, check=known))
            assert answer["type"] == type
        assert (await guest.answer(Join(room="lobby", after=63)))["type"] == "reset"
        check(guest, None, place)


UPLOADED = StoredFile("1" * 64, "as uploaded.png", "image/png", 9, 640, 480)


async def upload(place: House, room: str = "lobby") -> None:
    by = Uploaded(**msgspec.structs.asdict(UPLOADED), by=(ANN.id,))
    value = msgspec.json.encode(by).decode()
    await place.hub.log.put(file_key(room, UPLOADED.hash), value)


async def test_a_message_shows_the_files_that_were_uploaded_to_its_room(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        await place.hub.open_room(ANN, "other", "")
        await upload(place, "other")
        ref = FileRef(UPLOADED.hash, "../my\u202e plot.png")
        send = Send(room="lobby", id="1", text="", files=[ref])
        assert await ann.refused(send) == "no_such_file"
        await upload(place)
        message = await ann.hears(send, "message")
        stored = {"hash": ref.hash, "type": "image/png", "size": 9, "width": 640, "height": 480}
        assert message["files"] == [stored | {"name": "my plot.png"}]
        assert message["text"] == ""
        again = await ann.answer(send)
        assert again == message | {"ref": again["ref"]}
        # Others show what they see, and nothing that they only know of.
        for since, code in ((message["seq"], "no_such_file"), (0, "")):
            ben = place.guest(BEN, access=Access(since={"lobby": since}))
            await ben.answer(Join(room="lobby"))
            show = Send(room="lobby", id=f"by ben {since}".replace(" ", "-"), text="", files=[ref])
            assert (await ben.refused(show) if code else "") == code
        assert (await ben.hears(show, "message"))["files"] == message["files"]


async def test_a_cell_is_kept_as_it_was_shared(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        await upload(place)
        ref = FileRef(UPLOADED.hash, "plot.png")
        outputs = [OutputRef("text/plain", " 2\n"), OutputRef("image/png", file=ref)]
        # A file may have a name with what cannot be seen in it; it is no reason to refuse a cell.
        cell = CellRef("\n1 + 1\n", "python", 7, " tour \u200c\u200d2.ipynb ", outputs)
        message = await ann.hears(Send(room="lobby", id="1", text="", cell=cell), "message")
        kept = message["cell"]
        assert (kept["source"], kept["language"], kept["count"]) == ("\n1 + 1\n", "python", 7)
        assert kept["notebook"] == "tour 2.ipynb"
        assert kept["outputs"][0] == {"type": "text/plain", "text": " 2\n"}
        assert kept["outputs"][1]["file"]["width"] == 640
        for broken in ({"language": "a\nb"}, {"language": "x" * 33}):
            bad = Send(room="lobby", id="2", text="", cell=replace(cell, **broken))
            assert await ann.refused(bad) == "bad_name"
        other = Send(room="lobby", id="1", text="", cell=replace(cell, source="2 + 2"))
        assert await ann.refused(other) == "conflict"
        assert ann.connection.in_flight == 0


async def test_nothing_overtakes_a_message_with_files(tmp_path: Path) -> None:
    """While it is looked up what the files are, nothing more is read from its connection."""
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        await upload(place)
        ann.say(Send(room="lobby", id="text", text="x"))
        assert ann.connection.room_in_flight() is None
        files = [FileRef(UPLOADED.hash, "plot.png")]
        ann.say(Send(room="lobby", id="files", text="x", files=files))
        until = ann.connection.room_in_flight()
        assert until is not None
        async with asyncio.timeout(10):
            await until
        ann.say(Send(room="lobby", id="behind", text="x"))
        assert ann.connection.room_in_flight() is None
        await ann.hears(Send(room="lobby", id="last", text="x"), "message")
        assert [m["id"] for m in ann.heard("message")] == ["text", "files", "behind", "last"]


async def test_a_connection_is_in_so_many_rooms(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        for n in range(LIMITS.rooms_joined):
            await place.hub.open_room(ANN, f"r{n}", "")
            assert (await ann.answer(Join(room=f"r{n}")))["type"] == "joined"
        assert await ann.refused(Join(room="lobby")) == "too_many_rooms"
        assert (await ann.answer(Join(room="r1")))["type"] == "joined"
        ann.say(Leave(room="r0"))
        assert (await ann.answer(Join(room="lobby")))["type"] == "joined"
        assert len(ann.heard("room")) == LIMITS.rooms_joined


async def test_a_room_that_nobody_is_in_is_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        assert await ann.refused(Join(room="none")) == "no_such_room"
        assert place.hub.rooms.keys() == {"lobby"}
        place.hub.disconnect(ann.connection)
        await clock.advance(5)
        await clock.advance(1)
        await clock.advance(1)
        assert place.hub.rooms == {}
