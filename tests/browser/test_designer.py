"""The journey designer in a browser: J10 built from nothing by keyboard alone, broken, mended and saved."""

import pytest
from playwright.sync_api import Page, expect

from journeys.criteria.publish_segment import publish_segment
from journeys.foundation.acting import act
from journeys.store.definitions import JOURNEY, find
from tests.browser.clinic import SETTING_UP, Clinic
from tests.browser.conftest import Visit
from tests.browser.hands import Hands

pytestmark = pytest.mark.browser

SLUG = "reactivation"
CHRONIC = ("hypertension", "diabetes", "asthma", "copd", "chronic-kidney-disease", "heart-failure")
ANSWERS = ("book", "moved", "other-clinic", "not-now")


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


def publish_inactive(clinic: Clinic) -> None:
    """The segment of J10 is in force, with those that it names."""
    for slug in (*CHRONIC, "chronic", "inactive"):
        act(clinic.workshop.house, SETTING_UP, publish_segment, slug)


def begin(visit: Visit) -> Designer:
    """A new journey, named and opened."""
    # the settings of a journey that nobody can enter yet say so
    page = visit("cora", "/journeys/new", allowed=("422",))
    hands = Designer(page)
    hands.go("English")
    hands.type("Reactivation of inactive patients")
    hands.go("Short name")
    hands.press("Control+A")
    hands.type(SLUG)
    with page.expect_navigation(url=f"**/journeys/{SLUG}/settings"):
        hands.press("Enter")
    page.goto(f"/designer/{SLUG}/")
    hands.go("Outline")
    hands.press("Enter")
    return hands


def say_who_comes_in(hands: Designer) -> None:
    """Members of the segment; a tenth of them is held out."""
    hands.reach("[data-entry]")
    hands.press("Enter")
    hands.pick("entry-segment", "Inactive")
    hands.done()
    assert hands.page.evaluate("'entry' in document.activeElement.dataset")
    hands.add("Experiment")
    hands.open()
    hands.fill("config-draw", "reactivation")
    hands.reach("[name='add:config-shares']")
    hands.press("Enter")
    expect(hands.page.locator("[id='config-shares-0-port']")).to_be_focused()
    hands.type("contacted")
    hands.fill("config-shares-0-percent", "90")
    hands.fill("config-held_out", "10")
    hands.done()
    hands.walk_to("open experiment holdout")
    end = hands.add("End")
    hands.open(end)
    hands.fill("config-reason", "held-out")
    hands.done()


def send(hands: Designer, after: str, template: str, name: str) -> str:
    """A message of a template behind a step."""
    hands.walk_to(after)
    key = hands.add("Send a message")
    hands.open()
    hands.pick("config-template", template)
    hands.fill("name-en", name)
    hands.done()
    return key


def wait(hands: Designer, after: str, days: int, answers: tuple[str, ...] = ()) -> str:
    """A wait behind a step: for an answer, or for time alone."""
    hands.walk_to(after)
    key = hands.add("Wait")
    hands.open()
    if answers:
        hands.fill("config-answers", "")
        for answer in answers:
            hands.type(answer)
            hands.press("Enter")
        hands.fill("config-timeout-days", str(days))
    else:
        hands.fill("config-for_-days", str(days))
    hands.done()
    return key


def ask_reception(hands: Designer, wait_key: str) -> None:
    """Whoever answers is called by staff; who wants nothing leaves."""
    hands.walk_to(f"open {wait_key} moved")
    hands.add("Task")
    hands.open()
    hands.pick("config-queue", "Recall")
    hands.fill("config-title-en", "Correct the register or book a visit")
    hands.reach("[name='add:config-outcomes']")
    hands.press("Enter")
    expect(hands.page.locator("[id='config-outcomes-0-code']")).to_be_focused()
    hands.type("done")
    hands.fill("config-outcomes-0-name-en", "Done")
    hands.fill("config-due_in-working_days", "3")
    hands.fill("config-timeout-days", "14")
    hands.done()
    hands.open(wait_key)
    for answer in ("book", "other-clinic", "other"):
        hands.lead(answer, "Task")
    hands.lead("not-now", "End")
    hands.done()
    hands.open("task")
    for port in ("done", "cancelled", "timeout"):
        hands.lead(port, "End")
    hands.done()


def problems(page: Page) -> list[str]:
    """What bars publishing, as the list says it."""
    return page.locator(".jd-problems--bar li").all_inner_texts()


def test_j10_is_built_by_keyboard_alone_broken_mended_and_saved(visit: Visit, clinic: Clinic) -> None:
    publish_inactive(clinic)
    hands = begin(visit)
    page = hands.page
    say_who_comes_in(hands)
    first = send(hands, "experiment", "Check-up: four weeks before (placeholder wording)", "What is due")
    asked = wait(hands, first, 14, ANSWERS)
    ask_reception(hands, asked)
    hands.walk_to(f"open {asked} timeout")
    second = hands.add("Send a message")
    hands.open(second)
    hands.pick("config-template", "Check-up: four weeks before (placeholder wording)")
    hands.done()
    pause = wait(hands, second, 31)
    last = send(hands, pause, "Check-up: four weeks before (placeholder wording)", "For the last time")
    silence = wait(hands, last, 365)
    hands.open(silence)
    hands.lead("next", "End")
    hands.done()
    expect(page.locator(".jd-problems--bar")).to_have_count(0)
    # break it: the way of those who are silent leads nowhere
    hands.open(asked)
    hands.lead("timeout", "nothing yet")
    expect(page.locator(".jd-problems--bar")).to_have_count(1)
    hands.press("Escape")
    page.keyboard.press("Shift+Tab")
    hands.reach("[data-entry]")
    while not page.evaluate("document.activeElement.matches('.jd-problems summary')"):
        page.keyboard.press("Shift+Tab")
    hands.press("Enter", "Tab")
    assert any("timeout" in each for each in problems(page)), problems(page)
    hands.press("Control+z")
    expect(page.locator(".jd-problems--bar")).to_have_count(0)
    hands.press("Control+s")
    expect(page.locator(".jd-saying")).to_have_text("Saved")
    page.reload()
    assert page.locator("[data-key='wait']").count() == 1
    content = stored(clinic)
    assert content["entry"] == {"segment": "inactive"}
    assert content["steps"]["wait"]["next"]["timeout"] == second
    assert content["steps"]["experiment"]["config"]["held_out"] == 10


def stored(clinic: Clinic) -> dict:
    """The draft as it is stored."""
    with clinic.workshop.house.sessions() as session, session.begin():
        return dict(find(session, JOURNEY, SLUG).draft or {})
