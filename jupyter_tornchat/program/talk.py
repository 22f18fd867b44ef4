"""Talking in a room: the verbs, awaited. `Room` gives the same ones to who does not await.

Rules of this file:

- A program says by HTTP and hears by a socket: what was said is on disk when it is answered, and is
  asked again under the same id until then.
- An id that a program gives is its own: two notebooks may each have a message called "loss".
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from ..protocol import LIMITS, Act, Message, Moderated, Refusal, StoredFile, User
from .content import Content
from .error import ChatError
from .finding import Place
from .heard import HOPS, Heard, Ref, Sent, next_hops, seq_of
from .name import Name, room_name
from .post import Post

if TYPE_CHECKING:
    from .job import Job

BYTES = "application/octet-stream"


class Page(msgspec.Struct):
    """What a page of history is."""

    messages: list[Message]


class Packed(NamedTuple):
    """An object, ready to be said."""

    content: Content
    files: list[tuple[bytes, str]]
    """Those of the content, with their names; to be uploaded first."""


class Talk:
    """What a program says in one room of one server, and asks of it.

    Args:
        room: the room's name.
        place: where the server is.
        name: who speaks.
        timeout: seconds that anything may take.

    Raises:
        ValueError: `room` is not a name that a room can have.
    """

    def __init__(self, room: str, place: Place, name: Name, timeout: float) -> None:
        self.room = room_name(room)
        self.place = place
        self.name = name
        self.timeout = timeout
        self._post = Post(place, name)

    # -------------------------------------------------------------------------------- say

    async def say(
        self,
        content: Content,
        id: str | None = None,
        replace: bool = False,
        reply: Ref | None = None,
    ) -> Sent:
        """Say something.

        Args:
            content: what; its files are uploaded already.
            id: this program's own key for the message: said again with the same content, it is
                the same message again. A random one where it is left out.
            replace: where a message of this program has the id already, put this in its place.
            reply: the message that this one answers.

        Raises:
            ChatError: it was not kept, or nobody knows; `retry` says whether to try again, and
                with an `id` that never doubles it.
        """
        key = secrets.token_hex(16) if id is None else self.name.own(id)
        body = msgspec.to_builtins(content) | {"id": key}
        if reply is not None:
            body["reply"] = await self._seq(reply)
        if hops := HOPS.get():
            body["hops"] = hops
        try:
            message = await self._message("POST", "messages", body)
        except ChatError as no:
            if no.code != "conflict" or id is None:
                raise
            if not replace:
                raise _taken(id) from None
            message = await self._of_id(key)
        else:
            if not (replace and message.edited):
                return Sent.of(message)
        return await self.edit(message.seq, content)

    async def send(
        self, obj: Any, id: str | None = None, replace: bool = False, reply: Ref | None = None
    ) -> Sent:
        """Say something: a text, or any object that can be shown. As `say` does."""
        return await self.send_packed(pack(obj), id, replace, reply)

    async def send_packed(
        self, packed: Packed, id: str | None, replace: bool, reply: Ref | None
    ) -> Sent:
        for blob, name in packed.files:
            await self.upload(blob, name)
        return await self.say(packed.content, id, replace, reply)

    async def reply(self, message: Message | Heard, obj: Any) -> Sent:
        """Answer a message, once: see `Heard.reply`."""
        return await self.reply_packed(message, pack(obj))

    async def reply_packed(self, message: Message | Heard, packed: Packed) -> Sent:
        id = f"reply to {message.id}"
        handled = HOPS.set(max(HOPS.get(), next_hops(message)))
        try:
            return await self.send_packed(packed, id, False, message)
        except ChatError as no:
            if no.code != "conflict":
                raise
            return Sent.of(await self._of_id(self.name.own(id)))
        finally:
            HOPS.reset(handled)

    async def edit(self, ref: Ref, content: Content, state: str | None = None) -> Sent:
        """Make a message of this program hold this and nothing else.

        Args:
            state: `done` or `failed`, where the job that it tells of is over.

        Raises:
            ChatError: as `say` does; `forbidden` where it is somebody else's.
        """
        body: dict[str, Any] = {"id": secrets.token_hex(16), "text": content.text}
        body |= {"files": msgspec.to_builtins(content.files)}
        body |= {"data": msgspec.to_builtins(content.data)}
        if content.cell is not None:
            body["cell"] = msgspec.to_builtins(content.cell)
        if state is not None:
            body["state"] = state
        return Sent.of(await self._message("PATCH", f"messages/{await self._seq(ref)}", body))

    async def progress(self, ref: Ref, text: str) -> None:
        """The last word of a running job of this program: shown, and not kept.

        Raises:
            ChatError: as `say` does.
        """
        await self._ask("PUT", f"messages/{await self._seq(ref)}/progress", {"text": text})

    async def withdraw(self, ref: Ref) -> None:
        """Close a question of this program: nobody needs to answer it any more.

        Raises:
            ChatError: as `say` does.
        """
        body = {"id": secrets.token_hex(16)}
        await self._ask("POST", f"messages/{await self._seq(ref)}/withdrawal", body)

    async def moderate(
        self, act: Act, whom: User | str | None = None, **more: int | str
    ) -> Moderated:
        """Keep order as a moderator of the room; see `Room.moderate`."""
        body: dict[str, Any] = {"id": secrets.token_hex(16), "act": act, **more}
        if whom is not None:
            body["whom"] = whom if isinstance(whom, str) else whom.id
        return msgspec.json.decode(await self._ask("POST", "moderation", body), type=Moderated)

    async def upload(self, blob: bytes, name: str) -> StoredFile:
        """Bring a file to the room, for a message to come.

        Raises:
            ChatError: as `say` does; `too_big` says by how much.
        """
        if len(blob) > LIMITS.file_bytes:
            over = f"{name} has {len(blob):,} bytes; {LIMITS.file_bytes:,} are allowed"
            raise ChatError("too_big", over, retry=False)
        path = "files?" + urlencode({"name": name})
        return msgspec.json.decode(await self._ask("POST", path, blob, BYTES), type=StoredFile)

    def notify(self, what: str) -> Job:
        """Tell of something that takes a while, by one message: see `Job`."""
        from .job import Job

        return Job(self, what)

    # ------------------------------------------------------------------------------- read

    async def messages(self, limit: int = 50, before: int | None = None) -> list[Message]:
        """The newest messages, oldest first.

        Args:
            limit: how many, 1 to 200.
            before: only those with a smaller `seq`: the page before the one that began there.

        Raises:
            ChatError: they cannot be read.
            ValueError: `limit` is no such number.
        """
        if not 1 <= limit <= LIMITS.page_messages:
            raise ValueError(f"limit must lie between 1 and {LIMITS.page_messages}, not {limit!r}")
        return await self._page({"limit": limit} | ({} if before is None else {"before": before}))

    async def message(self, ref: Ref) -> Message:
        """One message, as it is now.

        Raises:
            ChatError: it cannot be read, or there is none.
        """
        seq = seq_of(ref)
        if seq is not None:
            return await self._message("GET", f"messages/{seq}")
        try:
            return await self._of_id(self.name.own(str(ref)))
        except ChatError as no:
            if no.code != "no_such_message":
                raise
        return await self._of_id(str(ref))

    async def download(self, hash: str) -> bytes:
        """The bytes of a file that a message shows.

        Raises:
            ChatError: it cannot be read, or there is none.
        """
        return await self._ask("GET", f"files/{quote(hash)}")

    async def get(self, ref: Ref) -> Any:
        """The object that a message holds; see `Room.get`."""
        from .taken import wanted

        message = await self.message(ref)
        blobs = {file.hash: await self.download(file.hash) for file in wanted(message)}
        return await asyncio.to_thread(unpack, message, blobs.__getitem__)

    # ----------------------------------------------------------------------------- inside

    async def _ask(self, method: str, what: str, body: Any = None, type: str = "") -> bytes:
        path = f"api/rooms/{self.room}/{what}"
        more = {"type": type} if type else {}
        return await self._post.ask(method, path, body, self.timeout, **more)

    async def _message(self, method: str, what: str, body: Any = None) -> Message:
        return msgspec.json.decode(await self._ask(method, what, body), type=Message)

    async def _page(self, query: dict[str, Any]) -> list[Message]:
        page = await self._ask("GET", "messages?" + urlencode(query))
        return msgspec.json.decode(page, type=Page).messages

    async def _of_id(self, id: str) -> Message:
        for message in await self._page({"id": id}):
            return message
        raise ChatError.of("no_such_message", f"there is no message with the id {id!r}")

    async def _seq(self, ref: Ref) -> int:
        seq = seq_of(ref)
        return (await self.message(ref)).seq if seq is None else seq


def _taken(id: str) -> ChatError:
    return ChatError(
        "conflict",
        f"another message of this program has the id {id!r} already; with replace=True this one"
        " takes its place",
        retry=False,
    )


def pack(obj: Any) -> Packed:
    """An object as it is said. It is made on the thread of who says it, because figures and tables
    are no thread's but their own; their files are uploaded afterwards.

    Raises:
        ChatError: it cannot be sent, by how much it is too big, and what to send instead.
    """
    from . import objects

    files: list[tuple[bytes, str]] = []

    def upload(blob: bytes, name: str) -> StoredFile:
        files.append((blob, name))
        return StoredFile(hashlib.sha256(blob).hexdigest(), name, BYTES, len(blob))

    try:
        return Packed(objects.content(obj, upload), files)
    except Refusal as no:
        raise ChatError.of(no.code, no.reason) from None


def unpack(message: Message, download: Callable[[str], bytes]) -> Any:
    """The object that a message holds.

    Raises:
        ChatError: it holds nothing that can be taken out here, and why.
    """
    from . import taken

    try:
        return taken.take(message, download)
    except Refusal as no:
        raise ChatError.of(no.code, no.reason) from None
