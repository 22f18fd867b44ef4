"""A real kernel, apart from any notebook: run a cell, and get what a front end would be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

SECONDS = 60
EPHEMERAL = {"status", "execute_input"}


class Ran(NamedTuple):
    """What came of a cell."""

    status: str
    """`ok` or `error`."""
    messages: list[tuple[str, dict[str, Any]]]
    """What its front end was told, in order: the kind and the content."""
    reply: dict[str, Any]

    @property
    def stdout(self) -> str:
        return self._stream("stdout")

    @property
    def stderr(self) -> str:
        return self._stream("stderr")

    @property
    def result(self) -> str | None:
        """The text of the cell's value."""
        found = [c["data"]["text/plain"] for kind, c in self.messages if kind == "execute_result"]
        return found[-1] if found else None

    @property
    def error(self) -> str | None:
        found = [c["ename"] for kind, c in self.messages if kind == "error"]
        return found[-1] if found else None

    def _stream(self, name: str) -> str:
        streams = [content for kind, content in self.messages if kind == "stream"]
        return "".join(content["text"] for content in streams if content["name"] == name)


class Kernel:
    """One kernel process and one client of it."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client: BlockingKernelClient = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    def begin(self, code: str, **options: Any) -> str:
        """Ask for a cell; `end` tells what came of it."""
        return self.client.execute(code, **options)

    def hear(self, id: str) -> tuple[str, dict[str, Any]]:
        """The next thing that a front end is told of this cell."""
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") == id:
                return message["msg_type"], message["content"]

    def end(self, id: str) -> Ran:
        """What came of a cell, from here on."""
        messages: list[tuple[str, dict[str, Any]]] = []
        while (heard := self.hear(id)) != ("status", {"execution_state": "idle"}):
            if heard[0] not in EPHEMERAL:
                messages.append(heard)
        while (reply := self.client.get_shell_msg(timeout=SECONDS))["parent_header"].get(
            "msg_id"
        ) != id:
            pass
        return Ran(reply["content"]["status"], messages, reply["content"])

    def run(self, code: str, **options: Any) -> Ran:
        return self.end(self.begin(code, **options))


@contextmanager
def kernel(env: Mapping[str, str], cwd: str) -> Iterator[Kernel]:
    """A Python kernel in this environment; killed at the end."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=dict(env), cwd=cwd)
    try:
        started = Kernel(manager)
        yield started
        started.client.stop_channels()
    finally:
        manager.shutdown_kernel(now=True)
