"""Names: what a name may be, and when two names look alike.

A name is compared by its skeleton, never shown by it: the idea and the table of lookalikes are
those of Unicode Technical Standard 39 (confusables.txt), cut down to lookalikes of ASCII letters
after compatibility decomposition and case folding. Storing keeps what was typed, in NFC.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from .protocol import LIMITS, Refusal

# What a reader would take for the server or its people speaking.
RESERVED = ("admin", "administrator", "jupyter", "moderator", "server", "system", "tornchat")
RESERVED_ZH = ("管理员", "系统", "服务器")

ENDING = 16
"""Characters at the end of a file's name that are never cut off."""
TYPED = 4
"""Characters that are looked at for each one that may be kept: NFC makes one of several, but the
time it takes grows with the square of the marks in a row, and the event loop waits for it."""

LOOKALIKES = {
    "a": "ɑαаᎪᗅꓮ",
    "b": "ƅβвьᏏᏴᑲᖯᗷꓐꞵ",
    "c": "σсᏟᴄⲥꓚ",
    "d": "ԁᎠᏧᑯᗞᗪꓒꓓ",
    "e": "εеҽᎬⴹꓰꬲ",
    "f": "ϝքᖴẝꓝꞙꬵ",
    "g": "ƍɡԍցᏀᏳᶃꓖ",
    "h": "ηнһհᎻᏂᕼⲏꓧ",
    "i": "ıɩɪιіӏᎥꙇ",
    "j": "ʝϳјᎫᒍꓙ",
    "k": "κкᏦᛕⲕꓗ",
    "l": "ǀɩιіӏ۱Ꮮᒪᛁⲓⳑⵏꓡꓲ",
    "m": "μϻмᎷᗰᛖⲙꓟ",
    "n": "νոռⲛꓠ",
    "o": "οσоօ۵०০੦૦ଠ୦௦౦೦ഠ൦๐໐ဝ၀ჿዐᴏᴑⲟⵔꓳꬽ",
    "p": "ρрᏢᑭⲣꓑ",
    "q": "ԛգզⵕ",
    "r": "ʀгᎡᎱᏒᖇᴦⲅꓣꭇꭈ",
    "s": "ƽѕտᏕᏚꓢꜱ",
    "t": "τтᎢⲧꓔ",
    "u": "ʋυսሀᑌᴜꓴꞟꭎꭒ",
    "v": "νѵ۷Ꮩᐯᴠⴸꓦꛟ",
    "w": "ɯѡԝաᎳᏔᴡꓪ",
    "x": "χхᕁᕽᚷⲭⵝꓫꭓ",
    "y": "ɣʏγυуүყᎩᎽᶌỿⲩꓬꭚ",
    "z": "ζᏃᴢꓜ",
}
# Those within ASCII, where a font may draw one stroke for all of them.
_STROKES = {"i": "l", "1": "l", "|": "l", "0": "o"}
_SIGNS = dict.fromkeys("‐‑‒–—―−﹘ー", "-") | dict.fromkeys("‘’‚‛′ʹʻʼʽˈ`´", "'")
_BLANKS = dict.fromkeys("\u115f\u1160\u2800")  # letters and symbols that are drawn as nothing
_SMALL_CAPITALS = dict(zip("ᴀʙᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴘʀᴛʏ", "abdefghijklmnprty", strict=True))
_LETTERS = {odd: plain for plain, all_ in LOOKALIKES.items() for odd in all_}
_TABLE = str.maketrans(_LETTERS | _SMALL_CAPITALS | _STROKES | _SIGNS | _BLANKS)


def clean(name: str) -> str:
    """A person's name as it is kept: trimmed, NFC.

    Raises:
        Refusal: `bad_name`, with what is wrong.
    """
    name = clean_line(name, LIMITS.name_chars, "name")
    if not name:
        raise Refusal("bad_name", "the name is empty")
    if any(c.isspace() and c != " " for c in name) or "  " in name:
        raise Refusal("bad_name", "only single spaces may stand inside a name")
    if not skeleton(name):
        raise Refusal("bad_name", "the name has nothing that can be seen")
    if skeleton(name) in _RESERVED:
        raise Refusal("bad_name", "this name belongs to the chat itself")
    return name


def nearest(name: str) -> str:
    """The nearest name to one that nobody typed here, such as a directory's or a file's: what
    cannot be seen is dropped, blanks are folded, the rest is cut off. Empty where nothing is left
    that could be a name."""
    begin = name[: TYPED * LIMITS.name_chars]
    seen = "".join(c for c in begin if c.isspace() or unicodedata.category(c)[0] != "C")
    folded = " ".join(unicodedata.normalize("NFC", seen).split())
    short = folded[: LIMITS.name_chars].strip()
    return "" if _tower(short) or not skeleton(short) else short


def of_file(name: str) -> str:
    """A file's name as it is kept and shown: the nearest to what was said, without folders and
    without what cannot be seen (a NUL, a line end, a mark that turns the direction of letters).
    Where it is too long its middle is cut out, so that its ending stays true."""
    last = name.replace("\\", "/").rpartition("/")[2]
    last = unicodedata.normalize("NFC", _without_middle(last, TYPED * LIMITS.file_name_chars))
    seen = "".join(c for c in last if c.isspace() or unicodedata.category(c)[0] != "C")
    short = _without_middle(" ".join(seen.split()).strip(". "), LIMITS.file_name_chars)
    return short if skeleton(short) and not _tower(short) else "file"


def _without_middle(name: str, longest: int) -> str:
    return name if len(name) <= longest else name[: longest - ENDING] + name[-ENDING:]


def clean_line(text: str, longest: int, what: str) -> str:
    """A name or a title as it is kept: trimmed, NFC, one line; it may be empty.

    Args:
        longest: code points that are allowed.
        what: the word for it in a refusal.

    Raises:
        Refusal: `bad_name`, with what is wrong.
    """
    text = text.strip()
    if len(text) <= TYPED * longest:
        text = unicodedata.normalize("NFC", text).strip()
    if len(text) > longest:
        over = f"the {what} has {len(text):,} characters; {longest} are allowed"
        raise Refusal("bad_name", over)
    # Control, format, surrogate, private use and unassigned: nobody can see or type them.
    if any(unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" for c in text):
        raise Refusal("bad_name", f"the {what} holds a character that cannot be seen")
    if _tower(text):
        raise Refusal("bad_name", f"the {what} piles up marks")
    return text


@lru_cache(maxsize=4096)  # everyone who comes is compared with everyone who is there
def skeleton(name: str) -> str:
    """What is left of a name for a hasty reader; equal skeletons look alike."""
    text = unicodedata.normalize("NFKD", name).casefold()
    letters = [c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn"]
    plain = "".join(letters).translate(_TABLE).translate(_TABLE).replace("rn", "m")
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c)[0] != "C")


def distinct(name: str, is_taken: Callable[[str], bool]) -> str:
    """The name, or the name with a number where it is taken, so that somebody who comes back is
    let in under a name of their own beside one who took it meanwhile."""
    number, found = 2, name
    while is_taken(found):
        found = f"{name[: LIMITS.name_chars - 4]} ({number})"
        number += 1
    return found


def _tower(name: str) -> bool:
    """Whether marks are piled up: five in a row is more than any orthography needs."""
    run = 0
    for character in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if run >= 5:
            return True
    return False


_RESERVED = frozenset(skeleton(name) for name in (*RESERVED, *RESERVED_ZH))
