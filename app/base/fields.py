"""Form fields for the kinds of values that dataclasses hold. `forms.py` chooses among them.

Widgets draw the bare control; label, hint and message are drawn by `templates/ui/forms.html`, the same for all.
"""

import datetime as dt
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
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget, TextInput, html_params

Choice = tuple[Any, str]

NOT_CHOSEN = ""
MINUTES = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}


class NativeIntegerField(IntegerField):
    """A whole number; a wrong one is kept as typed and said in plain words."""

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
    """A number with a point or a comma."""

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


class OneOfField(SelectField):
    """One of some choices. `choices` may be a callable, asked anew for every request."""

    def __init__(self, *, blank: bool, choices: Callable[[], Iterable[Choice]], **options: Any) -> None:
        self.blank = blank
        self.values: dict[str, Any] = {}
        super().__init__(choices=lambda: self._labelled(choices()), coerce=self._value_of, **options)

    def _labelled(self, choices: Iterable[Choice]) -> list[tuple[str, str]]:
        pairs = [(value, str(label)) for value, label in choices]
        self.values = {key_of(value): value for value, _ in pairs}
        first = [(NOT_CHOSEN, gettext("Choose"))] if self.blank else []
        return first + [(key_of(value), label) for value, label in pairs]

    def _value_of(self, key: Any) -> Any:
        return key_of(key)

    def pre_validate(self, form: Any) -> None:
        if self.data not in self.values and self.data != NOT_CHOSEN:
            raise StopValidation(gettext("Choose one of the list."))

    @property
    def chosen(self) -> Any:
        """The value itself, not its key; None when nothing is chosen."""
        return self.values.get(self.data)


class SomeOfField(SelectMultipleField):
    """Any number of some choices, drawn as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *, choices: Callable[[], Iterable[Choice]], **options: Any) -> None:
        self.values: dict[str, Any] = {}
        super().__init__(choices=lambda: self._labelled(choices()), coerce=key_of, validate_choice=False, **options)

    def _labelled(self, choices: Iterable[Choice]) -> list[tuple[str, str]]:
        pairs = [(value, str(label)) for value, label in choices]
        self.values = {key_of(value): value for value, _ in pairs}
        return [(key_of(value), label) for value, label in pairs]

    def pre_validate(self, form: Any) -> None:
        if not set(self.data or []) <= set(self.values):
            raise StopValidation(gettext("Choose only from the list."))

    @property
    def chosen(self) -> list[Any]:
        """The chosen values in the order of the choices."""
        return [value for key, value in self.values.items() if key in (self.data or [])]


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
        options = Markup("").join(
            Markup("<option {}>{}</option>").format(
                Markup(html_params(value=unit, selected=unit == self.typed[1])), label
            )
            for unit, label in units.items()
        )
        attributes |= {"id": self.id, "name": self.name, "value": self.typed[0], "inputmode": "numeric"}
        return Markup('<span class="pair"><input {}><select {}>{}</select></span>').format(
            Markup(html_params(**attributes)),
            Markup(html_params(name=self.name, aria_label=gettext("Unit"))),
            options,
        )


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
