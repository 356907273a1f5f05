"""What patients ask for."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.organisation import Location
from journeys.store.plans import Request as Table


class Request(Record):
    """Something that the patient asked for: an appointment, a result, a prescription; windows look at when."""

    label = N_("a request")
    singular = N_("request")
    plural = N_("requests")
    table = Table
    when = "received_at"
    attributes = {
        "received_at": instant("received_at", N_("time")),
        "due_at": instant("due_at", N_("time it is due")),
        "kind": code("kind", N_("kind")),
        "status": code(
            "status",
            N_("status"),
            {
                "draft": N_("draft"),
                "active": N_("active"),
                "on-hold": N_("on hold"),
                "revoked": N_("withdrawn"),
                "completed": N_("completed"),
                "unknown": N_("unknown"),
            },
        ),
        "priority": code(
            "priority",
            N_("priority"),
            {
                "routine": N_("routine"),
                "urgent": N_("urgent"),
                "asap": N_("as soon as possible"),
                "stat": N_("at once"),
            },
        ),
        "channel": code("channel", N_("channel")),
        "outcome": code("outcome", N_("outcome")),
        "branch": code("location_id", N_("branch"), through=(Location.id, Location.slug)),
    }
