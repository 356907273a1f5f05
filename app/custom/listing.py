"""Custom fields in the list of patients: the columns somebody has chosen, and the filters above it.

Filters stand in the address under the names that rules have: `custom.smokes=yes`, `custom.packs.from=10`. What is not
offered to this person is said like what is not there at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session
from wtforms import Form, ValidationError

from app.base import Column, portal_roles, reading, say_texts
from app.base.fields import MayBeEmpty, NativeDateField, NativeDecimalField, OneOfField
from app.base.lists import Kind
from app.base.words import language
from app.custom.entering import Choices, labelled, named
from app.custom.showing import names_of
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.custom.references import reference_choices
from journeys.criteria.custom.types import shown
from journeys.criteria.custom.types.number import MOST_NUMBER
from journeys.criteria.lists.chosen_list_fields import chosen_list_fields
from journeys.criteria.lists.list_patients_with_fields import PatientsWithFields
from journeys.criteria.lists.narrowing import FieldFilter
from journeys.criteria.lists.offered import PATIENTS, offered
from journeys.foundation.acting import Act

FROM, UNTIL = ".from", ".until"
RANGES = ("number", "date")
SEALED = ("text", "table")
LONGEST = 80
"""Characters of a text that a cell shows; the rest stands on the patient's page."""

Words = dict[int, dict[str, Any]]
"""Patient id → slug → value in words; of yes and no the value itself."""

KINDS: dict[str, Kind] = {"number": "count", "yes-no": "yes_no"}
"""Types whose cells are drawn in a way of their own."""


@dataclass(frozen=True)
class ListedFields:
    """What a list has of fields: the slugs of its columns, the fields of its filters and their form, and what was wrong
    in the address."""

    shown: list[str] = field(default_factory=list)
    asked: dict[str, CustomField] = field(default_factory=dict)
    form: Form = field(default_factory=Form)
    wrong: list[str] = field(default_factory=list)

    def filters(self) -> list[FieldFilter]:
        """What the list is narrowed to; what cannot be read narrows nothing."""
        every = [filter_of(self.form, custom) for custom in self.asked.values()]
        return [each for each in every if each != FieldFilter(each.slug)]


def listed_fields(session: Session, act: Act) -> ListedFields:
    """The fields that the signed-in person has chosen, and those that the address asks for, as far as they may be."""
    named = named_in_address()
    chosen = chosen_list_fields(session, act, PATIENTS)
    if not named and not chosen:
        return ListedFields()
    possible = offered(session, act, portal_roles())
    asked = {slug: each for slug, each in possible.items() if slug in chosen or slug in named}
    form = filter_form(session, asked)
    wrong = [] if named <= possible.keys() else [gettext("The address asks for a field that this list does not have.")]
    return ListedFields([slug for slug in possible if slug in chosen], asked, form, wrong)


def named_in_address() -> set[str]:
    """The slugs of the fields that the address narrows the list by."""
    names = [name for name, value in request.args.items(multi=True) if name.startswith(CUSTOM) and value]
    return {name.removeprefix(CUSTOM).partition(".")[0] for name in names}


def filter_form(session: Session, asked: Mapping[str, CustomField]) -> Form:
    """The filters of these fields, filled with what the address says."""
    controls = {}
    for custom in asked.values():
        controls.update(controls_of(session, custom))
    form: Form = type("FieldFilters", (Form,), controls)(formdata=request.args)
    form.validate()
    return form


def controls_of(session: Session, custom: CustomField) -> dict[str, Any]:
    """The controls of one filter by name: two where there is a range."""
    name = CUSTOM + custom.slug
    label = labelled(custom)
    if custom.type in RANGES:
        kind = NativeDecimalField if custom.type == "number" else NativeDateField
        checks = [MayBeEmpty(), can_be_compared]
        return {
            name + FROM: kind(label=gettext("%(name)s, from", name=label), validators=checks),
            name + UNTIL: kind(label=gettext("%(name)s, until", name=label), validators=checks),
        }
    choices = choices_of(session, custom)
    return {name: OneOfField(label=label, blank=True, choices=lambda: choices, validators=[MayBeEmpty()])}


def can_be_compared(_form: Form, control: Any) -> None:
    """Refuse numbers that no value can reach."""
    if isinstance(control.data, Decimal) and not (control.data.is_finite() and abs(control.data) <= MOST_NUMBER):
        raise ValidationError(gettext("Write a number, for example 7.5."))


def choices_of(session: Session, custom: CustomField) -> Choices:
    """What a field can be narrowed to. Texts are sealed: all that is known of them is whether there is one."""
    if custom.type in SEALED:
        return [("known", gettext("Recorded")), ("unknown", gettext("Not recorded"))]
    if custom.type == "yes-no":
        return [("yes", gettext("Yes")), ("no", gettext("No"))]
    if custom.type == "reference":
        return list(reference_choices(session, custom.content["of"], language()))
    return named(custom)


def filter_of(form: Form, custom: CustomField) -> FieldFilter:
    """What the controls of one field say."""
    name = CUSTOM + custom.slug
    if custom.type in RANGES:
        low, high = (None if form[name + end].errors else form[name + end].data for end in (FROM, UNTIL))
        return FieldFilter(custom.slug, low=low, high=high)
    chosen = form[name].chosen
    if custom.type in SEALED:
        return FieldFilter(custom.slug, is_known={"known": True, "unknown": False}.get(chosen))
    if custom.type == "yes-no":
        return FieldFilter(custom.slug, value={"yes": True, "no": False}.get(chosen))
    return FieldFilter(custom.slug, value=chosen)


def columns_of(fields: Mapping[str, CustomField]) -> list[Column]:
    """The columns of these fields; a row has its words under `custom`."""
    return [
        Column(
            labelled(custom),
            lambda row, slug=slug: row["custom"].get(slug),
            kind=KINDS.get(custom.type, "text"),
        )
        for slug, custom in fields.items()
    ]


def words_of(found: PatientsWithFields) -> Words:
    """The values of a page in words."""
    names = {}
    if any(custom.type == "reference" for custom in found.fields.values()):
        with reading() as (session, _act):
            names = names_of(session, found.fields, *found.values.values())
    reader = language()
    return {
        patient_id: {slug: in_cell(found.fields[slug], value, reader, names) for slug, value in values.items()}
        for patient_id, values in found.values.items()
    }


def in_cell(custom: CustomField, value: Any, reader: str, names: Mapping[str, str]) -> Any:
    """A value as a cell shows it: without its unit, which stands above, and of a long text the beginning."""
    if custom.type == "yes-no":
        return value
    if custom.type == "table":
        return gettext("Recorded")
    words = shown(custom, value, reader, names)
    if custom.unit:
        words = words.removesuffix(f" {custom.unit}")
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + "…"


def field_choices() -> Choices:
    """The fields that the signed-in person can have in the list."""
    with reading() as (session, act):
        return [(slug, say_texts(each.name)) for slug, each in offered(session, act, portal_roles()).items()]
