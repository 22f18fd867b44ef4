"""S-24: what is told to Jupyter's event log, that it is one short line, and that nothing is in it
that should not be."""

from __future__ import annotations

import io
import json
import logging
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_events import EventLogger

from jupyter_tornchat.audit import SCHEMA_ID, Audit, shown
from jupyter_tornchat.events import (
    Content,
    Entered,
    Event,
    Grant,
    HookMade,
    InviteMade,
    KeyMade,
    Moderated,
    Opened,
    Revoked,
    Said,
)
from jupyter_tornchat.log import Entry
from jupyter_tornchat.protocol import LIMITS, REASONS, User
from servers import Server
from test_members import House

LOG = logging.getLogger("test")
# Controls, line ends, what turns the direction of writing, half a pair, and far more than fits.
HOSTILE = "\x00\x1b[2J\r\n\x85\u2028\u202e\u200b\ud83d😀" + "愛" * 300
WORST = User(HOSTILE, HOSTILE, "program", declared=True, whose=HOSTILE)
SECRET = "what nobody else may read"
LAST = 2**53 - 1


class Listener:
    """What an event log hands out, as lines."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.events = EventLogger(handlers=[logging.StreamHandler(self.stream)])

    @property
    def lines(self) -> list[str]:
        return self.stream.getvalue().splitlines()

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


def every() -> list[Event]:
    """An event of each kind that is told, as long and as strange as it can be."""
    room, id = "r" * 64, "x" * 64
    base = (room, id, WORST, LAST)
    kinds = {"key", "hook", "invite", "guest"}
    return [
        Moderated(*base, "mute", WORST, until=LAST),
        Moderated(*base, "role", WORST, role="moderator"),
        Moderated(*base, "clear", WORST),
        Moderated(*base, "clear", of=LAST),
        Moderated(*base, "slow", seconds=LIMITS.slow_seconds),
        Moderated(*base, "kind", kind="announce"),
        KeyMade(room, id, SECRET, SECRET, LAST, WORST),
        HookMade(room, id, f"https://example.org/{SECRET}", SECRET, LAST, LAST, WORST),
        InviteMade(room, id, [room] * 20, SECRET, LAST, 1_000, {room: LAST}, LAST, WORST),
        Entered(room, id, SECRET, LAST, WORST),
        *(Revoked(room, id, kind, LAST, WORST) for kind in kinds),
    ]


def test_S24_every_record_is_one_short_line_without_a_text_or_a_secret() -> None:
    listener = Listener()
    audit = Audit(listener.events, LOG)
    events = every()
    audit.deliver([Entry(LAST, LAST, event) for event in events])
    for code in REASONS:
        audit.refused(code, HOSTILE, WORST)
        audit.refused(code, "", address=HOSTILE)
    assert len(listener.lines) == len(events) + 2 * len(REASONS)
    for line, record in zip(listener.lines, listener.records, strict=True):
        assert len(line.encode()) <= 1024, line
        assert record["__schema__"] == SCHEMA_ID
        assert SECRET not in line
        assert all(text.isprintable() for text in texts(record)), line
    told = {type(event) for event in events}
    assert told == ({*typing.get_args(Grant), Entered, Moderated})


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    return [value] if isinstance(value, str) else []


def test_S24_nothing_that_is_said_is_told() -> None:
    listener = Listener()
    audit = Audit(listener.events, LOG)
    audit.deliver(
        [Entry(1, 0, Opened("lobby", SECRET, 1)), Entry(2, 1, Said("lobby", "1", WORST, SECRET, 1))]
    )
    assert listener.lines == []
    assert Said in typing.get_args(Content)


def test_who_asks_again_and_again_fills_nobodys_disk() -> None:
    listener = Listener()
    audit = Audit(listener.events, LOG)
    for _ in range(1_000):
        audit.refused("no_such_room", "lobby", WORST)
    assert 50 <= len(listener.lines) <= 200


def test_an_event_log_that_fails_stops_nothing_and_is_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken(logging.StreamHandler):  # type: ignore[type-arg]
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError("no space left")

    audit = Audit(EventLogger(handlers=[Broken()]), LOG)
    for _ in range(3):
        audit.refused("no_such_room", "lobby", WORST)
    assert [record.message for record in caplog.records] == [
        "jupyter_tornchat: the event log does not take what is told to it: OSError"
    ]


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [("ann", "ann"), ("a\x1b[2J", "a\\u001b[2J"), ("愛", "愛"), ("x" * 200, "x" * 120)],
)
def test_what_is_shown_of_a_text(text: str, is_shown: str) -> None:
    assert shown(text) == is_shown


# -------------------------------------------------------------------------- on both servers


@pytest.fixture
def house(
    jp_serverapp: Any,
    http_server: Any,  # noqa: ARG001  it listens
    jp_http_port: int,
) -> House:
    return House(jp_serverapp, jp_http_port)


async def test_a_notebook_server_tells_its_own_event_log(house: House) -> None:
    stream = io.StringIO()
    house.app.event_logger.register_handler(logging.StreamHandler(stream))
    program = [("Authorization", f"token {house.app.identity_provider.token}")]
    keys = "tornchat/api/rooms/lobby/keys"
    made = json.loads((await house.ask("POST", keys, program, {"name": "ci"})).body)
    gone = await house.ask("DELETE", f"{keys}/{made['id']}", program)
    assert gone.status == 204
    records = [json.loads(line) for line in stream.getvalue().splitlines()]
    told = [record for record in records if record["__schema__"] == SCHEMA_ID]
    by = {"id": "program:program", "name": "program", "kind": "program"}
    for record, what in zip(told, ("key made", "key revoked"), strict=True):
        assert record.pop("entry") > 0
        ours = {name: value for name, value in record.items() if name[:2] != "__" and value}
        assert ours == {"what": what, "room": "lobby", "by": by, "id": made["id"]}
    assert made["key"] not in stream.getvalue()


CONFIG = """
import logging
c.EventLogger.handlers = [logging.FileHandler({path!r})]
"""


def test_the_chat_server_of_its_own_tells_one_too(
    start_chat_server: Callable[..., Server], tmp_path: Path
) -> None:
    path = tmp_path / "events.log"
    config = tmp_path / "config.py"
    config.write_text(CONFIG.format(path=str(path)))
    server = start_chat_server("--guests=open", f"--config={config}")
    with server.enter("ann") as ann:
        assert ann.get("api/rooms").status_code == 200
    assert path.exists()
    assert "audit" not in server.log()
