"""The hub with a real log and view; only the sockets are recorders."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from clock import Clock, settle
from house import ANN, BEN, Guest, House, house
from jupyter_tornchat import hub as hub_module
from jupyter_tornchat import liveroom
from jupyter_tornchat.access import Access
from jupyter_tornchat.events import Revoked, Said
from jupyter_tornchat.files import Uploaded
from jupyter_tornchat.keep import file_key
from jupyter_tornchat.log import Deliver, Entry
from jupyter_tornchat.protocol import (
    LIMITS,
    CellRef,
    Close,
    Delete,
    Edit,
    FileRef,
    Invite,
    Join,
    Leave,
    Older,
    OutputRef,
    Pulse,
    Refusal,
    Send,
    StoredFile,
)
from jupyter_tornchat.readers import READERS
from jupyter_tornchat.resume import FIRST_PAGE
from jupyter_tornchat.sight import Sight
from jupyter_tornchat.slices import Slice
from jupyter_tornchat.view import View
from screen import PLACED, Screen

# --------------------------------------------------------------------- joining, whatever happens


class Gate:
    """Holds what the log delivers until it is let through."""

    def __init__(self) -> None:
        self.held: list[Entry] = []
        self.open = True

    def __call__(self, deliver: Deliver) -> Deliver:
        self._deliver = deliver
        return self.arrive

    def arrive(self, entries: Sequence[Entry]) -> None:
        self.held += entries
        if self.open:
            self.let(len(self.held))

    def let(self, count: int) -> None:
        through, self.held = self.held[:count], self.held[count:]
        self._deliver(through)


class GatedView(View):
    """A view whose pages of history wait, before and after they are read, until they may go on."""

    gated = True
    waiting: list[asyncio.Future[None]]
    news: asyncio.Event

    async def older(self, room: str, before: int, limit: int, sight: Sight) -> Slice:
        await self.wait()
        found = await super().older(room, before, limit, sight)
        await self.wait()
        return found

    async def missed(self, room: str, after: int, limit: int, sight: Sight) -> Slice:
        await self.wait()
        found = await super().missed(room, after, limit, sight)
        await self.wait()
        return found

    async def wait(self) -> None:
        if not self.gated:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(future)
        self.news.set()
        await future


ACTIONS = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 120)),
    st.tuples(st.just("edit"), st.integers(1, 300)),
    st.tuples(st.just("delete"), st.integers(1, 300)),
    st.tuples(st.just("whisper"), st.integers(1, 120)),
    st.tuples(st.just("clear"), st.integers(-3, 300)),
    st.tuples(st.just("ask"), st.just(0)),
    st.tuples(st.just("answer"), st.integers(0, 9)),
    st.tuples(st.just("close"), st.integers(0, 9)),
    st.tuples(st.just("let"), st.integers(1, 150)),
    st.tuples(st.just("join"), st.none() | st.integers(0, 60)),
    st.tuples(st.just("page"), st.just(0)),
    st.tuples(st.just("settle"), st.just(0)),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ACTIONS, min_size=4, max_size=25))
def test_R06_no_gap_and_no_double_whatever_is_said_or_changed_while_somebody_joins(
    jp_asyncio_loop: asyncio.AbstractEventLoop, schedule: list[tuple[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        jp_asyncio_loop.run_until_complete(follow(Path(folder), schedule))


class Schedule:
    """A house in which the test decides when what happens."""

    def __init__(self, place: House, gate: Gate) -> None:
        assert isinstance(place.hub.view, GatedView)
        self.place = place
        self.gate = gate
        self.waiting = place.hub.view.waiting = []
        place.hub.view.news = place.news
        gate.open = False
        place.hub.resuming = asyncio.Semaphore(1_000)  # all at once, which is harder
        self.guests: list[tuple[Guest, int | None]] = []

    async def follow(self, action: str, what: Any) -> None:
        match action:
            case "let":
                self.gate.let(what)
            case "join":
                after = None if what is None else min(what, len(self.place.story))
                guest = self.place.guest(BEN if len(self.guests) % 3 else ANN)
                guest.say(Join(room="lobby", after=after))
                self.guests.append((guest, after))
            case "page" if self.waiting:
                self.waiting.pop(0).set_result(None)
            case _:
                await self.keep(action, what)
        await self.quiet()

    async def keep(self, action: str, what: Any) -> None:
        """Something is kept."""
        place = self.place
        match action:
            case "say" | "whisper":
                await (place.say(what) if action == "say" else place.whisper(what))
            case "clear":
                of = what if what > 0 else None
                await place.clear(of, None if of else [None, ANN, BEN, ANN][what])
            case "edit" | "delete" if top := len(place.story):
                await place.change(what % top + 1, f"edit {top}" if action == "edit" else None)
            case "ask":
                await place.ask()
            case "answer" | "close" if place.asked:
                of = place.asked[what % len(place.asked)]
                await (place.answer(of) if action == "answer" else place.close(of))

    async def quiet(self) -> None:
        """Everyone who joins has joined, or waits at a page."""
        async with asyncio.timeout(10):
            while len(self.waiting) < sum(not joined(guest) for guest, _ in self.guests):
                self.place.news.clear()
                await self.place.news.wait()
        await settle()

    async def end(self) -> None:
        """Nothing is held back any more, and one more message comes."""
        self.gate.open = True
        await self.follow("let", len(self.gate.held))
        while self.waiting:
            await self.follow("page", 0)
        await self.follow("say", 1)
        self.place.hub.view.gated = False  # type: ignore[attr-defined]
        for guest, after in self.guests:
            if after is not None:
                await read_on(guest)
        await settle()


async def read_on(guest: Guest) -> None:
    """Ask for what is missing until there is no more of it."""
    answer = guest.heard("joined")[-1]
    while answer["more"]:
        answer = await guest.answer(Join(room="lobby", after=answer["to"]))


async def follow(folder: Path, story: list[tuple[str, Any]]) -> None:
    gate = Gate()
    async with house(folder, gate, GatedView) as place:
        schedule = Schedule(place, gate)
        for action, what in story:
            await schedule.follow(action, what)
        await schedule.end()
        for guest, after in schedule.guests:
            check(guest, after, place)


async def test_as_many_resume_side_by_side_as_there_are_readers(tmp_path: Path) -> None:
    async with house(tmp_path, Gate(), GatedView) as place:
        assert isinstance(place.hub.view, GatedView)
        waiting = place.hub.view.waiting = []
        place.hub.view.news = place.news
        guests = [place.guest(ANN) for _ in range(3 * READERS)]
        for guest in guests:
            guest.say(Join(room="lobby"))
        most = 0
        async with asyncio.timeout(10):
            while coming := sum(not joined(guest) for guest in guests):
                if len(waiting) < min(READERS, coming):
                    place.news.clear()
                    await place.news.wait()
                else:
                    waiting.pop(0).set_result(None)
                await settle()
                most = max(most, len(waiting))
        assert most == READERS


@pytest.mark.parametrize("after", [None, 5])
async def test_R06_more_may_be_sent_while_history_is_read_than_the_room_remembers(
    tmp_path: Path, after: int | None
) -> None:
    await follow(
        tmp_path,
        [
            ("say", 10),
            ("join", after),
            ("page", 0),  # it is read, and on its way
            ("say", liveroom.RECENT - 8),
            ("let", 1_000),
            ("say", 20),
            ("let", 1_000),
        ],
    )


@pytest.mark.parametrize("what", [("whisper", 5), ("clear", 3), ("clear", 0), ("clear", -1)])
@pytest.mark.parametrize("after", [None, 5])
async def test_S13_what_is_hidden_or_cleared_while_somebody_joins_is_not_shown(
    tmp_path: Path, after: int | None, what: tuple[str, int]
) -> None:
    told = [what, ("say", 2), ("let", 1_000)]
    before = [("say", 10), ("whisper", 3), ("say", 3), ("let", 1_000), ("join", after)]
    page = [("page", 0)]
    await follow(tmp_path / "1", [*before, *told, *page, *page, *told])
    await follow(tmp_path / "2", [*before, *page, *told, *page, *told])


def joined(guest: Guest) -> bool:
    return bool(guest.heard("joined") or guest.heard("reset"))


def check(guest: Guest, after: int | None, place: House) -> None:
    """Whoever came in anywhere ends with the same messages as who stayed, and got each entry at
    most once."""
    story = place.story_of(guest.connection.user)
    screen = Screen(story[: after or 0])
    for frame in guest.wire.frames:
        screen.hear(frame)
    stayed = Screen(story)
    assert (screen.gaps, screen.seq) == ([], stayed.seq)
    assert screen.shown(screen.first) == stayed.shown(screen.first)
    live = [f["seq"] for f in guest.wire.frames if f["type"] in PLACED]
    assert live == sorted(set(live))


async def test_R06_a_newcomer_to_a_room_with_a_long_queue_misses_nothing(tmp_path: Path) -> None:
    """More is kept and not yet handed out than a first page holds."""
    gate = Gate()
    async with house(tmp_path, gate) as place:
        first = place.guest()
        await first.answer(Join(room="lobby"))
        gate.open = False
        await place.say(FIRST_PAGE + 30)
        late = place.guest(BEN)
        answer = await late.answer(Join(room="lobby"))
        assert (answer["from"], answer["to"], answer["messages"]) == (0, 0, [])
        gate.let(len(gate.held))
        gate.open = True
        await settle()
        check(late, None, place)


async def test_R06_pages_come_while_there_is_more_and_live_messages_after_the_last(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        await place.say(450)
        guest = place.guest()
        after, pages = 0, []
        while not pages or pages[-1]["more"]:
            assert guest.heard("message") == []
            pages.append(await guest.answer(Join(room="lobby", after=after)))
            after = pages[-1]["to"]
            await place.say(1)
        await settle()
        seen = [m["seq"] for page in pages for m in page["messages"]]
        live = [m["seq"] for m in guest.heard("message")]
        assert seen + live == list(range(1, 450 + len(pages) + 1))
        assert [page["more"] for page in pages] == [True, True, False]


async def test_R06_a_message_of_an_early_page_that_was_changed_late_is_not_missed(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        await place.say(450)
        for of in (3, 100, 300):
            await place.change(of, f"edit of {of}")
        guest = place.guest()
        more, after = True, 1
        while more:
            answer = await guest.answer(Join(room="lobby", after=after))
            more, after = answer["more"], answer["to"]
        check(guest, 1, place)


# ------------------------------------------------------------------------------ who may what


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


# ------------------------------------------------------------------------------------ bounds


async def test_sends_that_wait_for_the_disk_are_bounded(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        for n in range(LIMITS.in_flight - 1):
            ann.say(Send(room="lobby", id=str(n), text="x"))
        assert ann.connection.room_in_flight() is None
        ann.say(Send(room="lobby", id="last", text="x"))
        room = ann.connection.room_in_flight()
        assert room is not None
        assert room is ann.connection.room_in_flight()
        async with asyncio.timeout(10):
            await room
            while ann.connection.in_flight:
                place.news.clear()
                await place.news.wait()
        assert len(ann.heard("message")) == LIMITS.in_flight


async def test_a_room_takes_no_more_than_can_be_handed_out(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        await place.hub.open_room(ANN, "elsewhere", "Elsewhere")
        flood = [Entry(n, n, Said("lobby", str(n), BEN, "x", 1)) for n in range(1, 5000)]
        place.hub.deliver(flood[: liveroom.WAITING])
        with pytest.raises(Refusal) as no:
            place.hub.publish(ANN, Send(room="lobby", id="1", text="x"))
        assert (no.value.code, no.value.retry_after) == ("too_fast", 1.0)
        place.hub.publish(ANN, Send(room="elsewhere", id="1", text="x")).cancel()
        await settle()
        await place.hub.publish(ANN, Send(room="lobby", id="1", text="x"))


async def test_a_person_says_so_much_in_a_while(tmp_path: Path) -> None:
    async with house(tmp_path, message_rate=5) as place:
        ann, other_tab, ben = place.guest(), place.guest(), place.guest(BEN)
        for guest in (ann, other_tab, ben):
            await guest.answer(Join(room="lobby"))
        for n in range(15):
            ann.say(Send(room="lobby", id=str(n), text="x"))
        refused = await other_tab.answer(Send(room="lobby", id="one more", text="x"))
        assert (refused["code"], refused["id"]) == ("too_fast", "one more")
        assert 0 < refused["retry_after"] <= 0.2
        ben.say(Send(room="lobby", id="ben", text="x"))
        await place.say(1)
        await settle()
        assert [m["id"] for m in ben.heard("message")][15] == "ben"


async def test_who_says_nothing_at_first_is_no_client(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path) as place:
        silent, talks = place.guest(), place.guest(BEN)
        talks.say(Pulse())
        await clock.advance(LIMITS.silence_seconds - 0.5)
        assert (silent.codes, talks.codes) == ([], [])
        await clock.advance(0.5)
        assert (silent.codes, talks.codes) == ([Close.PROTOCOL_ERROR], [])


async def test_a_heart_beats_and_who_is_silent_for_long_is_dead(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, heartbeat=15.0) as place:
        await settle()
        ann, ben, plain = place.guest(), place.guest(BEN), place.guest(plain=True)
        for guest in (ann, ben):
            guest.say(Pulse())
        await clock.advance(15)
        assert len(ann.heard("heartbeat")) == 2
        assert (ann.wire.pings, plain.wire.pings, plain.wire.frames) == (1, 1, [])
        for _ in range(2):
            ben.connection.heard = plain.connection.heard = clock.loop.time()
            await clock.advance(15)
        assert (ann.codes, ben.codes, plain.codes) == ([Close.GOING_AWAY], [], [])


async def test_a_server_takes_so_many_connections(tmp_path: Path) -> None:
    async with house(tmp_path, max_connections=2) as place:
        ann = place.guest()
        place.guest(BEN)
        with pytest.raises(Refusal) as no:
            place.guest()
        assert no.value.code == "full"
        place.hub.disconnect(ann.connection)
        place.hub.disconnect(ann.connection)
        place.guest()


async def test_one_guest_who_was_invited_takes_no_more_connections_than_they_need(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        invite = Invite("i", ["lobby"], 0, BEN, place.hub.now() + 60_000, 9)
        access = Access(rooms=frozenset({"lobby"}), invite=invite)
        for _ in range(hub_module.GUEST_CONNECTIONS):
            place.guest(access=access)
        with pytest.raises(Refusal, match="full"):
            place.guest(access=access)
        place.guest(BEN, access=access)


async def test_R15_who_does_not_hang_up_holds_nobody_for_long(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path) as place:
        stuck = place.guest()
        closing = asyncio.create_task(place.hub.close())
        await settle()
        assert stuck.codes == [Close.RESTARTING]
        assert not closing.done()
        await clock.advance(hub_module.GOODBYE_SECONDS)
        assert closing.done()
        await closing


async def test_what_waits_behind_a_full_write_reaches_plain_clients_too(tmp_path: Path) -> None:
    gate = Gate()
    async with house(tmp_path, deliver=gate) as place:
        lines, gone = place.guest(plain=True), place.guest(BEN)
        lines.say(Join(room="lobby"))
        await gone.answer(Join(room="lobby"))
        clock = Clock()
        await clock.advance(1)  # everyone has been told who is here
        gate.open = False
        await place.say(liveroom.WRITE_FRAMES + 54)
        gate.let(liveroom.WRITE_FRAMES + 44)
        gone.say(Leave(room="lobby"))
        place.hub.rooms["lobby"].presence._tell_now()
        gate.let(10)
        await clock.advance(2)
        said = [frame["line"] for frame in lines.heard("line")]
        assert len([line for line in said if "说" in line]) == liveroom.WRITE_FRAMES + 54
        assert len([line for line in said if "ben 离开" in line]) == 1


async def test_an_answer_that_fails_is_a_refusal_and_not_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(View):
        async def room(self, room: str) -> Any:
            raise ZeroDivisionError

    async with house(tmp_path, view=Broken) as place:
        ann = place.guest()
        assert await ann.refused(Join(room="lobby")) == "unavailable"
        assert ann.connection.in_flight == 0
    assert "Join could not be answered" in caplog.text


async def test_who_signs_out_is_gone_from_every_connection(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        tabs, ben = [place.guest(), place.guest()], place.guest(BEN)
        place.hub.sign_out(ANN.id)
        assert [tab.codes for tab in tabs] == [[Close.SIGNED_OUT]] * 2
        assert ben.codes == []


async def test_who_is_shut_out_is_gone_for_the_others_at_once(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = place.guest(), place.guest(BEN)
        for guest in (ann, ben):
            await guest.answer(Join(room="lobby"))
        clock = Clock()
        await clock.advance(1)  # everyone has been told who is here
        place.hub.deliver([Entry(1, 0, Revoked("lobby", BEN.id, "guest", 1, ANN))])
        assert ben.codes == [Close.REMOVED]
        await clock.advance(1)
        assert ann.heard("presence")[-1]["left"] == [BEN.id]


async def test_what_is_sent_right_behind_a_join_is_said(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann = place.guest()
        ann.say(Join(room="lobby"))
        ann.say(Send(room="lobby", id="1", text="at once"))
        assert ann.connection.in_flight == 2
        assert ann.heard("rejected") == []


async def test_a_room_that_another_server_opened_is_there_before_one_hears_of_it(
    tmp_path: Path,
) -> None:
    deaf: Any = lambda deliver: lambda entries: None  # noqa: E731, ARG005
    async with house(tmp_path) as other, house(tmp_path, deaf) as place:
        ann = place.guest()
        assert (await ann.answer(Join(room="new")))["code"] == "no_such_room"
        await other.hub.open_room(BEN, "new", "New")
        assert (await ann.answer(Join(room="new")))["title"] == "New"
        assert await place.hub.opens(ANN, Access(), "new")
        assert not await place.hub.opens(ANN, Access(rooms=frozenset()), "new")
