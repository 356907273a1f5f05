"""Somebody who draws a journey in the designer with a keyboard and no mouse."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Hands


class Designer(Hands):
    """Somebody who draws a journey with a keyboard and no mouse."""

    def line(self) -> str:
        """The key of the line that has the focus."""
        return str(self.page.evaluate("document.activeElement.dataset.key ?? ''"))

    def walk_to(self, key: str) -> None:
        """From the first line down to another."""
        self.press("Home")
        for _ in range(80):
            if self.line() == key:
                return
            self.press("ArrowDown")
        pytest.fail(f"the arrows never come to {key}")

    def add(self, label: str) -> str:
        """Add a step of a type where the focus is; the key of its line."""
        self.press("a")
        expect(self.page.locator(".jd-dialog")).to_be_visible()
        for _ in range(20):
            if self.at().startswith(f"{label}\n") or self.at().startswith(f"{label} "):
                break
            self.press(label[0].lower())
        self.press("Enter")
        expect(self.page.locator(".jd-dialog")).to_have_count(0)
        expect(self.page.locator(".jd-face--step:focus")).to_have_count(1)
        self.settle()
        return self.line()

    def open(self, key: str = "") -> None:
        """Open the form of a line."""
        if key:
            self.walk_to(key)
        self.press("Enter")
        expect(self.page.locator(".jd-form .field").first).to_be_visible()

    def fill(self, name: str, text: str) -> None:
        """Write over what a control of the form holds."""
        self.reach(f"[id='{name}']")
        self.press("Control+A")
        self.type(text)

    def pick(self, name: str, label: str) -> None:
        """Choose in a list of the form."""
        self.reach(f"[id='{name}']")
        self.choose(label)

    def done(self) -> None:
        """Back to the step, once what was typed was read."""
        self.press("Escape")
        self.settle()

    def settle(self) -> None:
        """Wait until the server has said what it thinks of all that was done."""
        expect(self.page.locator(".jd[data-waits]")).to_have_count(0)

    def lead(self, port: str, label: str) -> None:
        """Say in the panel where a way leads."""
        self.pick(f"jd-way-{port}", label)
