"""A value of a custom field as one control of another form: the field's own editor, which holds the value as text.

Which field it is stands in the control before it, so the form is drawn again when that changes. What does not fit the
field is shown as the text that it is, and kept.
"""

from collections.abc import Iterable
from typing import Any

from flask import render_template
from markupsafe import Markup
from wtforms import Field, StringField

from app.base import reading
from app.base.fields import MayBeEmpty, OneOfField
from app.custom.entering import as_typed, control_of, value_of
from app.rules.field import is_redrawing
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.facts import CUSTOM
from journeys.criteria.custom.types import type_of
from journeys.criteria.custom.values import value_problems
from journeys.flow.steps.update import TYPES_OF, WITH_VALUE
from journeys.store.people import PAYER_CLASSES

NOT_DRAWN = "HiddenField"
FACT_CHOICES = {"payer_class": PAYER_CLASSES}


class FieldValue(Field):
    """Text on the way in and out; `beside` puts the right control in its place as soon as the form is there."""

    inner: Field
    custom: CustomField | None = None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Keep both until it is known what they mean."""
        self.process_errors = []
        self.posted = formdata
        self.data = data if isinstance(data, str) else ""

    def beside(self, form: Any) -> None:
        """Take the field and the action that the form says, and read what was typed by the field's own control."""
        chosen, action = form["field_"].data or "", form["action"].data
        self.custom = field_of(chosen)
        if action not in WITH_VALUE:
            self.type, self.data = NOT_DRAWN, ""
            return
        fits = self.custom is not None and self.custom.type in TYPES_OF[action] and self.can_be_drawn(self.custom)
        unbound = self.control(chosen, self.custom if fits else None)
        self.inner = form.meta.bind_field(form, unbound, {"name": self.short_name, "prefix": form._prefix})
        self.type = self.inner.type
        if fits:
            self.read(self.custom)
        else:
            self.inner.process(self.posted, self.data)
            self.data = (self.inner.data or "").strip()
        self.raw_data = self.inner.raw_data
        self.process_errors = self.inner.process_errors

    def can_be_drawn(self, custom: CustomField) -> bool:
        """Whether the field's control can show what is kept; what was just typed it shows as it is."""
        return bool(self.posted) or not self.data or plain(custom, self.data) is not None

    def control(self, chosen: str, custom: CustomField | None) -> Any:
        """The control of a field or fact; one line of text where nothing is known of it."""
        about = {"label": self.label.text, "description": self.description, "validators": [MayBeEmpty()]}
        if custom is not None:
            made = control_of(custom, [], False)
            made.kwargs |= about
            return made
        if chosen in FACT_CHOICES:
            return OneOfField(blank=True, choices=lambda: [(each, each) for each in FACT_CHOICES[chosen]], **about)
        return StringField(**about)

    def read(self, custom: CustomField) -> None:
        """What the field's control holds, as text; after another field was chosen nothing, where it does not fit."""
        self.inner.process(self.posted, as_typed(custom, plain(custom, self.data)))
        if is_redrawing() and not self.inner.validate(None):
            self.inner.process(None, None)
            self.inner.raw_data = []
        value = None if self.inner.process_errors else value_of(self.inner, custom)
        typed = next(iter(self.inner.raw_data or ()), "")
        self.data = str(typed).strip() if value is None else type_of(custom).as_text(custom, value)

    def validate(self, form: Any, extra_validators: Iterable[Any] = ()) -> bool:
        """As the control says."""
        if self.type == NOT_DRAWN:
            return True
        fits = bool(self.inner.validate(form, extra_validators))
        self.errors = self.inner.errors
        return fits

    def __call__(self, **attributes: Any) -> Markup:
        """The control, and what asks to have the form drawn again."""
        drawn = "" if self.type == NOT_DRAWN else self.inner(**attributes)
        # a template of ours, and Jinja escapes what is put into it
        return Markup(render_template("values/control.html", control=drawn))  # noqa: S704


def field_of(chosen: str) -> CustomField | None:
    """The field in force that a name with its prefix means."""
    if not chosen.startswith(CUSTOM):
        return None
    with reading() as (session, _act):
        return live_fields(session).get(chosen.removeprefix(CUSTOM))


def plain(custom: CustomField, text: str) -> Any:
    """The plain value that a text means for a field; None where it means none that the field allows."""
    value = type_of(custom).from_text(custom, text) if text else None
    if value is None or any(True for _ in value_problems(custom, value, "")):
        return None
    return value


def field_value_control(options: dict[str, Any]) -> FieldValue:
    """The control for `app.base.controls.EDITORS`."""
    return FieldValue(label=options["label"], description=options["description"], validators=options["validators"])
