"""What a kernel publishes, heard from now on until the cell that runs in it is over.

Rules of this file:

- A kernel waits for nobody who hears it: of what it publishes (IOPub) it drops what somebody reads
  too slowly. So its shell is asked something as well, behind whatever runs: that answer is never
  dropped, and once it is there the cell is over, whatever was missed.
- A message is only looked at; the last pieces of what a cell printed are kept, and read at the end.
- The first cell that is over is the one that ran, because a kernel runs one after the other. What a
  thread of an older cell prints is the older cell's.
"""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from jupyter_client.session import Session
from msgspec import Struct
from tornado.websocket import WebSocketClientConnection

from .runs import Outcome

HEARD = {"stream", "error", "status"}
ASKED = "kernel_info_request"
"""What the shell is asked: any kernel answers it."""
GONE = {"restarting", "autorestarting", "dead"}
"""What a server tells of a kernel in the kernel's name."""
LATE_SECONDS = 2.0
"""How long after the shell's answer the end of the cell may still be on its way."""
CELLS = 4
"""Cells of which something is remembered: threads of older ones may still print."""
PIECES = 8
PIECE_BYTES = 256 * 1024
"""What is kept of what a cell printed: so many pieces of so many bytes at most."""
ERROR_BYTES = 1024 * 1024
"""A longer error is not read: it is one, and that is told."""
WORD_CHARS = 300
"""Characters of a last word."""
LAST_CHARS = 16 * 1024
"""So far back a last line is looked for."""
UNSEEN = {"Cc", "Cs", "Co", "Cn"}
# Escape sequences of terminals (ECMA-48): control sequences, strings such as a title, and others. A
# string is looked for as far as the next escape, or many that have no end would take for ever.
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")

Content = Callable[[], dict[str, Any]]
"""Reads the content of a message."""


class Header(Struct):
    """What is read of a message's header, and of the one that caused it."""

    msg_id: str = ""
    msg_type: str = ""
    subshell_id: str | None = None


class Message(Struct):
    """What is read of a message that comes through a gateway."""

    header: Header
    parent_header: Header
    content: dict[str, Any] = {}
    channel: str = ""


_header = msgspec.json.Decoder(Header)
_message = msgspec.json.Decoder(Message)


class Run:
    """What runs in a kernel now.

    It is open until it is closed, whatever becomes of it.
    """

    def __init__(self) -> None:
        self.outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        """How it ended, once it has."""
        self.since = asyncio.get_running_loop().time()
        """When it began, by the loop's clock, as far as is known."""
        self.answered = asyncio.Event()
        """Set once the shell has answered: nothing runs any more, or nothing did."""
        self._cells: dict[str, Printed] = {}
        self._late: asyncio.TimerHandle | None = None

    @property
    def word(self) -> str:
        """The last line that it printed, as far as we heard."""
        return self._newest.word

    @property
    def ends(self) -> bool:
        """Whether the kernel is being shut down or restarted, which interrupts the cell first."""
        return False

    def close(self) -> None:
        """Hear no more."""
        if self._late is not None:
            self._late.cancel()
        self.outcome.cancel()

    @property
    def _newest(self) -> Printed:
        return next(reversed(self._cells.values()), None) or Printed()

    def _hear(self, type: str, parent: Header, content: Content) -> None:
        # A request for a subshell is none of a notebook's cells: widgets talk there.
        if parent.msg_type != "execute_request" or parent.subshell_id or type not in HEARD:
            return
        if parent.msg_id not in self._cells:
            self._cells[parent.msg_id] = Printed()
            if len(self._cells) > CELLS:
                del self._cells[next(iter(self._cells))]
        cell = self._cells[parent.msg_id]
        if type == "stream":
            cell.pieces.append(content)
        elif type == "error":
            cell.fail(content())
        elif content().get("execution_state") == "idle":
            self._end(cell)

    def _answer(self) -> None:
        self.answered.set()
        loop = asyncio.get_running_loop()
        self._late = loop.call_later(LATE_SECONDS, lambda: self._end(self._newest))

    def _end(self, cell: Printed) -> None:
        if not self.outcome.done():
            self.outcome.set_result(Outcome("lost", cell.word) if self.ends else cell.outcome)


class Printed:
    """What one cell printed."""

    def __init__(self) -> None:
        self.pieces: deque[Content] = deque(maxlen=PIECES)
        self._text = ""
        self._error: str | None = None

    def fail(self, error: dict[str, Any]) -> None:
        """It ended with an error."""
        # Neither has a bound, and the event loop waits while they are made readable.
        name, said = (str(error.get(word, ""))[:LAST_CHARS] for word in ("ename", "evalue"))
        said = said.split("\n")[0]
        self._error = line(f"{name}: {said}").removesuffix(":")

    @property
    def word(self) -> str:
        """The last line."""
        while self.pieces:
            self._text += str(self.pieces.popleft()().get("text", ""))
        self._text = self._text[-LAST_CHARS:]
        return last_line(self._text)

    @property
    def outcome(self) -> Outcome:
        """How it ended, if it is over now."""
        if self._error is not None:
            return Outcome("failed", self._error)
        return Outcome("done", self.word)


class LocalRun(Run):
    """A kernel of this server's, heard by sockets of our own.

    Args:
        kernel: its manager, as `MappingKernelManager.get_kernel` gives it.
    """

    def __init__(self, kernel: Any) -> None:
        super().__init__()
        self._kernel = kernel
        self._session = Session(config=kernel.session.config, key=kernel.session.key)
        self._iopub = kernel.connect_iopub()
        self._shell = kernel.connect_shell()
        self._iopub.on_recv(self._receive)
        self._shell.on_recv(self._receive_answer)
        self._session.send(self._shell, ASKED)

    @property
    def ends(self) -> bool:
        return self._kernel.shutting_down

    def close(self) -> None:
        super().close()
        loop = asyncio.get_running_loop()
        for stream in (self._iopub, self._shell):
            stream.on_recv(None)
            loop.call_soon(stream.close, 0)  # what it has been told of comes before

    def _receive_answer(self, _parts: list[bytes]) -> None:
        self._answer()

    def _receive(self, parts: list[bytes]) -> None:
        try:
            message: list[Any] = self._session.feed_identities(parts)[1]
            header, parent = _header.decode(message[1]), _header.decode(message[2])
        except (ValueError, IndexError):  # no JSON, but another packer: the shell's answer is all
            return
        size = len(message[4])
        if header.msg_type == "error" and size > ERROR_BYTES:
            self._hear(header.msg_type, parent, dict)
        elif header.msg_type != "stream" or size <= PIECE_BYTES:
            self._hear(header.msg_type, parent, partial(self._read, message))

    def _read(self, message: list[Any]) -> dict[str, Any]:
        try:
            return self._session.deserialize(message)["content"]  # where the signature is right
        except (ValueError, TypeError):
            return {}


class GatewayRun(Run):
    """A kernel behind a gateway, heard by a WebSocket of our own.

    Args:
        line: to the kernel's channels at the gateway.
    """

    def __init__(self, line: WebSocketClientConnection) -> None:
        super().__init__()
        self._line = line
        question = Session().msg(ASKED)
        self._asked = question["msg_id"]
        question |= {"channel": "shell", "buffers": []}
        line.write_message(json.dumps(question, default=str))
        self._reading = asyncio.create_task(self._read())

    def close(self) -> None:
        super().close()
        self._reading.cancel()
        self._line.close()

    async def _read(self) -> None:
        while (data := await self._line.read_message()) is not None:
            try:
                said = _message.decode(data)
            except msgspec.DecodeError:
                continue
            if said.content.get("execution_state") in GONE:
                break
            if said.channel == "iopub":
                self._hear(said.header.msg_type, said.parent_header, lambda m=said: m.content)
            elif said.channel == "shell" and said.parent_header.msg_id == self._asked:
                self._answer()
        if not self.outcome.done():
            self.outcome.set_result(Outcome("lost", self.word))


def line(text: str) -> str:
    """A line as people can read it: without what moves or colours a terminal, and not too long."""
    text = ESCAPES.sub("", text)
    text = "".join(c for c in text if c == "\t" or unicodedata.category(c) not in UNSEEN).strip()
    return text if len(text) <= WORD_CHARS else text[: WORD_CHARS - 1] + "…"


def last_line(text: str) -> str:
    """The last line in which there is something to read; a bar that is drawn again and again on one
    line ends as many with a carriage return."""
    pieces = text.replace("\r", "\n").split("\n")
    for piece in reversed(pieces):
        if found := line(piece):
            return found
    return ""
