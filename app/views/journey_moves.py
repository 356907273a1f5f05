"""Moving the patients of older versions of a journey to the one in force: where they would land, and the way back."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from flask import abort, flash, request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.base import allowed, expose, perform, reading, say_texts
from app.views.drafts import DraftScreen
from journeys.flow.moves.landing import JUMPS, PERSON, STAYS, Landing
from journeys.flow.moves.move_patients import move_patients
from journeys.flow.moves.preview_move import preview_move
from journeys.flow.moves.undo_move import undo_move
from journeys.foundation.errors import Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.configuration import DefinitionVersion
from journeys.store.moves import JourneyMove
from journeys.store.putting_in_force.definitions import JOURNEY, find

LATEST = 10
CHOSEN = "to."

KINDS = {
    STAYS: ("good", "check", N_("Stay at this step")),
    JUMPS: ("info", "arrow-right", N_("Jump")),
    PERSON: ("warning", "help", N_("Need a person")),
}

MOVES = {
    "moving": ("info", "clock", N_("Being moved")),
    "moved": ("good", "check", N_("Moved")),
    "undoing": ("info", "clock", N_("Being taken back")),
    "undone": ("", "history", N_("Taken back")),
}


class JourneyMoves(DraftScreen):
    """The landing table of a journey, and what is done on it."""

    @expose("/<slug>/move", methods=("GET", "POST"))
    @allowed("read")
    def move(self, slug: str) -> Response | tuple[str, int]:
        """Where patients of older versions would land; move them."""
        problems: list[Problem] = []
        if request.method == "POST":
            if not self.may("publish"):
                abort(403)
            version = request.form.get("version", "")
            try:
                accepts = "accepts" in request.form
                perform(move_patients, slug, targets(), accepts, int(version) if version.isdecimal() else 0)
                flash(gettext("The patients are being moved. This page shows when it is done."), "success")
                return self.go("move", slug=slug)
            except Invalid as invalid:
                problems = invalid.problems
            except Stale:
                flash(gettext("Something changed since you looked. This is how it stands now."), "warning")
        return self._moves(slug, problems)

    def _moves(self, slug: str, problems: Iterable[Problem]) -> tuple[str, int]:
        chosen = targets()
        rows = perform(preview_move, slug, chosen)
        with reading() as (session, _act):
            definition = find(session, JOURNEY, slug)
            live = definition.live_version
            wanted = [row.version_id for row in rows]
            found = session.scalars(select(DefinitionVersion).where(DefinitionVersion.id.in_(wanted)))
            contents = {version.id: version.content for version in found}
            latest = select(JourneyMove).where(JourneyMove.definition_id == definition.id)
            past = session.scalars(latest.order_by(JourneyMove.id.desc()).limit(LATEST)).all()
        going = [row for row in rows if row.kind != PERSON]
        problems = list(problems)
        return self.page(
            "journeys/move.html",
            definition=definition,
            live=live,
            rows=[row_words(row, contents[row.version_id], chosen) for row in rows],
            steps=[] if live is None else step_names(live.content),
            going=sum(row.standing for row in going),
            is_silent=all(row.is_silent for row in going),
            chosen=[
                (f"{CHOSEN}{version}.{step}", to) for version, steps in chosen.items() for step, to in steps.items()
            ],
            past=past,
            kinds=KINDS,
            moves=MOVES,
            problems=problems,
            status=422 if problems else 200,
        )

    @expose("/<slug>/move/<uid>/undo", methods=("POST",))
    @allowed("publish")
    def undo(self, slug: str, uid: str) -> Response:
        """Take a move back, as far as its patients have not moved on."""
        try:
            perform(undo_move, uuid.UUID(uid))
        except ValueError:
            abort(404)
        except Stale:
            flash(gettext("Something changed since you looked. This is how it stands now."), "warning")
        else:
            flash(gettext("The move is being taken back for everybody who has not gone on since."), "success")
        return self.go("move", slug=slug)


def targets() -> dict[str, dict[str, str]]:
    """Where somebody wants patients to go, from the address or the form: `to.<version id>.<step>`."""
    found: dict[str, dict[str, str]] = {}
    for name, target in request.values.items():
        version, _, step = name.removeprefix(CHOSEN).partition(".")
        if name.startswith(CHOSEN) and version.isdecimal() and step and target:
            found.setdefault(version, {})[step] = target
    return found


def step_names(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The steps of a version with what people read for them."""
    return [(step_id, say_texts(step.get("name")) or step_id) for step_id, step in content.get("steps", {}).items()]


def row_words(row: Landing, content: Mapping[str, Any], chosen: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """One row of the table, with the name of its step."""
    return {
        "landing": row,
        "name": dict(step_names(content)).get(row.step, row.step),
        "field": f"{CHOSEN}{row.version_id}.{row.step}",
        "chosen": chosen.get(str(row.version_id), {}).get(row.step, ""),
    }
