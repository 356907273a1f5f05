"""Putting something in force by two people: what the review pages of every kind of definition share."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import allowed, expose, perform, say
from app.views.drafts import DraftScreen
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion
from journeys.store.putting_in_force.decline import decline

CONTROLS = {
    "most_a_day": ("#most-a-day", N_("At most so many patients in 24 hours")),
    "note": ("#note", N_("What should be changed")),
}
"""What is filled in on a review page itself: by the place of a problem, the control and what it is called."""


@dataclass(frozen=True)
class Refused:
    """Why an answer was refused, where that is, in words, and the address where it is mended; each may be ""."""

    says: str
    place: str
    address: str


class ReviewScreen(DraftScreen):
    """An editor whose drafts a second person puts in force, after looking at their review page."""

    def review_page(self, slug: str, problems: Iterable[Problem] = (), note: str = "") -> tuple[str, int]:
        """The evidence and what to do with it; `problems` and `note` are of an answer that was refused."""
        raise NotImplementedError

    def refused(self, problems: Iterable[Problem]) -> list[Refused]:
        """What was refused of the page's own controls."""
        found = [(say(each), *CONTROLS.get(each.where, ("", ""))) for each in problems]
        return [Refused(says, say(label) if label else "", address) for says, address, label in found]

    def approved(self, slug: str, fingerprint: str) -> DefinitionVersion:
        """Put in force what was looked at; Stale when it is not what is asked for now."""
        raise NotImplementedError

    def in_force(self, version: DefinitionVersion) -> str:
        """What is said once it is in force."""
        return gettext("Version %(number)s is in force.", number=version.number)

    @expose("/<slug>/review")
    @allowed("read")
    def review(self, slug: str) -> tuple[str, int]:
        """The evidence, and what to do with it."""
        return self.review_page(slug)

    @expose("/<slug>/approve", methods=("POST",))
    @allowed("approve")
    def approve(self, slug: str) -> Response:
        """Put in force what was looked at."""
        try:
            version = self.approved(slug, request.form.get("fingerprint", ""))
        except Stale:
            flash(gettext("What was asked for has changed or expired. It has to be asked for again."), "danger")
            return self.go("review", slug=slug)
        flash(self.in_force(version), "success")
        return self.go("edit", slug=slug)

    @expose("/<slug>/decline", methods=("POST",))
    @allowed("approve")
    def decline(self, slug: str) -> Response | tuple[str, int]:
        """Send it back with a reason."""
        note = request.form.get("note", "")
        try:
            perform(decline, self.kind, slug, note)
        except Invalid as invalid:
            return self.review_page(slug, invalid.problems, note)
        except Stale:
            flash(gettext("Nobody asks for approval any more."), "warning")
        else:
            flash(gettext("It is sent back. Whoever asked reads your reason on this page."), "success")
        return self.go("review", slug=slug)
