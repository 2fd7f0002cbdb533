"""Barriers that axe can find in a page: none may be there, and what axe leaves open is known.

Axe says of some text that it cannot tell its contrast. Each such case has been looked at, and
stands with its verdict in docs/accessibility.md; one that does not stand there fails the test.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LIST = Path(__file__).parents[2] / "docs" / "accessibility.md"
NARROWEST, PHONE, DESKTOP = 320, 375, 1280
WIDTHS = (NARROWEST, PHONE, DESKTOP)
HEIGHT = 800
# Named one by one: without names axe leaves out what only WCAG 2.2 asks for.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": RULES, "resultTypes": ["violations", "incomplete"]}
WORD, COLOUR = r"`([^`|]+)`", "`(#[0-9a-f]{6})`"
ROW = re.compile(rf"^\| {WORD} \| {WORD} \| {COLOUR} \| {COLOUR} \| ([0-9.]+) \|", re.MULTILINE)

# Of each element that axe leaves open: which it is, by tag and classes, and what can be computed of
# its contrast: the colour of its text, and the nearest background that is painted.
OPEN = """async options => {
  const {violations, incomplete} = await axe.run(options);
  const name = node => {
    const one = document.querySelector(node.target.at(-1));
    return [one.tagName.toLowerCase(), ...one.classList].join(".");
  };
  const hex = colour => "#" + colour.match(/\\d+/g).slice(0, 3)
    .map(part => Number(part).toString(16).padStart(2, "0")).join("");
  const colours = node => {
    let one = document.querySelector(node.target.at(-1));
    const {fill, color} = getComputedStyle(one), text = one instanceof SVGElement ? fill : color;
    const background = () => getComputedStyle(one).backgroundColor;
    while (background() === "rgba(0, 0, 0, 0)" && one.parentElement) one = one.parentElement;
    return [hex(text), hex(background())];
  };
  return {
    violations: violations.map(rule => [rule.id, rule.nodes.map(node => node.html)]),
    left: incomplete.flatMap(rule => rule.nodes.map(node => [
      rule.id, name(node), ...colours(node),
    ])),
  };
}"""

LeftOpen = tuple[str, ...]  # rule, element, colour of the text, background


@cache
def decided() -> dict[LeftOpen, float]:
    """What axe leaves open and a person has decided, as docs/accessibility.md lists it, and the
    contrast that it states."""
    rows = ROW.findall(LIST.read_text(encoding="utf-8"))
    return {tuple(row[:-1]): float(row[-1]) for row in rows}


def check_here(page: Page) -> None:
    """At the width that it has: axe finds nothing, and nothing sticks out to the side."""
    size = page.viewport_size
    assert size
    page.wait_for_load_state("load")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"], (page.url, width)
    if size["width"] <= NARROWEST:
        return  # what axe sees is no other than on a phone
    found = examined(page)
    assert found["violations"] == [], (page.url, size["width"])
    left = {tuple(one) for one in found["left"]} - decided().keys()
    assert left == set(), (page.url, size["width"])


def examined(page: Page) -> dict[str, Any]:
    """What axe finds in the page, and what it leaves open."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(OPEN, OPTIONS)
    return found


def check_every_width(page: Page, *widths: int) -> None:
    """On the narrowest screen, a phone and a desktop; leaves the page as wide as it was."""
    before = page.viewport_size
    assert before
    for width in widths or WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        check_here(page)
    page.set_viewport_size(before)
