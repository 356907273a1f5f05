"""Entries of a patient's timeline in words: drawing, title, what is said of each, and where it leads."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask_babel import gettext
from markupsafe import Markup

from app.base import say, say_texts
from app.base.look import clock_time, day, reader_zone
from app.custom.changes import Change
from app.custom.showing import author
from app.views.consent_words import channel_words, purpose_words
from app.views.decision_words import SAID, channel_name, reasons_said
from app.views.mark_words import mark_words
from app.views.messages import STATES as MESSAGE_STATES
from app.views.state_words import RECORD_STATES
from journeys.foundation.words import N_
from journeys.store.timeline.details import File
from journeys.store.timeline.sources import Cursor
from journeys.store.timeline.timeline import Entry

KINDS = {
    "appointment": ("calendar", "accent", N_("Appointment")),
    "encounter": ("visit", "good", N_("Visit")),
    "condition": ("activity", "warning", N_("Condition")),
    "observation": ("lab", "", N_("Result")),
    "procedure": ("hand", "", N_("Procedure")),
    "medication-request": ("pill", "", N_("Medicine")),
    "immunization": ("shot", "", N_("Vaccine")),
    "diagnostic-report": ("lab", "info", N_("Report")),
    "care-plan": ("list", "", N_("Care plan")),
    "episode": ("heart", "", N_("Programme")),
    "treatment-course": ("activity", "", N_("Course of treatment")),
    "referral": ("referral", "accent", N_("Referral")),
    "referral-move": ("referral", "", N_("Referral")),
    "due": ("bell", "accent", N_("Something due")),
    "note": ("note", "", N_("Note")),
    "request": ("inbox", "accent", N_("Request")),
    "message": ("message", "info", N_("Message")),
    "task": ("task", "accent", N_("Task")),
    "enrolment": ("play", "", N_("Journey")),
    "enrolment-step": ("journey", "", N_("Journey")),
    "consent": ("shield", "", N_("Consent")),
    "contact-mark": ("flag", "warning", N_("Mark")),
    "custom-value": ("edit", "", N_("Field")),
    "kept-record": ("history", "", N_("Record")),
}

SETTLED = ("final", "completed", "finished", "active", "received")
"""States that go without saying."""

MOVING = ("referral", "referral-move")
"""Kinds whose every state says something."""

GROUPS = {
    "visits": ("visit", N_("Visits"), ("appointment", "encounter")),
    "results": ("lab", N_("Results"), ("observation", "diagnostic-report")),
    "care": (
        "heart",
        N_("Conditions and care"),
        (
            "condition",
            "procedure",
            "medication-request",
            "immunization",
            "care-plan",
            "episode",
            "treatment-course",
            "kept-record",
        ),
    ),
    "notes": ("note", N_("Notes"), ("note",)),
    "messages": ("message", N_("Messages"), ("message", "request")),
    "due": ("bell", N_("Something due"), ("due",)),
    "tasks": ("task", N_("Tasks"), ("task",)),
    "referrals": ("referral", N_("Referrals"), ("referral", "referral-move")),
    "consents": ("shield", N_("Consents and marks"), ("consent", "contact-mark")),
    "fields": ("edit", N_("Fields"), ("custom-value",)),
    "journeys": ("journey", N_("Journeys"), ("enrolment", "enrolment-step")),
}
"""What the timeline offers to show alone: drawing, words, kinds."""

FILE_REFUSALS = {
    "kind": N_("not kept, because it may hold a program"),
    "size": N_("not kept, because it is too large"),
    "number": N_("not kept, because there were too many files"),
}


@dataclass(frozen=True)
class Line:
    """One entry as it is shown; `place` is its (kind, id) as addresses name it."""

    kind: str
    id: int
    place: str
    icon: str
    tone: str
    day: str
    time: str
    title: str
    about: str
    value: str
    text: str
    state: Markup
    reasons: list[str] = field(default_factory=list)
    files: tuple[File, ...] = ()
    link: str = ""

    @property
    def anchor(self) -> str:
        """The id of the entry on the page."""
        return f"entry-{self.kind}-{self.id}"


@dataclass(frozen=True)
class Around:
    """What the words of entries need besides: branches by id, changes of fields by id, pages of records."""

    branches: Mapping[int, str]
    changes: Mapping[int, Change]
    links: Mapping[tuple[str, int], str]


def line_of(entry: Entry, around: Around) -> Line:
    """One entry in words, at the reader's local time."""
    drawing, tone, words = KINDS.get(entry.kind, ("history", "", entry.kind))
    local = entry.at.astimezone(reader_zone())
    title, value, by = TITLES.get(entry.kind, plain_title)(entry, around)
    title = title or say(words)
    place = around.branches.get(entry.location_id or 0, "")
    about = [say(words) if title != say(words) else "", place, by]
    return Line(
        kind=entry.kind,
        id=entry.id,
        place=f"{entry.kind}~{entry.id}",
        icon=drawing,
        tone=tone,
        day=day(local.date()),
        time=clock_time(entry.at),
        title=title,
        about=" · ".join(filter(None, about)),
        value=value,
        text=entry.text or "",
        state=state_chip(entry),
        reasons=reasons_said(entry.reasons),
        files=entry.files,
        link=around.links.get((entry.kind, entry.id), ""),
    )


Told = tuple[str, str, str]
"""Title, value, and who."""


def plain_title(entry: Entry, around: Around) -> Told:
    """What the record itself says."""
    title = say_texts(entry.texts) if entry.texts else entry.title
    return title or "", entry.value or "", author(entry.by or "")


def message_title(entry: Entry, around: Around) -> Told:
    """Which way it went, and by which channel."""
    title = gettext("From the patient") if entry.code == "inbound" else gettext("Message")
    return title, entry.value or "", channel_name(entry.title) if entry.title not in (None, entry.code) else ""


def note_title(entry: Entry, around: Around) -> Told:
    """A note has no title."""
    return "", "", author(entry.by or "")


def consent_title(entry: Entry, around: Around) -> Told:
    """What was said about what."""
    channel = entry.title if entry.title != entry.code else None
    about = f"{purpose_words(entry.code)}, {channel_words(channel)}"
    return f"{say(SAID[entry.status or 'deny'])}: {about}", "", author(entry.by or "")


def mark_title(entry: Entry, around: Around) -> Told:
    """What the mark is called."""
    return mark_words(entry.code or ""), "", author(entry.by or "")


def field_title(entry: Entry, around: Around) -> Told:
    """The field and what it became."""
    change = around.changes.get(entry.id)
    if change is None:
        return entry.code or "", "", ""
    return change.label, gettext("Restricted") if change.words is None else change.words, change.by


def move_title(entry: Entry, around: Around) -> Told:
    """The referral that came further."""
    return entry.value or "", "", author(entry.by or "")


def enrolment_title(entry: Entry, around: Around) -> Told:
    """The journey that was entered."""
    return gettext("Entered: %(journey)s", journey=say_texts(entry.texts)), "", ""


TITLES: dict[str, Callable[[Entry, Around], Told]] = {
    "message": message_title,
    "note": note_title,
    "referral-move": move_title,
    "consent": consent_title,
    "contact-mark": mark_title,
    "custom-value": field_title,
    "enrolment": enrolment_title,
}


def cursor_text(cursor: Cursor | None) -> str:
    """A place in the timeline as it stands in an address."""
    return "" if cursor is None else f"{cursor.at.isoformat()}~{cursor.kind}~{cursor.id}"


def cursor_of(text: str) -> Cursor | None:
    """The place that an address names; nonsense is the beginning."""
    at, _, rest = text.partition("~")
    entry = entry_of(rest)
    try:
        return Cursor(dt.datetime.fromisoformat(at), *entry) if entry else None
    except ValueError:
        return None


def entry_of(text: str) -> tuple[str, int] | None:
    """The (kind, id) that an address names; nothing for nonsense."""
    kind, _, number = text.partition("~")
    return (kind, int(number)) if kind in KINDS and number.isdecimal() and len(number) < 19 else None


def state_chip(entry: Entry) -> Markup:
    """The state of an entry where it says something: what is simply done says nothing."""
    is_told = entry.kind not in {"enrolment", "enrolment-step", "consent"}
    if entry.status is None or not is_told or (entry.status in SETTLED and entry.kind not in MOVING):
        return Markup("")
    if entry.kind == "message":
        tone, drawing, words = MESSAGE_STATES[entry.status]
        return chip(gettext(words), tone, drawing)
    return chip(gettext(RECORD_STATES.get(entry.status, entry.status)))


def chip(label: str, tone: str = "", drawing: str = "") -> Markup:
    """A chip as the templates draw it."""
    drawn: Any = current_app.jinja_env.globals["ui"].chip(label, tone, drawing)
    return Markup(" ") + drawn
