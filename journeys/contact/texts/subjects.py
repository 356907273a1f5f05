"""Opens what templates may say about the patients of a batch: one SELECT, then the names one by one."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from journeys.contact.consent.choices import link_of
from journeys.contact.deciding.kept import is_one_of
from journeys.contact.texts.custom_fields import custom_words
from journeys.contact.texts.merge_fields import Subject
from journeys.contact.texts.offer_links import offer_link_of
from journeys.contact.texts.visit_links import visit_link_of
from journeys.foundation.secrets import unseal
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.due import DueItem
from journeys.store.organisation import Location, Organization, Practitioner
from journeys.store.people import Patient
from journeys.store.plans import CarePlanActivity
from journeys.store.referrals import Referral
from journeys.store.scheduling import Schedule
from journeys.store.waitlist import Backfill, WaitlistOffer


def subjects_of(session: Session, languages: dict[int, str], custom: Collection[str] = ()) -> dict[int, Subject]:
    """What may be said in each message (by id), in the language given for it; of custom fields only those named."""
    rows = session.execute(about_messages(list(languages))).all()
    spoken: dict[int, set[str]] = {}
    for row in rows:
        spoken.setdefault(row.patient_id, set()).add(languages[row.id])
    words = custom_words(session, custom, spoken) if custom else {}
    return {row.id: opened(row, languages[row.id], words) for row in rows}


def about_messages(messages: Collection[int]) -> Select:
    """SELECT one row for each message."""
    return about(Message).where(is_one_of(messages))


def about(asked: Any) -> Select:
    """SELECT one row for each of `asked`, which has the columns id, patient_id, recipient_id, focus_kind and focus_id:
    sealed names with what opens them, plain names of places, moments."""
    branch, place = aliased(Location), aliased(Location)
    clinic = func.coalesce(branch.organization_id, select(func.min(Location.organization_id)).scalar_subquery())
    return (
        select(
            asked.id,
            asked.patient_id,
            asked.recipient_id,
            Patient.uid.label("patient_uid"),
            Patient.given_name_sealed,
            Organization.name.label("clinic_name"),
            branch.name.label("branch_name"),
            branch.phone.label("branch_phone"),
            Appointment.id.label("visit_id"),
            WaitlistOffer.id.label("offer_id"),
            func.coalesce(Appointment.start_at, Backfill.start_at).label("start_at"),
            place.name.label("place_name"),
            func.coalesce(place.time_zone, Patient.time_zone, branch.time_zone).label("place_zone"),
            Practitioner.uid.label("practitioner_uid"),
            Practitioner.name_sealed.label("practitioner_sealed"),
            func.coalesce(CarePlanActivity.due_on, DueItem.due_on).label("due_on"),
            Referral.due_at,
            func.coalesce(Patient.time_zone, branch.time_zone).label("zone"),
        )
        .join(Patient, Patient.id == asked.patient_id)
        .outerjoin(branch, branch.id == Patient.managing_location_id)
        .outerjoin(Organization, Organization.id == clinic)
        .outerjoin(Appointment, is_focus(asked, "appointment", Appointment))
        .outerjoin(WaitlistOffer, is_focus(asked, "waitlist_offer", WaitlistOffer))
        .outerjoin(Backfill, Backfill.id == WaitlistOffer.backfill_id)
        .outerjoin(Schedule, Schedule.id == Backfill.schedule_id)
        .outerjoin(place, place.id == func.coalesce(Appointment.location_id, Schedule.location_id))
        .outerjoin(
            Practitioner, Practitioner.id == func.coalesce(Appointment.practitioner_id, Schedule.practitioner_id)
        )
        .outerjoin(CarePlanActivity, is_focus(asked, "care_plan_activity", CarePlanActivity))
        .outerjoin(Referral, is_focus(asked, "referral", Referral))
        .outerjoin(DueItem, is_focus(asked, "due_item", DueItem))
    )


def is_focus(asked: Any, kind: str, record: Any) -> Any:
    """SQL: whether a record is the one that it is about."""
    return and_(asked.focus_kind == kind, record.id == asked.focus_id)


def opened(row: Any, language: str, words: Mapping[tuple[int, str], Mapping[str, str]]) -> Subject:
    """One row with its names opened and its moments on the wall clock of the place."""
    due_at = on_the_wall(row.due_at, row.zone)
    return Subject(
        language=language,
        given_name=open_name(row.given_name_sealed, "patient", "given_name", row.patient_uid),
        clinic_name=row.clinic_name or row.branch_name,
        branch_name=row.branch_name,
        branch_phone=row.branch_phone,
        appointment_at=on_the_wall(row.start_at, row.place_zone),
        appointment_branch=row.place_name or row.branch_name,
        practitioner_name=open_name(row.practitioner_sealed, "practitioner", "name", row.practitioner_uid),
        due_on=row.due_on or (due_at.date() if due_at else None),
        choices_link=link_of(row.id, row.recipient_id),
        visit_link=visit_link_of(row.visit_id),
        offer_link=offer_link_of(row.offer_id),
        custom=words.get((row.patient_id, language), {}),
    )


def open_name(sealed: bytes | None, table: str, column: str, uid: Any) -> str | None:
    """A sealed name opened, or None."""
    return None if sealed is None else unseal(sealed, table, column, uid)


def on_the_wall(instant: dt.datetime | None, zone: str | None) -> dt.datetime | None:
    """An instant as the clock of a place shows it; None without a known zone, because a wrong hour is worse."""
    if instant is None or zone is None or zone not in zoneinfo.available_timezones():
        return None
    return instant.astimezone(zoneinfo.ZoneInfo(zone))
