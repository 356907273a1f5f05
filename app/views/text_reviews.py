"""Putting templates and wordings in force by two people: one asks, another looks at what changes and decides."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask import flash, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import allowed, expose, perform, reading, say
from app.base.words import language_name
from app.views.drafts import STATES, Content, row_version
from app.views.reviews import ReviewScreen
from app.views.segment_versions import DRAFT, choices_of, chosen, contents_of, in_force_or_last, versions_of
from journeys.contact.media import MEDIA
from journeys.contact.texts.approve_text import approve_text
from journeys.contact.texts.ask_for_text import ask_for_text
from journeys.contact.texts.comparing_texts import differences
from journeys.contact.texts.retire_text import retire_text
from journeys.contact.texts.text_reviews import open_question, problems_of
from journeys.foundation.errors import Invalid, Missing, Problem, Stale, errors_in
from journeys.foundation.words import N_
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import find
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.two_people import may_answer, past_reviews

PLACES = {
    "name": N_("Name"),
    "purpose": N_("Purpose"),
    "content_level": N_("How much it reveals"),
    "channels": N_("Channels"),
    "uses": N_("What it is for"),
    "fallback": N_("Language to fall back on"),
    "answers": N_("Replies"),
    "texts": N_("Text"),
    "subject": N_("Subject of the e-mail"),
    "owner": N_("Who answers for it"),
    "review_on": N_("Looked at again by"),
    "long": N_("Long e-mail"),
    **{name: medium.one for name, medium in MEDIA.items()},
}
UNSAID = ("body", "instead")
"""Parts of a place that say nothing to people."""


class TextReviews(ReviewScreen):
    """The review page of a text, what is done on it, and the comparison of any two of its versions."""

    publish_right = "change"
    retiring: ClassVar[str] = N_("Nothing published from now on can use it. What was published with it keeps it.")

    def words_of(self, content: Content) -> Mapping[str, Any]:
        """A content as it is compared with another: each place with its text."""
        return content

    def put_in_force(self, definition: Definition) -> None:
        """Ask for the draft that was saved just now; a second person puts it in force."""
        perform(ask_for_text, self.kind, definition.slug, row_version=definition.row_version)

    def samples(self, session: Session, content: Content) -> Iterable[Any]:
        """What the review page shows of the texts, filled."""
        return ()

    def review_page(self, slug: str, problems: Iterable[Problem] = (), note: str = "") -> tuple[str, int]:
        with reading() as (session, act):
            definition = find(session, self.kind, slug)
            content = definition.draft or {}
            versions = versions_of(session, definition)
            contents = contents_of(definition, versions)
            before = chosen("from", contents, in_force_or_last(definition, versions))
            after = chosen("to", contents, DRAFT)
            found = problems_of(session, definition)
            question = open_question(session, act, definition)
            may_approve = question is not None and may_answer(session, act, definition, question.review)
            samples = list(self.samples(session, content))
            past = past_reviews(session, definition)
        refused = self.refused(problems)
        return self.page(
            "texts/review.html",
            definition=definition,
            state=STATES[definition.status],
            choices=choices_of(versions),
            before=before,
            after=after,
            changes=differences(self.words_of(contents[before]) if versions else {}, self.words_of(contents[after])),
            errors=errors_in(found),
            warnings=[problem for problem in found if problem.severity == "warning"],
            place_words=place_words,
            question=question,
            may_approve=may_approve and self.may("approve"),
            samples=samples,
            past=past,
            plural=say(self.plural),
            retiring=say(self.retiring),
            refused=refused,
            note=note,
            status=422 if refused else 200,
        )

    @expose("/<slug>/ask", methods=("POST",))
    @allowed("change")
    def ask(self, slug: str) -> Response:
        """Ask for the saved draft to be put in force."""
        try:
            perform(ask_for_text, self.kind, slug, row_version())
        except Stale:
            flash(gettext("Somebody else changed this since you looked at it. Look again, then ask."), "danger")
        except Invalid:
            flash(gettext("The draft cannot be put in force yet. Mend what is listed."), "danger")
        else:
            flash(say(self.published), "success")
        return self.go("review", slug=slug)

    def approved(self, slug: str, fingerprint: str) -> DefinitionVersion:
        return perform(approve_text, self.kind, slug, fingerprint)

    @expose("/<slug>/restore", methods=("POST",))
    @allowed("change")
    def restore(self, slug: str) -> Response:
        """Make an earlier version the draft again; nothing is in force by that."""
        with reading() as (session, _act):
            definition = find(session, self.kind, slug)
            contents = contents_of(definition, versions_of(session, definition))
        content = contents.get(request.form.get("number", ""))
        if content is None:
            raise Missing("There is no such version")
        try:
            perform(save_draft, self.kind, slug, content.get("name", definition.name), content, row_version())
        except Stale:
            flash(gettext("Somebody else changed this since you looked at it. Look again."), "danger")
        else:
            flash(gettext("It is the draft again. Ask for approval to put it in force."), "success")
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
    """A place in the words of the form: "Text, English, Subject of the e-mail"."""
    parts = [part for part in where.split(".") if part not in UNSAID]
    is_text = parts[:1] == ["texts"]
    named = [language_name(part) if is_text and place == 1 else part for place, part in enumerate(parts)]
    return ", ".join(say(PLACES[part]) if part in PLACES else part for part in named)
