"""A kernel of a notebook server, and somebody who runs cells in it: beside the server, by the
connection file that it wrote, so that nothing of the server's stands between."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
from jupyter_client.asynchronous.client import AsyncKernelClient

from servers import Home, Server

PATIENCE = 30.0
"""Seconds that a kernel may take; only a test that fails ever waits so long."""


class Kernel:
    """One kernel.

    Args:
        server: that started it, or is to.
        home: in which its connection file lies, where that is another one than the server's.
    """

    def __init__(self, server: Server, home: Home | None = None) -> None:
        self.server = server
        self.home = home or server.home
        self.id = ""
        self.cell = ""
        self.client: Any = AsyncKernelClient()

    async def __aenter__(self) -> Kernel:
        self.id = self.ask("POST", "api/kernels", name="python3")["id"]
        self.client.load_connection_file(str(self.connection_file))
        self.client.start_channels(stdin=False, hb=False)
        await self.ready()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.client.stop_channels()
        if self.id:
            self.shut_down()

    async def ready(self) -> None:
        """Return when it answers."""
        await self.client.wait_for_ready(timeout=PATIENCE)

    @property
    def connection_file(self) -> Path:
        return Path(self.home.env["JUPYTER_RUNTIME_DIR"]) / f"kernel-{self.id}.json"

    def ask(self, method: str, path: str, **body: object) -> Any:
        with self.server.http(self.server.token) as client:
            answer = client.request(method, path, json=body or None, timeout=PATIENCE)
            answer.raise_for_status()
            return answer.json() if answer.status_code != httpx.codes.NO_CONTENT else None

    def restart(self) -> None:
        self.ask("POST", f"api/kernels/{self.id}/restart")

    def shut_down(self) -> None:
        self.ask("DELETE", f"api/kernels/{self.id}")
        self.id = ""

    async def run(self, code: str, until: str = "") -> str:
        """Run a cell, and return once it has printed `until`, or is over; what it printed."""
        self.cell = self.client.execute(code)
        return await self.hear(until)

    async def hear(self, until: str = "") -> str:
        """The same of the cell that runs."""
        printed = ""
        async with asyncio.timeout(PATIENCE):
            while True:
                said = await self.client.get_iopub_msg()
                if said["parent_header"].get("msg_id") != self.cell:
                    continue
                printed += said["content"].get("text", "")
                idle = said["content"].get("execution_state") == "idle"
                if idle or (until and until in printed):
                    return printed


class Gate:
    """What a cell waits for: `wait` is the code by which it does."""

    def __init__(self, folder: Path, name: str = "gate") -> None:
        self._file = folder / name
        self.wait = (
            f"import pathlib, time\n"
            f"while not pathlib.Path({str(self._file)!r}).exists(): time.sleep(0.01)\n"
        )

    def open(self) -> None:
        self._file.touch()
