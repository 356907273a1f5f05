"""Explains why a patient is in a rule or not. Reading it is audited."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, literal, select
from sqlalchemy.orm import Session

from journeys.criteria.check import problems
from journeys.criteria.compile import PatientRule
from journeys.criteria.custom.as_of import as_of
from journeys.criteria.explain.facts import fact_seen
from journeys.criteria.explain.looking import NOBODY, Looking, can_open, closed_fields, is_closed, note_opened
from journeys.criteria.explain.nodes import Explanation, Node, Truth
from journeys.criteria.explain.past import PastRule, notes_on
from journeys.criteria.explain.records import records_seen
from journeys.criteria.explain.truths import places_of, rules_right_inside, truths
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.limits import limited
from journeys.criteria.shapes import Rule, shape_of
from journeys.criteria.subject import Subject
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.people import Patient

Focus = tuple[str, int]
"""The kind and id of the record that the rule is about."""


def explain(
    session: Session,
    act: Act,
    rule: Rule,
    patient_id: int,
    known: Known = NOTHING_KNOWN,
    at: dt.datetime | None = None,
    focus: Focus | None = None,
    looking: Looking = NOBODY,
) -> Explanation:
    """Why a patient is in a rule, published or not, at `act.now` or as of an earlier moment `at`.

    Missing when the act may not see the patient; Invalid with the problems of the rule, for a moment to come, or when
    it takes too long. What custom fields tell is shown as `looking` may see them; restricted ones are audited.
    """
    merged_into = session.execute(select(Patient.merged_into_id).where(Patient.id == patient_id)).one_or_none()
    if merged_into is None:
        raise Missing(N_("There is no such patient here"))
    found = problems(rule, "rule", known, focus[0] if focus else None)
    if at is not None and at > act.now:
        found.append(Problem("at", N_("Choose a day that is not in the future")))
    refuse_errors(found)
    subject = subject_of(patient_id, at or act.now, focus)
    deciding = PatientRule(subject, known) if at is None else PastRule(subject, as_of(known, at))
    closed = closed_fields(known, act, looking)
    with limited(session, "rule"):
        known_truths = truths(session, deciding, list(places_of(rule, "rule", known)))
        root = Explaining(session, deciding, patient_id, known_truths, at is not None, closed).node(rule, "rule")
    note_opened(session, root, known, patient_id)
    audit.note(session, "R", "rule.why", ids=[patient_id], patients=[patient_id])
    opens = can_open(rule, known, act, looking)
    return Explanation(patient_id, at or act.now, at is not None, merged_into[0] is not None, root, opens)


def subject_of(patient_id: int, now: dt.datetime, focus: Focus | None) -> Subject:
    """Whom the rule is asked about, at which moment."""
    kind, focus_id = focus or (None, None)
    person = literal(patient_id, BigInteger)
    return Subject(patient_id=person, now=now, focus_kind=kind, focus_id=literal(focus_id, BigInteger))


class Explaining:
    """Gathers the evidence of every condition."""

    def __init__(
        self,
        session: Session,
        deciding: PatientRule,
        patient_id: int,
        known: dict[str, Truth],
        is_past: bool,
        closed: frozenset[str],
    ) -> None:
        """`known` are the truths of all places, `closed` the custom fields that are not shown."""
        self.session = session
        self.deciding = deciding
        self.patient_id = patient_id
        self.truths = known
        self.is_past = is_past
        self.closed = closed

    def node(self, rule: Rule, where: str) -> Node:
        """One group or condition with all that is inside it."""
        inside = rules_right_inside(rule, where, self.deciding.known)
        parts = tuple(self.node(part, place) for place, part in inside)
        notes = tuple(notes_on(rule, self.deciding.known)) if self.is_past else ()
        if is_closed(rule, parts, self.closed):
            return Node(where, rule, None, parts, notes=notes, is_closed=True)
        shape = shape_of(rule)
        more: dict[str, Any] = {}
        if shape == "field":
            more["fact"] = fact_seen(self.session, self.deciding, rule, self.patient_id)
        elif shape == "happened":
            more["records"] = records_seen(self.session, self.deciding, rule, where, self.patient_id)
        return Node(where, rule, self.truths[where], parts, notes=notes, **more)
