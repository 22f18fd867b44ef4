"""What may happen: a story of events for each kind of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from jupyter_tornchat.events import (
    Answered,
    Changed,
    Closed,
    Entered,
    Event,
    Helped,
    HookMade,
    InviteMade,
    KeyMade,
    Moderated,
    Opened,
    Revoked,
    Said,
)
from jupyter_tornchat.protocol import Act, Cell, Job, Output, Question, StoredFile, User

ANN = User("guest:1", "ann", "guest", declared=True)
BEN = User("guest:2", "ben", "guest")
CAT = User("member:cat", "cat", "member")
TOP = 2**53 - 1
PLOT, TABLE = (
    StoredFile("1" * 64, "a.png", "image/png", 9),
    StoredFile("2" * 64, "b", "text/csv", 1),
)
CELL = Cell("x", outputs=[Output("image/png", file=PLOT), Output("text/plain", "2")])
DATA = [Output("text/csv", file=TABLE), Output("text/plain", "a\n1")]


def moderated(room: str, id: str, act: Act, **more: Any) -> Moderated:
    return Moderated(room, id, ANN, 5, act, **more)


# One story for each kind of event, that begins with an empty log. A new kind of event has no
# story until it is given one here, and then the test of it fails.
STORIES: dict[type[Event], list[Event]] = {
    Opened: [
        Opened("lobby", "Lobby", 1),
        Opened("analysis", "数据 '分析'", 2, ANN),
        Opened("empty", '"quoted" \\ 😀', 3, ANN),
    ],
    Said: [
        Opened("lobby", "Lobby", 1),
        Opened("analysis", "Analysis", 2, ANN),
        Said("lobby", "1", ANN, "hello", 3),
        Said("analysis", "1", ANN, "'); DROP TABLE rooms; --", 4),
        Said("lobby", "2", User("p", "机器人", "program"), "日志 \u2028 \\u0000 {}", 5),
    ],
    Changed: [
        Opened("lobby", "Lobby", 1),
        Opened("analysis", "Analysis", 2, ANN),
        Said("lobby", "1", ANN, "hello", 3),
        Said("analysis", "1", ANN, "untouched", 4),
        Said("lobby", "2", ANN, "an answer", 5, reply=1),
        Changed("lobby", "3", ANN, 1, 6, "hallo"),
        Changed("lobby", "4", ANN, 1, 7, '日志 \u2028 "quoted" \\u0000 {}'),
        Changed("lobby", "5", ANN, 2, 8, "never mind"),
        Changed("lobby", "6", ANN, 2, 9),
        Said("lobby", "7", ANN, '"hash":"no file"', 10, files=[PLOT, TABLE], cell=CELL),
        Said("lobby", "8", ANN, "", 11, files=[PLOT, PLOT]),
        Changed("lobby", "9", ANN, 7, 12),
        Said("lobby", "10", ANN, "", 13, data=DATA, job=Job("fit", "running", 13), kernel="k"),
        Changed("lobby", "11", ANN, 8, 14, "whole", files=[TABLE], cell=CELL),
        Changed("lobby", "12", ANN, 8, 15, "of nothing", data=[]),
        Changed("lobby", "13", ANN, 10, 16, "last word", data=[], state="failed"),
        Said("lobby", "14", ANN, "lost", 17, data=DATA, job=Job("fit", "running", 13), hops=2),
        Changed("lobby", "15", ANN, 14, 18),
    ],
    Answered: [
        Opened("lobby", "Lobby", 1),
        Said("lobby", "1", ANN, "one?", 2, question=Question(["no", "是 \u2028 {}"], 9)),
        Said("lobby", "2", ANN, "vote?", 2, question=Question(["no", "yes"], 9, vote=True)),
        Answered("lobby", "3", BEN, 1, 1, 3),
        Answered("lobby", "4", BEN, 2, 0, 4),
        Answered("lobby", "5", ANN, 2, 1, 5),
        Answered("lobby", "6", BEN, 2, 1, 6),
        Said("lobby", "7", ANN, "gone?", 7, question=Question(["no", "yes"], 9, vote=True)),
        Answered("lobby", "8", ANN, 7, 1, 8),
        Changed("lobby", "9", ANN, 7, 8),
    ],
    Closed: [
        Opened("lobby", "Lobby", 1),
        Said("lobby", "1", ANN, "vote?", 2, question=Question(["no", "yes"], 9, vote=True)),
        Answered("lobby", "2", BEN, 1, 1, 3),
        Closed("lobby", "3", ANN, 1, "withdrawn", 4),
        Said("lobby", "4", ANN, "late?", 5, question=Question(["a", "b"], 9), kernel="k"),
        Closed("lobby", "deadline 4", ANN, 4, "deadline", 9),
    ],
    KeyMade: [
        Opened("lobby", "Lobby", 1),
        KeyMade("lobby", "1", "机器人", "0" * 64, 2, ANN),
    ],
    HookMade: [
        Opened("lobby", "Lobby", 1),
        HookMade("lobby", "1", "https://example.com/?'", "whsec_x", 0, 2, ANN),
    ],
    Moderated: [
        Opened("lobby", "Lobby", 1),
        Opened("noise", "Noise", 1, ANN),
        Said("lobby", "1", BEN, "one?", 2, question=Question(["no", "yes"], 9, vote=True)),
        Said("lobby", "2", ANN, "a plot", 3, files=[PLOT], data=DATA),
        Answered("lobby", "3", ANN, 1, 1, 4),
        moderated("lobby", "4", "clear", of=2),
        moderated("lobby", "5", "clear", whom=BEN),
        Said("lobby", "6", BEN, "again", 6, files=[TABLE]),
        moderated("lobby", "7", "role", whom=BEN, role="reader"),
        moderated("lobby", "8", "mute", whom=BEN, until=600),
        moderated("lobby", "9", "role", whom=replace(BEN, name="'benny'"), role="member"),
        moderated("lobby", "10", "mute", whom=ANN, until=700),
        moderated("lobby", "11", "unmute", whom=ANN),
        moderated("lobby", "12", "ban", whom=ANN),
        moderated("lobby", "13", "unban", whom=ANN),
        moderated("lobby", "14", "ban", whom=ANN),
        moderated("lobby", "15", "kick", whom=CAT),
        moderated("lobby", "16", "slow", seconds=30),
        moderated("lobby", "17", "kind", kind="announce"),
        Said("noise", "1", ANN, "la", 7, files=[PLOT]),
        Said("noise", "2", BEN, "la?", 8, question=Question(["no", "yes"], 99)),
        Answered("noise", "3", ANN, 2, 1, 9),
        moderated("noise", "4", "slow", seconds=9),
        moderated("noise", "5", "slow", seconds=0),
        moderated("noise", "6", "clear"),
        Said("noise", "7", ANN, "quiet", 10, files=[TABLE]),
        moderated("noise", "8", "unmute", whom=BEN),
    ],
    Helped: [
        Opened("desk", "Help", 1, kind="help"),
        Said("desk", "1", ANN, "it fails", 2),
        Said("desk", "2", BEN, "so does mine", 3),
        Said("desk", "3", BEN, "mine too", 4),
        Said("desk", "4", CAT, "how?", 5, reply=1),
        Said("desk", "5", ANN, "so", 6, reply=4),
        Helped("desk", "6", CAT, 1, "claimed", 7),
        Helped("desk", "7", CAT, 2, "claimed", 8),
        Helped("desk", "8", CAT, 2, "waiting", 9),
        Helped("desk", "9", CAT, 3, "resolved", 10),
        Changed("desk", "10", ANN, 1, 11, "it failed"),
        Changed("desk", "11", BEN, 3, 12),
        Changed("desk", "12", ANN, 5, 13),
    ],
    InviteMade: [
        Opened("lobby", "Lobby", 1),
        Opened("other", "Other", 1),
        InviteMade("lobby", "1", ["lobby", "other"], "0" * 64, 99, 2, {"lobby": 0}, 2, ANN),
        InviteMade("lobby", "2", ["lobby"], "1" * 64, 99, 1, {}, 2, ANN),
        Revoked("lobby", "2", "invite", 3, ANN),
    ],
    Entered: [
        Opened("lobby", "Lobby", 1),
        InviteMade("lobby", "1", ["lobby"], "0" * 64, 99, 2, {}, 2, ANN),
        Entered("lobby", "1", "2" * 64, 3, BEN),
        Entered("lobby", "1", "3" * 64, 4, CAT),
        Entered("lobby", "1", "2" * 64, 5, replace(BEN, name="'ben' 😀")),
        Revoked("lobby", CAT.id, "guest", 6, ANN),
    ],
    Revoked: [
        Opened("lobby", "Lobby", 1),
        KeyMade("lobby", "1", "bot", "0" * 64, 2, ANN),
        KeyMade("lobby", "2", "bot", "1" * 64, 3, ANN),
        HookMade("lobby", "3", "https://example.com/", "whsec_x", 0, 4, ANN),
        Revoked("lobby", "1", "key", 5, BEN),
        Revoked("lobby", "3", "hook", 6, BEN),
    ],
}


def messages(count: int, text: Callable[[int], str] = str) -> list[Event]:
    said = [Said("lobby", str(n), ANN, text(n), n) for n in range(1, count + 1)]
    return [Opened("lobby", "Lobby", 1), *said]
