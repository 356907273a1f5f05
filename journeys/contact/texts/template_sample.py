"""The draft of a template filled with example values, as one medium says it: what a test of it sends."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.contact.texts import merge
from journeys.contact.texts.custom_fields import merge_fields
from journeys.contact.texts.long_text import TooMuch, Unresolved, compiled, fault_in
from journeys.contact.texts.preview_text import unreadable
from journeys.contact.texts.render import Rendered
from journeys.contact.texts.samples import samples
from journeys.contact.texts.templates import Variant, read
from journeys.contact.texts.wordings import live_wordings
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import TEMPLATE, find

UNSAID = N_("The text cannot be filled yet: mend what its page marks, then try again")


def template_sample(session: Session, act: Act, slug: str, language: str, medium: str) -> Rendered:
    """What it says; Invalid where it cannot be read, has no such language, or a place stays empty."""
    content = find(session, TEMPLATE, slug).draft or {}
    refuse_errors(unreadable(content))
    audit.nothing_happened(session)
    variant = read(content, live_wordings(session)).variants.get(language)
    if variant is None:
        raise Invalid([Problem("language", N_("The text is missing in %(language)s"), {"language": language})])
    try:
        return filled_with_samples(variant.on(medium), samples(merge_fields(session), language), language)
    except (merge.Unresolved, Unresolved, TooMuch):
        raise Invalid([Problem("language", UNSAID)]) from None


def filled_with_samples(variant: Variant, sample: dict[str, str], language: str) -> Rendered:
    """One text with example values."""
    subject = merge.fill(variant.subject, sample) or sample["clinic.name"]
    if variant.long and fault_in(variant.long) is None:
        html, body = compiled(variant.long, language).fill(sample)
        return Rendered(subject, body, html)
    return Rendered(subject, merge.fill(variant.body, sample))
