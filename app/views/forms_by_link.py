"""A clinic's form at its own address: no sign-in, no script and no cookie needed, and looking changes nothing."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, g, request
from flask_limiter import Limiter, RequestLimit
from flask_limiter.util import get_remote_address

from app.base import Screen, by_link, clock, expose, perform_by_link, say
from app.base.headers import let_frame
from app.base.words import preferred_language, speak
from journeys.contact.forms.answers import TICKED
from journeys.contact.forms.content import Asked, Form
from journeys.contact.forms.open_form import open_form
from journeys.contact.forms.questions import QUESTIONS
from journeys.contact.forms.submit_form import Sent, purpose_of, submit_form
from journeys.contact.forms.tickets import ticket_of
from journeys.contact.inbound.act_on_intent import WORDS
from journeys.foundation.errors import Invalid, Problem
from journeys.foundation.tokens import blind
from journeys.foundation.words import N_, in_language

PER_ADDRESS = "10 per 1 minute; 60 per 1 hour"
LARGEST = 262_144
"""Bytes of a form that is sent in."""

TOO_MANY = N_(
    "Much was sent from where you are. Everything that you wrote is still here: wait a minute, send it again."
)
TOO_LARGE = N_("This is too much at once. Write less, and send it again.")
OF_FIELDS = {"text": "line", "number": "number", "date": "day", "yes-no": "choice", "choice": "choice"}
BOXES = "boxes"
OTHER_LANGUAGE = "other_language"
"""The button that shows the page in another language, with all that was typed."""

OF_THE_PAGE = ("ticket", "website", "language", OTHER_LANGUAGE)
"""What a page sends along besides answers."""

YES_NO = {"yes": N_("Yes"), "no": N_("No")}


@dataclass(frozen=True)
class Shown:
    """One question as the page draws it: where it stands, what was typed, what is wrong with it."""

    id: str
    key: str
    label: str
    control: str
    autocomplete: str
    longest: int
    is_needed: bool
    choices: list[tuple[str, str]] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What was typed, and what is wrong with it, as the summary of other forms has it."""

    questions: list[Shown]
    elsewhere: list[str]

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """(id of the control, label, sentence), in the order of the page."""
        return [(each.id, each.label, says) for each in self.questions for says in each.faults]


class FormsByLink(Screen):
    """The page of a form, and the thanks."""

    name = "forms"

    @expose("/<slug>", methods=("GET", "POST"))
    @by_link
    def index(self, slug: str) -> tuple[str, int]:
        """Ask; and take in what is sent."""
        form = self._opened(slug)
        if request.method == "GET" or OTHER_LANGUAGE in request.form:
            return self._ask(form)
        if (request.content_length or 0) > LARGEST:
            return self._ask(form, [Problem("", TOO_LARGE)], 413)
        region = current_app.config["WAYMARK"].phone_region
        try:
            taken = perform_by_link(submit_form, slug, sent(), region)
        except Invalid as invalid:
            return self._ask(form, invalid.problems, 422)
        return self.page(
            "forms/thanks.html",
            **about(form),
            thanks=in_language(form.thanks, language_of(form)) if form.thanks else "",
            emergency=in_language(WORDS["on_page"], language_of(form)) if taken.is_emergency else "",
        )

    def too_many(self, _limit: RequestLimit) -> Response:
        """Say to wait, and show again what was typed."""
        form = self._opened((request.view_args or {})["slug"])
        return current_app.make_response(self._ask(form, [Problem("", TOO_MANY)], 429))

    def _opened(self, slug: str) -> Form:
        form = perform_by_link(open_form, slug)
        speak(language_of(form))
        let_frame(form.sites)
        return form

    def _ask(self, form: Form, problems: Iterable[Problem] = (), status: int = 200) -> tuple[str, int]:
        language = language_of(form)
        return self.page(
            "forms/index.html",
            form=page_of(form, language, list(problems)),
            **about(form),
            intro=in_language(form.intro, language) if form.intro else "",
            boxes=[in_language(each.wording, language) for each in form.consents],
            ticked=[TICKED in request.form.getlist(f"consent.{place}") for place in range(len(form.consents))],
            ticket=ticket_of(purpose_of(form.slug), clock.now()),
            status=status,
        )


def limit_forms(limiter: Limiter, screen: FormsByLink) -> None:
    """Slow down whoever sends many; what is counted by names no address."""
    limit = functools.partial(limiter.limit, key_func=visitor, methods=["POST"], on_breach=screen.too_many)
    limit(PER_ADDRESS)(screen.blueprint)


def visitor() -> str:
    """Who sends, for today: a keyed hash of the address, which is never kept."""
    return blind("visitor", f"{clock.now().date()}|{get_remote_address()}").hex()


def sent() -> Sent:
    """What came with the request."""
    typed = {key: request.form.getlist(key) for key in request.form}
    return Sent(
        ticket=request.form.get("ticket", ""),
        language=g.form_language,
        typed={key: values for key, values in typed.items() if key not in OF_THE_PAGE},
        trap=request.form.get("website", ""),
    )


def language_of(form: Form) -> str:
    """The language that the visitor chose, or whose browser asks for it, among those of the form; a page that is sent
    in says which it was shown in."""
    if "form_language" not in g:
        chosen = request.form.get(OTHER_LANGUAGE) or request.form.get("language") or request.args.get("language", "")
        wanted = chosen if chosen in form.languages else preferred_language()
        g.form_language = wanted if wanted in form.languages else form.languages[0]
    return str(g.form_language)


def about(form: Form) -> Mapping[str, Any]:
    """What the page and the thanks share."""
    language = language_of(form)
    return {"slug": form.slug, "heading": in_language(form.name, language), "spoken": language, "known": form.languages}


def page_of(form: Form, language: str, problems: list[Problem]) -> Page:
    """The questions with what was typed, and each problem at its question."""
    keys = {each.key for each in form.questions}
    return Page(
        [shown(each, language, problems) for each in form.questions],
        [say(problem) for problem in problems if problem.where not in keys],
    )


def shown(question: Asked, language: str, problems: list[Problem]) -> Shown:
    """One question."""
    kind = QUESTIONS[question.asks]
    return Shown(
        id=question.key.replace(".", "-"),
        key=question.key,
        label=in_language(question.label, language),
        control=control_of(question),
        autocomplete=kind.autocomplete,
        longest=kind.longest,
        is_needed=question.is_needed,
        choices=choices_of(question, language),
        typed=request.form.getlist(question.key),
        faults=[say(problem) for problem in problems if problem.where == question.key],
    )


def control_of(question: Asked) -> str:
    """How it is drawn."""
    if question.custom is None:
        return QUESTIONS[question.asks].control
    return OF_FIELDS.get(question.custom.type, BOXES)


def choices_of(question: Asked, language: str) -> list[tuple[str, str]]:
    """What can be chosen."""
    if question.custom is not None and question.custom.type == "yes-no":
        return [(code, say(words)) for code, words in YES_NO.items()]
    return [(code, in_language(names, language)) for code, names in question.choices.items()]
