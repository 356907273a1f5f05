"""Finds everything that is wrong with a form's content, each at its place. Never raises, whatever it is given."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from journeys.contact.forms.content import FORMAT
from journeys.contact.forms.questions import FIELD, QUESTIONS, REASON, TO_ANSWER_BY
from journeys.contact.media import MEDIA
from journeys.criteria.check import unknown_keys
from journeys.criteria.custom.types.base import choices_problems
from journeys.criteria.publish_segment import text_problems
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_
from journeys.store.contact import PURPOSES

KEYS = ["format", "name", "intro", "thanks", "branch", "questions", "consents", "sites"]
QUESTION_KEYS = ["asks", "field", "label", "needed", "choices"]
CONSENT_KEYS = ["purpose", "channel", "wording"]
MOST_QUESTIONS = 30
MOST_SITES = 20
SITE = re.compile(r"https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")
"""An origin as a browser names it (RFC 6454), for `frame-ancestors`."""


def form_problems(content: Any, fields: Collection[str], branches: Collection[str]) -> list[Problem]:
    """All problems, in reading order. `fields` are the custom fields that forms may ask, `branches` the slugs of all
    branches."""
    if not isinstance(content, dict):
        return [Problem("", N_("Write named values"))]
    found = list(unknown_keys(content, "", KEYS))
    if content.get("format") != FORMAT:
        found.append(Problem("format", N_("This version of Waymark reads format %(format)s"), {"format": FORMAT}))
    found += text_problems(content.get("name"), "name", is_needed=True)
    for part in ("intro", "thanks"):
        found += text_problems(content.get(part), part, is_needed=False)
    if content.get("branch") and content["branch"] not in branches:
        found.append(Problem("branch", N_("Choose one of the list")))
    found += questions_problems(content.get("questions"), fields)
    found += consents_problems(content.get("consents", []))
    found += sites_problems(content.get("sites", []))
    return found


def questions_problems(questions: Any, fields: Collection[str]) -> Iterator[Problem]:
    """Some questions, each once, and one of them tells how to answer."""
    if not isinstance(questions, list) or not questions:
        yield Problem("questions", N_("Ask at least one thing"))
        return
    if len(questions) > MOST_QUESTIONS:
        yield Problem("questions", N_("At most %(most)s questions"), {"most": MOST_QUESTIONS})
        return
    seen = set()
    for place, question in enumerate(questions):
        where = f"questions.{place}"
        yield from question_problems(question, where, fields)
        what = (question.get("asks"), question.get("field")) if isinstance(question, dict) else None
        if what is not None and repr(what) in seen:
            yield Problem(f"{where}.asks", N_("This is asked twice"))
        seen.add(repr(what))
    if not any(isinstance(each, dict) and each.get("asks") in TO_ANSWER_BY for each in questions):
        yield Problem("questions", N_("Ask for a phone number or an e-mail address, so that somebody can answer"))


def question_problems(question: Any, where: str, fields: Collection[str]) -> Iterator[Problem]:
    """One question."""
    if not isinstance(question, dict):
        yield Problem(where, N_("Write named values"))
        return
    yield from unknown_keys(question, where, QUESTION_KEYS)
    what = question.get("asks")
    if not isinstance(what, str) or what not in QUESTIONS:
        yield Problem(f"{where}.asks", N_("Choose one of: %(choices)s"), {"choices": ", ".join(QUESTIONS)})
        return
    yield from text_problems(question.get("label"), f"{where}.label", is_needed=False)
    if what == FIELD and question.get("field") not in fields:
        yield Problem(f"{where}.field", N_("Choose a custom field of patients that forms may ask"))
    if what != FIELD and question.get("field"):
        yield Problem(f"{where}.field", N_("This belongs to a question about a custom field"))
    if what == REASON:
        yield from choices_problems(question.get("choices"), f"{where}.choices")
    elif question.get("choices"):
        yield Problem(f"{where}.choices", N_("Only the reason for contact has choices of the form's own"))


def consents_problems(consents: Any) -> Iterator[Problem]:
    """Each box is about one purpose on one medium, and says so in a wording of its own (GDPR 7: not bundled)."""
    if not isinstance(consents, list):
        yield Problem("consents", N_("Write a list"))
        return
    seen = set()
    for place, each in enumerate(consents):
        where = f"consents.{place}"
        if not isinstance(each, dict):
            yield Problem(where, N_("Write named values"))
            continue
        yield from unknown_keys(each, where, CONSENT_KEYS)
        yield from one_of(each.get("purpose"), PURPOSES, f"{where}.purpose")
        yield from one_of(each.get("channel"), MEDIA, f"{where}.channel")
        yield from text_problems(each.get("wording"), f"{where}.wording", is_needed=True)
        about = repr((each.get("purpose"), each.get("channel")))
        if about in seen:
            yield Problem(f"{where}.channel", N_("This is asked twice"))
        seen.add(about)


def one_of(value: Any, known: Collection[str] | Mapping[str, Any], where: str) -> Iterator[Problem]:
    """A word of a closed list."""
    if not isinstance(value, str) or value not in known:
        yield Problem(where, N_("Choose one of: %(choices)s"), {"choices": ", ".join(known)})


def sites_problems(sites: Any) -> Iterator[Problem]:
    """Addresses of websites, without a path."""
    if not isinstance(sites, list) or len(sites) > MOST_SITES:
        yield Problem("sites", N_("Write at most %(most)s addresses"), {"most": MOST_SITES})
        return
    if not all(isinstance(each, str) and SITE.fullmatch(each) for each in sites):
        yield Problem("sites", N_("Write each as https://www.example.org, without what follows"))
