"""Many come at once, as after a restart."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.tcpserver import TCPServer

from jupyter_tornchat import backlog
from jupyter_tornchat.backlog import BACKLOG, TURNS, lengthen
from jupyter_tornchat.turns import AT_ONCE, Turns

COMERS = 50
MOST_WAITING = slice(28, 32)
"""Where Linux says of a socket that listens how many may wait (`tcpi_sacked`)."""


def test_who_comes_first_comes_in_first_and_the_loop_has_its_turn_in_between() -> None:
    async def come() -> None:
        turns, came = Turns(), list[int]()

        async def one(number: int) -> None:
            await turns.take()
            came.append(number)

        coming = [asyncio.create_task(one(number)) for number in range(COMERS)]
        coming[3].cancel()
        seen = [0]
        while len(came) < COMERS - 1:
            await asyncio.sleep(0)
            seen.append(len(came))
        assert came == [number for number in range(COMERS) if number != 3]
        assert max(after - before for before, after in pairwise(seen)) <= AT_ONCE
        await turns.take()  # and later, too

    asyncio.run(come())


def test_a_server_takes_one_connection_and_then_the_loop_has_some_turns() -> None:
    taken = list[int]()

    class Counting(TCPServer):
        async def handle_stream(self, stream: IOStream, address: tuple[str, int]) -> None:
            taken.append(address[1])
            stream.close()

    async def listen() -> None:
        (listening,) = bind_sockets(0, "127.0.0.1")
        server = Counting()
        server.add_sockets([listening])
        lengthen(server)
        comers = [socket.create_connection(listening.getsockname()) for _ in range(COMERS)]
        seen = [0]
        while len(taken) < COMERS:
            await asyncio.sleep(0)
            seen.append(len(taken))
        assert max(after - before for before, after in pairwise(seen)) == 1
        turns = [turn for turn, (before, after) in enumerate(pairwise(seen)) if after > before]
        assert {later - earlier for earlier, later in pairwise(turns)} == {TURNS}
        assert taken == [comer.getsockname()[1] for comer in comers]
        for comer in comers:
            comer.close()
        server.stop()

    asyncio.run(listen())


def test_as_many_as_the_system_allows_may_wait_for_a_server_that_listens_already() -> None:
    def most(listening: socket.socket) -> int:
        information = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
        return int.from_bytes(information[MOST_WAITING], sys.byteorder)

    async def listen() -> None:
        (listening,) = bind_sockets(0, "127.0.0.1")
        server = TCPServer()
        server.add_sockets([listening])
        few = most(listening)
        lengthen(server)
        assert few < most(listening) <= BACKLOG
        server.stop()

    asyncio.run(listen())


@contextmanager
def no_more_files() -> Iterator[None]:
    """This process may open none."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_server_without_files_does_not_ask_for_them_in_each_turn_of_the_loop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(backlog, "AGAIN_SECONDS", 0.2)
    taken, full, failed = asyncio.Event(), asyncio.Event(), list[OSError]()

    def fail(_: object, context: dict[str, Any]) -> None:
        failed.append(context["exception"])
        full.set()

    class Counting(TCPServer):
        async def handle_stream(self, stream: IOStream, address: tuple[str, int]) -> None:
            taken.set()
            stream.close()

    async def listen() -> None:
        asyncio.get_running_loop().set_exception_handler(fail)
        (listening,) = bind_sockets(0, "127.0.0.1")
        server = Counting()
        server.add_sockets([listening])
        lengthen(server)
        with socket.create_connection(listening.getsockname()), no_more_files():
            await full.wait()
            for _ in range(50):
                await asyncio.sleep(0)
        assert [error.errno for error in failed] == [errno.EMFILE]
        async with asyncio.timeout(10):
            await taken.wait()
        server.stop()

    asyncio.run(listen())
