"""Form fields for the kinds of values that dataclasses hold. `forms.py` chooses among them.

Widgets draw the bare control; label, hint and message are drawn by `templates/ui/forms.html`, the same for all.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    Field,
    FormField,
    IntegerField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from app.base.choice_field import NOT_CHOSEN, Choice, OneOfField, as_options, key_of, option

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
