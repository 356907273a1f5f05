"""A journey is paused, goes stale, and goes on as a person chose, in a browser; at 320 px, dark, right to left."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from journeys.flow.pauses.pause import pause
from journeys.foundation.acting import act
from journeys.store.tasks import Task
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.hands import Hands
from tests.browser.standing import END, a_call, a_message, a_wait, choose, on, put_in_force

pytestmark = pytest.mark.browser

STEPS = {
    "pause": a_wait(7, "write", "A week of rest"),
    "write": a_message("rest", "Ask how it goes"),
    "rest": a_wait(7, "call", "Another week"),
    "call": a_call("end"),
    "end": END,
}


def paused(clinic: Clinic, slug: str, people: int) -> str:
    """Patients came in twenty days ago; the journey was paused the day after. The address of its page."""
    put_in_force(clinic, slug, "Check in", STEPS, day=-20)
    if people:
        choose(clinic, slug, people, day=-20)
    act(clinic.workshop.house, on(-19), pause, slug)
    return f"/journeys/{slug}/resume"


def test_a_person_chooses_by_keyboard_and_the_journey_goes_on(visit: Visit, clinic: Clinic) -> None:
    address = paused(clinic, "check-in", people=5)
    page = visit("cora", address, allowed=("422",))
    expect(page.get_by_text("Up to 5 patients come to it")).to_be_visible()
    expect(page.get_by_text("5 are past their useful time")).to_be_visible()
    expect(page.get_by_role("table", name="Steps whose time came")).to_contain_text("A week of rest")
    hands = Hands(page)
    hands.go("Resume with 5 patients")
    hands.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Choose what is done with these messages")
    page.get_by_role("alert").get_by_role("link").click()
    hands.press("Space", "ArrowDown", "ArrowDown")
    expect(page.get_by_label("Make a task instead")).to_be_checked()
    hands.go("Queue of the tasks")
    hands.press("ArrowDown")
    hands.go("Resume with 5 patients")
    hands.press("Enter")
    expect(page.get_by_text("The journey goes on.")).to_be_visible()
    clinic.workshop.work_off("pauses", 0, 1)
    messages = visit("cora", "/messages/?show=held")
    expect(messages.get_by_text("chose a task instead").first).to_be_visible()
    made = act(clinic.workshop.house, on(0), lambda session, _: session.scalars(select(Task.title)).all())
    assert list(made).count({"en": "Not sent: Ask how it goes"}) == 5


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "fa")])
def test_the_pages_hold_on_narrow_screens(
    visit: Visit, axe: Callable[[Page], None], clinic: Clinic, theme: str, language: str
) -> None:
    address = paused(clinic, f"check-in-{theme}", people=3)
    for path in (address, "/journeys/hypertension-recall/pause"):
        page = visit("cora", path, theme=theme, width=320, language=language)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        axe(page)


def test_nothing_stale_is_said(visit: Visit, clinic: Clinic) -> None:
    page = visit("cora", paused(clinic, "check-in-nobody", people=0))
    expect(page.get_by_text("Nothing came due while the journey was paused.")).to_be_visible()
    page.get_by_role("button", name="Resume with 0 patients").click()
    expect(page.get_by_text("The journey goes on.")).to_be_visible()
