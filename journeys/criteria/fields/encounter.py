"""Visits and stays."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.clinical import Encounter as Table
from journeys.store.organisation import Location, Organization, Practitioner, ServiceLine


class Encounter(Record):
    """A visit or stay; windows look at when it began. `class` is AMB, EMER, IMP, VR and so on, `code` its type,
    `discharge` where the patient went from there.

    `practitioner` is the username of a member of staff, the uid of somebody without a sign-in.
    """

    label = N_("an encounter")
    singular = N_("encounter")
    plural = N_("encounters")
    table = Table
    when = "start_at"
    until = "end_at"
    lasting = ("arrived", "triaged", "in-progress", "onleave")
    attributes = {
        "start_at": instant("start_at", N_("beginning")),
        "end_at": instant("end_at", N_("end")),
        "status": code(
            "status",
            N_("status"),
            {
                "planned": N_("planned"),
                "arrived": N_("arrived"),
                "triaged": N_("triaged"),
                "in-progress": N_("in progress"),
                "onleave": N_("on leave"),
                "finished": N_("finished"),
                "cancelled": N_("cancelled"),
                "unknown": N_("unknown"),
            },
        ),
        "class": code("class_code", N_("class")),
        "code": code("code", N_("type"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "discharge": code("discharge_code", N_("discharge to"), system="discharge_system"),
        "branch": code("location_id", N_("branch"), through=(Location.id, Location.slug)),
        "service_line": code("service_line_id", N_("service line"), through=(ServiceLine.id, ServiceLine.slug)),
        "practitioner": code(
            "practitioner_id", N_("practitioner"), through=(Practitioner.id, Practitioner.username, Practitioner.uid)
        ),
        "organization": code("organization_id", N_("organization"), through=(Organization.id, Organization.name)),
    }
