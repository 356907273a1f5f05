"""Keeps which custom fields somebody wants to see in a list."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from journeys.criteria.lists.offered import offered
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.errors import Problem, refuse_errors
from journeys.foundation.words import N_
from journeys.store.list_settings import ListSetting

MOST_FIELDS = 8
"""More columns than that nobody reads, and each filter narrows the page that it stands on."""


def choose_list_fields(
    session: Session, act: Act, list_name: str, slugs: Sequence[str], roles: Collection[str] = ()
) -> None:
    """Remember the fields for the person of the act; Invalid when there are too many, or one is not offered to them."""
    possible = offered(session, act, roles)
    problems = []
    if len(slugs) > MOST_FIELDS:
        problems.append(Problem("fields", N_("Choose at most %(most)s"), {"most": MOST_FIELDS}))
    for slug in slugs:
        if slug not in possible:
            problems.append(Problem("fields", N_("The field %(name)s is not offered here"), {"name": slug}))
    refuse_errors(problems)
    chosen = {"fields": list(dict.fromkeys(slugs)), "chosen_at": act.now}
    setting = insert(ListSetting).values(person=act.by, list_name=list_name, **chosen)
    session.execute(setting.on_conflict_do_update(index_elements=["person", "list_name"], set_=chosen))
    audit.note(session, "U", "list_setting", detail={"list": list_name, "fields": chosen["fields"]})
