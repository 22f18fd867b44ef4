"""A real Chromium without a window, and what it says of its pages.

It is asked over its own protocol, and by nothing else: what drives browsers for tests has every
WebSocket frame of a page told to it, which costs the page more than the frame does.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

OPTIONS = (
    *("--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking"),
    *("--remote-debugging-port=0", "--window-size=1200,900", "--hide-scrollbars"),
)
PATIENCE = 30.0
"""Seconds that it may take to start, and a page to become as one waits for."""


class Chromium:
    """A browser, its profile empty.

    Args:
        folder: for its profile.
    """

    def __init__(self, folder: Path) -> None:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "chromium"
        log = (folder / "log").open("wb")
        command = [path, *OPTIONS, f"--user-data-dir={folder}", "about:blank"]
        self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self._numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        """What it told by itself, while it was asked."""
        port = folder / "DevToolsActivePort"
        until = time.monotonic() + PATIENCE
        while not port.exists() or len(port.read_text().splitlines()) < 2:
            if time.monotonic() > until:
                raise SystemExit((folder / "log").read_text()[-2000:])
            time.sleep(0.05)
        number, way = port.read_text().splitlines()
        address = f"ws://127.0.0.1:{number}{way}"
        self._line = websocket.create_connection(address, suppress_origin=True, timeout=60)

    def ask(self, method: str, session: str | None = None, **what: Any) -> dict[str, Any]:
        """Its answer to one question of the Chrome DevTools Protocol."""
        number = next(self._numbers)
        asked = {"id": number, "method": method, "params": what}
        self._line.send(json.dumps(asked | ({"sessionId": session} if session else {})))
        while (answer := self.hear()).get("id") != number:
            pass
        if "error" in answer:
            raise SystemExit(f"{method}: {answer['error']}")
        return answer["result"]

    def hear(self) -> dict[str, Any]:
        """What it says next."""
        said: dict[str, Any] = json.loads(self._line.recv())
        if "id" not in said:
            self.events.append(said)
        return said

    def close(self) -> None:
        """End it."""
        self.ask("Browser.close")
        self.process.wait(10)

    @contextmanager
    def page(self, context: str | None = None) -> Iterator[Page]:
        """A page, in a context of its own where it is told one."""
        where = {"browserContextId": context} if context else {}
        target = self.ask("Target.createTarget", url="about:blank", **where)["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        yield Page(self, session)
        self.ask("Target.closeTarget", targetId=target)

    @contextmanager
    def context(self) -> Iterator[str]:
        """Cookies and caches of their own, empty."""
        context: str = self.ask("Target.createBrowserContext")["browserContextId"]
        yield context
        self.ask("Target.disposeBrowserContext", browserContextId=context)

    @contextmanager
    def traced(self, *categories: str) -> Iterator[list[dict[str, Any]]]:
        """What it does meanwhile, filled in at the end."""
        found: list[dict[str, Any]] = []
        self.ask("Tracing.start", traceConfig={"includedCategories": categories})
        yield found
        self.ask("Tracing.end")
        while self.hear().get("method") != "Tracing.tracingComplete":
            pass
        for event in self.events:
            if event["method"] == "Tracing.dataCollected":
                found += event["params"]["value"]
        self.events.clear()


class Page:
    """One page of it, which has the focus."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session
        self.ask("Page.enable")
        self.ask("Performance.enable", timeDomain="threadTicks")
        self.ask("Emulation.setFocusEmulationEnabled", enabled=True)

    def ask(self, method: str, **what: Any) -> dict[str, Any]:
        """Its answer to one question of the Chrome DevTools Protocol."""
        return self._browser.ask(method, self._session, **what)

    def begin_with(self, script: str) -> None:
        """Run this before any script of the documents to come."""
        self.ask("Page.addScriptToEvaluateOnNewDocument", source=script)

    def go(self, address: str) -> None:
        """Load a document, without waiting for it."""
        self.ask("Page.navigate", url=address)

    def run(self, script: str, *values: Any) -> Any:
        """What a function in the page makes of these values, or will make of them."""
        called = f"({script})({', '.join(map(json.dumps, values))})"
        answer = self.ask(
            "Runtime.evaluate", expression=called, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise SystemExit(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def wait(self, script: str, *values: Any) -> None:
        """Until a function in the page answers with something."""
        until = time.monotonic() + PATIENCE
        while not self.run(script, *values):
            if time.monotonic() > until:
                raise SystemExit(f"in vain: {script}")
            time.sleep(0.02)

    def type(self, text: str) -> None:
        """As with a keyboard, letter by letter."""
        for letter in text:
            self.ask("Input.dispatchKeyEvent", type="keyDown", text=letter, key=letter)
            self.ask("Input.dispatchKeyEvent", type="keyUp", key=letter)

    def turn(self, pixels: float) -> None:
        """The wheel, over the middle of the page."""
        self.ask(
            "Input.dispatchMouseEvent", type="mouseWheel", x=600, y=450, deltaX=0, deltaY=pixels
        )

    def read(self, name: str) -> float:
        """A figure of the page: `TaskDuration` are the seconds that its own thread has worked,
        whatever else the machine does; `JSHeapUsedSize` are bytes."""
        metrics = self.ask("Performance.getMetrics")["metrics"]
        return next(float(one["value"]) for one in metrics if one["name"] == name)

    def let_go(self) -> None:
        """Of all memory that nothing refers to."""
        self.ask("HeapProfiler.collectGarbage")


@contextmanager
def chromium() -> Iterator[Chromium]:
    """The browser of this machine."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        browser = Chromium(Path(folder))
        try:
            yield browser
        finally:
            browser.close()
