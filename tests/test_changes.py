"""What changes what was said, as the log takes it: edits, answers, ends, replies."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from jupyter_tornchat.events import Answered, Changed, Closed, Event, Moderated, Opened, Said
from jupyter_tornchat.protocol import (
    LIMITS,
    Cell,
    Closing,
    Ending,
    Job,
    Output,
    Question,
    Refusal,
    StoredFile,
    User,
)
from logs import ANN, BEN, Open, Server, changed, opened, refusal, refusals, said

Story = list[tuple[Event, int | str]]
"""Events, and the `seq` each gets, or the code of its refusal."""


async def codes(server: Server, story: Story, together: bool) -> list[str | int]:
    """What the log answers to them, one by one or in one batch."""
    answers: list[Any] = []
    for part in [story] if together else [[step] for step in story]:
        futures = [server.log.append(event) for event, _ in part]
        answers += await asyncio.gather(*futures, return_exceptions=True)
    return [a.code if isinstance(a, Refusal) else a.entry.seq for a in answers]


async def test_a_change_has_a_place_of_its_own_in_the_room(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    events = [opened(), said("1"), changed("2", 1, "hullo"), said("3"), changed("4", 1)]
    for event in events:
        await one.log.append(event)
    assert [(entry.seq, entry.event) for entry in one.handed] == list(enumerate(events))
    assert await two.handed_up_to(5) == one.handed


async def test_R05_the_same_change_again_is_the_same_entry(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    for event in (opened(), said("1"), said("2")):
        await one.log.append(event)
    edit = await one.log.append(changed("e", 1, "hullo"))
    gone = await one.log.append(changed("d", 1))
    for server in (one, two):
        assert await server.log.append(changed("e", 1, "hullo")) == (edit.entry, True)
        assert await server.log.append(changed("d", 1)) == (gone.entry, True)
        for other in (
            changed("e", 1, "hello"),
            changed("e", 2, "hullo"),
            changed("e", 1),
            changed("d", 1, ""),
            changed("1", 1, "hello"),
            said("e", "hullo"),
        ):
            assert await refusal(server.log.append(other)) == "conflict"
    assert await two.handed_up_to(5) == one.handed


async def test_R05_another_body_under_the_same_id_is_a_conflict(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    await server.log.append(said("1"))
    file = StoredFile("0" * 64, "a.png", "image/png", 9)
    cell = Cell("1 + 1", outputs=[Output("text/plain", "2")])
    question, job = Question(["no", "yes"], 1_700_000_009_000), Job("fit", "running", 0)
    bodies: list[dict[str, Any]] = [
        {},
        {"reply": 1},
        {"files": [file]},
        {"cell": cell},
        {"data": [Output("text/plain", "2")]},
        {"question": question},
        {"question": replace(question, vote=True)},
        {"question": replace(question, choices=["yes", "no"])},
        {"question": replace(question, until=1_700_000_010_000)},
        {"job": job},
        {"job": replace(job, what="fit again")},
    ]
    for n, body in enumerate(bodies):
        first = await server.log.append(replace(said(f"x{n}"), **body))
        assert await server.log.append(replace(said(f"x{n}"), **body)) == (first.entry, True)
        for other in bodies:
            if other is not body:
                again = server.log.append(replace(said(f"x{n}"), **other))
                assert await refusal(again) == "conflict"


CHANGES: Story = [
    (opened(), 0),
    (said("1"), 1),
    (said("2", user=BEN), 2),
    (changed("3", 3, "x"), "no_such_message"),
    (changed("4", 0, "x"), "no_such_message"),
    (changed("5", 1, "x", user=BEN), "forbidden"),
    (changed("6", 1, user=BEN), "forbidden"),
    (changed("7", 1, "x"), 3),
    (changed("8", 3, "x"), "no_such_message"),  # 3 is a change, and no message
    (changed("9", 1), 4),
    (changed("10", 1), "no_such_message"),
    (changed("11", 1, "x"), "no_such_message"),
    (changed("12", 1, "x", user=BEN), "forbidden"),
    (changed("13", 2, "x", user=BEN), 5),
    (changed("14", 1, "x", room="none"), "no_such_room"),
]


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
async def test_a_message_is_changed_by_its_author_alone_and_not_once_it_is_gone(
    open_log: Open, together: bool
) -> None:
    server = await open_log()
    assert await codes(server, CHANGES, together) == [answer for _, answer in CHANGES]


# ------------------------------------------------------------------- questions, jobs, loops

UNTIL = 1_700_000_009_000
ASKED = Question(["no", "yes"], UNTIL)


def asked(id: str, vote: bool = False, user: User = ANN) -> Said:
    return replace(said(id, "?", user=user), question=replace(ASKED, vote=vote))


def working(id: str, user: User = ANN) -> Said:
    return replace(said(id, user=user), job=Job("fit", "running", 1_700_000_000_000))


def answered(id: str, of: int, choice: int = 0, user: User = BEN, at: int = UNTIL - 1) -> Answered:
    return Answered("lobby", id, user, of, choice, at)


def closed(id: str, of: int, user: User = ANN, why: Closing = "withdrawn") -> Closed:
    return Closed("lobby", id, user, of, why, UNTIL)


def ended(id: str, of: int, state: Ending, user: User = ANN) -> Changed:
    return replace(changed(id, of, "over", user=user), state=state)


ANSWERS: dict[str, Story] = {
    "one answer": [
        (opened(), 0),
        (asked("1"), 1),
        (answered("2", 1, 2), "bad_frame"),
        (answered("3", 1, at=UNTIL), "closed"),
        (answered("4", 1, 1), 2),
        (answered("4", 1, 1), 2),
        (answered("4", 1, 0), "conflict"),
        (answered("5", 1, 1), "closed"),
        (answered("6", 1, user=ANN), "closed"),
        (closed("7", 1), "closed"),
        (ended("8", 1, "done"), "bad_frame"),
    ],
    "a vote": [
        (opened(), 0),
        (asked("1", vote=True), 1),
        (answered("2", 1), 2),
        (answered("3", 1, 1), 3),
        (answered("4", 1, user=ANN), 4),
        (closed("5", 1, BEN), "forbidden"),
        (closed("6", 1), 5),
        (closed("6", 1), 5),
        (closed("7", 1), "closed"),
        (answered("8", 1), "closed"),
    ],
    "no question": [
        (opened(), 0),
        (said("1"), 1),
        (answered("2", 1), "bad_frame"),
        (closed("3", 1), "bad_frame"),
        (answered("4", 2), "no_such_message"),
        (closed("5", 0), "no_such_message"),
        (asked("6"), 2),
        (changed("7", 2), 3),
        (answered("8", 2), "no_such_message"),
        (closed("9", 2), "no_such_message"),
        (answered("10", 3), "no_such_message"),  # 3 is a change, and no message
    ],
    "two servers close one question": [
        (opened(), 0),
        (asked("1"), 1),
        (closed("deadline 1", 1, why="deadline"), 2),
        (closed("deadline 1", 1, why="deadline"), 2),
        (closed("kernel 1", 1, why="kernel"), "closed"),
    ],
    "a job": [
        (opened(), 0),
        (working("1"), 1),
        (ended("2", 1, "done", BEN), "forbidden"),
        (changed("3", 1, "half"), 2),
        (ended("4", 1, "failed"), 3),
        (ended("4", 1, "failed"), 3),
        (ended("5", 1, "done"), "bad_frame"),
        (ended("6", 1, "lost"), "bad_frame"),
        (changed("7", 1, "it was the disk"), 4),
        (said("8"), 5),
        (ended("9", 5, "done"), "bad_frame"),
        (working("10"), 6),
        (changed("11", 6), 7),
        (ended("12", 6, "lost"), "no_such_message"),
    ],
}


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
@pytest.mark.parametrize("story", ANSWERS.values(), ids=ANSWERS)
async def test_a_question_takes_answers_until_it_is_closed_and_a_job_ends_once(
    open_log: Open, story: Story, together: bool
) -> None:
    server = await open_log()
    assert await codes(server, story, together) == [answer for _, answer in story]


async def test_R24_of_two_answers_on_two_servers_one_is_kept(open_log: Open) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(opened())
    for number in range(1, 20, 2):
        await one.log.append(asked(f"{number}"))
        answers = await asyncio.gather(
            one.log.append(answered(f"{number}.1", number, 0)),
            two.log.append(answered(f"{number}.2", number, 1)),
            return_exceptions=True,
        )
        assert [a.code for a in answers if isinstance(a, Refusal)] == ["closed"]
    assert await two.handed_up_to(21) == one.handed


async def test_so_many_people_answer_one_question(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(opened())
    await server.log.append(asked("1", vote=True))
    people = [replace(BEN, id=f"guest:{n}") for n in range(LIMITS.answers + 1)]
    futures = [server.log.append(answered(f"a{n}", 1, user=user)) for n, user in enumerate(people)]
    answers = await asyncio.gather(*futures, return_exceptions=True)
    refused = [a.code for a in answers if isinstance(a, Refusal)]
    assert refused == ["closed"]
    again = await server.log.append(answered("again", 1, 1, user=people[0]))
    assert again.entry.seq == LIMITS.answers + 2


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
async def test_programs_that_reply_to_each_other_come_to_an_end(
    open_log: Open, together: bool
) -> None:
    server = await open_log()
    bots = [User(f"program:{n}", f"{n}", "program") for n in range(2)]
    story: Story = [(opened(), 0), (said("1"), 1)]
    for n in range(LIMITS.hops + 2):
        said_again = replace(said(f"b{n}", user=bots[n % 2]), reply=n + 1)
        story.append((said_again, n + 2 if n <= LIMITS.hops else "loop"))
    story.append((replace(said("p"), reply=LIMITS.hops + 2), LIMITS.hops + 3))
    assert await codes(server, story, together) == [answer for _, answer in story]
    hops = [e.event.hops for e in server.handed if isinstance(e.event, Said)]
    assert hops == [0, *range(LIMITS.hops + 1), 0]
    assert await server.log.append(story[3][0]) == (server.handed[3], True)


async def test_an_answer_needs_a_message(open_log: Open) -> None:
    server = await open_log()
    for event in (opened(), opened("other"), said("1"), changed("2", 1)):
        await server.log.append(event)
    for reply in (0, 2, 3, 2**53 - 1):
        answer = replace(said("3"), reply=reply)
        assert await refusal(server.log.append(answer)) == "no_such_message"
    elsewhere = replace(said("3", room="other"), reply=1)
    assert await refusal(server.log.append(elsewhere)) == "no_such_message"
    assert (await server.log.append(replace(said("3"), reply=1))).entry.seq == 3


async def test_what_comes_behind_a_clearing_finds_nothing_to_be_about(open_log: Open) -> None:
    """In one batch and in many."""
    server = await open_log()
    await server.log.append(Opened("lobby", "Lobby", 1))
    clear = Moderated("lobby", "c", BEN, 2, "clear", whom=ANN)
    answer = Said("lobby", "4", BEN, "to whom?", 3, reply=1)
    edit = Changed("lobby", "5", ANN, 1, 3, "x")
    assert await refusals(server.log, said("1"), clear, edit, answer) == ["no_such_message"]
    everything = replace(clear, id="d", whom=None)
    both = (edit, replace(answer, id="6"))
    assert await refusals(server.log, everything, *both) == ["no_such_message"] * 2
    assert await refusals(server.log, *both) == ["no_such_message"] * 2
    assert await refusals(server.log, replace(clear, id="e", whom=None, of=1)) == [
        "no_such_message"
    ]
    again = await server.log.append(said("1"))
    assert (again.again, again.entry.seq) == (True, 1)


async def test_a_room_that_becomes_a_help_desk_is_one_from_the_next_message_on(
    open_log: Open,
) -> None:
    server = await open_log()
    await server.log.append(Opened("lobby", "Lobby", 1))
    desk = Moderated("lobby", "k", BEN, 2, "kind", kind="help")
    events = [said("1"), desk, said("2"), replace(said("3"), reply=1), replace(said("4"), reply=4)]
    receipts = await asyncio.gather(*(server.log.append(event) for event in events))
    found = [r.entry.event for r in receipts if isinstance(r.entry.event, Said)]
    assert [(event.asker, event.reply) for event in found] == [
        ("", None),
        (ANN.id, None),
        ("", 1),
        ("", 4),
    ]
    assert [event.help is not None for event in found] == [False, True, False, False]
