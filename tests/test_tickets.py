"""Tickets: one opens one socket as whoever asked for it, and takes the place of every cookie."""

from __future__ import annotations

import json

import pytest

from jupyter_tornchat import tickets
from jupyter_tornchat.tickets import Tickets
from places import Place
from raw import Answer, Raw, request, upgrade


async def ticket_of(place: Place, name: str) -> str:
    answer = await place.ask("POST", "api/ticket", list(place.person(name).items()))
    assert answer.status == 201, answer
    return json.loads(answer.body)["ticket"]


async def enter(place: Place, ticket: str, *more: tuple[str, str]) -> tuple[Raw, Answer]:
    """Ask for a socket with nothing but a ticket, and what else is given."""
    raw = await place.connect()
    said = upgrade(Sec_WebSocket_Protocol=f"tornchat.v1, tornchat.ticket.{ticket}")
    await raw.send(request("GET", place.path("chat"), [("Host", place.host), *said, *more]))
    answer = await raw.answer()
    assert answer
    return raw, answer


async def test_a_ticket_opens_one_socket_as_whoever_asked_for_it(place: Place) -> None:
    ticket = await ticket_of(place, "tia")
    other = ("Cookie", place.person("mallory")["Cookie"])
    raw, answer = await enter(place, ticket, other)
    assert answer.status == 101
    assert answer.headers["Sec-WebSocket-Protocol"] == "tornchat.v1"
    assert (await raw.expect("welcome"))["user"]["name"] == "tia"
    for used in (ticket, "x" * 43):  # whoever says one is nobody else, even with a good cookie
        _, answer = await enter(place, used, other)
        assert answer.status == 403


async def test_S06_no_page_of_another_site_gets_or_uses_a_ticket(place: Place) -> None:
    me = place.person("tia")
    for headers in ({"Cookie": me["Cookie"]}, me | {"Origin": "http://evil.test"}):
        assert (await place.ask("POST", "api/ticket", list(headers.items()))).status in {403, 404}
    _, answer = await enter(place, await ticket_of(place, "tia"), ("Origin", "http://evil.test"))
    assert answer.status == 403


async def test_a_ticket_is_nothing_in_a_request_that_opens_no_socket(place: Place) -> None:
    said = ("Sec-WebSocket-Protocol", f"tornchat.ticket.{await ticket_of(place, 'tia')}")
    assert (await place.ask("GET", "api/me", [said])).status == 403


def test_a_ticket_ends_by_itself_and_they_are_never_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: Tickets[str] = Tickets()
    many = [found.make(str(number), str(number)) for number in range(tickets.MOST + 1)]
    assert found.take(many[0]) is None
    assert found.take(many[1]) == "1"
    greedy = [found.make("greedy", "greedy") for _ in range(tickets.EACH + 1)]
    assert [found.take(ticket) for ticket in greedy[:2]] == [None, "greedy"]
    assert found.take(many[-1]) == str(tickets.MOST)
    monkeypatch.setattr(tickets, "TICKET_SECONDS", -1.0)
    assert found.take(found.make("late", "late")) is None
