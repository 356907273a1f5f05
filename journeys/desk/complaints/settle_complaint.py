"""Why it happened and how it is put right is written down; the patient is asked whether that settles it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from journeys.desk.complaints.asking import ask_patient
from journeys.desk.complaints.ending import free_staff
from journeys.desk.complaints.finding import not_over, too_long, write_down
from journeys.desk.complaints.policy import Policy, is_usable, policy_in_force
from journeys.desk.finding import actor
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, Stale, refuse_errors
from journeys.foundation.words import N_
from journeys.store.complaints import ASKED, NOT_ASKED, OPEN, SETTLED, Complaint


@dataclass(frozen=True)
class Settled:
    """Root cause and remedy as codes; what was done in words never shows in a `repr`."""

    cause: str
    remedy: str
    note: str = field(default="", repr=False)


def settle_complaint(
    session: Session, act: Act, uid: uuid.UUID, settled: Settled, row_version: int | None = None
) -> Complaint:
    """Keep it and ask the patient by message. Where no message can be asked with, it stays open: a person asks.

    Invalid without a root cause, a remedy and a word with the patient before; Stale while the patient is being asked.
    """
    row = not_over(session, uid, row_version)
    if row.status != OPEN:
        raise Stale("The patient is asked already")
    policy = policy_in_force(session)
    refuse_errors(problems_of(row, settled, policy))
    row.cause, row.remedy = settled.cause, settled.remedy
    row.settled_at, row.settled_by = act.now, act.by
    row.owner = row.owner or actor(act)
    write_down(session, act, row, SETTLED, code=settled.remedy, note=settled.note)
    asked = ask_patient(session, act, row)
    if asked is None:
        write_down(session, act, row, NOT_ASKED)
        return row
    row.asked_uid = asked
    row.status, row.asked_until = ASKED, act.now + dt.timedelta(days=policy.silence_days)
    free_staff(session, act, row)
    session.flush()
    return row


def problems_of(row: Complaint, settled: Settled, policy: Policy) -> list[Problem]:
    """What is missing before anybody may be asked."""
    problems = too_long(settled.note, "note")
    if not is_usable(policy.causes, settled.cause):
        problems.append(Problem("cause", N_("Choose why it happened")))
    if not is_usable(policy.remedies, settled.remedy):
        problems.append(Problem("remedy", N_("Choose how it was put right")))
    if row.contacted_at is None:
        problems.append(Problem("", N_("Speak to the patient first, and write that down")))
    return problems
