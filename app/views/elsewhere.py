"""Finds a patient of another branch who stands before somebody: by name, birth date and phone number together.

All three are sent by POST and stand in no address; who was found is shown once, and linked by sending them again.
"""

import datetime as dt
from dataclasses import dataclass, field

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext
from flask_limiter import Limiter
from flask_login import current_user
from werkzeug.wrappers import Response

from app.base import Screen, allowed, expose, form_for, perform, say
from app.views.patient_list import branch_choices
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.identity.identify_patient import Identified, Sought, identify_patient
from journeys.store.identity.link_to_branch import REASONS, link_to_branch

ATTEMPTS = "20 per hour"
"""For one account. Who sees a patient before them needs one or two; who guesses needs thousands."""


@dataclass(frozen=True)
class Facts:
    """What the patient says of themselves."""

    name: str = field(
        metadata={
            "label": N_("Given and family name"),
            "help": N_("Whole, as the patient says them."),
            "attributes": {"autocomplete": "off"},
        }
    )
    born: dt.date = field(metadata={"label": N_("Birth date"), "key": "birth_date"})
    phone: str = field(
        metadata={"label": N_("Phone"), "help": N_("One that the clinic knows."), "attributes": {"autocomplete": "off"}}
    )


class Elsewhere(Screen):
    """One form, and who was found."""

    name = "elsewhere"

    @expose("/", methods=("GET", "POST"))
    @allowed("identify")
    def index(self) -> tuple[str, int]:
        """Ask for the three, and show who it is."""
        form = form_for(Facts)
        found: Identified | None = None
        is_asked = False
        if form.is_accepted():
            given = form.value()
            try:
                found = perform(identify_patient, self._sought(given.name, given.born, given.phone))
                is_asked = True
            except Invalid as invalid:
                form.refuse(invalid.problems)
        return self.page(
            "elsewhere/index.html",
            form=form,
            found=found,
            is_asked=is_asked,
            branches=branch_choices(),
            reasons=[(code, say(words)) for code, words in REASONS.items()],
            status=form.status,
        )

    @expose("/link", methods=("POST",))
    @allowed("identify")
    def link(self) -> Response:
        """Let a branch of this person see the record."""
        branch = request.form.get("branch", "")
        try:
            sought = self._sought(
                request.form.get("name", ""),
                dt.date.fromisoformat(request.form.get("born", "")),
                request.form.get("phone", ""),
            )
            asked = perform(link_to_branch, sought, int(branch), request.form.get("reason", ""))
        except (ValueError, Invalid, Missing):
            asked = None
        if asked is None:
            flash(gettext("Find the patient again."), "warning")
            return self.go()
        if asked.waits:
            flash(gettext("Asked. Once somebody else approves it, your branch sees the record."), "success")
            return self.go()
        flash(gettext("Your branch sees this patient from now on."), "success")
        return redirect(url_for("patients.show", uid=asked.uid), code=303)

    def _sought(self, name: str, born: dt.date | None, phone: str) -> Sought:
        return Sought(name, born, phone, current_app.config["WAYMARK"].phone_region)


def limit_identifying(limiter: Limiter, screen: Elsewhere) -> None:
    """Slow down whoever tries names."""
    limiter.limit(ATTEMPTS, key_func=lambda: f"identify:{current_user.get_id()}", methods=["POST"])(screen.blueprint)
