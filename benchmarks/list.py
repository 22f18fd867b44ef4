"""One question: how long does the list of messages keep the browser busy while somebody scrolls?

A real page in Chromium, its memory filled with so many messages, scrolled by wheel, by keyboard and
to far away; a task over 50 ms is one that a person feels. Nothing else should run on the machine.

    python benchmarks/list.py
"""

from __future__ import annotations

import os
import shutil
from typing import Any

import httpx
from playwright.sync_api import CDPSession, Page, sync_playwright
from server import TOKEN, NotebookServer

LENGTHS = (1_000, 10_000, 100_000)
STEPS = 4 * 25 + 5 + 62
"""Movements of wheel, scrollbar and keyboard in a row of the table."""
HEAD = ("messages", "longest task ms", "tasks over 50 ms", "ms CPU a step", "messages in the page")
FILL = """(panel, count) => {
  const { session } = panel;
  const room = session.room(panel.room);
  const [one] = room.messages;
  const messages = Array.from({ length: count }, (_, number) => ({
    ...one, seq: number + 1, id: `many-${number}`, at: one.at - (count - number) * 20_000,
    text: `number ${number} ${'of **many** words '.repeat(number % 17)}`,
    user: { ...one.user, id: `u${(number >> 2) % 7}` },
  }));
  const position = { ...room.position, seq: count };
  session.rooms.set(room.name, { ...room, messages, position, seen: count, older: false });
  panel.requestUpdate();
}"""
WATCH = """() => {
  window.tasks = [];
  window.observer = new PerformanceObserver((list) => {
    window.tasks.push(...list.getEntries().map(({ duration }) => duration));
  });
  window.observer.observe({ type: 'longtask' });
}"""
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
TASKS = """() => {
  window.tasks.push(...window.observer.takeRecords().map(({ duration }) => duration));
  return window.tasks;
}"""


def scroll(page: Page, count: int) -> tuple[str, ...]:
    """One row of the table."""
    panel = page.locator("tornchat-panel")
    panel.evaluate(FILL, count)
    log = panel.get_by_role("log")
    newest = log.locator(f"article[aria-posinset='{count}']")
    log.press("End")
    newest.wait_for()
    page.evaluate(DRAWN)
    page.evaluate(WATCH)
    chromium = page.context.new_cdp_session(page)
    chromium.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = cpu(chromium)
    most = 0
    log.hover()
    for distance in (-400, -4_000, -40_000, 4_000):
        for _ in range(25):
            page.mouse.wheel(0, distance)
            page.evaluate(DRAWN)
            most = max(most, log.get_by_role("article").count())
    for part in (0.9, 0.1, 0.5, 0.01, 0.7):
        log.evaluate("(log, part) => { log.scrollTop = part * log.scrollHeight; }", part)
        page.evaluate(DRAWN)
    for key in ("Home", *["PageDown"] * 20, *["ArrowDown"] * 20, "End", *["PageUp"] * 20):
        page.keyboard.press(key) if key != "Home" else log.press(key)
        page.evaluate(DRAWN)
    each = (cpu(chromium) - before) / STEPS * 1000
    tasks: list[float] = page.evaluate(TASKS)
    longest = f"{max(tasks):.0f}" if tasks else "under 50"
    return (f"{count:,}", longest, str(len(tasks)), f"{each:.0f}", str(most))


def cpu(chromium: CDPSession) -> float:
    """Seconds that the page's own thread has worked, whatever else the machine does."""
    answer: dict[str, Any] = chromium.send("Performance.getMetrics")
    return next(float(one["value"]) for one in answer["metrics"] if one["name"] == "TaskDuration")


def main() -> None:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with NotebookServer() as server, sync_playwright() as playwright:
        room = f"{server.url}api/rooms/lobby/messages"
        headers = {"Authorization": f"token {TOKEN}"}
        httpx.post(room, json={"id": "one", "text": "one"}, headers=headers).raise_for_status()
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        rows: list[tuple[str, ...]] = [HEAD]
        for count in LENGTHS:
            page = chromium.new_page(viewport={"width": 1200, "height": 900})
            page.goto(f"{server.url}?token={TOKEN}")
            page.get_by_role("article").wait_for()
            rows.append(scroll(page, count))
            page.close()
        chromium.close()
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


if __name__ == "__main__":
    main()
