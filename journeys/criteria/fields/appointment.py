"""Appointments."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.access import Appointment as Table
from journeys.store.organisation import Department, Location, Practitioner, ServiceLine


class Appointment(Record):
    """An appointment asked for, booked, kept, missed or cancelled; windows look at when it begins.

    `practitioner` is the username of a member of staff, the uid of somebody without a sign-in.
    """

    label = N_("an appointment")
    singular = N_("appointment")
    plural = N_("appointments")
    table = Table
    when = "start_at"
    attributes = {
        "start_at": instant("start_at", N_("beginning")),
        "end_at": instant("end_at", N_("end")),
        "booked_at": instant("booked_at", N_("time of booking")),
        "confirmed_at": instant("confirmed_at", N_("time of confirmation")),
        "cancelled_at": instant("cancelled_at", N_("time of cancellation")),
        "status": code(
            "status",
            N_("status"),
            {
                "proposed": N_("proposed"),
                "pending": N_("pending"),
                "booked": N_("booked"),
                "arrived": N_("arrived"),
                "fulfilled": N_("fulfilled"),
                "cancelled": N_("cancelled"),
                "noshow": N_("missed"),
                "checked-in": N_("checked in"),
                "waitlist": N_("on the waitlist"),
            },
        ),
        "code": code("code", N_("type"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "cancellation_reason": code("cancellation_reason", N_("reason of cancellation")),
        "branch": code("location_id", N_("branch"), through=(Location.id, Location.slug)),
        "department": code("department_id", N_("department"), through=(Department.id, Department.slug)),
        "service_line": code("service_line_id", N_("service line"), through=(ServiceLine.id, ServiceLine.slug)),
        "practitioner": code(
            "practitioner_id", N_("practitioner"), through=(Practitioner.id, Practitioner.username, Practitioner.uid)
        ),
    }
