"""Templates as consultants write them: read into parts, and judged whole, every problem with its language and place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from journeys.contact import keywords, merge
from journeys.contact.ladder import spoken
from journeys.contact.merge_fields import MERGE_FIELDS, MergeField
from journeys.contact.sms_text import measure
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import PURPOSES

FORMAT = 1
KEYS = frozenset(
    {"format", "name", "description", "purpose", "content_level", "texts", "answers", "fallback", "channels"}
)
LEVELS = (0, 1, 2, 3)
MOST_PARTS = 3
"""How many text messages one text may become at its longest."""

Fields = Mapping[str, MergeField]
"""What a template may say, by name."""

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?")
CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class Variant:
    """A template in one language, taken apart; the subject is empty where none was written."""

    subject: merge.Text
    body: merge.Text


@dataclass(frozen=True)
class Template:
    """A published template; `answers` are the replies it knows, as typed → their meaning."""

    purpose: str
    content_level: int
    variants: Mapping[str, Variant]
    answers: Mapping[str, str] = field(default_factory=dict)


def read(content: Mapping[str, Any]) -> Template:
    """Read a template that was checked when it was published."""
    variants = {
        language: Variant(merge.parse(text.get("subject") or ""), merge.parse(text["body"]))
        for language, text in content["texts"].items()
    }
    answers = {keywords.normalise(typed): meaning for typed, meaning in content.get("answers", {}).items()}
    return Template(content["purpose"], content.get("content_level", 0), variants, answers)


def problems(
    content: Mapping[str, Any], languages: Sequence[str] = ("en",), fields: Fields = MERGE_FIELDS
) -> list[Problem]:
    """Everything wrong with a template; `languages` are those that the clinic wants every text in, `fields` what it
    may say."""
    found = list(of_the_whole(content))
    texts = content.get("texts")
    if not isinstance(texts, Mapping) or not texts:
        return [*found, Problem("texts", N_("Write the text in at least one language"))]
    for language in languages:
        if language not in texts:
            missing = N_("The text is missing in %(language)s")
            found.append(Problem(f"texts.{language}", missing, {"language": language}))
    for language, text in texts.items():
        found += of_variant(language, text, content, fields)
    return found


def of_the_whole(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Problems of everything but the texts."""
    for key in content:
        if key not in KEYS:
            yield Problem(key, N_("A template has no %(key)s"), {"key": key})
    if content.get("format") != FORMAT:
        yield Problem("format", N_("This version of Waymark reads format %(format)s"), {"format": FORMAT})
    if content.get("purpose") not in PURPOSES:
        yield Problem("purpose", N_("Choose one of: %(known)s"), {"known": ", ".join(PURPOSES)})
    if content.get("content_level", 0) not in LEVELS:
        yield Problem("content_level", N_("Content levels go from 0 to %(highest)s"), {"highest": LEVELS[-1]})
    texts = content.get("texts")
    fallback = content.get("fallback")
    if fallback is not None and not (isinstance(fallback, str) and isinstance(texts, Mapping) and fallback in texts):
        yield Problem("fallback", N_("The fallback language has no text"))
    channels = content.get("channels", [])
    if not isinstance(channels, list) or not set(map(str, channels)) <= spoken():
        yield Problem("channels", N_("Choose channels of: %(known)s"), {"known": ", ".join(sorted(spoken()))})
    yield from of_answers(content.get("answers", {}))


def of_answers(answers: Any) -> Iterator[Problem]:
    """Problems of the replies that a template knows."""
    if not isinstance(answers, Mapping):
        yield Problem("answers", N_("Give each reply its meaning"))
        return
    seen: set[str] = set()
    for typed, meaning in answers.items():
        where = f"answers.{typed}"
        plain = keywords.normalise(str(typed))
        if not plain:
            yield Problem(where, N_("A reply needs letters or digits"))
        elif keywords.kind_of(plain) in {keywords.STOP, keywords.WRONG_NUMBER}:
            yield Problem(where, N_("This word always means that the patient wants no more messages"))
        elif plain in seen:
            yield Problem(where, N_("The same reply stands here twice"))
        seen.add(plain)
        if not isinstance(meaning, str) or CODE.fullmatch(meaning) is None:
            yield Problem(where, N_("Name the meaning with lower-case letters, for example confirm"))


def of_variant(language: str, text: Any, content: Mapping[str, Any], fields: Fields) -> Iterator[Problem]:
    """Problems of the text in one language."""
    where = f"texts.{language}"
    if LANGUAGE.fullmatch(language) is None:
        yield Problem(where, N_("%(language)s is no language code, such as en or es-MX"), {"language": language})
    if not isinstance(text, Mapping) or not isinstance(text.get("body"), str) or not text["body"].strip():
        yield Problem(f"{where}.body", N_("Write the text"))
        return
    for key in text:
        if key not in {"subject", "body"}:
            yield Problem(f"{where}.{key}", N_("A text has a subject and a body"))
    subject = text.get("subject") or ""
    if not isinstance(subject, str) or "\n" in subject:
        yield Problem(f"{where}.subject", N_("A subject is one line of text"))
        subject = ""
    yield from of_text(f"{where}.subject", subject, content, fields)
    yield from of_text(f"{where}.body", text["body"], content, fields)
    yield from of_length(f"{where}.body", text["body"], fields)


def of_text(where: str, text: str, content: Mapping[str, Any], fields: Fields) -> Iterator[Problem]:
    """Problems of one text: how its places are written, which fields they name, and what those reveal."""
    yield from merge.problems(text, where)
    level = content.get("content_level", 0)
    for place in merge.places(merge.parse(text)):
        known = fields.get(place.field)
        if known is None:
            yield Problem(where, N_("There is no field %(field)s"), {"field": place.field})
        elif isinstance(level, int) and known.level > level:
            says = N_("%(field)s reveals more (level %(level)s) than the content level of the template allows")
            yield Problem(where, says, {"field": place.field, "level": known.level})


def of_length(where: str, body: str, fields: Fields) -> Iterator[Problem]:
    """A text that could become too many text messages: an error; more than one: a warning."""
    size = measure(at_its_longest(merge.parse(body), fields))
    data = {"parts": size.parts, "most": MOST_PARTS, "letter": size.forced_by or ""}
    if size.parts > MOST_PARTS:
        yield Problem(where, N_("The text can become %(parts)s text messages; at most %(most)s may be sent"), data)
    elif size.parts > 1 and size.forced_by:
        says = N_("The text can become %(parts)s text messages, because of the letter %(letter)s")
        yield Problem(where, says, data, severity="warning")
    elif size.parts > 1:
        yield Problem(where, N_("The text can become %(parts)s text messages"), data, severity="warning")


def at_its_longest(text: merge.Text, fields: Fields = MERGE_FIELDS) -> str:
    """The text with every place as long as it is reckoned to get."""
    return "".join(part if isinstance(part, str) else longest(part, fields) for part in text)


def longest(place: merge.Place, fields: Fields) -> str:
    """The longest that a place is reckoned to get."""
    known = fields.get(place.field)
    value = "n" * (known.longest if known else 0)
    return max(value, place.default or "", key=len)
