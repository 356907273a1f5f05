"""Says in words what changed since approval of a journey was asked for, of all that it is judged by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from journeys.contact.rules import RULES
from journeys.flow.text.catalogue import Catalogue
from journeys.flow.words.comparing import IN_HEAD
from journeys.flow.words.problem_words import data_in_names, speakers_in
from journeys.flow.words.reader import ENGLISH, Reader
from journeys.flow.words.value_words import NOT_WRITTEN, Words, differences
from journeys.foundation.words import N_
from journeys.store.putting_in_force.definitions import FIELD, JOURNEY, SEGMENT, TEMPLATE, VALUE_SET
from journeys.store.putting_in_force.two_people import Basis, Question

SAVED = N_("The draft was saved again")
CHANGED = {
    TEMPLATE: N_("The template “%(name)s” was changed"),
    SEGMENT: N_("The segment “%(name)s” was changed"),
    VALUE_SET: N_("The value set “%(name)s” was changed"),
    FIELD: N_("The field “%(name)s” was changed"),
    JOURNEY: N_("The journey “%(name)s” was changed"),
}
RULE = N_("Contact rule “%(what)s”: %(old)s → %(new)s")
JOINED = N_("The journey “%(name)s” came into the group, with priority %(new)s")
LEFT = N_("The journey “%(name)s” is no longer in force in the group")
MOVED = N_("The journey “%(name)s” has priority %(new)s in the group instead of %(old)s")
SETTINGS = {
    "languages": N_("Languages of the organisation"),
    "time_zone": N_("Time zone of the organisation"),
}
SAYS_NOW = N_("A check says now: %(says)s")
SAYS_NO_LONGER = N_("A check no longer says: %(says)s")
PROVES = N_("A check proves in another way: %(says)s")


def changed_since(question: Question, catalogue: Catalogue, reader: Reader = ENGLISH) -> list[str]:
    """One sentence for each thing that differs, the draft first; of what follows from another draft nothing is said.

    Empty for a question that kept only its fingerprint.
    """
    then = question.review.judged_by
    if then is None:
        return []
    is_other_draft = question.is_saved_again or then["draft"] != question.now["draft"]
    saved = [reader.translate(SAVED)] if is_other_draft else []
    since = Since(then, question.now, catalogue, reader)
    return list(dict.fromkeys((*saved, *since.found(is_other_draft))))


class Since:
    """What a journey was judged by, then and now, side by side."""

    def __init__(self, then: Basis, now: Basis, catalogue: Catalogue, reader: Reader) -> None:
        """Keep both, and who reads."""
        self.then, self.now = then, now
        self.catalogue = catalogue
        self.reader = reader
        self.speaking = speakers_in({}, reader)

    def found(self, is_other_draft: bool) -> Iterator[str]:
        """Everything, in the order in which it is looked at; nothing that another draft can be the reason of."""
        if "uses" in self.now:
            if not is_other_draft:
                yield from self.in_uses()
                yield from self.in_group()
            yield from self.in_rules()
            yield from self.in_organisation()
        if not is_other_draft:
            yield from self.in_checks()

    def in_uses(self) -> Iterator[str]:
        """What is named, and has another version by now or none."""
        for key, _old, _new in pairs(self.then["uses"], self.now["uses"]):
            kind, _, slug = key.partition("/")
            yield self.says(CHANGED[kind], name=self.name_of(kind, slug))

    def in_rules(self) -> Iterator[str]:
        """Parameters of contact rules, where it wrote to somebody then and does so now."""
        if not self.then["rules"] or not self.now["rules"]:
            return
        for name, old, new in pairs(self.then["rules"], self.now["rules"]):
            label = self.reader.translate(RULES[name].label) if name in RULES else name
            for what, before, after in differences(old, new, name, Words(self.reader), label):
                yield self.says(RULE, what=what, old=before, new=after)

    def in_group(self) -> Iterator[str]:
        """Other journeys of the group."""
        for slug, old, new in pairs(self.then["group"], self.now["group"]):
            words = JOINED if old is NOT_WRITTEN else LEFT if new is NOT_WRITTEN else MOVED
            yield self.says(words, name=self.name_of(JOURNEY, slug), old=old, new=new)

    def in_organisation(self) -> Iterator[str]:
        """Languages and clock."""
        for key, old, new in pairs(self.then["organisation"], self.now["organisation"]):
            label = self.reader.translate(SETTINGS[key])
            for what, before, after in differences(old, new, key, Words(self.reader), label):
                yield self.says(IN_HEAD, what=what, old=before, new=after)

    def in_checks(self) -> Iterator[str]:
        """Sentences of checks that are new, gone, or proven by another way."""
        then = {sentence_of(each): each["way"] for each in self.then["checks"]}
        now = {sentence_of(each): each["way"] for each in self.now["checks"]}
        said = {sentence_of(each): each for each in (*self.then["checks"], *self.now["checks"])}
        for key, old, new in pairs(then, now):
            words = SAYS_NOW if old is NOT_WRITTEN else SAYS_NO_LONGER if new is NOT_WRITTEN else PROVES
            named = data_in_names(said[key]["data"], self.speaking)
            yield self.says(words, says=self.says(said[key]["says"], **named))

    def name_of(self, kind: str, slug: str) -> str:
        """What people call it, as far as it is in force."""
        contents = {
            TEMPLATE: self.catalogue.templates,
            SEGMENT: self.catalogue.segments,
            JOURNEY: self.catalogue.journeys,
        }
        if kind == VALUE_SET:
            names = self.catalogue.value_sets[slug].name if slug in self.catalogue.value_sets else None
        elif kind == FIELD:
            names = self.catalogue.custom[slug].field.name if slug in self.catalogue.custom else None
        else:
            names = contents[kind].get(slug, {}).get("name")
        return self.reader.say(dict(names)) if names else slug

    def says(self, words: str, **data: Any) -> str:
        """One sentence; one that has no places keeps its per cents."""
        sentence = self.reader.translate(words)
        return sentence % data if data else sentence


def pairs(then: Mapping[Any, Any], now: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """(key, before, after) of all that differs."""
    for key in dict.fromkeys((*then, *now)):
        old, new = then.get(key, NOT_WRITTEN), now.get(key, NOT_WRITTEN)
        if old != new:
            yield key, old, new


def sentence_of(said: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a sentence of a check the same one."""
    return said["where"], said["says"], tuple(sorted((name, str(value)) for name, value in said["data"].items()))
