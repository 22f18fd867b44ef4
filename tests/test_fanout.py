"""Frames as RFC 6455 has them, written to real sockets; who does not read is closed as slow."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tornado.iostream import IOStream, SSLIOStream

from jupyter_tornchat import fanout
from jupyter_tornchat.fanout import PING, UNREAD_BYTES, Wire, fan_out, frame


def test_frames_are_those_of_RFC_6455() -> None:
    """Section 5.7 gives these, unmasked: "Hello", 256 bytes and 64 KiB."""
    assert frame(b"Hello") == bytes.fromhex("81 05 48 65 6c 6c 6f")
    assert frame(b"Hello", PING) == bytes.fromhex("89 05 48 65 6c 6c 6f")
    assert frame(b"x" * 256)[:4] == bytes.fromhex("81 7e 01 00")
    assert frame(b"x" * 65536)[:10] == bytes.fromhex("81 7f 00 00 00 00 00 01 00 00")


@pytest.mark.parametrize(
    ("size", "head"),
    [(0, 2), (125, 2), (126, 4), (65535, 4), (65536, 10), (2**20, 10)],
)
def test_a_length_takes_its_shortest_form(size: int, head: int) -> None:
    payload = b"x" * size
    made = frame(payload)
    assert (len(made), made[head:]) == (head + size, payload)


class Line:
    """A wire over a real socket pair, and the other end of it."""

    def __init__(self, stream: IOStream, other: socket.socket) -> None:
        self.stream = stream
        self.other = other
        self.slow = 0
        self.wire = Wire(stream, self.on_slow)

    def on_slow(self) -> None:
        self.slow += 1

    async def read(self, size: int) -> bytes:
        """Exactly so many bytes from the other end."""
        loop = asyncio.get_running_loop()
        found = b""
        async with asyncio.timeout(10):
            while len(found) < size:
                found += await loop.sock_recv(self.other, size - len(found))
        return found


@asynccontextmanager
async def line() -> AsyncIterator[Line]:
    here, there = socket.socketpair()
    there.setblocking(False)
    stream = IOStream(here)
    yield Line(stream, there)
    stream.close()
    there.close()


async def test_what_is_written_arrives_whole_and_in_order() -> None:
    async with line() as one:
        frames = [frame(str(n).encode() * n) for n in range(2_000)]
        whole = b"".join(frames)

        async def write() -> None:
            for data in frames:
                one.wire.write(data)
                if len(one.stream._write_buffer) > UNREAD_BYTES // 2:
                    await asyncio.sleep(0)

        found, _ = await asyncio.gather(one.read(len(whole)), write())
        assert found == whole
        assert one.slow == 0


async def test_tornados_own_writes_keep_their_place_between_ours() -> None:
    async with line() as one:
        big = frame(b"a" * 600_000)  # more than the socket takes at once
        one.wire.write(big)
        done = one.stream.write(b"goodbye")
        one.wire.write(frame(b"after"))
        assert await one.read(len(big) + 14) == big + b"goodbye" + frame(b"after")
        await done


async def test_who_does_not_read_is_slow_once_and_gets_nothing_more() -> None:
    async with line() as one:
        data = frame(b"x" * 60_000)
        count = 0
        while one.wire.open:
            one.wire.write(data)
            count += 1
        waiting = len(one.stream._write_buffer)
        assert one.slow == 1
        assert waiting <= UNREAD_BYTES
        one.wire.write(data)
        assert (one.slow, len(one.stream._write_buffer)) == (1, waiting)
        # What was written before are whole frames: a client that wakes up reads them, and resumes.
        assert await one.read((count - 1) * len(data)) == data * (count - 1)


async def test_one_frame_may_be_longer_than_the_bound() -> None:
    async with line() as one:
        data = frame(b"x" * (2 * UNREAD_BYTES))
        one.wire.write(data)
        assert await one.read(len(data)) == data
        assert one.slow == 0


async def test_a_socket_that_is_gone_disturbs_nobody() -> None:
    async with line() as one, line() as other:
        one.other.close()
        closed = asyncio.Event()
        one.stream.set_close_callback(closed.set)
        data = frame(b"x" * 1000)
        while not one.stream.closed():
            await fan_out([(one.wire, data), (other.wire, data)])
            assert await other.read(len(data)) == data
        await fan_out([(one.wire, data), (other.wire, data)])
        assert await other.read(len(data)) == data
        async with asyncio.timeout(10):
            await closed.wait()


async def test_who_was_gone_before_they_came_in_disturbs_nobody() -> None:
    async with line() as one, line() as other:
        one.stream.close()
        gone = Wire(one.stream, one.on_slow)
        data = frame(b"x" * 1000)
        await fan_out([(gone, data), (other.wire, data)])
        assert await other.read(len(data)) == data
        assert not gone.full
        assert one.slow == 0


async def test_dropping_closes_without_a_goodbye() -> None:
    async with line() as one:
        one.wire.drop()
        one.wire.write(b"more")
        assert await asyncio.get_running_loop().sock_recv(one.other, 10) == b""


class Recorder:
    """The wire of somebody who takes everything, and a clock that goes on with each write."""

    def __init__(self, written: list[int], on_write: Callable[[], None]) -> None:
        self.written = written
        self.on_write = on_write

    def write(self, data: bytes) -> None:
        self.written.append(len(data))
        self.on_write()


async def test_a_long_fan_out_lets_the_loop_do_other_things(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0

    def tick() -> None:
        nonlocal now
        now += fanout.SLICE_SECONDS / 40  # 25 microseconds for a write

    monkeypatch.setattr(fanout, "perf_counter", lambda: now)
    written: list[int] = []
    held: list[int] = []

    async def live() -> None:
        while True:
            held.append(len(written))
            await asyncio.sleep(0)

    other = asyncio.create_task(live())
    await fan_out([(Recorder(written, tick), b"x")] * 1000)  # type: ignore[list-item]
    other.cancel()
    assert len(written) == 1000
    slices = [b - a for a, b in itertools.pairwise(held)]
    assert len(slices) >= 1000 // 48 - 1
    assert max(slices) <= 48


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
            *("-subj", "/CN=localhost", "-keyout", path, "-out", path.with_suffix(".crt")),
        ],
        check=True,
        capture_output=True,
    )
    with path.open("ab") as both:
        both.write(path.with_suffix(".crt").read_bytes())
    return path


async def test_a_TLS_connection_gets_the_same_bytes(certificate: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    here, there = socket.socketpair()
    stream = SSLIOStream(
        server.wrap_socket(here, server_side=True, do_handshake_on_connect=False),
        ssl_options=server,
    )
    client = ssl.create_default_context(cafile=str(certificate.with_suffix(".crt")))
    reader, writer = await asyncio.open_connection(
        sock=there, ssl=client, server_hostname="localhost"
    )
    wire = Wire(stream, lambda: None)
    frames = [frame(bytes([n % 256]) * 9_000) for n in range(100)]
    await fan_out([(wire, b"".join(frames[:50]))])
    for data in frames[50:]:
        wire.write(data)
    whole = b"".join(frames)
    async with asyncio.timeout(10):
        assert await reader.readexactly(len(whole)) == whole
    writer.close()
    stream.close()
