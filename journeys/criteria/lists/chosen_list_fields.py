"""Reads which custom fields somebody has chosen for a list."""

from __future__ import annotations

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.database import PREPARED
from journeys.store.list_settings import ListSetting

CHOSEN = (
    select(ListSetting.fields)
    .where(ListSetting.person == bindparam("person"), ListSetting.list_name == bindparam("list_name"))
    .execution_options(**PREPARED)
)


def chosen_list_fields(session: Session, act: Act, list_name: str) -> list[str]:
    """The slugs that the person of the act has chosen, in order; some may be out of force by now, or closed to them."""
    audit.nothing_happened(session)
    return session.scalar(CHOSEN, {"person": act.by, "list_name": list_name}) or []
