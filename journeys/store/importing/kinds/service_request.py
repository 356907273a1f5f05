"""ServiceRequest → `referral`, when it is one; any other order is kept whole."""

from __future__ import annotations

from journeys.store.importing.kinds.base import Context, Kind, Row, clinical
from journeys.store.importing.reading import Coded, Reading
from journeys.store.plans import REQUEST_STATUSES, Referral

STATES = {
    "draft": "draft",
    "active": "sent",
    "on-hold": "sent",
    "unknown": "sent",
    "completed": "closed",
    "revoked": "cancelled",
    "entered-in-error": "cancelled",
}
OVER = ("closed", "cancelled")
REFERRAL_CODES = frozenset({"3457005", "306206005", "referral"})
PRIORITIES = ("routine", "urgent", "asap", "stat")


class ServiceRequestKind(Kind):
    """A referral order. How far it has come is the house's own knowledge: a changed order only ends it."""

    resource_type = "ServiceRequest"
    table = Referral
    order = 68
    event = "referral.changed"

    def read(self, reading: Reading, context: Context) -> Row | None:
        """The service asked for, of whom, with which priority, ordered when and wanted until when."""
        status = reading.status("status", REQUEST_STATUSES)
        row = clinical(reading, ())
        priority = reading.choice("priority", PRIORITIES)
        ordered = reading.moment("authoredOn")
        wanted = reading.moment("occurrenceDateTime") or reading.period("occurrencePeriod")[1]
        reasons = [each.concept().display for each in reading.each("reasonCode")]
        if row is None:
            return None
        row.values["status"] = STATES.get(status or "", "sent")
        row.values["status_at"] = context.now
        row.values["priority"] = priority or "routine"
        row.values["ordered_at"] = ordered
        row.values["due_at"] = wanted
        row.secrets["question"] = "; ".join(reason for reason in reasons if reason) or None
        row.at = ordered
        row.refer("to_organization_id", *reading.references("performer", "Organization"))
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        return row

    def takes(self, reading: Reading) -> bool:
        """Whether this order is a referral: its category or code says so."""
        concepts = [each.concept() for each in reading.each("category")]
        return any(is_referral(each) for each in [*concepts, reading.coded("code")])

    def on_change(self, row: Row) -> None:
        """Leave the state alone, unless the order is over."""
        if row.values["status"] not in OVER:
            del row.values["status"]
            del row.values["status_at"]


def is_referral(coded: Coded) -> bool:
    """Whether a code or its words mean a referral."""
    return coded.code in REFERRAL_CODES or "referral" in (coded.display or "").casefold()
