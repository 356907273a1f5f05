"""Custom fields as merge fields: `{{custom.<slug>}}` in a template, for what the clinic asks about patients.

How freely a field may be said is its sensitivity: an ordinary one counts as a date or a place (level 1), a sensitive
one as health (level 3), so the rule on content levels keeps it off short public texts; a restricted one is never said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy.orm import Session

from journeys.contact.texts.merge_fields import MERGE_FIELDS, NARROW_SPACES, MergeField, Subject
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.current import read_values
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.custom.references import reference_names
from journeys.criteria.custom.types import shown
from journeys.foundation.words import in_language

PATIENT = "patient"
REFERENCE = "reference"
LEVELS = {"ordinary": 1, "sensitive": 3}
"""Sensitivity → content level; a field of no level is never said."""

MOST_OF_TEXT = 2_000
LONGEST = {"number": 24, "date": 30, "yes-no": 5, "reference": 40}
"""Characters that a value is reckoned with, where the field does not say more."""

SHORT = ("number", "yes-no")
"""Types whose values never need letters beyond the short alphabet of text messages."""


def merge_fields(session: Session) -> dict[str, MergeField]:
    """Everything that a template may say now: what files define, then the custom fields of patients in force."""
    return with_custom(live_fields(session, PATIENT).values())


def with_custom(fields: Iterable[CustomField]) -> dict[str, MergeField]:
    """The catalogue with those of some custom fields that may be said at all; a table does not fit into a sentence."""
    sayable = [each for each in fields if each.on == PATIENT and each.sensitivity in LEVELS and each.type != "table"]
    return {**MERGE_FIELDS, **{CUSTOM + field.slug: as_merge_field(field) for field in sayable}}


def as_merge_field(field: CustomField) -> MergeField:
    """One custom field of the catalogue."""
    return MergeField(
        label=in_language(field.name, "en"),
        level=LEVELS[field.sensitivity],
        longest=longest_of(field),
        value=value_of(field.slug),
        texts=field.name,
        is_any=field.type not in SHORT,
    )


def value_of(slug: str) -> Callable[[Subject], str | None]:
    """What finds the words of a field among what is known for a message."""
    return lambda about: about.custom.get(slug)


def longest_of(field: CustomField) -> int:
    """How many characters a value can have in any language."""
    names = [max((len(name) for name in texts.values()), default=0) for texts in field.choices.values()]
    if field.type == "choice":
        return max(names, default=0)
    if field.type == "many-choices":
        return sum(names) + 2 * len(names)
    if field.type == "text":
        return int(field.content.get("most_characters") or MOST_OF_TEXT)
    return LONGEST[field.type] + len(field.unit)


def custom_words(
    session: Session, slugs: Iterable[str], languages: Mapping[int, set[str]]
) -> dict[tuple[int, str], dict[str, str]]:
    """(patient, language) → {slug: words} of some fields for some patients, each in the languages given for it.

    Two statements for all patients together, and one for each kind of thing that references name.
    """
    fields = {slug: field for slug, field in live_fields(session, PATIENT).items() if slug in set(slugs)}
    allowed = {slug: field for slug, field in fields.items() if field.sensitivity in LEVELS}
    values = read_values(session, PATIENT, list(languages), list(allowed)) if allowed else {}
    names = names_of(session, allowed, values)
    return {
        (patient_id, language): {
            slug: shown(allowed[slug], value, language, names).translate(NARROW_SPACES) for slug, value in given.items()
        }
        for patient_id, given in values.items()
        for language in languages[patient_id]
    }


def names_of(
    session: Session, fields: Mapping[str, CustomField], values: Mapping[int, Mapping[str, object]]
) -> dict[str, str]:
    """Slug or uid → name of everything that these values name."""
    names: dict[str, str] = {}
    for slug, field in fields.items():
        if field.type == REFERENCE:
            codes = {str(given[slug]) for given in values.values() if slug in given}
            names |= reference_names(session, field.content["of"], codes)
    return names
