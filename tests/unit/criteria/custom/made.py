"""Fields and patients that tests of custom fields need, made by the verbs themselves."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.publish_field import publish_field
from journeys.criteria.custom.set_custom_values import set_custom_values
from journeys.foundation.acting import EVERYWHERE, Act, Scope
from journeys.store.configuration import DefinitionVersion
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import FIELD
from journeys.store.putting_in_force.save_draft import save_draft

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
STAFF = frozenset({"staff"})
EVERYBODY = {"roles": ["staff", "consultant"], "purposes": ["care", "operations"]}
SMOKING = [
    {"code": "never", "name": {"en": "Never", "es": "Nunca"}},
    {"code": "former", "name": {"en": "Former", "es": "Antes"}},
    {"code": "current", "name": {"en": "Current", "es": "Ahora"}},
]
COLUMNS = [
    {"slug": "what", "name": {"en": "What"}, "type": "text"},
    {"slug": "since", "name": {"en": "Since"}, "type": "date"},
    {"slug": "how-much", "name": {"en": "How much"}, "type": "number", "minimum": 0},
]
OF_TYPE: dict[str, dict[str, Any]] = {
    "text": {},
    "number": {"unit": "km"},
    "date": {},
    "yes-no": {},
    "choice": {"choices": SMOKING},
    "many-choices": {"choices": SMOKING},
    "reference": {"of": "location"},
    "table": {"columns": COLUMNS},
}
"""What each type needs besides what every field has."""


def an_act(now: dt.datetime = NOW, purpose: str = "care", scope: Scope = EVERYWHERE) -> Act:
    return Act(now, "test:fields", scope, purpose=purpose)


def content(kind: str = "choice", **more: Any) -> dict[str, Any]:
    """A field's content without anything wrong."""
    common = {
        "format": 1,
        "name": {"en": f"A {kind}", "es": f"Un {kind}"},
        "on": "patient",
        "type": kind,
        "sensitivity": "ordinary",
        "see": EVERYBODY,
        "edit": EVERYBODY,
    }
    return {**common, **OF_TYPE.get(kind, {}), **more}


def a_field(kind: str = "choice", **more: Any) -> CustomField:
    """A field that is not stored."""
    return CustomField("tried", content(kind, **more))


def publish(session: Session, slug: str, kind: str = "choice", /, **more: Any) -> DefinitionVersion:
    """A field in force."""
    return publish_content(session, slug, content(kind, **more))


def publish_content(session: Session, slug: str, given: Any, **choices: Any) -> DefinitionVersion:
    """Draft and publish."""
    save_draft(session, an_act(), FIELD, slug, {"en": slug}, given)
    return publish_field(session, an_act(), slug, **choices)


def a_patient(session: Session, **facts: Any) -> int:
    """The id of a new patient."""
    patient = Patient(**facts)
    session.add(patient)
    session.flush()
    return patient.id


def say(session: Session, patient_id: int, now: dt.datetime = NOW, /, **values: Any) -> list[str]:
    """Record values of a patient, as staff who care; names with underscores."""
    given = {slug.replace("_", "-"): value for slug, value in values.items()}
    return set_custom_values(session, an_act(now), "patient", patient_id, given, roles=STAFF)
