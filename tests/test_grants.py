"""What opens a room, as the log takes it: keys, hooks and invites, and what ends them."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from jupyter_tornchat.events import Entered, Event, HookMade, InviteMade, KeyMade, Opened, Revoked
from jupyter_tornchat.protocol import LIMITS, Refusal, User
from logs import ANN, BEN, Open, refusals


async def test_a_key_is_made_and_revoked_once_and_every_server_hears_of_it(
    open_log: Open,
) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(Opened("lobby", "Lobby", 1))
    made = [KeyMade("lobby", f"{n}", "bot", f"{n}" * 64, 2, ANN) for n in range(3)]
    gone = Revoked("lobby", "0", "key", 3, BEN)
    for event in (*made, gone):
        entry = (await one.log.append(event)).entry
        assert (entry.seq, entry.event) == (0, event)
    heard = await two.handed_up_to(5)
    assert [entry.event for entry in heard[1:]] == [*made, gone]

    async def refused(event: Event) -> str:
        with pytest.raises(Refusal) as no:
            await two.log.append(event)
        return no.value.code

    assert await refused(gone) == "no_such_key"
    assert await refused(replace(gone, id="1", kind="hook")) == "no_such_hook"
    assert await refused(replace(gone, id="1", room="other")) == "no_such_room"
    assert await refused(made[0]) == await refused(replace(made[1], name="other")) == "conflict"
    assert await refused(HookMade("lobby", "1", "https://x", "s", 0, 4, ANN)) == "conflict"
    assert await refused(KeyMade("other", "9", "bot", "9", 4, ANN)) == "no_such_room"


async def test_of_what_comes_at_once_no_more_is_made_than_a_room_may_have(open_log: Open) -> None:
    server = await open_log()
    await server.log.append(Opened("lobby", "Lobby", 1))
    many = [KeyMade("lobby", f"{n}", "b", f"{n}", 2, ANN) for n in range(LIMITS.keys + 2)]
    twice = [*many[:1], *many]
    futures = [server.log.append(event) for event in twice]
    answers = await asyncio.gather(*futures, return_exceptions=True)
    codes = [no.code for no in answers if isinstance(no, Refusal)]
    assert codes == ["conflict", "too_many_keys", "too_many_keys"]


INVITE = InviteMade("lobby", "i", ["lobby"], "0" * 64, 1_000, 3, {}, 1, ANN)


def came(n: int, at: int = 5, name: str = "guest", invite: str = "i") -> Entered:
    return Entered("lobby", invite, f"{n}" * 64, at, User(f"guest:{n}", name, "guest"))


async def test_by_an_invite_no_more_come_than_it_says_on_however_many_servers(
    open_log: Open,
) -> None:
    one, two = await open_log(), await open_log()
    await one.log.append(Opened("lobby", "Lobby", 1))
    await one.log.append(INVITE)
    both = (refusals(one.log, *map(came, range(4))), refusals(two.log, *map(came, range(4, 8))))
    first, second = await asyncio.gather(*both)
    assert [*first, *second] == ["bad_invite"] * 5
    heard = [entry.event for entry in await one.handed_up_to(5)]
    guests = [event for event in heard if isinstance(event, Entered)]
    assert len({guest.hash for guest in guests}) == len(guests) == INVITE.uses
    # Who is here may have another name, though nobody else may come.
    again = replace(guests[0], user=replace(guests[0].user, name="another"))
    other = replace(guests[0], user=guests[1].user)
    assert await refusals(two.log, again, came(9), other) == ["bad_invite"] * 2


async def test_an_invite_that_is_over_or_revoked_lets_nobody_in(open_log: Open) -> None:
    server = await open_log()
    append = server.log.append
    await append(Opened("lobby", "Lobby", 1))
    assert await refusals(server.log, INVITE, came(1), came(2, at=1_000), came(3, invite="x")) == [
        "bad_invite",
        "bad_invite",
    ]
    gone = Revoked("lobby", "guest:1", "guest", 6, ANN)
    assert await refusals(server.log, gone, gone) == ["no_such_person"]
    assert await refusals(server.log, came(1), gone) == ["bad_invite", "no_such_person"]
    assert await refusals(server.log, Revoked("lobby", "i", "invite", 7, ANN), came(4)) == [
        "bad_invite"
    ]
    assert await refusals(server.log, came(5), replace(INVITE, id="j", rooms=["lobby", "no"])) == [
        "bad_invite",
        "no_such_room",
    ]
