"""What a reader meets in a page, through every shadow root: its words, and what is cut off."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator

NO_WORDS = re.compile(r"Anonymous \w+|\x1b\[[0-9;]*m")
EACH = """
  const seen = [];
  const visit = (node) => {
    if (!node.checkVisibility?.({ visibilityProperty: true, opacityProperty: false })) return;
    seen.push(node);
    for (const child of (node.shadowRoot ?? node).children) visit(child);
    if (node.localName === 'slot') node.assignedElements().forEach(visit);
  };
  visit(root);
"""
WORDS = (
    "(root) => {"
    + EACH
    + """
  const said = [];
  for (const element of seen) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description',
                        'aria-roledescription', 'aria-valuetext']) {
      if (element.hasAttribute(name)) said.push(element.getAttribute(name));
    }
    if (element.localName === 'style' || element.localName === 'script') continue;
    for (const child of element.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) said.push(child.data);
    }
    if (element.shadowRoot) {
      for (const child of element.shadowRoot.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) said.push(child.data);
      }
    }
  }
  return said.filter((text) => /[A-Za-z]/.test(text));
}"""
)
CUT = (
    "(root) => {"
    + EACH
    + """
  const wrong = [];
  const tell = (element, what) => wrong.push(
    `${element.localName}.${element.className?.baseVal ?? element.className} ${what}: ` +
    (element.ariaLabel || element.textContent).trim().slice(0, 60));
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) wrong.push('the page scrolls sideways');
  const parent = (element) => element.assignedSlot ?? element.parentElement ??
    element.getRootNode().host;
  const scrolls = (element) => {
    for (let at = element; at && at !== root; at = parent(at)) {
      const { overflowX } = getComputedStyle(at);
      if (overflowX === 'auto' || overflowX === 'scroll') return true;
    }
    return false;
  };
  const unseen = (element) => {
    for (let at = element; at && at !== root; at = parent(at)) {
      if (getComputedStyle(at).clipPath !== 'none') return true;
    }
    return false;
  };
  for (const element of seen) {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || unseen(element)) continue;
    const inside = box.left >= -1 && box.right <= width + 1;
    if (!inside && !scrolls(element)) tell(element, 'is outside');
    const clips = style.overflowX === 'hidden' || style.overflowX === 'clip';
    const dots = style.textOverflow === 'ellipsis';
    if (clips && !dots && element.scrollWidth > element.clientWidth + 1) tell(element, 'is cut');
  }
  return wrong;
}"""
)


def words(root: Locator) -> set[str]:
    """Every Latin word that is shown, or said by a screen reader, within it."""
    said: Any = root.evaluate(WORDS)
    return {word for text in said for word in latin(text)}


def latin(text: str) -> list[str]:
    """Its words in Latin letters, in small ones, without the names that Jupyter makes
    up and the colours of terminals."""
    return re.findall(r"[a-z]{2,}", NO_WORDS.sub(" ", text).lower())


def cut_off(root: Locator) -> list[str]:
    """What sticks out of the page or cannot be read to its end, and no scrolling helps."""
    found: list[str] = root.evaluate(CUT)
    return found


FOCUS = """async (root) => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body) return null;
  const numbers = (globalThis.focusNumbers ??= new Map());
  if (!numbers.has(at)) numbers.set(at, numbers.size);
  const rings = (element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  };
  const shown = () => {
    const box = at.getBoundingClientRect();
    const on = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.width > 0 && on.length > 0;
  };
  // A list that draws rows above what was scrolled to needs some frames to put it back there.
  for (const late = performance.now() + 5000; !shown() && performance.now() < late; ) {
    await new Promise(requestAnimationFrame);
  }
  // What has no ring of its own may stand in something that has one: a field in its frame.
  const framed = at.closest('form, fieldset, label, li, .box');
  return {
    number: numbers.get(at),
    name: `${at.localName}.${at.className} ${at.ariaLabel || at.textContent.trim().slice(0, 40)}`,
    ring: rings(at) || (framed !== null && framed.matches(':focus-within') && rings(framed)),
    shown: shown(),
  };
}"""
CONTROLS = (
    "(root) => {"
    + EACH
    + """
  const numbers = globalThis.focusNumbers ?? new Map();
  return seen
    .filter((element) => element.matches(
      'button, a[href], input, textarea, select, summary, [tabindex]:not([tabindex="-1"])'))
    .filter((element) => element.tabIndex >= 0 && !element.disabled && !numbers.has(element))
    .filter((element) => element.localName !== 'article')  // by the arrow keys, in their list
    .filter((element) => {  // what a list has ready beyond its edges is reached when it is in sight
      const { y, height } = element.getBoundingClientRect();
      return y + height / 2 > 0 && y + height / 2 < innerHeight;
    })
    .map((element) => `${element.localName}.${element.className} ${element.textContent.trim()}`);
}"""
)
MOVING = (
    "(root) => {"
    + EACH
    + """
  const long = (times) => times.split(',').some((time) => parseFloat(time) > 0.01);
  return seen.filter((element) => {
    const { transitionDuration, animationName, animationDuration, scrollBehavior } =
      getComputedStyle(element);
    return (animationName !== 'none' && long(animationDuration)) ||
      long(transitionDuration) || scrollBehavior === 'smooth';
  }).map((element) => `${element.localName}.${element.className}`);
}"""
)


def walk_by_keyboard(root: Locator, most: int = 300) -> list[str]:
    """Press Tab through everything within it: what shows no focus, and what is never reached."""
    page = root.page
    page.evaluate("() => { globalThis.focusNumbers = new Map(); document.activeElement?.blur(); }")
    wrong: set[str] = set()
    reached: set[int] = set()
    missed: list[str] = []
    for _ in range(3):  # what came into sight behind the focus is met on the next round
        met: set[int] = set()
        for _ in range(most):
            page.keyboard.press("Tab")
            found: Any = root.evaluate(FOCUS)
            if found is None:  # the browser's own controls
                continue
            if found["number"] in met:
                break
            met.add(found["number"])
            if not found["ring"]:
                wrong.add(f"no sign of the focus: {found['name']}")
            if not found["shown"]:
                wrong.add(f"out of sight: {found['name']}")
        reached |= met
        missed = root.evaluate(CONTROLS)
        if not missed:
            break
    assert len(reached) > 5, reached
    return sorted(wrong) + [f"never reached: {name}" for name in missed]


def moving(root: Locator) -> list[str]:
    """What moves by itself or glides."""
    found: list[str] = root.evaluate(MOVING)
    return found
