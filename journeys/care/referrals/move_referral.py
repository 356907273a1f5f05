"""Somebody moves a referral to its next state, or back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from journeys.care.referrals.finding import referral_to_change
from journeys.care.referrals.moving import Move, move_all, tell_dates
from journeys.care.referrals.states import NOTE, RESULT, STATES, WHEN, WHO, WHY, may_follow
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.clinical import DiagnosticReport
from journeys.store.referrals import OUTGOING, Referral, ReferralDocument

LONGEST_NOTE = 4_000
NEEDED = N_("This is needed")


@dataclass(frozen=True)
class Given:
    """What somebody says of a move: why (a code), in their own words, and when the appointment is."""

    why: str | None = None
    note: str | None = None
    scheduled_at: dt.datetime | None = None


def move_referral(
    session: Session, act: Act, uid: uuid.UUID, to: str, given: Given | None = None, row_version: int | None = None
) -> Referral:
    """Move the referral and return it; Invalid with all that is missing. Where it stands already, nothing changes.

    Stale when somebody else changed it since `row_version`, so that no second click reads as a second deed.
    """
    given = given or Given()
    referral = referral_to_change(session, uid, row_version)
    if referral.status == to and given.scheduled_at in (None, referral.scheduled_at):
        return referral
    if referral.status == to == "scheduled":
        referral.scheduled_at = given.scheduled_at
        referral.row_version += 1
        tell_dates(session, act, [referral])
        return referral
    refuse_errors(problems_of(session, referral, to, given))
    if to == "scheduled":
        referral.scheduled_at = given.scheduled_at
    if to == "sent" and (referral.status == "draft" or referral.ordered_at is None):
        referral.ordered_at = act.now  # A draft asks nobody for anything yet.
    session.flush()
    move_all(session, act, [Move(referral, to, given.why, given.note)])
    session.refresh(referral)
    return referral


def problems_of(session: Session, referral: Referral, to: str, given: Given) -> Iterator[Problem]:
    """What speaks against the move: the way there, and what is to be known for it."""
    if to not in may_follow(referral):
        yield Problem("to", N_("From where the referral stands it cannot go there"))
        return
    state = STATES[to]
    is_known = {
        WHO: lambda: has_receiver(referral),
        WHEN: lambda: given.scheduled_at is not None,
        WHY: lambda: given.why is not None,
        NOTE: lambda: bool(given.note and given.note.strip()),
    }
    says = {WHO: N_("Say first to whom it goes")}
    for need in state.needs:
        if need in is_known and not is_known[need]():
            yield Problem(need, says.get(need, NEEDED))
    if RESULT in state.needs and not has_result(session, referral):
        yield Problem(RESULT, N_("Add the report, or the paper that came back, first"))
    if given.why is not None and given.why not in state.reasons:
        yield Problem(WHY, N_("Choose one of those that are offered"))
    if given.note is not None and len(given.note) > LONGEST_NOTE:
        yield Problem(NOTE, N_("At most %(most)s characters"), {"most": LONGEST_NOTE})


def has_receiver(referral: Referral) -> bool:
    """Whether it is known to whom the referral goes."""
    to = (referral.to_organization_id, referral.to_practitioner_id, referral.to_location_id)
    return referral.direction != OUTGOING or any(each is not None for each in to)


def has_result(session: Session, referral: Referral) -> bool:
    """Whether there is a report that answers the referral, or a paper that somebody added."""
    report = exists().where(DiagnosticReport.referral_id == referral.id)
    paper = exists().where(
        ReferralDocument.referral_id == referral.id,
        or_(ReferralDocument.kind == "result", ReferralDocument.diagnostic_report_id.is_not(None)),
    )
    return bool(session.scalar(select(or_(report, paper))))
