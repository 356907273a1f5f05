"""Reads a valid rule out as one plain sentence, in the reader's language.

Everything people see is a message id, translated by the `translate` that the reader's side gives. Groups inside groups
stand in brackets. Codes stand as they were written; closed values, units and counts are put into words. Which facts of
the patient may be unknown, and that they do not count then, is said once at the end; where they do, it stands beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from journeys.criteria.fields import RECORDS
from journeys.criteria.fields.base import Record
from journeys.criteria.kinds import NUMBER, Facet
from journeys.criteria.known import NOTHING_KNOWN, Known
from journeys.criteria.linked import LINKS
from journeys.criteria.operators import OPERATORS
from journeys.criteria.phrases import Phrases, Say, Translate
from journeys.criteria.shapes import GROUPS, PICKS, Rule, parts_of, pick_of, shape_of
from journeys.foundation.tables import Texts
from journeys.foundation.words import N_, in_language


def in_english(texts: Texts) -> str:
    """The English text, or another where there is none."""
    return in_language(texts, "en")


def sentence(
    rule: Rule, translate: Translate, focus: str | None = None, known: Known = NOTHING_KNOWN, say: Say = in_english
) -> str:
    """The rule in words; `focus` is the kind of record that the journey is about.

    `say` chooses the reader's language of texts that the clinic wrote: names of custom fields and value sets.
    """
    reader = Reader(translate, say, known, RECORDS.get(focus or ""))
    words = reader.whole(rule)
    unknown = list(dict.fromkeys(reader.may_be_unknown(rule)))
    if not unknown:
        return words
    facts = reader.joined(unknown, N_("%(first)s or %(second)s"))
    return reader.say(N_("%(rule)s (unknown %(facts)s does not count)"), rule=words, facts=facts)


FOCUS = "focus"
WHICH = {
    "first_of": N_("the first %(record)s"),
    "last_of": N_("the last %(record)s"),
    "next_of": N_("the next %(record)s"),
}


def unwrapped(rule: Rule) -> Rule:
    """The rule inside groups that hold only one."""
    shape = shape_of(rule)
    while shape in {"all", "any"} and len(rule[shape]) == 1:
        rule = rule[shape][0]
        shape = shape_of(rule)
    return rule


def is_any(rule: Rule) -> bool:
    """Whether a rule asks for any record at all that fits."""
    return (
        "happened" in rule
        and not {*PICKS, "days"} & set(rule)
        and rule.get("count", {"at_least": 1}) == {"at_least": 1}
    )


@dataclass(frozen=True)
class Reader(Phrases):
    """Puts rules into words; `record` is set while inside the conditions on something that happened."""

    record: Record | None = None

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
            name = self.choose(self.known.name_of(rule["segment"]))
            return self.say(N_("is in the segment %(segment)s"), segment=name)
        return self.happened(rule) if shape == "happened" else self.fact(rule)

    def part(self, rule: Rule) -> str:
        """A rule in words inside another one: groups of several parts in brackets."""
        words = self.whole(rule)
        return f"({words})" if shape_of(unwrapped(rule)) in {"all", "any"} else words

    def none(self, parts: Sequence[Rule]) -> str:
        """None of several rules; one thing that must not have happened reads as "no …"."""
        if len(parts) == 1 and is_any(parts[0]):
            return self.happened({**parts[0], "count": {"exactly": 0}})
        if len(parts) == 1:
            return self.say(N_("not (%(rule)s)"), rule=self.whole(parts[0]))
        words = self.joined([self.part(part) for part in parts], N_("%(first)s or %(second)s"))
        return self.say(N_("none of these: (%(rule)s)"), rule=words)

    def fact(self, rule: Rule) -> str:
        """A condition on a fact in words."""
        facet, label = self.facet_and_label(rule)
        operator = OPERATORS[rule["is"]]
        value = self.value(rule.get("value"), operator.takes[facet.kind], facet)
        words = self.say(operator.sentence, field=label, value=value)
        return self.say(N_("%(condition)s (also when not known)"), condition=words) if "unknown" in rule else words

    def may_be_unknown(self, rule: Rule) -> Iterator[str]:
        """What the facts are called that a condition does not count when they are not known."""
        if shape_of(rule) in GROUPS:
            for part in parts_of(rule):
                yield from self.may_be_unknown(part)
        elif "field" in rule and "unknown" not in rule and self.is_mentioned(rule):
            yield self.label(self.facet_and_label(rule)[0]) if rule["field"] == FOCUS else self.facet_and_label(rule)[1]

    def is_mentioned(self, rule: Rule) -> bool:
        """Whether the fact may be unknown, and the condition does not ask just that."""
        return OPERATORS[rule["is"]].of_unknown is None and self.known.facts()[rule["field"]].may_be_unknown

    def facet_and_label(self, rule: Rule) -> tuple[Facet, str]:
        """What is compared, and what it is called."""
        if self.record is not None:
            attribute = self.known.attribute(self.record, rule["field"])
            facet = attribute.facet() if attribute else Facet(NUMBER, rule["field"])
            return facet, self.label(facet)
        field = self.known.facts()[rule["field"]]
        of = rule.get("of", {})
        facet = field.facet(of, self.focus)
        if field.name == FOCUS:
            return facet, self.of_focus(of["attribute"])
        shown = {name: self.word(of[name], words) for name, words in field.parameters.items()}
        return facet, self.label(facet, **shown)

    def happened(self, rule: Rule) -> str:
        """Something that happened in words: how often, or which one; when, what it was, and what was beside it."""
        record = RECORDS[rule["happened"]]
        pick = pick_of(rule)
        words = self.say(N_("is one")) if pick else self.how_many(rule, record)
        if rule.get("not_done"):
            words = self.say(N_("%(record)s that somebody decided against"), record=words)
        if rule.get("window"):
            words = self.within(words, rule["window"])
        if "linked" in rule:
            words = self.say(N_("%(record)s linked with it %(how)s"), record=words, how=self.say(LINKS[rule["linked"]]))
        words = self.where(words, record, rule.get("where"))
        if rule.get("also"):
            beside = replace(self, outer=record).whole({"all": rule["also"]})
            words = self.say(N_("%(record)s, and with it: %(rules)s"), record=words, rules=beside)
        return self.picked(pick, record, rule, words) if pick else words

    def where(self, words: str, record: Record, conditions: Sequence[Rule] | None) -> str:
        """Records in words, with the conditions on them."""
        if not conditions:
            return words
        said = replace(self, record=record).whole({"all": conditions})
        return self.say(N_("%(record)s where %(conditions)s"), record=words, conditions=said)

    def picked(self, pick: str, record: Record, rule: Rule, found: str) -> str:
        """The first, last or next record in words, and how it has to be."""
        which = self.where(self.say(WHICH[pick], record=self.say(record.singular)), record, rule[pick])
        if not any(rule.get(key) for key in ("where", "window", "also", "linked", "not_done")):
            return self.say(N_("has %(record)s"), record=which)
        return self.say(N_("%(which)s %(found)s"), which=which, found=found)

    def how_many(self, rule: Rule, record: Record) -> str:
        """How many records there are, or on how many days, in words."""
        if "days" not in rule:
            return self.count(rule.get("count", {"at_least": 1}), record)
        data = {"count": str(rule["days"]["at_least"]), "records": self.say(record.plural)}
        return self.say(N_("has %(records)s on at least %(count)s days"), **data)

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
