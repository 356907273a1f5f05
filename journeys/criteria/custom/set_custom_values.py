"""Records values of custom fields of one record: all of them, or every problem and nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from journeys.criteria.custom.asking import asked_of
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.current import Values, close, columns_of, read_values, write
from journeys.criteria.custom.may import may_edit, may_see
from journeys.criteria.custom.records import patient_of
from journeys.criteria.custom.references import reference_names
from journeys.criteria.custom.values import is_nothing, is_same, normal, value_problems
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden, Problem, refuse_errors
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.custom_values import CustomValue
from journeys.store.events import emit

CHANGED = "patient.changed"
FORM = "form"


@dataclass(frozen=True)
class Writing:
    """One record and who writes to it: its fields in force, what is given, from where (`form`, `import`, `api`)."""

    record_kind: str
    record_id: int
    patient_id: int
    fields: Mapping[str, CustomField]
    roles: Collection[str]
    place: str


def set_custom_values(
    session: Session,
    act: Act,
    record_kind: str,
    record_id: int,
    values: Mapping[str, Any],
    place: str = "form",
    roles: Collection[str] = (),
) -> list[str]:
    """Record what is given and return the slugs that changed; None takes a value away, what is not given stays.

    A form gives every field that it shows, None where it is empty: those that are needed there have to be filled in.

    Invalid with every problem at `custom.<slug>`. Forbidden when a field is given that roles and the act's purpose may
    not edit. Missing when the act may not see the record.
    """
    patient_id = patient_of(session, record_kind, record_id)
    writing = Writing(record_kind, record_id, patient_id, live_fields(session, record_kind), roles, place)
    refuse_unallowed(act, writing, values)
    lock_lanes(session, [lane_of(patient_id)])
    before = read_values(session, record_kind, [record_id], list(writing.fields))[record_id]
    problems = list(given_problems(session, act, writing, values))
    sound = {slug: value for slug, value in values.items() if f"custom.{slug}" not in roots(problems)}
    # whether a field is asked may hang on what is just being said, so it is written, looked at, and kept or undone
    with session.begin_nested():
        changed = write_changed(session, act, writing, before, sound)
        problems.extend(asked_problems(session, act, writing, before, sound, values))
        refuse_errors(problems)
    if changed:
        announce(session, act, writing, changed)
    return changed


def refuse_unallowed(act: Act, writing: Writing, values: Mapping[str, Any]) -> None:
    """Forbidden for fields that may be seen but not edited; one that may not be seen is as if it were not there."""
    for slug in values:
        field = writing.fields.get(slug)
        if field is None or not may_see(field, writing.roles, act.purpose):
            continue
        if not may_edit(field, writing.roles, act.purpose):
            raise Forbidden(f"The field {slug} may not be edited by these roles for this purpose")


def given_problems(session: Session, act: Act, writing: Writing, values: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with each value by itself."""
    named: dict[str, dict[str, str]] = {}
    for slug, value in values.items():
        where = f"custom.{slug}"
        field = writing.fields.get(slug)
        if field is None or not may_see(field, writing.roles, act.purpose):
            yield Problem(where, N_("There is no such field here"))
        elif not is_nothing(field, value):
            found = list(value_problems(field, value, where))
            yield from found
            if field.type == "reference" and not found:
                named.setdefault(field.content["of"], {})[slug] = value
    for of, wanted in named.items():
        there = reference_names(session, of, list(wanted.values()))
        for slug, code in wanted.items():
            if code not in there:
                yield Problem(f"custom.{slug}", N_("Choose one of the list"))


def roots(problems: list[Problem]) -> set[str]:
    """The fields that have problems: `custom.visits` for `custom.visits.2.day`."""
    return {".".join(problem.where.split(".")[:2]) for problem in problems}


def asked_problems(
    session: Session, act: Act, writing: Writing, before: Values, sound: Values, given: Mapping[str, Any]
) -> Iterator[Problem]:
    """Values of fields that are not asked here, and needed values that nobody gives although they could.

    Says nothing of fields that may not be changed: whether such a one is asked would tell what its rule is about.
    """
    own = {slug: each for slug, each in writing.fields.items() if may_edit(each, writing.roles, act.purpose)}
    asked = asked_of(session, act, writing.record_kind, [writing.record_id], list(own.values()))[writing.record_id]
    wanted = wanted_of(own, writing.place, before, given)
    after = {**before, **sound}
    for slug, field in own.items():
        says_something = not is_nothing(field, given.get(slug))
        if slug not in asked:
            if says_something:
                yield Problem(f"custom.{slug}", N_("This is not asked here"))
        elif slug in wanted and not says_something and is_nothing(field, after.get(slug)):
            yield Problem(f"custom.{slug}", N_("This is needed"))


def wanted_of(own: Mapping[str, CustomField], place: str, before: Values, given: Mapping[str, Any]) -> set[str]:
    """The needed fields that count: of those that are given, for a form gives all that it shows.

    Elsewhere all of them while nothing is recorded; later an old gap bars nobody from changing another field.
    """
    needed = {slug for slug, field in own.items() if field.is_required(place)}
    is_new = place != FORM and own.keys().isdisjoint(before)
    return needed if is_new else needed & given.keys()


def write_changed(session: Session, act: Act, writing: Writing, before: Values, values: Mapping[str, Any]) -> list[str]:
    """Close what was recorded otherwise and record what is new; the slugs that changed, in the order of forms."""
    changed = [slug for slug in writing.fields if slug in values and is_change(writing.fields[slug], before, values)]
    if not changed:
        return []
    mine = (
        CustomValue.record_kind == writing.record_kind,
        CustomValue.record_id == writing.record_id,
        CustomValue.field.in_(changed),
    )
    close(session, act.now, *mine)
    common = {
        "record_kind": writing.record_kind,
        "record_id": writing.record_id,
        "patient_id": writing.patient_id,
        "from_at": act.now,
        "recorded_at": act.now,
        "recorded_by": act.by,
    }
    said = [(writing.fields[slug], values[slug]) for slug in changed]
    kept = [(field, value) for field, value in said if not is_nothing(field, value)]
    write(session, [{**common, **columns} for field, value in kept for columns in columns_of(field, value)])
    return changed


def is_change(field: CustomField, before: Values, values: Mapping[str, Any]) -> bool:
    """Whether a given value says something else than what is recorded."""
    value = values[field.slug]
    if is_nothing(field, value):
        return field.slug in before
    return field.slug not in before or not is_same(before[field.slug], normal(field, value))


def announce(session: Session, act: Act, writing: Writing, changed: list[str]) -> None:
    """Tell the audit and whoever waits for the patient to change."""
    detail = {"fields": changed, "on": writing.record_kind, "place": writing.place}
    audit.note(session, "U", "custom_value", [writing.record_id], [writing.patient_id], detail)
    about = {"patient_id": writing.patient_id, "subject_kind": "patient", "subject_id": writing.patient_id}
    emit(session, act, CHANGED, [about])
