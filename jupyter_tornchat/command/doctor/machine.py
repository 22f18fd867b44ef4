"""This machine: what is installed, where the history is kept, and what runs here."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from jupyter_core.application import JupyterApp
from jupyter_core.paths import jupyter_config_path, jupyter_path, jupyter_runtime_dir
from jupyter_server.extension.config import ExtensionConfigManager
from packaging.requirements import Requirement
from traitlets import TraitError, Unicode
from traitlets.config import Config

from ... import __version__
from ...files import FULL
from ...history import examine, network_file_system
from ...protocol import Refusal
from ...running import servers
from ...settings import Settings
from .finding import Finding, note, ok, wrong
from .line import Line
from .way import way

PACKAGE = "jupyter_tornchat"
LABEXTENSION = "jupyter-tornchat"
ENOUGH_BYTES = 100 * 2**20
AGAIN = f"`pip install --force-reinstall {PACKAGE}`"


class Configured(Settings, JupyterApp):
    """What the configuration says of the chat; nothing of it runs."""

    name = "jupyter-tornchat"
    config_file_name = Unicode("jupyter_tornchat_config")

    def initialize(self, argv: Any = None) -> None:
        super().initialize(argv)
        # A notebook server's own file may configure its extensions, too.
        self.config_file_name = "jupyter_server_config"
        self.load_config_file()
        self.config.Configured.merge(self.config.TornChat)
        self.update_config(self.config)


def machine() -> Iterator[Finding]:
    """Everything that can be found out here."""
    yield from _versions()
    settings = Configured()
    try:
        settings.initialize([])
    except TraitError as error:
        yield wrong("settings", str(error), "correct it where it is configured")
    else:
        yield _extension(settings.config)
        yield _lab()
        yield from _storage(settings)
        yield look_at(settings.guest_port)
    yield from _servers()


# -------------------------------------------------------------------------- what is installed


def _versions() -> Iterator[Finding]:
    old = list(_too_old())
    for name, has, needs in old:
        yield wrong(
            "versions", f"{name} is {has}, and must be {needs}", f"`pip install '{name}{needs}'`"
        )
    if not old:
        found = ", ".join(f"{name} {version(name)}" for name in ("jupyter_server", "tornado"))
        python = ".".join(map(str, sys.version_info[:3]))
        yield ok("versions", f"{PACKAGE} {__version__} with {found}, Python {python}")


def _too_old() -> Iterator[tuple[str, str, str]]:
    """What is needed and not there: its name, the version that is there, and what must be."""
    for requirement in map(Requirement, requires(PACKAGE) or []):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            has = version(requirement.name)
        except PackageNotFoundError:
            has = "not installed"
        if not has[0].isdigit() or not requirement.specifier.contains(has, prereleases=True):
            yield requirement.name, has, str(requirement.specifier)


def _extension(config: Config) -> Finding:
    """Whether a notebook server would load it."""
    known = ExtensionConfigManager(read_config_path=jupyter_config_path()).get_jpserver_extensions()
    known |= config.ServerApp.get("jpserver_extensions", {})  # what the server itself is told
    if known.get(PACKAGE):
        return ok("extension", "notebook servers load it")
    how = "is switched off" if PACKAGE in known else "is not switched on"
    mend = f"`jupyter server extension enable {PACKAGE}`"
    return wrong("extension", f"it {how} for notebook servers", mend)


def _lab() -> Finding:
    try:
        version("jupyterlab")
    except PackageNotFoundError:
        return note("sidebar", "JupyterLab is not installed here; cell and page need none")
    folders = (Path(path) / LABEXTENSION for path in jupyter_path("labextensions"))
    found = next((path for path in folders if path.is_dir()), None)
    if found is None:
        return wrong("sidebar", "JupyterLab's part is not where JupyterLab looks", AGAIN)
    has = _read(found / "package.json").get("version")
    if has != __version__:
        return wrong("sidebar", f"JupyterLab's part is {has}, the server's {__version__}", AGAIN)
    if off := _switched_off():
        return wrong(
            "sidebar", f"{off} switches it off", f"`jupyter labextension enable {LABEXTENSION}`"
        )
    return ok("sidebar", f"JupyterLab's part is {has}, as the server's")


def _switched_off() -> str:
    """The file that switches JupyterLab's part off; empty where none does."""
    for folder in jupyter_config_path():
        path = Path(folder) / "labconfig" / "page_config.json"
        off = _read(path).get("disabledExtensions", {})
        names = [name for name in off if not isinstance(off, dict) or off[name]]
        if any(str(name).partition(":")[0] == LABEXTENSION for name in names):
            return str(path)
    return ""


def _read(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}


# ------------------------------------------------------------------------- where it is kept


def _storage(settings: Settings) -> Iterator[Finding]:
    try:
        path = settings.history
    except Refusal as refusal:
        yield wrong("storage", refusal.reason, "`c.TornChat.storage`")
        return
    found = list(_troubles(path))
    yield from found
    if not found:
        yield ok("storage", f"{path}" if path.exists() else f"{path}, made with the first server")


def _troubles(path: Path) -> Iterator[Finding]:
    move = "another place by `c.TornChat.storage`"
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if no := _unwritable(path, folder):
        mend = "make room" if no.errno in FULL else "its folder's owner"
        says = f"{path} cannot be written: {no.strerror or no}"
        yield wrong("storage", says, f"{mend}, or {move}")
        return
    if (free := shutil.disk_usage(folder).free) < ENOUGH_BYTES:
        left = f"{free // 2**20} MiB are left where {path} lies"
        yield wrong("storage", f"the disk is almost full: {left}", f"make room, or {move}")
    if kind := network_file_system(path):
        says = (
            f"{path} lies on a network file system ({kind}): slower, and at the mercy of its locks"
        )
        yield wrong("storage", says, f"a disk of this machine: {move}")
    if path.exists() and (why := _damage(path)):
        yield wrong("storage", f"{path} cannot be used: {why}", f"put a copy back, or {move}")


def _unwritable(path: Path, folder: Path) -> OSError | None:
    """Why nothing can be kept there; None where something can."""
    try:
        if path.exists():
            with path.open("r+b"):
                pass
        with tempfile.TemporaryFile(dir=folder) as file:  # SQLite has files beside its file
            file.write(b"\0")
    except OSError as error:
        return error
    return None


def _damage(path: Path) -> str:
    try:
        return examine(path)
    except Refusal as refusal:
        return refusal.reason
    except (OSError, sqlite3.Error) as error:
        return str(error)


# ------------------------------------------------------------------------------ what runs here


def look_at(port: int) -> Finding:
    """Whether guests find this port to come to."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(os.name != "nt"))
        try:
            probe.bind(("", port))
        except OSError as error:
            return _taken(port, error.strerror or str(error))
    return ok("port", f"{port} is free for guests and for a chat server of its own")


def _taken(port: int, why: str) -> Finding:
    try:
        if Line(urlsplit(f"http://127.0.0.1:{port}/")).ask("api/health").json.get("ok"):
            return ok("port", f"a chat server listens on {port}")
    except (OSError, HTTPException):
        pass
    return note(
        "port",
        f"{port} is taken by another program ({why})",
        "`jupyter tornchat --port=…`; beside a notebook server the next one that is free is taken",
    )


def _servers() -> Iterator[Finding]:
    """The notebook servers of this user."""
    found = servers(Path(jupyter_runtime_dir()))
    if not found:
        yield note("servers", "no server of yours with the chat runs here")
    for server in found:
        yield from way(server.url, f"tornchat {server.key}" if server.key else "")
