"""Every screen: axe in light and dark, no sideways scrolling at 320 px, right to left, no console error."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.settling import finish_loading

pytestmark = pytest.mark.browser

SCREENS = [
    ("nina", "/today/"),
    ("nina", "/today/?whose=everyone"),
    ("nina", "/inbox/"),
    ("nina", "/complaints/"),
    ("nina", "/complaints/report/"),
    ("admin", "/queues/"),
    ("admin", "/queues/front-desk/"),
    ("admin", "/queues/staff/nina"),
    ("nina", "/handing-over/"),
    ("nina", "/front-desk/"),
    ("nina", "/board/"),
    ("nina", "/board/?kind=referral"),
    ("nina", "/results/"),
    ("nina", "/due/"),
    ("nina", "/patients/"),
    ("nina", "/patient-columns/"),
    ("nina", "/matches/"),
    ("nina", "/elsewhere/"),
    ("nina", "pair of the desk"),
    ("nina", "/referrals/"),
    ("nina", "/referrals/?quiet=42&sort=due"),
    ("nina", "/choosing/"),
    ("nina", "/messages/"),
    ("nina", "/letters/"),
    ("nina", "/letters/1/"),
    ("nina", "/messages/?show=held"),
    ("nina", "/unknown-senders/"),
    ("nina", "/ledger/"),
    ("cora", "/ledger/?by=step&days=365"),
    ("nina", "/phone/"),
    ("cora", "/segments/"),
    ("cora", "/segments/new"),
    ("cora", "/segments/bp-review-due/"),
    ("cora", "/segments/bp-review-due/members"),
    ("cora", "/segments/bp-review-due/compare"),
    ("cora", "/guidelines/"),
    ("cora", "/clocks/"),
    ("cora", "/value-sets/"),
    ("cora", "/value-sets/new"),
    ("cora", "/value-sets/asthma/"),
    ("cora", "/value-sets/asthma/?q=nothing-like-it"),
    ("cora", "/value-sets/asthma/import"),
    ("cora", "/value-sets/asthma/versions"),
    ("cora", "/journeys/"),
    ("cora", "/journeys/new"),
    ("cora", "/journeys/hypertension-recall/"),
    ("cora", "/journeys/hypertension-recall/review"),
    ("cora", "/journeys/hypertension-recall/people"),
    ("cora", "/journeys/hypertension-recall/move"),
    ("cora", "/journeys/hypertension-recall/pause"),
    ("cora", "/journeys/hypertension-recall/resume"),
    ("cora", "/set-aside/"),
    ("cora", "/journeys/hypertension-recall/settings"),
    ("cora", "/journeys/hypertension-recall/steps/call/"),
    ("cora", "/journeys/hypertension-recall/steps/how-far/"),
    ("cora", "/designer/hypertension-recall/"),
    ("cora", "/templates/"),
    ("cora", "/templates/new"),
    ("cora", "/templates/recall-first/"),
    ("cora", "/templates/recall-first/review"),
    ("cora", "/templates/recall-first/registrations"),
    ("cora", "/templates/recall-first/for"),
    ("cora", "/templates/recall-first/test"),
    ("nina", "/supplies/"),
    ("nina", "/calendar/"),
    ("nina", "/waitlist/"),
    ("admin", "/schedules/"),
    ("admin", "/schedules/new"),
    ("cora", "/attendance/"),
    ("cora", "/wordings/"),
    ("cora", "/wordings/new"),
    ("nina", "/forms/write-to-us"),
    ("cora", "/web-forms/"),
    ("cora", "/web-forms/write-to-us/"),
    ("admin", "/web-forms/new"),
    ("admin", "/web-forms/write-to-us/"),
    ("cora", "/contact-rules/"),
    ("cora", "/contact-rules/new"),
    ("cora", "/contact-rules/quiet-hours/"),
    ("cora", "/contact-rules/contact-budget/"),
    ("cora", "/contact-rules/quiet-hours/preview"),
    ("cora", "/contact-rules/quiet-hours/review"),
    ("cora", "/fields/"),
    ("cora", "/record-layouts/"),
    ("cora", "/record-layouts/staff/"),
    ("cora", "/fields/new"),
    ("cora", "/fields/half-written/"),
    ("cora", "/fields/helpers/"),
    ("cora", "/fields/alarm/"),
    ("cora", "/fields/report"),
    ("cora", "/exports/segments/bp-review-due/"),
    ("cora", "/connections/"),
    ("nina", "/consents/?purpose=care&channel=sms"),
    ("admin", "/consents/import"),
    ("admin", "/channels/"),
    ("admin", "/channels/new"),
    ("admin", "/channels/new/twilio_sms"),
    ("admin", "/connections/"),
    ("admin", "/interfaces/"),
    ("admin", "/interfaces/new"),
    ("admin", "/interfaces/servers/new"),
    ("admin", "/fhir-clients/"),
    ("admin", "/fhir-clients/new"),
    ("admin", "/opening-hours/"),
    ("admin", "/opening-hours/new"),
    ("admin", "/opening-hours/riverside/"),
    ("admin", "/opening-hours/riverside/edit"),
    ("admin", "/retention/"),
    ("admin", "/retention/enrolment/"),
    ("admin", "/connections/new"),
    ("admin", "/fields/half-written/review"),
    ("admin", "/fields/lives/uses"),
    ("nina", "first task"),
    ("nina", "first patient"),
    ("nina", "first patient, its fields"),
    ("nina", "first patient, on paper"),
    ("nina", "first patient, changing fields"),
    ("nina", "first patient, its journeys"),
    ("nina", "first patient, answering"),
    ("nina", "first patient, reading a reply"),
    ("nina", "first patient, what was agreed"),
    ("nina", "first patient, what was written"),
    ("nina", "first patient, marks"),
    ("nina", "first patient, what is known of a number"),
    ("nina", "first patient, people beside"),
    ("nina", "first patient, choosing a journey"),
    ("nina", "first patient, who would enter"),
    ("nina", "first phone"),
    ("nina", "/segments/bp-review-due/why"),
    ("nina", "why: segments of the first patient"),
    ("nina", "why: one of them"),
    ("nina", "why: one of them on a past day"),
]


Step = Callable[[Page], object]
"""What somebody does on a page to come to the next one."""


def follow(page: Page, link: Locator) -> None:
    """Press what leads to another page, and wait until that one is there."""
    with page.expect_navigation():
        link.click()


def link(name: str) -> Step:
    """Follow the link of this name."""
    return lambda page: follow(page, page.get_by_role("link", name=name, exact=True).first)


def button(name: str) -> Step:
    """Press the button of this name."""
    return lambda page: follow(page, page.get_by_role("button", name=name))


def first(selector: str) -> Step:
    """Follow the first of these."""
    return lambda page: follow(page, page.locator(selector).first)


def fill(selector: str, text: str) -> Step:
    """Write into a field, which leads nowhere yet."""
    return lambda page: page.locator(selector).fill(text)


def pick(selector: str, value: str) -> Step:
    """Choose in a list, which leads nowhere yet."""
    return lambda page: page.locator(selector).select_option(value)


def first_row_if_any(page: Page) -> None:
    """Open the first of a list that may be empty."""
    if page.locator(".row-name").count():
        first(".row-name")(page)


def send_what_is_written(page: Page) -> None:
    """Send the form of the day."""
    with page.expect_navigation():
        page.locator("#on").press("Enter")


PATIENT = (fill("#text", "mitchell"), first("form[role=search] button"), first(".row-name"))
ANSWERING = (*PATIENT, link("Answer"))
MARKS = (*PATIENT, link("Marks, and what is known of the numbers"))
CHOOSING = (*PATIENT, button("Put into a journey"))
WHY = (*PATIENT, first("a[href*='/segments/of/']"))

STEPS: dict[str, tuple[str, tuple[Step, ...]]] = {
    "first task": ("/today/?whose=everyone", (first_row_if_any,)),
    "first phone": ("/phone/", (first_row_if_any,)),
    "first patient": ("/patients/", PATIENT),
    "pair of the desk": ("/matches/", (first(".row-name"),)),
    "first patient, on paper": ("/patients/", (*PATIENT, link("Print"))),
    "first patient, its fields": ("/patients/", (*PATIENT, link("Show restricted fields"))),
    "first patient, changing fields": ("/patients/", (*PATIENT, link("Change fields"))),
    "first patient, its journeys": ("/patients/", (*PATIENT, link("Journeys, and what comes next"))),
    "first patient, answering": ("/patients/", ANSWERING),
    "first patient, reading a reply": ("/patients/", (*ANSWERING, button("See how it reads"))),
    "first patient, what was agreed": ("/patients/", (*PATIENT, link("Consents, and what follows from them"))),
    "first patient, what was written": ("/patients/", (*PATIENT, link("What we wrote, and why"))),
    "first patient, marks": ("/patients/", MARKS),
    "first patient, what is known of a number": ("/patients/", (*MARKS, first("a[href*='/numbers/']"))),
    "first patient, people beside": ("/patients/", (*PATIENT, link("Who receives what, and who decides"))),
    "first patient, choosing a journey": ("/patients/", CHOOSING),
    "first patient, who would enter": (
        "/patients/",
        (*CHOOSING, pick("#journey", "call-back"), button("See who would enter")),
    ),
    "why: segments of the first patient": ("/patients/", WHY),
    "why: one of them": ("/patients/", (*WHY, first(".row-name"))),
    "why: one of them on a past day": (
        "/patients/",
        (*WHY, first(".row-name"), fill("#on", "2026-01-15"), send_what_is_written),
    ),
}
"""Screens without an address of their own: on which page one begins, and what leads from there."""


def open_screen(visit: Visit, who: str, name: str, **options: object) -> Page:
    """Open a screen by its address, or by the steps that lead to it."""
    start, steps = STEPS.get(name, (name, ()))
    page = visit(who, start, **options)
    for step in steps:
        step(page)
    finish_loading(page)
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("who", "path"), SCREENS)
def test_axe_finds_nothing(
    visit: Visit, axe: Callable[[Page], None], clinic: Clinic, who: str, path: str, theme: str
) -> None:
    axe(open_screen(visit, who, path, theme=theme))


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize(("who", "path"), SCREENS)
def test_no_screen_scrolls_sideways_at_320(visit: Visit, clinic: Clinic, who: str, path: str, language: str) -> None:
    page = open_screen(visit, who, path, width=320, language=language)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
