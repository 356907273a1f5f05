"""Putting guidelines and safety clocks in force by two people: one asks, another looks at the evidence and decides."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from flask import flash
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import allowed, expose, perform, reading, say
from app.rules.comparing import Line, changes
from app.views.drafts import Content, row_version, standing_of
from app.views.reviews import ReviewScreen
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid, Problem, Stale, errors_in
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import find
from journeys.store.putting_in_force.two_people import Question, may_answer, past_reviews


class DefinitionReviews(ReviewScreen):
    """The review page of a definition that is compared line by line.

    A screen says which verbs ask and approve, what a draft's problems are, its lines in words, and what is expected,
    with the template that shows it (`evidence`).
    """

    publish_right = "change"
    ask_verb: ClassVar[Callable[..., Any]]
    approve_verb: ClassVar[Callable[..., DefinitionVersion]]
    evidence: ClassVar[str]

    def question(self, session: Session, act: Act, definition: Definition) -> Question | None:
        """The question that is open about it."""
        raise NotImplementedError

    def problems_of(self, session: Session, content: Content) -> list[Problem]:
        """Everything that is wrong with a content."""
        raise NotImplementedError

    def lines(self, session: Session, content: Content) -> list[Line]:
        """A right content in words."""
        raise NotImplementedError

    def expected(self, definition: Definition, content: Content, live: Content | None) -> dict[str, Any]:
        """What the page shows of what would happen: given to the template."""
        return {}

    def put_in_force(self, definition: Definition) -> None:
        """Ask for the draft that was saved just now; a second person puts it in force."""
        perform(type(self).ask_verb, definition.slug, definition.row_version)

    def review_page(self, slug: str, problems: Iterable[Problem] = (), note: str = "") -> tuple[str, int]:
        with reading() as (session, act):
            definition = find(session, self.kind, slug)
            content, live = definition.draft or {}, definition.live_version
            errors = errors_in(self.problems_of(session, content))
            question = self.question(session, act, definition)
            may_approve = question is not None and may_answer(session, act, definition, question.review)
            before = [] if live is None or errors else self.lines(session, live.content)
            after = [] if errors else self.lines(session, content)
            past, standing = past_reviews(session, definition), standing_of(session, definition)
        refused = self.refused(problems)
        return self.page(
            "reviews/definition.html",
            definition=definition,
            standing=standing,
            is_new=live is None,
            changes=changes(before, after),
            errors=errors,
            question=question,
            may_approve=may_approve and self.may("approve"),
            past=past,
            plural=say(self.plural),
            expected=self.evidence,
            refused=refused,
            note=note,
            status=422 if refused else 200,
            **({} if errors else self.expected(definition, content, None if live is None else live.content)),
        )

    @expose("/<slug>/ask", methods=("POST",))
    @allowed("change")
    def ask(self, slug: str) -> Response:
        """Ask for the saved draft to be put in force."""
        try:
            perform(type(self).ask_verb, slug, row_version())
        except Stale:
            flash(gettext("Somebody else changed this since you looked at it. Look again, then ask."), "danger")
        except Invalid:
            flash(gettext("The draft cannot be put in force yet. Mend what is listed."), "danger")
        else:
            flash(say(self.published), "success")
        return self.go("review", slug=slug)

    def approved(self, slug: str, fingerprint: str) -> DefinitionVersion:
        found: DefinitionVersion = perform(type(self).approve_verb, slug, fingerprint)
        return found
