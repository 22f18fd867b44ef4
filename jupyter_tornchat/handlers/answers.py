"""How every handler of ours answers.

Rules of this file:

- A no is always the same: a status, and JSON with `code` and `reason`. Jupyter's own error page
  is never used, because it carries the server's token for whoever it takes to be logged in.
- Responses allow nothing that is not needed, and are readable by our own origin alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import wraps
from http.client import responses
from typing import Any

import msgspec
from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.web import HTTPError, RequestHandler

from ..protocol import REASONS, Refusal

SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    # `blob:` is a picture that its sender has not sent yet, out of the page's own memory.
    " font-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Other sites learn nothing. With `no-referrer` a browser would also hide from ourselves where
    # our own form comes from (`Origin: null`), and it would be taken for another site's.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
CODES = {
    400: "bad_frame",
    403: "forbidden",
    404: "not_found",
    405: "bad_method",
    413: "too_long",
    429: "too_fast",
}


class Answers(RequestHandler):
    """Answers with JSON, and with the same headers."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)
        # Where the owner of the server has a policy too, both hold.
        headers: dict[str, str] = self.settings.get("headers", {})
        if "Content-Security-Policy" in headers:
            self.add_header("Content-Security-Policy", headers["Content-Security-Policy"])

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **more: Any) -> None:
        """One that was set over https never goes over http."""
        more.setdefault("secure", self.request.protocol == "https")
        super().set_cookie(name, value, *args, **more)

    def answer(self, what: Any, status: int = 200) -> None:
        """Finish with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(what))

    def refuse(self, refusal: Refusal) -> None:
        """Finish with a no."""
        no: dict[str, Any] = {"code": refusal.code, "reason": refusal.reason}
        if refusal.retry_after is not None:
            no["retry_after"] = refusal.retry_after
        self.answer(no, REASONS[refusal.code].status)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        code = CODES.get(status_code, "error")
        if status_code == 405:  # RFC 9110, 15.5.6
            self.set_header("Allow", ", ".join(self.methods()))
        self.answer({"code": code, "reason": responses.get(status_code, "")}, status_code)

    def methods(self) -> list[str]:
        """What may be asked here, by HTTP's names."""
        found = {name: getattr(type(self), name.lower()) for name in self.SUPPORTED_METHODS}
        bare = {getattr(RequestHandler, name.lower()) for name in found}
        return [name for name, method in found.items() if method not in bare]

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        # What a stranger may cause is no error of the server's.
        if not isinstance(value, HTTPError):
            super().log_exception(typ, value, tb)


Method = Callable[..., Awaitable[None] | None]


def answering(method: Method) -> Callable[..., Awaitable[None]]:
    """A handler's method that answers a `Refusal` instead of failing with it.

    It carries Jupyter's mark for "looks after itself who may call it": `prepare` does.
    """

    @wraps(method)
    async def answer(self: Answers, *args: Any, **kwargs: Any) -> None:
        try:
            done = method(self, *args, **kwargs)
            if inspect.isawaitable(done):
                await done
        except Refusal as refusal:
            self.refuse(refusal)

    return allow_unauthenticated(answer)
