"""Approved wordings: what the clinic says about one thing everywhere, with who answers for it and what quotes it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import Column, ShapeForm, allowed, expose, form_for, paging, reading, say_texts
from app.base.look import may
from app.views.drafts import STATES, Content
from app.views.template_forms import LEVELS
from app.views.text_reviews import TextReviews
from journeys.contact.texts.languages import languages_of_texts
from journeys.contact.texts.template_problems import problems_in_force
from journeys.contact.texts.wording_uses import Quotation, uses_of_wording
from journeys.contact.texts.wordings import is_day
from journeys.foundation.errors import Problem, errors_in
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import JOURNEY, TEMPLATE, WORDING, find
from journeys.store.putting_in_force.late_reviews import late_reviews

SCREENS = {TEMPLATE: "templates", JOURNEY: "journeys"}
KINDS = {TEMPLATE: N_("template"), JOURNEY: N_("journey")}

COLUMNS = (
    Column(N_("Wording"), lambda row: say_texts(row.name), link=lambda row: f"/wordings/{row.slug}/"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Who answers for it"), lambda row: (row.draft or {}).get("owner", "")),
    Column(N_("Looked at again by"), lambda row: (row.draft or {}).get("review_on", ""), kind="muted"),
    Column(N_("Changed"), "changed_at", kind="moment"),
)


@dataclass(frozen=True)
class Text:
    """The words in one language."""

    language: str = field(metadata={"label": N_("Language"), "help": N_("A code, for example en or es.")})
    text: str = field(
        metadata={"label": N_("Text"), "help": N_("Fields such as {{clinic.phone}} may stand in it."), "rows": 3}
    )


@dataclass(frozen=True)
class WordingForm:
    """A wording."""

    name: dict[str, str] = field(metadata={"label": N_("Name")})
    owner: str = field(default="", metadata={"label": N_("Who answers for it"), "help": N_("A person or a role.")})
    review_on: dt.date | None = field(default=None, metadata={"label": N_("Looked at again by")})
    content_level: int = field(default=0, metadata={"label": N_("How much it reveals"), "choices": LEVELS})
    texts: tuple[Text, ...] = field(default=(), metadata={"label": N_("Texts")})


class Wordings(TextReviews):
    """The list, the editor, the review page."""

    name = "wordings"
    kind = WORDING
    plural = N_("Wordings")
    new_title = N_("New wording")
    published = N_("Approval is asked for. A second person puts it in force.")

    def empty(self, name: dict[str, str]) -> Content:
        """No text yet."""
        return {"format": 1, "name": name, "texts": {}, "content_level": 0}

    def refuse(self, form: ShapeForm, content: Content, problems: Iterable[Problem]) -> None:
        """Problems of a text stand at the text of its language."""
        form.refuse(moved(content, problems))

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """Every wording."""
        with reading() as (session, act):
            wanted = select(Definition).where(Definition.kind == WORDING).order_by(Definition.slug)
            rows = session.scalars(wanted).all()
            due = late_reviews(session, act, [WORDING])
        return self.page("wordings/index.html", columns=COLUMNS, rows=rows, due=due, pages=paging(size=100))

    @expose("/<slug>/", methods=("GET", "POST"))
    @allowed("read")
    def edit(self, slug: str) -> Response | tuple[str, int]:
        """Write it, see who quotes it, ask for approval."""
        self.refuse_readers()
        with reading() as (session, _act):
            definition = find(session, WORDING, slug)
            uses = [as_use(each) for each in uses_of_wording(session, slug)]
            languages = languages_of_texts(session)
            found = problems_in_force(session, WORDING, definition.draft or {})
        content = definition.draft or {}
        form = form_for(WordingForm, as_form(content, languages))
        if form.is_accepted():
            content = as_content(form.value(), content)
            is_done, definition = self.save(definition, content, form)
            if is_done:
                return self.go("edit", slug=slug)
        elif request.method == "GET" and content.get("texts"):
            self.refuse(form, content, errors_in(found))
        return self.page(
            "wordings/edit.html",
            definition=definition,
            form=form,
            uses=uses,
            outdated=[use for use in uses if use["is_outdated"]],
            warnings=[problem for problem in found if problem.severity == "warning"],
            status=form.status if request.method == "POST" else 200,
        )


def as_form(content: Content, languages: tuple[str, ...]) -> WordingForm:
    """The content as the form shows it; a language that is wanted and not written yet has an empty text."""
    written = content.get("texts", {})
    day = content.get("review_on")
    return WordingForm(
        name=content.get("name", {}),
        texts=tuple(Text(language, written.get(language, "")) for language in dict.fromkeys([*written, *languages])),
        owner=content.get("owner", ""),
        review_on=dt.date.fromisoformat(day) if is_day(day) else None,
        content_level=content.get("content_level", 0),
    )


def as_content(given: WordingForm, before: Content) -> Content:
    """The form as content; what the form does not show is kept."""
    changed = {
        **before,
        "format": 1,
        "name": given.name,
        "texts": {each.language: each.text for each in given.texts if each.language},
        "owner": given.owner,
        "review_on": given.review_on.isoformat() if given.review_on else "",
        "content_level": int(given.content_level),
    }
    return {key: value for key, value in changed.items() if value != ""}


def moved(content: Content, found: Iterable[Problem]) -> Iterator[Problem]:
    """Problems at the form's own places: the text of a language."""
    languages = list(content.get("texts", {}))
    for problem in found:
        first, _, language = problem.where.partition(".")
        is_text = first == "texts" and language in languages
        place = f"texts.{languages.index(language)}.text" if is_text else problem.where
        yield Problem(place, problem.says, problem.data, problem.severity)


def as_use(use: Quotation) -> dict[str, Any]:
    """One thing that quotes it, with its address for those who may open it."""
    screen = SCREENS[use.kind]
    return {
        "name": say_texts(use.name) or use.slug,
        "kind": gettext(KINDS[use.kind]),
        "in_force": use.in_force,
        "is_outdated": use.is_outdated,
        "address": url_for(f"{screen}.edit", slug=use.slug) if may("read", screen) else "",
    }
