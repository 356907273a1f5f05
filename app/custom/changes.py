"""Changes of custom fields as a timeline tells them: only of fields that the reader may see, none restricted opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base import portal_roles, say_texts
from app.base.look import may
from app.custom.showing import author, names_of, words_of
from journeys.criteria.custom.content import CustomField, live_fields
from journeys.criteria.custom.current import COLUMNS, plain
from journeys.criteria.custom.may import may_see
from journeys.criteria.custom.read_custom_values import RESTRICTED
from journeys.foundation.acting import Act
from journeys.store.custom_values import CustomValue


@dataclass(frozen=True)
class Change:
    """What one field became; `words` is None where the field is restricted."""

    label: str
    words: str | None
    by: str


def fields_told(session: Session, act: Act) -> dict[str, CustomField]:
    """The fields in force whose changes the signed-in person may be told."""
    if not may("read", "values"):
        return {}
    return {slug: each for slug, each in live_fields(session).items() if may_see(each, portal_roles(), act.purpose)}


def changes_said(session: Session, fields: Mapping[str, CustomField], ids: Sequence[int]) -> dict[int, Change]:
    """Id of a value → the change in words, for values of these fields."""
    if not ids:
        return {}
    chosen = select(CustomValue.id, CustomValue.recorded_by, *COLUMNS).where(CustomValue.id.in_(ids))
    rows = [dict(row) for row in session.execute(chosen).mappings()]
    opened = {row["id"]: plain([row]) for row in rows if fields[row["field"]].sensitivity != RESTRICTED}
    names = names_of(session, fields, *({row["field"]: opened[row["id"]]} for row in rows if row["id"] in opened))
    return {
        row["id"]: Change(
            label=say_texts(fields[row["field"]].name),
            words=words_of(fields[row["field"]], opened[row["id"]], names) if row["id"] in opened else None,
            by=author(row["recorded_by"]),
        )
        for row in rows
    }
