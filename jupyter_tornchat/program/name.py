"""What a program is called, and what is its own: its name, its kernel, its messages' ids."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from pathlib import PurePath, PurePosixPath

import msgspec

from .. import names
from ..protocol import KERNEL_HEADER, LIMITS, PROGRAM_HEADER, Refusal, RoomName

KERNEL_FILE = re.compile(r"kernel-(?P<id>[0-9A-Za-z_-]+)\.json")


class Name(msgspec.Struct, frozen=True):
    """A program, as it names itself."""

    said: str
    """What it is called; the server's word for programs where it is empty."""
    whole: str
    """What tells it from others of the same name: the path of its notebook or script."""

    @classmethod
    def of_this_program(cls, said: str | None = None) -> Name:
        """What was said; else the notebook or the script that runs here.

        Raises:
            ValueError: what was said cannot be a name.
        """
        if said is None:
            path = os.environ.get("JPY_SESSION_NAME") or _script()
            return cls(_short(path), path)
        try:
            name = names.clean(said)
        except Refusal as refusal:
            raise ValueError(f"{said!r} cannot be a name: {refusal.reason}") from None
        return cls(name, name)

    def headers(self) -> dict[str, str]:
        """How it says who it is."""
        found = {PROGRAM_HEADER: quoted(self.said)} if self.said else {}
        return found | ({KERNEL_HEADER: kernel} if (kernel := kernel_id()) else {})

    def own(self, id: str) -> str:
        """An id of this program's alone: two notebooks may each have a message called "loss"."""
        return hashlib.sha256(f"{self.whole}\n{id}".encode(errors="replace")).hexdigest()[:40]


def quoted(name: str) -> str:
    """A name as a header can carry it: ASCII, with JSON's escapes."""
    return json.dumps(name)[1:-1]


def _script() -> str:
    """The script that runs here; empty in a kernel or a terminal."""
    path = getattr(sys.modules.get("__main__"), "__file__", None)
    if path is None or "ipykernel" in sys.modules:
        return ""
    path = PurePath(path)
    return str(path.parent if path.stem == "__main__" else path)


def _short(path: str) -> str:
    """The last part of a path, as a name; empty where that is none: nobody typed it, so nobody is
    to blame."""
    name = PurePosixPath(path.replace(os.sep, "/")).name
    if len(name) > LIMITS.name_chars:  # both ends tell notebooks apart
        name = f"{name[: LIMITS.name_chars - 13]}…{name[-12:]}"
    try:
        return names.clean(names.nearest(name))
    except Refusal:
        return ""


def kernel_id() -> str:
    """The id of the kernel that this program runs in, as its server knows it; empty elsewhere."""
    kernels = sys.modules.get("ipykernel.kernelapp")
    if kernels is None or not kernels.IPKernelApp.initialized():
        return ""
    file = PurePath(kernels.IPKernelApp.instance().connection_file).name
    found = KERNEL_FILE.fullmatch(file)
    return found["id"] if found else ""


def room_name(room: str) -> str:
    """The name, if a room can have it.

    Raises:
        ValueError: it cannot, and why.
    """
    try:
        return msgspec.convert(room, RoomName)
    except msgspec.ValidationError:
        raise ValueError(
            f"{room!r} is not a room's name: 1-64 of a-z 0-9 . _ - are allowed,"
            " beginning with a letter or digit"
        ) from None
