"""Who is in a room: by person, gone only 5 seconds after the last connection, told together."""

from __future__ import annotations

import gc

import pytest

from clock import Clock, settle
from jupyter_tornchat.presence import GRACE_SECONDS, TELL_SECONDS, Present, RoomPresence
from jupyter_tornchat.protocol import LIMITS, Presence, User

ANN, BEN, CAI = (User(str(n), name, "guest") for n, name in enumerate(("ann", "ben", "cai")))


class Room:
    """Presence with everything it told; connections are any objects."""

    def __init__(self) -> None:
        self.told: list[Presence] = []
        self.gone: dict[str, User] = {}
        self.presence = RoomPresence("lobby", self.tell)

    def tell(self, frame: Presence, left: dict[str, User]) -> None:
        self.told.append(frame)
        self.gone |= left

    def news(self) -> list[tuple[list[str], list[str], int]]:
        """What was told since the last call: names of who came, ids of who went, how many."""
        told = [([u.name for u in f.joined], f.left, f.count) for f in self.told]
        self.told.clear()
        return told


@pytest.fixture
def room() -> Room:
    return Room()


async def test_a_person_is_there_once_however_many_tabs_they_have(room: Room) -> None:
    clock = Clock()
    for tab in range(10):
        room.presence.enter(ANN, tab)
    await clock.advance(TELL_SECONDS)
    assert room.news() == [(["ann"], [], 1)]
    assert room.presence.members() == [ANN]
    for tab in range(9):
        room.presence.exit(ANN, tab)
    await clock.advance(GRACE_SECONDS + TELL_SECONDS)
    assert room.news() == []
    room.presence.close()


async def test_who_is_gone_is_held_by_nothing(room: Room) -> None:
    clock = Clock()
    room.presence.enter(ANN, 1)
    gc.collect()
    gc.disable()
    try:
        room.presence.exit(ANN, 1)
        await clock.advance(GRACE_SECONDS)
        held = [o for o in gc.get_objects() if isinstance(o, Present) and o.user is ANN]
    finally:
        gc.enable()
    assert (len(room.presence), held) == (0, [])
    room.presence.close()


async def test_a_person_is_gone_five_seconds_after_the_last_tab(room: Room) -> None:
    clock = Clock()
    room.presence.enter(ANN, 1)
    await clock.advance(TELL_SECONDS)
    room.presence.exit(ANN, 1)
    await clock.advance(GRACE_SECONDS - 0.5)
    assert (len(room.presence), room.news()) == (1, [(["ann"], [], 1)])
    await clock.advance(0.5)
    await clock.advance(TELL_SECONDS)
    assert (len(room.presence), room.news()) == (0, [([], ["0"], 0)])
    assert room.gone == {"0": ANN}


async def test_a_reload_is_not_seen(room: Room) -> None:
    clock = Clock()
    room.presence.enter(ANN, 1)
    await clock.advance(TELL_SECONDS)
    room.news()
    for tab in range(1, 20):
        room.presence.exit(ANN, tab)
        await clock.advance(GRACE_SECONDS - 0.5)
        room.presence.enter(ANN, tab + 1)
    await clock.advance(GRACE_SECONDS + TELL_SECONDS)
    assert room.news() == []
    room.presence.close()


async def test_changes_are_told_together_at_most_once_a_second(room: Room) -> None:
    clock = Clock()
    room.presence.enter(ANN, 1)
    await settle()
    assert room.news() == [(["ann"], [], 1)]
    room.presence.enter(BEN, 2)
    room.presence.enter(CAI, 3)
    room.presence.exit(ANN, 1, grace=0)
    await settle()
    assert room.news() == []
    await clock.advance(TELL_SECONDS)
    assert room.news() == [(["ben", "cai"], ["0"], 2)]
    room.presence.close()


async def test_who_came_and_left_in_between_is_no_news(room: Room) -> None:
    clock = Clock()
    room.presence.enter(ANN, 1)
    await settle()
    room.news()
    room.presence.enter(BEN, 2)
    room.presence.exit(BEN, 2, grace=0)
    room.presence.exit(ANN, 1, grace=0)
    await settle()
    room.presence.enter(ANN, 3)
    await clock.advance(TELL_SECONDS)
    assert room.news() == []
    room.presence.close()


async def test_nobody_stays_as_a_ghost_however_quick_they_are(room: Room) -> None:
    """Who left, came back and left again within a second, and who was renamed and then left."""
    clock = Clock()
    room.presence.enter(ANN, 1)
    room.presence.enter(BEN, 2)
    await settle()
    room.news()
    room.presence.exit(ANN, 1, grace=0)
    await settle()
    room.presence.enter(ANN, 1)
    room.presence.exit(ANN, 1, grace=0)
    room.presence.enter(User(BEN.id, "benny", "guest"), 2)
    room.presence.exit(BEN, 2, grace=0)
    await settle()
    await clock.advance(TELL_SECONDS)
    assert room.news() == [([], ["0", "1"], 0)]


async def test_who_comes_back_is_told_again(room: Room) -> None:
    clock = Clock()
    for _ in range(3):
        room.presence.enter(ANN, 1)
        await clock.advance(TELL_SECONDS)
        room.presence.exit(ANN, 1)
        await clock.advance(GRACE_SECONDS)
        await clock.advance(TELL_SECONDS)
    assert room.news() == [(["ann"], [], 1), ([], ["0"], 0)] * 3


async def test_another_name_is_told(room: Room) -> None:
    clock = Clock()
    room.presence.enter(ANN, 1)
    await settle()
    room.news()
    anna = User(ANN.id, "anna", "guest")
    room.presence.enter(anna, 2)
    await clock.advance(TELL_SECONDS)
    assert room.news() == [(["anna"], [], 1)]
    assert room.presence.members() == [anna]
    room.presence.close()


async def test_in_a_crowd_people_are_counted_and_nobody_is_named(room: Room) -> None:
    clock = Clock()
    people = [User(str(n), f"person {n}", "guest") for n in range(LIMITS.members_listed + 2)]
    for user in people:
        room.presence.enter(user, user.id)
    await settle()
    assert [user.id for user in room.presence.members()] == list(map(str, range(100)))
    assert room.news() == [([], [], 102)]
    room.presence.exit(people[0], "0", grace=0)
    await clock.advance(TELL_SECONDS)
    assert room.news() == [([], [], 101)]
    room.presence.exit(people[1], "1", grace=0)
    await clock.advance(TELL_SECONDS)
    joined, left, count = room.news()[-1]
    assert (len(joined), left, count) == (100, [], 100)
    room.presence.close()


async def test_whoever_never_came_cannot_leave(room: Room) -> None:
    room.presence.exit(ANN, 1)
    room.presence.enter(ANN, 1)
    room.presence.exit(ANN, 2, grace=0)
    await settle()
    assert room.presence.members() == [ANN]
    room.presence.close()


async def test_after_closing_nothing_is_told_any_more(room: Room) -> None:
    clock = Clock()
    room.presence.enter(ANN, 1)
    room.presence.exit(ANN, 1)
    room.presence.close()
    await clock.advance(GRACE_SECONDS + TELL_SECONDS)
    assert room.news() == []
