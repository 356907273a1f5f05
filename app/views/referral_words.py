"""What a referral is called on the screens: its states and where it stands, its papers, who moved it and why."""

import datetime as dt
from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from app.base import say, say_texts
from app.views.patient_list import branch_names
from journeys.care.referrals.states import STATES, ahead_of
from journeys.foundation.words import N_
from journeys.store.people import Patient
from journeys.store.referrals import INCOMING, OVER, Referral, ReferralHistory

LOOKS = {
    "draft": ("", "edit"),
    "sent": ("info", "arrow-right"),
    "received": ("info", "inbox"),
    "accepted": ("info", "check"),
    "scheduled": ("accent", "calendar"),
    "attended": ("accent", "visit"),
    "results-received": ("warning", "lab"),
    "reviewed": ("accent", "check"),
    "patient-informed": ("good", "message"),
    "closed": ("good", "check-circle"),
    "declined": ("danger", "close"),
    "no-show": ("danger", "alert"),
    "cancelled": ("", "minus"),
}
"""State → tone and drawing; the words say the same."""

PRIORITIES = {
    "routine": ("", "clock", N_("Routine")),
    "urgent": ("warning", "alert", N_("Urgent")),
    "asap": ("warning", "alert", N_("As soon as possible")),
    "stat": ("danger", "alert", N_("At once")),
}
DIRECTIONS = {"outgoing": N_("From us"), "incoming": N_("To us")}
PAPERS = {
    "packet": N_("What was sent along"),
    "letter": N_("Letter"),
    "result": N_("Result"),
    "image": N_("Image"),
    "other": N_("Other"),
}
REPORTS = {
    "registered": N_("Registered"),
    "partial": N_("Partial"),
    "preliminary": N_("Preliminary"),
    "final": N_("Final"),
    "amended": N_("Amended"),
    "corrected": N_("Corrected"),
    "appended": N_("Added to"),
    "cancelled": N_("Cancelled"),
    "entered-in-error": N_("Withdrawn"),
}
BY_ITSELF = {
    "result-arrived": N_("The results arrived"),
    "result-corrected": N_("The results were corrected"),
    "result-withdrawn": N_("The results were withdrawn"),
    "source": N_("The source of the order says so"),
    "visit-recorded": N_("The visit was recorded"),
    "appointment-booked": N_("An appointment was booked"),
    "appointment-missed": N_("The appointment was missed"),
    "appointment-cancelled": N_("The appointment was cancelled"),
    "journey": N_("The patient's answer, or a step of a journey"),
}
"""Why a referral moved without somebody's hand."""

CHAIN_SHOWN = ("sent", "received", "accepted", "scheduled", "attended", "results-received", "reviewed", "closed")
"""The states that stand above the page of a referral."""


def state_look(status: str) -> tuple[str, str, str]:
    """(tone, drawing, words) of a state."""
    tone, drawing = LOOKS[status]
    return tone, drawing, STATES[status].label


def why_words(row: ReferralHistory) -> str:
    """Why a referral was moved, in words."""
    if row.why is None:
        return ""
    words = STATES[row.to_status].reasons.get(row.why) or BY_ITSELF.get(row.why)
    return say(words) if words else row.why


def by_words(by: str) -> str:
    """Who did it; what no person did, Waymark did."""
    return by.removeprefix("user:") if by.startswith("user:") else gettext("Waymark")


def days_since(moment: dt.datetime | None, now: dt.datetime) -> int | None:
    """Whole days since a moment."""
    return None if moment is None else max(0, (now - moment).days)


def days_words(days: int | None) -> str:
    """For how long, in days."""
    return "" if days is None else ngettext("%(num)s day", "%(num)s days", days)


def row_of(row: Any, now: dt.datetime) -> dict[str, Any]:
    """One referral as the list shows it."""
    referral: Referral = row[0]
    patient: Patient = row[1]
    other, queue = row[2], row[3]
    ours = referral.to_location_id if referral.direction == INCOMING else referral.from_location_id
    owner = referral.owner or say_texts(queue) or gettext("Nobody yet")
    is_over = referral.status in OVER
    return {
        "uid": referral.uid,
        "address": url_for("referrals.show", uid=referral.uid),
        "patient": patient.name or gettext("No name recorded"),
        "patient_address": url_for("patients.show", uid=patient.uid),
        "service": said_with(urgency_words(referral), other),
        "status": referral.status,
        "age": days_words(days_since(referral.status_at or referral.recorded_at, now)),
        "quiet": "" if is_over else days_words(days_since(referral.last_progress_at, now)),
        "due_at": referral.due_at,
        "ahead": say(ahead_of(referral.direction, referral.status)) if not is_over else "",
        "owner": ", ".join(filter(None, (owner, branch_names().get(ours or patient.managing_location_id or 0, "")))),
    }


def urgency_words(referral: Referral) -> str:
    """The service, and how urgent it is where that is more than routine."""
    service = service_words(referral)
    if referral.priority == "routine":
        return service
    return gettext("%(urgency)s: %(service)s", urgency=say(PRIORITIES[referral.priority][2]), service=service)


def said_with(service: str, other: str | None) -> str:
    """A service, and with whom."""
    return gettext("%(service)s, %(other)s", service=service, other=other) if other else service


def service_words(referral: Referral) -> str:
    """Which service is asked for."""
    return referral.display or referral.code or gettext("Service not recorded")
