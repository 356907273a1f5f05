"""Custom fields as tests have them: of every kind that no built-in fact has, read from columns of the patient."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Numeric, cast, extract, func

from journeys.criteria.dates import Clock
from journeys.criteria.fields.base import Attribute, Field, Of, Record
from journeys.criteria.kinds import CODES, NUMBER, TEXT, Facet
from journeys.criteria.subject import Subject


class Several(Field):
    """The preferred channels, joined by a plus."""

    name = "custom.several"
    label = "several"
    kind = CODES

    def value(self, subject: Subject, clock: Clock, of: Of) -> Any:
        """The channels as an array."""
        return func.string_to_array(subject.fact("preferred_channel"), "+")


class Words(Field):
    """A text, of which only can be asked whether there is one."""

    name = "custom.words"
    label = "words"
    kind = TEXT

    def value(self, subject: Subject, clock: Clock, of: Of) -> Any:
        """The column as it is."""
        return subject.fact("preferred_channel")


class Weight(Field):
    """A number of kilograms: the day of the month of the birth date."""

    name = "custom.weight"
    label = "weight"
    kind = NUMBER

    def facet(self, of: Of, focus: Record | None) -> Facet:
        """A number with one unit."""
        return Facet(NUMBER, self.label, unit="kg", texts={"en": "Weight", "es": "Peso"})

    def value(self, subject: Subject, clock: Clock, of: Of) -> Any:
        """The day as a number."""
        return cast(extract("day", subject.fact("birth_date")), Numeric)


@dataclass(frozen=True)
class CustomFact:
    """A custom field of the patient."""

    field: Field
    on: str = "patient"

    def fact(self) -> Field:
        """The field."""
        return self.field

    def attribute(self) -> Attribute:
        """It is no attribute of a record."""
        raise NotImplementedError


CUSTOM = {slug: CustomFact(kind()) for slug, kind in {"several": Several, "words": Words, "weight": Weight}.items()}
