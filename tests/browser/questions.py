"""Custom fields of the clinic behind the browser tests: one of each type, so that every control is drawn somewhere."""

from typing import Any

from flask import Flask

from journeys.foundation.act import EVERYWHERE, Act
from journeys.foundation.acting import act
from journeys.store.putting_in_force.definitions import FIELD
from journeys.store.putting_in_force.save_draft import save_draft
from tests.make import NOON
from tests.portal.custom_house import EVERYBODY, STAFF, content, house_of, put_in_force

HOME = {"group": {"en": "At home", "es": "En casa"}}
PLAN = {"group": {"en": "Plan of care"}}
LIVES = [
    {"code": "alone", "name": {"en": "Alone", "es": "Solo"}},
    {"code": "with-others", "name": {"en": "With others who help every day"}},
]
COLUMNS = [
    {"slug": "who", "name": {"en": "Who helps"}, "type": "text"},
    {"slug": "often", "name": {"en": "How often"}, "type": "choice", "choices": LIVES},
]
ALONE = {"field": "custom.lives", "is": "is", "value": "alone"}

QUESTIONS: dict[str, dict[str, Any]] = {
    "lives": {"name": "Lives", "type": "choice", "choices": LIVES, **HOME},
    "alarm": {"name": "Has an alarm at home", "type": "yes-no", "visible_when": ALONE, **HOME},
    "helpers": {"name": "Helpers", "type": "table", "columns": COLUMNS, **HOME},
    "diet": {"name": "Diet", "type": "many-choices", "choices": LIVES, **HOME},
    "goal-weight": {"name": "Weight to reach", "type": "number", "unit": "kg", "maximum": 300, **PLAN},
    "plan-from": {"name": "Plan agreed on", "type": "date", **PLAN},
    "plan-by": {"name": "Plan agreed with", "type": "reference", "of": "practitioner", **PLAN},
    "plan-words": {"name": "In the patient's words", "help": {"en": "What matters most."}, **PLAN},
    "secret": {"name": "Told in confidence", "sensitivity": "restricted", "see": STAFF},
    "called-twice": {"name": "Called twice", "type": "yes-no", "on": "task"},
}


def ask_questions(app: Flask) -> None:
    """Put them in force, and leave one draft that is wrong."""
    for order, (slug, more) in enumerate(QUESTIONS.items()):
        put_in_force(app, slug, order=order, **more)
    wrong = content("Half written", type="choice", see={}, edit=EVERYBODY)
    act(house_of(app), Act(NOON, "user:cora", EVERYWHERE), save_draft, FIELD, "half-written", wrong["name"], wrong)
