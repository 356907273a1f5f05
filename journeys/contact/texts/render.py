"""Fills the texts of a batch of messages: what each says, or why it cannot be said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.contact.deciding.kept import is_one_of
from journeys.contact.deciding.reasons import FIELD_UNRESOLVED, TOO_LONG
from journeys.contact.media import media_that
from journeys.contact.texts import merge
from journeys.contact.texts.booking_links import FIELD as BOOKING
from journeys.contact.texts.booking_links import booking_links_of
from journeys.contact.texts.long_text import TooMuch, Unresolved, compiled, fields_in
from journeys.contact.texts.merge_fields import MERGE_FIELDS, Subject
from journeys.contact.texts.sms_text import MOST_PARTS, measure
from journeys.contact.texts.subjects import subjects_of
from journeys.contact.texts.templates import Template, Variant, read
from journeys.contact.texts.wordings import pinned_wordings
from journeys.criteria.custom.facts import CUSTOM
from journeys.foundation.secrets import unseal
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Message

PARTED = media_that(lambda medium: medium.counts_parts)


@dataclass(frozen=True)
class Rendered:
    """A filled text, or the reason code why there is none. What it says does not show in a `repr`."""

    subject: str = field(default="", repr=False)
    body: str = field(default="", repr=False)
    html: str = field(default="", repr=False)
    reason: str | None = None


def render(session: Session, languages: dict[int, str], speaks: str) -> dict[int, Rendered]:
    """The texts of messages (id → language). One that has a text of its own stays as it is, and one that may have
    left already (a repetition must be the same)."""
    rows = session.execute(texts_of(languages)).all()
    templates = templates_of(session, {row.template_version_id for row in rows if row.body_sealed is None})
    wanted = {row.id: languages[row.id] for row in rows if row.body_sealed is None}
    version_of = {row.id: row.template_version_id for row in rows}
    subjects = subjects_of(session, wanted, custom_in(templates.values()))
    bookings = booking_links_of(session, [id for id in wanted if BOOKING in templates[version_of[id]].fields()])
    rendered = {}
    for row in rows:
        if row.body_sealed is not None:
            rendered[row.id] = as_written(row)
        else:
            variant = templates[row.template_version_id].variants[languages[row.id]]
            about = replace(subjects[row.id], booking_link=bookings.get(row.id))
            rendered[row.id] = filled(variant.on(speaks), about, speaks)
    return rendered


def custom_in(templates: Iterable[Template]) -> set[str]:
    """The slugs of the custom fields that some templates say."""
    named = {name for template in templates for name in template.fields()}
    return {name.removeprefix(CUSTOM) for name in named if name.startswith(CUSTOM)}


def texts_of(messages: Collection[int]) -> Any:
    """SELECT what messages already say."""
    return select(
        Message.id,
        Message.uid,
        Message.template_version_id,
        Message.body_sealed,
        Message.subject_sealed,
        Message.html_sealed,
    ).where(is_one_of(messages))


def templates_of(session: Session, versions: set[int]) -> dict[int, Template]:
    """The templates of these versions, read."""
    if not versions:
        return {}
    rows = session.execute(
        select(DefinitionVersion.id, DefinitionVersion.content).where(DefinitionVersion.id.in_(versions))
    )
    quoted = pinned_wordings(session, versions)
    return {row.id: read(row.content, quoted.get(row.id)) for row in rows}


def as_written(row: Any) -> Rendered:
    """The text that the row already holds."""
    subject = unseal(row.subject_sealed, "message", "subject", row.uid) if row.subject_sealed else ""
    html = unseal(row.html_sealed, "message", "html", row.uid) if row.html_sealed else ""
    return Rendered(subject, unseal(row.body_sealed, "message", "body", row.uid), html)


def filled(variant: Variant, about: Subject, speaks: str) -> Rendered:
    """One text filled, unless a place stays empty or a text message would get too long."""
    values = Values(about)
    html = ""
    try:
        subject = merge.fill(variant.subject, values) or about.clinic_name or ""
        if variant.long:
            named = {name: values[name] for name in fields_in(variant.long)}
            html, body = compiled(variant.long, about.language).fill(named)
        else:
            body = merge.fill(variant.body, values)
    except (merge.Unresolved, Unresolved):
        return Rendered(reason=FIELD_UNRESOLVED)
    except TooMuch:
        return Rendered(reason=TOO_LONG)
    if speaks in PARTED and measure(body).parts > MOST_PARTS:
        return Rendered(reason=TOO_LONG)
    return Rendered(subject, body, html)


class Values(Mapping[str, str | None]):
    """The merge fields of one message, each worked out when a text asks for it."""

    def __init__(self, about: Subject) -> None:
        """Keep what is known."""
        self.about = about

    def __getitem__(self, name: str) -> str | None:
        """The value of a field; an unknown field has none."""
        known = MERGE_FIELDS.get(name)
        return known.value(self.about) if known else self.about.custom.get(name.removeprefix(CUSTOM))

    def __iter__(self) -> Any:
        """The names of the fields."""
        return iter(MERGE_FIELDS)

    def __len__(self) -> int:
        """How many fields there are."""
        return len(MERGE_FIELDS)
