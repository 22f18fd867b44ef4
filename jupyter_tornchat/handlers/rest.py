"""The REST interface, described by `api/spec.yaml`."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType
from tornado.web import stream_request_body

from .. import __version__, names
from ..chat import Chat
from ..protocol import (
    LIMITS,
    CellRef,
    FileRef,
    JobRef,
    MessageId,
    OutputRef,
    PageLimit,
    QuestionRef,
    Refusal,
    RoomKind,
    RoomName,
    Send,
    Seq,
    clean,
    read,
)
from .base import ChatHandler

T = TypeVar("T")

SPEC = Path(__file__).parent.parent / "spec.yaml"


class NewRoom(Struct):
    """The body of `POST rooms`."""

    room: RoomName
    title: str = ""
    kind: RoomKind = "open"


class NewMessage(Struct):
    """The body of `POST rooms/{room}/messages`."""

    id: MessageId
    text: str = ""
    reply: Seq | None = None
    files: list[FileRef] = []
    cell: CellRef | None = None
    data: list[OutputRef] = []
    question: QuestionRef | None = None
    job: JobRef | None = None
    hops: Seq = 0


class NewName(Struct):
    """The body of `PUT me`."""

    name: str


class PageOf(Struct):
    """The query of `GET rooms/{room}/messages`."""

    before: Seq | UnsetType = UNSET
    after: Seq | UnsetType = UNSET
    limit: PageLimit = 50
    id: MessageId | UnsetType = UNSET
    """That of the one message that is looked for."""


@stream_request_body
class RestHandler(ChatHandler):
    """A handler whose request and answer are JSON.

    The body is read by ourselves, because a notebook server takes bodies of 512 MiB into memory
    before it asks anyone.
    """

    body_bytes = LIMITS.frame_bytes
    """How long the body may be."""

    def initialize(self, chat: Chat, prefix: str) -> None:
        super().initialize(chat, prefix)
        self.body = bytearray()

    def set_default_headers(self) -> None:
        super().set_default_headers()
        # tornado hangs up after an answer that comes before the body was read, as every no in
        # `prepare` does; who is not told so loses the next request.
        self.set_header("Connection", "close")

    async def admit(self) -> None:
        try:
            size = int(self.request.headers.get("Content-Length", 0))
        except ValueError:
            self.refuse(Refusal("bad_frame", "the header Content-Length is not a number"))
            return
        if size > self.body_bytes:
            self.refuse(self.too_long())
            return
        await super().admit()
        self.clear_header("Connection")

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        if len(self.body) <= self.body_bytes:
            self.body += chunk

    def read(self, kind: type[T]) -> T:
        """The body, as a valid `kind`.

        Raises:
            Refusal: `bad_frame` or `too_long`.
        """
        if len(self.body) > self.body_bytes:
            raise self.too_long()
        return read(bytes(self.body), msgspec.json.Decoder(kind))

    def convert(self, query: dict[str, str], kind: type[T]) -> T:
        """A query, as a valid `kind`.

        Raises:
            Refusal: `bad_frame`.
        """
        try:
            return msgspec.convert(query, kind, strict=False)
        except msgspec.ValidationError as error:
            raise Refusal("bad_frame", str(error)) from None

    def too_long(self) -> Refusal:
        return Refusal("too_long", f"the body is longer than {self.body_bytes:,} bytes")

    def room_name(self, room: str) -> str:
        """A room's name from an address.

        Raises:
            Refusal: `no_such_room`, because a name that cannot be is none.
        """
        try:
            return msgspec.convert(room, RoomName)
        except msgspec.ValidationError:
            raise Refusal("no_such_room") from None


class HealthHandler(RestHandler):
    """`api/health`: a stranger learns only that there is a chat."""

    public = True

    def get(self) -> None:
        if self.speaker is None:
            self.answer({"ok": True})
            return
        self.answer(
            {
                "ok": True,
                "version": __version__,
                "user": self.speaker.user,
                "named": self.speaker.named,
                "trouble": (self.chat.trouble or None)
                if self.speaker.access.rooms is None
                else None,
                "seen": {"address": self.request.remote_ip, "scheme": self.request.protocol},
                **({"alone": True} if self.chat.alone else {}),
            }
        )


class MeHandler(RestHandler):
    """`api/me`: who I am, and my name where it is mine to say."""

    few_may = ("GET", "PUT", "DELETE")

    def get(self) -> None:
        self.answer({"user": self.who.user, "named": self.who.named})

    async def put(self) -> None:
        speaker = await self.declare(self.read(NewName).name)
        self.answer({"user": speaker.user, "named": speaker.named})

    async def delete(self) -> None:
        await self.forget()
        self.set_status(204)
        self.finish()


class RoomsHandler(RestHandler):
    """`api/rooms`: all rooms that are open to me; make one."""

    few_may = ("GET",)

    async def get(self) -> None:
        hub, id = self.chat.hub, self.who.user.id
        found: list[dict[str, Any]] = []
        for room, seq, unread in await hub.view.standings(id, hub.marks.of(id), self.sight):
            if not hub.seats.knows(room.room):
                await hub.moderation.learn(room.room)
            if not hub.seats.is_open(self.who.user, self.who.access, room.room):
                continue
            stands = {"count": hub.count(room.room), "seq": seq}
            stands |= {} if unread is None else {"unread": unread}
            found.append(msgspec.to_builtins(room) | stands)
        self.answer({"rooms": found})

    async def post(self) -> None:
        new = self.read(NewRoom)
        title = names.clean_line(new.title, LIMITS.title_chars, "title") or new.room
        room = await self.chat.hub.open_room(self.writer(), new.room, title, new.kind)
        self.answer(room, 201)


class MessagesHandler(RestHandler):
    """`api/rooms/{room}/messages`: a page of history; say something."""

    async def get(self, room: str) -> None:
        room = self.room_name(room)
        query = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        page = self.convert(query, PageOf)
        if page.after is not UNSET and page.before is not UNSET:
            raise Refusal("bad_frame", "`before` and `after` exclude each other")
        view, sight = self.chat.view, self.sight(room)
        if page.id is not UNSET:
            found = await view.of_id(room, page.id, sight)
        elif page.after is not UNSET:
            found = await view.newer(room, page.after, page.limit, sight)
        else:
            before = 2**53 - 1 if page.before is UNSET else page.before
            found = await view.older(room, before, page.limit, sight)
        self.answer({"messages": found.messages, "more": found.more})

    async def post(self, room: str) -> None:
        room = self.room_name(room)
        new = self.read(NewMessage)
        frame = Send(room=room, **msgspec.structs.asdict(new))
        clean(frame)
        user, access = self.writer(), self.who.access
        receipt = await self.chat.hub.publish(user, frame, self.kernel(), access)
        sight = self.sight(room)
        self.answer(await self.chat.view.message(room, receipt.entry.seq, sight), 201)


class SpecHandler(ChatHandler):
    """`api/spec.yaml`: this interface, for programs."""

    few_may = ("GET",)

    def get(self) -> None:
        self.set_header("Content-Type", "application/yaml")
        self.finish(SPEC.read_bytes())
