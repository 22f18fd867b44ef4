"""A crowd: clients that are in a room, lose their server and come back at once, in a process of its
own.

Each knows where it was, as a page does, and asks for what it missed. It parses every frame and ends
with an error where an entry of the room is missing, comes twice or is another one than the others
had. The first one speaks, all the time; what it has not heard again it says again when it is back.

    python benchmarks/crowd.py '{"port": …, "dialect": …, "clients": 1000, "rate": 20, …}'
"""

from __future__ import annotations

import heapq
import json
import os
import random
import select
import socket
import sys
import time
from typing import Any, Literal

import msgspec
from dialects import Dialect
from load import HOST, PING, PONG, TEXT, frames, handshake, masked, middle, tell

AT_ONCE = 64
"""Clients that connect at the same time while the crowd gathers; when it comes back, all do."""
FIRST_PAUSE = 1.0
"""Seconds after which at most who was refused tries again, as a page does at first."""
PATIENCE = 120.0
"""Seconds until the crowd gives up."""
CONNECTING, HANDSHAKE, JOINING, HERE = range(4)


class Entry(msgspec.Struct):
    """An entry of the room."""

    seq: int
    id: str


class Frame(msgspec.Struct, rename={"start": "from"}):
    """What the crowd reads of a frame."""

    type: str
    epoch: str = ""
    seq: int = 0
    id: str = ""
    messages: list[Entry] = []
    start: int = 0
    to: int = 0
    more: bool = False
    code: str = ""


decode = msgspec.json.Decoder(Frame).decode


class Client:
    """One of them."""

    __slots__ = ("back_at", "crowd", "entries", "number", "rest", "seq", "socket", "state")

    def __init__(self, crowd: Crowd, number: int) -> None:
        self.crowd = crowd
        self.number = number
        self.seq = -1
        """The entry up to which it knows the room; negative before it first came."""
        self.state = CONNECTING
        self.back_at = 0.0

    def come(self) -> None:
        """Begin to connect."""
        self.rest = b""
        self.state = CONNECTING
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect_ex((HOST, self.crowd.port))
        self.crowd.clients[self.socket.fileno()] = self
        self.crowd.poll.register(self.socket, select.EPOLLOUT)

    def leave(self) -> None:
        """The server is gone."""
        del self.crowd.clients[self.socket.fileno()]
        self.socket.close()
        self.state = CONNECTING

    def ready(self) -> None:
        """The socket may be written to, or has something to read."""
        if self.state == CONNECTING:
            if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self.try_again()
                return
            self.state = HANDSHAKE
            self.crowd.poll.modify(self.socket, select.EPOLLIN)
            crowd = self.crowd
            self.socket.sendall(handshake(crowd.port, crowd.dialect, str(self.number)))
            return
        try:
            self.rest += (data := self.socket.recv(262_144))
        except ConnectionError:
            data = b""
        if not data and self.state == HANDSHAKE:
            self.try_again()
        elif not data:
            self.crowd.gone(self)
        elif self.state != HANDSHAKE or self.is_open():
            self.hear()

    def try_again(self) -> None:
        """The server's queue was full: after a moment, as a page does."""
        self.crowd.refused += 1
        self.crowd.gone(self)
        pause = random.random() * FIRST_PAUSE
        heapq.heappush(self.crowd.later, (time.perf_counter() + pause, self.number))

    def is_open(self) -> bool:
        """Whether the answer to the handshake is whole."""
        head, end, rest = self.rest.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise SystemExit(f"no WebSocket: {head[:200]!r}")
        self.rest, self.state = rest, JOINING
        self.join()
        return True

    def join(self) -> None:
        """Ask to come in, and for what was missed."""
        crowd = self.crowd
        if not crowd.resumes:
            self.here()
            return
        asked: dict[str, Any] = {"type": "join", "room": crowd.room}
        if self.seq >= 0:
            asked |= {"after": self.seq, "epoch": crowd.epoch}
            if self.seq:
                asked["check"] = crowd.ids[self.seq]
        self.say(json.dumps(asked).encode())

    def say(self, payload: bytes, opcode: int = TEXT) -> None:
        self.socket.sendall(masked(payload, opcode))

    def hear(self) -> None:
        """All frames that are whole."""
        position = 0
        for opcode, start, end in frames(self.rest):
            position = end
            if opcode == PING:
                self.say(self.rest[start:end], PONG)
            elif opcode != TEXT:
                raise SystemExit(f"the server sent {self.rest[start - 2 : end][:200]!r}")
            elif self.crowd.resumes:
                self.take(decode(self.rest[start:end]))
        self.rest = self.rest[position:]

    def take(self, frame: Frame) -> None:
        """One frame of ours."""
        if frame.type == "message":
            self.learn(frame.seq, frame.id)
        elif frame.type == "joined":
            self.joined(frame)
        elif frame.type == "welcome":
            self.crowd.epoch = self.crowd.epoch or frame.epoch
        elif frame.type in {"rejected", "reset"}:
            raise SystemExit(f"the server answers {frame}")

    def joined(self, frame: Frame) -> None:
        """What was missed, or some of it."""
        if self.seq < 0:
            self.seq = frame.start
        if frame.start != self.seq:
            raise SystemExit(f"asked for what is after {self.seq}, got it from {frame.start}")
        for entry in frame.messages:
            self.learn(entry.seq, entry.id)
        if frame.to != self.seq:
            raise SystemExit(f"entries up to {frame.to} are missing after {self.seq}")
        if frame.more and self.crowd.gathered:
            self.join()
        else:
            self.here()

    def learn(self, seq: int, id: str) -> None:
        """An entry: the next one, and the same for all."""
        if seq != self.seq + 1:
            raise SystemExit(f"entry {seq} came after {self.seq}")
        if self.crowd.ids.setdefault(seq, id) != id:
            raise SystemExit(f"entry {seq} is not the same for all")
        self.seq = seq
        if self.number == 0:
            self.crowd.unheard.pop(id, None)

    def here(self) -> None:
        """It is in the room, and knows all of it."""
        if self.state != HERE:
            self.state = HERE
            for id in self.crowd.unheard if self.number == 0 else ():
                self.crowd.say(id)  # what is in the history, it has heard by now
            self.back_at = time.perf_counter()
            self.crowd.here += 1


class Crowd:
    """All of them."""

    def __init__(self, task: dict[str, Any]) -> None:
        self.port: int = task["port"]
        self.dialect = Dialect(**task["dialect"]).of_room("room0")
        self.room = "room0"
        self.resumes: bool = task["resumes"]
        self.rate: float = task["rate"]
        self.epoch = ""
        self.ids: dict[int, str] = {}
        """Of each entry that anybody saw, by its `seq`."""
        self.unheard: dict[str, None] = {}
        """Ids of what the first one said and did not hear again."""
        self.said = 0
        self.gathered = False
        self.here = 0
        """How many are in the room."""
        self.clients: dict[int, Client] = {}
        """By file."""
        self.poll = select.epoll()
        self.all = [Client(self, number) for number in range(task["clients"])]
        self.later: list[tuple[float, int]] = []
        """When who was refused tries again, and which one."""
        self.refused = 0
        self.due = 0.0
        """When the next message is said."""
        self.lost = False
        """Whether the server was killed, and is away."""

    def step(self, wait: float = 0.05) -> None:
        """Hear what there is, and say what is due."""
        for fd, _ in self.poll.poll(wait):
            if client := self.clients.get(fd):
                client.ready()
        speaks, now = self.all[0].state == HERE and not self.lost, time.perf_counter()
        while self.later and self.later[0][0] <= now:
            self.all[heapq.heappop(self.later)[1]].come()
        if self.rate and self.resumes and speaks and now >= self.due:
            self.due = max(self.due + 1 / self.rate, now - 1)
            self.said += 1
            id = f"{os.getpid()}-{self.said}"
            self.unheard[id] = None
            self.say(id)

    def say(self, id: str) -> None:
        """Of the first one: a message with this id."""
        self.all[0].say(self.dialect.say(id, "x" * 60))

    def gone(self, client: Client) -> None:
        """The server closed a connection."""
        if client.state == HERE and not self.lost:
            raise SystemExit("the server closed a connection")
        self.poll.unregister(client.socket)
        client.leave()

    def gather(self) -> None:
        """Everyone comes, some at a time."""
        waiting = self.all[::-1]
        until = time.perf_counter() + PATIENCE
        while self.here < len(self.all):
            while waiting and len(self.all) - len(waiting) - self.here < AT_ONCE:
                waiting.pop().come()
            self.step()
            if time.perf_counter() > until:
                raise SystemExit(f"only {self.here} came")
        self.gathered = True

    def lose(self) -> None:
        """Wait until everyone's connection is gone."""
        self.lost = True
        tell(losing=True)
        while self.clients:
            self.step()
        self.lost, self.here = False, 0

    def come_back(self) -> list[float]:
        """Everyone at once. Returns after how many seconds each knew all."""
        began = time.perf_counter()
        for client in self.all:
            client.come()
        while self.here < len(self.all):
            self.step()
            if time.perf_counter() > began + PATIENCE:
                raise SystemExit(f"only {self.here} came back")
        return sorted(client.back_at - began for client in self.all)

    def settle(self) -> None:
        """Wait until everyone has all that was said."""
        self.rate = 0
        until = time.perf_counter() + PATIENCE
        while self.resumes and (
            self.unheard or any(client.seq != self.all[0].seq for client in self.all)
        ):
            self.step()
            if time.perf_counter() > until:
                raise SystemExit("messages are missing")
        own = [id for id in self.ids.values() if id.startswith(f"{os.getpid()}-")]
        if len(own) != len(set(own)) or (self.resumes and len(own) != self.said):
            raise SystemExit(f"{self.said} messages were said and {len(own)} are there")

    def listen(self, order: Literal["lose", "back", "end"]) -> None:
        """Go on until the process that measures says a line."""
        self.poll.register(sys.stdin, select.EPOLLIN)
        while not select.select([sys.stdin], [], [], 0)[0]:
            self.step()
        self.poll.unregister(sys.stdin)
        if (said := sys.stdin.readline().strip()) != order:
            raise SystemExit(f"expected {order}, not {said!r}")


def main() -> None:
    """Gather, lose the server, come back; a line from outside before each."""
    crowd = Crowd(json.loads(sys.argv[1]))
    crowd.gather()
    tell(gathered=len(crowd.all))
    crowd.listen("lose")
    before = crowd.all[0].seq
    crowd.lose()
    tell(lost=True)
    crowd.listen("back")
    cpu = time.process_time()
    took = crowd.come_back()
    cpu = time.process_time() - cpu
    tell(p50=middle(took, 0.5) / 1e3, last=took[-1], cpu=cpu, refused=crowd.refused)
    crowd.settle()
    tell(messages=crowd.all[0].seq - before, whole=True)


if __name__ == "__main__":
    main()
