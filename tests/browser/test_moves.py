"""Patients of an older version are moved and taken back, some are set aside: in a browser, on narrow screens too."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from journeys.foundation.acting import act
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.standing import END, a_call, a_message, a_wait, choose, on, pass_on, put_in_force

pytestmark = pytest.mark.browser

OLD = {
    "write": a_message("pause", "Say hello"),
    "pause": a_wait(30, "call", "A month of rest"),
    "call": a_call("end"),
    "end": END,
}
NEWER = {
    "write": a_message("shorter", "Say hello"),
    "shorter": a_wait(25, "again", "A shorter rest"),
    "again": a_message("call", "Ask again"),
    "call": a_call("end"),
    "end": END,
}


def with_two_versions(clinic: Clinic, slug: str) -> str:
    """Five patients wait in version 1, version 2 is in force; the address of the page that moves them."""
    put_in_force(clinic, slug, "Moving on", OLD, day=-20)
    choose(clinic, slug, 5, day=-20)
    put_in_force(clinic, slug, "Moving on", NEWER, day=-10)
    return f"/journeys/{slug}/move"


def test_patients_are_moved_with_the_preview_and_taken_back(visit: Visit, clinic: Clinic) -> None:
    address = with_two_versions(clinic, "moving-on")
    page = visit("cora", address, allowed=("422",))
    expect(page.get_by_text("Need a person")).to_be_visible()
    expect(page.get_by_role("button", name="Move 5 patients")).to_have_count(0)
    page.get_by_label("They go to").select_option(label="A shorter rest")
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_text("Jump", exact=True)).to_be_visible()
    button = page.get_by_role("button", name="Move 5 patients")
    button.click()
    expect(page.get_by_text("5 patients would get a message again.")).to_be_visible()
    page.get_by_label("Yes, messages may be repeated or left out as said above").check()
    page.get_by_role("button", name="Move 5 patients").click()
    expect(page.get_by_text("Being moved", exact=True)).to_be_visible()
    clinic.workshop.work_off("move", 0, 1)
    page.reload()
    expect(page.get_by_text("Nobody is on an older version")).to_be_visible()
    expect(page.get_by_text("5 patients, cora")).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    expect(page.get_by_text("Being taken back", exact=True)).to_be_visible()
    clinic.workshop.work_off("move", 0, 1)
    page.reload()
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()
    expect(page.get_by_text("Need a person")).to_be_visible()


def break_some(clinic: Clinic, slug: str) -> None:
    """Let three patients stand at a step that their version does not know, and fail there."""
    standing = "SELECT enrolment.id FROM enrolment JOIN definition ON definition.id = definition_id WHERE slug = :slug"
    lost = text(f"UPDATE enrolment SET step = 'gone', due_at = :now WHERE id IN ({standing} LIMIT 3)")  # noqa: S608
    doing = on(-9)
    act(clinic.workshop.house, doing, lambda session, _: session.execute(lost, {"slug": slug, "now": doing.now}))
    pass_on(clinic, -9)


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "fa")])
def test_both_pages_hold_on_narrow_screens(
    visit: Visit, axe: Callable[[Page], None], clinic: Clinic, theme: str, language: str
) -> None:
    slug = f"moving-on-{theme}"
    address = with_two_versions(clinic, slug)
    break_some(clinic, slug)
    for path in (address, "/set-aside/"):
        page = visit("cora", path, theme=theme, width=320, language=language)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_who_was_set_aside_tries_again(visit: Visit, clinic: Clinic) -> None:
    with_two_versions(clinic, "failing-on")
    break_some(clinic, "failing-on")
    page = visit("cora", "/set-aside/")
    row = page.get_by_role("row").filter(has_text="Moving on").filter(has_text="gone").first
    expect(row).to_contain_text("3")
    row.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("3 patients try again.")).to_be_visible()
