"""What axe finds wrong with a page: rules that a program can check of what everyone needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parent.parent / "labextension/node_modules/axe-core/axe.min.js"
RULES = [
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
    "best-practice",
]
RUN = """async ([places, rules]) => {
  const found = await axe.run(
    places.length > 0 ? { include: places.map((place) => [place]) } : document,
    { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] },
  );
  const nodes = (results) => results.reduce((sum, { nodes }) => sum + nodes.length, 0);
  return {
    rules: found.passes.length + found.violations.length,
    passed: nodes(found.passes),
    wrong: found.violations.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target, html, any, all, none }) => [
        id, impact, target.flat().join(' '), html.slice(0, 300),
        ...[...any, ...all, ...none].map(({ message }) => message),
      ].join(' · '))),
  };
}"""


class Axe:
    """Counts what it checked, over many looks."""

    def __init__(self) -> None:
        self.looks = 0
        self.rules = 0
        self.passed = 0

    def look(self, page: Page, *places: str, rules: list[str] | None = None) -> list[str]:
        """What is wrong within these places of the page as it is now; no places: in all of it.

        The script comes past the page's own policy, as a reader's own tools do.
        """
        if not page.evaluate("typeof window.axe === 'object'"):
            page.evaluate(SOURCE.read_text("utf-8"))
        found: Any = page.evaluate(RUN, [list(places), rules or RULES])
        self.looks += 1
        self.rules = max(self.rules, found["rules"])
        self.passed += found["passed"]
        return list(found["wrong"])

    def __str__(self) -> str:
        return f"axe: {self.looks} looks, up to {self.rules} rules, {self.passed} nodes passed"
