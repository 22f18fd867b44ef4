"""Chat on the notebook server that people already run.

Importing this in a kernel costs nothing of the server: what a kernel needs is loaded when it is
first asked for, what the server needs is loaded by the server alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .program.connection import connect as connect
    from .room import Room as Room
    from .widget import ChatPanel as ChatPanel

__version__ = "0.1.0"
__all__ = ["ChatPanel", "Room", "__version__", "connect"]


def __getattr__(name: str) -> Any:
    if name == "Room":
        from .room import Room

        return Room
    if name == "connect":
        from .program.connection import connect

        return connect
    if name == "ChatPanel":
        from .widget import ChatPanel

        return ChatPanel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import TornChat

    return [{"module": "jupyter_tornchat", "app": TornChat}]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-tornchat"}]


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext jupyter_tornchat`: IPython learns `%chat` and `%%chat`."""
    from .program import magics

    magics.load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """`%unload_ext jupyter_tornchat`: IPython forgets them."""
    from .program import magics

    magics.unload(shell)
