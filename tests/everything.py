"""A room with everything in it that a message can be.

Its words are nobody's in the UI (old filler text), so that a test tells what is ours from what
people wrote.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

from jupyter_tornchat.program.name import quoted
from panel import make_room
from servers import Server
from speaker import Speaker

LATIN, HEBREW, ARABIC = "Aurelia Magna", "שירה כהן", "ليلى حداد"
TITLE = "Dolor amet"
MARKDOWN = """**Lorem** *ipsum* ~~dolor~~ `sit(amet)`, https://lorem.test/ipsum

## Consectetur

1. adipiscing
   - elit

- [x] sed
- [ ] eiusmod

> tempor incididunt
> > labore

| magna | aliqua | veniam |
|:------|-------:|:------:|
| 1     | 2.5    | quis   |
| 3     | 4.5    | nostrud |

---

$e^{i\\pi} + 1 = 0$ exercitation

$$\\sum_{k=0}^{n} \\binom{n}{k} x^k \\quad \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$$

<b>ullamco</b> <script>laboris</script>"""
CODE = """```python
import numpy as np

class Nisi:
    def aliquip(self, commodo: float = 1e-3) -> str:
        # sunt culpa officia sunt culpa officia sunt culpa officia sunt culpa officia
        return f"consequat {commodo!r}"
```"""
LONG_CODE = "```python\n" + "\n".join(f"duis = {n}" for n in range(60)) + "\n```"
TRACEBACK = "\n".join(
    [
        "\x1b[31m" + "-" * 60 + "\x1b[39m",
        "\x1b[31mValueError\x1b[39m                 Traceback (most recent call last)",
        *(
            f"\x1b[36mFile \x1b[39m\x1b[32m<ipython-input-{n}>:{n}\x1b[39m, in \x1b[36maute(irure)"
            f"\x1b[39m\n\x1b[32m----> {n}\x1b[39m reprehenderit(irure)"
            for n in range(30)
        ),
        "\x1b[31mValueError\x1b[39m: voluptate velit",
    ]
)
RESOURCE = {
    "schema": {
        "fields": [{"name": "esse", "type": "string"}, {"name": "cillum", "type": "number"}],
        "primaryKey": ["esse"],
    },
    "data": [{"esse": f"fugiat {n}", "cillum": n / 7} for n in range(30)],
}
FRAME = """<table border="1" class="dataframe"><thead><tr><th></th><th>nulla</th></tr></thead>
<tbody><tr><th>0</th><td>pariatur</td></tr></tbody></table>"""


def outputs(picture: dict[str, Any]) -> list[dict[str, Any]]:
    """One output of each type."""
    error = {"ename": "ValueError", "evalue": "voluptate", "traceback": TRACEBACK.split("\n")}
    return [
        {"type": "application/vnd.jupyter.stdout", "text": "excepteur \x1b[1;32msint\x1b[0m\n" * 3},
        {"type": "application/vnd.jupyter.stderr", "text": "occaecat\n"},
        {"type": "text/html", "text": FRAME},
        {"type": "text/markdown", "text": "**cupidatat** $x^2$"},
        {"type": "text/latex", "text": "$$\\int_0^1 x\\,dx$$"},
        {"type": "application/json", "text": json.dumps({"non": ["proident", 1, None]})},
        {"type": "application/vnd.dataresource+json", "text": json.dumps(RESOURCE)},
        {"type": "image/png", "file": picture},
        {"type": "text/plain", "text": "array([1, 2, 3])"},
        {"type": "application/vnd.jupyter.error", "text": json.dumps(error)},
    ]


def everything(server: Server, room: str, title: str = TITLE) -> None:
    """Make the room, and say it all in it."""
    make_room(server, room, title)
    clients = {}
    for name in (LATIN, HEBREW, ARABIC):
        clients[name] = server.http(server.token)
        clients[name].headers["X-Tornchat-Name"] = quoted(name)
    with (
        Speaker(server, clients[LATIN], room) as latin,
        Speaker(server, clients[HEBREW], room) as hebrew,
        Speaker(server, clients[ARABIC], room) as arabic,
    ):
        picture = latin.upload("deserunt.png", png(320, 180))
        arrow = latin.upload("sapiente.arrow", b"ARROW1\0\0" + bytes(900))
        said_of = {"stats": {"rows": 100_000, "fields": 5}}
        latin.say(
            data=[
                {
                    "type": "application/vnd.apache.arrow.file",
                    "text": "veritatis.Quasi, 100,000 × 5",
                    "file": arrow,
                },
                {
                    "type": "application/vnd.dataresource+json",
                    "text": json.dumps(RESOURCE | said_of),
                },
                {"type": "text/plain", "text": "architecto beatae"},
            ]
        )
        latin.say(
            data=[
                {"type": "image/png", "text": "3,200 × 1,800", "file": picture},
                {"type": "text/plain", "text": "vitae dicta"},
            ]
        )
        first = latin.say("lorem ipsum 🌿")
        latin.say(MARKDOWN)
        hebrew.say("שלום lorem 123, מה שלומך?")
        arabic.say("مرحبا ipsum، كيف الحال؟", reply=first["seq"])
        latin.say(CODE, reply=first["seq"])
        hebrew.say(LONG_CODE)
        arabic.say(TRACEBACK)
        table = latin.upload("mollit.csv", b"anim,id\nest,1\nlaborum,2\n" * 20)
        archive = latin.upload(
            "perspiciatis-unde-omnis-iste-natus-error-sit.zip", b"PK\x03\x04" * 9
        )
        latin.say("voluptatem", files=[picture, table, archive])
        cell = {
            "source": "accusantium = 1\nprint(accusantium)",
            "language": "python",
            "count": 7,
            "notebook": "doloremque.ipynb",
            "outputs": outputs(picture),
        }
        latin.say("rerum", cell=cell)
        questions(latin, hebrew, arabic)
        jobs(latin)
        said = latin.say("laudantium")
        latin.edit(said["seq"], "totam rem")
        latin.delete(latin.say("aperiam")["seq"])
        latin.say("eaque" * 60)
        latin.say("ipsa quae")
    for client in clients.values():
        client.close()


def questions(latin: Speaker, hebrew: Speaker, arabic: Speaker) -> None:
    """Open, answered and closed; one answer and votes."""
    choices = ["voluptas", "כן 🌿", "لا أعرف حتى الآن", "sit aspernatur " * 5]
    latin.say("**Nemo** enim?", question={"choices": choices, "seconds": 3600})
    answered = latin.say("ipsam?", question={"choices": choices, "seconds": 3600})
    hebrew.answer(answered["seq"], 1)
    for closed in (False, True):
        vote = {"choices": choices, "seconds": 300_000, "vote": True}
        asked = latin.say("quia?", question=vote)
        for voter, choice in ((latin, 0), (hebrew, 1), (arabic, 1)):
            voter.answer(asked["seq"], choice)
        if closed:
            latin.withdraw(asked["seq"])
    withdrawn = latin.say("aut?", question={"choices": choices, "seconds": 3600})
    latin.withdraw(withdrawn["seq"])


def jobs(latin: Speaker) -> None:
    """Running, done and failed, with last words of each kind."""
    latin.say("odit 3/10", job={"what": "fugit " * 12})
    latin.say("", job={"what": "sed", "state": "done", "seconds": 3725})
    failed = latin.say("ratione 42 %", job={"what": "voluptatem"})
    latin.edit(failed["seq"], "ValueError: sequi " + "nesciunt " * 9, state="failed")


def png(width: int, height: int) -> bytes:
    """A picture in two colours."""
    blue, white = b"\x2a\x6f\xdb", b"\xf0\xf4\xff"
    rows = b"".join(
        b"\0" + b"".join(blue if x * height > y * width else white for x in range(width))
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
