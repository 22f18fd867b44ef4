"""A room's files without a server: what is sent from one program and taken out by another."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from msgspec.structs import replace

from jupyter_tornchat import mediatype
from jupyter_tornchat.program.content import Content
from jupyter_tornchat.program.objects import content
from jupyter_tornchat.program.taken import take
from jupyter_tornchat.protocol import (
    Message,
    Output,
    OutputRef,
    Send,
    StoredFile,
    User,
    decode,
    encode,
)

ANN = User("program:ann", "ann", "program")


class Shelf:
    """The files of a room; each is what the server finds it to be."""

    def __init__(self) -> None:
        self.blobs: dict[str, bytes] = {}
        self.files: dict[str, StoredFile] = {}

    def upload(self, blob: bytes, name: str) -> StoredFile:
        hash = hashlib.sha256(blob).hexdigest()
        self.blobs[hash] = blob
        found = mediatype.find(BytesIO(blob), len(blob), _is_text(blob), name)
        self.files[hash] = StoredFile(hash, name, found.type, len(blob), found.width, found.height)
        return self.files[hash]

    def message(self, content: Content) -> Message:
        """As the room has it, once a server has read what was sent."""
        sent = decode(
            encode(Send(room="lobby", id="1", **{f: getattr(content, f) for f in FIELDS})).decode()
        )
        assert isinstance(sent, Send)
        data = [self._output(output) for output in sent.data]
        return Message("lobby", 1, "1", ANN, sent.text, 0, data=data)

    def _output(self, output: OutputRef) -> Output:
        file = output.file and replace(self.files[output.file.hash], name=output.file.name)
        return Output(output.type, output.text, file)

    def send(self, obj: Any) -> Message:
        return self.message(content(obj, self.upload))

    def take(self, message: Message) -> Any:
        return take(message, self.blobs.__getitem__)

    def there_and_back(self, obj: Any) -> Any:
        """What another program takes out of the message in which it was sent."""
        return self.take(self.send(obj))

    def holding(self, type: str, blob: bytes, was: str = "", name: str = "x") -> Message:
        """A message in which anybody may have sent this file."""
        return self.message(Content(data=[OutputRef(type, was, self.upload(blob, name))]))


FIELDS = ("text", "data", "files", "cell", "question", "job")


def _is_text(blob: bytes) -> bool:
    try:
        return "\0" not in blob.decode()
    except UnicodeDecodeError:
        return False


def types(message: Message) -> list[str]:
    return [output.type for output in message.data]
