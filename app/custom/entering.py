"""The form of a record's custom fields, made anew for every request from the definitions in force."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from wtforms import Field, FieldList, Form, FormField, StringField, TextAreaField

from app.base import ShapeForm, say, say_texts
from app.base.controls import MOST_ENTRIES
from app.base.fields import (
    MayBeEmpty,
    NativeDateField,
    NativeDecimalField,
    OneOfField,
    Present,
    SomeOfField,
)
from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.naming import names_in
from journeys.foundation.errors import Problem

BEFORE = "field-"
"""What the names of controls begin with: a slug alone might be the name of a form's own part."""

SHORT = 120
"""Texts of at most so many characters stand on one line."""

PLACE = "form"
Choices = list[tuple[Any, str]]
References = Mapping[str, Choices]
"""What a reference can name, by the slug of its field."""


@dataclass(frozen=True)
class Nothing:
    """Its fields are not those of a dataclass but of the definitions in force."""


class ValuesForm(ShapeForm):
    """A form of custom fields by slug; `labels` are the names of these and of those that it leaves out."""

    shape = Nothing
    fields_asked: dict[str, CustomField]
    labels: Mapping[str, str] = {}

    def values(self) -> dict[str, Any]:
        """Slug → plain value of everything on the form; None for what is empty."""
        return {slug: value_of(self[BEFORE + slug], custom) for slug, custom in self.fields_asked.items()}

    def sections(self) -> list[tuple[str, list[Field]]]:
        """Controls under their headings."""
        found: dict[str, list[Field]] = {}
        for slug, custom in self.fields_asked.items():
            found.setdefault(say_texts(custom.group), []).append(self[BEFORE + slug])
        return list(found.items())

    def refuse(self, problems: Iterable[Problem], under: str = "custom") -> None:
        """Show the engine's problems; `custom.visits.2.day` is the cell of the third row.

        What is wrong with a field that is not on the form stands in the summary, with its name.
        """
        for problem in problems:
            where = problem.where.removeprefix(f"{under}.")
            slug = where.partition(".")[0]
            if slug in self.fields_asked:
                super().refuse([Problem(self.placed(where), problem.says, problem.data)])
            else:
                self.elsewhere.append(f"{self.labels.get(slug, slug)}: {say(problem)}")

    def placed(self, where: str) -> str:
        """A place of the engine as a place of the form, which may have empty rows between."""
        slug, _, rest = where.partition(".")
        parts = rest.split(".") if rest else []
        control = self._fields.get(BEFORE + slug)
        if isinstance(control, FieldList) and parts and parts[0].isdecimal():
            filled = filled_rows(control, self.fields_asked[slug])
            parts[0] = str(list(filled)[int(parts[0])])
        return ".".join([BEFORE + slug, *(part if part.isdecimal() else BEFORE + part for part in parts)])


def values_form(
    fields: Mapping[str, CustomField],
    offered: Mapping[str, Any],
    references: References,
    typed: Collection[str] | None = None,
) -> ValuesForm:
    """The form of these fields, filled with what is offered, or with what was sent.

    `typed` are the slugs that stood on the page that was sent; others are filled with what is offered all the same.
    """
    controls = {
        BEFORE + slug: control_of(custom, references.get(slug, []), custom.is_required(PLACE))
        for slug, custom in fields.items()
    }
    made: type[ValuesForm] = type("RecordForm", (ValuesForm,), controls)
    form = made(data={BEFORE + slug: as_typed(custom, offered.get(slug)) for slug, custom in fields.items()})
    form.elsewhere = []
    form.fields_asked = dict(fields)
    for slug, custom in fields.items():
        if typed is not None and slug not in typed:
            form[BEFORE + slug].process(None, as_typed(custom, offered.get(slug)))
    return form


def control_of(custom: CustomField, choices: Choices, is_needed: bool) -> Any:
    """The control of one field."""
    options = {
        "label": say_texts(custom.name),
        "description": say_texts(custom.help),
        "validators": [Present() if is_needed else MayBeEmpty()],
    }
    return CONTROLS[custom.type](custom, options, choices)


def labelled(custom: CustomField) -> str:
    """The name of a field, with its unit."""
    name = say_texts(custom.name)
    return gettext("%(name)s, in %(unit)s", name=name, unit=custom.unit) if custom.unit else name


def redrawing(form: ValuesForm, fields: Iterable[CustomField]) -> None:
    """Let a page be drawn anew when a control is changed on which it depends whether others are asked."""
    for custom in fields:
        for _place, slug in names_in(custom.visible_when or {}):
            if slug in form.fields_asked:
                control = form[BEFORE + slug]
                control.render_kw = {**(control.render_kw or {}), "data-redraws": True}


def text(custom: CustomField, options: dict[str, Any], _choices: Choices) -> Any:
    """One line or several."""
    most = custom.content.get("most_characters")
    if most is not None and most <= SHORT:
        return StringField(**options)
    options["render_kw"] = {"rows": 3}
    return TextAreaField(**options)


def number(custom: CustomField, options: dict[str, Any], _choices: Choices) -> Any:
    """A number, with its unit in the label."""
    options["label"] = labelled(custom)
    return NativeDecimalField(**options)


def date(custom: CustomField, options: dict[str, Any], _choices: Choices) -> Any:
    """A day."""
    return NativeDateField(**options)


def yes_no(custom: CustomField, options: dict[str, Any], _choices: Choices) -> Any:
    """Yes, no, or nothing: a switch could not say that nobody has asked."""
    return OneOfField(blank=True, choices=lambda: [("yes", gettext("Yes")), ("no", gettext("No"))], **options)


def choice(custom: CustomField, options: dict[str, Any], _choices: Choices) -> Any:
    """One of the choices."""
    return OneOfField(blank=True, choices=lambda: named(custom), **options)


def many_choices(custom: CustomField, options: dict[str, Any], _choices: Choices) -> Any:
    """Some of the choices."""
    return SomeOfField(choices=lambda: named(custom), **options)


def reference(custom: CustomField, options: dict[str, Any], choices: Choices) -> Any:
    """One of those that can be named."""
    return OneOfField(blank=True, choices=lambda: choices, **options)


def table(custom: CustomField, options: dict[str, Any], _choices: Choices) -> Any:
    """Rows that can be added and removed."""
    cells = {BEFORE + column.slug: control_of(column, [], False) for column in custom.columns}
    row = type("RowForm", (Form,), cells)
    options.pop("validators")
    return FieldList(FormField(row, label=options["label"]), max_entries=MOST_ENTRIES, **options)


CONTROLS: dict[str, Callable[[CustomField, dict[str, Any], Choices], Any]] = {
    "text": text,
    "number": number,
    "date": date,
    "yes-no": yes_no,
    "choice": choice,
    "many-choices": many_choices,
    "reference": reference,
    "table": table,
}


def named(custom: CustomField) -> Choices:
    """The choices of a field, in the reader's language."""
    return [(code, say_texts(name)) for code, name in custom.choices.items()]


def as_typed(custom: CustomField, value: Any) -> Any:
    """A plain value as its control wants it."""
    if value is None:
        return None
    if custom.type == "date":
        return dt.date.fromisoformat(value)
    if custom.type == "yes-no":
        return "yes" if value else "no"
    if custom.type == "table":
        columns = {column.slug: column for column in custom.columns}
        return [
            {BEFORE + slug: as_typed(columns[slug], cell) for slug, cell in row.items() if slug in columns}
            for row in value
        ]
    return value


def value_of(control: Field, custom: CustomField) -> Any:
    """What a control holds as a plain value; None for nothing."""
    if isinstance(control, FieldList):
        return list(filled_rows(control, custom).values()) or None
    held = control.chosen if isinstance(control, OneOfField | SomeOfField) else control.data
    if isinstance(held, str):
        held = held.strip()
    if custom.type == "yes-no":
        return {"yes": True, "no": False}.get(held)
    if isinstance(held, Decimal):
        return int(held) if held == held.to_integral_value() else float(held)
    if isinstance(held, dt.date):
        return held.isoformat()
    return held if held not in ("", []) else None


def filled_rows(control: FieldList, custom: CustomField) -> dict[int, dict[str, Any]]:
    """The rows of a table that hold something, by their place on the page, each with the cells that do."""
    rows = {}
    for place, entry in enumerate(control.entries):
        cells = {column.slug: value_of(entry.form[BEFORE + column.slug], column) for column in custom.columns}
        filled = {slug: cell for slug, cell in cells.items() if cell is not None}
        if filled:
            rows[place] = filled
    return rows
