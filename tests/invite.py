"""The dialog that lets guests in, and the page that a guest meets."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from panel import Panel, shown


def open_invites(panel: Panel, word: str = "Invite a guest") -> Locator:
    """By keyboard, from the button in the panel's header."""
    panel.element.get_by_role("button", name=word).press("Enter")
    dialog = panel.page.get_by_role("dialog")
    expect(dialog.locator("form")).to_be_visible()
    return dialog


def make_link(dialog: Locator, word: str = "The link") -> str:
    """Make an invite as the form stands, and take its link."""
    dialog.locator("form .main").click()
    return dialog.get_by_role("region", name=word, exact=True).inner_text()


def join(page: Page, link: str, name: str) -> Panel:
    """Come in by a link."""
    page.goto(link)
    field = page.get_by_role("textbox")
    field.fill(name)
    field.press("Enter")
    return shown(page)
