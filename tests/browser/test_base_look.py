"""The look of the base in a real browser: nothing that axe finds, no sideways scrolling, focus that can be seen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.settling import finish_loading, pressing

pytestmark = pytest.mark.browser

PAGES = [
    ("ada", "/styleguide/"),
    ("ada", "/users/list/"),
    ("ada", "/users/add"),
    ("ada", "/users/show/1"),
    ("ada", "/roles/"),
    ("nina", "/account/"),
    (None, "/sign-in/"),
]
NOT_FOUND = ("404 (NOT FOUND)",)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_axe_finds_nothing(visit: Visit, axe: Callable[[Page], None], who: str | None, path: str, theme: str) -> None:
    page = visit(who, path, theme=theme)
    finish_loading(page)
    axe(page)


@pytest.mark.parametrize(("who", "path"), [*PAGES, ("ada", "/nothing")])
@pytest.mark.parametrize("language", ["en", "fa"])
def test_no_page_scrolls_sideways_at_320(visit: Visit, who: str | None, path: str, language: str) -> None:
    page = visit(who, path, width=320, language=language, allowed=NOT_FOUND)
    finish_loading(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_axe_finds_nothing_when_everything_is_open(visit: Visit, axe: Callable[[Page], None]) -> None:
    page = visit("ada", "/styleguide/", language="fa", width=360)
    page.get_by_role("button", name=re.compile("Menu")).first.click()
    expect(page.locator("#sidebar")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).not_to_be_visible()
    page.get_by_role("button", name="Primary").click()
    expect(page.get_by_role("dialog", name="Publish this journey?")).to_be_visible()
    axe(page)


def test_focus_is_always_seen_and_never_covered(visit: Visit) -> None:
    page = visit("ada", "/styleguide/")
    finish_loading(page)
    seen = []
    for found in pressing(page, "Tab", FOCUSED, 150):
        if found is None:
            break
        seen.append(found)
    assert len(seen) > 60
    assert not [each for each in seen if not each["outlined"]]
    assert not [each for each in seen if each["covered"]]


FOCUSED = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const box = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  return {
    name: element.id || element.textContent.trim().slice(0, 30) || element.outerHTML.slice(0, 80),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    covered: !(top && (element === top || element.contains(top) || top.contains(element) || top.closest("label"))),
  };
}"""


def test_the_first_tab_leads_to_the_skip_link(visit: Visit) -> None:
    page = visit("ada", "/users/list/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_theme_changes_at_once_and_stays(visit: Visit) -> None:
    page = visit("nina", "/account/", theme="light")
    background = "getComputedStyle(document.body.parentElement).backgroundColor"
    light = page.evaluate(background)
    page.get_by_label("Light or dark").click()
    with page.expect_response("**/preferences/theme"):
        page.get_by_role("button", name="Dark").click()
    assert page.evaluate(background) != light
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_language_changes_and_stays(visit: Visit) -> None:
    page = visit("nina", "/account/")
    page.get_by_label("Language: en").click()
    page.get_by_role("button", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mi cuenta")


def test_a_page_works_in_both_writing_directions(visit: Visit) -> None:
    page = visit("ada", "/users/list/", language="fa")
    box = page.locator("#sidebar").bounding_box()
    assert box is not None
    assert box["x"] > 640
