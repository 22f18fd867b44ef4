"""Sight: what of a room somebody sees.

A guest may see nothing that was said before their invite was made, and in a help desk everybody
sees their own threads. What somebody does not see is to them as if it were not there: whoever asks
for it by its number hears what they would hear if it did not exist.
"""

from __future__ import annotations

from typing import NamedTuple


class Sight(NamedTuple):
    """What of one room somebody sees."""

    since: int = 0
    """Nothing up to this `seq`."""
    asker: str | None = None
    """Of the threads of a help desk, those of the person with this id; None where all of them."""

    def shows(self, seq: int, asker: str) -> bool:
        """Whether an entry is to be seen.

        Args:
            seq: its place in the room.
            asker: of whose thread it is; empty where of none.
        """
        return seq > self.since and self.opens(asker)

    def opens(self, asker: str) -> bool:
        """Whether the threads of the person with this id are to be seen; what is in none, where the
        id is empty, everybody sees."""
        return not asker or self.asker is None or asker == self.asker


ALL = Sight()
"""Somebody who sees everything."""
