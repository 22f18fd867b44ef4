"""The way to a server, as a browser goes it: what something in between may get wrong.

Each check looks at one thing, and what it needs was found well before. What only somebody who is
signed in may know is left out where nobody said how to sign in.
"""

from __future__ import annotations

import base64
import re
import secrets
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPException
from urllib.parse import urlsplit

from ... import __version__
from ...handlers.base import FOREIGN
from ...handlers.socket import NO_UPGRADE
from ...protocol import DEFAULT_ROOM, LIMITS, SUBPROTOCOL
from .finding import Finding, note, ok, wrong
from .line import Answer, Line

FILES = f"api/rooms/{DEFAULT_ROOM}/files"
DATA_BASE = re.compile(rb'data-base="([^"]*)"')
NGINX_UPGRADE = (
    "nginx: `proxy_http_version 1.1;`, `proxy_set_header Upgrade $http_upgrade;` and"
    " `proxy_set_header Connection $connection_upgrade;` (docs/deploy.md has the whole file)"
)


def way(url: str, authorization: str) -> Iterator[Finding]:
    """Everything that can be found out of the way to a server.

    Args:
        url: the address that people type: a notebook server's, or the chat's own.
        authorization: the header that signs one in; empty where there is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield wrong(
            "address", f"{url} is none", "say the whole of it: https://chat.example.org/team/"
        )
        return
    parts = parts._replace(path=parts.path.rstrip("/") + "/", query="", fragment="")
    line = Line(parts, authorization)
    try:
        yield from _go(line)
    except (OSError, HTTPException) as error:
        yield _unreachable(line, error)


def _go(line: Line) -> Iterator[Finding]:
    first = line.ask()
    if found := _in_front(line, first):
        yield found
        return
    yield ok("reach", f"a server answers at {line.address()}")
    chat = _chat(line)
    if isinstance(chat, Finding):
        yield chat
        return
    yield _prefix(chat)
    yield from _socket(chat)
    yield _scheme(chat)
    yield _body(chat)
    yield from _server(chat)


# -------------------------------------------------------------------------- getting there


def _unreachable(line: Line, error: Exception) -> Finding:
    where = line.url.netloc
    if isinstance(error, ssl.SSLCertVerificationError):
        mend = "a certificate for this very name, with all that signed it; where it is of your own"
        return wrong(
            "certificate",
            f"browsers will not trust {where}: {error.verify_message}",
            f"{mend} authority, its file as SSL_CERT_FILE",
        )
    if isinstance(error, ssl.SSLError):
        return wrong("reach", f"{where} does not speak https: {error.reason}", "http://, or TLS")
    if isinstance(error, socket.gaierror):
        return wrong("reach", f"the name {line.url.hostname} leads nowhere", "the name's DNS entry")
    if isinstance(error, HTTPException):
        return wrong("reach", f"what answers at {where} is no web server: {error!r}", "the port")
    return wrong(
        "reach", f"nothing answers at {where}: {error}", "start the server; look at port, firewall"
    )


def _in_front(line: Line, first: Answer) -> Finding | None:
    """What stands in front of the server and says something of its own."""
    if first.status in {502, 503, 504} and not first.code:
        return wrong(
            "reach",
            f"a proxy answers, and has no server behind it (HTTP {first.status})",
            "start the server; the port in `proxy_pass` must be the one it listens on",
        )
    if first.status == 400 and not line.is_secure and b"HTTPS" in first.body:
        return wrong("reach", f"{line.url.netloc} speaks https", "https:// in the address")
    target = urlsplit(first.location)
    if target.netloc and (target.scheme, target.netloc) != (line.url.scheme, line.url.netloc):
        return wrong("reach", f"it leads to {first.location}", "give the address that it leads to")
    return None


def _chat(line: Line) -> Line | Finding:
    """The line to the chat itself; what is wrong where there is none."""
    for path in ("", "tornchat/"):
        health = line.ask(path + "api/health")
        if health.json.get("ok"):
            return Line(urlsplit(line.address(path)), line.authorization)
        if health.code == "forbidden":
            return _name(line, health)
        if health.code == "unavailable":
            return wrong("chat", "it is off", "see why, where it runs: `jupyter tornchat doctor`")
    path = line.url.path
    for other in (path + path.lstrip("/"), "/"):
        if path != "/" and _is_chat(line, other):
            return _elsewhere(line, other)
    if "version" in line.ask("api").json:
        return wrong(
            "extension",
            "a Jupyter server answers, and there is no chat on it",
            "where it runs: `pip install jupyter_tornchat`, `jupyter server extension enable"
            " jupyter_tornchat`, and start it again",
        )
    return wrong(
        "prefix",
        f"neither a chat nor a Jupyter server is at {path}",
        f"start the server with `--ServerApp.base_url={path}`, or give the path that it has",
    )


def _is_chat(line: Line, path: str) -> bool:
    return any(line.ask(f"{path}{at}api/health").json.get("ok") for at in ("", "tornchat/"))


def _elsewhere(line: Line, path: str) -> Finding:
    here = line.url.path
    if path == "/":
        return wrong("prefix", f"the chat is at /, not at {here}", "give the address without it")
    return wrong(
        "prefix",
        f"the proxy cuts {here} off, and the server knows itself by it",
        "nginx: no path and no slash after the port: `proxy_pass http://127.0.0.1:8888;`",
    )


def _name(line: Line, answer: Answer) -> Finding:
    name = line.url.hostname
    said = answer.json.get("reason", "")
    return wrong(
        "name",
        f"the server does not answer to the name {name}: {said}",
        f'`c.ServerApp.local_hostnames = ["{name}"]`; for the chat server of its own'
        f" `c.TornChat.public_url`",
    )


# ------------------------------------------------------------------------- what may be wrong


def _prefix(chat: Line) -> Finding:
    """Whether the server knows the path by which it is reached."""
    page = chat.ask()
    base = chat.url.path.removesuffix("tornchat/")
    if inside := DATA_BASE.search(page.body):
        thinks = inside[1].decode()
    else:
        thinks, login, _ = urlsplit(page.location).path.rpartition("login")
        if not login:  # a Hub signs people in at a path of its own
            return ok("prefix", f"the chat is at {chat.url.path}")
    if thinks in {base, chat.url.path}:
        return ok("prefix", f"the chat is at {chat.url.path}, and knows it")
    return wrong(
        "prefix",
        f"the chat is reached below {base}, and the server thinks that it lives at {thinks}",
        f"start the server with `--ServerApp.base_url={base}` and do not let the proxy cut that off"
        " (nginx: no path and no slash after the port in `proxy_pass`)",
    )


def _socket(chat: Line) -> Iterator[Finding]:
    """Whether a WebSocket opens, from a page of this very address."""
    # Who has a token may ask from anywhere, so a stranger hears first what is wrong on the way.
    answer = _handshake(Line(chat.url))
    if chat.authorization and answer.code == "signed_out":
        answer = _handshake(chat)
    said = answer.json.get("reason", "")
    if answer.status == 101:
        yield ok("socket", "a WebSocket opens")
    elif said == NO_UPGRADE:
        yield wrong(
            "socket", "the header Upgrade does not arrive: no WebSocket opens", NGINX_UPGRADE
        )
    elif answer.code == "signed_out":
        yield ok("socket", "a WebSocket opens, for who is signed in")
    elif said == FOREIGN:
        yield wrong(
            "host",
            "the server is asked by another name than the page's, and takes it for another site's",
            "nginx: `proxy_set_header Host $http_host;`",
        )
    else:
        said = said or "by something in between"
        yield wrong("socket", f"no WebSocket opens: HTTP {answer.status}, {said}", NGINX_UPGRADE)


def _handshake(chat: Line) -> Answer:
    return chat.ask(
        "chat",
        Connection="Upgrade",
        Upgrade="websocket",
        Origin=chat.origin,
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key=base64.b64encode(secrets.token_bytes(16)).decode(),
        Sec_WebSocket_Protocol=SUBPROTOCOL,
    )


def _scheme(chat: Line) -> Finding:
    """Whether the server knows that people come by https."""
    if not chat.is_secure:
        return note("scheme", "http: everyone on the way can read along", "https, by a proxy")
    seen = chat.ask("api/health").json.get("seen", {})
    if not seen:
        cookies = chat.ask("login").headers.get_all("Set-Cookie", [])
        ours = [cookie for cookie in cookies if cookie.startswith("tornchat")]
        if not ours:
            return note("scheme", "not looked at: only who is signed in is told", "say --token")
        seen = {"scheme": "https" if all("; Secure" in cookie for cookie in ours) else "http"}
    if seen["scheme"] == "https":
        at = f", and sees you at {seen['address']}" if "address" in seen else ""
        return ok("scheme", f"the server knows that people come by https{at}")
    return wrong(
        "scheme",
        "the server takes https for http: cookies may leave by http, and everyone is one address",
        "nginx: `proxy_set_header X-Forwarded-Proto $scheme;` and X-Forwarded-For; then"
        " `c.ServerApp.trust_xheaders = True`, or `c.TornChat.trusted_proxies` for guests' servers",
    )


def _body(chat: Line) -> Finding:
    """Whether what people send is let through."""
    if chat.announce(FILES, LIMITS.frame_bytes) == 413:
        return wrong(
            "body",
            f"something on the way refuses even {LIMITS.frame_bytes // 1024} KiB, a long message",
            f"nginx: `client_max_body_size {LIMITS.file_bytes // 2**20 + 1}m;`",
        )
    if chat.announce(FILES, LIMITS.file_bytes) == 413:
        most = LIMITS.file_bytes // 2**20
        return note(
            "body",
            f"messages pass, but something on the way refuses files of {most} MiB, which the chat"
            " itself takes",
            f"nginx: `client_max_body_size {most + 1}m;`",
        )
    return ok("body", "messages and files pass")


def _server(chat: Line) -> Iterator[Finding]:
    """What the server says of itself to who is signed in."""
    health = chat.ask("api/health").json
    if "version" not in health:
        return
    if trouble := health.get("trouble"):
        yield wrong("chat", f"it is off: {trouble}", "where it runs: `jupyter tornchat doctor`")
    if health["version"] == __version__:
        yield ok("versions", f"jupyter_tornchat {__version__} there, as here")
    else:
        there = health["version"]
        yield note(
            "versions",
            f"jupyter_tornchat {there} there, {__version__} here",
            f"`pip install jupyter_tornchat=={there}` here, where programs of this machine use it",
        )
