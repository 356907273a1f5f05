"""Controls that editors of definitions share: lengths of time, words out of a list that keeps others, records that
happened. Each keeps whatever a draft holds; what is wrong with it the engine says."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import render_template
from flask_babel import gettext
from markupsafe import Markup
from wtforms import Field, StringField
from wtforms.widgets import html_params

from app.base import reading, say
from app.base.choice_field import Choice, OneOfField, option
from app.rules import drawing
from app.rules.builder import builder
from app.rules.changing import PRESSED, changed
from app.rules.field import RuleField, words
from app.rules.reading import typed_of, where_of
from app.rules.written import written
from journeys.criteria.check import where_problems
from journeys.criteria.known import known
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import SEGMENT

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
UNIT_WORDS = {
    **drawing.UNIT_WORDS,
    "minutes": N_("minutes"),
    "hours": N_("hours"),
    "working_days": N_("working days"),
    "working_hours": N_("working hours"),
}

Options = dict[str, Any]


class SpanField(Field):
    """A length of time as definitions write it: `{months: 6}`, or several units together. Nothing typed is None."""

    def __init__(self, *, units: tuple[str, ...], unit: str, **options: Any) -> None:
        self.units = units
        self.unit = unit
        self.pairs: list[tuple[str, str]] = []
        super().__init__(**options)

    def process_data(self, value: Any) -> None:
        """Whatever a draft holds."""
        self.data = value if isinstance(value, dict) and value else None
        self.pairs = [(str(amount), str(unit)) for unit, amount in (self.data or {}).items()] or [("", self.unit)]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Amounts and units by turns; what is no number stays as it was typed."""
        typed = [(amount.strip(), unit) for amount, unit in zip(valuelist[::2], valuelist[1::2], strict=False)]
        self.pairs = [pair for pair in typed if pair[0]] or typed[:1] or [("", self.unit)]
        self.data = {unit: number_of(amount) for amount, unit in self.pairs if amount} or None

    def __call__(self, **attributes: Any) -> Markup:
        """A number and a unit, for each unit that is used."""
        drawn = [self.pair(place, *pair, attributes) for place, pair in enumerate(self.pairs)]
        return Markup("").join(drawn)

    def pair(self, place: int, amount: str, unit: str, attributes: Mapping[str, Any]) -> Markup:
        """One number and its unit; the first has the label."""
        named = {"id": self.id} if place == 0 else {"aria_label": str(self.label.text)}
        typed = {"name": self.name, "value": amount, "inputmode": "numeric", "autocomplete": "off"}
        known = self.units if unit in self.units else (*self.units, unit)
        options = "".join(option(each, say(UNIT_WORDS.get(each, each)), is_chosen=each == unit) for each in known)
        return Markup('<span class="pair"><input {}><select name="{}" aria-label="{}">{}</select></span>').format(
            Markup(html_params(**typed, **named, **attributes)),  # noqa: S704
            self.name,
            gettext("Unit of: %(label)s", label=self.label.text),
            Markup(options),  # noqa: S704
        )


class KeptChoice(OneOfField):
    """One of some choices; a word that is none of them stays chosen until somebody chooses another.

    `says` is what choosing nothing is called.
    """

    def __init__(self, *, says: str, **options: Any) -> None:
        super().__init__(blank=True, **options)
        self.call_blank(say(says))

    def pre_validate(self, form: Any) -> None:
        """Whether the word is known is for the engine to say."""

    @property
    def chosen(self) -> Any:
        """The word itself, None when nothing is chosen."""
        return self.data or None


class SuggestedField(StringField):
    """A text, with what is usually written there offered by the browser."""

    def __init__(self, *, offered: Callable[[], Iterable[Choice]], **options: Any) -> None:
        self.offered = offered
        super().__init__(**options)

    def __call__(self, **attributes: Any) -> Markup:
        """The text box and its list."""
        listed = "".join(option(value, label, is_chosen=False) for value, label in self.offered())
        box = super().__call__(list=f"{self.id}-known", autocomplete="off", **attributes)
        return Markup('{}<datalist id="{}-known">{}</datalist>').format(box, self.id, Markup(listed))  # noqa: S704


class HappenedField(RuleField):
    """A kind of record and the conditions on it: a rule that is one thing that happened, however often."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the record out of whatever group the rule editor put it into."""
        super().process(formdata, data, extra_filters)
        self.rule = alone(self.rule)
        self.data = alone(self.data)


class ConditionsField(Field):
    """Conditions on a record of one kind, all of which hold; none at all is None."""

    def __init__(self, *, record: str, **options: Any) -> None:
        self.record = record
        super().__init__(**options)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Take the conditions from the posted form, or from the data."""
        self.process_errors = []
        where = data if isinstance(data, list) else []
        if formdata and f"{self.name}.shape" in formdata:
            where = where_of(typed_of(formdata.items(multi=True)), self.record, self.name)
            pressed = formdata.get(PRESSED, "")
            if pressed.partition(":")[2].split(".")[0] == self.name:
                where = changed({"all": where}, pressed)["all"]
        self.where = where
        self.data = where or None
        self.raw_data = ["written"] if where else []

    def __call__(self, **attributes: Any) -> Markup:
        """Draw the editor of the conditions."""
        with reading() as (session, _act):
            in_force, segments = known(session), written(session, SEGMENT)
        found = where_problems(self.record, self.where, self.name, in_force) if self.data else []
        node = drawing.conditions(self.record, self.where, self.name, found)
        stands_in = builder({"all": self.where}, self.name, record=self.record, tried=bool(self.data))
        # a template of ours, and Jinja escapes what is put into it
        return Markup(  # noqa: S704
            render_template("rules/conditions.html", node=node, builder=stands_in, **words(segments))
        )


def number_of(typed: str) -> int | str:
    """A whole number, or the text as it was typed."""
    return int(typed) if WHOLE_NUMBER.fullmatch(typed) else typed


def alone(rule: Any) -> Any:
    """A rule without groups of one, and without a count that says no more than that it happened."""
    while isinstance(rule, dict) and set(rule) == {"all"} and isinstance(rule["all"], list) and len(rule["all"]) == 1:
        rule = rule["all"][0]
    if isinstance(rule, dict) and rule.get("count") == {"at_least": 1}:
        return {key: value for key, value in rule.items() if key != "count"}
    return rule


def span_of(units: tuple[str, ...], unit: str) -> Callable[[Options], SpanField]:
    """The control of a length of time in some units, of which `unit` is offered first."""
    return lambda options: SpanField(units=units, unit=unit, **options)


def kept_choice(choices: Callable[[], Iterable[Choice]], blank: str) -> Callable[[Options], KeptChoice]:
    """The control of one word out of `choices`, or of none, which is called `blank`."""
    return lambda options: KeptChoice(choices=choices, says=blank, **options)


def suggested(offered: Callable[[], Iterable[Choice]]) -> Callable[[Options], SuggestedField]:
    """The control of a text with suggestions."""
    return lambda options: SuggestedField(offered=offered, **options)


def happened_control(options: Options) -> HappenedField:
    """The control of a kind of record with conditions."""
    return HappenedField(**of_itself(options))


def conditions_on(record: str) -> Callable[[Options], ConditionsField]:
    """The control of conditions on a kind of record."""
    return lambda options: ConditionsField(record=record, **of_itself(options))


def of_itself(options: Options) -> Options:
    """What a control takes that draws itself."""
    return {key: options[key] for key in ("label", "description", "validators")}
