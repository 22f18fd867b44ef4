"""The kernels of a notebook server: which of them live, when one ends, and what runs in one.

Rules of this file:

- Only public hooks of Jupyter's are used, and nothing of it is replaced: its events, the callbacks
  of its restarter, its lists. None of them knows all; what they miss is found by looking.
- A kernel that is started again is another one: what the old one was at is gone with it.
- Whatever goes wrong here, the server's own work goes on.
"""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from jupyter_core.paths import jupyter_runtime_dir
from jupyter_core.utils import ensure_async
from jupyter_events import EventLogger
from jupyter_server.gateway.gateway_client import GatewayClient, gateway_request
from jupyter_server.gateway.managers import GatewayMappingKernelManager
from jupyter_server.utils import url_path_join
from tornado.httpclient import HTTPRequest
from tornado.web import HTTPError
from tornado.websocket import websocket_connect

from .iopub import GatewayRun, LocalRun, Run
from .protocol import Refusal

KERNEL_ACTIONS = "https://events.jupyter.org/jupyter_server/kernel_actions/v1"
ENDS = {"shutdown", "restart"}
LOOK_SECONDS = 5.0
"""How often is looked which kernels live."""
BUSY_SECONDS = 0.3
"""A kernel that the server takes for busy answers in this time, or is busy indeed."""
IDLE_SECONDS = 3.0
"""The same of one that the server takes for idle: it is mistaken where widgets talk to a kernel
while a cell runs."""


GATEWAY_SECONDS = 5.0
"""How long a gateway may take to give us a line; where nobody had one to the kernel before, it
waits until the kernel is idle."""


class Kernels:
    """The kernels of one notebook server.

    Args:
        server: the `ServerApp`.
        log: where to say what goes wrong.
    """

    def __init__(self, server: Any, log: logging.Logger) -> None:
        self.manager = server.kernel_manager
        self.sessions = server.session_manager
        self.events: EventLogger = server.event_logger
        self.log = log
        self._ended: Callable[[str], None] = lambda _: None
        self._known: set[str] = set()
        self._busy: dict[str, float] = {}
        """When each began to be busy, by the loop's clock."""
        self._looking: asyncio.Task[None] | None = None

    def start(self, ended: Callable[[str], None]) -> None:
        """From now on tell of each kernel that ends.

        Args:
            ended: called with its id, at least once.
        """
        self._ended = ended
        self.events.add_listener(schema_id=KERNEL_ACTIONS, listener=self._acted)
        self._looking = asyncio.get_running_loop().create_task(self._look())

    def stop(self) -> None:
        """Tell of no more."""
        if self._looking is not None:
            self._looking.cancel()
            self.events.remove_listener(schema_id=KERNEL_ACTIONS, listener=self._acted)

    # -------------------------------------------------------------------- which ones live

    def knows(self, kernel: str) -> bool:
        """Whether it is a kernel of this server, or another one of the same person on this machine.
        Of the end of any other one nothing would be heard here."""
        return kernel in self.manager or connection_file(kernel).exists()

    async def lives(self, kernel: str) -> bool:
        """Whether it lives, here or on another server of the same person."""
        if kernel in self.manager:
            return await self._is_alive(kernel)
        if isinstance(self.manager, GatewayMappingKernelManager):
            return await self._is_at_gateway(kernel)
        return await asyncio.to_thread(beats, kernel)

    async def _acted(self, logger: EventLogger, schema_id: str, data: dict[str, Any]) -> None:
        if data.get("status") == "success" and data.get("action") in ENDS:
            self._end(str(data.get("kernel_id", "")))
        self._look_once()

    async def _look(self) -> None:
        while True:
            try:
                self._look_once()
                for kernel in self._known:
                    if not await self._is_alive(kernel):
                        self._end(kernel)
            except Exception as error:  # noqa: BLE001  the next look may be better
                self.log.warning("jupyter_tornchat: kernels cannot be looked at: %s", error)
            await asyncio.sleep(LOOK_SECONDS)

    def _look_once(self) -> None:
        known, self._known = self._known, set(self.manager.list_kernel_ids())
        for kernel in known - self._known:
            self._busy.pop(kernel, None)
            self._end(kernel)
        for kernel in self._known - known:
            manager = self.manager.get_kernel(kernel)
            manager.observe(partial(self._turned, kernel), "execution_state")
            for what in ("restart", "dead"):
                manager.add_restart_callback(partial(self._end, kernel), what)

    def _turned(self, kernel: str, change: dict[str, Any]) -> None:
        if change["new"] == "busy":
            self._busy[kernel] = asyncio.get_running_loop().time()

    async def _is_alive(self, kernel: str) -> bool:
        """A kernel that nobody would restart may be dead, and still on the server's list."""
        with suppress(KeyError, HTTPError):
            manager = self.manager.get_kernel(kernel)
            return manager.autorestart or await ensure_async(manager.is_alive())
        return False

    async def _is_at_gateway(self, kernel: str) -> bool:
        """A gateway's kernels outlive this server, and are not gone where it does not answer."""
        try:
            await gateway_request(url_path_join(self.manager.kernels_url, kernel), method="GET")
        except HTTPError as error:
            return error.status_code != 404
        return True

    def _end(self, kernel: str) -> None:
        if kernel:
            self._ended(kernel)

    # ---------------------------------------------------------------------- what runs in one

    async def name(self, kernel: str) -> str:
        """What it runs for, as people call it: the notebook's name."""
        for session in await ensure_async(self.sessions.list_sessions()):
            if session["kernel"]["id"] == kernel:
                return session["path"].rpartition("/")[2] or session["name"]
        return self.manager.get_kernel(kernel).kernel_name

    async def hear(self, kernel: str) -> Run:
        """What runs in it now; whoever asked closes it.

        Raises:
            Refusal: `no_such_kernel`, `not_running`, or `unavailable` where it cannot be heard.
        """
        if kernel not in self.manager:
            raise Refusal("no_such_kernel")
        state = await self._state(kernel)
        if state in {"starting", "restarting", "dead"}:
            raise Refusal("not_running")
        run = await self._open(kernel)
        try:
            async with asyncio.timeout(BUSY_SECONDS if state == "busy" else IDLE_SECONDS):
                await run.answered.wait()
            if not run.outcome.done():  # nor has anything ended meanwhile
                raise Refusal("not_running")
        except TimeoutError:
            pass
        except BaseException:
            run.close()
            raise
        run.since = self._busy.get(kernel, run.since)
        return run

    async def _state(self, kernel: str) -> str:
        """What the server takes it for; a gateway is asked for what it takes it for."""
        manager = self.manager.get_kernel(kernel)
        if isinstance(self.manager, GatewayMappingKernelManager):
            try:
                await manager.refresh_model()
            except HTTPError as error:
                raise Refusal("unavailable", "the gateway does not answer") from error
        return manager.execution_state

    async def _open(self, kernel: str) -> Run:
        try:
            if not isinstance(self.manager, GatewayMappingKernelManager):
                return LocalRun(self.manager.get_kernel(kernel))
            gateway = GatewayClient.instance()
            path = (gateway.kernels_endpoint, kernel, "channels")
            address = url_path_join(gateway.ws_url or "", *path)
            request = HTTPRequest(address, **cast("Any", gateway).load_connection_args())
            async with asyncio.timeout(GATEWAY_SECONDS):
                return GatewayRun(await websocket_connect(request))
        except Exception as error:  # noqa: BLE001  there are many ways to have no line
            self.log.warning("jupyter_tornchat: kernel %s cannot be heard: %r", kernel, error)
            raise Refusal("unavailable", "the kernel cannot be heard at the moment") from None


def connection_file(kernel: str) -> Path:
    """Where Jupyter says how a kernel of this person's is reached."""
    return Path(jupyter_runtime_dir()) / f"kernel-{kernel}.json"


def beats(kernel: str) -> bool:
    """Whether a kernel listens that is not this server's: another one that shares our history may
    have it, or none."""
    try:
        found = json.loads(connection_file(kernel).read_text(encoding="utf-8"))
        if found.get("transport") != "tcp":
            return True
        socket.create_connection((found["ip"], found["hb_port"]), timeout=1.0).close()
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True
