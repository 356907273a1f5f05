"""What the states of records are called."""

from journeys.foundation.words import N_

RECORD_STATES = {
    "booked": N_("Booked"),
    "cancelled": N_("Cancelled"),
    "noshow": N_("Missed"),
    "fulfilled": N_("Kept"),
    "proposed": N_("Proposed"),
    "pending": N_("Pending"),
    "arrived": N_("Arrived"),
    "checked-in": N_("Checked in"),
    "waitlist": N_("On the waitlist"),
    "requested": N_("Open"),
    "accepted": N_("Taken"),
    "in-progress": N_("In progress"),
    "on-hold": N_("On hold"),
    "planned": N_("Planned"),
    "resolved": N_("Resolved"),
    "inactive": N_("Inactive"),
    "stopped": N_("Stopped"),
    "not-done": N_("Not done"),
    "sent": N_("Sent"),
    "draft": N_("Draft"),
    "revoked": N_("Revoked"),
    "preliminary": N_("Preliminary"),
    "amended": N_("Amended"),
    "corrected": N_("Corrected"),
}
