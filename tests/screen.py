"""What a client shows of one room, of the frames it hears, exactly as docs/protocol.md tells."""

from __future__ import annotations

from collections.abc import Iterable

from client import Frame

KEPT = ("room", "seq", "id", "user", "at")
"""What is left of a message that was taken back."""


WHOLE = ("files", "cell", "data")
"""What a change replaces all of where it names any of it."""
PLACED = {"message", "changed", "answered", "closed", "moderated", "helped", "passed"}
"""What has a place in a room."""


class Screen:
    """The messages of one room as they are now, by `seq`."""

    def __init__(self, heard: Iterable[Frame] = ()) -> None:
        self.messages: dict[int, Frame] = {}
        self.seq = 0
        """The newest entry that it knows."""
        self.first = 0
        """Messages up to here were never shown."""
        self.gaps: list[tuple[int, int]] = []
        for frame in heard:
            self.hear(frame)

    def hear(self, frame: Frame) -> None:
        match frame["type"]:
            case "joined":
                if not self.seq:
                    self.first = frame["from"]
                for message in frame["messages"]:
                    # One up to here that was never heard of is older than what is shown.
                    if message["seq"] > self.seq or message["seq"] in self.messages:
                        self.show(message)
                for deed in frame.get("moderated", ()):
                    self.moderate(deed)
                self.forget(frame.get("since", 0))
                self.seq = max(self.seq, frame["to"])
            case type if type in PLACED and frame["seq"] > self.seq:
                if frame["seq"] > self.seq + 1:
                    self.gaps.append((self.seq, frame["seq"]))
                self.seq = frame["seq"]
                self.take(frame)

    def take(self, frame: Frame) -> None:
        """The next entry."""
        match frame["type"]:
            case "message":
                self.show(frame)
            case "moderated":
                self.moderate(frame)
            case "passed":
                pass
            case _:
                self.change(frame)

    def moderate(self, deed: Frame) -> None:
        """Of what moderators do, clearing is of messages."""
        if deed["act"] != "clear":
            return
        if "of" not in deed and "whom" not in deed:
            self.forget(deed["seq"] - 1)
        for seq, message in self.messages.items():
            whom = deed.get("whom", {}).get("id")
            if seq < deed["seq"] and (seq == deed.get("of") or message["user"]["id"] == whom):
                self.messages[seq] = emptied(message)

    def forget(self, to: int) -> None:
        """The messages up to there are gone."""
        self.messages = {seq: m for seq, m in self.messages.items() if seq > to}

    def show(self, message: Frame) -> None:
        self.messages[message["seq"]] = {k: v for k, v in message.items() if k != "ref"}

    def change(self, frame: Frame) -> None:
        message = self.messages.get(frame["of"])
        if message is None or message.get("deleted"):
            return
        now = dict(message)
        match frame:
            case {"type": "answered", "user": user, "choice": choice, "at": at}:
                now["question"] = answered(
                    message["question"], {"user": user, "choice": choice, "at": at}
                )
            case {"type": "closed", "why": why}:
                now["question"] = message["question"] | {"closed": why}
            case {"text": text, "at": at}:
                if whole := {name: frame[name] for name in WHOLE if name in frame}:
                    now = {k: v for k, v in now.items() if k not in WHOLE}
                    now |= {name: what for name, what in whole.items() if what}
                now |= {"text": text, "edited": at}
                if "state" in frame:
                    now["job"] = message["job"] | {"state": frame["state"], "until": at}
            case {"type": "helped", "user": user, "state": state, "at": at}:
                by = {} if state == "waiting" else {"by": user}
                now["help"] = {"state": state, "at": at} | by
            case _:
                now = emptied(message)
        self.messages[frame["of"]] = now

    def shown(self, after: int = 0) -> list[Frame]:
        """The messages after place `after`, oldest first."""
        return [self.messages[seq] for seq in sorted(self.messages) if seq > after]


def answered(question: Frame, answer: Frame) -> Frame:
    """A question with one more answer, the last one of its person."""
    others = [a for a in question.get("answers", []) if a["user"]["id"] != answer["user"]["id"]]
    return question | {"answers": [*others, answer]}


def emptied(message: Frame) -> Frame:
    """What is left of a message that was taken back, or away."""
    kept = {"type": "message"} | {name: message[name] for name in KEPT}
    return kept | {"text": "", "deleted": True}
