"""Saves what a role sees on a patient's page, as a draft that is looked at or in force at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.care.record.check_layout import layout_problems
from journeys.care.record.layout import FORMAT, SLUG
from journeys.foundation.acting import Act
from journeys.foundation.errors import refuse_errors
from journeys.store.configuration import Definition
from journeys.store.putting_in_force.definitions import SETTING
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version

NAME = {"en": "Patient page", "es": "Página del paciente"}


def publish_layout(
    session: Session,
    act: Act,
    role: str,
    arranged: Mapping[str, Any],
    row_version: int | None = None,
    is_draft: bool = False,
) -> Definition:
    """Arrange the page for one role; the other roles stay as they are in the draft. Invalid with every problem, at
    `roles.<role>`. Stale when somebody saved since `row_version` was read."""
    known = session.scalar(select(Definition).where(Definition.kind == SETTING, Definition.slug == SLUG))
    before = (known.draft if known else None) or {"format": FORMAT, "name": NAME}
    content = {**before, "roles": {**before.get("roles", {}), role: dict(arranged)}}
    refuse_errors(layout_problems(content))
    definition = save_draft(session, act, SETTING, SLUG, content["name"], content, row_version)
    if not is_draft:
        write_version(session, act, definition)
    return definition
