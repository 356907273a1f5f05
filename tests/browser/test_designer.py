"""J10 in a browser by keyboard alone: built from nothing, broken, mended, approved, changed, moved and taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys.store.putting_in_force.definitions import JOURNEY, find
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.designing import Designer
from tests.browser.hands import Hands
from tests.browser.reactivation import (
    ANSWERS,
    FIRST,
    LAST,
    NAME,
    SECOND,
    SLUG,
    ask_reception,
    begin,
    prepare,
    say_who_comes_in,
    send,
    wait,
)

pytestmark = pytest.mark.browser


def build(hands: Designer) -> tuple[str, str]:
    """The whole journey; the keys of the wait for an answer and of the silence at its end."""
    say_who_comes_in(hands)
    first = send(hands, "experiment", FIRST, "What is due")
    asked = wait(hands, first, 14, ANSWERS)
    ask_reception(hands, asked)
    hands.walk_to(f"open {asked} timeout")
    second = hands.add("Send a message")
    hands.open(second)
    hands.pick("config-template", SECOND)
    hands.done()
    pause = wait(hands, second, 31)
    last = send(hands, pause, LAST, "For the last time")
    silence = wait(hands, last, 365)
    hands.open(silence)
    hands.lead("next", "End")
    hands.done()
    expect(hands.page.locator(".jd-problems--bar")).to_have_count(0)
    return asked, silence


def break_and_mend(hands: Designer, silence: str) -> None:
    """Let it go round for ever, read the way that proves it, follow it, and take it back."""
    page = hands.page
    hands.open(silence)
    hands.lead("next", "What is due")
    expect(page.locator(".jd-problems--bar")).to_have_count(1)
    hands.press("Escape")
    page.keyboard.press("Shift+Tab")
    hands.reach("[data-entry]")
    while not page.evaluate("document.activeElement.matches('.jd-problems summary')"):
        page.keyboard.press("Shift+Tab")
    hands.press("Enter", "Tab")
    problem = page.locator(".jd-problems--bar li").first
    expect(problem).to_contain_text("What is due → Wait → ")
    hands.press("Enter")
    expect(page.locator(".jd-face--proof").first).to_be_visible()
    hands.press("Escape")
    hands.press("Control+z")
    expect(page.locator(".jd-problems--bar")).to_have_count(0)


def keep(hands: Designer) -> None:
    """Save what is drawn."""
    hands.press("Control+s")
    expect(hands.page.locator(".jd-saying")).to_have_text("Saved")


def ask_for_approval(visit: Visit) -> None:
    """The author goes from the designer to the review page and asks; approving is not theirs."""
    hands = Hands(visit("cora", f"/designer/{SLUG}/"))
    hands.go("Review and publish")
    hands.press("Enter")
    expect(hands.page.get_by_text("Nothing bars publishing.")).to_be_visible()
    hands.go("Ask for approval")
    hands.press("Enter")
    expect(hands.page.get_by_text("Approval is asked for.")).to_be_visible()
    expect(hands.page.get_by_text("cora asks for approval")).to_be_visible()
    expect(hands.page.get_by_role("button", name="Approve and publish")).to_have_count(0)


def approve(visit: Visit, version: int, seen: str) -> None:
    """Somebody else reads the evidence and puts it in force."""
    hands = Hands(visit("admin", f"/journeys/{SLUG}/review"))
    expect(hands.page.get_by_text(seen).first).to_be_visible()
    expect(hands.page.get_by_text("we have not seen you lately").first).to_be_visible()
    expect(hands.page.get_by_text("Patients who would enter today")).to_be_visible()
    hands.go("Approve and publish")
    hands.press("Enter")
    expect(hands.page.get_by_text(f"Version {version} is in force")).to_be_visible()


def answer_sooner(visit: Visit, asked: str) -> None:
    """Ten days for an answer instead of fourteen; the journey's page says so in words."""
    hands = Designer(visit("cora", f"/designer/{SLUG}/"))
    hands.go("Outline")
    hands.press("Enter")
    hands.reach("[data-entry]")
    hands.open(asked)
    hands.fill("config-timeout-days", "10")
    hands.done()
    keep(hands)
    page = visit("cora", f"/journeys/{SLUG}/")
    expect(page.get_by_text("14 days → 10 days")).to_be_visible()


def open_landing_table(visit: Visit) -> Hands:
    """From the journey's page to where its patients would land."""
    hands = Hands(visit("cora", f"/journeys/{SLUG}/"))
    hands.go("Move patients of older versions")
    hands.press("Enter")
    expect(hands.page.get_by_role("heading", name="Where they would land")).to_be_visible()
    expect(hands.page.locator(".landing")).to_contain_text("Stay at this step")
    return hands


def look_at_another_landing(hands: Hands) -> None:
    """What if they went on to the last message at once: it says what they would miss; then the first choice again."""
    table = hands.page.locator(".landing")
    show_again(hands, "For the last time")
    expect(table).to_contain_text("Jump")
    expect(table).to_contain_text("They would not get: reactivation-second")
    expect(hands.page.get_by_label("Yes, messages may be repeated or left out")).to_be_visible()
    show_again(hands, "Nothing chosen: the same step, if there is one")
    expect(table).to_contain_text("Stay at this step")


def show_again(hands: Hands, target: str) -> None:
    """Choose where the patients go, and look at the table anew."""
    hands.reach(".landing select")
    hands.choose(target)
    hands.go("Show again")
    with hands.page.expect_navigation():
        hands.press("Enter")


def move_and_take_back(hands: Hands, clinic: Clinic) -> None:
    """Move them, see them moved, take it back, see that too."""
    page = hands.page
    hands.reach("form[action$='/move'] button")
    hands.press("Enter")
    expect(page.get_by_text("The patients are being moved.")).to_be_visible()
    clinic.workshop.work_off("move", share=0, shares=1)
    page.reload()
    expect(page.get_by_text("Nobody is on an older version")).to_be_visible()
    hands.go("Take back")
    hands.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Take this move back?")
    hands.reach("dialog[open] [value=yes]")
    hands.press("Enter")
    expect(page.get_by_text("The move is being taken back")).to_be_visible()
    clinic.workshop.work_off("move", share=0, shares=1)
    page.reload()
    expect(page.get_by_text("Taken back", exact=True)).to_be_visible()
    expect(page.locator(".landing")).to_contain_text("version 1")


def test_j10_is_built_by_keyboard_alone_and_lives_through_two_versions(visit: Visit, clinic: Clinic) -> None:
    prepare(clinic)
    hands = begin(visit)
    asked, silence = build(hands)
    break_and_mend(hands, silence)
    keep(hands)
    hands.page.reload()
    look_at_what_is_stored(clinic, asked)

    ask_for_approval(visit)
    approve(visit, 1, "Everything is new")
    clinic.work()
    people = standing(visit)
    assert people > 0

    answer_sooner(visit, asked)
    ask_for_approval(visit)
    approve(visit, 2, "14 days → 10 days")
    hands = open_landing_table(visit)
    look_at_another_landing(hands)
    move_and_take_back(hands, clinic)
    assert standing(visit) == people


def look_at_what_is_stored(clinic: Clinic, asked: str) -> None:
    """The draft says what was drawn."""
    with clinic.workshop.house.sessions() as session, session.begin():
        content = dict(find(session, JOURNEY, SLUG).draft or {})
    assert content["entry"] == {"segment": "inactive"}
    assert set(content["steps"][asked]["next"]) == {*ANSWERS, "other", "timeout"}
    assert content["steps"]["experiment"]["config"]["held_out"] == 10


def standing(visit: Visit) -> int:
    """How many patients wait for a first answer, as the outline says."""
    page: Page = visit("cora", f"/journeys/{SLUG}/")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    found = re.search(r"(\d+) here", page.locator(".outline-step").filter(has_text="for an answer").first.inner_text())
    return int(found[1]) if found else 0
