"""Writes down what staff learnt about a number or address: whose it is, what kind of line, who else reads there."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import CompoundSelect, select, union_all
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act, ring_after_commit
from journeys.foundation.errors import Missing, Problem, refuse_errors
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.tokens import EMAIL, PHONE
from journeys.foundation.words import N_
from journeys.store.caregivers import RelatedPersonToken
from journeys.store.people import TELECOM_LINES, TELECOM_STATUSES, PatientTelecom, PatientToken

OF_THE_ADDRESS = ("wrong-person", "reassigned")
"""States that are true of a number for whoever has it, not only for this patient."""


OF_ADDRESSES = (PHONE, EMAIL)
"""The kinds of tokens by which numbers and addresses are found."""


@dataclass(frozen=True)
class Learnt:
    """What is known of it now: its state, the kind of line (None: nobody looked), whether others read what arrives."""

    status: str
    line: str | None = None
    shared: bool = False


def say_about_address(session: Session, act: Act, telecom_id: int, learnt: Learnt) -> list[PatientTelecom]:
    """Return the rows that changed: a number that is somebody else's is so for every patient in scope who has it.

    Missing for a number out of scope, Invalid for words that there are not.
    """
    telecom = session.get(PatientTelecom, telecom_id)
    if telecom is None:
        raise Missing(f"There is no number or address {telecom_id}")
    refuse_unknown(learnt)
    same = same_addresses(session, telecom) if learnt.status in OF_THE_ADDRESS else []
    lock_lanes(session, sorted({lane_of(each.patient_id) for each in (telecom, *same)}))
    changed = []
    if asdict(learnt) != {"status": telecom.status, "line": telecom.line, "shared": telecom.shared}:
        telecom.status, telecom.line, telecom.shared = learnt.status, learnt.line, learnt.shared
        changed.append(telecom)
    for each in same:
        if each.status != learnt.status:
            each.status = learnt.status
            changed.append(each)
    session.flush()
    if not changed:
        audit.nothing_happened(session)
        return []
    patients = sorted({each.patient_id for each in changed})
    audit.note(session, "U", "patient_telecom", [each.id for each in changed], patients, asdict(learnt))
    ring_after_commit(session, "plan")
    return changed


def refuse_unknown(learnt: Learnt) -> None:
    """Invalid for a state or a kind of line that there is not."""
    problems = []
    if learnt.status not in TELECOM_STATUSES:
        problems.append(Problem("status", N_("Choose one of: %(known)s"), {"known": ", ".join(TELECOM_STATUSES)}))
    if learnt.line is not None and learnt.line not in TELECOM_LINES:
        problems.append(Problem("line", N_("Choose one of: %(known)s"), {"known": ", ".join(TELECOM_LINES)}))
    refuse_errors(problems)


def same_addresses(session: Session, telecom: PatientTelecom) -> list[PatientTelecom]:
    """The other rows in scope that hold the same number or address, found by the tokens that their patients, or the
    people beside these, share."""
    having = tokens().subquery("having")
    mine = tokens().subquery("mine")
    others = (
        select(PatientTelecom)
        .join(having, having.c.patient_id == PatientTelecom.patient_id)
        .join(mine, (mine.c.kind == having.c.kind) & (mine.c.token == having.c.token))
        .where(
            mine.c.patient_id == telecom.patient_id,
            PatientTelecom.id != telecom.id,
            PatientTelecom.system == telecom.system,
        )
        .distinct()
    )
    value = plain(telecom.value)
    return [each for each in session.scalars(others) if plain(each.value) == value]


def tokens() -> CompoundSelect[Any]:
    """SELECT what numbers and addresses are found by, the patients' own and those of people beside them."""
    of_patients = select(PatientToken.patient_id, PatientToken.kind, PatientToken.token)
    of_others = select(RelatedPersonToken.patient_id, RelatedPersonToken.kind, RelatedPersonToken.token)
    return union_all(
        of_patients.where(PatientToken.kind.in_(OF_ADDRESSES)),
        of_others.where(RelatedPersonToken.kind.in_(OF_ADDRESSES)),
    )


def plain(value: str) -> str:
    """A number or address without what people write between its parts."""
    return "".join(each for each in value.casefold() if each.isalnum() or each in "@._+")
