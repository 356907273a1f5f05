"""Looks, before a step changes custom fields, whether these are still what the version was published with.

A journey may be years old. What has been closed to journeys since, retired, or changed so that the value no longer
fits, is not written: the step fails, and whoever stands there is set aside with the reason until a person has decided.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.criteria.custom.content import CustomField, of_version
from journeys.criteria.custom.converting import has_to_convert
from journeys.criteria.custom.may import journeys_may_edit
from journeys.criteria.known import Known
from journeys.flow.steps.base import Step
from journeys.foundation.errors import WaymarkError
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import FIELD


class FieldRetired(WaymarkError):
    """The field is no longer in force."""


class FieldClosedToJourneys(WaymarkError):
    """The field says no longer that journeys may change it."""


class FieldChanged(WaymarkError):
    """The field has another type or unit now, or allows the value no longer."""


def refuse_closed_fields(session: Session, step: Step, known: Known) -> None:
    """Raise for the first field that the step must not write now; `known` is what the version was published with.

    The definitions are locked until the end of the transaction: whoever publishes or retires one waits meanwhile, and
    converts what was written.
    """
    for needed in step.custom_fields():
        if needed.is_written:
            field = in_force(session, needed.slug)
            if field is None:
                raise FieldRetired(f"The field {needed.slug} is not in force")
            if not journeys_may_edit(field):
                raise FieldClosedToJourneys(f"Journeys may not change the field {needed.slug}")
            pinned = known.custom[needed.slug].field
            if has_to_convert(pinned, field) or any(True for _ in step.misfits(field, "")):
                raise FieldChanged(f"The field {needed.slug} does not allow what the step writes")


def in_force(session: Session, slug: str) -> CustomField | None:
    """The field as it is in force now, locked against changes."""
    version_id = session.scalar(
        select(Definition.live_version_id)
        .where(Definition.kind == FIELD, Definition.slug == slug, Definition.status == "active")
        .with_for_update(read=True)
    )
    version = None if version_id is None else session.get(DefinitionVersion, version_id)
    return None if version is None else of_version(slug, version)
