"""Referrals."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.organisation import Location, Organization, ServiceLine
from journeys.store.referrals import Referral as Table


class Referral(Record):
    """A referral to another service; windows look at when it was ordered.

    `status_at` is when its state last changed, `last_progress_at` when it last came further than it had been,
    `organization` the name of the one that it goes to, `to_branch` the branch that an incoming one comes to; `owner` a
    username.
    """

    label = N_("a referral")
    singular = N_("referral")
    plural = N_("referrals")
    table = Table
    when = "ordered_at"
    not_counted = ()
    attributes = {
        "ordered_at": instant("ordered_at", N_("time of the order")),
        "status_at": instant("status_at", N_("time of the last change")),
        "last_progress_at": instant("last_progress_at", N_("time of the last progress")),
        "due_at": instant("due_at", N_("time it is due")),
        "scheduled_at": instant("scheduled_at", N_("time of the appointment there")),
        "direction": code("direction", N_("direction"), {"outgoing": N_("outgoing"), "incoming": N_("incoming")}),
        "status": code(
            "status",
            N_("status"),
            {
                "draft": N_("draft"),
                "sent": N_("sent"),
                "received": N_("received"),
                "accepted": N_("accepted"),
                "declined": N_("declined"),
                "scheduled": N_("scheduled"),
                "attended": N_("attended"),
                "no-show": N_("not attended"),
                "results-received": N_("results received"),
                "reviewed": N_("reviewed"),
                "patient-informed": N_("patient informed"),
                "closed": N_("closed"),
                "cancelled": N_("cancelled"),
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
        "code": code("code", N_("service"), system="code_system"),
        "code_system": code("code_system", N_("code system")),
        "service_line": code("service_line_id", N_("service line"), through=(ServiceLine.id, ServiceLine.slug)),
        "branch": code("from_location_id", N_("branch"), through=(Location.id, Location.slug)),
        "to_branch": code("to_location_id", N_("branch that it comes to"), through=(Location.id, Location.slug)),
        "owner": code("owner", N_("owner")),
        "organization": code("to_organization_id", N_("organization"), through=(Organization.id, Organization.name)),
    }
