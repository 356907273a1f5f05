"""Which custom fields somebody may have in a list of patients."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.read_custom_values import RESTRICTED, fields_to_see
from journeys.foundation.acting import Act
from journeys.foundation.errors import Forbidden

PATIENTS = "patients"
"""The name of the list of patients."""


def offered(session: Session, act: Act, roles: Collection[str]) -> dict[str, CustomField]:
    """The fields of patients that roles and the act's purpose open, in the order of forms.

    Restricted ones stand behind a door, patient by patient: a list would open many at once.
    """
    fields = fields_to_see(session, act, "patient", roles)
    return {slug: field for slug, field in fields.items() if field.sensitivity != RESTRICTED}


def refuse_others(slugs: Collection[str], fields: Collection[str]) -> None:
    """Forbidden when something else than the offered fields is asked for."""
    if not set(slugs) <= set(fields):
        raise Forbidden("This list does not offer such a field")
