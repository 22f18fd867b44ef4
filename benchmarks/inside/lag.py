"""How late the loop of a server is: an extension of jupyter_server that is loaded beside what is
measured.

It sleeps for a few milliseconds at a time, as long as the server runs, and remembers by how much
it woke too late. `benchmark/lag` answers with what it remembers, in seconds, and forgets it.
"""

from __future__ import annotations

import asyncio
import json
from time import perf_counter
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

SLEEP_SECONDS = 0.005

late: list[float] = []


async def watch() -> None:
    """Go on for ever."""
    while True:
        due = perf_counter() + SLEEP_SECONDS
        await asyncio.sleep(SLEEP_SECONDS)
        late.append(perf_counter() - due)


class Lag(JupyterHandler):
    """`benchmark/lag`."""

    @web.authenticated
    def get(self) -> None:
        self.finish(json.dumps(late))
        late.clear()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "lag"}]


def _load_jupyter_server_extension(server: Any) -> None:
    path = url_path_join(server.base_url, "benchmark/lag")
    server.web_app.add_handlers(".*$", [(path, Lag)])


async def _start_jupyter_server_extension(server: Any) -> None:
    server.watch_lag = asyncio.create_task(watch())
