"""What a reader of an explanation may not learn: custom fields closed to them, and all that would tell their values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from journeys.criteria.custom.facts import FieldInRules
from journeys.criteria.custom.may import may_see
from journeys.criteria.custom.read_custom_values import RESTRICTED
from journeys.criteria.explain.nodes import Node
from journeys.criteria.known import PATIENT, Known
from journeys.criteria.seeing import fields_behind, fields_named, may_see_all
from journeys.criteria.shapes import Rule, shape_of
from journeys.foundation import audit
from journeys.foundation.acting import Act

DECISIVE = {"all": False, "any": True, "none": True}
"""Group → the truth of a part that settles the group, whatever its other parts are."""


@dataclass(frozen=True)
class Looking:
    """Who looks: their roles, and whether they asked to see restricted values, which is audited."""

    roles: frozenset[str] = frozenset()
    is_open: bool = False


NOBODY = Looking()
"""No role: no custom field is shown."""


def closed_fields(known: Known, act: Act, looking: Looking) -> frozenset[str]:
    """The slugs of the custom fields whose values are not shown to this reader for the act's purpose."""
    return frozenset(
        slug
        for slug, custom in known.custom.items()
        if not may_see(custom.field, looking.roles, act.purpose)
        or (custom.field.sensitivity == RESTRICTED and not looking.is_open)
    )


def closed_segments(known: Known, act: Act, looking: Looking) -> frozenset[str]:
    """The slugs of the segments in force whose membership rests on a field that is not shown to this reader."""
    closed = closed_fields(known, act, looking)
    return frozenset(
        slug for slug, rule in known.segments.items() if not closed.isdisjoint(fields_behind([rule], known))
    )


def can_open(rule: Rule, known: Known, act: Act, looking: Looking) -> bool:
    """Whether this reader would see more of a rule by asking for restricted values."""
    hidden = closed_fields(known, act, looking).intersection(fields_behind([rule], known))
    return any(may_see_all([slug], known, act, looking.roles) for slug in hidden)


def is_closed(rule: Rule, parts: Iterable[Node], closed: frozenset[str]) -> bool:
    """Whether the truth of a node rests on what the reader may not learn.

    A condition on a closed field does. A group does unless a part that is shown settles it, so what is shown never
    depends on a closed field.
    """
    inside = list(parts)
    if not inside:
        return not closed.isdisjoint(fields_named(rule))
    settling = DECISIVE.get(shape_of(rule) or "")
    is_settled = settling is not None and any(part.truth is settling for part in inside)
    return not is_settled and any(part.is_closed for part in inside)


def note_opened(session: Session, root: Node, known: Known, patient_id: int) -> None:
    """Keep for the audit which restricted fields an explanation shows, and of which records."""
    slugs: dict[str, set[str]] = {}
    ids: dict[str, set[int]] = {}
    for node in root.all():
        if node.parts or node.is_closed:
            continue
        for custom in map(known.custom.__getitem__, fields_named(node.rule)):
            if custom.field.sensitivity == RESTRICTED:
                kind = custom.field.on
                slugs.setdefault(kind, set()).add(custom.field.slug)
                ids.setdefault(kind, set()).update(records_shown(node, custom, patient_id))
    for kind, named in slugs.items():
        detail = {"fields": sorted(named), "on": kind}
        audit.note(session, "R", "custom_value", sorted(ids[kind]), [patient_id], detail)


def records_shown(node: Node, custom: FieldInRules, patient_id: int) -> list[int]:
    """The ids of the records whose values of a field a condition shows."""
    if custom.on == PATIENT:
        return [patient_id]
    if node.records is None or node.records.kind != custom.on:
        return []
    return [record.id for record in node.records.nearest]
