"""The verbs in a real kernel of a real server, as cells use them: while they run, and again."""

from __future__ import annotations

from typing import Any

import pytest

from kernel import Kernel
from person import history, program
from places import NOTEBOOK, Place
from servers import Server

ROOM = "kernels"
SETUP = f"""
import threading
from jupyter_tornchat import ChatPanel, Room
room = Room("{ROOM}", timeout=30)
"""


@pytest.fixture
def server(places: dict[str, Place]) -> Server:
    server = places[NOTEBOOK].server
    with server.http(server.token) as client:
        client.post("tornchat/api/rooms", json={"room": ROOM})
    return server


def log(server: Server) -> list[dict[str, Any]]:
    return history(server, "tornchat/", program(server, "auditor"), ROOM)


def post(server: Server, path: str, **body: Any) -> dict[str, Any]:
    """What ann does."""
    with server.http() as client:
        address = f"tornchat/api/rooms/{ROOM}/messages{path}"
        return client.post(address, json=body, headers=program(server, "ann")).json()


async def test_a_cell_says_hears_while_it_runs_and_runs_again(server: Server) -> None:
    async with Kernel(server) as kernel:
        await kernel.run(SETUP)
        await check_hearing(kernel)


async def check_hearing(kernel: Kernel) -> None:
    server = kernel.server
    cell = "sent = room.send('loss 0.9', id='loss', replace=True)\nprint(room.message(sent).text)"
    assert await kernel.run(cell) == "loss 0.9\n"
    assert await kernel.run(cell.replace("0.9", "0.2")) == "loss 0.2\n"
    panel = f"print(ChatPanel('{ROOM}').room.message('loss').text)"
    assert await kernel.run(panel) == "loss 0.2\n"
    assert len(log(server)) == 1

    register = """
heard = threading.Event()
@room.on_message
def hear(message):
    print("heard", message.text, message.reply("yes"))
    heard.set()
    if message.text == "bad":
        raise ValueError("not that")
print("registered")
"""
    for _ in range(2):
        assert await kernel.run(register) == "registered\n"
    registered = kernel.cell
    await kernel.run("print('begins'); heard.wait(30); print('over')", until="begins\n")
    asked = post(server, "", id="1", text="are you there?")
    kernel.cell = registered  # what it prints stands below the cell that registered it
    printed = await kernel.hear(until="heard are you there?")
    assert printed.startswith("heard are you there? #")
    post(server, "", id="2", text="bad")
    shown = await kernel.hear(until="ValueError: not that")
    assert "in hear" in shown

    answers = [m for m in log(server) if m.get("reply") == asked["seq"]]
    assert [m["text"] for m in answers] == ["yes"]
    assert answers[0]["user"]["kind"] == "program"


async def test_an_answer_arrives_in_the_cell_and_who_interrupts_withdraws(server: Server) -> None:
    async with Kernel(server) as kernel:
        await kernel.run(SETUP)
        await check_asking(kernel)


async def check_asking(kernel: Kernel) -> None:
    server = kernel.server
    ask = "answer = room.ask('Drop them?', ['yes', 'no'], timeout=60, id='drop')\n"
    show = "print(answer, answer.user.name, type(answer.at).__name__)"

    def question(text: str) -> dict[str, Any]:
        """The newest message, once it is this question."""
        while (found := log(server)[-1])["text"] != text:
            pass
        return found

    await kernel.run(f"print('asks')\n{ask}{show}", until="asks\n")
    seq = question("Drop them?")["seq"]
    post(server, f"/{seq}/answers", id="3", choice=1)
    assert await kernel.hear() == "no ann int\n"
    assert await kernel.run(ask + show) == "no ann int\n"
    assert question("Drop them?")["seq"] == seq

    await kernel.run("print('asks')\nroom.ask('Again?', ['a', 'b'])", until="asks\n")
    question("Again?")
    kernel.ask("POST", f"api/kernels/{kernel.id}/interrupt")
    await kernel.hear()
    assert question("Again?")["question"]["closed"] == "withdrawn"
    assert await kernel.run("print(room.ask('Nobody?', ['a', 'b'], timeout=1))") == "None\n"
    votes = "votes = room.ask('Vote', ['a', 'b'], timeout=1, vote=True); print(votes, votes.winner)"
    assert await kernel.run(votes) == "{'a': 0, 'b': 0} None\n"
