"""Names that are none, of people and of rooms.

The numbers are those of the catalogue of bad input: 72-76 are names. What a name may be is tested
with `names` itself; here it is tested that the server asks.
"""

from __future__ import annotations

import json

import pytest

from places import GUESTS, Bystanders, Place, unharmed

BAD_NAMES = {
    "72 empty": "",
    "72 blank": " \u3000 ",
    "72 33 characters": "a" * 33,
    "72 30 KiB": "a" * 30_000,
    "72 NUL": "a\0b",
    "72 line": "a\nb",
    "72 two spaces": "a  b",
    "73 reserved": "Admin",
    "73 Cyrillic": "\u0430dmin",
    "73 a space behind": "ADMIN\u00a0",
    "73 something between": "ad\u200bmin",
    "73 wide": "ａｄｍｉｎ",
    "73 small capitals": "ᴀᴅᴍɪɴ",
    "73 Chinese": "管理员",
    "75 bidi": "\u202ennA",
    "75 tags": "ann\U000e0041",
    "75 nothing to see": "\u2800",
    "75 a tower": "a" + "\u0301" * 9,
}


@unharmed
@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES)
async def test_bad_name_is_refused(place: Place, name: str) -> None:
    body = json.dumps({"name": name}).encode()
    answer = await place.ask("PUT", "api/me", place.person("mallory").items(), body)
    assert (answer.status, answer.code) == (400, "bad_name")
    assert "Set-Cookie" not in answer.headers


LOOKALIKES = ("bystander", "Bystander", "bystandеr", "ｂystander")
TAKEN = {f"76 {name!a}": name for name in LOOKALIKES}


@pytest.mark.parametrize("name", TAKEN.values(), ids=TAKEN)
async def test_bad_name_that_looks_like_one_who_is_here_is_taken(
    places: dict[str, Place], name: str
) -> None:
    for place in places.values():
        raw = await place.open("bystander")
        await raw.expect("welcome")
        body = json.dumps({"name": name}).encode()
        answer = await place.ask("PUT", "api/me", place.person("mallory").items(), body)
        assert (answer.status, answer.code) == (409, "name_taken")
        own = await place.ask("PUT", "api/me", place.person("bystander").items(), body)
        assert own.status == 200  # one's own is never refused
        await place.disconnect()


STRANGE_BUT_NAMES = ("__proto__", "constructor", "null", "0", "-1", "*", "{x}", "<b>ann</b>", "👍")


@unharmed
@pytest.mark.parametrize("name", STRANGE_BUT_NAMES)
async def test_bad_name_74_is_only_a_name(place: Place, name: str) -> None:
    body = json.dumps({"name": name}).encode()
    answer = await place.ask("PUT", "api/me", place.person("nick").items(), body)
    assert (answer.status, json.loads(answer.body)["user"]["name"]) == (200, name)


async def test_bad_name_of_a_form_is_said_in_the_form(places: dict[str, Place]) -> None:
    me = places[GUESTS].person("mallory")
    body = f"name=%3Cb%3E%E2%80%AEx&_xsrf={me['X-XSRFToken']}".encode()
    form = [("Content-Type", "application/x-www-form-urlencoded"), *me.items()]
    answer = await places[GUESTS].ask("POST", "login", form, body)
    await places[GUESTS].disconnect()
    assert answer.status == 400
    assert b"cannot be seen" in answer.body
    assert b"<b>" not in answer.body
    assert b"&lt;b&gt;" in answer.body


BAD_ROOMS = {
    "72 empty": "",
    "72 65 characters": "a" * 65,
    "72 a path": "../../etc/passwd",
    "72 dots": "..",
    "72 slash": "a/b",
    "72 escaped": "%2e%2e%2f",
    "72 line": "a\n",
    "73 upper case": "Lobby",
    "73 Cyrillic": "lоbby",
    "74 glob": "[a-z]*",
    "74 wildcard": ">",
    "74 hash tag": "{x}",
    "74 key separator": "room:1",
    "74 __proto__": "__proto__",
    "75 markup": "<b>x</b>",
}


@unharmed
@pytest.mark.parametrize("room", BAD_ROOMS.values(), ids=BAD_ROOMS)
async def test_bad_room_name_is_refused(place: Place, room: str) -> None:
    body = json.dumps({"room": room}).encode()
    answer = await place.ask("POST", "api/rooms", place.person("mallory").items(), body)
    assert (answer.status, answer.code) == (400, "bad_frame")


BAD_TITLES = {"72 251 characters": "a" * 251, "72 line": "a\nb", "75 bidi": "\u202ex"}


@unharmed
@pytest.mark.parametrize("title", BAD_TITLES.values(), ids=BAD_TITLES)
async def test_bad_room_title_is_refused(place: Place, title: str) -> None:
    body = json.dumps({"room": "titled", "title": title}).encode()
    answer = await place.ask("POST", "api/rooms", place.person("mallory").items(), body)
    assert (answer.status, answer.code) == (400, "bad_name")


async def test_bad_room_that_is_there_already(place: Place, bystanders: Bystanders) -> None:
    bystanders.stored = 1
    me = place.person("mallory").items()
    title = "<img src=x onerror=alert(1)>"
    body = json.dumps({"room": "con", "title": title}).encode()
    made = await place.ask("POST", "api/rooms", me, body)
    again = await place.ask("POST", "api/rooms", me, body)
    assert again
    assert (made.status, json.loads(made.body)["title"]) == (201, title)
    assert (again.status, again.code) == (409, "room_exists")
