"""Jobs: how far they are, how they end, and what is left of those whose kernel is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from client import Frame
from clock import Clock, settle
from house import ANN, BEN, Guest, House, house
from jupyter_tornchat import jobs
from jupyter_tornchat.access import Access
from jupyter_tornchat.protocol import (
    LIMITS,
    Delete,
    Edit,
    Job,
    JobRef,
    Join,
    Message,
    Report,
    Send,
    User,
    Withdraw,
)
from jupyter_tornchat.sight import ALL
from screen import Screen

BOT = User("program:bot", "bot", "program")


async def both(place: House, **options: Any) -> tuple[Guest, Guest]:
    """A program that works, and somebody who watches."""
    bot, ann = place.guest(BOT, **options), place.guest(ANN)
    for guest in (bot, ann):
        await guest.answer(Join(room="lobby"))
    return bot, ann


async def begun(bot: Guest, id: str = "j", **job: Any) -> int:
    frame = Send(room="lobby", id=id, text="", job=JobRef("training", **job))
    return (await bot.hears(frame, "message"))["seq"]


def words(guest: Guest) -> list[tuple[int, str]]:
    return [(frame["of"], frame["text"]) for frame in guest.heard("progress")]


async def report(bot: Guest, seq: int, text: str) -> None:
    bot.say(Report(room="lobby", seq=seq, text=text))
    await settle()


async def now(place: House, seq: int) -> Message:
    return await place.hub.view.message("lobby", seq, ALL)


async def test_a_job_runs_until_its_author_says_how_it_ended(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        bot, ann = await both(place)
        seq = await begun(bot)
        message = await now(place, seq)
        assert message.job == Job("training", "running", message.at)
        edit = Edit(room="lobby", seq=seq, id="1", text="epoch 1 of 3")
        await bot.hears(edit, "changed")
        for guest, code in ((ann, "forbidden"), (bot, "bad_frame")):
            of = seq if guest is ann else 99
            end = Edit(room="lobby", seq=of, id="x", text="", state="done")
            assert await guest.refused(end) == ("no_such_message" if of == 99 else code)
        end = Edit(room="lobby", seq=seq, id="2", text="", state="failed", data=[])
        changed = await bot.hears(end, "changed")
        assert (changed["of"], changed["state"], changed["text"]) == (seq, "failed", "")
        message = await now(place, seq)
        assert message.job == Job("training", "failed", message.at, changed["at"])
        for again in ("done", "failed"):
            late = Edit(room="lobby", seq=seq, id=again, text="x", state=again)  # type: ignore[arg-type]
            assert await bot.refused(late) == "bad_frame"
        await settle()
        assert Screen(ann.wire.frames).shown()[0]["job"]["state"] == "failed"


async def test_what_is_over_may_be_told_with_how_long_it_took(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        bot, _ = await both(place)
        over = await begun(bot, "over", state="done", seconds=90.5)
        message = await now(place, over)
        assert message.job == Job("training", "done", message.at - 90_500, message.at)
        assert await bot.refused(Report(room="lobby", seq=over, text="x")) == "bad_frame"
        running = await begun(bot, "running", seconds=2)
        message = await now(place, running)
        assert message.job == Job("training", "running", message.at - 2_000)
        again = await bot.answer(
            Send(room="lobby", id="running", text="", job=JobRef("training", seconds=2))
        )
        assert again["seq"] == running


# ------------------------------------------------------------------------------- the last word


async def test_everyone_sees_how_far_it_is_and_the_last_word_of_each_moment_counts(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with house(tmp_path) as place:
        bot, ann = await both(place)
        seq, other = await begun(bot), await begun(bot, "other")
        await report(bot, seq, "1 %")
        assert words(ann) == words(bot) == [(seq, "1 %")]
        for percent in range(2, 50):
            await report(bot, seq, f"{percent} %")
        await report(bot, other, "another")
        assert words(ann) == [(seq, "1 %"), (other, "another")]
        await clock.advance(1 / LIMITS.progress_rate)
        assert words(ann)[2:] == [(seq, "49 %")]
        await clock.advance(60)
        assert len(words(ann)) == 3
        assert (await now(place, seq)).text == ""


async def test_who_comes_in_sees_the_last_word_of_what_runs(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, heartbeat=1e9) as place:
        bot, _ = await both(place)
        names = ("runs", "changed", "over", "gone")
        runs, changed, over, gone = [await begun(bot, name) for name in names]
        for seq in (runs, changed, over, gone):
            await report(bot, seq, f"half of {seq}")
            await report(bot, seq, f"all of {seq}")  # it waits to be shown
        await bot.hears(Edit(room="lobby", seq=changed, id="1", text="durable"), "changed")
        await bot.hears(Edit(room="lobby", seq=over, id="2", text="", state="done"), "changed")
        await bot.hears(Delete(room="lobby", seq=gone, id="3"), "changed")
        late, plain = place.guest(BEN), place.guest(BEN, plain=True)
        plain.say(Join(room="lobby"))
        await late.answer(Join(room="lobby"))
        await settle()
        assert words(late) == [(runs, f"all of {runs}")]
        assert [f["line"] for f in plain.wire.frames if "all of" in f["line"]] == []
        back = place.guest(BEN)
        await back.answer(Join(room="lobby", after=2))
        assert words(back) == words(late)
        heard = len(words(bot))
        await clock.advance(1)
        assert words(bot)[heard:] == [(runs, f"all of {runs}")]
        refused = [await bot.refused(Report(room="lobby", seq=s, text="x")) for s in (over, gone)]
        assert refused == ["bad_frame", "no_such_message"]


async def test_only_its_author_says_how_far_a_job_is(tmp_path: Path) -> None:
    async with house(tmp_path) as place:
        bot, ann = await both(place)
        seq = await begun(bot)
        await bot.hears(Send(room="lobby", id="m", text="x"), "message")
        for frame, code in (
            (Report(room="lobby", seq=seq, text="x"), "forbidden"),
            (Report(room="lobby", seq=seq + 1, text="x"), "bad_frame"),
            (Report(room="lobby", seq=99, text="x"), "no_such_message"),
            (Report(room="other", seq=seq, text="x"), "no_such_room"),
            (Withdraw(room="lobby", seq=seq, id="w"), "forbidden"),
        ):
            assert await ann.refused(frame) == code, frame
        reader = place.guest(access=Access(writes=False))
        await reader.answer(Join(room="lobby"))
        assert await reader.refused(Report(room="lobby", seq=seq, text="x")) == "forbidden"
        assert words(ann) == []


async def test_a_program_may_say_it_often_but_not_flood(tmp_path: Path) -> None:
    async with house(tmp_path, message_rate=1.0, heartbeat=1e9) as place:
        bot, ann = await both(place)
        seq = await begun(bot)
        for n in range(jobs.BURST * LIMITS.progress_rate):  # in one moment
            await report(bot, seq, f"{n}")
        assert bot.heard("rejected") == []
        for n in range(1000):
            await report(bot, seq, f"{n}")
        assert {frame["code"] for frame in bot.heard("rejected")} == {"too_fast"}
        assert all(frame["retry_after"] > 0 for frame in bot.heard("rejected"))
        await bot.hears(Send(room="lobby", id="m", text="x"), "message")  # another bucket
        assert len(words(ann)) < 10


async def test_a_job_that_is_not_remembered_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "KNOWN", 2)
    async with house(tmp_path) as place:
        bot, _ = await both(place)
        first = await begun(bot, "first")
        for n in range(3):
            await begun(bot, f"{n}")
    async with house(tmp_path) as place:
        bot, ann = await both(place)
        bot.say(Report(room="lobby", seq=first, text="after a restart"))
        assert await ann.refused(Report(room="lobby", seq=first, text="x")) == "forbidden"
        await bot.hears(Send(room="lobby", id="m", text="x"), "message")
        assert words(ann) == [(first, "after a restart")]


async def test_two_servers_show_it_each_to_their_own(tmp_path: Path) -> None:
    """Progress is not kept, so it goes no further; how it ended is known on both."""
    async with house(tmp_path) as one, house(tmp_path) as two:
        bot, _ = await both(one)
        _, there = await both(two)
        seq = await begun(bot)
        await report(bot, seq, "half")
        await bot.hears(Edit(room="lobby", seq=seq, id="e", text="x", state="done"), "changed")
        await there.hears(Send(room="lobby", id="m", text="x"), "message")
        assert words(there) == []
        assert Screen(there.wire.frames).messages[seq]["job"]["state"] == "done"


# ------------------------------------------------------------------------------------- kernels


async def lost(place: House, guest: Guest, count: int = 1) -> list[Frame]:
    async def news() -> None:
        place.news.clear()
        await place.news.wait()

    while len(found := [f for f in guest.heard("changed") if f.get("state") == "lost"]) < count:
        await news()
    return found


async def test_what_ran_in_a_kernel_that_is_gone_is_lost_with_its_last_word(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        bot, ann = await both(place, kernel="k1")
        other, _ = await both(place, kernel="k2")
        seq, quiet, done = [await begun(bot, name) for name in ("runs", "quiet", "done")]
        elsewhere = await begun(other, "elsewhere")
        await bot.hears(Edit(room="lobby", seq=quiet, id="q", text="epoch 1"), "changed")
        await bot.hears(Edit(room="lobby", seq=done, id="d", text="", state="done"), "changed")
        await report(bot, seq, "epoch 1")
        await report(bot, seq, "epoch 2")  # it waits to be shown
        place.hub.unfinished.ended("k1")
        place.hub.unfinished.ended("k1")
        found = await lost(place, ann, 2)
        assert sorted((f["of"], f["text"]) for f in found) == [(seq, "epoch 2"), (quiet, "epoch 1")]
        states = [(await now(place, s)).job.state for s in (seq, quiet, done, elsewhere)]  # type: ignore[union-attr]
        assert states == ["lost", "lost", "done", "running"]
        assert await place.hub.unfinished.kernels() == {"k2"}
        end = Edit(room="lobby", seq=seq, id="late", text="done!", state="done")
        assert await bot.refused(end) == "bad_frame"


async def test_after_a_restart_it_is_known_which_kernels_something_waits_for(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as place:
        for kernel in ("k1", "k2", ""):
            bot, _ = await both(place, kernel=kernel)
            await begun(bot, f"job of {kernel}".replace(" ", "-"))
    async with house(tmp_path) as place:
        _, ann = await both(place)
        assert await place.hub.unfinished.kernels() == {"k1", "k2"}
        place.hub.unfinished.ended("k1")
        (found,) = await lost(place, ann)
        assert found["of"] == 1
        assert await place.hub.unfinished.kernels() == {"k2"}


async def test_two_servers_lose_a_job_once(tmp_path: Path) -> None:
    async with house(tmp_path) as one, house(tmp_path) as two:
        bot, here = await both(one, kernel="k1")
        _, there = await both(two)
        seq = await begun(bot)
        await report(bot, seq, "half")
        for place in (one, two):
            place.hub.unfinished.ended("k1")
        for place, guest in ((one, here), (two, there)):
            assert [frame["of"] for frame in await lost(place, guest)] == [seq]
        last = await there.hears(Send(room="lobby", id="m", text="x"), "message")
        assert last["seq"] == seq + 2
