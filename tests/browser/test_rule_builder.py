"""The rule builder in a browser: J1's entry rule built by keyboard alone, nothing lost between form, text and undo."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from config import PROJECT
from journeys.flow.packs.yaml_text import read_yaml
from tests.browser.clinic import Clinic
from tests.browser.conftest import Visit
from tests.browser.hands import Hands

pytestmark = pytest.mark.browser

PACKED = "/segments/bp-review-due/"
PACK = PROJECT / "seed/packs/hypertension-recall/segments/bp-review-due.yaml"


def rule_in(page: Page) -> Any:
    """The rule that the form would send."""
    return page.evaluate("JSON.parse(document.querySelector('[name=\"rule.json\"]').value)")


def new_segment(visit: Visit, slug: str) -> tuple[Page, Hands]:
    """A new segment, named by keyboard too, with the builder ready."""
    page = visit("cora", "/segments/new")
    hands = Hands(page)
    hands.go("English")
    hands.type(f"Made by keys {slug}")
    hands.go("Short name")
    page.keyboard.press("Control+A")
    hands.type(slug)
    with page.expect_navigation(url=f"**/segments/{slug}/"):
        hands.press("Enter")
    expect(page.locator(".rb")).to_be_visible()
    return page, hands


def add_facts(hands: Hands) -> None:
    """Has not died, and is 18 or older."""
    hands.go("Condition")
    hands.press("Enter")
    assert hands.at() == "Fact"
    hands.choose("has died")
    hands.press("Tab")
    hands.choose("is false")
    hands.go("Condition")
    hands.press("Enter")
    hands.choose("age")
    hands.go("Value")
    hands.type("18")


def add_hypertension(hands: Hands) -> None:
    """Has a condition with one of three codes that is active, recurring or relapsed."""
    hands.go("Something that happened")
    hands.press("Enter")
    hands.go("What happened")
    hands.choose("a condition")
    hands.go("Only those where …")
    hands.press("Enter")
    hands.choose("code")
    hands.press("Tab")
    hands.choose("is one of")
    hands.go("Add a value")
    for code in ("38341003", "59621000", "I10"):
        hands.type(code)
        hands.press("Enter")
    add_status(hands, "active", "recurrence", "relapse")


def add_status(hands: Hands, *names: str) -> None:
    """One more condition on the record: its status is one of these."""
    hands.go("Condition")
    hands.press("Enter")
    hands.choose("status")
    hands.press("Tab")
    hands.choose("is one of")
    hands.tick(*names)


def add_review(hands: Hands) -> None:
    """Has a blood pressure review planned between two weeks ago and four weeks ahead."""
    hands.go("And around it …")
    hands.go("Something that happened")
    hands.press("Enter")
    hands.go("What happened")
    hands.choose("a planned activity")
    hands.press("Tab")
    hands.choose("between two moments")
    for amount, side in (("14", "before"), ("28", "after")):
        hands.go("Before or after")
        hands.choose(side)
        hands.press("Shift+Tab", "Shift+Tab")
        hands.press("Control+a")
        hands.type(amount)
        hands.press("Tab", "Tab")
    hands.go("Only those where …")
    hands.press("Enter")
    hands.choose("code")
    hands.press("Tab")
    hands.choose("is")
    hands.go("Value")
    hands.type("75367002")
    add_status(hands, "not started", "scheduled", "in progress")


def add_no_visit(hands: Hands) -> None:
    """Has no visit booked for the next 58 days."""
    hands.go("And around it …")
    hands.go("Something that happened")
    hands.press("Enter")
    hands.choose("Never had")
    hands.press("Tab")
    hands.choose("an appointment")
    hands.press("Tab")
    hands.choose("in the next")
    hands.press("Tab", "Control+a")
    hands.type("58")
    hands.go("Only those where …")
    hands.press("Enter")
    hands.choose("status")
    hands.press("Tab")
    hands.choose("is one of")
    hands.tick("proposed", "pending", "booked", "arrived", "checked in")


def test_the_entry_rule_of_the_recall_is_built_by_keyboard_alone(
    visit: Visit, clinic: Clinic, axe: Callable[[Page], None]
) -> None:
    page, hands = new_segment(visit, "j1-by-keys")
    add_facts(hands)
    add_hypertension(hands)
    add_review(hands)
    add_no_visit(hands)
    assert rule_in(page) == read_yaml(PACK.read_text()).value["rule"]

    packed = visit("cora", PACKED)
    expect(packed.locator(".rb-sentence")).to_contain_text("has no appointments within the next 58 days")
    expect(page.locator(".rb-sentence")).to_have_text(packed.locator(".rb-sentence").text_content() or "")
    expect(packed.locator(".rb-count .figure-value")).not_to_have_text("–")
    counted = packed.locator(".rb-count .figure-value").inner_text()
    expect(page.locator(".rb-count .figure-value")).to_have_text(counted)
    axe(page)

    hands.go("Save draft")
    hands.press("Enter")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    expect(page.locator(".rb-part").first).to_be_visible()
    assert rule_in(page) == rule_in(packed)


def add_refused_screening(hands: Hands) -> None:
    """A screening that somebody decided against, lasting at some time of the last 30 days, named by an encounter."""
    hands.go("Something that happened")
    hands.press("Enter")
    hands.go("What happened")
    hands.choose("a procedure")
    hands.go("Done or decided against")
    hands.choose("decided against")
    hands.go("When")
    hands.choose("lasting at some time between")
    hands.go("And around it …")
    hands.press("Enter")
    hands.go("What happened")
    hands.choose("an order")
    hands.go("Linked with that record")
    hands.choose("linked by the order behind it")
    hands.go("When")
    hands.choose("ending between")
    hands.go("From")
    hands.choose("the date of that record")
    hands.press("Shift+Tab")
    hands.choose("to the very moment of")


def test_every_key_of_what_happened_is_built_by_keyboard(visit: Visit, axe: Callable[[Page], None]) -> None:
    page, hands = new_segment(visit, "every-key")
    add_refused_screening(hands)
    # the first button adds beside the order, the second beside the screening
    hands.go("Something that happened")
    hands.go("Something that happened")
    hands.press("Enter")
    assert hands.at() == "How often"
    hands.choose("The next one of")
    hands.choose("Had for at least")
    hands.go("Days in all")
    hands.press("Control+a")
    hands.type("90")
    hands.go("What happened")
    hands.choose("a due item")
    whole = rule_in(page)
    month = [{"now": True, "plus": {"days": -30}}, {"now": True}]
    exact = [{"record": "date", "exact": True}, {"now": True}]
    assert whole["all"] == [
        {
            "happened": "procedure",
            "not_done": True,
            "window": {"overlaps": month},
            "also": [{"happened": "service_request", "linked": "based_on", "window": {"ends": exact}}],
        },
        {"happened": "due_item", "days": {"at_least": 90}},
    ]
    expect(page.locator(".rb-sentence")).to_contain_text("linked with it by the order behind it")
    axe(page)
    hands.go("Save draft")
    hands.press("Enter")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    expect(page.locator(".rb-part").first).to_be_visible()
    assert rule_in(page) == whole


def test_form_and_text_say_the_same_and_undo_goes_back(
    visit: Visit, clinic: Clinic, axe: Callable[[Page], None]
) -> None:
    page = visit("cora", "/segments/bp-at-risk/")
    expect(page.locator(".rb-part").first).to_be_visible()
    before = rule_in(page)
    page.get_by_role("button", name="As text").click()
    text = page.get_by_label("The rule as text")
    assert read_yaml(text.input_value()).value == before
    page.get_by_role("button", name="YAML").click()
    expect(text).to_have_value(re.compile("^any:"))
    text.fill(text.input_value().replace("value: 65", "value: 70"))
    expect(page.locator(".rb-sentence")).to_contain_text("70")
    assert rule_in(page)["any"][0]["value"] == 70
    text.fill("any:\n  - field: age\n    field: age")
    expect(page.get_by_role("button", name="Line 3:")).to_be_visible()
    assert page.locator("[name='rule.json']").input_value().startswith("any:\n")
    axe(page)
    text.fill("any: []")
    expect(page.locator(".rb .fault")).to_contain_text("at least one")
    page.get_by_role("button", name="As text").click()
    page.get_by_label("How the conditions combine").focus()
    page.keyboard.press("Control+z")
    assert rule_in(page) == before


def test_parts_move_by_keys_and_keep_the_focus(visit: Visit, clinic: Clinic) -> None:
    page = visit("cora", "/segments/bp-at-risk/")
    expect(page.locator(".rb-part").first).to_be_visible()
    before = rule_in(page)["any"]
    hands = Hands(page)
    hands.go("Actions for Condition 1 of 4")
    hands.press("Alt+ArrowDown")
    assert rule_in(page)["any"][:2] == [before[1], before[0]]
    assert hands.at() == "Actions for Condition 2 of 4"
    expect(page.locator("#live")).to_have_text("Moved down")
    hands.press("g")
    assert rule_in(page)["any"][1] == {"all": [before[0]]}
    hands.press("Delete")
    assert rule_in(page)["any"] == before[1:]
    assert hands.at() == "Actions for Condition 2 of 3"
    hands.press("Control+z", "Control+z", "Control+z")
    assert rule_in(page)["any"] == before


def test_a_rule_that_takes_too_long_says_so_and_stays(visit: Visit, clinic: Clinic) -> None:
    page = visit("cora", "/segments/bp-at-risk/", allowed=("422",))
    expect(page.locator(".rb-count .figure-value")).not_to_have_text("–")
    slow = {"problems": [{"where": "rule", "says": "The rule takes too long", "severity": "error"}]}
    page.route("**/rules/count", lambda route: route.fulfill(status=422, json=slow))
    age = page.get_by_label("Value", exact=True).first
    age.fill("66")
    expect(page.locator(".rb-problems")).to_contain_text("The rule takes too long")
    expect(age).to_have_value("66")
    expect(page.locator(".rb-sentence")).to_contain_text("66")


def test_without_scripts_the_plain_form_is_there(
    portal: str, browser: Browser, signed_in: Callable[[str], dict[str, Any]], clinic: Clinic
) -> None:
    context = browser.new_context(base_url=portal, java_script_enabled=False, storage_state=signed_in("cora"))
    page = context.new_page()
    page.goto("/segments/bp-at-risk/")
    expect(page.locator("[name='rule.0.value']")).to_be_visible()
    context.close()


def test_why_somebody_is_in_it_or_not_is_a_few_keys_away(visit: Visit, clinic: Clinic) -> None:
    page = visit("cora", PACKED)
    expect(page.locator(".rb-sentence")).not_to_contain_text("complete")
    hands = Hands(page)
    hands.go("Show a few of them")
    hands.press("Enter")
    expect(page.locator("#rule-said li a").first).to_be_visible()
    members = page.locator("#rule-said li a").all_inner_texts()
    everybody = visit("cora", "/patients/").locator(".row-name").all_inner_texts()
    other = next(name for name in everybody if name not in members)
    for name, answer in ((members[0], "In the segment"), (other, "Not in the segment")):
        expect(explained(visit, name).get_by_role("heading", name=answer, exact=True)).to_be_visible()


def explained(visit: Visit, name: str) -> Page:
    """The page that says why somebody is in the packed segment or not, reached by keyboard."""
    page = visit("cora", PACKED)
    hands = Hands(page)
    hands.go("Why")
    hands.press("Enter")
    page.wait_for_url("**/why")
    hands.go("Name or number (optional)")
    hands.type(name)
    hands.press("Enter")
    expect(page.locator(".row-name").first).to_be_visible()
    hands.go(name)
    hands.press("Enter")
    page.wait_for_url("**/why/*")
    return page


def test_a_press_is_not_lost_to_a_message_that_appears_under_it(visit: Visit) -> None:
    page, hands = new_segment(visit, "by-press")
    hands.go("Condition")
    hands.press("Enter")
    expect(page.locator("[data-place='rule.all.0'] .fault")).to_have_count(0)
    # leaving the empty condition says what it lacks, above the button and below it
    page.get_by_role("button", name="Something that happened").click()
    expect(page.locator("[data-place='rule.all.0'] .fault")).to_have_text("Write a number")
    expect(page.locator("[data-place='rule.all.1']")).to_be_visible()


INSIDE_A_FIELD = """() => {
    const field = document.createElement("div");
    field.className = "field";
    field.innerHTML = '<ul class="rb-parts"><li><span><input class="control"></span></li></ul>';
    document.querySelector("form.form").append(field);
    const looks = [getComputedStyle(field.querySelector("input")).position, getComputedStyle(field.firstChild).display];
    field.remove();
    return looks;
}"""


def test_the_parts_of_a_rule_in_a_form_do_not_look_like_choices(visit: Visit, clinic: Clinic) -> None:
    """The look of choices once reached them: numbers of rules lay over what they count."""
    page = visit("cora", "/journeys/hypertension-recall/steps/risk/")
    assert page.evaluate(INSIDE_A_FIELD) == ["static", "grid"]
