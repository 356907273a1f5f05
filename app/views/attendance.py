"""Attendance risk: which of points and model is in use and why, how good the model is, and who puts one in force."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, request
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, expose, perform, perform_for_all, reading, say
from app.views.patient_list import branch_names
from journeys.access.risk.answer_model import answer_model
from journeys.access.risk.ask_for_model import ask_for_model
from journeys.access.risk.gates import Gate, gates_of
from journeys.access.risk.standing import what_stands
from journeys.foundation.acting import Act
from journeys.foundation.errors import Invalid
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.attendance import (
    ASKED,
    DECLINED,
    FAILED,
    HIGH,
    IN_FORCE,
    LEARNT,
    LOW,
    MEDIUM,
    MODEL,
    OVER,
    AttendanceRisk,
    RiskModel,
)

RISKS = {
    HIGH: ("danger", "alert", N_("High")),
    MEDIUM: ("warning", "alert", N_("Medium")),
    LOW: ("good", "check", N_("Low")),
}
STATES = {
    ASKED: ("", "clock", N_("Being learnt")),
    FAILED: ("warning", "alert", N_("Too little to learn from")),
    LEARNT: ("warning", "hand", N_("Waits for approval")),
    IN_FORCE: ("good", "check", N_("In force")),
    DECLINED: ("", "close", N_("Declined")),
    OVER: ("", "close", N_("Out of force")),
}
HOLDS = {True: ("good", "check", N_("Holds")), False: ("danger", "alert", N_("Fails"))}
DONE = {
    IN_FORCE: N_("The model is in force."),
    DECLINED: N_("The model is declined."),
    OVER: N_("The points are in use again."),
}
KINDS = {
    "age": N_("Age"),
    "gender": N_("Sex"),
    "language": N_("Language"),
    "phone": N_("Has a phone number"),
    "payer": N_("Payer"),
    "week": N_("Week from"),
    "branch": N_("Branch"),
}
CLASSES = (
    Column(N_("Risk"), "risk", kind="chip", chip=RISKS.__getitem__),
    Column(N_("Coming visits"), "count", kind="number"),
    Column(N_("By the model"), "by_model", kind="number"),
)
GATES = (
    Column(N_("Gate"), "name"),
    Column(N_("What it asks"), "says"),
    Column(N_("Figure"), "figure"),
    Column(N_("Needs"), "needs", kind="muted"),
    Column(N_("Result"), "holds", kind="chip", chip=HOLDS.__getitem__),
)
TENTHS = (
    Column(N_("Tenth"), "tenth", kind="number"),
    Column(N_("Visits"), "count", kind="number"),
    Column(N_("Foretold"), "foretold"),
    Column(N_("Missed"), "missed"),
)
GROUPS = (
    Column(N_("By"), "kind", kind="muted"),
    Column(N_("Group"), "group"),
    Column(N_("Visits"), "count", kind="number"),
    Column(N_("Discrimination (AUC)"), "auc"),
    Column(N_("Missed over foretold"), "ratio"),
)
MODELS = (
    Column(N_("Asked for"), "asked_at", kind="moment"),
    Column(N_("By"), "asked_by", kind="muted"),
    Column(N_("State"), "status", kind="chip", chip=STATES.__getitem__),
    Column(N_("Learnt from"), "visits"),
    Column(N_("Fingerprint"), "fingerprint", kind="muted"),
    Column(N_("Answered by"), "answered_by", kind="muted"),
)
LATEST = 20


class Attendance(Screen):
    """The page, and what is done from it."""

    name = "attendance"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """What is in use, and the model that waits or is in force."""
        now = perform_for_all(what_stands)
        with reading() as (session, act):
            models = list(session.scalars(select(RiskModel).order_by(RiskModel.id.desc()).limit(LATEST)))
            classes = classes_of(session, act)
        waiting = next((each for each in models if each.status == LEARNT), None)
        shown = waiting or now.model
        return self.page(
            "attendance/index.html",
            now=now,
            waiting=waiting,
            is_learning=any(each.status == ASKED for each in models),
            classes=classes,
            gates=gate_rows(gates_of(shown.judged) if waiting and shown else now.gates),
            report=report_rows(shown.judged) if shown is not None and shown.judged else None,
            models=[model_row(each) for each in models],
            columns={"classes": CLASSES, "gates": GATES, "tenths": TENTHS, "groups": GROUPS, "models": MODELS},
        )

    @expose("/ask", methods=("POST",))
    @allowed("change")
    def ask(self) -> Response:
        """Learn a model from the visits as they are now."""
        try:
            perform(ask_for_model)
        except Invalid as invalid:
            flash(" ".join(say(each) for each in invalid.problems), "warning")
        else:
            flash(gettext("A model is being learnt. It waits here for approval in a minute or two."), "success")
        return self.go()

    @expose("/<uuid:uid>/answer", methods=("POST",))
    @allowed("approve")
    def answer(self, uid: UUID) -> Response:
        """Put a model in force, decline it, or take it out of force."""
        status = request.form.get("status", "")
        try:
            perform(answer_model, uid, status)
        except Invalid as invalid:
            flash(" ".join(say(each) for each in invalid.problems), "warning")
        else:
            flash(say(DONE[status]), "success")
        return self.go()


def classes_of(session: Session, act: Act) -> list[Mapping[str, Any]]:
    """How many coming visits of the reader's branches are in which class."""
    told = AttendanceRisk
    rows = session.execute(
        select(told.risk, func.count(), func.count().filter(told.used == MODEL))
        .join(Appointment, Appointment.id == told.appointment_id)
        .where(Appointment.start_at > act.now, Appointment.status.in_(("booked", "pending")))
        .group_by(told.risk)
    )
    found = {risk: (count, by_model) for risk, count, by_model in rows}
    return [{"risk": risk, "count": found[risk][0], "by_model": found[risk][1]} for risk in RISKS if risk in found]


def gate_rows(gates: Iterable[Gate]) -> list[Mapping[str, Any]]:
    """Each gate, those that fail first."""
    rows = [
        {
            "name": gate.name,
            "says": f"{say(gate.says)} ({gate.about})" if gate.about else say(gate.says),
            "figure": decimals(gate.figure),
            "needs": " - ".join(decimals(each) for each in (gate.least, gate.most) if each is not None)
            if gate.least is not None and gate.most is not None
            else gettext("at least %(least)s", least=decimals(gate.least))
            if gate.least is not None
            else gettext("at most %(most)s", most=decimals(gate.most)),
            "holds": gate.holds,
        }
        for gate in gates
    ]
    return sorted(rows, key=lambda row: (row["holds"], row["name"]))


def report_rows(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """Calibration in tenths, weeks, branches and groups; what is too small is not shown."""
    tenths = [
        {
            "tenth": number,
            "count": each["count"],
            "x": each["foretold"] / each["count"],
            "y": each["missed"] / each["count"],
            "foretold": share(each["foretold"] / each["count"]),
            "missed": share(each["missed"] / each["count"]),
        }
        for number, each in enumerate(report["tenths"], start=1)
    ]
    names = {str(id): name for id, name in branch_names().items()}
    branches = {names[id]: figures for id, figures in report["branches"].items() if id in names}
    groups = [*group_rows("week", report["weeks"]), *group_rows("branch", branches)]
    for kind, each in report["groups"].items():
        groups += group_rows(kind, each)
    return {"spans": report["spans"], "whole": report["whole"], "tenths": tenths, "groups": groups}


def group_rows(kind: str, groups: Mapping[str, Mapping[str, Any] | None]) -> list[Mapping[str, Any]]:
    """The groups of one kind."""
    return [
        {
            "kind": say(KINDS[kind]),
            "group": name,
            "count": figures["count"] if figures else None,
            "auc": decimals(figures["auc"]) if figures else gettext("too few to show"),
            "ratio": decimals(figures["ratio"]) if figures else None,
        }
        for name, figures in groups.items()
    ]


def model_row(model: RiskModel) -> Mapping[str, Any]:
    """A model, as the list shows it."""
    learnt = (model.judged or {}).get("spans", {}).get("learnt", {})
    return {
        "asked_at": model.asked_at,
        "asked_by": model.asked_by.removeprefix("user:"),
        "status": model.status,
        "visits": gettext("%(count)s visits", count=learnt["count"]) if learnt else None,
        "fingerprint": (model.fingerprint or "")[:12],
        "answered_by": (model.answered_by or "").removeprefix("user:"),
    }


def decimals(figure: float | None) -> str:
    """Three decimals, or that nothing is known."""
    return "-" if figure is None else f"{figure:.3f}"


def share(figure: float) -> str:
    """A share as per cent."""
    return f"{100 * figure:.0f} %"
