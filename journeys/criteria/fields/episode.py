"""Stays in programmes."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.organisation import Programme
from journeys.store.plans import Episode as Table


class Episode(Record):
    """A stay in a care programme (diabetes care, antenatal care); windows look at when it began."""

    label = N_("an episode of care")
    singular = N_("episode of care")
    plural = N_("episodes of care")
    table = Table
    when = "start_at"
    attributes = {
        "start_at": instant("start_at", N_("beginning")),
        "end_at": instant("end_at", N_("end")),
        "status": code(
            "status",
            N_("status"),
            {
                "planned": N_("planned"),
                "waitlist": N_("on the waitlist"),
                "active": N_("active"),
                "onhold": N_("on hold"),
                "finished": N_("finished"),
                "cancelled": N_("cancelled"),
            },
        ),
        "programme": code("programme_id", N_("programme"), through=(Programme.id, Programme.slug)),
        "code": code("code", N_("code"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
    }
