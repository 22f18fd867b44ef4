"""Asking the room: a question with buttons, and what people answered.

The question is a message of the server's, with all answers in it: however often the line is cut,
the server is started again, or the cell runs again, what counts is read from there.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from ..protocol import Answer, Message, Question, QuestionRef, User
from .content import Content
from .error import ChatError
from .hearing import Hearing

if TYPE_CHECKING:
    from .talk import Talk

LOOK_SECONDS = 5.0
"""After so long the question is looked at, though nothing was heard of it."""


class Choice(str):
    """What somebody answered: the text of the choice, with who chose it and when."""

    __slots__ = ("at", "user")
    user: User
    at: int
    """Milliseconds since 1970 UTC, by the server."""

    @classmethod
    def of(cls, answer: Answer, choices: Sequence[str]) -> Choice:
        choice = cls(choices[answer.choice])
        choice.user, choice.at = answer.user, answer.at
        return choice


class Votes(dict[str, int]):
    """What a vote came to: how many chose each choice, in the order of the choices.

    Attributes:
        answers: each person's own.
    """

    def __init__(self, question: Question) -> None:
        super().__init__(dict.fromkeys(question.choices, 0))
        self.answers = [Choice.of(answer, question.choices) for answer in question.answers]
        for answer in self.answers:
            self[answer] += 1

    @property
    def winner(self) -> str | None:
        """The choice with most votes; None where nobody voted, or several have as many."""
        most = max(self.values())
        first = [choice for choice, votes in self.items() if votes == most]
        return first[0] if most and len(first) == 1 else None


def asked_with(question: str, choices: Sequence[str], timeout: float, vote: bool) -> Content:
    """A question, as it is said."""
    seconds = max(1, math.ceil(timeout))
    return Content(question, question=QuestionRef(list(choices), seconds, vote))


async def ask(
    talk: Talk, hearing: Hearing, asked: Content, id: str | None
) -> Choice | Votes | None:
    """Ask, and wait for the answer; see `Room.ask`."""
    message = await _put(talk, asked, id)
    try:
        message = await _closed(talk, hearing, message)
    except BaseException:
        await _withdraw(talk, message)
        raise
    found = message.question
    if found is None:
        raise ChatError("no_such_message", "the question was taken away", retry=False)
    if found.vote:
        return Votes(found)
    return Choice.of(found.answers[0], found.choices) if found.answers else None


async def _put(talk: Talk, asked: Content, id: str | None) -> Message:
    """The question as it is now: where it was asked before under this id, that one again, unless
    who asked it left before there was an answer."""
    again = 0
    while True:
        message = await talk.message(await talk.say(asked, f"{id} ({again})" if again else id))
        question = message.question
        if question is None:
            raise ChatError("error", "this server knows no questions", retry=False)
        if id is None or question.answers or question.closed in {None, "deadline"}:
            return message
        again += 1


def is_open(question: Question | None) -> bool:
    """Whether a question still takes answers."""
    if question is None or question.closed is not None:
        return False
    return question.vote or not question.answers


async def _closed(talk: Talk, hearing: Hearing, message: Message) -> Message:
    """The question once it is closed. The server closes it in time; where nobody answers for long
    after that, nobody will."""
    if not is_open(message.question):
        return message
    assert message.question is not None
    loop = asyncio.get_running_loop()
    until = loop.time() + (message.question.until - message.at) / 1000 + talk.timeout
    with hearing.watch(message.seq) as touched:
        while is_open(message.question) and loop.time() < until:
            with suppress(TimeoutError):
                await asyncio.wait_for(touched.wait(), LOOK_SECONDS)
            touched.clear()
            try:
                message = await talk.message(message)
            except ChatError as no:
                if not no.retry:
                    raise
    return message


async def _withdraw(talk: Talk, message: Message) -> None:
    """Who asked leaves: nobody needs to answer any more. Where that cannot be said, the question
    closes with its time."""
    try:
        await asyncio.shield(talk.withdraw(message))
    except (ChatError, asyncio.CancelledError):
        return
