"""One question: does a guest learn from the time of an answer that a room is there?

A guest of one room asks for a page of another one, and of one that nobody made, by turns on one
line; so it takes as long as the other if the middle of both is the same. A guest guesses names
freely, so what counts is the difference, beside how much a wait differs by itself. Nothing else
should run on the machine.

    python benchmarks/alike.py
"""

from __future__ import annotations

import json
import statistics
import time
import urllib.request
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from server import TOKEN, NotebookServer

TRIES = 2_000
HEAD = ("address", "there ms", "not there ms", "difference")


def main() -> None:
    print(" | ".join(HEAD))
    with NotebookServer() as server:
        for room in ("hidden", "open"):
            ask(server.url, "rooms", {"room": room})
        key = ask(server.url, "rooms/open/keys", {"name": "guest"})["key"]
        for path in ("messages", "messages/1", "export", "seats"):
            there, absent = measure(server.url, key, path)
            apart = abs(there - absent) / absent
            row = (path, f"{there * 1000:.3f}", f"{absent * 1000:.3f}", f"{apart:.1%}")
            print(" | ".join(row))


def ask(url: str, path: str, body: dict[str, Any]) -> Any:
    """One request of the server's owner."""
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(f"{url}api/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def measure(url: str, key: str, path: str) -> tuple[float, float]:
    """Seconds that an answer takes, in the middle: of a room that is there, and of one that is
    not."""
    parts = urlsplit(url)
    line = HTTPConnection(parts.netloc)
    took: dict[str, list[float]] = {"hidden": [], "absent": []}
    for _ in range(TRIES):
        for room, times in took.items():
            begin = time.perf_counter()
            line.request(
                "GET",
                f"{parts.path}api/rooms/{room}/{path}",
                headers={"Authorization": f"tornchat {key}"},
            )
            answer = line.getresponse()
            answer.read()
            times.append(time.perf_counter() - begin)
            assert answer.status == 404, answer.status
    return statistics.median(took["hidden"]), statistics.median(took["absent"])


if __name__ == "__main__":
    main()
