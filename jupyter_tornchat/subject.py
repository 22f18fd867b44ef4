"""A subject: the message that others reply to, change, answer or close, as far as a batch must know
it to say what may be.

It takes one event after the other, so that of two in one batch the second one finds what the first
one made of the message.
"""

from __future__ import annotations

from msgspec import UNSET, Struct
from msgspec.structs import replace

from .events import Answered, Changed, Closed, Content, Helped, Moderated, Said
from .protocol import LIMITS, JobState, Kind, Question, Refusal


class Subject(Struct, array_like=True):
    """A message that events are about."""

    author: str
    """Their id."""
    kind: Kind
    hops: int | None
    question: Question | None
    job: JobState | None
    deleted: bool = False

    @classmethod
    def of(cls, said: Said) -> Subject:
        """A message that was only just said."""
        state = said.job.state if said.job else None
        return cls(said.user.id, said.user.kind, said.hops, said.question, state)

    def take(self, event: Content) -> Content:
        """Become what an event makes of the message; the event as it is to be kept.

        Raises:
            Refusal: `forbidden`, `no_such_message`, `bad_frame`, `closed` or `loop`, where it may
                not be.
        """
        if isinstance(event, Said):
            return self._reply(event)
        if isinstance(event, Moderated | Helped):
            raise Refusal("forbidden")
        if not isinstance(event, Answered) and self.author != event.user.id:
            raise Refusal("forbidden", "only its author may change a message")
        if self.deleted:
            raise Refusal("no_such_message")
        if isinstance(event, Changed):
            self._change(event)
        else:
            self.question = self._ask(event)
        return event

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
