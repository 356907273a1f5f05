"""Somebody who has a keyboard and no mouse, for tests that build something by keys alone."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.settling import pressing

MOST_TABS = 400
MOST_CHOICES = 80

FOCUSED = """() => {
  const here = document.activeElement;
  return here.getAttribute("aria-label") ?? here.labels?.[0]?.innerText ?? here.innerText ?? "";
}"""

CHOSEN = "() => document.activeElement.selectedOptions[0].innerText.trim()"


class Hands:
    """Somebody who has a keyboard and no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self) -> str:
        """The name of what has the focus."""
        return str(self.page.evaluate(FOCUSED)).strip()

    def go(self, name: str) -> None:
        """Press Tab until something of this name has the focus."""
        if not any(at.strip() == name for at in pressing(self.page, "Tab", FOCUSED, MOST_TABS)):
            pytest.fail(f"Tab never comes to {name}")

    def reach(self, selector: str) -> None:
        """Press Tab until what a selector means has the focus."""
        is_there = f"() => document.activeElement.matches({json.dumps(selector)})"
        if not (self.page.evaluate(is_there) or any(pressing(self.page, "Tab", is_there, MOST_TABS))):
            pytest.fail(f"Tab never comes to {selector}")

    def type(self, text: str) -> None:
        """Type into the field that has the focus."""
        self.page.keyboard.type(text)

    def choose(self, label: str) -> None:
        """Choose in a list with the arrows, from the top."""
        if self.page.evaluate(CHOSEN) == label:
            return
        self.press("Home")
        if self.page.evaluate(CHOSEN) == label:
            return
        if label not in pressing(self.page, "ArrowDown", CHOSEN, MOST_CHOICES):
            pytest.fail(f"{label} is no choice of {self.at()}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tick(self, *names: str) -> None:
        """Tick boxes that follow, in their order."""
        for name in names:
            self.go(name)
            self.press("Space")
