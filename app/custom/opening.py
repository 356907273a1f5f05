"""Opens a record's custom fields for a form: which are asked and may be changed, what they start with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.base import portal_roles, say_texts
from app.base.words import language
from app.custom.records import Record, mark_of
from journeys.criteria.custom.asking import asked_of
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.current import Values, read_values
from journeys.criteria.custom.may import may_edit
from journeys.criteria.custom.read_custom_values import RESTRICTED, fields_to_see, note_restricted
from journeys.criteria.custom.references import reference_choices
from journeys.criteria.custom.set_custom_values import Writing, given_problems, roots, write_changed
from journeys.foundation.acting import Act
from journeys.foundation.lanes import lane_of, lock_lanes

PLACE = "form"


@dataclass(frozen=True)
class Opened:
    """Fields that the signed-in person may change, and those of them that are asked; what stands, and its mark.

    `labels` are the names of all of them, also of restricted ones that nobody asked to see.
    """

    editable: dict[str, CustomField]
    asked: frozenset[str]
    values: Values
    mark: str
    references: dict[str, list[tuple[str, str]]]
    labels: dict[str, str]

    @property
    def has_closed(self) -> bool:
        """Whether restricted fields are left out."""
        return len(self.editable) < len(self.labels)

    def on_the_form(self, asked: frozenset[str]) -> dict[str, CustomField]:
        """The fields that a form asks, in their order."""
        return {slug: each for slug, each in self.editable.items() if slug in asked}

    def offered(self) -> dict[str, Any]:
        """What a form starts with: what stands, else the field's default."""
        return {slug: self.values.get(slug, each.default) for slug, each in self.editable.items()}


def opened(session: Session, act: Act, record: Record, is_open: bool) -> Opened:
    """The fields of a record for a form; restricted ones only when `is_open`, and then that is audited."""
    roles = portal_roles()
    seen = fields_to_see(session, act, record.kind, roles)
    values = read_values(session, record.kind, [record.id], list(seen))[record.id]
    changeable = {slug: each for slug, each in seen.items() if may_edit(each, roles, act.purpose)}
    editable = {slug: each for slug, each in changeable.items() if is_open or each.sensitivity != RESTRICTED}
    if is_open:
        note_restricted(session, record.kind, {record.id: record.patient_id}, {record.id: values}, editable)
    return Opened(
        editable=editable,
        asked=asked_of(session, act, record.kind, [record.id], list(editable.values()))[record.id],
        values=values,
        mark=mark_of(record.kind, record.id, values),
        references={
            slug: reference_choices(session, each.content["of"], language())
            for slug, each in editable.items()
            if each.type == "reference"
        },
        labels={slug: say_texts(each.name) for slug, each in changeable.items()},
    )


def asked_if(session: Session, act: Act, record: Record, values: Mapping[str, Any]) -> frozenset[str]:
    """The slugs that would be asked of a record if these values stood; what is wrong among them is passed over.

    The values are written, looked at, and taken back: whether a field is asked is a rule over what is recorded.
    """
    fields = live_fields(session, record.kind)
    writing = Writing(record.kind, record.id, record.patient_id, fields, portal_roles(), PLACE)
    lock_lanes(session, [lane_of(record.patient_id)])
    wrong = roots(list(given_problems(session, act, writing, values)))
    sound = {slug: value for slug, value in values.items() if f"custom.{slug}" not in wrong}
    before = read_values(session, record.kind, [record.id], list(fields))[record.id]
    attempt = session.begin_nested()
    write_changed(session, act, writing, before, sound)
    asked = asked_of(session, act, record.kind, [record.id], list(fields.values()))[record.id]
    attempt.rollback()
    return asked
