"""Things that care plans ask for."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, day, number
from journeys.foundation.words import N_
from journeys.store.plans import CarePlan
from journeys.store.plans import CarePlanActivity as Table


class CarePlanActivity(Record):
    """One thing that a care plan asks for, once or again and again; windows look at the day it is due."""

    label = N_("a planned activity")
    singular = N_("planned activity")
    plural = N_("planned activities")
    table = Table
    when = "due_on"
    attributes = {
        "due_on": day("due_on", N_("due date")),
        "status": code(
            "status",
            N_("status"),
            {
                "not-started": N_("not started"),
                "scheduled": N_("scheduled"),
                "in-progress": N_("in progress"),
                "on-hold": N_("on hold"),
                "completed": N_("completed"),
                "cancelled": N_("cancelled"),
                "stopped": N_("stopped"),
                "unknown": N_("unknown"),
            },
        ),
        "code": code("code", N_("code"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "interval_days": number("interval_days", N_("interval in days")),
        "plan_status": code("care_plan_id", N_("status of the plan"), through=(CarePlan.id, CarePlan.status)),
        "plan_code": code("care_plan_id", N_("code of the plan"), through=(CarePlan.id, CarePlan.code)),
    }
