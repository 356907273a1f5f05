"""Putting templates and wordings in force by two people: one asks, another looks at what changes and decides."""

from collections.abc import Iterable
from typing import Any

from flask import flash, request
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import allowed, expose, perform, reading, say
from app.views.drafts import STATES, Content, DraftScreen
from app.views.segment_versions import DRAFT, choices_of, chosen, contents_of, in_force_or_last, versions_of
from journeys.contact.approve_text import approve_text
from journeys.contact.ask_for_text import ask_for_text
from journeys.contact.comparing_texts import differences
from journeys.contact.decline_text import decline_text
from journeys.contact.retire_text import retire_text
from journeys.contact.template_problems import problems_in_force
from journeys.contact.text_reviews import open_question
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.definitions import find
from journeys.store.reviews import DefinitionReview
from journeys.store.two_people import may_answer

LATEST = 10

PLACES = {
    "name": N_("Name"),
    "purpose": N_("Purpose"),
    "content_level": N_("How much it reveals"),
    "channels": N_("Channels"),
    "fallback": N_("Language to fall back on"),
    "answers": N_("Replies"),
    "texts": N_("Text"),
    "subject": N_("Subject of the e-mail"),
    "owner": N_("Who answers for it"),
    "review_on": N_("Looked at again by"),
    "long": N_("Long e-mail"),
    "email": N_("E-mail"),
    "sms": N_("Text message"),
    "letter": N_("Letter"),
}
UNSAID = ("body", "instead")
"""Parts of a place that say nothing to people."""


class TextReviews(DraftScreen):
    """The review page of a text, what is done on it, and the comparison of any two of its versions."""

    publish_right = "change"

    def put_in_force(self, definition: Definition) -> None:
        """Ask for the draft that was saved just now; a second person puts it in force."""
        perform(ask_for_text, self.kind, definition.slug, row_version=definition.row_version)

    def samples(self, session: Session, content: Content) -> Iterable[Any]:
        """What the review page shows of the texts, filled."""
        return ()

    @expose("/<slug>/review")
    @allowed("read")
    def review(self, slug: str) -> tuple[str, int]:
        """What changes, what the checks say, how it looks, and the decision."""
        return self._review(slug)

    def _review(self, slug: str, problems: Iterable[Problem] = (), note: str = "") -> tuple[str, int]:
        with reading() as (session, act):
            definition = find(session, self.kind, slug)
            content = definition.draft or {}
            versions = versions_of(session, definition)
            contents = contents_of(definition, versions)
            before = chosen("from", contents, in_force_or_last(definition, versions))
            after = chosen("to", contents, DRAFT)
            found = problems_in_force(session, self.kind, content)
            question = open_question(session, act, definition)
            may_approve = question is not None and may_answer(session, act, definition, question.review)
            samples = list(self.samples(session, content))
            past = past_reviews(session, definition)
        problems = list(problems)
        return self.page(
            "texts/review.html",
            definition=definition,
            state=STATES[definition.status],
            choices=choices_of(versions),
            before=before,
            after=after,
            changes=differences(contents[before] if versions else {}, contents[after]),
            errors=[problem for problem in found if problem.severity == "error"],
            warnings=[problem for problem in found if problem.severity == "warning"],
            place_words=place_words,
            question=question,
            may_approve=may_approve and self.may("approve"),
            samples=samples,
            past=past,
            plural=say(self.plural),
            problems=problems,
            note=note,
            status=422 if problems else 200,
        )

    @expose("/<slug>/ask", methods=("POST",))
    @allowed("change")
    def ask(self, slug: str) -> Response:
        """Ask for the saved draft to be put in force."""
        try:
            typed = request.form.get("row_version", "")
            perform(ask_for_text, self.kind, slug, int(typed) if typed.isdecimal() else None)
        except Stale:
            flash(gettext("Somebody else changed this since you looked at it. Look again, then ask."), "danger")
        except Invalid:
            flash(gettext("The draft cannot be put in force yet. Mend what is listed."), "danger")
        else:
            flash(say(self.published), "success")
        return self.go("review", slug=slug)

    @expose("/<slug>/approve", methods=("POST",))
    @allowed("approve")
    def approve(self, slug: str) -> Response:
        """Put in force what was looked at."""
        try:
            version = perform(approve_text, self.kind, slug, request.form.get("fingerprint", ""))
        except Stale:
            flash(gettext("What was asked for has changed or expired. It has to be asked for again."), "danger")
            return self.go("review", slug=slug)
        flash(gettext("Version %(number)s is in force.", number=version.number), "success")
        return self.go("edit", slug=slug)

    @expose("/<slug>/decline", methods=("POST",))
    @allowed("approve")
    def decline(self, slug: str) -> Response | tuple[str, int]:
        """Send it back with a reason."""
        note = request.form.get("note", "")
        try:
            perform(decline_text, self.kind, slug, note)
        except Invalid as invalid:
            return self._review(slug, invalid.problems, note)
        except Stale:
            flash(gettext("Nobody asks for approval any more."), "warning")
        else:
            flash(gettext("It is sent back. Whoever asked reads your reason on this page."), "success")
        return self.go("review", slug=slug)

    @expose("/<slug>/retire", methods=("POST",))
    @allowed("approve")
    def retire(self, slug: str) -> Response:
        """Take it out of force."""
        try:
            perform(retire_text, self.kind, slug)
        except Stale:
            flash(gettext("It is not in force."), "warning")
        else:
            flash(gettext("It is retired. What was published with it keeps it."), "success")
        return self.go("review", slug=slug)


def place_words(where: str) -> str:
    """A place in the words of the form: "Text, en, Subject of the e-mail"."""
    parts = [part for part in where.split(".") if part not in UNSAID]
    return ", ".join(say(PLACES[part]) if part in PLACES else part for part in parts)


def past_reviews(session: Session, definition: Definition) -> list[DefinitionReview]:
    """What was answered before, the latest first."""
    return list(
        session.scalars(
            select(DefinitionReview)
            .where(DefinitionReview.definition_id == definition.id, DefinitionReview.closed_at.is_not(None))
            .order_by(DefinitionReview.closed_at.desc(), DefinitionReview.id.desc())
            .limit(LATEST)
        )
    )
