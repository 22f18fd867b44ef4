"""When a socket is read, and when it is not."""

from __future__ import annotations

import asyncio
import gc
import socket
import sqlite3
import struct
import threading
import weakref
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest
from tornado.httputil import HTTPServerRequest

from client import Client
from jupyter_tornchat.handlers.line import Line
from jupyter_tornchat.handlers.socket import ChatSocket
from jupyter_tornchat.heart import Heart
from jupyter_tornchat.protocol import LIMITS
from jupyter_tornchat.turns import AT_ONCE
from person import guest, holding
from raw import PATIENCE, Raw, ask, frame, request, upgrade
from servers import Server


async def test_a_socket_is_not_read_while_64_of_its_messages_wait(
    start_chat_server: Callable[..., Server], connect: Callable[..., Awaitable[Client]]
) -> None:
    server = start_chat_server("--guests=open", "--ChatServer.message_rate=0")
    headers = holding(guest(server, "ann"), server)
    sender, other = [await connect(server.socket_url("chat"), headers=headers) for _ in range(2)]
    await sender.join()
    # The disk is busy: nobody's messages are kept.
    disk = sqlite3.connect(server.home.data / "tornchat" / "chat.db", isolation_level=None)
    disk.execute("BEGIN IMMEDIATE")
    for n in range(LIMITS.in_flight - 1):
        await sender.send("x", id=str(n))
    await sender.say("heartbeat", ref="63 wait")
    await sender.expect("heartbeat", ref="63 wait")
    await sender.send("x", id="64th")
    await sender.say("heartbeat", ref="64 wait")
    for n in range(20):  # the server goes round, and answers others
        await other.say("heartbeat", ref=str(n))
        await other.expect("heartbeat", ref=str(n))
    assert [f for f in sender.heard("heartbeat") if f.get("ref") == "64 wait"] == []
    disk.execute("ROLLBACK")
    disk.close()
    await sender.expect("message", "heartbeat", id="64th")
    await sender.say("heartbeat", ref="all kept")
    await sender.expect("heartbeat", ref="all kept")
    assert len(sender.heard("message")) == LIMITS.in_flight


@pytest.mark.usefixtures("http_server_client")  # the server listens
async def test_a_plain_client_hears_what_it_says_at_once_however_slow_the_history_is(
    jp_serverapp: Any, jp_http_port: int, connect: Callable[..., Awaitable[Client]]
) -> None:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_tornchat"]
    token = {"Authorization": f"token {jp_serverapp.identity_provider.token}"}
    url = f"ws://127.0.0.1:{jp_http_port}{jp_serverapp.base_url}tornchat/chat"
    other = await connect(url, headers=token)
    await other.join()
    go_on = threading.Event()
    history = [app.chat.view._readers.ask(lambda _: go_on.wait(10)) for _ in range(2)]
    hasty = await connect(f"{url}?username=hasty", headers=token, subprotocol=None)
    await hasty.write("am I heard?")
    for _ in range(3):  # the server goes round, and keeps what others say
        await other.expect("message", id=await other.send("yes"))
    go_on.set()
    for reading in history:
        await reading
    said = await hasty.expect("line")
    while "am I heard?" not in said["text"]:
        said = await hasty.expect("line")


@pytest.mark.usefixtures("http_server_client")  # the server listens
async def test_an_open_socket_holds_nothing_of_the_request_by_which_it_came(
    jp_serverapp: Any, jp_http_port: int, connect: Callable[..., Awaitable[Client]]
) -> None:
    token = {"Authorization": f"token {jp_serverapp.identity_provider.token}"}
    url = f"ws://127.0.0.1:{jp_http_port}{jp_serverapp.base_url}tornchat/chat"
    gc.collect()
    gc.disable()  # what is let go needs nobody to look for it
    try:
        for _ in range(3):
            client = await connect(url, headers=token)
            await client.join()
        held = [one for one in gc.get_objects() if isinstance(one, ChatSocket | HTTPServerRequest)]
    finally:
        gc.enable()
    assert held == []


@pytest.mark.usefixtures("http_server_client")  # the server listens
async def test_who_breaks_off_while_they_come_in_is_not_counted_as_there(
    jp_serverapp: Any, jp_http_port: int, connect: Callable[..., Awaitable[Client]]
) -> None:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_tornchat"]
    token = f"token {jp_serverapp.identity_provider.token}"
    headers = [("Host", f"127.0.0.1:{jp_http_port}"), ("Authorization", token)]
    path = f"{jp_serverapp.base_url}tornchat/chat"
    for _ in range(20):
        for plain in ({}, {"Sec_WebSocket_Protocol": None}):
            raw = await Raw.connect(jp_http_port)
            await raw.send(request("GET", path, [*headers, *upgrade(**plain)]))
            await raw.close()
    # Who came before is let in before.
    url = f"ws://127.0.0.1:{jp_http_port}{path}"
    await connect(url, headers={"Authorization": token})
    async with asyncio.timeout(PATIENCE):
        while len(app.chat.hub.connections) > 1:
            await ask(jp_http_port, "GET", f"{jp_serverapp.base_url}tornchat/api/health")


@pytest.mark.usefixtures("http_server_client")  # the server listens
async def test_who_is_gone_is_held_by_nothing_between_two_heartbeats(
    jp_serverapp: Any, jp_http_port: int, connect: Callable[..., Awaitable[Client]]
) -> None:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_tornchat"]
    hub = app.chat.hub
    heart = Heart(0.01, hub.connections)
    beating = asyncio.create_task(heart.beat())
    try:
        token = {"Authorization": f"token {jp_serverapp.identity_provider.token}"}
        url = f"ws://127.0.0.1:{jp_http_port}{jp_serverapp.base_url}tornchat/chat"
        client = await connect(url, headers=token)
        await client.expect("heartbeat")
        heart.seconds = PATIENCE  # after the next one
        await client.expect("heartbeat")
        await client.close()
        async with asyncio.timeout(PATIENCE):
            while hub.connections:
                await ask(jp_http_port, "GET", f"{jp_serverapp.base_url}tornchat/api/health")
        gc.collect()
        assert [one for one in gc.get_objects() if isinstance(one, Line)] == []
    finally:
        beating.cancel()


async def come(server: Any, port: int, count: int) -> list[Raw]:
    """So many open a socket and join the lobby."""
    token = ("Authorization", f"token {server.identity_provider.token}")
    headers = [*upgrade(), token, ("Host", f"127.0.0.1:{port}")]
    people = [await Raw.connect(port) for _ in range(count)]
    for one in people:
        await one.send(request("GET", f"{server.base_url}tornchat/chat", headers))
        answer = await one.answer()
        assert answer is not None
        assert answer.status == 101
        await one.send(frame({"type": "join", "room": "lobby"}))
        await one.expect("joined")
    return people


@pytest.mark.usefixtures("http_server_client")  # the server listens
async def test_many_hang_up_in_one_moment_and_the_loop_has_its_turn_in_between(
    jp_serverapp: Any, jp_http_port: int
) -> None:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_tornchat"]
    people = await come(jp_serverapp, jp_http_port, 30)
    for one in people:
        one.writer.transport.abort()
    there = [30]
    async with asyncio.timeout(PATIENCE):
        while there[-1]:
            await asyncio.sleep(0)
            there.append(len(app.chat.hub.connections))
    assert max(before - after for before, after in pairwise(there)) == AT_ONCE


@pytest.mark.usefixtures("http_server_client")  # the server listens
async def test_who_vanished_leaves_nothing_that_only_a_garbage_collection_finds(
    jp_serverapp: Any, jp_http_port: int
) -> None:
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_tornchat"]
    (one,) = await come(jp_serverapp, jp_http_port, 1)
    (connection,) = app.chat.hub.connections
    stream = weakref.ref(connection.wire._stream)
    del connection
    gc.collect()
    gc.disable()
    try:
        # With a time of zero to linger, the other side is told of a reset (socket(7)).
        there = one.writer.get_extra_info("socket")
        there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.writer.transport.abort()
        async with asyncio.timeout(PATIENCE):
            while stream() is not None:
                await ask(jp_http_port, "GET", f"{jp_serverapp.base_url}tornchat/api/health")
    finally:
        gc.enable()
    assert not app.chat.hub.connections
