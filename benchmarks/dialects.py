"""What a client says to each of the servers that are compared, and what it hears.

A dialect is five answers: where the WebSocket is, with which headers, what is said first, whether
a frame says that the client is in, and whether a frame is a message. The load speaks all of them
in the same way, so that none is measured by another's client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple


class Dialect(NamedTuple):
    """How to talk to one server."""

    path: str
    """The WebSocket's address; `{room}` is the room."""
    headers: Mapping[str, str] = MappingProxyType({})
    """`{client}` in them is another word for each connection."""
    first: Sequence[str] = ()
    """Frames that the client sends first."""
    ready: str = ""
    """How the frame begins by which the server says that the client is in; empty: none does."""
    message: str = ""
    """How the frame of a message begins."""
    said: str = "{text}"
    """A message; `{id}` is a key of its own, `{room}` the room, `{text}` plain ASCII."""

    def of_room(self, room: str) -> Dialect:
        """The same, with this room in it."""
        first = [frame.replace("{room}", room) for frame in self.first]
        said = self.said.replace("{room}", room)
        return self._replace(path=self.path.replace("{room}", room), first=first, said=said)

    def say(self, id: str, text: str) -> bytes:
        """The payload of one message."""
        return self.said.replace("{id}", id).replace("{text}", text).encode()


def _json(**frame: object) -> str:
    return json.dumps(frame, separators=(",", ":"))


def tornchat(headers: dict[str, str]) -> Dialect:
    """Ours, in the subprotocol that browsers speak."""
    return Dialect(
        path="/tornchat/chat",
        headers={"Sec-WebSocket-Protocol": "tornchat.v1", **headers},
        first=[_json(type="join", room="{room}")],
        ready='{"type":"joined"',
        message='{"type":"message"',
        said=_json(type="send", room="{room}", id="{id}", text="{text}"),
    )


NCHAN = Dialect(path="/chat/{room}", said=_json(id="{id}", text="{text}"))
"""Whatever is sent to a `nchan_pubsub websocket` is sent to all who are there."""

BROADCAST = Dialect(path="/{room}", said=_json(id="{id}", text="{text}"))

SEED = Dialect(
    path="/chat?username=somebody&room={room}",
    message="[2",  # [2026-…]-[somebody]-…; that somebody came in begins with an address
    said=_json(msg="{text}"),
)

SOCKETIO = Dialect(
    path="/socket.io/?EIO=4&transport=websocket&room={room}",
    first=["40"],
    ready="40{",
    message='42["message"',
    said='42["message",{"id":"{id}","text":"{text}"}]',
)
"""Engine.IO 4 and Socket.IO 5, without the polling that comes before a WebSocket."""


def jupyterlab_chat(headers: dict[str, str]) -> Dialect:
    """The WebSocket mode of jupyterlab-chat 0.25."""
    return Dialect(
        path="/api/chat/ws/{room}.chat",
        headers=headers,
        ready='{"client_id"',
        message='{"message"',
        said=_json(type="client", action="send", id="{id}", body="{text}"),
    )
