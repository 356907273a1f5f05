"""Shows a few patients of a rule, so that a consultant sees whom it means. Reading them is audited with their ids."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.check import problems
from journeys.criteria.facts.facts import read_facts
from journeys.criteria.facts.members import members
from journeys.criteria.known import known
from journeys.criteria.limits import limited
from journeys.criteria.seeing import fields_behind, refuse_unseen
from journeys.criteria.shapes import Rule
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.people import Patient

MOST = 100


def sample_segment(
    session: Session, act: Act, rule: Rule, size: int = 10, roles: Collection[str] = ()
) -> list[Patient]:
    """Up to `size` patients of a rule, published or not, as the act may see them.

    Always the same ones while the members stay: they are taken in the order of their random uids. Invalid with the
    rule's problems, or when finding them takes too long. Forbidden when it rests on a custom field that these roles may
    not see: who fits tells the value.
    """
    in_force = known(session)
    refuse_errors(problems(rule, "rule", in_force))
    fields = fields_behind([rule], in_force)
    refuse_unseen(fields, in_force, act, roles)
    with limited(session, "rule"):
        meant = members(rule, act.now, in_force, read_facts(session))
        sample = select(Patient).where(Patient.id.in_(meant)).order_by(Patient.uid).limit(min(size, MOST))
        people = list(session.scalars(sample))
    ids = [person.id for person in people]
    audit.note(session, "R", "patient", ids=ids, patients=ids, detail={"list": "segment sample", "fields": fields})
    return people
