"""Questions, their answers, and their end, with a real log and view."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from client import Frame
from clock import Clock, settle
from house import ANN, BEN, Guest, House, house
from jupyter_tornchat import heart
from jupyter_tornchat import hub as hub_module
from jupyter_tornchat.access import Access
from jupyter_tornchat.events import Event
from jupyter_tornchat.log import Receipt
from jupyter_tornchat.protocol import (
    LIMITS,
    Delete,
    Edit,
    Join,
    Message,
    QuestionRef,
    Refusal,
    Respond,
    Send,
    User,
    Withdraw,
)
from jupyter_tornchat.questions import LOOK_SECONDS, RETRY_SECONDS
from jupyter_tornchat.sight import ALL
from screen import Screen

AGES = 1e9
"""Seconds between two heartbeats, where time passes that nobody lives through."""
BOT = User("program:bot", "bot", "program")


class Day:
    """The time of day, and with it the loop's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        monkeypatch.setattr(
            hub_module, "wall_clock", lambda: heart.wall_clock() + round(1000 * self.ahead)
        )

    async def passes(self, clock: Clock, seconds: float) -> None:
        self.ahead += seconds
        await clock.advance(seconds)


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    return Day(monkeypatch)


async def asked(guest: Guest, id: str = "q", seconds: int = 60, vote: bool = False) -> int:
    """Ask whether the outliers go; the place of the question."""
    question = QuestionRef(["no", "yes"], seconds, vote)
    frame = Send(room="lobby", id=id, text="Drop the outliers?", question=question)
    return (await guest.hears(frame, "message"))["seq"]


async def until(place: House, true: Callable[[], object]) -> None:
    """Return when it is true; each thing that is heard is a reason to look again."""
    async with asyncio.timeout(10):
        while not true():
            place.news.clear()
            await place.news.wait()


async def now(place: House, seq: int) -> Message:
    return await place.hub.view.message("lobby", seq, ALL)


async def both(place: House) -> tuple[Guest, Guest]:
    ann, ben = place.guest(), place.guest(BEN)
    for guest in (ann, ben):
        await guest.answer(Join(room="lobby"))
    return ann, ben


async def test_everyone_hears_the_one_answer_and_there_is_no_second(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = await both(place)
        seq = await asked(ann)
        answer = await ben.hears(Respond(room="lobby", seq=seq, id="a", choice=1), "answered")
        said = (answer["seq"], answer["of"], answer["user"]["name"], answer["choice"])
        assert said == (seq + 1, seq, "ben", 1)
        again = await ben.answer(Respond(room="lobby", seq=seq, id="a", choice=1))
        assert again == answer | {"ref": again["ref"]}
        assert await ben.refused(Respond(room="lobby", seq=seq, id="a", choice=0)) == "conflict"
        for guest in (ann, ben):
            assert await guest.refused(Respond(room="lobby", seq=seq, id="b", choice=1)) == "closed"
        assert await ann.refused(Withdraw(room="lobby", seq=seq, id="c")) == "closed"
        await settle()
        assert ann.heard("answered") == [answer]
        question = (await now(place, seq)).question
        assert question is not None
        assert [(a.user.id, a.choice, a.at) for a in question.answers] == [
            (BEN.id, 1, answer["at"])
        ]
        assert (question.closed, question.is_open) == (None, False)


async def test_in_a_vote_the_last_answer_of_each_counts_until_its_asker_ends_it(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        ann, ben = await both(place)
        seq = await asked(ann, vote=True)
        await ann.hears(Respond(room="lobby", seq=seq, id="1", choice=0), "answered")
        await ben.hears(Respond(room="lobby", seq=seq, id="2", choice=0), "answered")
        await ann.hears(Respond(room="lobby", seq=seq, id="3", choice=1), "answered")
        assert await ben.refused(Withdraw(room="lobby", seq=seq, id="4")) == "forbidden"
        closed = await ann.hears(Withdraw(room="lobby", seq=seq, id="4"), "closed")
        assert (closed["seq"], closed["of"], closed["why"]) == (seq + 4, seq, "withdrawn")
        assert await ben.refused(Respond(room="lobby", seq=seq, id="5", choice=1)) == "closed"
        question = (await now(place, seq)).question
        assert question is not None
        assert [(a.user.name, a.choice) for a in question.answers] == [("ben", 0), ("ann", 1)]


async def test_what_is_no_question_or_no_choice_of_it_is_refused(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = await both(place)
        reader = place.guest(access=Access(writes=False))
        stranger = place.guest(named=False)
        seq = await asked(ann)
        await ann.hears(Send(room="lobby", id="m", text="x"), "message")
        for frame, code in (
            (Respond(room="lobby", seq=seq, id="a", choice=2), "bad_frame"),
            (Respond(room="lobby", seq=seq + 1, id="a", choice=0), "bad_frame"),
            (Withdraw(room="lobby", seq=seq + 1, id="a"), "forbidden"),
            (Respond(room="lobby", seq=99, id="a", choice=0), "no_such_message"),
            (Withdraw(room="lobby", seq=99, id="a"), "no_such_message"),
            (Respond(room="lobby", seq=seq, id="q", choice=0), "conflict"),
            (Respond(room="other", seq=seq, id="a", choice=0), "no_such_room"),
        ):
            assert await ben.refused(frame) == code, frame
        for guest, code in ((reader, "forbidden"), (stranger, "unnamed")):
            await guest.answer(Join(room="lobby"))
            assert await guest.refused(Respond(room="lobby", seq=seq, id="a", choice=0)) == code
            assert await guest.refused(Withdraw(room="lobby", seq=seq, id="a")) == code
        await ann.hears(Delete(room="lobby", seq=seq, id="d"), "changed")
        assert (await now(place, seq)).question is None
        gone = Respond(room="lobby", seq=seq, id="a", choice=0)
        assert await ben.refused(gone) == "no_such_message"


async def test_answers_are_charged_as_messages_are(tmp_path: Path) -> None:
    async with house(tmp_path, message_rate=1.0) as place:
        ann, ben = await both(place)
        seq = await asked(ann, vote=True)
        codes = [await answered(ben, seq, n) for n in range(5)]
        assert [frame.get("code") for frame in codes] == [None] * 3 + ["too_fast"] * 2


async def answered(guest: Guest, seq: int, n: int) -> Frame:
    frame = Respond(room="lobby", seq=seq, id=f"{n}", choice=0, ref=f"{n}")
    guest.say(frame)
    await until_heard(guest, f"{n}")
    return next(f for f in guest.wire.frames if f.get("id") == f"{n}")


async def until_heard(guest: Guest, id: str) -> None:
    async with asyncio.timeout(10):
        while not any(frame.get("id") == id for frame in guest.wire.frames):
            guest.news.clear()
            await guest.news.wait()


# ---------------------------------------------------------------------------------- deadlines


async def test_a_question_is_closed_when_its_time_is_over(tmp_path: Path, day: Day) -> None:
    clock = Clock()
    async with house(tmp_path, heartbeat=AGES) as place:
        ann, ben = await both(place)
        late = await asked(ann, "late", seconds=LIMITS.question_seconds)
        seq = await asked(ann, seconds=60)
        assert (await now(place, seq)).question.until // 1000 == (  # type: ignore[union-attr]
            (await now(place, seq)).at // 1000 + 60
        )
        await day.passes(clock, 59)
        assert ben.heard("closed") == []
        await day.passes(clock, 2)
        await until(place, lambda: ben.heard("closed"))
        closed = ben.heard("closed")[0]
        assert (closed["of"], closed["why"]) == (seq, "deadline")
        assert (await now(place, seq)).question.closed == "deadline"  # type: ignore[union-attr]
        assert (await now(place, late)).question.is_open  # type: ignore[union-attr]
        assert await ben.refused(Respond(room="lobby", seq=seq, id="a", choice=0)) == "closed"
        await day.passes(clock, LIMITS.question_seconds)
        await until(place, lambda: len(ben.heard("closed")) == 2)


async def test_an_answer_after_the_time_is_refused_though_nobody_has_closed_it_yet(
    tmp_path: Path, day: Day
) -> None:
    async with house(tmp_path) as place:
        ann, ben = await both(place)
        seq = await asked(ann, seconds=60)
        day.ahead += 61  # and no timer has run
        assert await ben.refused(Respond(room="lobby", seq=seq, id="a", choice=0)) == "closed"


async def test_a_clock_that_jumps_is_noticed(tmp_path: Path, day: Day) -> None:
    """A machine that slept, or a clock that was set."""
    clock = Clock()
    async with house(tmp_path, heartbeat=AGES) as place:
        ann, _ = await both(place)
        await asked(ann, seconds=LIMITS.question_seconds)
        day.ahead += LIMITS.question_seconds
        await clock.advance(LOOK_SECONDS + 1)
        await until(place, lambda: ann.heard("closed"))


async def test_after_a_restart_what_is_over_is_closed_at_once_and_the_rest_in_time(
    tmp_path: Path, day: Day
) -> None:
    clock = Clock()
    async with house(tmp_path, heartbeat=AGES) as place:
        ann, _ = await both(place)
        over, vote = await asked(ann), await asked(ann, "vote", vote=True)
        await ann.hears(Respond(room="lobby", seq=vote, id="a", choice=1), "answered")
        done, later = await asked(ann, "done"), await asked(ann, "later", seconds=200)
        await ann.hears(Respond(room="lobby", seq=done, id="b", choice=1), "answered")
    day.ahead += 100
    async with house(tmp_path, heartbeat=AGES) as place:
        for seq, why in ((over, "deadline"), (vote, "deadline"), (done, None), (later, None)):
            question = (await now(place, seq)).question
            assert question is not None
            assert question.closed == why
        ann = place.guest()
        await ann.answer(Join(room="lobby"))
        await day.passes(clock, 101)
        await until(place, lambda: ann.heard("closed"))
        assert ann.heard("closed")[0]["of"] == later


async def test_two_servers_on_one_file_close_a_question_once(tmp_path: Path, day: Day) -> None:
    clock = Clock()
    async with house(tmp_path, heartbeat=AGES) as one, house(tmp_path, heartbeat=AGES) as two:
        here, _ = await both(one)
        there, _ = await both(two)
        questions = [await asked(here, f"q{n}", seconds=60 + n) for n in range(5)]
        await until(two, lambda: len(there.heard("message")) == 5)
        await day.passes(clock, 70)
        for place, guest in ((one, here), (two, there)):
            await until(place, lambda guest=guest: len(guest.heard("closed")) >= 5)
        await here.hears(Send(room="lobby", id="last", text="x"), "message")
        await until(two, lambda: len(there.heard("message")) == 6)
        for guest in (here, there):
            assert sorted(c["of"] for c in guest.heard("closed")) == questions
            numbers = [f["seq"] for f in guest.wire.frames if "id" in f and "seq" in f]
            assert numbers == list(range(1, 12))


async def test_many_are_closed_that_are_due_at_once(tmp_path: Path, day: Day) -> None:
    async with house(tmp_path) as place:
        ann, _ = await both(place)
        ref = QuestionRef(["no", "yes"], 60)
        for n in range(450):
            frame = Send(room="lobby", id=f"{n}", text="x" * 2_000, question=ref)
            place.hub.publish(ANN, frame)
        await ann.hears(Send(room="lobby", id="last", text="x"), "message")
    day.ahead += 61
    clock = Clock()
    async with house(tmp_path) as place:
        async with asyncio.timeout(10):
            while await place.hub.view.next_due() is not None:
                await clock.advance(0)
        page = await place.hub.view.older("lobby", 451, 200, ALL)
        assert {message.question.closed for message in page.messages} == {"deadline"}  # type: ignore[union-attr]


async def test_a_full_disk_delays_the_end_of_a_question_and_no_more(
    tmp_path: Path, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    async with house(tmp_path, heartbeat=AGES) as place:
        ann, _ = await both(place)
        await asked(ann, seconds=60)
        refused: list[Event] = []

        def refuse(event: Event) -> asyncio.Future[Receipt]:
            refused.append(event)
            future: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
            future.set_exception(Refusal("storage_full"))
            return future

        with monkeypatch.context() as full:
            full.setattr(place.hub.log, "append", refuse)
            await day.passes(clock, 61)
            async with asyncio.timeout(10):
                while not refused:
                    await clock.advance(0)
            await settle()
        assert ann.heard("closed") == []
        while not ann.heard("closed"):
            await day.passes(clock, RETRY_SECONDS + 1)
        assert len(ann.heard("closed")) == 1


# ------------------------------------------------------------------------------------ kernels


async def test_what_a_kernel_asked_is_closed_when_it_is_gone(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, _ = await both(place)
        bots = {kernel: place.guest(BOT, kernel=kernel) for kernel in ("k1", "k2", "")}
        seqs: dict[str, int] = {}
        for n, (kernel, bot) in enumerate(bots.items()):
            await bot.answer(Join(room="lobby"))
            seqs[kernel] = await asked(bot, f"q{n}")
        answered = await asked(bots["k1"], "answered")
        await ann.hears(Respond(room="lobby", seq=answered, id="a", choice=0), "answered")
        assert await place.hub.unfinished.kernels() == {"k1", "k2"}
        place.hub.unfinished.ended("k1")
        place.hub.unfinished.ended("k1")
        place.hub.unfinished.ended("k3")
        await until(place, lambda: ann.heard("closed"))
        closed = ann.heard("closed")
        assert [(c["of"], c["why"]) for c in closed] == [(seqs["k1"], "kernel")]
        assert await place.hub.unfinished.kernels() == {"k2"}
        assert all("kernel" not in frame for frame in ann.wire.frames)
        assert "k1" not in str(ann.heard("message"))


# ------------------------------------------------------------------------------------- resume


async def test_who_comes_back_finds_questions_as_they_are_now(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = await both(place)
        one, vote = await asked(ann), await asked(ann, "vote", vote=True)
        away = [frame for frame in ben.wire.frames if "seq" in frame or frame["type"] == "joined"]
        place.hub.disconnect(ben.connection)
        for n, guest in enumerate((ann, place.guest(BOT))):
            await guest.answer(Join(room="lobby"))
            await guest.hears(Respond(room="lobby", seq=vote, id=f"v{n}", choice=n), "answered")
        await ann.hears(Respond(room="lobby", seq=one, id="a", choice=1), "answered")
        await ann.hears(Withdraw(room="lobby", seq=vote, id="w"), "closed")
        back = place.guest(BEN)
        joined = await back.answer(Join(room="lobby", after=2, check="vote"))
        assert (joined["type"], joined["to"], joined["check"]) == ("joined", 6, "w")
        assert [m["seq"] for m in joined["messages"]] == [one, vote]
        assert Screen([*away, joined]).shown() == Screen(ann.wire.frames).shown()
        for known, type in (("w", "joined"), ("a", "reset")):
            answer = await back.answer(Join(room="lobby", after=6, check=known))
            assert answer["type"] == type
        assert (await back.answer(Join(room="lobby", after=5, check="a")))["type"] == "joined"


async def test_a_question_may_be_edited_and_stays_one(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        ann, ben = await both(place)
        seq = await asked(ann)
        edit = Edit(room="lobby", seq=seq, id="e", text="Drop all outliers?", files=[])
        await ann.hears(edit, "changed")
        await ben.hears(Respond(room="lobby", seq=seq, id="a", choice=1), "answered")
        message = await now(place, seq)
        assert message.text == "Drop all outliers?"
        assert message.question is not None
        assert [a.choice for a in message.question.answers] == [1]
