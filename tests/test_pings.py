"""Who asks again and again and reads no answer: what waits for them is bounded by us, because
tornado before 6.6 answers every ping whether or not the answers before it went out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tornado.websocket import WebSocketProtocol13

from jupyter_tornchat.fanout import UNREAD_BYTES
from jupyter_tornchat.protocol import LIMITS
from raw import PATIENCE, PING, Raw, frame, request, upgrade

PINGS = frame(b"x" * 125, PING) * 500


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_tornchat": True}},
        "TornChat": {"guest_ip": "127.0.0.1", "guest_port": 0, "message_rate": 0},
    }


@pytest.mark.parametrize("first", [b"", frame({"type": "?"}) * LIMITS.bad_frames])
@pytest.mark.usefixtures("http_server")
async def test_who_sends_pings_and_reads_no_answer_is_dropped(
    first: bytes, jp_serverapp: Any, jp_http_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was told goodbye for what came first, too."""

    most = 0

    write = WebSocketProtocol13._write_frame

    def measured(socket: WebSocketProtocol13, *args: Any, **kwargs: Any) -> Any:
        nonlocal most
        written = write(socket, *args, **kwargs)
        if not socket.stream.closed():
            most = max(most, socket.stream._write_buffer._size)
        return written

    def answer(socket: WebSocketProtocol13, data: bytes) -> None:
        socket._write_frame(True, PING + 1, data)

    monkeypatch.setattr(WebSocketProtocol13, "_write_frame", measured)
    # So do all versions from 6.5 on that we run with, whichever is here.
    monkeypatch.setattr(WebSocketProtocol13, "_send_pong", answer, raising=False)
    (app,) = jp_serverapp.extension_manager.extension_apps["jupyter_tornchat"]
    raw = await Raw.connect(jp_http_port, unread=65536)
    token = f"token {jp_serverapp.identity_provider.token}"
    headers = [("Host", f"127.0.0.1:{jp_http_port}"), ("Authorization", token), *upgrade()]
    await raw.send(request("GET", f"{jp_serverapp.base_url}tornchat/chat", headers))
    upgraded = await raw.answer()
    assert upgraded
    assert upgraded.status == 101
    await raw.expect("welcome")
    assert len(app.chat.hub.connections) == 1
    if first:
        await raw.send(first)

    async with asyncio.timeout(PATIENCE):
        while app.chat.hub.connections:
            await raw.send(PINGS)
    assert UNREAD_BYTES < most < 2 * UNREAD_BYTES
    assert await raw.ended() is None, "a goodbye would wait behind the answers"
    await raw.close()
