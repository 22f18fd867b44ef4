"""Letting somebody in as a guest, from the dialog to the guest's own page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

import servers
from axe import Axe
from conftest import FOREIGN_HOST
from invite import join, make_link, open_invites
from notebooks import open_notebook, run_cell, write_notebook
from panel import Panel, make_room, open_chat
from servers import Home, Server
from sight import cut_off, latin, words
from watch import Watch

NewPage = Callable[..., Page]

CONFIG: dict[str, Any] = {
    "ServerApp": {"allow_remote_access": True},
    "TornChat": {"guest_ip": ""},  # as it is where nobody says otherwise
}
PHONE = {"locale": "zh-CN", "viewport": {"width": 360, "height": 740}}
COUNT = """\
import itertools, time
for number in itertools.count():
    print(number, flush=True)
    time.sleep(0.05)"""
CELLS = (
    'from jupyter_tornchat import ChatPanel\nChatPanel("forecast")',
    COUNT,
    "'it went on'",
)
COUNTED = """() => window.jupyterapp.shell.currentWidget.content.widgets[1].model.outputs
  .toJSON().map(({ text }) => [text].flat().join('')).join('').trim().split(/\\s+/).map(Number)"""
MORE = f"(count) => ({COUNTED})().length >= count"
INTERRUPT = "() => window.jupyterapp.commands.execute('notebook:interrupt-kernel')"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
STORED = "JSON.stringify({...localStorage, ...sessionStorage})"


def elsewhere(server: Server) -> str:
    """The server at a name that is not localhost, and so no secure context."""
    return f"http://{FOREIGN_HOST}:{server.port}/"


def counts_on(page: Page) -> None:
    """The cell prints ten more numbers."""
    page.wait_for_function(MORE, arg=len(page.evaluate(COUNTED)) + 10)


def test_a_guest_is_let_in_talks_and_is_shut_out_while_a_kernel_runs_untouched(
    home: Home, start: Callable[[Server], Server], new_page: NewPage
) -> None:
    server = start(servers.notebook_server(home, lab=True, config=CONFIG))
    make_room(server, "forecast", "Forecast")
    write_notebook(server, "forecast.ipynb", CELLS)
    lab, watch = new_page(viewport={"width": 1300, "height": 900}), Watch()
    open_notebook(lab, server, "forecast.ipynb", url=elsewhere(server))
    run_cell(lab, 0)
    cell = Panel(lab, "cell")
    cell.say("only for us")
    cell.take_name("Mei")
    expect(cell.kept("only for us")).to_have_count(1)
    run_cell(lab, 1, wait=False)
    counts_on(lab)
    busy = lab.locator(".jp-InputPrompt", has_text="[*]:")
    expect(busy).to_have_count(1)

    dialog = open_invites(cell)
    link = make_link(dialog)
    assert link.startswith(f"http://{FOREIGN_HOST}:")
    assert f":{server.port}/" not in link
    key = link.partition("#k=")[2]
    assert len(key) >= 32

    # The guest: another browser, which knows the link and nothing else.
    guest = join(watch.over(new_page(viewport={"width": 900, "height": 700})), link, "Eve")
    assert guest.page.evaluate("window.isSecureContext") is False
    expect(guest.notice).to_contain_text("You are here as a guest, invited by Mei.")
    expect(guest.notice).to_contain_text("You see what was said since")
    expect(guest.element.get_by_role("button", name="New room")).to_have_count(0)
    guest.say("hello from outside")
    expect(cell.kept("hello from outside")).to_have_count(1)
    row = dialog.get_by_role("listitem").filter(has_text="Eve").last
    expect(row).to_contain_text("here now")
    lab.keyboard.press("Escape")
    cell.say("welcome, Eve")
    expect(guest.kept("welcome, Eve")).to_have_count(1)
    assert guest.read() == ["hello from outside", "welcome, Eve"]
    counts_on(lab)

    dialog = open_invites(cell)
    expect(dialog).not_to_contain_text(key)
    shut_out = dialog.get_by_role("button", name="Shut out Eve")
    shut_out.wait_for()
    clicked = time.monotonic()
    shut_out.click()
    over = guest.notice.get_by_text("Your visit is over.")
    over.wait_for()
    print(f"shut out {(time.monotonic() - clicked) * 1000:.0f} ms after the click")
    expect(guest.notice).to_contain_text("ask Mei for another invite")
    expect(guest.box).to_be_hidden()
    expect(dialog.get_by_role("listitem").filter(has_text="Eve")).to_have_count(0)
    lab.keyboard.press("Escape")
    counts_on(lab)

    # They do not come back: not by themselves, not by a reload, not by the link, which is used up.
    sockets = len(watch.sockets)
    guest.page.evaluate("window.dispatchEvent(new Event('online'))")
    cell.say("they are gone")
    expect(cell.kept("they are gone")).to_have_count(1)
    assert guest.read() == ["hello from outside", "welcome, Eve"]
    assert len(watch.sockets) == sockets
    guest.page.reload()
    expect(guest.page.locator("tornchat-panel")).to_have_count(0)
    guest.page.goto(link)
    expect(guest.page.get_by_role("alert")).not_to_be_empty()
    expect(guest.page.get_by_role("textbox")).to_have_count(0)
    assert key not in guest.page.url

    # The kernel never noticed, and nothing of the key is left anywhere.
    expect(busy).to_have_count(1)
    counts_on(lab)
    lab.evaluate(INTERRUPT)
    expect(busy).to_have_count(0)
    counted = lab.evaluate(COUNTED)
    assert counted == list(range(len(counted)))
    run_cell(lab, 2)
    expect(lab.locator(".jp-InputPrompt", has_text="[3]:")).to_have_count(1)
    lab.evaluate(SAVE)
    notebook = (server.home.work / "forecast.ipynb").read_text()
    assert "it went on" in notebook
    for page in (lab, guest.page):
        assert key not in page.content() + page.evaluate(STORED)
    assert key not in notebook + server.log()
    assert {host.partition(":")[0] for host in watch.hosts} == {FOREIGN_HOST}
    assert all("Cross-Origin-Opener-Policy" in said for said in watch.complaints)


def test_the_dialog_makes_links_ends_invites_and_closes_the_door(
    start_notebook_server: Callable[..., Server], new_page: NewPage
) -> None:
    server = start_notebook_server(config=CONFIG)
    for room, title in (("forecast", "Forecast"), ("paper", "Paper")):
        make_room(server, room, title)
    axe = Axe()
    page = new_page(viewport={"width": 1100, "height": 900})
    panel = open_chat(page, server, "forecast", url=elsewhere(server))
    panel.say("the past")
    panel.take_name("Mei")
    panel.settle()

    # By keyboard alone, with the past and another room.
    dialog = open_invites(panel)
    expect(dialog).to_have_accessible_name("Guests in Forecast")
    assert dialog.get_by_label("It holds for").input_value() == str(24 * 3600)
    assert axe.look(page) == []
    dialog.get_by_label("How many may come by it").fill("2")
    dialog.get_by_label("What was said before as well").press("Space")
    dialog.locator("summary").press("Enter")
    dialog.get_by_label("Paper").press("Space")
    dialog.get_by_role("button", name="Make the link").press("Enter")
    copy = dialog.get_by_role("button", name="Copy the link")
    expect(copy).to_be_focused()
    link = dialog.get_by_role("region", name="The link").inner_text()
    expect(dialog.get_by_role("img", name="The link as a QR code")).to_be_visible()
    page.keyboard.press("Enter")
    expect(copy).to_have_attribute("data-done", "Copied.")
    assert axe.look(page) == []
    page.keyboard.press("Escape")
    expect(panel.element.get_by_role("button", name="Invite a guest")).to_be_focused()
    panel.box.press("Control+V")
    expect(panel.box).to_have_value(link)  # no clipboard to read from on plain http
    panel.box.fill("")

    ben, eve = (join(new_page(), link, name) for name in ("Ben", "Eve"))
    for guest in (ben, eve):
        expect(guest.texts).to_have_text(["the past"])
        expect(guest.notice).to_contain_text("You see all that was said here.")
        expect(guest.element.get_by_role("button", name="Invite a guest")).to_have_count(0)
    expect(ben.rooms).to_contain_text(["Forecast", "Paper"])
    assert axe.look(ben.page) == []

    # On a phone, in Chinese: what is there, and that nothing of it is cut off.
    phone = new_page(**PHONE)
    small = open_chat(phone, server, "forecast", url=elsewhere(server))
    make_link_button = open_invites(small, "邀请访客").get_by_role("button", name="生成链接")
    make_link_button.click()  # somebody without a name is asked for one
    small.take_name("Lin")
    expect(small.name).to_have_count(0)
    dialog = open_invites(small, "邀请访客")
    expect(dialog.get_by_role("listitem").filter(has_text="Eve").last).to_contain_text("在线")
    make_link_button.click()
    expect(dialog.locator(".qr")).to_be_visible()
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)
        assert axe.look(phone) == []
    assert cut_off(phone.locator("body")) == []
    addresses = re.findall(r"https?://\S+", dialog.inner_text())
    theirs = latin(f"Mei Lin Ben Eve Paper Forecast {' '.join(addresses)}")
    assert words(dialog) - set(theirs) == set()
    phone.close()

    # One invite is ended: its two guests are out. The door is closed: so is the last one.
    dialog = open_invites(panel)
    last = join(new_page(), make_link(dialog), "Kim")
    first = dialog.get_by_role("listitem").filter(has_text="2 of 2 guests came").first
    sure(first, "End", re.compile("its 2 guests are out"))
    for guest in (ben, eve):
        expect(guest.notice).to_contain_text("Your visit is over.")
    expect(last.box).to_be_visible()
    expect(dialog).not_to_contain_text("Eve")
    sure(dialog, "Close the door", re.compile("All of them are out"))
    expect(last.notice).to_contain_text("Your visit is over.")
    expect(dialog.get_by_role("button", name="Open the door")).to_be_visible()
    dialog.get_by_role("button", name="Open the door").click()
    expect(dialog.get_by_role("button", name="Close the door")).to_be_visible()
    print(axe)


def sure(place: Locator, word: str, question: re.Pattern[str]) -> None:
    """Do it, once it was asked whether one is sure."""
    place.get_by_role("button", name=re.compile(f"^{word}")).first.click()
    asked = place.get_by_role("group", name=question)
    asked.get_by_role("button", name=word).click()
