"""The servers that are compared: ours, and what others have."""

from __future__ import annotations

import json
import os
import pwd
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError

import dialects
import environment
from dialects import Dialect
from server import SIGNED, JupyterServer, NotebookServer, Server

from jupyter_tornchat.protocol import PROGRAM_HEADER

HERE = Path(__file__).parent


class Peer(Server):
    """One of the servers that are compared."""

    name: str
    dialect: Dialect

    def open_rooms(self, rooms: Sequence[str]) -> None:
        """Make these rooms, where a room has to be made."""


class Tornchat(NotebookServer, Peer):
    """Ours, inside a jupyter_server."""

    name = "jupyter_tornchat"
    dialect = dialects.tornchat({**SIGNED, PROGRAM_HEADER: "reader {client}"})

    def open_rooms(self, rooms: Sequence[str]) -> None:
        headers = {**SIGNED, "Content-Type": "application/json"}
        for room in rooms:
            headers[PROGRAM_HEADER] = f"opener of {room}"  # nobody may open more than fifty
            body = json.dumps({"room": room}).encode()
            request = urllib.request.Request(f"{self.url}api/rooms", body, headers)
            with suppress(HTTPError), urllib.request.urlopen(request, timeout=5):
                pass  # or it is there already


class Nchan(Peer):
    """nchan in nginx, one worker."""

    name = "nchan"
    dialect = dialects.NCHAN

    def command(self) -> Sequence[str]:
        nginx = environment.nginx_with_nchan()
        conf = (HERE / "nchan.conf").read_text()
        user = pwd.getpwuid(os.getuid()).pw_name
        for key, value in (("port", self.port), ("folder", self.folder), ("user", user)):
            conf = conf.replace(f"{{{key}}}", str(value))
        (self.folder / "nginx.conf").write_text(conf)
        return [nginx, "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")]

    @property
    def pids(self) -> Sequence[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [self.process.pid, *map(int, children.read_text().split())]


class JupyterlabChat(JupyterServer, Peer):
    """jupyterlab-chat in its WebSocket mode, inside a jupyter_server of its own."""

    name = "jupyterlab-chat"
    dialect = dialects.jupyterlab_chat(SIGNED)
    extensions = ("jupyterlab_chat",)
    requirements = ("jupyterlab-chat", "jupyter_server", "ipykernel")

    def command(self) -> Sequence[str]:
        self.python = environment.python("jupyterlab-chat", self.requirements)
        return super().command()


class Script(Peer):
    """A server that is a script of this folder."""

    script: str
    requirements: Sequence[str]

    def command(self) -> Sequence[str]:
        python = environment.python(self.name, self.requirements)
        return [python, str(HERE / self.script), str(self.port)]


class Seed(Script):
    name = "seed"
    dialect = dialects.SEED
    script = "seed.py"
    requirements = ("tornado",)


class Broadcast(Script):
    name = "websockets"
    dialect = dialects.BROADCAST
    script = "broadcast.py"
    requirements = ("websockets",)


class SocketIO(Script):
    name = "python-socketio"
    dialect = dialects.SOCKETIO
    script = "socketio_rooms.py"
    requirements = ("python-socketio", "uvicorn", "websockets")


class Echo(Script):
    """No chat at all: what is not in `PEERS`."""

    name = "bare tornado"
    dialect = dialects.BROADCAST
    script = "echo.py"
    requirements = ("tornado",)


PEERS: Sequence[type[Peer]] = (Tornchat, Nchan, Broadcast, Seed, SocketIO, JupyterlabChat)
