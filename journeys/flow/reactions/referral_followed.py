"""What was recorded of a referral moves it: a result, an appointment, what its source says of the order."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from journeys.care.referrals.follow_records import follow_records
from journeys.flow.reactions.base import Reaction
from journeys.foundation.acting import Act
from journeys.store.access import Appointment
from journeys.store.clinical import DiagnosticReport
from journeys.store.referrals import Referral

KINDS = tuple(str(table.__tablename__) for table in (Referral, DiagnosticReport, Appointment))


class ReferralFollowed(Reaction):
    """A report that answers a referral is results received; one that corrects it opens the referral again."""

    kinds: ClassVar[tuple[str, ...]] = ("referral.changed", "diagnostic-report.recorded", "appointment.changed")

    def react(self, session: Session, act: Act, events: Select[Any]) -> None:
        """All referrals that these events are about."""
        happened = events.subquery("recorded")
        of_kind = {kind: select(happened.c.subject_id).where(happened.c.subject_kind == kind) for kind in KINDS}
        referral, report, appointment = (of_kind[kind] for kind in KINDS)
        about = union(
            referral,
            select(DiagnosticReport.referral_id).where(DiagnosticReport.id.in_(report)),
            select(Appointment.referral_id).where(Appointment.id.in_(appointment)),
        ).subquery("about")
        follow_records(session, act, select(about.c[0]), report, appointment)
