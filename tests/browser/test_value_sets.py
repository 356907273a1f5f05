"""A value set brought along as a file: looked at, saved, published, by keyboard, in both themes and on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

MEANING = "Something that is rather long to say in one line"
LINES = [f"SNOMED CT,{1_000_000 + number},{MEANING} {number}" for number in range(70)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A file with seventy codes."""
    path = tmp_path / "codes.csv"
    path.write_text("\n".join(["system,code,display", *LINES]))
    return path


def begin(visit: Visit, slug: str, **options: object) -> Page:
    """Name a new value set; its import is shown."""
    page = visit("cora", "/value-sets/new", **options)
    page.locator("#slug").fill(slug)
    page.locator("#name-en").fill("Brought along")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Import codes")).to_be_visible()
    return page


def fits_a_phone(page: Page) -> bool:
    """Whether the page scrolls down only, on a screen of 320 px; wide again afterwards."""
    page.set_viewport_size({"width": 320, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    return width <= 320


def test_a_file_is_looked_at_saved_and_published(visit: Visit, table: Path) -> None:
    page = begin(visit, "brought-along")
    page.get_by_label("File").set_input_files(table)
    page.get_by_role("button", name="Look at it").press("Enter")
    expect(page.get_by_text("70 codes come in, 0 go out, 0 stay.")).to_be_visible()
    expect(page.get_by_text("And 20 more.")).to_be_visible()
    page.get_by_role("button", name="Save to the draft").press("Enter")
    expect(page.get_by_text("The draft holds 70 codes now.")).to_be_visible()
    page.get_by_role("searchbox", name="Find a code").fill("1000069")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row").filter(has_text="1000069")).to_be_visible()
    page.get_by_role("button", name="Publish").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("70 codes come in")
    dialog.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_text("The value set is in force.")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_look_at_a_file_and_its_faults_can_be_read(
    visit: Visit, axe: Callable[[Page], None], table: Path, theme: str
) -> None:
    page = begin(visit, f"looked-at-{theme}", theme=theme, allowed=("422",))
    page.get_by_label("Or paste the codes").fill("code,system\n1,Nonsense\n=2,LOINC")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("line 2: Nonsense is no code system")).to_be_visible()
    axe(page)
    assert fits_a_phone(page)
    expect(page.get_by_label("Or paste the codes")).to_have_value("code,system\n1,Nonsense\n=2,LOINC")
    page.get_by_label("Or paste the codes").fill("")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Choose a file, or paste the codes.")).to_be_visible()
    axe(page)
    page.get_by_label("File").set_input_files(table)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="Codes that come in")).to_be_visible()
    axe(page)
    assert fits_a_phone(page)
