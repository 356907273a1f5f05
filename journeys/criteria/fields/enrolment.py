"""Enrolments in journeys."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.configuration import Definition
from journeys.store.enrolments import Enrolment as Table


class Enrolment(Record):
    """An enrolment in a journey; windows look at when it began."""

    label = N_("an enrolment")
    singular = N_("enrolment")
    plural = N_("enrolments")
    table = Table
    when = "entered_at"
    attributes = {
        "entered_at": instant("entered_at", N_("beginning")),
        "ended_at": instant("ended_at", N_("end")),
        "journey": code("definition_id", N_("journey"), through=(Definition.id, Definition.slug)),
        "status": code(
            "status",
            N_("status"),
            {
                "active": N_("active"),
                "on-hold": N_("on hold"),
                "completed": N_("completed"),
                "revoked": N_("left early"),
            },
        ),
        "stage": code("stage", N_("stage")),
        "ended_reason": code("ended_reason", N_("reason of ending")),
    }
