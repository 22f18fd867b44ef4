"""What a program says and hears over lines that break: nothing is lost, and nothing twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from jupyter_tornchat import connect
from jupyter_tornchat.program import line, post
from jupyter_tornchat.program.connection import Connection
from jupyter_tornchat.protocol import PROGRAM_HEADER
from person import history, program
from places import NOTEBOOK, Place
from proxy import Proxy

SCHEDULES, AT_A_TIME, MESSAGES, CUTS, ROOMS = 1_000, 32, 2, 4, 40
LONGEST = 3_000
"""Bytes after which a line is cut at the latest: some requests, or a handshake and a join."""


@pytest.mark.timeout(300)  # on a machine that does much else
async def test_R05_R06_a_program_loses_and_doubles_nothing_however_its_lines_are_cut(
    places: dict[str, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(post, "FIRST_PAUSE", 0.02)
    seed = random.SystemRandom().randrange(2**32)
    chance = random.Random(seed)
    server = places[NOTEBOOK].server
    with server.http(server.token) as client:
        client.headers[PROGRAM_HEADER] = "cuts"  # others here have made rooms of their own
        for n in range(ROOMS):
            client.post("tornchat/api/rooms", json={"room": f"cut-{n}"}).raise_for_status()
    turns = asyncio.Semaphore(AT_A_TIME)
    heard: dict[int, list[int]] = {}
    cuts = 0

    async def say(room: Connection, texts: list[str]) -> None:
        for text in texts:
            await room.send(text)

    async def follow(schedule: int) -> None:
        nonlocal cuts
        budgets = iter([chance.randint(1, LONGEST) for _ in range(CUTS)])
        room = f"cut-{schedule % ROOMS}"
        async with turns, Proxy(server.port, lambda: next(budgets, None)) as proxy:
            url = f"http://127.0.0.1:{proxy.port}/tornchat"
            texts = [f"{schedule}.{n}" for n in range(MESSAGES)]
            speaks = connect(room, url, server.token, 60.0, name="speaks")
            async with connect(room, url, server.token, 60.0, name="hears", after=0) as hears:
                speaking = asyncio.create_task(say(speaks, texts))
                heard[schedule] = []
                async for message in hears:
                    heard[schedule].append(message.seq)
                    if message.text == texts[-1]:
                        break
                await speaking
            cuts += proxy.cuts

    await asyncio.gather(*(follow(n) for n in range(SCHEDULES)))
    headers = program(server, "auditor")
    logs = [history(server, "tornchat/", headers, f"cut-{n}") for n in range(ROOMS)]
    times = Counter(message["text"] for log in logs for message in log)
    doubled = [text for text, n in times.items() if n > 1]
    wrong = 0
    for schedule, seqs in heard.items():
        there = [m["seq"] for m in logs[schedule % ROOMS] if m["seq"] <= seqs[-1]]
        wrong += seqs != there
    print(
        f"\n{SCHEDULES} schedules, {cuts} cuts: {len(times)} messages, {len(doubled)} doubled,"
        f" {wrong} of {len(heard)} heard something else (seed {seed})"
    )
    assert (doubled, wrong) == ([], 0)
    assert times.keys() == {f"{s}.{n}" for s in range(SCHEDULES) for n in range(MESSAGES)}
    assert cuts > SCHEDULES
