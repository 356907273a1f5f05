"""Takes in what a visitor sent by a form: kept raw once, a patient's where that is sure, else for a person to find out.

What the page says next is the same for whoever is known and whoever is not; only words that may tell of an emergency
are answered at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson
from sqlalchemy.orm import Session

from journeys.contact.forms.answers import Answers, Typed, read_answers
from journeys.contact.forms.content import Form, form_in_force
from journeys.contact.forms.questions import EMAIL, PHONE
from journeys.contact.forms.surely import surely
from journeys.contact.forms.tickets import age_of
from journeys.contact.inbound.sent_form import SentForm
from journeys.contact.replies.intents import EMERGENCY
from journeys.contact.replies.receive import Arrived, receive
from journeys.contact.replies.understand import understand
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_

CHANNEL = "web_form"
GOOD_FOR = dt.timedelta(hours=12)
SOONEST = dt.timedelta(seconds=2)
"""Nobody fills in a form faster than this."""

AGAIN = N_("This page could not be checked. Everything that you wrote is still here: send it once more.")
BY_A_MACHINE = N_("This looks as if a machine had filled it in. Look it over, and send it once more.")


@dataclass(frozen=True)
class Sent:
    """What came: the ticket of the page, the language that it was shown in, what was typed at each question, and what
    stood in the field that no person sees."""

    ticket: str
    language: str
    typed: Typed = field(repr=False)
    trap: str = field(default="", repr=False)


@dataclass(frozen=True)
class Taken:
    """What the page says next."""

    is_emergency: bool


def purpose_of(slug: str) -> str:
    """What the ticket of a form's page is for."""
    return f"form|{slug}"


def submit_form(session: Session, act: Act, slug: str, sent: Sent, region: str = "US") -> Taken:
    """Take it in, once however often it is sent; Invalid with every problem at its question, Missing without such a
    form."""
    form = form_in_force(session, slug)
    answers, problems = read_answers(form, sent.typed, region, act.now.date())
    refuse_errors([*problems, *page_problems(act, slug, sent)])
    words = answers.own_words(form)
    receive(session, act, arrived(form, sent, answers, words, surely(session, answers, region), region))
    return Taken(understand(words, {}).intent == EMERGENCY)


def page_problems(act: Act, slug: str, sent: Sent) -> Iterator[Problem]:
    """Whether the page was ours, of these hours, and filled in by a person."""
    age = age_of(purpose_of(slug), sent.ticket, act.now)
    if age is None or age > GOOD_FOR:
        yield Problem("", AGAIN)
    elif age < SOONEST or sent.trap:
        yield Problem("", BY_A_MACHINE)


def arrived(form: Form, sent: Sent, answers: Answers, words: str, patient: int | None, region: str) -> Arrived:
    """The same as one thing that came in."""
    agreed = tuple((each.purpose, each.channel) for each in answers.agreed)
    raw = orjson.dumps({"form": form.slug, "version": form.number, "typed": dict(sent.typed)})
    return Arrived(
        channel=CHANNEL,
        outside_id=hashlib.sha256(sent.ticket.encode() + raw).hexdigest(),
        sender=answers.values.get(PHONE) or answers.values.get(EMAIL) or "",
        text=answers.written(form, sent.language),
        raw=raw,
        region=region,
        form=SentForm(
            form.slug, form.number, sent.language, patient, agreed, words, answers.of_fields(form), form.branch
        ),
    )
