"""Words for what patients agree to."""

from typing import Any

from flask_babel import gettext

from app.base import say
from journeys.contact.media import MEDIA
from journeys.foundation.words import N_

PURPOSES = {
    "transactional": N_("Appointments"),
    "care": N_("Care"),
    "experience": N_("Surveys"),
    "promotional": N_("Promotion"),
}
EVERY = ""
"""What a form sends for every purpose, or every channel."""

SOURCES = {
    "in-person": N_("In person"),
    "phone": N_("On the phone"),
    "form": N_("On a form"),
    "letter": N_("By letter"),
    "link": N_("By the link in a message"),
    "import": N_("Import"),
    "message": N_("Answer to a message"),
}
BY_STAFF = ("in-person", "phone", "form", "letter")
"""How a statement reaches staff."""


def purpose_words(purpose: str | None) -> str:
    """A purpose, or every one."""
    return say(PURPOSES[purpose]) if purpose else gettext("Everything")


def channel_words(channel: str | None) -> str:
    """A channel, or every one; a name that has no words stays."""
    if not channel:
        return gettext("Every channel")
    return say(MEDIA[channel].one) if channel in MEDIA else channel


def source_words(source: str) -> str:
    """How a statement was given."""
    return say(SOURCES.get(source, source))


def consent_words(consent: Any) -> tuple[str, str, bool]:
    """A statement as (purpose, channel, whether it permits)."""
    return purpose_words(consent.purpose), channel_words(consent.channel), consent.decision == "permit"
