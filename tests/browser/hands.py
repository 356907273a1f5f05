"""Somebody who has a keyboard and no mouse, for tests that build something by keys alone."""

import pytest
from playwright.sync_api import Page

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
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.at() == name:
                return
        pytest.fail(f"Tab never comes to {name}")

    def reach(self, selector: str) -> None:
        """Press Tab until what a selector means has the focus."""
        for _ in range(MOST_TABS):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab never comes to {selector}")

    def type(self, text: str) -> None:
        """Type into the field that has the focus."""
        self.page.keyboard.type(text)

    def choose(self, label: str) -> None:
        """Choose in a list with the arrows, from the top."""
        if self.page.evaluate(CHOSEN) == label:
            return
        self.press("Home")
        for _ in range(MOST_CHOICES):
            if self.page.evaluate(CHOSEN) == label:
                return
            self.press("ArrowDown")
        pytest.fail(f"{label} is no choice of {self.at()}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tick(self, *names: str) -> None:
        """Tick boxes that follow, in their order."""
        for name in names:
            self.go(name)
            self.press("Space")
