"""What a test does with a page waits until the page's scripts have run, however slow the machine is.

A page that a press leads to can be seen, and pressed, before its scripts have run: they are modules, which wait for the
whole page. `app/static/js/main.js` marks the page when they have, and every island marks its place when it is drawn.
All that a test does with a page of `visit` looks for those marks first; what playwright tries again and again, presses
and expectations, looks for them before each try.

A test still says what shows that a press had its effect before it reads or presses on: only the test knows that.
"""

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from weakref import WeakSet

import pytest
from playwright.sync_api import Keyboard, Locator, Page, expect

PATIENCE = 30_000
"""Milliseconds that anything may take on a busy machine. Tests that pass do not wait for them."""

SETTLED = "[data-ready]:not(:has([data-island]:not([data-ready])))"
"""What is true of a page whose scripts have run."""

LOOK = """settled => {
  const isSettled = document.documentElement.matches(settled);
  return { isSettled, found: isSettled && (%s)() };
}"""
"""Looks at a settled page: one way to the browser and back, where settling first and then looking takes two."""

OF_PAGES = ("evaluate", "screenshot")
OF_KEYS = ("down", "press", "type")

_pages: WeakSet[Page] = WeakSet()


def settle(page: Page) -> None:
    """Wait until the scripts of the page that is shown have run and its islands are drawn."""
    expect(page.locator(f"html{SETTLED}")).to_have_count(1)


def always_settle(page: Page) -> None:
    """From now on, whatever is done with this page waits for its scripts."""
    page.add_locator_handler(page.locator(f"html:not({SETTLED})"), lambda: None)
    _pages.add(page)
    for part, names in ((page, OF_PAGES), (page.keyboard, OF_KEYS)):
        for name in names:
            setattr(part, name, _once_settled(getattr(part, name), page))


def finish_loading(page: Page) -> None:
    """Wait for the parts that a page loads by itself too, and on a page with islands for what they ask the server."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    if page.locator("[data-island]").count():
        page.wait_for_load_state("networkidle")


def pressing(page: Page, key: str, look: str, times: int) -> Iterator[Any]:
    """What a script finds after each press of a key. The page is settled at every press and at every look."""
    settle(page)
    for _ in range(times):
        Keyboard.press(page.keyboard, key)
        yield _look_once_settled(page, look)


def _look_once_settled(page: Page, look: str) -> Any:
    while True:
        seen = Page.evaluate(page, LOOK % look, SETTLED)
        if seen["isSettled"]:
            return seen["found"]
        settle(page)


def be_patient(patch: pytest.MonkeyPatch) -> None:
    """Have expectations wait long, and everything that is done through a locator settle its page first."""
    expect.set_options(timeout=PATIENCE)
    for name, method in inspect.getmembers(Locator, inspect.isfunction):
        if not name.startswith("_") and inspect.signature(method).return_annotation != "Locator":
            patch.setattr(Locator, name, _locating_once_settled(method))


def _once_settled(call: Callable[..., Any], page: Page) -> Callable[..., Any]:
    @wraps(call)
    def settled_call(*positional: Any, **named: Any) -> Any:
        settle(page)
        return call(*positional, **named)

    return settled_call


def _locating_once_settled(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def settled_method(locator: Locator, *positional: Any, **named: Any) -> Any:
        if locator.page in _pages:
            settle(locator.page)
        return method(locator, *positional, **named)

    return settled_method
