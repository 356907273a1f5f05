"""Finds one referral to change, with its patient's lane held, as somebody read it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation.errors import Missing, Stale
from journeys.foundation.lanes import lane_of, lock_lanes
from journeys.foundation.words import N_
from journeys.store.referrals import Referral


def referral_to_change(session: Session, uid: uuid.UUID, row_version: int | None = None) -> Referral:
    """The referral, locked. Missing when there is none in this scope; Stale when somebody changed it since.

    The lane comes first: a result that arrives moves it under that lock.
    """
    patient_id = session.scalar(select(Referral.patient_id).where(Referral.uid == uid))
    if patient_id is None:
        raise Missing(N_("There is no such referral here"))
    lock_lanes(session, [lane_of(patient_id)])
    chosen = select(Referral).where(Referral.uid == uid).with_for_update()
    referral = session.scalars(chosen.execution_options(populate_existing=True)).one()
    if row_version is not None and referral.row_version != row_version:
        raise Stale(N_("Somebody else changed this referral first"))
    return referral
