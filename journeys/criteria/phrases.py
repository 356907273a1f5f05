"""Puts the small parts of rules into words: values, windows, spans and moments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from journeys.criteria.dates import UNITS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import Facet
from journeys.criteria.known import Known
from journeys.criteria.operators.base import MOMENT, SPAN, TWO_MOMENTS, VALUE_SET, VALUES
from journeys.criteria.shapes import Rule
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_

Translate = Callable[[str], str]
Say = Callable[[Texts], str]

ONE_UNIT = {"years": N_("1 year"), "months": N_("1 month"), "weeks": N_("1 week"), "days": N_("1 day")}
MANY_UNITS = {
    "years": N_("%(count)s years"),
    "months": N_("%(count)s months"),
    "weeks": N_("%(count)s weeks"),
    "days": N_("%(count)s days"),
}
WINDOWS = {
    "last": N_("%(record)s within the last %(span)s"),
    "next": N_("%(record)s within the next %(span)s"),
    "after": N_("%(record)s up to %(span)s after it"),
    "before": N_("%(record)s up to %(span)s before it"),
    "around": N_("%(record)s up to %(span)s before or after it"),
}
STRETCHES = {
    "between": N_("%(record)s between %(first)s and %(second)s"),
    "overlaps": N_("%(record)s that lasted at some time from %(first)s to %(second)s"),
    "during": N_("%(record)s wholly from %(first)s to %(second)s"),
    "ends": N_("%(record)s that ended from %(first)s to %(second)s"),
}


@dataclass(frozen=True)
class Phrases:
    """Small parts in the reader's language; `outer` is the record that was found while inside its `also`."""

    translate: Translate
    choose: Say
    known: Known
    focus: Record | None
    outer: Record | None = None

    def say(self, message: str, **data: str) -> str:
        """A message in the reader's language with its places filled."""
        translated = self.translate(message)
        return translated % data if data else translated

    def joined(self, words: Sequence[str], message: str) -> str:
        """Several words with one conjunction between each two."""
        text = words[0]
        for word in words[1:]:
            text = self.say(message, first=text, second=word)
        return text

    def label(self, facet: Facet, **shown: str) -> str:
        """What a fact is called: in the clinic's own words where it has any."""
        return self.choose(facet.texts) if facet.texts else self.say(facet.label, **shown)

    def chosen(self, value: Any, facet: Facet) -> str:
        """One value of a fact in words."""
        if isinstance(value, dict):
            return f"{self.word(value['number'], {})} {value['unit']}"
        if value in facet.names:
            return self.choose(facet.names[value])
        return self.word(value, facet.choices)

    def word(self, value: Any, words: Mapping[str, str]) -> str:
        """One value in words."""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return self.say(words[value]) if value in words else str(value)

    def value(self, value: Any, shape: str, facet: Facet) -> str:
        """The value of a condition in words."""
        if shape == VALUES:
            return self.joined([self.chosen(each, facet) for each in value], N_("%(first)s or %(second)s"))
        if shape == SPAN:
            return self.span(value)
        if shape == MOMENT:
            return self.moment(value)
        if shape == TWO_MOMENTS:
            return self.joined([self.moment(each) for each in value], N_("%(first)s and %(second)s"))
        if shape == VALUE_SET:
            return self.choose(self.known.value_sets[value].name)
        if isinstance(value, list):
            return self.joined([self.chosen(each, facet) for each in value], N_("%(first)s and %(second)s"))
        return self.chosen(value, facet)

    def within(self, words: str, window: Rule) -> str:
        """Records in words, with their window."""
        [(way, wanted)] = window.items()
        if way in WINDOWS:
            return self.say(WINDOWS[way], record=words, span=self.span(wanted))
        first, second = (self.moment(moment) for moment in wanted)
        return self.say(STRETCHES[way], record=words, first=first, second=second)

    def span(self, span: Mapping[str, int]) -> str:
        """A span of time in words, larger units first."""
        words = [self.unit(unit, abs(span[unit])) for unit in UNITS if span.get(unit)]
        return self.joined(words, N_("%(first)s and %(second)s")) if words else self.unit("days", 0)

    def unit(self, unit: str, number: int) -> str:
        """A number of one unit in words."""
        return self.say(ONE_UNIT[unit]) if number == 1 else self.say(MANY_UNITS[unit], count=str(number))

    def moment(self, moment: Mapping[str, Any]) -> str:
        """A moment in words."""
        plus = moment.get("plus", {})
        base = self.base(moment)
        if "exact" in moment:
            return self.say(N_("the very instant of %(moment)s"), moment=base)
        later = {unit: number for unit, number in plus.items() if number > 0}
        earlier = {unit: number for unit, number in plus.items() if number < 0}
        if later:
            base = self.say(N_("%(span)s after %(moment)s"), span=self.span(later), moment=base)
        if earlier:
            base = self.say(N_("%(span)s before %(moment)s"), span=self.span(earlier), moment=base)
        return base

    def base(self, moment: Mapping[str, Any]) -> str:
        """What a moment starts from in words."""
        if "date" in moment:
            return dt.date.fromisoformat(moment["date"]).isoformat()
        if "focus" in moment:
            return self.of_focus(moment["focus"])
        if "field" in moment:
            facet = self.known.facts()[moment["field"]].facet({}, self.focus)
            return self.say(N_("the %(field)s"), field=self.label(facet))
        if "record" in moment:
            return self.of_outer(moment["record"])
        return self.say(N_("today")) if "plus" in moment else self.say(N_("now"))

    def of_focus(self, name: str) -> str:
        """An attribute of the focus record in words."""
        attribute = self.known.attribute(self.focus, name) if self.focus else None
        label = self.label(attribute.facet()) if attribute else name
        return self.say(N_("the %(attribute)s of the record in focus"), attribute=label)

    def of_outer(self, name: str) -> str:
        """An attribute of the record that was found in words."""
        attribute = self.known.attribute(self.outer, name) if self.outer else None
        label = self.label(attribute.facet()) if attribute else name
        record = self.say(self.outer.singular) if self.outer else ""
        return self.say(N_("the %(attribute)s of the %(record)s"), attribute=label, record=record)
