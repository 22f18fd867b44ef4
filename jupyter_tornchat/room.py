"""A room, for kernels and scripts: what a program says and hears without a browser.

It imports nothing of the server's, and what it needs beside the protocol only when it is first
used, because every notebook with a panel waits for this import.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextvars import copy_context
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from .program.error import ChatError
from .program.finding import Place
from .program.name import Name, room_name
from .protocol import DEFAULT_ROOM, Act, Message, Moderated, StoredFile, User

if TYPE_CHECKING:
    from .program.content import Content
    from .program.heard import Heard, Ref, Sent
    from .program.hearing import Hearing
    from .program.job import Job
    from .program.post import Post
    from .program.question import Choice, Votes
    from .program.talk import Talk

T = TypeVar("T")
F = TypeVar("F", bound="Callable[[Heard], Any]")

TIMEOUT = 10.0


class Room:
    """A room of a chat. Every verb blocks until it is done, at most `timeout` seconds; all work
    while a cell runs, and inside `async` code too.

    Args:
        room: the room's name.
        url: the chat's address, such as `http://127.0.0.1:8888/tornchat/`; this program's own
            server's where it is left out, as docs/programs.md tells.
        token: the notebook server's token. Where it and `key` are left out, the chat-only key of
            the server is enough; no other address is told that key.
        timeout: seconds.
        key: a key that lets programs chat and do nothing else.
        name: what this program is called; the name of its notebook or script where it is left out.

    Raises:
        ValueError: `room` is not a name that a room can have, or `name` none that a program can.
    """

    def __init__(
        self,
        room: str = DEFAULT_ROOM,
        url: str | None = None,
        token: str | None = None,
        timeout: float = TIMEOUT,
        *,
        key: str | None = None,
        name: str | None = None,
    ) -> None:
        self.name = room_name(room)
        self.timeout = timeout
        self._place = Place(url, token, key)
        self._self = Name.of_this_program(name)

    def __repr__(self) -> str:
        try:
            return f"<room {self.name} at {self.url}>"
        except ChatError:
            return f"<room {self.name}, no chat server found>"

    @property
    def url(self) -> str:
        """The chat's address, ending in a slash.

        Raises:
            ChatError: there is none, or there are several and nothing says which is meant.
        """
        return self._place.find().url

    # -------------------------------------------------------------------------------- say

    def send(
        self, obj: Any, id: str | None = None, replace: bool = False, reply: Ref | None = None
    ) -> Sent:
        """Say something. When it returns, the message is on disk. Where that is too fast, it waits
        as long as the server says, within `timeout`, so that a loop that reports its steps goes on.

        Args:
            obj: a text, or any object that can be shown: a figure, a table, an exception …
            id: a key for this message, of this program's own: the same key with the same content,
                sent again, is the same message again. A random one where it is left out.
            replace: where this program has sent a message with this `id` before, put this one in
                its place.
            reply: the message that this one answers: what `send` returned, a message, or its
                number.

        Raises:
            ChatError: it was not kept, or nobody knows; `retry` says whether to try again, and
                with an `id` of your own that never doubles it.
        """
        from .program.talk import pack

        return self._run(self._talk.send_packed(pack(obj), id, replace, reply))

    def say(
        self,
        content: Content,
        id: str | None = None,
        replace: bool = False,
        reply: Ref | None = None,
    ) -> Sent:
        """Say what is made already, its files uploaded; all else as `send` does."""
        return self._run(self._talk.say(content, id, replace, reply))

    def reply(self, message: Message | Heard, obj: Any) -> Sent:
        """Answer a message, once; see `Heard.reply`."""
        from .program.talk import pack

        return self._run(self._talk.reply_packed(message, pack(obj)))

    def edit(self, ref: Ref, content: Content, state: str | None = None) -> Sent:
        """Make a message of this program hold this and nothing else.

        Args:
            state: `done` or `failed`, where the job that it tells of is over.

        Raises:
            ChatError: as `send` does; `forbidden` where it is somebody else's.
        """
        return self._run(self._talk.edit(ref, content, state))

    def progress(self, ref: Ref, text: str) -> None:
        """The last word of a running job of this program: shown, and not kept.

        Raises:
            ChatError: as `send` does.
        """
        self._run(self._talk.progress(ref, text))

    def upload(self, blob: bytes, name: str) -> StoredFile:
        """Bring a file to the room, for a message to come.

        Raises:
            ChatError: as `send` does; `too_big` says by how much.
        """
        return self._run(self._talk.upload(blob, name))

    def notify(self, what: str) -> Job:
        """Tell of something that takes a while, by one message: `with room.notify("training") as
        job`. It runs while the block does, and is done when the block ends, or failed where it
        raises; `job.update("epoch 3/10")` says how far it is. `async with` does the same, and
        `@room.notify("training")` tells of each call of a function.

        Nothing of it is ever raised, and the block does not wait for it: what goes wrong is one
        line on stderr.

        Args:
            what: what it is called.
        """
        return self._talk.notify(what)

    def moderate(self, act: Act, whom: User | str | None = None, **more: int | str) -> Moderated:
        """Keep order as a moderator of the room, which is told of it:
        `room.moderate("mute", message.user, seconds=600)`.

        Args:
            act: `mute`, `unmute`, `kick`, `ban`, `unban` or `role` of somebody; `slow`, `clear` or
                `kind` of the room.
            whom: somebody, or their id.
            more: what the act needs: `seconds`, `role`, `kind`, or `of`, the number of a message.

        Raises:
            ChatError: this program does not moderate the room, or it cannot be done.
        """
        return self._run(self._talk.moderate(act, whom, **more))

    # ------------------------------------------------------------------------------- read

    def messages(self, limit: int = 50, before: int | None = None) -> list[Message]:
        """The newest messages, oldest first.

        Args:
            limit: how many, 1 to 200.
            before: only those with a smaller `seq`: the page before the one that began there.

        Raises:
            ChatError: they cannot be read.
            ValueError: `limit` is no such number.
        """
        return self._run(self._talk.messages(limit, before))

    def message(self, ref: Ref) -> Message:
        """One message, as it is now: by its number (12 or "#12"), by the `id` that this program
        gave it, or by what `send` returned.

        Raises:
            ChatError: it cannot be read, or there is none.
        """
        return self._run(self._talk.message(ref))

    def download(self, hash: str) -> bytes:
        """The bytes of a file that a message shows.

        Raises:
            ChatError: it cannot be read, or there is none.
        """
        return self._run(self._talk.download(hash))

    def get(self, ref: Ref) -> Any:
        """The object that a message holds, in this program: a table of pandas, polars or pyarrow,
        an array, an image, the source of a cell, a text. Nothing of it is run.

        Args:
            ref: as in `message`, such as "#12".

        Raises:
            ChatError: there is no such message, or nothing that can be taken out here, and why.
        """
        from .program.talk import unpack

        return unpack(self.message(ref), self.download)

    # ------------------------------------------------------------------------------- hear

    def on_message(self, callback: F) -> F:
        """Call a function, `async` or not, for each message of somebody else from now on, one
        after the other, also while a cell runs: `@room.on_message`. The same function again takes
        the place of the old one. It is called in a thread of its own, and what it prints or raises
        is shown where it was registered.

        Raises:
            ChatError: the room cannot be heard.
        """
        from .program.callback import Callback, Called, call_apart

        called = Called(callback, copy_context(), self, call_apart)
        self._run(Callback(called).register(self._hearing, self.timeout))
        return callback

    def off(self, callback: Callable[[Heard], Any]) -> None:
        """Call it no longer."""
        from .program.callback import unregister

        async def forget() -> None:
            unregister(self._hearing, callback)

        self._run(forget())

    def __iter__(self) -> Iterator[Heard]:
        """The messages of others from now on; it waits for each.

        Raises:
            ChatError: the room can be heard no longer, and why.
        """
        from .program.heard import HOPS, Heard, next_hops
        from .program.loop import loop

        hearing = self._hearing
        ear = self._run(hearing.listen(self.timeout))
        try:
            while True:
                message = self._run(ear.next())
                HOPS.set(next_hops(message))
                yield Heard(message, self)
        finally:
            loop().call_soon_threadsafe(hearing.leave, ear)

    # -------------------------------------------------------------------------------- ask

    def ask(
        self,
        question: str,
        choices: Sequence[str],
        timeout: float = 600.0,
        *,
        vote: bool = False,
        id: str | None = None,
    ) -> Choice | Votes | None:
        """Ask the room, with a button for each choice in every door, and wait for the answer.
        Who interrupts it takes the question back.

        Args:
            question: the text.
            choices: what can be answered: 2 to 10 short texts.
            timeout: seconds after which the server closes the question.
            vote: everyone may answer, and the votes are counted when the time is over; else the
                first answer is the answer.
            id: a key of this program's own: the same question again under the same key, such as
                by a cell that runs again, is not asked twice.

        Returns:
            The choice, a `str` that knows its `user` and `at`; of a vote a `dict` with the number
            of votes for each choice. None where nobody answered in time: a cell that runs at night
            goes on.

        Raises:
            ChatError: it could not be asked, or nobody knows what was answered.
        """
        from .program.question import ask, asked_with

        asked = asked_with(question, choices, timeout, vote)
        return self._run(ask(self._talk, self._hearing, asked, id))

    # ----------------------------------------------------------------------------- inside

    @property
    def post(self) -> Post:
        """What asks its server for this program."""
        from .program.post import Post

        return Post(self._place, self._self)

    @cached_property
    def _talk(self) -> Talk:
        from .program.talk import Talk

        return Talk(self.name, self._place, self._self, self.timeout)

    @property
    def _hearing(self) -> Hearing:
        """How the room is heard, once in this process for all who call it the same."""
        from .program.hearing import Hearing
        from .program.loop import shared

        key = (self.name, self._place, self._self)
        return shared(key, lambda: Hearing(self.post, self.name))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        from .program.loop import run

        try:
            return run(coroutine)
        except ChatError as no:
            # The reason says all; of how it came, only the caller's own lines help them.
            raise no.with_traceback(None) from no.__cause__
