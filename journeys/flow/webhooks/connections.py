"""Which systems journeys may call, and how their calls of the last days fared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Select, cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Missing
from journeys.store.configuration import Definition, DefinitionVersion
from journeys.store.putting_in_force.definitions import JOURNEY
from journeys.store.webhooks import WebhookCall, WebhookConnection

CALLED = "$.steps.*.config.connection"
LATELY = dt.timedelta(days=7)

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Connected:
    """One connection: its calls of the last days by what became of them, and of those that failed or are to be tried
    again, why (code → calls)."""

    connection: WebhookConnection
    statuses: Counts = field(default_factory=dict)
    errors: Counts = field(default_factory=dict)


def connections(session: Session, act: Act, slug: str | None = None) -> list[Connected]:
    """Every connection by name, or the one of this name; calls are counted among the patients of this scope."""
    query = select(WebhookConnection).order_by(WebhookConnection.slug)
    rows = session.scalars(query if slug is None else query.where(WebhookConnection.slug == slug)).all()
    statuses: dict[str, dict[str, int]] = {}
    errors: dict[str, dict[str, int]] = {}
    for name, status, error, count in session.execute(calls_since(act.now - LATELY, slug)):
        add(statuses.setdefault(name, {}), status, count)
        if error is not None:
            add(errors.setdefault(name, {}), error, count)
    audit.note(session, "R", WebhookConnection.__tablename__, ids=[row.id for row in rows])
    return [Connected(row, statuses.get(row.slug, {}), errors.get(row.slug, {})) for row in rows]


def calls_since(moment: dt.datetime, slug: str | None) -> Select[str, str, str | None, int]:
    """SELECT name, status, error and how many calls were planned since."""
    same = (WebhookCall.connection_slug, WebhookCall.status, WebhookCall.error)
    counted = select(*same, func.count()).where(WebhookCall.planned_at >= moment).group_by(*same)
    return counted if slug is None else counted.where(WebhookCall.connection_slug == slug)


def add(counts: dict[str, int], key: str, count: int) -> None:
    """Count some more."""
    counts[key] = counts.get(key, 0) + count


def find_connection(session: Session, slug: str) -> WebhookConnection:
    """The connection of this name; Missing without one."""
    found = session.scalar(select(WebhookConnection).where(WebhookConnection.slug == slug))
    if found is None:
        raise Missing(f"There is no connection {slug}")
    return found


def calling(session: Session, slug: str) -> list[Definition]:
    """The journeys whose version in force calls it."""
    steps = func.jsonb_path_query_array(DefinitionVersion.content, cast(CALLED, JSONPATH))
    query = (
        select(Definition)
        .join(DefinitionVersion, DefinitionVersion.id == Definition.live_version_id)
        .where(Definition.kind == JOURNEY, steps.op("?")(slug))
        .order_by(Definition.slug)
    )
    return list(session.scalars(query))
