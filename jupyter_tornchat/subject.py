"""A subject: the message that others reply to, change, answer, close or clear, as far as a batch
must know it to say what may be.

It takes one event after the other, so that of two in one batch the second one finds what the first
one made of the message.
"""

from __future__ import annotations

from msgspec import UNSET, Struct
from msgspec.structs import replace

from .events import Answered, Changed, Closed, Content, Helped, Moderated, Said
from .protocol import LIMITS, HelpState, JobState, Kind, Question, Refusal


class Subject(Struct, array_like=True):
    """A message that events are about."""

    author: str
    """Their id."""
    kind: Kind
    hops: int | None
    question: Question | None
    job: JobState | None
    help: HelpState | None
    asker: str
    thread: int
    deleted: bool = False

    @classmethod
    def of(cls, said: Said, seq: int) -> Subject:
        """A message that was only just said."""
        return cls(
            said.user.id,
            said.user.kind,
            said.hops,
            said.question,
            said.job.state if said.job else None,
            said.help.state if said.help else None,
            said.asker,
            (said.reply or seq) if said.asker else 0,
        )

    def rooted(self, said: Said) -> Said:
        """What answers it, as it is kept: in a help desk a thread has one root, and all else
        answers that."""
        if not self.asker:
            return said
        return replace(said, reply=self.thread, asker=self.asker)

    def take(self, event: Content) -> Content:
        """Become what an event makes of the message; the event as it is to be kept.

        Raises:
            Refusal: `forbidden`, `no_such_message`, `bad_frame`, `closed` or `loop`, where it may
                not be.
        """
        if isinstance(event, Said):
            return self._reply(event)
        if isinstance(event, Changed | Closed) and self.author != event.user.id:
            raise Refusal("forbidden", "only its author may change a message")
        if self.deleted:
            raise Refusal("no_such_message")
        match event:
            case Changed():
                self._change(event)
            case Moderated():
                self.deleted = True
            case Helped():
                self._help(event)
            case _:
                self.question = self._ask(event)
        return replace(event, asker=self.asker) if self.asker else event

    def _reply(self, said: Said) -> Said:
        if self.kind != "program" or said.user.kind != "program":
            return said
        hops = max(said.hops, (self.hops or 0) + 1)
        if hops > LIMITS.hops:
            raise Refusal("loop")
        return replace(said, hops=hops)

    def _change(self, change: Changed) -> None:
        if change.state is not UNSET:
            if self.job != "running":
                raise Refusal("bad_frame", "no job is running in this message")
            self.job = change.state
        self.deleted = change.text is None

    def _help(self, helped: Helped) -> None:
        if self.help is None:
            raise Refusal("bad_frame", "this message does not ask for help")
        self.help = helped.state

    def _ask(self, event: Answered | Closed) -> Question:
        question = self.question
        if question is None:
            raise Refusal("bad_frame", "there is no question in this message")
        if not question.is_open:
            raise Refusal("closed")
        if isinstance(event, Closed):
            return replace(question, closed=event.why)
        if event.at >= question.until:
            raise Refusal("closed")
        if event.choice >= len(question.choices):
            wrong = f"the question has {len(question.choices)} choices, counted from 0"
            raise Refusal("bad_frame", wrong)
        others = [answer for answer in question.answers if answer.user.id != event.user.id]
        if len(others) >= LIMITS.answers:
            raise Refusal("closed", f"{LIMITS.answers:,} people have answered already")
        return replace(question, answers=[*others, event.answer])
