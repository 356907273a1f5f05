"""What a preview of a contact rule tries: the draft alone, everything else in force, and on whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, cast, literal, null, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger, Text

from journeys.contact.deciding.rule_set import InForce, RuleSet, as_record, entry_of, in_force, parameters_of
from journeys.contact.deciding.scoping import KINDS
from journeys.contact.rule_drafts.rule_records import VERSION, Record, has_scope
from journeys.contact.rules import RULES
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import members
from journeys.criteria.known import Known
from journeys.foundation.acting import Act
from journeys.store.organisation import ServiceLine
from journeys.store.people import Patient
from journeys.store.putting_in_force.definitions import CONTACT_RULE, live_versions

PREVIEW = "preview"


def alone(content: Mapping[str, Any]) -> RuleSet:
    """Nothing but this draft, as if it had been published today."""
    rule = RULES[content["rule"]]
    parameters = parameters_of(rule, content)
    if not has_scope(content):
        return RuleSet(PREVIEW, (InForce(rule, parameters),))
    record = Record(parameters, {**content, VERSION: 0})
    return RuleSet(PREVIEW, (InForce(rule, rule.Parameters(), is_general=False, records=(record,)),))


def others(session: Session, act: Act, slug: str) -> RuleSet:
    """Every rule in force now but what this definition says of its own."""
    contents: dict[str, list[Mapping[str, Any]]] = {}
    for other, version in live_versions(session, CONTACT_RULE).items():
        if other != slug:
            contents.setdefault(version.content["rule"], []).append(as_record(version.content, version.id))
    entries = [entry_of(rule, contents.get(name, []), act.now.date()) for name, rule in RULES.items()]
    return RuleSet(PREVIEW, tuple(in_force(entry) for entry in entries))


def tried_people(session: Session, act: Act, content: Mapping[str, Any], known: Known, most: int) -> Select[Any]:
    """SELECT up to so many patients whom a draft may be about (`patient_id`, `focus_kind`, `focus_id`): those in its
    segments, with their newest record of its service lines; always the same ones."""
    segments, lines = content.get("segments") or (), content.get("service_lines") or ()
    about = newest_of(lines) if lines else about_nothing()
    people = (
        select(Patient.id.label("patient_id"), about.c.focus_kind, about.c.focus_id)
        .join(about, about.c.patient_id == Patient.id)
        .where(Patient.merged_into_id.is_(None))
    )
    if segments:
        facts = read_facts(session)
        found = [members({"segment": slug}, act.now, known, facts) for slug in segments]
        people = people.where(or_(*(Patient.id.in_(each) for each in found)))
    return people.order_by(Patient.uid).limit(most)


def about_nothing() -> Any:
    """SQL: every patient, with no record."""
    kind, number = cast(null(), Text).label("focus_kind"), cast(null(), BigInteger).label("focus_id")
    return select(Patient.id.label("patient_id"), kind, number).subquery("about")


def newest_of(lines: list[str]) -> Any:
    """SQL: each patient's newest record of these service lines."""
    numbers = select(ServiceLine.id).where(ServiceLine.slug.in_(lines))
    records = [
        select(
            table.patient_id,
            literal(kind).label("focus_kind"),
            table.id.label("focus_id"),
        ).where(table.service_line_id.in_(numbers))
        for kind, table in KINDS.items()
    ]
    every = union_all(*records).subquery("record_of_line")
    newest = select(every).ext(distinct_on(every.c.patient_id))
    return newest.order_by(every.c.patient_id, every.c.focus_kind, every.c.focus_id.desc()).subquery("about")
