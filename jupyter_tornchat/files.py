"""Files: what people upload, each under the hash of its bytes in a folder beside the history.

Rules of this file:

- A file is there whole or not at all: it is written aside, is on disk, and then gets its name.
- Nothing is done on the event loop, and each step is small. The threads are daemons, for the
  reason that `readers` gives.
- Bytes have no owner and no name. Who uploaded them to which room is a value of the log; which
  message shows them, the view knows.
"""

from __future__ import annotations

import asyncio
import codecs
import errno
import hashlib
import os
import tempfile
import threading
import time
from asyncio import Future
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from . import mediatype, names
from .log import Log
from .protocol import LIMITS, Refusal, StoredFile, User
from .rate import Buckets
from .readers import settle
from .view import View

T = TypeVar("T")

PIECE = 64 * 1024
"""Bytes that are read or written in one step."""
DAY = 24 * 3600.0
UPLOADERS = 10
"""People of whom it is remembered that they uploaded the same file to the same room."""
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
ASIDE = "new"
"""The folder of what is being written."""


class Uploaded(StoredFile, frozen=True):
    """A file that was uploaded to a room, and who did; they may see it before a message shows
    it."""

    by: tuple[str, ...] = ()

    @classmethod
    def read(cls, value: str | None) -> Uploaded | None:
        """What the log keeps of it; None where it keeps nothing."""
        return None if value is None else msgspec.json.decode(value, type=cls)

    @classmethod
    def again(cls, file: StoredFile, user: User, before: Uploaded | None) -> Uploaded:
        """What the log is to keep once somebody has uploaded `file`. What it was called first
        holds, so that nobody gives another name to what others sent."""
        before = before or cls(**msgspec.structs.asdict(file))
        by = tuple(dict.fromkeys((*before.by, user.id)))
        return msgspec.structs.replace(before, by=by[-UPLOADERS:])


class Files:
    """The files of one history.

    Args:
        folder: theirs alone; made when the first one comes.
        limited: whether there is a limit to what a person may upload in a day.
    """

    def __init__(self, folder: Path, limited: bool = True) -> None:
        self.folder = folder
        rate = LIMITS.files_a_day / DAY if limited else 0.0
        self._day = Buckets(rate, LIMITS.files_a_day)

    def charge(self, user: User) -> None:
        """Somebody begins to upload a file.

        Raises:
            Refusal: `too_many_files`.
        """
        if wait := self._day.take(user.id):
            raise Refusal("too_many_files", retry_after=wait)

    def upload(self) -> Upload:
        """Begin to write a file."""
        return Upload(self.folder)

    async def read(self, hash: str) -> AsyncIterator[bytes]:
        """The bytes of a file, in pieces.

        Raises:
            Refusal: `no_such_file`.
        """
        try:
            file = await _apart(partial(self._path(hash).open, "rb"))
        except FileNotFoundError:
            raise Refusal("no_such_file") from None
        try:
            while piece := await _apart(partial(file.read, PIECE)):
                yield piece
        finally:
            file.close()

    async def sweep(self, view: View, log: Log) -> None:
        """Remove what no message showed within a day of its upload, or shows any more."""
        for folder in await _apart(self._folders):
            old = await _apart(partial(_old_files, folder))
            if folder.name == ASIDE:
                await _apart(partial(_remove, old))
            elif old:
                await _forget({path.name: path for path in old}, view, log)

    def _folders(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.exists() else []

    def _path(self, hash: str) -> Path:
        return self.folder / hash[:2] / hash


class Upload:
    """A file that comes in, piece by piece.

    Args:
        folder: of all files.
    """

    def __init__(self, folder: Path) -> None:
        self.size = 0
        self._folder = folder
        self._hash = hashlib.sha256()
        self._text: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._aside: Path | None = None
        self._over = False
        self._turn = threading.Lock()

    async def write(self, piece: bytes) -> None:
        """Write the next bytes.

        Raises:
            Refusal: `too_big`, `storage_full` or `unavailable`; nothing of it stays then.
        """
        if self.size + len(piece) > LIMITS.file_bytes:
            await _apart(partial(self._do, self._drop))
            raise too_big()
        self.size += len(piece)
        await _apart(partial(self._do, partial(self._write, piece)))

    async def keep(self, name: str) -> StoredFile:
        """It is complete: give it its place.

        Args:
            name: what its sender calls it.

        Raises:
            Refusal: `bad_file`, `storage_full` or `unavailable`; nothing of it stays then.
        """
        return await _apart(partial(self._do, partial(self._keep, names.of_file(name))))

    def drop(self) -> None:
        """It broke off, or was refused: nothing of it stays. Once it is kept, this does nothing."""
        if not self._over:
            _apart(partial(self._do, self._drop))

    # ------------------------------------------------------------------------ on a thread

    def _do(self, step: Callable[[], T]) -> T:
        with self._turn:
            try:
                return step()
            except OSError as error:
                self._drop()
                if error.errno in FULL:
                    raise Refusal("storage_full") from None
                raise Refusal("unavailable", "the file cannot be kept at the moment") from error
            except BaseException:
                self._drop()
                raise

    def _write(self, piece: bytes) -> None:
        if self._over:
            return
        if self._aside is None:
            aside = self._folder / ASIDE
            for folder in (self._folder, aside):
                folder.mkdir(exist_ok=True, mode=0o700)
            number, path = tempfile.mkstemp(dir=aside)  # for the eyes of its owner alone
            self._aside = Path(path)
            os.close(number)
        with self._aside.open("ab") as file:
            file.write(piece)
        self._hash.update(piece)
        self._read_text(piece)

    def _read_text(self, piece: bytes, final: bool = False) -> None:
        try:
            if self._text is not None and "\0" in self._text.decode(piece, final):
                self._text = None
        except UnicodeDecodeError:
            self._text = None

    def _keep(self, name: str) -> StoredFile:
        if self._aside is None or self._over:
            raise Refusal("bad_file", "the file is empty")
        self._read_text(b"", final=True)
        with self._aside.open("r+b") as file:
            media = mediatype.find(file, self.size, self._text is not None, name)
            os.fsync(file.fileno())
        hash = self._hash.hexdigest()
        place = self._folder / hash[:2] / hash
        place.parent.mkdir(exist_ok=True, mode=0o700)
        self._aside.replace(place)
        self._over = True
        for folder in (place.parent, self._folder):
            _sync(folder)
        return StoredFile(hash, name, media.type, self.size, media.width, media.height)

    def _drop(self) -> None:
        self._over = True
        if self._aside is not None:
            _remove([self._aside])


async def _forget(files: Mapping[str, Path], view: View, log: Log) -> None:
    """Remove those of these files, by their hashes, that no message shows."""
    gone = files.keys() - await view.shown(files.keys())
    for key in await view.uploads(gone):
        await log.put(key, None)
    # Somebody may have sent one before it was forgotten; from now on nobody can.
    gone -= await view.shown(gone)
    # Or uploaded it again: then it is not old any more.
    await _apart(partial(_remove, filter(_is_old, [files[hash] for hash in gone])))


def too_big() -> Refusal:
    """The one no to a file over the limit."""
    return Refusal("too_big", f"the file is bigger than {LIMITS.file_bytes:,} bytes")


def _apart(work: Callable[[], T]) -> Future[T]:
    """Do what may block, on a thread of its own. Each request does one thing at a time, so there
    are never more threads than requests."""
    loop = asyncio.get_running_loop()
    future: Future[T] = loop.create_future()

    def do() -> None:
        try:
            answer = work()
        except Exception as error:  # noqa: BLE001  whoever asked hears of it
            answer = error
        with suppress(RuntimeError):  # the loop has closed: nobody is left to hear it
            loop.call_soon_threadsafe(settle, future, answer)

    threading.Thread(target=do, name="tornchat-files", daemon=True).start()
    return future


def _old_files(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*") if _is_old(path)]


def _is_old(path: Path) -> bool:
    with suppress(OSError):  # another server of the same history may have been first
        return path.stat().st_mtime < time.time() - DAY
    return False


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):  # as above
            path.unlink()


def _sync(folder: Path) -> None:
    """Names are on disk, too, where a folder can be asked for that (not on Windows)."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
