"""The forms of people beside a patient."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from flask import g
from flask_babel import gettext

from app.base.words import language_name
from app.views.consent_words import BY_STAFF, EVERY, PURPOSES, SOURCES
from app.views.consents import channels, purposes
from app.views.decision_words import AUTHORITIES
from app.views.template_forms import LEVELS
from journeys.contact.caregivers.shapes import Caregiver
from journeys.foundation.words import N_


def languages() -> list[tuple[str, str]]:
    """The languages that the clinic writes in."""
    return [("", gettext("As the patient's")), *[(code, language_name(code)) for code in g.languages_of_texts]]


AUTHORITY = {
    "label": N_("May decide for the patient"),
    "choices": tuple((key, AUTHORITIES[key]) for key in ("none", "informed", "decides")),
    "help": N_("A guardian or proxy decides. What they may receive is said apart."),
}
PHONE = {"label": N_("Phone"), "help": N_("With its country, as +12125550100.")}
EMAIL = {"label": N_("E-mail")}
LANGUAGE = {"label": N_("Language"), "choices": languages}
ZONE = {"label": N_("Time zone"), "help": N_("As America/New_York. Empty: as the patient's.")}


@dataclass(frozen=True)
class CaregiverForm:
    """Somebody whom staff write down."""

    name: str = field(metadata={"label": N_("Name")})
    relationship: str | None = field(
        default=None, metadata={"label": N_("Relationship"), "help": N_("Mother, daughter, neighbour, …")}
    )
    authority: str = field(default="none", metadata=AUTHORITY)
    phone: str | None = field(default=None, metadata=PHONE)
    email: str | None = field(default=None, metadata=EMAIL)
    language: str = field(default="", metadata=LANGUAGE)
    time_zone: str | None = field(default=None, metadata=ZONE)
    from_on: dt.date | None = field(default=None, metadata={"label": N_("From")})
    until_on: dt.date | None = field(default=None, metadata={"label": N_("Until"), "help": N_("The last day.")})

    def said(self) -> Caregiver:
        """As the engine takes it."""
        return Caregiver(
            name=self.name,
            relationship=self.relationship,
            authority=self.authority,
            phone=self.phone,
            email=self.email,
            language=self.language or None,
            time_zone=self.time_zone,
            from_on=self.from_on,
            until_on=self.until_on,
        )


@dataclass(frozen=True)
class SentByASource:
    """What staff say of somebody whom a source sends."""

    authority: str = field(default="none", metadata=AUTHORITY)
    phone: str | None = field(default=None, metadata=PHONE)
    email: str | None = field(default=None, metadata=EMAIL)
    language: str = field(default="", metadata=LANGUAGE)
    time_zone: str | None = field(default=None, metadata=ZONE)

    def said(self) -> Caregiver:
        """As the engine takes it; the name stays the source's."""
        return Caregiver("", None, self.authority, self.phone, self.email, self.language or None, self.time_zone)


@dataclass(frozen=True)
class AllowanceForm:
    """What somebody may receive."""

    evidence: str = field(
        metadata={
            "label": N_("What shows it"),
            "help": N_("Who allowed it, and where the paper is. Kept sealed."),
            "rows": 3,
        },
    )
    purposes: tuple[str, ...] = field(default=(), metadata={"label": N_("About"), "choices": tuple(PURPOSES.items())})
    content_level: int = field(default=0, metadata={"label": N_("Reveals at most"), "choices": LEVELS})
    source: str = field(
        default="in-person", metadata={"label": N_("How"), "choices": tuple((key, SOURCES[key]) for key in BY_STAFF)}
    )
    until: dt.date | None = field(
        default=None,
        metadata={"label": N_("Until"), "key": "until_at", "help": N_("The last day. Empty: until it is taken back.")},
    )


@dataclass(frozen=True)
class SaidForm:
    """What they say about being written to."""

    decision: Literal["permit", "deny"] = field(
        metadata={
            "label": N_("This person"),
            "choices": (("permit", N_("agrees to be written to")), ("deny", N_("does not want to be written to"))),
        }
    )
    purpose: str = field(default=EVERY, metadata={"label": N_("About"), "choices": purposes})
    channel: str = field(default=EVERY, metadata={"label": N_("Channel"), "choices": channels})
    source: str = field(
        default="in-person", metadata={"label": N_("How"), "choices": tuple((key, SOURCES[key]) for key in BY_STAFF)}
    )
    evidence: str = field(default="", metadata={"label": N_("What shows it"), "help": N_("Kept sealed."), "rows": 3})
