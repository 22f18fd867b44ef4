"""One message in the REST interface: read, changed, answered."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from ..protocol import (
    CellRef,
    Delete,
    Edit,
    FileRef,
    MessageId,
    OutputRef,
    Refusal,
    Report,
    Respond,
    Seq,
    Serve,
    Withdraw,
    clean,
)
from .rest import RestHandler


class NewContent(Struct):
    """The body of `PATCH rooms/{room}/messages/{seq}`."""

    id: MessageId
    text: str
    files: list[FileRef] | UnsetType = UNSET
    cell: CellRef | UnsetType = UNSET
    data: list[OutputRef] | UnsetType = UNSET
    state: Literal["done", "failed"] | UnsetType = UNSET


class NewAnswer(Struct):
    """The body of `POST rooms/{room}/messages/{seq}/answers`."""

    id: MessageId
    choice: Seq


class Withdrawal(Struct):
    """The body of `POST rooms/{room}/messages/{seq}/withdrawal`."""

    id: MessageId


class Deletion(Struct):
    """The body of `DELETE rooms/{room}/messages/{seq}`, or its query."""

    id: MessageId


class NewWord(Struct):
    """The body of `PUT rooms/{room}/messages/{seq}/progress`."""

    text: str


class OneMessage(RestHandler):
    """A handler whose address names a message."""

    async def publish(
        self, frame: Edit | Delete | Respond | Withdraw | Serve, status: int = 200
    ) -> None:
        """Do it, and answer with the message as it is now."""
        await self.chat.hub.publish(self.writer(), frame, access=self.who.access)
        sight = self.sight(frame.room)
        self.answer(await self.chat.view.message(frame.room, frame.seq, sight), status)

    def seq(self, seq: str) -> int:
        """A message's place from an address.

        Raises:
            Refusal: `no_such_message`, because a number that is too long is none's.
        """
        if len(seq) > 15:
            raise Refusal("no_such_message")
        return int(seq)


class MessageHandler(OneMessage):
    """`api/rooms/{room}/messages/{seq}`: one message; change it or take it back."""

    async def get(self, room: str, seq: str) -> None:
        room, place = self.room_name(room), self.seq(seq)
        self.answer(await self.chat.view.message(room, place, self.sight(room)))

    async def patch(self, room: str, seq: str) -> None:
        new = msgspec.structs.asdict(self.read(NewContent))
        frame = Edit(room=self.room_name(room), seq=self.seq(seq), **new)
        clean(frame)
        await self.publish(frame)

    async def delete(self, room: str, seq: str) -> None:
        id = self.get_query_argument("id", None)
        gone = self.read(Deletion) if id is None else self.convert({"id": id}, Deletion)
        await self.publish(Delete(room=self.room_name(room), seq=self.seq(seq), id=gone.id))


class AnswersHandler(OneMessage):
    """`api/rooms/{room}/messages/{seq}/answers`: answer a question."""

    async def post(self, room: str, seq: str) -> None:
        new = self.read(NewAnswer)
        room, place = self.room_name(room), self.seq(seq)
        await self.publish(Respond(room=room, seq=place, id=new.id, choice=new.choice), 201)


class WithdrawalHandler(OneMessage):
    """`api/rooms/{room}/messages/{seq}/withdrawal`: close my question."""

    async def post(self, room: str, seq: str) -> None:
        id = self.read(Withdrawal).id
        await self.publish(Withdraw(room=self.room_name(room), seq=self.seq(seq), id=id))


class ProgressHandler(OneMessage):
    """`api/rooms/{room}/messages/{seq}/progress`: how far my job is."""

    async def put(self, room: str, seq: str) -> None:
        text = self.read(NewWord).text
        frame = Report(room=self.room_name(room), seq=self.seq(seq), text=text)
        clean(frame)
        user, sight = self.voice(frame.room), self.sight(frame.room)
        await self.chat.hub.unfinished.jobs.report(user, frame, sight)
        self.set_status(204)
        self.finish()
