"""Putting a journey in force by two people: one asks, another looks at the evidence and approves or sends it back."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from flask import flash, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import allowed, expose, perform, reading, say_texts
from app.views.drafts import Content, row_version
from app.views.journey_proofs import Pages, ShownProblem, shown_problems
from app.views.journey_words import reader_by, ways_of
from app.views.reviews import CONTROLS, ReviewScreen
from app.views.template_previews import previews
from journeys.contact.texts.custom_fields import merge_fields
from journeys.flow.proving.checking import problems_of
from journeys.flow.publishing.approve import approve
from journeys.flow.publishing.ask_to_publish import ask_to_publish, proposed
from journeys.flow.publishing.changed_since import changed_since
from journeys.flow.publishing.preview import preview
from journeys.flow.publishing.reviewing import open_question
from journeys.flow.text.catalogue import Catalogue, read_catalogue
from journeys.flow.text.definition import parse
from journeys.flow.words.comparing import changes
from journeys.flow.words.outline import outline
from journeys.foundation.errors import Invalid, Problem, Stale, errors_in
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import JOURNEY, find
from journeys.store.putting_in_force.two_people import may_answer, past_reviews


class JourneyReviews(ReviewScreen):
    """The review page of a journey: what changes, what checks say, sample messages, expected numbers."""

    def shown(
        self, slug: str, content: Content, problems: Iterable[Problem], catalogue: Catalogue
    ) -> list[ShownProblem]:
        """Problems as the pages of this journey say them."""
        ways, address = partial(ways_of, catalogue.names), partial(self.place_of, slug)
        pages = Pages(reader_by(catalogue), address, ways, catalogue.journeys, self.page_of)
        return shown_problems(problems, content, pages)

    def page_of(self, slug: str) -> str:
        """Where a journey is shown."""
        return self.address("edit", slug=slug)

    def place_of(self, slug: str, problem: Problem) -> str:
        """Where a problem can be mended."""
        parts = problem.where.split(".")
        if parts[0] == "steps" and len(parts) > 1:
            return self.address("step", slug=slug, step_id=parts[1])
        return self.address("settings", slug=slug)

    def review_page(self, slug: str, problems: Iterable[Problem] = (), note: str = "") -> tuple[str, int]:
        with reading() as (session, act):
            definition = find(session, JOURNEY, slug)
            live = definition.live_version
            catalogue = read_catalogue(session, slug)
            found = problems_of(definition.draft, catalogue)
            question = open_question(session, act, definition, catalogue)
            may_approve = question is not None and may_answer(session, act, definition, question.review)
            samples = samples_of(session, definition, catalogue)
            past = past_reviews(session, definition)
        content = definition.draft or {}
        errors = errors_in(found)
        warnings = [problem for problem in found if problem.severity == "warning"]
        expected = None if errors else perform(preview, slug)
        older = [] if live is None else [live.content]
        reader, ways = reader_by(catalogue), ways_of(catalogue.names, content, *older)
        own, others = parted(problems)
        refused = [*self.refused(own), *self.shown(slug, content, others, catalogue)]
        return self.page(
            "journeys/review.html",
            definition=definition,
            live=live,
            changes=[] if live is None else changes(live.content, content, reader, ways),
            steps=[row for row in outline(content, reader) if not row.is_jump] if live is None else [],
            errors=self.shown(slug, content, errors, catalogue),
            warnings=self.shown(slug, content, warnings, catalogue),
            question=question,
            since=[] if question is None else changed_since(question, catalogue, reader),
            may_approve=may_approve and self.may("approve"),
            samples=samples,
            expected=expected,
            proposed=None if expected is None else proposed(expected),
            past=past,
            refused=refused,
            typed=request.form if refused else {},
            note=note,
            status=422 if refused else 200,
        )

    @expose("/<slug>/ask", methods=("POST",))
    @allowed("publish")
    def ask(self, slug: str) -> Response | tuple[str, int]:
        """Ask for the draft to be put in force."""
        typed = request.form.get("most_a_day", "").strip()
        try:
            perform(ask_to_publish, slug, row_version(), whole_number(typed))
        except Stale:
            flash(gettext("Somebody else changed this journey since you looked at it. Look again, then ask."), "danger")
        except Invalid as invalid:
            flash(gettext("The journey cannot be published yet. Mend what is listed."), "danger")
            return self.review_page(slug, invalid.problems)
        else:
            flash(gettext("Approval is asked for. A second person puts the journey in force."), "success")
        return self.go("review", slug=slug)

    def approved(self, slug: str, fingerprint: str) -> DefinitionVersion:
        return perform(approve, slug, fingerprint)

    def in_force(self, version: DefinitionVersion) -> str:
        return gettext("Version %(number)s is in force. Patients enter it from now on.", number=version.number)


def parted(problems: Iterable[Problem]) -> tuple[list[Problem], list[Problem]]:
    """The problems of what is filled in on the page itself, and those of the journey."""
    found = list(problems)
    return [each for each in found if each.where in CONTROLS], [each for each in found if each.where not in CONTROLS]


def whole_number(typed: str) -> int | None:
    """A number as typed, None where nothing was; what is no number becomes 0, which no bound may be."""
    if not typed:
        return None
    return int(typed) if typed.isdecimal() and len(typed) < 12 else 0


def samples_of(session: Session, definition: Definition, catalogue: Catalogue) -> list[dict[str, Any]]:
    """Each template that the draft sends, with its texts filled with example values in every language."""
    _head, nodes, _problems = parse(definition.draft)
    slugs = dict.fromkeys(getattr(node.step, "template", None) for node in nodes.values())
    fields = merge_fields(session)
    return [
        {"name": say_texts(catalogue.templates[slug].get("name")) or slug, "texts": previews(dict(content), fields)}
        for slug, content in ((slug, catalogue.templates.get(str(slug))) for slug in slugs)
        if slug is not None and content is not None
    ]
