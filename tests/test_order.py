"""Order in a room, as two people in browsers see it: who opened the room keeps it, and the other is
told what was done, and why they may not speak."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from axe import Axe
from panel import Panel, create_room, open_chat
from servers import Server
from sight import cut_off, walk_by_keyboard

NewPage = Callable[..., Page]
Picture = Callable[[Page, str], Path]

WIDE = {"viewport": {"width": 1180, "height": 900}}
NARROW = {
    "locale": "zh-CN",
    "viewport": {"width": 360, "height": 740},
    "color_scheme": "dark",
}
UNLIMITED = {"TornChat": {"message_rate": 0}}


class Order:
    """The dialog in which a room's keeper keeps order."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.dialog = panel.element.get_by_role("dialog")

    def open(self, button: str) -> Order:
        """By keyboard alone."""
        way = self.panel.element.get_by_role("button", name=button)
        way.focus()
        self.panel.page.keyboard.press("Enter")
        self.dialog.wait_for()
        return self

    def press(self, *buttons: str) -> None:
        """One button after the other; the dialog says that it is done."""
        for button in buttons:
            self.dialog.get_by_role("button", name=button, exact=True).click()

    def told(self, says: str) -> None:
        expect(self.dialog.get_by_role("status")).to_have_text(isolated(says))

    def close(self) -> None:
        self.panel.page.keyboard.press("Escape")
        expect(self.dialog).to_have_count(0)


def isolated(says: str) -> str:
    """A sentence whose names keep their own direction."""
    return re.sub(r"Ann|Bob", "\u2068\\g<0>\u2069", says)


def note(panel: Panel, says: str) -> Locator:
    return panel.log.locator(".note", has_text=isolated(says))


def say_as(panel: Panel, name: str, text: str) -> None:
    panel.say(text)
    panel.take_name(name)
    panel.settle()


def test_who_opened_a_room_keeps_order_there_and_all_are_told(
    start_notebook_server: Callable[..., Server], new_page: NewPage, picture: Picture
) -> None:
    server = start_notebook_server(config=UNLIMITED)
    ann = open_chat(new_page(**WIDE), server)
    say_as(ann, "Ann", "Good morning")
    create_room(ann, "Statistics")
    ann.say("Welcome to the course")
    ann.settle()
    bob = open_chat(new_page(**NARROW), server, "statistics")
    say_as(bob, "Bob", "老师好")
    mine = ann.log.get_by_role("article").first
    expect(mine.locator(".mark")).to_have_text(["(self-declared)", "owner"])
    expect(bob.log.get_by_role("article").first.locator(".mark")).to_have_text(
        ["(自报姓名)", "房主"]
    )
    expect(ann.people).to_have_text(["Ann", "Bob"])
    expect(bob.element.get_by_role("button", name="秩序")).to_have_count(0)

    axe = Axe()
    wrong: list[str] = []
    bob_seen = bob.page.locator("body")
    silence = bob.element.locator("tornchat-composer .silence")
    order = Order(ann)

    # Somebody is muted, and may speak again: by hand, and by the list of the room.
    order.open("Keep order: Bob").press("Mute for 10 minutes")
    order.told("Ann muted Bob for 10 minutes")
    wrong += axe.look(ann.page) + cut_off(ann.page.locator("body"))
    wrong += walk_by_keyboard(order.dialog)
    picture(ann.page, "order-person")
    order.close()
    expect(ann.element.get_by_role("button", name="Keep order: Bob")).to_be_focused()
    expect(silence).to_contain_text("你被禁言至")
    expect(note(bob, "Ann 将 Bob 禁言10分钟")).to_have_count(1)
    expect(note(ann, "Ann muted Bob for 10 minutes")).to_have_count(1)
    wrong += axe.look(bob.page) + cut_off(bob_seen)
    picture(bob.page, "order-muted")
    order.open("Order in this room")
    expect(order.dialog.get_by_role("listitem")).to_contain_text(["muted until"])
    order.dialog.get_by_role("button", name="Take back: Bob, muted until").click()
    order.told("Ann lets Bob speak again")
    expect(silence).to_have_count(0)
    expect(order.dialog.get_by_role("listitem")).to_have_count(0)

    # The room is slow, then one for announcements, then as it was.
    order.press("30 seconds")
    order.told("Ann lets everyone speak once every 30 seconds")
    bob.say("请问作业什么时候交")
    bob.settle()
    bob.say("还有一个问题")
    expect(bob.element.locator("#notice")).to_contain_text("每30秒钟可发言一次")
    expect(bob.box).to_have_value("还有一个问题")
    order.press("off")
    order.told("Ann ended slow mode")
    order.press("Moderators only: announcements")
    expect(silence).to_have_text("这个房间只有管理员可以发言。")
    wrong += axe.look(ann.page) + cut_off(ann.page.locator("body"))
    picture(ann.page, "order-room")
    order.press("Everyone")
    expect(bob.box).to_have_value("还有一个问题")
    order.close()

    # What others said is taken away: one message, and all of it once that is said twice.
    his = ann.message("老师好")
    his.hover()
    his.get_by_role("button", name="Delete").click()
    his.get_by_role("button", name="Delete").click()
    expect(bob.log.get_by_text("这条消息已删除。")).to_have_count(1)
    order.open("Keep order: Bob").press("Take away what they said", "Cancel")
    expect(bob.kept("请问作业什么时候交")).to_have_count(1)
    order.press("Take away what they said", "Take away what they said")
    order.told("Ann took away what Bob said")
    expect(bob.log.get_by_text("这条消息已删除。")).to_have_count(2)

    # More and less than a member, and out of the room.
    order.press("Moderator")
    expect(bob.log.locator(".note").last).to_contain_text("设为管理员")
    bob.element.locator(".to-people").click()
    expect(bob.element.get_by_role("button", name="本房间的秩序")).to_be_visible()
    wrong += axe.look(bob.page) + cut_off(bob_seen)
    order.press("Only reads")
    expect(bob.element.get_by_role("button", name="本房间的秩序")).to_have_count(0)
    expect(silence).to_have_text("你在这个房间只能阅读。")

    # Who is sent out may come back, as what they were; who is banned may not.
    order.press("Send out", "Send out")
    order.told("Ann sent Bob out")
    expect(bob.notice).to_contain_text("你已被移出聊天")
    expect(ann.people).to_have_text(["Ann"])
    bob.page.reload()
    expect(silence).to_have_text("你在这个房间只能阅读。")
    expect(note(bob, "Ann 将 Bob 请出了房间")).to_have_count(1)
    order.press("Ban", "Ban")
    order.told("Ann banned Bob")
    expect(bob.notice).to_contain_text("你已被移出聊天")
    bob.notice.get_by_role("button", name="重试").click()
    expect(bob.element.get_by_text("没有这个房间")).to_be_visible()
    print(axe)
    assert not wrong, "\n".join(wrong)
