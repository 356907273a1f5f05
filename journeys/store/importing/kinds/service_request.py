"""ServiceRequest → `referral`, when it is one, beside the order as it was sent; any other order is kept whole."""

from __future__ import annotations

from journeys.store.importing.kinds.base import Context, Kind, Row, clinical
from journeys.store.importing.reading import Coded, Reading
from journeys.store.plans import REQUEST_STATUSES
from journeys.store.referrals import Referral

STATES = {
    "draft": "draft",
    "active": "sent",
    "on-hold": "sent",
    "unknown": "sent",
    "completed": "closed",
    "revoked": "cancelled",
    "entered-in-error": "cancelled",
}
REFERRAL_CODES = frozenset({"3457005", "306206005", "referral"})
PRIORITIES = ("routine", "urgent", "asap", "stat")


class ServiceRequestKind(Kind):
    """A referral order. How far it has come is the house's own knowledge.

    Of a changed order only what its source says of it is written down; what follows from that, the house decides.
    """

    resource_type = "ServiceRequest"
    table = Referral
    order = 68
    event = "referral.changed"
    is_kept_beside = True

    def read(self, reading: Reading, context: Context) -> Row | None:
        """The service asked for, of whom, with which priority, ordered when and wanted until when."""
        status = reading.status("status", REQUEST_STATUSES)
        row = clinical(reading, ())
        priority = reading.choice("priority", PRIORITIES)
        ordered = reading.moment("authoredOn")
        wanted = reading.moment("occurrenceDateTime") or reading.period("occurrencePeriod")[1]
        reasons = [each.concept().display for each in reading.each("reasonCode")]
        notes = [each.text("text") for each in reading.each("note")]
        if row is None:
            return None
        row.values["status"] = STATES.get(status or "", "sent")
        row.values["status_at"] = context.now
        row.values["source_status"] = status
        row.values["priority"] = priority or "routine"
        row.values["ordered_at"] = ordered
        row.values["due_at"] = wanted
        row.secrets["reason"] = "; ".join(reason for reason in reasons if reason) or None
        row.secrets["question"] = "\n".join(note for note in notes if note) or None
        row.at = ordered
        row.refer("to_organization_id", *reading.references("performer", "Organization"))
        row.refer("encounter_id", reading.reference("encounter", "Encounter"))
        return row

    def takes(self, reading: Reading) -> bool:
        """Whether this order is a referral: its category or code says so."""
        concepts = [each.concept() for each in reading.each("category")]
        return any(is_referral(each) for each in [*concepts, reading.coded("code")])

    def on_change(self, row: Row) -> None:
        """Leave the state alone; that the order changed is news, however old the order is."""
        del row.values["status"]
        del row.values["status_at"]
        row.at = None


def is_referral(coded: Coded) -> bool:
    """Whether a code or its words mean a referral."""
    return coded.code in REFERRAL_CODES or "referral" in (coded.display or "").casefold()
