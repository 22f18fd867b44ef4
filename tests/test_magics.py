"""`%chat` and `%%chat`, in a real kernel beside a real server: what is shared is what was shown,
and no cell notices."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cells import Kernel, Ran, kernel
from images import png
from jupyter_tornchat.program.outputs import Outputs
from jupyter_tornchat.protocol import LIMITS, Message, Output
from jupyter_tornchat.room import Room
from places import NOTEBOOK, Place
from servers import Server

VENDOR = "application/vnd.jupyter."


@pytest.fixture(scope="module")
def server(places: dict[str, Place]) -> Server:
    return places[NOTEBOOK].server


@pytest.fixture(scope="module")
def room(server: Server) -> Room:
    with server.http(server.token) as client:
        body = {"room": "magics", "title": "Magics"}
        client.post("tornchat/api/rooms", json=body).raise_for_status()
    return Room("magics", url=f"{server.url}tornchat", token=server.token)


@pytest.fixture(scope="module")
def python(server: Server) -> Iterator[Kernel]:
    env = server.home.env | {"JPY_SESSION_NAME": "work/training.ipynb"}
    with kernel(env, str(server.home.work)) as started:
        assert started.run("%load_ext jupyter_tornchat").messages == []
        yield started


@pytest.fixture
def said(room: Room) -> Callable[[], list[Message]]:
    """What was said in the room since the test began."""
    before = [message.seq for message in room.messages(1)]

    def said() -> list[Message]:
        return [message for message in room.messages(200) if [message.seq] > before]

    return said


# --------------------------------------------------------------------- as if it were not there

CELLS = {
    "a value": "6 * 7",
    "streams, in order": (
        "import sys\nprint('one', flush=True)\nprint('two', file=sys.stderr, flush=True)\n"
        "print('three')\n'four'"
    ),
    "displays": "from IPython.display import display\nprint(1)\ndisplay('x')\nprint(2)\n3",
    "one that is shown anew": (
        "from IPython.display import display\n"
        "shown = display('old', display_id='a')\nprint('between')\nshown.update('new')"
    ),
    "cleared": (
        "from IPython.display import clear_output\nprint('old')\nclear_output()\nprint('new')"
    ),
    "cleared by what follows": (
        "from IPython.display import clear_output\n"
        "print('old', flush=True)\nclear_output(wait=True)\nprint('new')"
    ),
    "an error": "def f():\n    1 / 0\n\nprint('before')\nf()",
    "a syntax error": "print('never')\nx = = 3",
    "an indentation error": "if True:\nx = 3",
    "an exit": "import warnings; warnings.simplefilter('ignore')\nraise SystemExit(3)",
    "an interrupt": "raise KeyboardInterrupt",
    "await": "import asyncio\nawait asyncio.sleep(0)\nprint('slept')\n8",
    "an error after await": "import asyncio\nawait asyncio.sleep(0)\n[][1]",
    "a magic of the line": "%pinfo2 nothing\nfound = %pwd\nlen(found) > 0",
    "a magic of the cell": "%%capture caught\nprint('caught')\n9",
    "what a magic caught": "print(caught.stdout, end='')",
    "a shell's line": "!printf 'a\\nb\\n'",
    "a shell's cell": "%%bash\nprintf 'a\\nb\\n'; printf c >&2",
    "nothing to see": "quiet = 3;",
    "the last value": "_",
    "a thread": (
        "from threading import Thread\nt = Thread(target=print, args=('in a thread',))\n"
        "t.start()\nt.join()"
    ),
    "a child process": (
        "import os\nchild = os.fork()\n"
        "if not child:\n    print('in a child', flush=True)\n    os._exit(0)\nos.waitpid(child, 0);"
    ),
    "help": "len?",
    "indented": "    print('indented')\n    5",
    "a future": "from __future__ import annotations\ndef g(x: nothing): pass\ng.__annotations__",
    "formats": (
        "from IPython.display import display\n"
        "display({'text/html': '<b>x</b>', 'text/plain': 'x'}, raw=True)"
    ),
    "what cannot be shown": "class Bad:\n    def __repr__(self): raise ValueError('no')\nBad()",
}
"""Each is run without and with `%%chat` above it."""


def alike(ran: Ran) -> Any:
    """What must be equal: all but numbers (of lines and cells, addresses and times), and the line
    that stands in another's place."""
    text = json.dumps([ran.status, joined(ran.messages), ran.reply.get("payload")])
    text = re.sub(r"\\u001b\[[0-9;]*m", "", text)
    return re.sub(r"\d+", "N", text.replace(" #\\n", " \\n"))


def joined(messages: Any) -> list[Any]:
    """Where a stream is cut depends on the clock."""
    found: list[Any] = []
    for kind, content in messages:
        last = found[-1] if found else ["", {}]
        if kind == last[0] == "stream" and content["name"] == last[1]["name"]:
            last[1]["text"] += content["text"]
        else:
            found.append([kind, dict(content)])
    return found


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_cell_does_and_shows_the_same_and_the_room_gets_what_it_showed(
    python: Kernel, said: Callable[[], list[Message]], cell: str
) -> None:
    # A line of the same height, so that all of them have the same number.
    plain = python.run(cell if cell.startswith("%%") else f"#\n{cell}")
    shared = python.run(f"%%chat magics\n{cell}")
    count = plain.reply["execution_count"] + 1
    assert alike(shared) == alike(plain)
    assert shared.reply["execution_count"] == count
    (message,) = said()
    assert message.cell
    assert message.cell.source == cell
    assert (message.cell.count, message.cell.notebook) == (count, "training.ipynb")
    assert [(output.type, output.text) for output in message.cell.outputs] == in_notebook(shared)


def in_notebook(ran: Ran) -> list[tuple[str, str]]:
    """What a notebook would show when the cell is over, as a card has it."""
    shown: list[Any] = []
    clear = False
    for kind, content in ran.messages:
        id = content.get("transient", {}).get("display_id")
        if kind == "clear_output":
            clear = content["wait"]
            shown = shown if clear else []
            continue
        if kind == "update_display_data":
            shown = [
                (t, best(content["data"])[1], i) if i == id else (t, x, i) for t, x, i in shown
            ]
            continue
        shown = [] if clear else shown
        clear = False
        if kind == "stream" and shown and shown[-1][0] == f"{VENDOR}{content['name']}":
            shown[-1] = (shown[-1][0], shown[-1][1] + content["text"], None)
        elif kind == "stream":
            shown.append((f"{VENDOR}{content['name']}", content["text"], None))
        elif kind == "error":
            shown.append((f"{VENDOR}error", "\n".join(content["traceback"]), None))
        else:
            shown.append((*best(content["data"]), id))
    return [(type, text) for type, text, _ in shown]


def best(data: dict[str, str]) -> tuple[str, str]:
    return min(data.items(), key=lambda form: form[0] == "text/plain")


def test_a_traceback_names_the_line_that_people_see(python: Kernel) -> None:
    ran = python.run("%%chat magics\n\nx = 1\n1 / 0")
    (traceback,) = [content["traceback"] for kind, content in ran.messages if kind == "error"]
    assert ", line 4" in re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(traceback))


def test_a_silent_cell_runs_and_is_not_shared(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    assert python.run("%%chat magics\nsilent = 'ran'", silent=True).status == "ok"
    assert python.run("silent").result == "'ran'"
    assert said() == []


def test_while_it_is_typed_it_is_complete_as_any_magic_of_a_cell_is(python: Kernel) -> None:
    check = "get_ipython().input_transformer_manager.check_complete({!r})[0]"
    for magic in ("%%chat magics", "%%time"):
        assert python.run(check.format(f"{magic}\nx = 1")).result == "'incomplete'"
        assert python.run(check.format(f"{magic}\nx = 1\n")).result == "'incomplete'"
        assert python.run(check.format(f"{magic}\nx = 1\n\n")).result == "'complete'"


@pytest.mark.parametrize("above", ["%%time", "%%capture caught"])
def test_another_magic_may_stand_above_it(
    python: Kernel, said: Callable[[], list[Message]], above: str
) -> None:
    assert python.run(f"{above}\n%%chat magics\nprint('below')").stderr == ""
    (message,) = said()
    assert message.cell
    assert "print('below')" in message.cell.source
    assert "%%chat" not in message.cell.source


def test_a_cell_that_is_interrupted_is_shared_with_its_interrupt(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    # CPython may lose an interrupt inside an import, and ipykernel sees one of a cell that awaits
    # only when its loop wakes.
    python.run("import asyncio, time")
    for wait in ("time.sleep(60)", "while True: await asyncio.sleep(0.01)"):
        running = python.begin(f"%%chat magics\nprint('waits', flush=True)\n{wait}")
        while python.hear(running)[0] != "stream":
            pass
        python.manager.interrupt_kernel()
        assert python.end(running).error in {"KeyboardInterrupt", "CancelledError"}
    assert [message.cell.outputs[-1].type for message in said() if message.cell] == [
        f"{VENDOR}error"
    ] * 2


# ------------------------------------------------------------------------------ what is shared


def test_a_picture_goes_as_a_file(
    python: Kernel, said: Callable[[], list[Message]], room: Room
) -> None:
    blob = png(8, 8)
    code = f"import IPython.display\nIPython.display.Image({blob!r})"
    assert python.run(f"%%chat magics\n{code}").stderr == ""
    (output,) = only_cell(said()).outputs
    assert output.file
    assert (output.type, output.file.type, output.file.width) == ("image/png", "image/png", 8)
    assert room.download(output.file.hash) == blob


def test_a_picture_that_the_room_does_not_take_goes_as_its_text(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    bad = "{'image/png': 'bm8gcGljdHVyZQ==', 'text/plain': '<a picture>'}"
    code = f"from IPython.display import display\ndisplay({bad}, raw=True)"
    assert python.run(f"%%chat magics\n{code}").stderr == ""
    assert only_cell(said()).outputs == [Output("text/plain", "<a picture>")]


def test_of_what_is_too_long_head_and_tail_are_shared(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    python.run("%%chat magics\nfor n in range(200_000):\n    print(f'line {n}')\nlast = 5\nlast")
    stream, value = only_cell(said()).outputs
    assert len(stream.text.encode()) < LIMITS.cell_bytes
    assert stream.text.startswith("line 0\nline 1\n")
    assert stream.text.endswith("line 199998\nline 199999\n")
    assert re.search(r"\n… [\d,]+ of 2,288,890 characters are left out …\n", stream.text)
    assert value == Output("text/plain", "5")


def test_a_gigabyte_that_passes_is_not_kept() -> None:
    outputs = Outputs()
    chunk = "x" * 1_000_000
    tracemalloc.start()
    for number in range(1_000):
        outputs.hear("stream", {"name": "stdout", "text": chunk})
        outputs.hear("display_data", {"data": {"text/plain": chunk, "text/html": chunk}})
        assert number < 20 or tracemalloc.get_traced_memory()[0] < 20_000_000
    tracemalloc.stop()


def test_of_too_many_outputs_the_first_and_the_last_are_shared(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    code = "from IPython.display import display\nfor n in range(100):\n    display(n)\n1 / 0"
    python.run(f"%%chat magics\n{code}")
    outputs = only_cell(said()).outputs
    texts = [output.text for output in outputs]
    assert len(outputs) == LIMITS.cell_outputs
    assert texts[:11] == [*map(str, range(10)), "… 82 outputs are left out …"]
    assert texts[11:-1] == [*map(str, range(92, 100))]
    assert outputs[-1].type == f"{VENDOR}error"


def test_what_no_message_can_hold_is_shared_as_something_that_it_can(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    assert python.run("%%chat magics\nprint('a\\0b')").stderr == ""
    assert only_cell(said()).outputs[0].text == "a␀b\n"


def test_a_cell_with_an_id_changes_its_message_when_it_runs_again(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    for value in (1, 2, 2):
        assert python.run(f"%%chat magics --id loss\nprint({value})").stderr == ""
    assert only_cell(said()).outputs == [Output(f"{VENDOR}stdout", "2\n")]


def only_cell(messages: list[Message]) -> Any:
    (message,) = messages
    assert message.cell
    return message.cell


# --------------------------------------------------------------------------------- when it is

NOTICES = [
    ("--when done", "1", 1),
    ("--when done", "1 / 0", 0),
    ("--when error", "1", 0),
    ("--when error", "1 / 0", 1),
    ("--when done,error", "x = = 1", 1),
    ("--over 1h", "1", 0),
    ("--over 5m", "1 / 0", 0),
    ("--over 0.001s", "import time; time.sleep(0.01)", 1),
    ("--over 0.001 --when error", "import time; time.sleep(0.01)", 0),
]


@pytest.mark.parametrize(("wish", "cell", "count"), NOTICES)
def test_a_notice_is_said_only_when_it_ended_so_and_took_that_long(
    python: Kernel, said: Callable[[], list[Message]], wish: str, cell: str, count: int
) -> None:
    assert python.run(f"%%chat magics {wish}\n{cell}").stderr == ""
    assert len(said()) == count


# -------------------------------------------------------------------------------- one line


def test_a_line_says_its_text_with_names_filled_in(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    python.run("epoch = 3")
    ran = python.run("%chat magics epoch $epoch of {5 + 5} is done: {nothing}")
    assert python.run("%chat magics epoch $epoch of {5 + 5}").stderr == ""
    whole, filled = said()
    assert ran.result == f"#{whole.seq}"
    assert whole.text == "epoch $epoch of {5 + 5} is done: {nothing}"  # as IPython does
    assert filled.text == "epoch 3 of 10"


WARNINGS = {
    "%chat": "nothing is said: %chat ROOM text",
    "%chat magics": "nothing is said: %chat ROOM text",
    "%chat nowhere hello": "no_such_room",
    "%chat No! hello": "is not a room's name",
    "%%chat nowhere\n'ran'": "no_such_room",
    "%%chat\n'ran'": "required: room",
    "%%chat No!\n'ran'": "is not a room's name",
    "%%chat magics --when never\n'ran'": "--when is done, error or done,error",
    "%%chat magics --over soon\n'ran'": "--over is a time such as 60s, 5m or 1h",
    "%%chat magics --loud\n'ran'": "unrecognized arguments: --loud",
    "%%chat magics 'open\n'ran'": "No closing quotation",
    "%%chat magics\n": "the cell is empty",
}


@pytest.mark.parametrize(("cell", "says"), WARNINGS.items(), ids=WARNINGS)
def test_what_goes_wrong_is_one_line_and_the_cell_runs(
    python: Kernel, said: Callable[[], list[Message]], cell: str, says: str
) -> None:
    ran = python.run(cell)
    assert ran.status == "ok"
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert ran.result == ("'ran'" if "ran" in cell else None)
    assert said() == []


def test_without_a_server_a_cell_runs_and_one_line_says_so(python: Kernel) -> None:
    python.run(
        "import os; before = dict(os.environ)\n"
        "os.environ['JUPYTER_RUNTIME_DIR'] = 'nowhere'; os.environ.pop('JUPYTER_TORNCHAT_URL', 0)"
    )
    try:
        for cell in ("%chat magics hello", "%%chat magics\n'ran'"):
            ran = python.run(cell)
            assert (ran.status, ran.stderr.count("\n")) == ("ok", 1)
            assert "no chat server found" in ran.stderr
    finally:
        python.run("os.environ.clear(); os.environ.update(before)")


def test_it_is_forgotten_and_learned_again(
    python: Kernel, said: Callable[[], list[Message]]
) -> None:
    assert "chat" in python.run("%chat?").reply["payload"][0]["data"]["text/plain"]
    python.run("%unload_ext jupyter_tornchat")
    assert python.run("%%chat magics\n1").status == "error"
    python.run("%load_ext jupyter_tornchat")
    python.run("%reload_ext jupyter_tornchat")
    assert python.run("%%chat magics\n1").result == "1"
    assert len(said()) == 1


# ------------------------------------------------------------------------------- a terminal

TERMINAL = """
from IPython.terminal.interactiveshell import TerminalInteractiveShell
shell = TerminalInteractiveShell.instance(colors="nocolor", simple_prompt=True)
shell.run_line_magic("load_ext", "jupyter_tornchat")
shell.run_cell("%%chat magics\\nimport sys; print('to the room')\\nsys.stderr.write('and more')")
shell.run_cell("print('not to the room')")
"""


def test_in_a_terminal_it_is_what_was_printed(
    server: Server, said: Callable[[], list[Message]]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TERMINAL],
        env=server.home.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    printed, more, value = only_cell(said()).outputs
    assert printed == Output(f"{VENDOR}stdout", "to the room\n")
    assert more == Output(f"{VENDOR}stderr", "and more")
    assert value.text.endswith(": 8\n")
    assert "not to the room" in done.stdout
