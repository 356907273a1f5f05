"""Form fields for the kinds of values that dataclasses hold. `forms.py` chooses among them.

Widgets draw the bare control; label, hint and message are drawn by `templates/ui/forms.html`, the same for all.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    Field,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, Select, TextInput, html_params

Choice = tuple[Any, str]

NOT_CHOSEN = ""

REMEMBERED = 4_096
"""Options of selects whose drawing is kept: those of filters stand above every list."""

MINUTES = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}


class DigitsInput(TextInput):
    """A text box with the keyboard for numbers. Browsers throw away what is not a number from a number box."""

    def __init__(self, inputmode: str) -> None:
        super().__init__()
        self.inputmode = inputmode

    def __call__(self, field: Field, **attributes: Any) -> Markup:
        return super().__call__(field, inputmode=self.inputmode, autocomplete="off", **attributes)


class NativeIntegerField(IntegerField):
    """A whole number; a wrong one is kept as typed and said in plain words."""

    widget = DigitsInput("numeric")

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = int(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError(gettext("Write a whole number, for example 3.")) from None


class NativeDecimalField(DecimalField):
    """A number with a point or a comma, shown with all its digits: a rounded one would be saved as shown."""

    widget = DigitsInput("decimal")

    def __init__(self, label: str | None = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, places=None, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip().replace(",", ".") if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            super().process_formdata([text])
        except ValueError:
            raise ValueError(gettext("Write a number, for example 7.5.")) from None


class NativeDateField(DateField):
    """A date, in the browser's own picker."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0]:
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(gettext("Write a date as year-month-day, for example 2026-11-24.")) from None


class NativeTimeField(TimeField):
    """A local time of day, in the browser's own picker."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0]:
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0][:5]])
        except ValueError:
            self.data = None
            raise ValueError(gettext("Write a time as hours:minutes, for example 09:30.")) from None


class SwitchField(BooleanField):
    """Yes or no, drawn as a switch."""

    widget = CheckboxInput()

    def __call__(self, **attributes: Any) -> Markup:
        attributes.setdefault("role", "switch")
        return super().__call__(**attributes)


class PlainSelect(Select):
    """A select whose options are written at once: a list of two hundred branches stands above every list."""

    def __call__(self, field: "OneOfField", **attributes: Any) -> Markup:
        """The whole select, as WTForms would write it."""
        flags = {name: True for name in self.validation_attrs if name in field.flags}
        begin = html_params(name=field.name, **{"id": field.id, **flags, **attributes})
        options = "".join(
            option(each.value, each.label or each.value, is_chosen=each.value == field.data) for each in field.shown()
        )
        return Markup(f"<select {begin}>{options}</select>")  # noqa: S704


@lru_cache(REMEMBERED)
def option(value: str, label: str, *, is_chosen: bool) -> str:
    """One option of a select, escaped. Put together by hand, because a template of it is read anew for each."""
    chosen = " selected" if is_chosen else ""
    return f'<option value="{escape(value)}"{chosen}>{escape(label)}</option>'


class OneOfField(SelectField):
    """One of some choices. `choices` is asked anew for every request."""

    widget = PlainSelect()

    def __init__(self, *, blank: bool, choices: Callable[[], Iterable[Choice]], **options: Any) -> None:
        pairs = [(value, str(label)) for value, label in choices()]
        self.values = {key_of(value): value for value, _ in pairs}
        first = [SelectChoice(NOT_CHOSEN, gettext("Choose"))] if blank else []
        super().__init__(choices=[*first, *as_options(pairs)], coerce=key_of, **options)

    def call_blank(self, words: str) -> None:
        """Give another name to what chooses nothing: a filter that is not set means any."""
        self.choices = [replace(each, label=words) if each.value == NOT_CHOSEN else each for each in self.choices]

    def pre_validate(self, form: Any) -> None:
        """Accept what the list holds, and nothing else."""
        if self.data not in self.values and self.data not in (None, NOT_CHOSEN):
            raise StopValidation(gettext("Choose one of the list."))

    def shown(self) -> list[SelectChoice]:
        """The choices, and one that is no longer among them but was chosen before: it stays visible."""
        if self.data and self.data not in self.values:
            gone = gettext("%(name)s (no longer there)", name=self.data)
            return [*self.choices, SelectChoice(self.data, gone)]
        return self.choices

    @property
    def chosen(self) -> Any:
        """The value itself, not its key; None when nothing is chosen."""
        return self.values.get(self.data)


class SomeOfField(SelectMultipleField):
    """Any number of some choices, drawn as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *, choices: Callable[[], Iterable[Choice]], **options: Any) -> None:
        pairs = [(value, str(label)) for value, label in choices()]
        self.values = {key_of(value): value for value, _ in pairs}
        options.setdefault("validators", [MayBeEmpty()])
        super().__init__(choices=as_options(pairs), coerce=key_of, **options)

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or []) <= set(self.values):
            raise StopValidation(gettext("Choose only from the list."))

    @property
    def chosen(self) -> list[Any]:
        """The chosen values in the order of the choices."""
        return [value for key, value in self.values.items() if key in (self.data or [])]


class LinesField(TextAreaField):
    """Several texts, one a line."""

    def process_data(self, value: Iterable[str] | None) -> None:
        self.data = "\n".join(value or ())

    @property
    def lines(self) -> list[str]:
        """The lines that hold something."""
        return [line.strip() for line in (self.data or "").splitlines() if line.strip()]


class JsonField(TextAreaField):
    """An object as JSON text, until an editor of its own takes its place."""

    def process_data(self, value: Any) -> None:
        self.data = value
        self.typed = "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        if not self.typed.strip():
            return
        try:
            self.data = json.loads(self.typed)
        except ValueError:
            raise ValueError(gettext("This is not JSON. Check brackets, commas and quotes.")) from None

    def _value(self) -> str:
        return self.typed


class MaybeFormField(FormField):
    """A dataclass inside another that may be left out: empty means None, and nothing in it is needed then."""

    def is_empty(self) -> bool:
        """Whether nothing was filled in."""
        return all(is_blank(field) for field in self.form)

    def validate(self, form: Any, extra_validators: Iterable[Any] = ()) -> bool:
        if self.is_empty() and not any(field.process_errors for field in self.form):
            return True
        return super().validate(form, extra_validators)


class DurationField(Field):
    """A length of time as a number and a unit: 3 days, 90 minutes. The value is a `timedelta`."""

    widget = TextInput()

    def __init__(self, label: str | None = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.typed = ("", "days")

    def process_data(self, value: dt.timedelta | None) -> None:
        self.data = value
        if value is not None:
            minutes = int(value.total_seconds() // 60)
            unit = next(name for name in reversed(MINUTES) if minutes % MINUTES[name] == 0) if minutes else "days"
            self.typed = (str(minutes // MINUTES[unit]), unit)

    def process_formdata(self, valuelist: list[str]) -> None:
        if len(valuelist) < 2:
            return
        amount, unit = valuelist[0].strip(), valuelist[1]
        self.typed = (amount, unit)
        self.data = None
        if not amount:
            return
        if not amount.isdecimal() or unit not in MINUTES:
            raise ValueError(gettext("Write a whole number and choose a unit."))
        self.data = dt.timedelta(minutes=int(amount) * MINUTES[unit])

    def __call__(self, **attributes: Any) -> Markup:
        units = {
            "minutes": gettext("minutes"),
            "hours": gettext("hours"),
            "days": gettext("days"),
            "weeks": gettext("weeks"),
        }
        options = "".join(option(unit, label, is_chosen=unit == self.typed[1]) for unit, label in units.items())
        return Markup('<span class="pair">{}<select name="{}" aria-label="{}">{}</select></span>').format(
            super().__call__(inputmode="numeric", **attributes),
            self.name,
            gettext("Unit"),
            Markup(options),  # noqa: S704
        )

    def _value(self) -> str:
        return self.typed[0]


class Present(InputRequired):
    """Something must be given; said in plain words."""

    def __init__(self) -> None:
        super().__init__(lazy_gettext("This is needed."))

    def __call__(self, form: Any, field: Field) -> None:
        if field.raw_data and any(str(raw).strip() for raw in field.raw_data):
            return
        field.errors[:] = []
        raise StopValidation(str(self.message))


class MayBeEmpty(Optional):
    """Nothing need be given."""


def is_blank(field: Field) -> bool:
    """Whether a field holds nothing, or only what it offers by itself."""
    if isinstance(field, FormField):
        return all(is_blank(inner) for inner in field.form)
    if isinstance(field, OneOfField):
        return field.data in (None, NOT_CHOSEN, key_of(field.default))
    return not field.data and field.data != 0


def as_options(pairs: Iterable[Choice]) -> list[SelectChoice]:
    """Choices as WTForms wants them."""
    return [SelectChoice(key_of(value), label) for value, label in pairs]


def key_of(value: Any) -> str:
    """The text that stands for a choice in the form."""
    if value is None:
        return NOT_CHOSEN
    return str(getattr(value, "value", value))


PLAIN: dict[type, type[Field]] = {
    bool: SwitchField,
    int: NativeIntegerField,
    float: NativeDecimalField,
    str: StringField,
    dt.date: NativeDateField,
    dt.time: NativeTimeField,
    dt.datetime: DateTimeLocalField,
    dt.timedelta: DurationField,
}

LONG_TEXT = TextAreaField
