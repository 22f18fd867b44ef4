"""The settings, shared by the notebook server's extension and the chat server of its own.

Both are configured as `c.TornChat`. A setting that cannot be read never stops a notebook server:
the chat is off and says why.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_core.paths import jupyter_data_dir
from traitlets import (
    Dict,
    Enum,
    Float,
    HasTraits,
    Int,
    List,
    TraitError,
    Unicode,
    default,
    validate,
)

from . import address
from .groups import Groups
from .protocol import Refusal

try:
    import resource
except ImportError:  # Windows has no such limit to ask for
    resource = None


class Settings(HasTraits):
    """What people may set. A mixin of the two applications."""

    storage = Unicode(
        "",
        help="""Where the history is kept: `sqlite:///relative/path` (to where the server was
        started), `sqlite:////absolute/path`, or `sqlite:///~/path` (in the home folder). Empty:
        `tornchat/chat.db` in Jupyter's data directory, and `tornchat/guests.db` there for the
        chat server of its own: who may enter it need not know what members say.""",
    ).tag(config=True)

    guests = Enum(
        ("off", "invite", "open"),
        default_value="invite",
        help="""Who may enter the chat server of its own (`jupyter tornchat`) without a Jupyter
        login: nobody, whoever was invited, or anybody who can reach it. Guests never reach a
        notebook server: for them people may open such a server beside it, where only who was
        invited enters; `off` forbids it.""",
    ).tag(config=True)

    guest_ip = Unicode(
        "",
        help="""The address on which guests are let in beside a notebook server. Empty: on all that
        this machine has.""",
    ).tag(config=True)

    guest_port = Int(
        8000,
        min=0,
        max=65535,
        help="""The port on which guests are let in beside a notebook server; where it is taken, one
        of the next. 0: any that is free.""",
    ).tag(config=True)

    public_url = Unicode(
        "",
        help="""The address by which guests reach the server that lets them in, where it is not this
        machine's own: of a proxy before it, for example. Invites lead there. Where it has a path,
        that server has the same one.""",
    ).tag(config=True)

    moderators = List(
        Unicode(),
        help="""Who keeps order in every room, by username: people whom the server knows, by an
        identity provider or a Hub. Elsewhere only who opened a room does, and whom they name.""",
    ).tag(config=True)

    groups = Dict(
        help="""On a JupyterHub, what its groups open, by their names: `{"teachers": {"moderates":
        True}, "physics": {"rooms": ["physics"]}}`. Somebody sees the rooms that their groups name;
        every room where none of them names one, and where one of them moderates. `*` is a group
        that everybody is in.""",
    ).tag(config=True)

    message_rate = Float(
        5.0,
        help="""Messages a second that one person may send, in bursts of up to three seconds'
        worth. 0 lifts every rate limit.""",
    ).tag(config=True)

    max_connections = Int(
        2000,  # not 0: traitlets would take a 0 that is configured for no change, and not check it
        help="""Connections that are open at one time: tabs, panels and scripts. The default is
        a quarter of the files the process may open, at most 2000: kernels need the rest.""",
    ).tag(config=True)

    heartbeat = Float(
        15.0,
        help="""Seconds between two heartbeats. A connection that is silent for three of them is
        dead.""",
    ).tag(config=True)

    webhook_networks = List(
        Unicode(),
        help="""Networks that rooms may tell what is said there, though not everyone on the internet
        may reach them: `["10.1.0.0/16"]`. Elsewhere only public addresses are called, and by https
        alone; see `docs/programs.md`.""",
    ).tag(config=True)

    trusted_proxies = List(
        Unicode(),
        help="""Addresses or networks of proxies before the chat server of its own, and before the
        guests' server: `["127.0.0.1"]`. What they say of who asks (`X-Forwarded-For` and
        `X-Forwarded-Proto`) is believed, and what anybody else says is not. (A notebook server has
        `ServerApp.trust_xheaders` for it.)""",
    ).tag(config=True)

    default_history = "chat.db"
    """The history's file where `storage` is empty."""

    @property
    def history(self) -> Path:
        """The history's file.

        Raises:
            Refusal: `unavailable`, where `storage` means none.
        """
        return storage_path(self.storage, self.default_history)

    @property
    def public_path(self) -> str:
        """The path of `public_url`, ending in a slash."""
        return urlsplit(self.public_url).path.rstrip("/") + "/"

    @default("max_connections")
    def _default_max_connections(self) -> int:
        if resource is None:
            return 2000
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return 2000 if soft == resource.RLIM_INFINITY else max(1, min(2000, soft // 4))

    @validate("webhook_networks", "trusted_proxies")
    def _check_networks(self, proposal: Any) -> list[str]:
        try:
            address.networks(proposal["value"])
        except ValueError as error:
            raise TraitError(f"TornChat.{proposal['trait'].name}: {error}") from None
        return proposal["value"]

    @validate("public_url")
    def _check_public_url(self, proposal: Any) -> str:
        said: str = proposal["value"]
        url = urlsplit(said)
        if said and (url.scheme not in {"http", "https"} or not url.hostname):
            form = "TornChat.public_url is not of the form https://chat.example.org/"
            raise TraitError(f"{form}: {said[:200]!r}")
        return said

    @validate("groups")
    def _check_groups(self, proposal: Any) -> dict[str, Any]:
        try:
            Groups(proposal["value"])
        except ValueError as error:
            raise TraitError(f"TornChat.groups: {error}") from None
        return proposal["value"]

    @validate("message_rate")
    def _check_message_rate(self, proposal: Any) -> float:
        return _within("message_rate", proposal["value"], 0, 1_000_000)

    @validate("max_connections")
    def _check_max_connections(self, proposal: Any) -> int:
        return int(_within("max_connections", proposal["value"], 1, 1_000_000))

    @validate("heartbeat")
    def _check_heartbeat(self, proposal: Any) -> float:
        return _within("heartbeat", proposal["value"], 0.1, 3600)


def storage_path(storage: str, default_history: str = Settings.default_history) -> Path:
    """The file that a `storage` setting means.

    Raises:
        Refusal: `unavailable`, where it means none.
    """
    if not storage:
        return Path(jupyter_data_dir()) / "tornchat" / default_history
    if not storage.startswith("sqlite:///") or storage == "sqlite:///":
        raise Refusal(
            "unavailable",
            f"TornChat.storage is not of the form sqlite:///relative or sqlite:////absolute:"
            f" {storage[:200]!r}",
        )
    path = Path(storage.removeprefix("sqlite:///"))
    if path.parts[:2] == ("/", "~"):  # four slashes mean the same: no root holds a home so called
        path = path.relative_to("/")
    return path.expanduser() if path.parts[:1] == ("~",) else path


def _within(name: str, value: float, low: float, high: float) -> float:
    if math.isnan(value) or not low <= value <= high:
        raise TraitError(f"TornChat.{name} must lie between {low} and {high:,}, not {value!r}")
    return value
