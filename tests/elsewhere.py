"""The host that no page of ours may ever reach: whoever connects is written down.

Chromium finds the name of every vector here, so that a request is seen where it arrives, and not
only where the browser's own tools tell of it.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

NAME = "evil.test"


class Elsewhere:
    """A listener. For a `with`."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self.heard: list[bytes] = []

    def __enter__(self) -> Elsewhere:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()

    def _listen(self) -> None:
        with suppress(OSError):  # the door was closed
            while True:
                line, _ = self._door.accept()
                line.settimeout(1)
                with line, suppress(OSError):
                    self.heard.append(b"somebody")
                    self.heard[-1] = line.recv(200)
