"""Reads which custom fields somebody has chosen for a list."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.list_settings import ListSetting


def chosen_list_fields(session: Session, act: Act, list_name: str) -> list[str]:
    """The slugs that the person of the act has chosen, in order; some may be out of force by now, or closed to them."""
    audit.nothing_happened(session)
    mine = (ListSetting.person == act.by, ListSetting.list_name == list_name)
    return session.scalar(select(ListSetting.fields).where(*mine)) or []
