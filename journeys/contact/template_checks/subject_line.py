"""An e-mail has a subject, short enough to be read on a phone."""

from __future__ import annotations

from collections.abc import Iterable

from journeys.contact.media.base import Medium
from journeys.contact.template_checks.base import SUBJECT, WARNING, Check, Looked
from journeys.contact.texts.worst_case import at_its_longest
from journeys.foundation.errors import Problem
from journeys.foundation.words import N_

MOST = 70
"""Letters that a subject may have at its longest."""

MISSING = N_("Without a subject the e-mail is named after the clinic. Say in a few words what it is about")
LONG = N_("The subject can get %(letters)s letters long, and phones show about %(most)s. Put what matters first")


class SubjectLine(Check):
    """Short, descriptive subjects."""

    source = "NHS, Writing NHS messages, https://service-manual.nhs.uk/content/writing-nhs-messages"

    def look(self, looked: Looked) -> Iterable[Problem]:
        """Each language; nothing where it never goes by e-mail."""
        subjects = {spot.language: spot for spot in looked.spoken_where(has_subject, SUBJECT)}
        for spot in looked.spoken_where(has_subject):
            subject = subjects.get(spot.language)
            if subject is None:
                where = f"{spot.where.rpartition('.')[0]}.subject"
                yield Problem(where, MISSING, {}, WARNING)
                continue
            letters = len(at_its_longest(subject.parsed, looked.fields, spot.language))
            if letters > MOST:
                yield Problem(subject.where, LONG, {"letters": letters, "most": MOST}, WARNING)


def has_subject(medium: type[Medium]) -> bool:
    """Whether its messages have one."""
    return medium.has_subject
