"""The review desk: records that may be of one person, side by side; people say whether they are, and two join them."""

import uuid
from collections.abc import Iterable
from typing import Any

from flask import flash, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, expose, perform, say
from app.views.match_words import ATTRIBUTES, DOUBTS, FIELDS, LEVELS, RULES, STATUSES, VERDICTS, value_said
from journeys.foundation.errors import Forbidden, Invalid, Problem, Stale
from journeys.foundation.words import N_
from journeys.store.identity.answer_link import Question, answer_link, waiting_links
from journeys.store.identity.answer_merge import answer_merge
from journeys.store.identity.ask_merge import ask_merge
from journeys.store.identity.decide_match import decide_match
from journeys.store.identity.desk import Laid, Pair, Side, lay_side_by_side, open_desk
from journeys.store.identity.link_to_branch import REASONS
from journeys.store.identity.undo_merge import undo_merge
from journeys.store.matches import DISTINCT
from journeys.store.merges import PatientMerge
from journeys.store.people import Patient

PAIR_COLUMNS = (
    Column(N_("One record"), "one", link=lambda row: row["address"]),
    Column(N_("Born"), "one_born", kind="date"),
    Column(N_("The other"), "other"),
    Column(N_("Born"), "other_born", kind="date"),
    Column(N_("How sure"), "verdict", kind="chip", chip=VERDICTS.__getitem__),
    Column(N_("State"), "status", kind="chip", chip=STATUSES.__getitem__),
    Column(N_("Weight"), "score", kind="number"),
)
MERGE_COLUMNS = (
    Column(N_("Record that is kept"), "kept", link=lambda row: row["address"]),
    Column(N_("Merged record"), "merged"),
    Column(N_("Asked by"), "by", kind="muted"),
    Column(N_("When"), "at", kind="moment"),
)
LINK_COLUMNS = (
    Column(N_("Patient"), "name"),
    Column(N_("Born"), "born", kind="date"),
    Column(N_("Branch that asks"), "branch"),
    Column(N_("Reason"), "reason"),
    Column(N_("Asked by"), "by", kind="muted"),
    Column(N_("When"), "at", kind="moment"),
)
SIDE_COLUMNS = (
    Column(N_("What"), "what"),
    Column(N_("Record that is kept"), "kept"),
    Column(N_("The other record"), "merged"),
    Column(N_("Comparison"), "level", kind="chip", chip=LEVELS.__getitem__),
    Column(N_("Weight"), "weight", kind="number"),
)


class Matches(Screen):
    """Pairs that may be one person, one of them side by side, and merges that people asked for."""

    name = "matches"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """What lies on the desk, the surest pairs first."""
        desk = perform(open_desk)
        return self.page(
            "matches/index.html",
            pair_columns=PAIR_COLUMNS,
            pairs=[self._pair(each) for each in desk.pairs],
            is_more=desk.is_more,
            merge_columns=MERGE_COLUMNS,
            waiting=[self._merge(*each) for each in desk.waiting],
            joined=[self._merge(*each) for each in desk.joined],
            link_columns=LINK_COLUMNS,
            links=[link_row(each) for each in perform(waiting_links)] if self.may("approve") else [],
        )

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """Two records side by side."""
        return self._show(uid)

    @expose("/<uuid:uid>/decide", methods=("POST",))
    @allowed("change")
    def decide(self, uid: uuid.UUID) -> Response:
        """They are two persons, or nobody can say yet."""
        version = request.form.get("version", "")
        answer = request.form.get("answer", "")
        try:
            perform(decide_match, uid, answer, int(version) if version.isdecimal() else 0)
        except (Stale, Invalid):
            flash(gettext("Somebody dealt with it first."), "warning")
            return self.go()
        done = gettext("They stay two persons. This pair is not shown again.")
        flash(done if answer == DISTINCT else gettext("It stays on the desk."), "success")
        return self.go()

    @expose("/<uuid:uid>/join", methods=("POST",))
    @allowed("change")
    def join(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Ask somebody else to join them."""
        laid = perform(lay_side_by_side, uid, request.form.get("keep") == "other")
        kept, merged = (side.patient.uid for side in laid.sides)
        reason = request.form.get("reason", "")
        choices = {each: request.form[f"field.{each}"] for each in FIELDS if request.form.get(f"field.{each}")}
        try:
            perform(ask_merge, kept, merged, reason, choices)
        except Invalid as invalid:
            return self._show(uid, invalid.problems, reason, choices)
        flash(gettext("Asked. Somebody else looks at both records and joins them."), "success")
        return self.go()

    @expose("/<uuid:uid>/answer", methods=("POST",))
    @allowed("approve")
    def answer(self, uid: uuid.UUID) -> Response:
        """Join them, or leave them apart."""
        agrees = request.form.get("answer") == "yes"
        try:
            perform(answer_merge, uid, agrees)
        except Stale:
            flash(gettext("One of the records was changed, or somebody answered first. Look again."), "warning")
            return self.go()
        except Forbidden:
            flash(gettext("You asked for this, so somebody else approves it."), "warning")
            return self.go("show", uid=uid)
        flash(gettext("They are one record now.") if agrees else gettext("They stay apart."), "success")
        return self.go()

    @expose("/<uuid:uid>/undo", methods=("POST",))
    @allowed("approve")
    def undo(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Take a merge back."""
        reason = request.form.get("reason", "")
        try:
            perform(undo_merge, uid, reason)
        except Invalid as invalid:
            return self._show(uid, invalid.problems, reason)
        except Stale:
            flash(gettext("Somebody dealt with it first."), "warning")
            return self.go()
        flash(gettext("Both records are again what they were."), "success")
        return self.go()

    @expose("/links/<uuid:uid>", methods=("POST",))
    @allowed("approve")
    def answer_link(self, uid: uuid.UUID) -> Response:
        """Let another branch see a patient, or not."""
        agrees = request.form.get("answer") == "yes"
        try:
            perform(answer_link, uid, agrees)
        except Stale:
            flash(gettext("Somebody answered first, or it was asked too long ago."), "warning")
        except Forbidden:
            flash(gettext("You asked for this, so somebody else approves it."), "warning")
        else:
            done = gettext("The branch sees the patient from now on.")
            flash(done if agrees else gettext("The branch does not see the patient."), "success")
        return self.go()

    def _show(
        self, uid: uuid.UUID, problems: Iterable[Problem] = (), reason: str = "", choices: Any = None
    ) -> tuple[str, int]:
        keeps_other = request.values.get("keep") == "other"
        laid = perform(lay_side_by_side, uid, keeps_other)
        said = [say(each) for each in problems]
        doubts = laid.candidate.explanation["doubts"] if laid.candidate else []
        return self.page(
            "matches/show.html",
            uid=uid,
            laid=laid,
            keeps_other=keeps_other,
            columns=SIDE_COLUMNS,
            rows=rows_of(laid, keeps_other),
            doubts=[say(DOUBTS[each]) for each in doubts if each in DOUBTS],
            fields=[field_row(each, choices or {}) for each in laid.fields if each.differs],
            problems=said,
            reason=reason,
            status=422 if said else 200,
        )

    def _pair(self, each: Pair) -> dict[str, Any]:
        return {
            "one": named(each.one),
            "one_born": each.one.birth_date,
            "other": named(each.other),
            "other_born": each.other.birth_date,
            "verdict": each.candidate.verdict,
            "status": each.candidate.status,
            "score": round(each.candidate.score / 100),
            "address": self.address("show", uid=each.candidate.uid),
        }

    def _merge(self, merge: PatientMerge, kept: Patient, merged: Patient) -> dict[str, Any]:
        return {
            "kept": named(kept),
            "merged": named(merged),
            "by": merge.asked_by.removeprefix("user:"),
            "at": merge.answered_at or merge.asked_at,
            "address": self.address("show", uid=merge.uid),
        }


def link_row(each: Question) -> dict[str, Any]:
    """A branch that waits, as the desk shows it."""
    return {
        "uid": each.uid,
        "name": each.name or gettext("No name recorded"),
        "born": each.birth_date,
        "branch": each.branch,
        "reason": say(REASONS[each.reason]),
        "by": each.asked_by.removeprefix("user:"),
        "at": each.asked_at,
    }


def named(patient: Patient) -> str:
    """What a record is called."""
    return patient.name or gettext("No name recorded")


def rows_of(laid: Laid, is_turned: bool) -> list[dict[str, Any]]:
    """Every attribute of both records, with how alike they were found to be."""
    found = {}
    if laid.candidate is not None:
        found = {name: (level, weight) for name, level, weight in laid.candidate.explanation["findings"]}
    rows = []
    kept, merged = (said_of(side) for side in laid.sides)
    for key, label, names in (
        ("name", N_("Name"), ("given", "family")),
        *(
            (key, ATTRIBUTES[key], (key,))
            for key in ("birth_date", "gender", "phone", "email", "address", "identifier")
        ),
    ):
        of_these = [found[name] for name in names if name in found]
        weakest = min(of_these, key=lambda each: each[1], default=("unknown", 0))
        rows.append(
            {
                "what": say(label),
                "kept": kept[key],
                "merged": merged[key],
                "level": weakest[0],
                "weight": round(sum(weight for _, weight in of_these)),
            }
        )
    branches = {"what": gettext("Branches"), "level": "unknown", "weight": 0}
    return [*rows, {**branches, "kept": kept["branches"], "merged": merged["branches"]}]


def said_of(side: Side) -> dict[str, str]:
    """What one record says, in words."""
    patient = side.patient
    lists = {
        "phone": side.phones,
        "email": side.emails,
        "address": side.addresses,
        "identifier": side.identifiers,
        "branches": side.branches,
    }
    return {
        "name": named(patient),
        "birth_date": value_said("birth_date", patient.birth_date),
        "gender": value_said("gender", patient.gender),
        **{key: " · ".join(map(isolated, values)) or gettext("Not recorded") for key, values in lists.items()},
    }


def isolated(text: str) -> str:
    """A number or an address that stands by itself, whichever way the words around it are written (U+2068, U+2069)."""
    return f"\u2068{text}\u2069"


def field_row(each: Any, choices: dict[str, str]) -> dict[str, Any]:
    """One field whose value somebody may choose."""
    whose = choices.get(each.field, each.whose)
    return {
        "name": each.field,
        "label": say(FIELDS[each.field]),
        "rule": say(RULES[each.rule]),
        "options": [
            ("kept", value_said(each.field, each.kept), whose == "kept"),
            ("merged", value_said(each.field, each.merged), whose == "merged"),
        ],
    }
