"""Who joins a room or comes back to it misses nothing and has nothing twice, whatever happens."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clock import settle
from house import ANN, BEN, Gate, Guest, House, check, house
from jupyter_tornchat import liveroom
from jupyter_tornchat.events import Said
from jupyter_tornchat.hub import RESUMING
from jupyter_tornchat.protocol import LIMITS, Join, Leave
from jupyter_tornchat.readers import READERS
from jupyter_tornchat.resume import FIRST_PAGE
from jupyter_tornchat.sight import Sight
from jupyter_tornchat.slices import Slice
from jupyter_tornchat.view import View


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
    st.tuples(st.just("back"), st.integers(0, 30)),
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
            case "back":  # who heard all but the last ones, and says which one was the last
                after = max(len(self.place.story) - what, 0)
                guest = self.place.guest(BEN if len(self.guests) % 3 else ANN)
                heard = self.place.story_of(guest.connection.user)[:after]
                known = heard[-1].get("id") if heard else None
                guest.say(Join(room="lobby", after=after, check=known))
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


async def test_who_looks_something_up_finds_a_reader_free_while_many_join(tmp_path: Path) -> None:
    async with house(tmp_path, Gate(), GatedView) as place:
        assert isinstance(place.hub.view, GatedView)
        waiting = place.hub.view.waiting = []
        place.hub.view.news = place.news
        guests = [place.guest(ANN) for _ in range(5)]
        for guest in guests:
            guest.say(Join(room="lobby"))
        most = 0
        async with asyncio.timeout(10):
            while coming := sum(not joined(guest) for guest in guests):
                if len(waiting) < min(RESUMING, coming):
                    place.news.clear()
                    await place.news.wait()
                else:
                    waiting.pop(0).set_result(None)
                await settle()
                most = max(most, len(waiting))
        assert most == RESUMING < READERS


async def test_nobody_waits_for_who_has_gone_before_it_was_their_turn(tmp_path: Path) -> None:
    async with house(tmp_path, Gate(), GatedView) as place:
        assert isinstance(place.hub.view, GatedView)
        waiting = place.hub.view.waiting = []
        place.hub.view.news = place.news
        guests = [place.guest(ANN) for _ in range(9)]
        for guest in guests:
            guest.say(Join(room="lobby"))
        first, left, closed, broken = (guests[2 * n : 2 * n + 2] for n in range(4))
        for guest in left:
            guest.say(Leave(room="lobby"))
        for guest in closed:
            place.hub.disconnect(guest.connection)
        for guest in broken:
            guest.wire.open = False  # and it is not known yet
        pages = 0
        async with asyncio.timeout(10):
            while not joined(guests[-1]):
                while not waiting:
                    place.news.clear()
                    await place.news.wait()
                waiting.pop(0).set_result(None)
                pages += 1
                await settle()
        assert pages <= 2 * (len(first) + 1), "they wait before and after they are read"


async def test_who_left_while_history_was_read_is_not_asked_to_begin_anew(tmp_path: Path) -> None:
    async with house(tmp_path, Gate(), View) as place:
        go_on = threading.Event()
        history = [place.hub.view._readers.ask(lambda _: go_on.wait(10)) for _ in range(READERS)]
        guest = place.guest(ANN)
        guest.say(Join(room="lobby", after=1, epoch="another"))
        await settle()
        guest.say(Leave(room="lobby"))
        go_on.set()
        await asyncio.gather(*history)
        await place.guest(BEN).answer(Join(room="lobby"))
        assert not joined(guest)


class CountingView(View):
    """A view that counts how often the disk was asked for what somebody missed."""

    asked = 0

    async def missed(self, room: str, after: int, limit: int, sight: Sight) -> Slice:
        self.asked += 1
        return await super().missed(room, after, limit, sight)


async def test_who_was_away_for_a_moment_gets_what_was_said_without_asking_the_disk(
    tmp_path: Path,
) -> None:
    async with house(tmp_path, view=CountingView) as place:
        view = place.hub.view
        assert isinstance(view, CountingView)
        await place.say(3)
        await place.guest().answer(Join(room="lobby"))

        async def back(after: int, check: str | None) -> list[int]:
            answer = await place.guest(BEN).answer(Join(room="lobby", after=after, check=check))
            told = (answer["from"], answer["to"], answer["more"], answer["check"])
            assert told == (after, len(place.story), False, place.story[-1]["id"])
            return [message["seq"] for message in answer["messages"]]

        assert await back(3, "3") == []
        await place.say(2)
        assert await back(3, "3") == [4, 5]
        assert view.asked == 0
        assert await back(2, "2") == [3, 4, 5]  # 3 was there before anybody was here
        assert await back(3, None) == [4, 5]  # who does not say what they know last
        assert view.asked == 2
        await place.change(4, "another")
        assert (await back(5, "5"), view.asked) == ([4], 3)  # what was done is asked for
        assert (await back(6, "6"), view.asked) == ([], 3)
        await place.clear()
        answer = await place.guest(BEN).answer(Join(room="lobby", after=7, check="7"))
        assert (answer["since"], view.asked) == (7, 3)


@pytest.mark.parametrize(("count", "length"), [(LIMITS.page_messages + 1, 1), (12, 30_000)])
async def test_what_is_more_than_a_page_is_asked_of_the_disk(
    tmp_path: Path, count: int, length: int
) -> None:
    async with house(tmp_path, view=CountingView) as place:
        view = place.hub.view
        assert isinstance(view, CountingView)
        await place.say(1)
        await place.guest().answer(Join(room="lobby"))
        long = [Said("lobby", f"long {n}", ANN, "x" * length, n) for n in range(count)]
        await place.keep(*long)
        await settle()
        answer = await place.guest(BEN).answer(Join(room="lobby", after=1, check="1"))
        assert (view.asked, answer["more"]) == (1, True)
        one_less = Join(room="lobby", after=count - 5, check=f"long {count - 7}")
        assert not (await place.guest(BEN).answer(one_less))["more"]
        assert view.asked == 1


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
