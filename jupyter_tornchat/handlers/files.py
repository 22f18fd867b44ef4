"""A room's files: upload one, and have it back.

Rules of this file:

- The body of an upload is the file itself. It goes to the disk as it comes, and whoever may not
  upload it hears so before it is read.
- A file is given to whoever may read a room that shows it, and to who uploaded it there. What
  another room shows is not there.
- A browser never runs one: images have their own type, all else is handed out as something to
  keep.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from tornado.http1connection import HTTP1Connection
from tornado.iostream import StreamClosedError

from .. import files, mediatype
from ..chat import Chat
from ..files import Uploaded
from ..keep import file_key
from ..protocol import LIMITS, Refusal, StoredFile
from ..welcome import features
from .rest import RestHandler

UPLOAD_SECONDS = 600.0
"""How long an upload may take: 5 MiB on a line of 9 KB a second."""
KEPT_SECONDS = 24 * 3600
"""How long a browser keeps a file: the next person at it is another one by then."""
READ_ON = 4 * LIMITS.file_bytes
"""A body that is too big is read to its end all the same, up to this: a browser hears no answer
while it is still sending. What is longer is cut off."""
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


class FilesHandler(RestHandler):
    """`api/rooms/{room}/files`: upload a file."""

    body_bytes = READ_ON

    def initialize(self, chat: Chat, prefix: str) -> None:
        super().initialize(chat, prefix)
        self.upload: files.Upload | None = None
        self.no: Refusal | None = None
        """Why what has come in so far cannot be kept."""
        # A server with only chat in it takes no long body elsewhere.
        if isinstance(self.request.connection, HTTP1Connection):
            self.request.connection.set_max_body_size(READ_ON)

    async def admit(self) -> None:
        await super().admit()
        if self._finished or self.request.method != "POST":
            return
        try:
            await self.begin(self.room_name(self.path_args[0]))
        except Refusal as refusal:
            self.set_header("Connection", "close")
            self.refuse(refusal)

    async def begin(self, room: str) -> None:
        """Let the file come, if it may.

        Raises:
            Refusal: it may not.
        """
        user = self.voice(room)
        if "files" not in features(user):
            raise Refusal("forbidden", "guests may not upload files here")
        await self.chat.view.room(room)
        if int(self.request.headers.get("Content-Length", 0)) > LIMITS.file_bytes:
            self.no = files.too_big()
            return
        self.chat.files.charge(user)
        self.upload = self.chat.files.upload()
        if isinstance(self.request.connection, HTTP1Connection):
            self.request.connection.set_body_timeout(UPLOAD_SECONDS)

    async def data_received(  # pyright: ignore[reportIncompatibleMethodOverride]  tornado awaits it
        self, chunk: bytes
    ) -> None:
        if self.upload is None or self.no is not None:
            return
        try:
            await self.upload.write(chunk)
        except Refusal as refusal:
            self.no = refusal

    async def post(self, room: str) -> None:
        if self.no is not None:
            raise self.no
        assert self.upload is not None
        stored = await self.upload.keep(self.get_query_argument("name", ""))
        place = file_key(room, stored.hash)
        before = Uploaded.read(await self.chat.view.value(place))
        value = Uploaded.again(stored, self.who.user, before)
        await self.chat.hub.log.put(place, msgspec.json.encode(value).decode())
        self.answer(stored, 201)

    def too_long(self) -> Refusal:
        return files.too_big()

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self.on_finish()

    def on_finish(self) -> None:
        if self.upload is not None:
            self.upload.drop()


class FileHandler(RestHandler):
    """`api/rooms/{room}/files/{hash}`: a file's bytes."""

    async def get(self, room: str, hash: str) -> None:
        file = await self.find(self.room_name(room), hash)
        self.describe(file)
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        self.set_header("Content-Length", str(file.size))
        try:
            async for piece in self.chat.files.read(hash):
                self.write(piece)
                await self.flush()
        except Refusal:
            self.clear()
            raise
        except StreamClosedError:
            return  # they do not want it any more
        self.finish()

    async def find(self, room: str, hash: str) -> StoredFile:
        """What the room knows the file as.

        Raises:
            Refusal: `no_such_file`, whether there is none or it is not for them.
        """
        view = self.chat.view
        uploaded = Uploaded.read(await view.value(file_key(room, hash)))
        if uploaded is None:
            raise Refusal("no_such_file")
        if self.who.user.id not in uploaded.by and not await view.shows(
            room, hash, self.sight(room)
        ):
            raise Refusal("no_such_file")
        return uploaded

    def describe(self, file: StoredFile) -> None:
        """The headers that say what it is, and what a browser may do with it: nothing."""
        image = file.type in mediatype.IMAGES
        self.set_header("Content-Type", served_type(file.type))
        self.set_header("Content-Disposition", disposition(file.name, inline=image))
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cache-Control", f"private, max-age={KEPT_SECONDS}, immutable")
        self.set_header("Etag", f'"{file.hash}"')


def served_type(type: str) -> str:
    """The type under which a file leaves. What is text is text and nothing that a browser or a
    spreadsheet would open by itself."""
    if type in mediatype.IMAGES:
        return type
    return "text/plain; charset=utf-8" if type.startswith("text/") else mediatype.BYTES


def disposition(name: str, inline: bool) -> str:
    """`Content-Disposition` (RFC 6266), the name once for old readers and once as it is."""
    plain = "".join(c if " " <= c <= "~" and c not in '"\\%' else "_" for c in name)
    how = "inline" if inline else "attachment"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
