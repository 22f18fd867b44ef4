"""What browser pages do beside what they show: what they say, ask and fetch."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, WebSocket

NETWORK = re.compile(r"^(Failed to load resource|WebSocket connection to)")
"""What Chromium itself says of a request that failed, as some must."""
INLINE = ("data", "blob", "about")


class Watch:
    """Watches pages from now on."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        """Warnings and errors of consoles and scripts, among them those of a content policy."""
        self.dialogs: list[str] = []
        self.hosts: set[str] = set()
        """Everyone asked for anything, as `host:port`."""
        self.urls: list[str] = []
        self.sockets: list[WebSocket] = []

    def over(self, page: Page) -> Page:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._asked)
        page.on("request", lambda request: self._fetched(request.url))
        page.on("websocket", self._opened)
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not NETWORK.match(message.text):
            self.complaints.append(message.text)

    def _asked(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _fetched(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in INLINE:
            self.hosts.add(parts.netloc)
            self.urls.append(url)

    def _opened(self, socket: WebSocket) -> None:
        self._fetched(socket.url)
        self.sockets.append(socket)
