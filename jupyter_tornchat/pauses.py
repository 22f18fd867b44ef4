"""Pauses: how long Python's garbage collector holds the loop.

A full collection looks at everything that may be part of a circle: on a notebook server 200,000
objects, nearly all of them modules and classes that are there as long as the server is, and that
takes 0.1 s in which nobody's kernel is heard. It is due whenever enough new objects live on, as
they do when many people come in. So what is there when the chat starts is set aside once, and
collections look at what came since (`gc.freeze`; docs/decisions.md).
"""

from __future__ import annotations

import gc


def set_aside() -> None:
    """Let no collection look again at what is there now; what of it is garbage goes first."""
    gc.collect()
    gc.freeze()


def take_back() -> None:
    """Let collections look at everything."""
    gc.unfreeze()
