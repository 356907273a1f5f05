"""J10 as somebody builds it in the designer: who comes in, a tenth held out, three messages, what staff do."""

from dataclasses import replace

from playwright.sync_api import expect

from journeys.criteria.publish_segment import publish_segment
from journeys.flow.packs.folder import read_folder
from journeys.flow.packs.load import load
from journeys.foundation.acting import act
from launcher.packs import PACKS
from tests.browser.clinic import SETTING_UP, Clinic
from tests.browser.conftest import Visit
from tests.browser.designing import Designer

SLUG = "come-back"
NAME = "Reactivation of inactive patients"
CHRONIC = ("hypertension", "diabetes", "asthma", "copd", "chronic-kidney-disease", "heart-failure")
ANSWERS = ("book", "moved", "other-clinic", "not-now")
FIRST = "Seen long ago: a visit (placeholder wording)"
SECOND = "Seen long ago: second message (placeholder wording)"
LAST = "Seen long ago: last message (placeholder wording)"


def prepare(clinic: Clinic) -> None:
    """The segment of J10 is in force, with those that it names, and so are the texts of its pack."""
    for slug in (*CHRONIC, "chronic", "inactive"):
        act(clinic.workshop.house, SETTING_UP, publish_segment, slug)
    pack = read_folder(PACKS / "reactivation")
    texts = {part: content for part, content in pack.parts.items() if part[0] == "templates"}
    act(clinic.workshop.house, SETTING_UP, load, replace(pack, parts=texts, tests={}), publish_folders=("templates",))


def begin(visit: Visit) -> Designer:
    """A new journey, named and opened."""
    # the settings of a journey that nobody can enter yet say so
    page = visit("cora", "/journeys/new", allowed=("422",))
    hands = Designer(page)
    hands.go("English")
    hands.type(NAME)
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
        hands.fill("config-answers", answers[0])
        for number, answer in enumerate(answers[1:], 2):
            hands.press("Enter")
            expect(hands.page.locator(f"[id='config-answers-{number}']")).to_be_focused()
            hands.type(answer)
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
