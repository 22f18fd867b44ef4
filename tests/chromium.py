"""Chromium, one for all tests of a process: starting it and Playwright's driver takes longer than
many a test. Nobody meets another test in it, because each has browser contexts of its own.

Playwright marks its event loop as running in the thread that asks it, for as long as it is up. The
mark is taken away when a test ends, or no `async def` test could have a loop after it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-quic"),
]


def chromium_path() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    assert found, "no Chromium: `make test` installs it, or CHROMIUM names one"
    return found


class Chromium:
    """The browser of all tests, which is there from the first of them on."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._browser: Browser | None = None
        self._hosts = ""

    @contextmanager
    def lent(self, hosts: str) -> Iterator[Browser]:
        """The browser for one test.

        Args:
            hosts: where it finds names; it starts anew where they were elsewhere before.
        """
        with self._loop_running():
            yield self._started(hosts)

    def end(self) -> None:
        """End it, if it was ever started."""
        with self._loop_running():
            if self._playwright is not None and self._lives:
                self._playwright.stop()

    @property
    def _lives(self) -> bool:
        """Whether the driver is there, and has not ended unasked."""
        return self._loop is not None and self._loop.is_running()

    @contextmanager
    def _loop_running(self) -> Iterator[None]:
        asyncio._set_running_loop(self._loop if self._lives else None)
        try:
            yield
        finally:
            asyncio._set_running_loop(None)

    def _started(self, hosts: str) -> Browser:
        if self._playwright is None or not self._lives:
            self._playwright, self._browser = sync_playwright().start(), None
            self._loop = asyncio.get_running_loop()
        if self._browser is not None and self._browser.is_connected():
            if self._hosts == hosts:
                return self._browser
            self._browser.close()
        options = [*OPTIONS, f"--host-resolver-rules={hosts}"]
        self._hosts = hosts
        self._browser = self._playwright.chromium.launch(
            executable_path=chromium_path(), args=options
        )
        return self._browser
