"""Results: what nobody has looked at, what the patient does not know yet, and one of them with its buttons."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.base import Column, Screen, allowed, expose, form_for, perform, say
from journeys.care.results.acknowledge_result import acknowledge_result
from journeys.care.results.finding import version_of
from journeys.care.results.inform_patient import inform_patient
from journeys.care.results.open_result import open_result
from journeys.care.results.pending_results import Waits, pending_results
from journeys.foundation.errors import Invalid, Stale
from journeys.foundation.words import N_
from journeys.store.clinical import REPORTED, DiagnosticReport
from journeys.store.people import Patient

WAITS: dict[Waits, str] = {"acknowledge": N_("To acknowledge"), "inform": N_("To tell the patient")}

SEVERITIES = {
    "critical": ("danger", "error", N_("Critical")),
    "abnormal": ("warning", "alert", N_("Abnormal")),
    None: ("", "minus", N_("Not marked")),
}

WAYS = {
    "visit": N_("At a visit"),
    "call": N_("By phone"),
    "message": N_("By message"),
    "letter": N_("By letter"),
    "portal": N_("In the patient portal"),
}

STATUSES = {
    "registered": N_("Registered"),
    "partial": N_("Partial"),
    "preliminary": N_("Preliminary"),
    "final": N_("Final"),
    "amended": N_("Amended"),
    "corrected": N_("Corrected"),
    "appended": N_("Appended"),
    "cancelled": N_("Cancelled"),
    "entered-in-error": N_("Entered in error"),
    "unknown": N_("Unknown"),
}

COLUMNS = (
    Column(N_("Result"), "what", link=lambda row: row["address"]),
    Column(N_("Patient"), "patient", link=lambda row: row["patient_address"]),
    Column(N_("Severity"), "severity", kind="chip", chip=SEVERITIES.__getitem__),
    Column(N_("Status"), "status", kind="muted"),
    Column(N_("Arrived"), "arrived", kind="moment"),
)


@dataclass(frozen=True)
class Told:
    """How the patient heard of it."""

    how: str = field(default="call", metadata={"label": N_("How"), "choices": tuple(WAYS.items())})


class Results(Screen):
    """The list, and one result."""

    name = "results"

    @expose("/")
    @allowed("read")
    def index(self) -> tuple[str, int]:
        """What waits for somebody, the most serious first."""
        waits: Waits = "inform" if request.args.get("waits") == "inform" else "acknowledge"
        found = perform(pending_results, waits)
        return self.page(
            "results/index.html",
            columns=COLUMNS,
            rows=[row_of(result, patient) for result, patient in found.results],
            has_more=found.has_more,
            waits=waits,
            tabs=[(say(words), self.address(waits=name), None) for name, words in WAITS.items()],
            current=self.address(waits=waits),
        )

    @expose("/<uuid:uid>/")
    @allowed("read")
    def show(self, uid: uuid.UUID) -> tuple[str, int]:
        """One result, and what was done with it."""
        return self._result(uid, form_for(Told))

    def _result(self, uid: uuid.UUID, form: Any) -> tuple[str, int]:
        result, patient = perform(open_result, uid)
        return self.page(
            "results/show.html",
            result=result,
            patient=patient,
            form=form,
            title=result.display or result.code or gettext("Result"),
            version=version_of(result),
            severity=SEVERITIES[result.severity],
            result_status=say(STATUSES.get(result.status, result.status)),
            is_final=result.status in REPORTED,
            how=say(WAYS[result.informed_how]) if result.informed_how else "",
            status=form.status,
        )

    @expose("/<uuid:uid>/acknowledge", methods=("POST",))
    @allowed("acknowledge")
    def acknowledge(self, uid: uuid.UUID) -> Response:
        """Say that one has seen it, as it was shown."""
        try:
            perform(acknowledge_result, uid, request.form.get("version", ""))
            flash(gettext("Acknowledged. The patient is to be told next."), "success")
        except Stale:
            flash(
                gettext("This result has changed since, or somebody was first. This is how it stands now."), "warning"
            )
        return self.go("show", uid=uid)

    @expose("/<uuid:uid>/inform", methods=("POST",))
    @allowed("inform")
    def inform(self, uid: uuid.UUID) -> Response | tuple[str, int]:
        """Say that the patient was told."""
        form = form_for(Told)
        if not form.is_accepted():
            return self._result(uid, form)
        try:
            perform(inform_patient, uid, request.form.get("version", ""), form.value().how)
        except Invalid as invalid:
            form.refuse(invalid.problems)
            return self._result(uid, form)
        except Stale:
            flash(
                gettext("This result has changed since, or somebody was first. This is how it stands now."), "warning"
            )
            return self.go("show", uid=uid)
        flash(gettext("Written down: the patient was told."), "success")
        return self.go()


def row_of(result: DiagnosticReport, patient: Patient) -> dict[str, Any]:
    """One result as the list shows it."""
    return {
        "what": result.display or result.code or gettext("Result"),
        "address": url_for("results.show", uid=result.uid),
        "patient": patient.name or gettext("No name recorded"),
        "patient_address": url_for("patients.show", uid=patient.uid),
        "severity": result.severity,
        "status": say(STATUSES.get(result.status, result.status)),
        "arrived": result.received_at or result.recorded_at,
    }
