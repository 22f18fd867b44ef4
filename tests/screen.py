"""What a client shows of one room, of the frames it hears, exactly as docs/protocol.md tells."""

from __future__ import annotations

from collections.abc import Iterable

from client import Frame

KEPT = ("room", "seq", "id", "user", "at")
"""What is left of a message that was taken back."""


WHOLE = ("files", "cell", "data")
"""What a change replaces all of where it names any of it."""


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
                self.seq = max(self.seq, frame["to"])
            case "message" | "changed" | "answered" | "closed" if frame["seq"] > self.seq:
                if frame["seq"] > self.seq + 1:
                    self.gaps.append((self.seq, frame["seq"]))
                self.seq = frame["seq"]
                (self.show if frame["type"] == "message" else self.change)(frame)

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
            case _:
                kept = {"type": "message"} | {name: message[name] for name in KEPT}
                now = kept | {"text": "", "deleted": True}
        self.messages[frame["of"]] = now

    def shown(self, after: int = 0) -> list[Frame]:
        """The messages after place `after`, oldest first."""
        return [self.messages[seq] for seq in sorted(self.messages) if seq > after]


def answered(question: Frame, answer: Frame) -> Frame:
    """A question with one more answer, the last one of its person."""
    others = [a for a in question.get("answers", []) if a["user"]["id"] != answer["user"]["id"]]
    return question | {"answers": [*others, answer]}
