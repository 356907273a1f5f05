"""Choosing patients for a journey by hand: whom, which journey, who would enter and who is held, and then for good.

Patients come here picked on a list, from their own page, as a whole segment, or by a list of numbers. Who they are
stands in no address: each page carries them to the next one in its form.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.base import (
    Column,
    Screen,
    ShapeForm,
    allowed,
    expose,
    form_for,
    in_alphabet,
    perform,
    portal_roles,
    reading,
    say,
    say_texts,
)
from app.views.choosing_lists import NOT_FOUND_COLUMNS, Bring, Picked, brought, is_list
from journeys.criteria.everyone_in import everyone_in
from journeys.flow.entry.choosing import ASKED_BEFORE, MOST_CHOSEN, REASONS, TOO_MANY, Chosen
from journeys.flow.entry.enrol_chosen import enrol_chosen
from journeys.flow.entry.enrol_listed import enrol_listed
from journeys.flow.entry.preview_chosen import preview_chosen
from journeys.flow.entry.preview_listed import preview_listed
from journeys.foundation.errors import Invalid, Missing
from journeys.foundation.words import N_
from journeys.store.finding.name_patients import name_patients
from journeys.store.putting_in_force.definitions import JOURNEY, live_versions

SHOWN = 100
"""How many patients a page names; of the others it tells the number."""

NOT_IN_FORCE = N_("This journey is not in force any more. Choose another one.")
NOBODY_PICKED = N_("Nobody is picked yet. Pick at least one patient.")

NAMED = (Column(N_("Patient"), "name", link=lambda row: row["address"]),)
HELD = (*NAMED, Column(N_("Why not"), "reason"))


def journeys_for_the_chosen() -> list[tuple[str, str]]:
    """The journeys in force that patients can be chosen for: those that are about no record."""
    with reading() as (session, _act):
        contents = {slug: version.content for slug, version in live_versions(session, JOURNEY).items()}
    fitting = [(slug, content["name"]) for slug, content in contents.items() if content.get("focus") is None]
    return [(slug, say_texts(name) or slug) for slug, name in sorted(fitting, key=lambda each: in_alphabet(each[1]))]


@dataclass(frozen=True)
class Choice:
    """Which journey."""

    journey: str = field(
        metadata={
            "label": N_("Journey"),
            "choices": journeys_for_the_chosen,
            "help": N_("Journeys in force. Those about a record, for example an appointment, are not offered."),
        }
    )


class Choosing(Screen):
    """From patients to a journey, in three pages at one address."""

    name = "choosing"

    @expose("/", methods=("GET", "POST"))
    @allowed("enrol")
    def index(self) -> Response | tuple[str, int]:
        """The page that is next, by what was sent."""
        bring = form_for(Bring)
        if request.method == "GET":
            return self.page("choosing/start.html", form=bring)
        if request.form.get("segment") and not self.appbuilder.sm.has_access("can_members", "segments"):
            abort(403)
        try:
            picked = brought() if is_list() else Picked(wanted_patients())
        except Invalid as invalid:
            bring.refuse(invalid.problems)
            return self.page("choosing/start.html", form=bring, status=bring.status)
        if not picked.patients and not picked.numbers:
            flash(gettext(NOBODY_PICKED), "warning")
            return self.go()
        form = form_for(Choice)
        if "journey" not in request.form or not form.is_accepted():
            return self._choose(picked, form)
        try:
            return self._with_journey(picked, form)
        except Missing:
            form.journey.errors = [gettext(NOT_IN_FORCE)]
        except Invalid as invalid:
            form.refuse(invalid.problems)
        return self._choose(picked, form)

    def _choose(self, picked: Picked, form: ShapeForm) -> tuple[str, int]:
        """Who was picked, and the journeys there are."""
        names = perform(name_patients, picked.patients[:SHOWN])
        return self.page(
            "choosing/journey.html",
            **carried(picked),
            form=form,
            has_journeys=bool(journeys_for_the_chosen()),
            columns=NAMED,
            rows=[row_of(uid, names) for uid in picked.patients[:SHOWN]],
            status=form.status,
        )

    def _with_journey(self, picked: Picked, form: ShapeForm) -> Response | tuple[str, int]:
        """Let them in when that is asked for, else show who would come in."""
        slug = form.value().journey
        key = request.form.get("key", "")
        if "enter" not in request.form or not key:
            return self._look(picked, form, slug)
        if picked.numbers:
            done = perform(enrol_listed, slug, picked.numbers)
        else:
            done = perform(enrol_chosen, slug, picked.patients, key)
        if not done.entering:
            return self._preview(picked, form, done, is_done=True)
        flash(done_words(done), "success")
        if len(picked.patients) == 1 and self.appbuilder.sm.has_access("can_patient", "journey-people"):
            return self.go_to_patient(picked.patients[0])
        return self.go()

    def _look(self, picked: Picked, form: ShapeForm, slug: str) -> tuple[str, int]:
        """Who would come in; of a list that was brought to this journey before, nobody."""
        if not picked.numbers:
            return self._preview(picked, form, perform(preview_chosen, slug, picked.patients))
        found = perform(preview_listed, slug, picked.numbers)
        chosen = found.chosen.all_held(ASKED_BEFORE) if found.is_repeated else found.chosen
        return self._preview(picked, form, chosen)

    def go_to_patient(self, uid: uuid.UUID) -> Response:
        """Send the browser to the journeys of one patient."""
        answer = self.go()
        answer.headers["Location"] = url_for("journey-people.of_patient", uid=uid)
        return answer

    def _preview(self, picked: Picked, form: ShapeForm, chosen: Chosen, is_done: bool = False) -> tuple[str, int]:
        """Who comes in and who is held, with names as far as they are shown."""
        held = list(chosen.held.items())
        names = perform(name_patients, [*chosen.entering[:SHOWN], *(uid for uid, _ in held[:SHOWN])])
        return self.page(
            "choosing/preview.html",
            **carried(picked),
            form=form,
            journey=dict(journeys_for_the_chosen()).get(form.journey.data, form.journey.data),
            slug=form.journey.data,
            key=uuid.uuid4().hex,
            chosen=chosen,
            is_done=is_done,
            is_stopped=TOO_MANY in chosen.held.values(),
            is_repeated=ASKED_BEFORE in chosen.held.values(),
            columns=NAMED,
            entering=[row_of(uid, names) for uid in chosen.entering[:SHOWN]],
            held_columns=HELD,
            held=[{**row_of(uid, names), "reason": say(REASONS[reason])} for uid, reason in held[:SHOWN]],
            status=409 if is_done else 200,
        )


def wanted_patients() -> list[uuid.UUID]:
    """Whom the form means: those that the page carried, those picked on a list, or everybody in a segment."""
    segment = request.form.get("segment", "")
    if segment:
        return perform(everyone_in, segment, MOST_CHOSEN, portal_roles())
    typed = [*request.form.get("patients", "").split(), *request.form.getlist("picked")]
    try:
        return list(dict.fromkeys(uuid.UUID(each) for each in typed))
    except ValueError:
        abort(400)


def carried(picked: Picked) -> dict[str, Any]:
    """What every page takes along to the next one, and the numbers of a list that mean nobody here."""
    not_found = picked.not_found()
    return {
        "patients": " ".join(map(str, picked.patients)) if not picked.numbers else "",
        "numbers": "\n".join(picked.numbers),
        "count": len(picked.patients),
        "not_found_columns": NOT_FOUND_COLUMNS,
        "not_found": not_found[:SHOWN],
        "not_found_count": len(not_found),
    }


def row_of(uid: uuid.UUID, names: dict[uuid.UUID, str]) -> dict[str, Any]:
    """A patient as these pages show them; of whom the reader may not see nothing is said."""
    if uid not in names:
        return {"name": gettext("Somebody outside your branches"), "address": None}
    return {
        "name": names[uid] or gettext("No name recorded"),
        "address": url_for("patients.show", uid=uid),
    }


def done_words(done: Chosen) -> str:
    """How many came in, and how many did not."""
    entered = len(done.entering)
    said = ngettext("%(num)s patient entered the journey.", "%(num)s patients entered the journey.", entered)
    held = len(done.held)
    if not held:
        return said
    return f"{said} {ngettext('%(num)s was held.', '%(num)s were held.', held)}"
