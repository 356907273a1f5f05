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
    ("nina", "/patients/"),
    ("nina", "/patient-columns/"),
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
    ("cora", "/templates/recall-first/for"),
    ("cora", "/templates/recall-first/test"),
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
    ("admin", "/retention/"),
    ("admin", "/retention/enrolment/"),
    ("admin", "/connections/new"),
    ("admin", "/fields/half-written/review"),
    ("admin", "/fields/lives/uses"),
    ("nina", "first task"),
    ("nina", "first patient"),
    ("nina", "first patient, its fields"),
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


def open_screen(visit: Visit, who: str, path: str, **options: object) -> Page:
    """Open a screen; the first of a list is reached through the list."""
    if path.startswith("why"):
        page = open_why(visit, who, path, **options)
    elif not path.startswith("first"):
        page = visit(who, path, **options)
    elif path.startswith("first patient"):
        page = visit(who, "/patients/", **options)
        page.locator("#text").fill("mitchell")
        follow(page, page.locator("form[role=search] button").first)
        follow(page, page.locator(".row-name").first)
        if path.endswith("written"):
            follow(page, page.get_by_role("link", name="What we wrote, and why"))
        if "answering" in path or "reply" in path:
            follow(page, page.get_by_role("link", name="Answer", exact=True))
        if "reply" in path:
            follow(page, page.get_by_role("button", name="See how it reads"))
        if path.endswith("agreed"):
            follow(page, page.get_by_role("link", name="Consents, and what follows from them"))
        if path.endswith(("marks", "number")):
            follow(page, page.get_by_role("link", name="Marks, and what is known of the numbers"))
        if path.endswith("beside"):
            follow(page, page.get_by_role("link", name="Who receives what, and who decides"))
        if path.endswith("number"):
            follow(page, page.locator("a[href*='/numbers/']").first)
        if path.endswith("journeys"):
            follow(page, page.get_by_role("link", name="Journeys, and what comes next"))
        if "choosing" in path or "would enter" in path:
            follow(page, page.get_by_role("button", name="Put into a journey"))
        if "would enter" in path:
            page.locator("#journey").select_option("call-back")
            follow(page, page.get_by_role("button", name="See who would enter"))
        if path.endswith("fields"):
            fields = "Show restricted fields" if "its" in path else "Change fields"
            follow(page, page.get_by_role("link", name=fields).first)
    else:
        page = visit(who, "/today/?whose=everyone" if path == "first task" else "/phone/", **options)
        rows = page.locator(".row-name")
        if rows.count():
            follow(page, rows.first)
    finish_loading(page)
    return page


def follow(page: Page, link: Locator) -> None:
    """Press what leads to another page, and wait until that one is there."""
    with page.expect_navigation():
        link.click()


def open_why(visit: Visit, who: str, path: str, **options: object) -> Page:
    """The segments of the first patient, or why that one is in the first of them or not."""
    page = open_screen(visit, who, "first patient", **options)
    follow(page, page.locator("a[href*='/segments/of/']"))
    if "one of them" in path:
        follow(page, page.locator(".row-name").first)
    if "past day" in path:
        page.locator("#on").fill("2026-01-15")
        with page.expect_navigation():
            page.locator("#on").press("Enter")
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
