"""Templates as consultants write them: read into parts, and judged whole, every problem with its language and place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from journeys.contact.channels import CARRIED
from journeys.contact.deciding.ladder import spoken
from journeys.contact.replies.letters import normalise
from journeys.contact.rules.content_level import Levels
from journeys.contact.template_checks import CHECKS
from journeys.contact.template_checks.base import Looked
from journeys.contact.texts import merge
from journeys.contact.texts.long_text import fields_in
from journeys.contact.texts.merge_fields import MERGE_FIELDS
from journeys.contact.texts.text_uses import USES, are_uses
from journeys.contact.texts.wordings import Wordings, quoted_in, written_out
from journeys.contact.texts.worst_case import Fields
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import PURPOSES

FORMAT = 1
KEYS = frozenset(
    {
        "format",
        "name",
        "description",
        "purpose",
        "content_level",
        "texts",
        "answers",
        "answer_names",
        "fallback",
        "channels",
        "uses",
    }
)
LEVELS = (0, 1, 2, 3)
PARTS = frozenset({"subject", "body"})
OWN_PARTS = PARTS | {"long"}
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?")


@dataclass(frozen=True)
class Variant:
    """A template in one language, taken apart; the subject is empty where none was written. `others` are what is said
    instead on one medium alone, `long` the source of a long e-mail or letter in the place of the body."""

    subject: merge.Text
    body: merge.Text
    long: str = ""
    others: Mapping[str, Variant] = field(default_factory=dict)

    def on(self, medium: str) -> Variant:
        """What is said on a medium."""
        return self.others.get(medium, self)


@dataclass(frozen=True)
class Template:
    """A published template; `answers` are the replies it knows, as typed → their meaning."""

    purpose: str
    content_level: int
    variants: Mapping[str, Variant]
    answers: Mapping[str, str] = field(default_factory=dict)

    def fields(self) -> set[str]:
        """The fields that it names, in every language and on every medium."""
        every = [each for variant in self.variants.values() for each in (variant, *variant.others.values())]
        places = [place for each in every for text in (each.subject, each.body) for place in merge.places(text)]
        return {place.field for place in places} | {name for each in every for name in fields_in(each.long)}


def read(content: Mapping[str, Any], wordings: Wordings | None = None) -> Template:
    """Read a template that was checked when it was published, with the wordings that are pinned to it."""
    texts = written_out(content, wordings or {})["texts"]
    variants = {language: read_variant(text) for language, text in texts.items()}
    answers = {normalise(typed): meaning for typed, meaning in content.get("answers", {}).items()}
    return Template(content["purpose"], content.get("content_level", 0), variants, answers)


def read_variant(text: Mapping[str, Any]) -> Variant:
    """One language; what a medium does not say in its own way, it says in the common one."""
    common = Variant(merge.parse(text.get("subject") or ""), merge.parse(text["body"]))
    others = {
        medium: Variant(
            merge.parse(own["subject"]) if own.get("subject") else common.subject,
            merge.parse(own["body"]) if own.get("body") else common.body,
            own.get("long") or "",
        )
        for medium, own in (text.get("instead") or {}).items()
    }
    return replace(common, others=others)


def problems(
    content: Mapping[str, Any],
    languages: Sequence[str] = ("en",),
    fields: Fields = MERGE_FIELDS,
    levels: Any = None,
    wordings: Wordings | None = None,
) -> list[Problem]:
    """Everything wrong with a template; `languages` are those that the clinic wants every text in, `fields` what it
    may say, `levels` how much each medium may reveal (by default as the contact rule has it), `wordings` what it may
    quote."""
    found = list(of_the_whole(content))
    texts = content.get("texts")
    if not isinstance(texts, Mapping) or not texts:
        found.append(Problem("texts", N_("Write the text in at least one language")))
    else:
        for language, text in texts.items():
            found += of_variant(str(language), text)
    in_force = wordings or {}
    whole = written_out(content, in_force)
    looked = Looked(whole, languages, fields, levels or Levels(), in_force, quoted_in(content))
    for check in CHECKS.values():
        found += check().look(looked)
    return found


def of_the_whole(content: Mapping[str, Any]) -> Iterator[Problem]:
    """What of the shape is wrong, but for the texts."""
    for key in content:
        if key not in KEYS:
            yield Problem(key, N_("A template has no %(key)s"), {"key": key})
    if content.get("format") != FORMAT:
        yield Problem("format", N_("This version of Waymark reads format %(format)s"), {"format": FORMAT})
    if content.get("purpose") not in PURPOSES:
        yield Problem("purpose", N_("Choose one of: %(known)s"), {"known": ", ".join(PURPOSES)})
    if content.get("content_level", 0) not in LEVELS:
        yield Problem("content_level", N_("Content levels go from 0 to %(highest)s"), {"highest": LEVELS[-1]})
    if "uses" in content and not are_uses(content["uses"]):
        yield Problem("uses", N_("Choose at least one of: %(known)s"), {"known": ", ".join(USES)})
    channels = content.get("channels", [])
    if not isinstance(channels, list) or not set(map(str, channels)) <= spoken():
        yield Problem("channels", N_("Choose channels of: %(known)s"), {"known": ", ".join(sorted(spoken()))})


def of_variant(language: str, text: Any) -> Iterator[Problem]:
    """What of the shape of the text in one language is wrong."""
    where = f"texts.{language}"
    if LANGUAGE.fullmatch(language) is None:
        yield Problem(where, N_("%(language)s is no language code, such as en or es-MX"), {"language": language})
    if not isinstance(text, Mapping) or not isinstance(text.get("body"), str) or not text["body"].strip():
        yield Problem(f"{where}.body", N_("Write the text"))
        return
    yield from of_parts(where, text, PARTS | {"instead"})
    own = text.get("instead", {})
    if not isinstance(own, Mapping):
        yield Problem(f"{where}.instead", N_("Name a channel, then its text"))
        return
    for medium, other in own.items():
        if medium not in CARRIED:
            known = ", ".join(CARRIED)
            yield Problem(f"{where}.instead.{medium}", N_("Choose channels of: %(known)s"), {"known": known})
        elif not isinstance(other, Mapping):
            yield Problem(f"{where}.instead.{medium}", N_("Write the text"))
        else:
            yield from of_parts(f"{where}.instead.{medium}", other, OWN_PARTS)


def of_parts(where: str, text: Mapping[str, Any], known: frozenset[str]) -> Iterator[Problem]:
    """The parts of one text: which there are, and that a subject is one line."""
    for key in text:
        if key not in known:
            yield Problem(f"{where}.{key}", N_("A text has a subject and a body"))
    for key in ("body", "long"):
        if not isinstance(text.get(key) or "", str):
            yield Problem(f"{where}.{key}", N_("Write the text"))
    subject = text.get("subject") or ""
    if not isinstance(subject, str) or "\n" in subject:
        yield Problem(f"{where}.subject", N_("A subject is one line of text"))
