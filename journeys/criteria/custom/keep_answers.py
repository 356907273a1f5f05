"""Records what a patient answered themselves: custom fields that say of themselves that patients may be asked them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from journeys.criteria.custom.asking import asked_of
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.current import Values, read_values
from journeys.criteria.custom.set_custom_values import Writing, announce, write_changed
from journeys.criteria.custom.values import is_nothing, value_problems
from journeys.foundation.acting import Act

PATIENT = "patient"


def keep_answers(
    session: Session, act: Act, patient_id: int, fields: Mapping[str, CustomField], given: Values, place: str
) -> list[str]:
    """Record the answers and return the slugs that changed. `fields` are those that may be answered so, whatever roles
    they are opened to; the patient's lane is locked.

    What has become wrong since it was typed, and what is not asked of this patient, is left out; nothing is taken away.
    """
    sound = {slug: value for slug, value in given.items() if slug in fields and is_sound(fields[slug], value)}
    if not sound:
        return []
    writing = Writing(PATIENT, patient_id, patient_id, fields, (), place)
    before = read_values(session, PATIENT, [patient_id], list(fields))[patient_id]
    # whether a field is asked may hang on another answer of the same form, so all is written once to be looked at
    with session.begin_nested() as only_tried:
        write_changed(session, act, writing, before, sound)
        named = [fields[slug] for slug in sound]
        asked = asked_of(session, act, PATIENT, [patient_id], named)[patient_id]
        only_tried.rollback()
    changed = write_changed(session, act, writing, before, {slug: sound[slug] for slug in sound if slug in asked})
    if changed:
        announce(session, act, writing, changed)
    return changed


def is_sound(field: CustomField, value: Any) -> bool:
    """Whether a field can still hold an answer, and the answer says something."""
    return not is_nothing(field, value) and not any(value_problems(field, value, field.slug))
