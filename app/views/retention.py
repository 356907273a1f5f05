"""Retention: how much history there is, how long each table is kept, and what runs remove; rules of administrators."""

from dataclasses import dataclass, field
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, ShapeForm, allowed, expose, form_for, perform_for_all, say
from app.views.retention_words import (
    NEVER,
    floor_words,
    going_words,
    kept_words,
    months_words,
    removed_words,
    rule_words,
    size_words,
)
from journeys.flow.retention.change_rule import NO_VERSION, change_rule, history_named
from journeys.flow.retention.preview_rule import Preview, preview_rule
from journeys.flow.retention.retention import Standing, retention
from journeys.foundation.errors import Invalid, Stale
from journeys.foundation.words import N_
from journeys.store.retention import NEVER_REMOVED

COLUMNS = (
    Column(N_("History"), "label", link=lambda row: f"/retention/{row['name']}/"),
    Column(N_("Kept for"), "kept"),
    Column(N_("Size"), "size"),
    Column(N_("Rows, about"), "rows", kind="number"),
    Column(N_("Oldest"), "oldest", kind="date"),
    Column(N_("Last run"), "run", kind="moment"),
    Column(N_("What it did"), "did", kind="muted"),
)


@dataclass(frozen=True)
class Rule:
    """How long a table is kept."""

    months: int | None = field(
        default=None,
        metadata={"label": N_("Kept for months"), "help": N_("Leave it empty to keep everything for ever.")},
    )


class Retention(Screen):
    """Every table of history, and one of them with its rule."""

    name = "retention"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """All of them."""
        rows = [row_of(each) for each in perform_for_all(retention)]
        never = [(say(what), say(why)) for what, why in map(NEVER.__getitem__, NEVER_REMOVED)]
        return self.page("retention/index.html", columns=COLUMNS, rows=rows, never=never)

    @expose("/<name>/")
    @allowed("read")
    def show(self, name: str) -> tuple[str, int]:
        """One table, and what its next run would remove."""
        return self._show(name)

    @expose("/<name>/preview", methods=("POST",))
    @allowed("change")
    def preview(self, name: str) -> tuple[str, int]:
        """What another rule would remove; nothing is changed yet."""
        form = form_for(Rule)
        if not form.is_accepted():
            return self._show(name, form)
        months = form.value().months
        try:
            would_go = None if months is None else perform_for_all(preview_rule, name, months)
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return self._show(name, form)
        asked = {"months": "" if months is None else str(months), "row_version": request.form.get("row_version", "")}
        return self._show(name, form, proposal=proposal_of(months, would_go), asked=asked)

    @expose("/<name>/rule", methods=("POST",))
    @allowed("change")
    def change(self, name: str) -> Response | tuple[str, int]:
        """Give the rule that was looked at."""
        form = form_for(Rule)
        version = request.form.get("row_version", "")
        if not form.is_accepted() or not (version.isascii() and version.isdecimal() and len(version) < 10):
            return self._show(name, form)
        try:
            perform_for_all(change_rule, name, form.value().months, int(version))
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return self._show(name, form)
        except Stale:
            flash(gettext("Somebody else changed this rule meanwhile. This is how it stands now."), "warning")
        else:
            flash(gettext("The rule holds from tomorrow on. Until then you can take it back."), "success")
        return self.go("show", name=name)

    def _show(
        self,
        name: str,
        form: ShapeForm | None = None,
        proposal: dict[str, Any] | None = None,
        asked: dict[str, str] | None = None,
    ) -> tuple[str, int]:
        """Draw one table, with what was typed where it was refused."""
        history_named(name)
        [found] = perform_for_all(retention, name)
        months = found.rule.keep_months if found.rule is not None else None
        upcoming = None if months is None else perform_for_all(preview_rule, name, months)
        return self.page(
            "retention/show.html",
            found=found,
            row=row_of(found),
            holds=say(found.history.holds),
            floor=floor_words(name),
            form=form or form_for(Rule, Rule(months)),
            version=found.rule.row_version if found.rule is not None else NO_VERSION,
            upcoming=None if upcoming is None else proposal_of(months, upcoming),
            proposal=proposal,
            asked=asked or {},
            kept=kept_words(found.run.kept) if found.run is not None else [],
            status=200 if form is None or proposal is not None else form.status,
        )


def row_of(found: Standing) -> dict[str, Any]:
    """One table as the list shows it."""
    return {
        "name": found.history.name,
        "label": say(found.history.label),
        "kept": rule_words(found.rule),
        "size": size_words(found.size.bytes),
        "rows": found.size.rows,
        "oldest": found.oldest.date() if found.oldest is not None else None,
        "run": found.run.began_at if found.run is not None else None,
        "did": removed_words(found.run),
    }


def proposal_of(months: int | None, preview: Preview | None) -> dict[str, Any]:
    """What a rule would do, in words."""
    if preview is None:
        return {"kept": months_words(None), "going": gettext("Nothing."), "staying": []}
    return {
        "kept": months_words(months),
        "cutoff": preview.cutoff,
        "going": going_words(preview),
        "staying": kept_words(dict(preview.kept)),
    }
