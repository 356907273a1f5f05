"""Who may see and who may edit a field: a role and a purpose that both fit. What nobody allowed is refused."""

from __future__ import annotations

from collections.abc import Collection

from journeys.criteria.custom.content import JOURNEYS, CustomField
from journeys.foundation.words import N_

PURPOSES = {
    "care": N_("care"),
    "operations": N_("running the clinic"),
    "payment": N_("payment"),
    "research": N_("research"),
    "emergency": N_("emergency"),
}
"""The purposes for which somebody acts (`Act.purpose`), after HL7's PurposeOfUse, that a field can be opened for."""


def may_see(field: CustomField, roles: Collection[str], purpose: str) -> bool:
    """Whether somebody with these roles may read the values of a field for a purpose."""
    return is_allowed(field, "see", roles, purpose)


def may_edit(field: CustomField, roles: Collection[str], purpose: str) -> bool:
    """Whether somebody with these roles may change the values of a field for a purpose; nobody edits unseen."""
    return is_allowed(field, "edit", roles, purpose) and may_see(field, roles, purpose)


def journeys_may_edit(field: CustomField) -> bool:
    """Whether journeys may change a field; what two people put in force needs no purpose besides."""
    return (field.content.get("edit") or {}).get(JOURNEYS) is True


def is_allowed(field: CustomField, key: str, roles: Collection[str], purpose: str) -> bool:
    """Whether one of the roles, and the purpose, are among those that the field names."""
    audience = field.audience(key)
    return purpose in audience.purposes and not audience.roles.isdisjoint(roles)
