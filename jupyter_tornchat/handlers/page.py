"""The plain web page, its login form and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tornado.httputil import url_concat
from tornado.template import Loader
from tornado.web import StaticFileHandler

from ..chat import Chat
from ..protocol import LIMITS, REASONS, Refusal
from .base import ChatHandler

HERE = Path(__file__).parent.parent
STATIC = HERE / "static"
HASHED = ("chunks/", "fonts/")
"""Folders of static files that have a hash of themselves in their names."""
FOR_EVER = "private, max-age=31536000, immutable"
KINDS = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
"""Said by us: what a machine's own tables of types say differs."""
VISITS = "tornchat-visits"
"""The one name under which visits are signed. A signed cookie whose name a client could choose
would be a login cookie for the asking."""

WORDS = {
    "en": {
        "title": "Chat",
        "hello": "What should people call you?",
        "name": "Name",
        "enter": "Enter",
        "visit": "visit {}",
        "closed": "This chat is closed to visitors.",
        "invited": "Only who was invited enters here. Open the link of your invite.",
        "script": "This chat needs JavaScript.",
        "looking": "Looking at your invite…",
        "invites": "invites you to chat:",
        "past": "You will see what was said there before.",
        "now": "You will see what is said there since you were invited.",
        "until": "The invite holds until",
        "guest": "You come in as a guest: others see your name with that mark, and you can chat in"
        " these rooms and do nothing else.",
    },
    "zh": {
        "title": "聊天室",
        "hello": "大家怎么称呼你？",
        "name": "昵称",
        "enter": "进入",
        "visit": "第 {} 次访问",
        "closed": "这个聊天室不对访客开放。",
        "invited": "只有受邀者可以进入。请打开你的邀请链接。",
        "script": "聊天需要 JavaScript。",
        "looking": "正在查看邀请…",
        "invites": "邀请你聊天：",
        "past": "你会看到之前的聊天记录。",
        "now": "你会看到从发出邀请起的聊天内容。",
        "until": "邀请有效期至",
        "guest": "你将以访客身份进入：其他人会看到你的名字带有访客标记；"
        "你只能在这些房间里聊天，不能做别的。",
    },
}
JOINING = {
    "en": {
        "no_key": "This page needs the link of an invite. Open the link that you were sent.",
        "bad_invite": "This invite does not hold, or not any more. Ask for a new one.",
        "gate_closed": "No guests are let in here at the moment.",
        "too_fast": "Too many tries from your address. Wait a moment, then open the link again.",
        "bad_name": "This name cannot be used.",
        "name_taken": "Someone here has this name, or one that looks like it.",
        "unavailable": "The chat is off at the moment. Try again in a moment.",
        "down": "The chat cannot be reached. Try again in a moment.",
    },
    "zh": {
        "no_key": "这个页面需要邀请链接。请打开别人发给你的链接。",
        "bad_invite": "这个邀请无效，或已经失效。请索取一个新的邀请。",
        "gate_closed": "这里暂时不接待访客。",
        "too_fast": "你的地址尝试次数太多。请稍后再打开链接。",
        "bad_name": "这个名字不能用。",
        "name_taken": "这里有人用这个名字，或用看起来一样的名字。",
        "unavailable": "聊天室暂时关闭，请稍后再试。",
        "down": "连不上聊天室，请稍后再试。",
    },
}
"""What may be wrong at the page of an invite."""
NO = {
    # What exactly is wrong with the storage is not for strangers.
    "en": {"unavailable": REASONS["unavailable"].says},
    "zh": {
        "bad_name": "这个名字不能用",
        "name_taken": "这里有人用这个名字，或用看起来一样的名字",
        "too_fast": "进来的人太多，请稍后再试",
        "unavailable": "聊天室暂时关闭",
    },
}

templates = Loader(str(HERE / "templates"))


class HtmlHandler(ChatHandler):
    """A handler that answers with a page of ours."""

    @property
    def language(self) -> str:
        """The language of the reader, by their browser: `en` or `zh`."""
        accepted = self.request.headers.get("Accept-Language", "")[:256].lower()
        first = next((part.strip()[:2] for part in accepted.split(",") if part.strip()), "")
        return first if first in WORDS else "en"

    def turn_away(self) -> None:
        if self.request.method == "GET":
            self.redirect(self.login_address())
        else:
            super().turn_away()

    def show(self, template: str, **more: Any) -> None:
        """Finish with a page."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        page = templates.load(template).generate(
            language=self.language, words=WORDS[self.language], prefix=self.prefix, **more
        )
        self.finish(page)


class PageHandler(HtmlHandler):
    """`tornchat/`: the page. Strangers are sent to where they can become somebody."""

    same_for_all = True

    def get(self) -> None:
        if "token" in self.request.query_arguments:
            # It did its work, and leaves the address bar at once.
            self.redirect(self.at_room(self.prefix))
            return
        invite = self.speaker and self.speaker.access.invite
        if invite and not self.get_query_argument("room", ""):
            self.redirect(url_concat(self.prefix, {"room": invite.rooms[0]}))
            return
        self.xsrf_token  # noqa: B018  reading it sets the cookie that the page's requests need
        self.show("page.html")


class BareHandler(ChatHandler):
    """`tornchat` without the slash, which the page's own addresses need."""

    public = True

    def get(self) -> None:
        self.redirect(self.prefix)


class NothingHere(ChatHandler):
    """Whatever has no route."""

    public = True

    async def admit(self) -> None:
        self.send_error(404)


class LoginHandler(HtmlHandler):
    """`tornchat/login`: one field, one button."""

    entrance = True
    same_for_all = True

    def get(self) -> None:
        self.form("", None)

    async def post(self) -> None:
        name = self.get_body_argument("name", "", strip=True)[: 8 * LIMITS.name_chars]
        try:
            await self.declare(name)
        except Refusal as refusal:
            self.set_status(REASONS[refusal.code].status)
            self.form(name, refusal)
            return
        self.redirect(self.at_room(self.prefix), status=302)

    def form(self, name: str, refusal: Refusal | None) -> None:
        """The form, with what was wrong with the name before."""
        no = NO[self.language].get(refusal.code, refusal.reason) if refusal else ""
        self.show(
            "login.html",
            name=name,
            no=no,
            visits=self.visits(),
            longest=LIMITS.name_chars,
            xsrf=self.xsrf_form_html(),
            open_to=self.may_enter,
            closed="closed" if self.chat.settings.guests == "off" else "invited",
        )

    def visits(self) -> int:
        """How often this browser was here, by its own signed cookie; a forged one counts as 0."""
        signed = self.get_signed_cookie(VISITS)
        count = int(signed) + 1 if signed and signed.isdigit() else 1
        self.set_signed_cookie(
            VISITS,
            str(count),
            path=self.prefix,
            httponly=True,
            samesite="Strict",
        )
        return count


class StaticHandler(ChatHandler, StaticFileHandler):
    """`tornchat/static/…`: the UI bundle. One address without a version, because every panel of
    a browser page must get the same module; the browser asks each time whether it has changed.
    What is in its folders has its own hash in its name, and never changes."""

    entrance = True
    same_for_all = True

    @property
    def public(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """On a Hub, which wants a header beside its cookie: a browser fetches modules without."""
        return self.on_hub

    def initialize(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, chat: Chat, prefix: str
    ) -> None:
        ChatHandler.initialize(self, chat, prefix)
        StaticFileHandler.initialize(self, str(STATIC))

    def set_extra_headers(self, path: str) -> None:
        hashed = path.startswith(HASHED)
        self.set_header("Cache-Control", FOR_EVER if hashed else "no-cache")

    def get_content_type(self) -> str:
        return KINDS.get(Path(self.absolute_path or "").suffix) or super().get_content_type()
