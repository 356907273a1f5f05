"""The links to an appointment that messages carry. What they open is the business of `access.links`."""

from __future__ import annotations

from journeys.foundation import links

LINK = "appointment"
PATH = "/a/"


def visit_link_of(appointment_id: int | None) -> str | None:
    """The link by which a patient sees, confirms, moves or calls off an appointment; None where the message is about
    none, or this installation has no address."""
    return None if appointment_id is None else links.written(LINK, PATH, appointment_id)
