"""Finds whom a list of numbers means."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.tokens import IDENTIFIER, identifier_token, words_of
from journeys.store.people import Patient, PatientToken


@dataclass(frozen=True)
class Listed:
    """Whom a list means: uids by number; `missing` are numbers that nobody has, `several` those that more have."""

    found: dict[str, uuid.UUID] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)

    def uids(self) -> list[uuid.UUID]:
        """Everybody who was found, each once."""
        return list(dict.fromkeys(self.found.values()))


def find_listed(session: Session, act: Act, numbers: Collection[str]) -> Listed:
    """The patients of a list in the act's scope; of a merged record the one that is kept. The audit keeps counts."""
    owners: dict[str, set[uuid.UUID]] = {number: set() for number in numbers}
    tokens: dict[bytes, list[str]] = {}
    for number in numbers:
        if words_of(number):
            tokens.setdefault(identifier_token(number)[1], []).append(number)
    for token, uid in session.execute(owners_of(tokens)):
        for number in tokens[token]:
            owners[number].add(uid)
    given = {number: written for number in numbers if (written := uid_of(number)) is not None}
    known = set(session.scalars(select(Patient.uid).where(Patient.uid.in_(given.values()))))
    owners.update({number: {uid} for number, uid in given.items() if uid in known})
    listed = Listed(
        found={number: next(iter(who)) for number, who in owners.items() if len(who) == 1},
        missing=[number for number, who in owners.items() if not who],
        several=[number for number, who in owners.items() if len(who) > 1],
    )
    audit.note(session, "R", "patient.list", detail={"numbers": len(owners), "found": len(listed.found)})
    return listed


def owners_of(tokens: Collection[bytes]) -> Select[bytes, uuid.UUID]:
    """SELECT token, uid of whoever has an identifier of these tokens."""
    kept = aliased(Patient)
    return (
        select(PatientToken.token, func.coalesce(kept.uid, Patient.uid))
        .join(Patient, Patient.id == PatientToken.patient_id)
        .outerjoin(kept, kept.id == Patient.merged_into_id)
        .where(PatientToken.kind == IDENTIFIER, PatientToken.token.in_(list(tokens)))
    )


def uid_of(number: str) -> uuid.UUID | None:
    """The uid that a text is, None when it is none."""
    try:
        return uuid.UUID(number)
    except ValueError:
        return None
