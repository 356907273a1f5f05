"""Forms built from frozen dataclasses: what a verb needs is the form that people fill in.

    @dataclass(frozen=True)
    class NewTask:
        title: str = field(metadata={"label": N_("Title"), "help": N_("What is to be done.")})
        priority: Literal["normal", "high"] = "normal"
        due: dt.date | None = None

    form = form_for(NewTask)
    if form.is_accepted():
        try:
            perform(add_task, form.value())
        except Invalid as invalid:
            form.refuse(invalid.problems)

The type decides on the control. `metadata` may hold `label`, `help`, `choices` (a list of (value, label), or a function
that returns one), `source` (a name in `controls.SOURCES`), `rows` (lines of a longer text), `group` (heading over the
fields that follow), `secret`, `needed` (at least one of several), `key` (another name in problems), `editor` (makes the
WTForms field from label, description and validators), `attributes` (of the control) and `only_for`: another field with
the values for which this one is asked, none meaning any; a script hides it otherwise, as long as it is empty.
Tuples of dataclasses get buttons that add and remove one, which work without scripts. Tuples of texts are rows in an
order with `chosen_of` or `codes_of`, a name in `controls.OFFERS`: of what there is, or of codes beside their names.
"""

import dataclasses
import re
import typing
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, Form, FormField

from app.base.controls import MOST_ENTRIES, control_for, without_none
from app.base.fields import LinesField, MaybeFormField, OneOfField, SomeOfField
from app.base.rows_field import Row, RowsField
from app.base.words import say
from journeys.foundation.errors import Problem


class Shaped:
    """What a form knows of the dataclass it was built from."""

    shape: ClassVar[type]

    def value(self) -> Any:
        """The dataclass that was filled in. Call it only after the form was accepted."""
        hints = typing.get_type_hints(self.shape)
        return self.shape(**{each.name: value_of(self[each.name], hints[each.name]) for each in asked(self.shape)})

    def only_for(self, field: Field) -> tuple[str, tuple[str, ...]] | None:
        """The id of the control that decides whether a field is asked, and for which of its values."""
        for each in asked(self.shape):
            if each.name == field.short_name and "only_for" in each.metadata:
                other, values = each.metadata["only_for"]
                return self[other].id, values
        return None

    def groups(self) -> list[tuple[str, list[Field]]]:
        """Fields under their headings, in order; the first heading may be empty."""
        found: list[tuple[str, list[Field]]] = []
        for each in asked(self.shape):
            heading = each.metadata.get("group")
            if heading is not None or not found:
                found.append((gettext(heading) if heading else "", []))
            found[-1][1].append(self[each.name])
        return found


class Part(Shaped, Form):
    """A dataclass inside another."""


class ShapeForm(Shaped, FlaskForm):
    """A whole form."""

    elsewhere: list[str]

    def is_accepted(self) -> bool:
        """Whether it was sent and every field can be read. Buttons that add or remove an entry only redraw it."""
        if request.method != "POST":
            return False
        if self._rebuilt():
            return False
        return self.validate()

    def refuse(self, problems: Iterable[Problem], under: str = "") -> None:
        """Show the engine's problems, each at its field; those without a field stand in the summary alone.

        `under` is the place of this form in what the engine judged, for example `steps.remind.config`.
        """
        for problem in problems:
            field = find_field(self, problem.where.removeprefix(under).strip("."))
            sentence = say(problem)
            if isinstance(field, FieldList):
                field.refused = [*refused(field), sentence]
            elif isinstance(field, RowsField):
                field.refuse(problem.where, sentence)
            elif field is None or isinstance(field, FormField):
                self.elsewhere.append(sentence)
            else:
                field.errors = [*field.errors, sentence]

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """(id of the control, label with those around it, sentence) of everything wrong, in the order of the page."""
        return [(field.id, label, str(sentence)) for field, label, sentence in faults_of(self)]

    @property
    def status(self) -> int:
        """The status of the page that shows this form: 422 when something is wrong, else 200."""
        return 422 if self.elsewhere or self.faults else 200

    def _rebuilt(self) -> bool:
        """Add or remove an entry when one of those buttons was pressed."""
        for pressed in request.form:
            change = re.fullmatch(r"(add|remove|up|down):([\w-]+?)(?::(\d+))?", pressed)
            if change is None:
                continue
            entries = next((field for field in fields_of(self) if field.name == change[2]), None)
            if isinstance(entries, RowsField):
                entries.press(change[1], int(change[3] or 0))
                return True
            if not isinstance(entries, FieldList):
                continue
            if change[1] == "add" and len(entries) < MOST_ENTRIES:
                entries.append_entry()
            elif change[1] == "remove" and change[3]:
                remove_entry(entries, int(change[3]))
            return True
        return False


def form_for(shape: type, value: Any | None = None, *, prefix: str = "") -> ShapeForm:
    """A form for `shape`: filled with `value` when it is first shown, with what was typed when it was sent."""
    form = form_class(shape)(data=as_data(value) if value is not None else None, prefix=prefix)
    form.elsewhere = []
    return form


@cache
def form_class(shape: type) -> type[ShapeForm]:
    """The form of a dataclass, made once."""
    return type(f"{shape.__name__}Form", (ShapeForm,), {"shape": shape, **_controls(shape)})


@cache
def part_class(shape: type) -> type[Part]:
    """The form of a dataclass that stands inside another, made once."""
    return type(f"{shape.__name__}Part", (Part,), {"shape": shape, **_controls(shape)})


def _controls(shape: type) -> dict[str, Any]:
    hints = typing.get_type_hints(shape)
    return {each.name: control_for(each, hints[each.name], part_class) for each in asked(shape)}


def asked(shape: type) -> list[dataclasses.Field]:
    """The fields of a dataclass that are given when it is made."""
    return [each for each in dataclasses.fields(shape) if each.init]


def fields_of(form: Any) -> Iterator[Field]:
    """Every field of a form and of the forms inside it, in order."""
    for field in form:
        yield field
        if isinstance(field, FormField):
            yield from fields_of(field.form)
        elif isinstance(field, FieldList):
            for entry in field.entries:
                yield from fields_of(entry.form) if isinstance(entry, FormField) else [entry]


def faults_of(form: Iterable[Field], around: str = "") -> Iterator[tuple[Field | Row, str, str]]:
    """(field or row, label, sentence) of every fault, each once; a label says what it stands in: "Name, English"."""
    for field in form:
        label = f"{around}{field.label.text}"
        if isinstance(field, FormField):
            yield from faults_of(field.form, f"{label}, ")
        elif isinstance(field, FieldList):
            yield from ((field, label, sentence) for sentence in refused(field))
            for place, entry in enumerate(field.entries, start=1):
                inside = entry.form if isinstance(entry, FormField) else [entry]
                yield from faults_of(inside, f"{label} {place}, ")
        else:
            for sentence in dict.fromkeys(field.errors):
                yield field, label, sentence
            for row in field.rows if isinstance(field, RowsField) else ():
                yield from ((row, f"{label} {row.number}", sentence) for sentence in row.faults)


def refused(entries: FieldList) -> list[str]:
    """What the engine says of a list as a whole; `errors` of WTForms are those of its entries."""
    said: list[str] = getattr(entries, "refused", [])
    return said


def find_field(form: Any, where: str) -> Field | None:
    """The field at a dotted path: `texts.es`, `options.0.label`."""
    found: Any = form
    for part in where.split("."):
        if isinstance(found, RowsField):
            return found
        if isinstance(found, FieldList):
            found = found.entries[int(part)] if part.isdecimal() and int(part) < len(found.entries) else None
        else:
            inside = found.form if isinstance(found, FormField) else found
            name = name_of(inside, part)
            found = inside[name] if isinstance(inside, Form) and name in inside else None
        if found is None:
            return None
    return found


def name_of(form: Any, key: str) -> str:
    """The field that `key` means: definitions may call it by another name than Python can (`for`)."""
    for each in asked(form.shape) if isinstance(form, Shaped) else ():
        if each.metadata.get("key") == key:
            return each.name
    return key


def remove_entry(entries: FieldList, index: int) -> None:
    """Take out the entry whose name ends with `index`; names of the others stay, so nothing typed moves."""
    name = f"{entries.name}-{index}"
    entries.entries = [entry for entry in entries.entries if entry.name != name]


def value_of(field: Field, hint: Any) -> Any:
    """What one field holds, as its dataclass wants it."""
    hint, may_be_empty = without_none(hint)
    if isinstance(field, OneOfField):
        return field.chosen
    if isinstance(field, SomeOfField):
        return _as_kind(hint, field.chosen)
    if isinstance(field, RowsField):
        return _as_kind(hint, field.data)
    if isinstance(field, LinesField):
        return _as_kind(hint, field.lines)
    if isinstance(field, MaybeFormField) and field.is_empty():
        return None if may_be_empty else field.form.shape()
    if isinstance(field, FormField):
        return _texts(field.form) if hasattr(field.form, "is_texts") else Shaped.value(field.form)
    if isinstance(field, FieldList):
        return _as_kind(hint, [entry.form.value() for entry in field.entries])
    if isinstance(field.data, str):
        text = field.data.strip()
        return text if text or not may_be_empty else None
    return field.data


def as_data(value: Any) -> dict[str, Any]:
    """A dataclass as WTForms wants its first values: nested dataclasses as dicts, everything else as it is."""
    return {each.name: _plain_data(getattr(value, each.name)) for each in asked(type(value))}


def _plain_data(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return as_data(value)
    if isinstance(value, tuple | list):
        return [_plain_data(each) for each in value]
    return value


def _as_kind(hint: Any, values: list[Any]) -> Any:
    kind = typing.get_origin(hint) or tuple
    return kind(values)


def _texts(form: Form) -> dict[str, str]:
    return {field.short_name: field.data.strip() for field in form if field.data and field.data.strip()}
