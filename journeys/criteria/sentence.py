"""Reads a valid rule out as one plain sentence, in the reader's language.

Everything people see is a message id, translated by the `translate` that the reader's side gives. Groups inside groups
stand in brackets. Codes stand as they were written; closed values, units and counts are put into words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from journeys.criteria.dates import UNITS
from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import NUMBER, Facet
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.operators import OPERATORS
from journeys.criteria.operators.base import MOMENT, SPAN, TWO_MOMENTS, VALUES
from journeys.criteria.shapes import Rule, shape_of
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_, in_language

Translate = Callable[[str], str]
Say = Callable[[Texts], str]

ONE_UNIT = {"years": N_("1 year"), "months": N_("1 month"), "weeks": N_("1 week"), "days": N_("1 day")}
MANY_UNITS = {
    "years": N_("%(count)s years"),
    "months": N_("%(count)s months"),
    "weeks": N_("%(count)s weeks"),
    "days": N_("%(count)s days"),
}


def in_english(texts: Texts) -> str:
    """The English text, or another where there is none."""
    return in_language(texts, "en")


def sentence(
    rule: Rule, translate: Translate, focus: str | None = None, known: Known = NOTHING_KNOWN, say: Say = in_english
) -> str:
    """The rule in words; `focus` is the kind of record that the journey is about.

    `say` chooses the reader's language of texts that the clinic wrote: names of custom fields and value sets.
    """
    return Reader(translate, say, known, RECORDS.get(focus or "")).whole(rule)


def unwrapped(rule: Rule) -> Rule:
    """The rule inside groups that hold only one."""
    shape = shape_of(rule)
    while shape in {"all", "any"} and len(rule[shape]) == 1:
        rule = rule[shape][0]
        shape = shape_of(rule)
    return rule


@dataclass(frozen=True)
class Reader:
    """Puts rules into words; `record` is set while inside the `where` of something that happened."""

    translate: Translate
    choose: Say
    known: Known
    focus: Record | None
    record: Record | None = None

    def say(self, message: str, **data: str) -> str:
        """A message in the reader's language with its places filled."""
        translated = self.translate(message)
        return translated % data if data else translated

    def whole(self, rule: Rule) -> str:
        """A rule in words, without brackets around it."""
        rule = unwrapped(rule)
        shape = shape_of(rule)
        if shape == "all":
            return self.joined([self.part(part) for part in rule["all"]], N_("%(first)s and %(second)s"))
        if shape == "any":
            return self.joined([self.part(part) for part in rule["any"]], N_("%(first)s or %(second)s"))
        if shape == "none":
            return self.none(rule["none"])
        if shape == "segment":
            return self.say(N_("is in the segment %(segment)s"), segment=rule["segment"])
        return self.happened(rule) if shape == "happened" else self.fact(rule)

    def part(self, rule: Rule) -> str:
        """A rule in words inside another one: groups of several parts in brackets."""
        words = self.whole(rule)
        return f"({words})" if shape_of(unwrapped(rule)) in {"all", "any"} else words

    def none(self, parts: Sequence[Rule]) -> str:
        """None of several rules; one thing that must not have happened reads as "no …"."""
        if len(parts) == 1 and "happened" in parts[0] and parts[0].get("count", {"at_least": 1}) == {"at_least": 1}:
            return self.happened({**parts[0], "count": {"exactly": 0}})
        if len(parts) == 1:
            return self.say(N_("not (%(rule)s)"), rule=self.whole(parts[0]))
        words = self.joined([self.part(part) for part in parts], N_("%(first)s or %(second)s"))
        return self.say(N_("none of these: (%(rule)s)"), rule=words)

    def joined(self, words: Sequence[str], message: str) -> str:
        """Several words with one conjunction between each two."""
        text = words[0]
        for word in words[1:]:
            text = self.say(message, first=text, second=word)
        return text

    def fact(self, rule: Rule) -> str:
        """A condition on a fact in words."""
        facet, label = self.facet_and_label(rule)
        operator = OPERATORS[rule["is"]]
        value = self.value(rule.get("value"), operator.takes[facet.kind], facet)
        return self.say(operator.sentence, field=label, value=value)

    def facet_and_label(self, rule: Rule) -> tuple[Facet, str]:
        """What is compared, and what it is called."""
        if self.record is not None:
            attribute = self.known.attribute(self.record, rule["field"])
            facet = attribute.facet() if attribute else Facet(NUMBER, rule["field"])
            return facet, self.label(facet)
        field = self.known.facts()[rule["field"]]
        of = rule.get("of", {})
        facet = field.facet(of, self.focus)
        if field.name == "focus":
            return facet, self.of_focus(of["attribute"])
        shown = {name: self.word(of[name], words) for name, words in field.parameters.items()}
        return facet, self.label(facet, **shown)

    def label(self, facet: Facet, **shown: str) -> str:
        """What a fact is called: in the clinic's own words where it has any."""
        return self.choose(facet.texts) if facet.texts else self.say(facet.label, **shown)

    def chosen(self, value: Any, facet: Facet) -> str:
        """One value of a fact in words."""
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
        if isinstance(value, list):
            return self.joined([self.chosen(each, facet) for each in value], N_("%(first)s and %(second)s"))
        return self.chosen(value, facet)

    def happened(self, rule: Rule) -> str:
        """Something that happened in words: how often, when, what it was."""
        record = RECORDS[rule["happened"]]
        words = self.count(rule.get("count", {"at_least": 1}), record)
        if rule.get("window"):
            words = self.within(words, rule["window"])
        if rule.get("where"):
            conditions = replace(self, record=record).whole({"all": rule["where"]})
            words = self.say(N_("%(record)s where %(conditions)s"), record=words, conditions=conditions)
        return words

    def count(self, count: Mapping[str, int], record: Record) -> str:
        """How many records in words."""
        [(way, number)] = count.items()
        if (way, number) == ("at_least", 1):
            return self.say(N_("has %(record)s"), record=self.say(record.label))
        if number == 0:
            return self.say(N_("has no %(records)s"), records=self.say(record.plural))
        messages = {
            "at_least": N_("has at least %(count)s %(records)s"),
            "at_most": N_("has at most %(count)s %(records)s"),
            "exactly": N_("has exactly %(count)s %(records)s"),
        }
        records = self.say(record.singular if number == 1 else record.plural)
        return self.say(messages[way], count=str(number), records=records)

    def within(self, words: str, window: Rule) -> str:
        """The same with its window."""
        if "last" in window:
            return self.say(N_("%(record)s within the last %(span)s"), record=words, span=self.span(window["last"]))
        if "next" in window:
            return self.say(N_("%(record)s within the next %(span)s"), record=words, span=self.span(window["next"]))
        first, second = (self.moment(moment) for moment in window["between"])
        return self.say(N_("%(record)s between %(first)s and %(second)s"), record=words, first=first, second=second)

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
        if "date" in moment:
            base = dt.date.fromisoformat(moment["date"]).isoformat()
        elif "focus" in moment:
            base = self.of_focus(moment["focus"])
        else:
            base = self.say(N_("today")) if "plus" in moment else self.say(N_("now"))
        later = {unit: number for unit, number in plus.items() if number > 0}
        earlier = {unit: number for unit, number in plus.items() if number < 0}
        if later:
            base = self.say(N_("%(span)s after %(moment)s"), span=self.span(later), moment=base)
        if earlier:
            base = self.say(N_("%(span)s before %(moment)s"), span=self.span(earlier), moment=base)
        return base

    def of_focus(self, name: str) -> str:
        """An attribute of the focus record in words."""
        attribute = self.known.attribute(self.focus, name) if self.focus else None
        label = self.label(attribute.facet()) if attribute else name
        return self.say(N_("the %(attribute)s of the record in focus"), attribute=label)
