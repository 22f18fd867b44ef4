"""python-socketio, in the ASGI server that its documentation takes. Nothing is kept.

python benchmarks/peers/socketio_rooms.py PORT
"""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import parse_qs

import socketio
import uvicorn

server = socketio.AsyncServer(async_mode="asgi", cors_allowed_origins="*")


@server.event
async def connect(sid: str, environ: dict[str, Any]) -> None:
    room = parse_qs(environ["QUERY_STRING"])["room"][0]
    await server.save_session(sid, {"room": room})
    await server.enter_room(sid, room)


@server.event
async def message(sid: str, said: Any) -> None:
    room = (await server.get_session(sid))["room"]
    await server.emit("message", said, room=room)


port = int(sys.argv[1])
uvicorn.run(socketio.ASGIApp(server), port=port, log_level="error", ws_per_message_deflate=False)
