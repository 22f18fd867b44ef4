"""ChatPanel: a room in a notebook cell.

Rules of this file:

- The panel is the same UI as everywhere: the browser fetches it from the server and opens the
  socket itself, so chat goes on while a cell runs. Where it cannot reach the server, the kernel
  relays (`program/relay.py`).
- Nothing of a message, a name or a key is ever in a synced trait: widget state is saved into
  notebooks.
- A kernel imports this, so it imports nothing of the server's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from . import __version__
from .protocol import DEFAULT_ROOM
from .room import ChatError, Room

STATIC = Path(__file__).parent / "static"

SAVED = (
    "<p>Chat panel of the room <strong>{room}</strong>. Run this cell to open it.</p>"
    '<p lang="zh">房间 <strong>{room}</strong> 的聊天面板。运行此单元格即可打开。</p>'
)
"""What stands in a saved notebook where no widget can be shown; whoever reads it may be anyone."""


class ChatPanel(anywidget.AnyWidget):
    """The chat of one room, as a widget.

    Args:
        room: the room's name; or a `Room`, which also says where its server is.

    Raises:
        ValueError: `room` is not a name that a room can have.
    """

    _esm = STATIC / "widget.js"
    _css = STATIC / "home.css"

    room_name = traitlets.Unicode(read_only=True).tag(sync=True)
    version = traitlets.Unicode(__version__, read_only=True).tag(sync=True)

    def __init__(self, room: str | Room = DEFAULT_ROOM, **kwargs: Any) -> None:
        self._room = room if isinstance(room, Room) else Room(room)
        self.set_trait("room_name", self._room.name)
        super().__init__(**kwargs)
        self.on_msg(_hear)

    @property
    def room(self) -> Room:
        """The room, for the kernel: what it says there, and what was said."""
        return self._room

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The widget, and what it was for whoever cannot run it."""
        inherited: Any = super()
        data, metadata = inherited._repr_mimebundle_(**kwargs)
        return data | {"text/html": SAVED.format(room=self.room_name)}, metadata

    def __repr__(self) -> str:
        try:
            return f"ChatPanel({self.room_name!r}) at {self.room.url}?room={self.room_name}"
        except ChatError:
            return f"ChatPanel({self.room_name!r}), no chat server found"


def _hear(panel: ChatPanel, said: Any, _buffers: list[Any]) -> None:
    """The panel's page cannot reach the server."""
    from .program.relay import hear

    hear(panel, panel.room.post, said)
