"""The tokens and branches that a kept record has of the records merged into it, and those that are its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import and_, delete, or_, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.foundation.tokens import email_token, identifier_token, name_tokens, phone_token
from journeys.store.identity.moving import tables
from journeys.store.merges import IN_FORCE, PatientMerge
from journeys.store.people import (
    Patient,
    PatientIdentifier,
    PatientLocation,
    PatientName,
    PatientTelecom,
    PatientToken,
)

REGION = "US"
"""Kept numbers begin with their country; this is only for one that does not, and for it every region is a guess."""


def add_aliases(session: Session, merges: Sequence[PatientMerge]) -> None:
    """Let the kept records be found as the merged ones are, and belong to their branches. What was not there before is
    written down in each merge's `added`, together with what was added earlier."""
    of_these = PatientMerge.id.in_([merge.id for merge in merges])
    branches = session.execute(
        insert(PatientLocation)
        .from_select(
            ["patient_id", "location_id"],
            select(PatientMerge.kept_id, PatientLocation.location_id)
            .join(PatientMerge, PatientMerge.patient_id == PatientLocation.patient_id)
            .where(of_these),
        )
        .on_conflict_do_nothing()
        .returning(PatientLocation.patient_id, PatientLocation.location_id)
    ).all()
    tokens = session.execute(
        insert(PatientToken)
        .from_select(
            ["kind", "token", "patient_id"],
            select(PatientToken.kind, PatientToken.token, PatientMerge.kept_id)
            .join(PatientMerge, PatientMerge.patient_id == PatientToken.patient_id)
            .where(of_these),
        )
        .on_conflict_do_nothing()
        .returning(PatientToken.patient_id, PatientToken.kind, PatientToken.token)
    ).all()
    for merge in merges:
        before = {(kind, token) for kind, token in merge.added.get("tokens", [])}
        mine = {(row.kind, bytes(row.token).hex()) for row in tokens if row.patient_id == merge.kept_id}
        places = {row.location_id for row in branches if row.patient_id == merge.kept_id}
        merge.added = {
            **merge.added,
            "branches": sorted({*merge.added.get("branches", []), *places}),
            "tokens": [list(each) for each in sorted(before | mine)],
        }


def take_aliases(session: Session, merge: PatientMerge) -> None:
    """Take away what `add_aliases` added, but for what has become the kept record's own since."""
    places = set(merge.added.get("branches", [])) - own_branches(session, merge.kept_id)
    session.execute(
        delete(PatientLocation).where(
            PatientLocation.patient_id == merge.kept_id, PatientLocation.location_id.in_(sorted(places))
        )
    )
    added = {(kind, bytes.fromhex(token)) for kind, token in merge.added.get("tokens", [])}
    by_kind: dict[str, list[bytes]] = {}
    for kind, token in sorted(added - set(own_tokens(session, merge.kept_id))):
        by_kind.setdefault(kind, []).append(token)
    is_added = [and_(PatientToken.kind == kind, PatientToken.token.in_(some)) for kind, some in by_kind.items()]
    if is_added:
        session.execute(delete(PatientToken).where(PatientToken.patient_id == merge.kept_id, or_(*is_added)))


def own_branches(session: Session, patient: int) -> set[int]:
    """The branches that a record belongs to by itself: the one that manages it, and those it was or will be at."""
    at = [
        select(table.c.location_id).where(table.c.patient_id == patient, table.c.location_id.is_not(None))
        for table in tables()
        if "location_id" in table.c and table.name != "task"
    ]
    manages = select(Patient.managing_location_id).where(
        Patient.id == patient, Patient.managing_location_id.is_not(None)
    )
    return set(session.scalars(union(manages, *at)))


def own_tokens(session: Session, patient: int) -> Iterator[tuple[str, bytes]]:
    """The tokens of what stands in a record itself: names, identifiers, numbers and addresses."""
    for name in session.scalars(select(PatientName).where(PatientName.patient_id == patient)):
        for part in (name.text, name.family, name.given):
            yield from name_tokens(part or "")
    for identifier in session.scalars(select(PatientIdentifier).where(PatientIdentifier.patient_id == patient)):
        yield identifier_token(identifier.value)
    for telecom in session.scalars(select(PatientTelecom).where(PatientTelecom.patient_id == patient)):
        number = None if telecom.system == "email" else phone_token(telecom.value, REGION)
        yield number or email_token(telecom.value)


def make_own(session: Session, patient: int, location: int) -> None:
    """Somebody links a record to a branch that it may have of a merged one: it stays there when that is taken back."""
    of_it = select(PatientMerge).where(PatientMerge.kept_id == patient, PatientMerge.status == IN_FORCE)
    for merge in session.scalars(of_it):
        places = merge.added.get("branches", [])
        if location in places:
            merge.added = {**merge.added, "branches": [each for each in places if each != location]}
