"""Compares new and changed records with those they may be of one person with, and puts the pairs before people.

Candidates are found by one statement over blind keys; only those pairs are opened, in a batch, and scored.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    LargeBinary,
    and_,
    any_,
    bindparam,
    column,
    delete,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session, aliased

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.ids import new_uid
from journeys.foundation.tokens import WORD, blind
from journeys.store.identity.keys import keys_of
from journeys.store.identity.persons import Person, persons_of
from journeys.store.identity.scoring import MODEL, NO, Frequency, Score, score
from journeys.store.matches import UNDECIDED, MatchCandidate, MatchKey, MatchLook
from journeys.store.people import Patient, PatientToken

AT_ONCE = 200
FULL = 100
"""A key that more records have says too little: those records are not compared because of it."""

OVERLAP = dt.timedelta(days=1)
"""How long after another a change may come to light that was made before it: as long as a load of records takes."""

FEW = 1_000
"""A clinic of fewer patients knows little of how frequent names are."""

Pair = tuple[int, int]


def look_for_matches(session: Session, act: Act, limit: int = AT_ONCE) -> int:
    """Look at up to `limit` records that are new or changed; how many it were. What somebody decided stays."""
    audit.nothing_happened(session)
    states = changed(session, limit)
    if not states:
        return 0
    persons = persons_of(session, states)
    keep_keys(session, persons.values())
    pairs = meeting(session, list(states))
    persons |= persons_of(session, {each for pair in pairs for each in pair} - set(states))
    frequency = frequencies(session, pairs, persons)
    found = {pair: score(persons[pair[0]], persons[pair[1]], frequency) for pair in pairs}
    likely = {pair: each for pair, each in found.items() if each.verdict != NO}
    forget(session, list(states), likely)
    keep(session, act, likely)
    keep_looks(session, states)
    return len(states)


def changed(session: Session, limit: int) -> dict[int, dt.datetime]:
    """Records that have not been compared as they are now, the oldest change first, and when they changed."""
    newest = select(func.max(MatchLook.state_at) - OVERLAP).scalar_subquery()
    is_new = or_(MatchLook.patient_id.is_(None), MatchLook.state_at != Patient.updated_at)
    wanted = (
        select(Patient.id, Patient.updated_at)
        .outerjoin(MatchLook, MatchLook.patient_id == Patient.id)
        .where(Patient.updated_at >= func.coalesce(newest, literal(dt.datetime.min.replace(tzinfo=dt.UTC))), is_new)
        .where(Patient.merged_into_id.is_(None))
        .order_by(Patient.updated_at, Patient.id)
        .limit(limit)
    )
    return {row.id: row.updated_at for row in session.execute(wanted)}


def keep_keys(session: Session, persons: Iterable[Person]) -> None:
    """Write the keys of these records anew."""
    known = list(persons)
    session.execute(delete(MatchKey).where(MatchKey.patient_id.in_([person.id for person in known])))
    rows = [{"token": key, "patient_id": person.id} for person in known for key in sorted(keys_of(person))]
    if rows:
        session.execute(insert(MatchKey), rows)


def meeting(session: Session, ids: list[int]) -> list[Pair]:
    """The pairs of records that share a key, one of them among these, the lesser id first."""
    mine, other, again = aliased(MatchKey), aliased(MatchKey), aliased(MatchKey)
    first_ones = select(literal(1)).where(again.token == mine.token).limit(FULL + 1).correlate(mine).subquery()
    size = select(func.count()).select_from(first_ones).scalar_subquery()
    is_free = and_(Patient.id == other.patient_id, Patient.merged_into_id.is_(None))
    pairs = (
        select(
            func.least(mine.patient_id, other.patient_id).label("one"),
            func.greatest(mine.patient_id, other.patient_id).label("two"),
        )
        .join(other, and_(other.token == mine.token, other.patient_id != mine.patient_id))
        .join(Patient, is_free)
        .where(mine.patient_id == any_(bindparam("ids", type_=ARRAY(BigInteger))), size <= FULL)
        .distinct()
        .order_by("one", "two")
    )
    return [(row.one, row.two) for row in session.execute(pairs, {"ids": ids})]


def frequencies(session: Session, pairs: Collection[Pair], persons: dict[int, Person]) -> Frequency:
    """How large a share of all records has each word of the names in these pairs, counted on their blind tokens."""
    words = {
        word for pair in pairs for each in pair for name in persons[each].names for word in (*name.given, *name.family)
    }
    everybody = max(session.scalar(select(func.count()).select_from(MatchLook)) or 0, FEW) if words else FEW
    most = int(MODEL["rarity"]["most"] * everybody) + 1
    by_token = {blind(WORD, word): word for word in words}
    asked = func.unnest(bindparam("tokens", type_=ARRAY(LargeBinary))).table_valued(column("token", LargeBinary))
    asked = asked.render_derived(name="asked")
    is_it = (PatientToken.kind == WORD, PatientToken.token == asked.c.token)
    some = select(literal(1)).where(*is_it).limit(most).correlate(asked).subquery()
    counted = select(asked.c.token, select(func.count()).select_from(some).scalar_subquery())
    rows = session.execute(counted, {"tokens": sorted(by_token)}).all() if words else []
    shares = {by_token[bytes(token)]: count / everybody for token, count in rows}
    return shares.get


def forget(session: Session, ids: list[int], likely: dict[Pair, Score]) -> None:
    """Take back the pairs of these records that no longer look alike and that nobody decided on."""
    of_these = or_(MatchCandidate.patient_id.in_(ids), MatchCandidate.other_id.in_(ids))
    gone = delete(MatchCandidate).where(of_these, MatchCandidate.status.in_(UNDECIDED))
    if likely:
        gone = gone.where(tuple_(MatchCandidate.patient_id, MatchCandidate.other_id).not_in(sorted(likely)))
    session.execute(gone)


def keep(session: Session, act: Act, likely: dict[Pair, Score]) -> None:
    """Write down the pairs that somebody should look at; the score of those that nobody decided on is brought up to
    date."""
    if not likely:
        return
    rows = [
        {
            "uid": new_uid(),
            "patient_id": one,
            "other_id": two,
            "score": round(each.total * 100),
            "verdict": each.verdict,
            "explanation": explained(each),
            "found_at": act.now,
        }
        for (one, two), each in sorted(likely.items())
    ]
    told = insert(MatchCandidate).values(rows)
    session.execute(
        told.on_conflict_do_update(
            index_elements=["patient_id", "other_id"],
            set_={name: told.excluded[name] for name in ("score", "verdict", "explanation")},
            where=MatchCandidate.status.in_(UNDECIDED),
        )
    )
    everybody = sorted({each for pair in likely for each in pair})
    audit.note(session, "C", "match_candidate", (), everybody, {"pairs": len(rows)})


def explained(found: Score) -> dict[str, Any]:
    """What is kept of a score: levels and weights."""
    findings = [[each.attribute, each.level, round(each.weight, 2)] for each in found.findings]
    return {"findings": findings, "doubts": list(found.doubts)}


def keep_looks(session: Session, states: dict[int, dt.datetime]) -> None:
    """Write down which state of each record was compared."""
    told = insert(MatchLook).values([{"patient_id": each, "state_at": at} for each, at in states.items()])
    session.execute(
        told.on_conflict_do_update(index_elements=["patient_id"], set_={"state_at": told.excluded.state_at})
    )
