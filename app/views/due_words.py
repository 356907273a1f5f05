"""What is due in words: statuses, reasons, severities, and the facts that say so."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.base import say, say_texts
from app.base.look import day
from journeys.care.guidelines.content import Guideline
from journeys.care.guidelines.due_of_patient import DueOfPatient, Stand
from journeys.criteria.fields import RECORDS
from journeys.foundation.words import N_
from journeys.store.due import DueItem

STATUSES = {
    "overdue": ("danger", "alert", N_("Overdue")),
    "due": ("warning", "clock", N_("Due")),
    "soon-due": ("info", "clock", N_("Due soon")),
    "not-due": ("", "clock", N_("Not due yet")),
    "satisfied": ("good", "check", N_("Satisfied")),
    "not-actionable": ("", "pause", N_("Nothing to do now")),
    "excluded": ("", "minus", N_("Not for this patient")),
}
SEVERITIES = {
    "critical": ("danger", "alert", N_("Critical")),
    "high": ("warning", "alert", N_("High")),
    "moderate": ("", "minus", N_("Moderate")),
    "low": ("", "minus", N_("Low")),
}
REFUSALS = {
    "declined": N_("The patient does not want it"),
    "done-elsewhere": N_("Done elsewhere"),
    "not-appropriate": N_("Not appropriate for this patient"),
    "not-reachable": N_("The patient cannot be reached"),
    "other": N_("Another reason"),
}


def what_is_due(found: DueOfPatient, item: DueItem) -> str:
    """What one thing that is kept is called."""
    names = [each.name for each in found.stands if found.kept.get(each.slug) is item]
    names += [each.about for each in found.recalls if each.item is item and each.about]
    return say_texts(names[0]) if names else gettext("Recall")


def said(stand: Stand) -> list[str]:
    """Why somebody stands where they do, a sentence each."""
    facts, guideline = stand.facts, stand.guideline
    lines = [dates(facts), *because(facts, guideline)]
    if facts["met"] is not None:
        kind = record_words(guideline.satisfied_by[facts["met"]]["happened"])
        lines.append(gettext("Last satisfied by %(record)s on %(day)s.", record=kind, day=day(facts["met_on"])))
    elif facts["reason"] != "unknown-start":
        lines.append(gettext("Nothing on record has satisfied it yet."))
    if facts["tier"] is not None:
        lines.append(gettext("Risk: %(tier)s.", tier=say_texts(guideline.tiers[facts["tier"]].name)))
    return [line for line in lines if line]


def dates(facts: Mapping[str, Any]) -> str:
    """From when to when."""
    if facts["due_on"] is None:
        return gettext("No step is left.")
    return gettext(
        "Due on %(due)s; the window opens on %(opens)s, overdue from %(overdue)s.",
        due=day(facts["due_on"]),
        opens=day(facts["opens_on"]),
        overdue=day(facts["overdue_on"]),
    )


def because(facts: Mapping[str, Any], guideline: Guideline) -> list[str]:
    """What decided."""
    reason, anchored = facts["reason"], day(facts["anchor_on"])
    if reason == "exclusion":
        return [gettext("Excluded: %(why)s.", why=say_texts(guideline.exclusions[facts["excluded_by"]].name))]
    if reason == "deceased":
        return [gettext("The patient has died.")]
    if reason == "refused":
        return [gettext("Refused until %(day)s.", day=day(facts["refused_until"]))]
    if reason == "booked":
        return [gettext("A visit is booked.")]
    if reason == "unknown-start":
        recorded = day(facts["anchor_on"])
        return [
            gettext("No date to count from is known; it counts from %(day)s, when the record was made.", day=recorded)
        ]
    if reason == "anchor":
        anchor = guideline.anchors[facts["anchor"]]
        what = record_words(anchor.happened) if anchor.happened else gettext("a date of the patient")
        return [gettext("Counts from %(record)s: %(day)s.", record=what, day=anchored)]
    return []


def record_words(kind: str) -> str:
    """A kind of record with its article."""
    return say(RECORDS[kind].label)
