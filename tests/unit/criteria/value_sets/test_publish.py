"""Publishing writes one version and its codes, in one statement whatever their number; who uses it is known."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from journeys.criteria.known import known
from journeys.criteria.naming import names_in
from journeys.criteria.using import Use
from journeys.criteria.value_sets.publish_value_set import publish_value_set
from journeys.criteria.value_sets.using import used_in
from journeys.foundation.acting import EVERYWHERE, Act
from journeys.foundation.errors import Invalid
from journeys.store import DefinitionVersion, ValueSetCode
from journeys.store.putting_in_force.definitions import SEGMENT, VALUE_SET
from journeys.store.putting_in_force.save_draft import save_draft

pytestmark = pytest.mark.store

ACT = Act(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC), "test:value-sets", EVERYWHERE)
SNOMED = "http://snomed.info/sct"


def draft(session: Session, codes: list[dict[str, Any]], slug: str = "asthma") -> None:
    content = {"format": 1, "name": {"en": "Asthma"}, "codes": codes}
    save_draft(session, ACT, VALUE_SET, slug, content["name"], content)


def rows(session: Session, version_id: int) -> list[tuple[Any, ...]]:
    found = select(ValueSetCode.position, ValueSetCode.system, ValueSetCode.code, ValueSetCode.display)
    return [
        tuple(row) for row in session.execute(found.where(ValueSetCode.version_id == version_id).order_by("position"))
    ]


def test_a_version_has_its_codes_as_rows(session: Session) -> None:
    draft(session, [{"system": SNOMED, "code": "195967001", "display": "Asthma"}, {"code": "J45"}])
    first = publish_value_set(session, ACT, "asthma")
    assert rows(session, first.id) == [(0, SNOMED, "195967001", "Asthma"), (1, None, "J45", None)]
    assert publish_value_set(session, ACT, "asthma").id == first.id

    draft(session, [{"code": "J45"}])
    second = publish_value_set(session, ACT, "asthma")
    assert (rows(session, second.id), len(rows(session, first.id))) == ([(0, None, "J45", None)], 2)
    in_force = known(session).value_sets["asthma"]
    assert (in_force.version_id, in_force.size) == (second.id, 1)


def test_a_wrong_one_writes_nothing(session: Session) -> None:
    draft(session, [{"code": "J45"}, {"code": "J45"}])
    with pytest.raises(Invalid, match="codes.1: The code J45 stands in line 1 already"):
        publish_value_set(session, ACT, "asthma")
    assert session.scalars(select(DefinitionVersion)).all() == []
    assert session.scalars(select(ValueSetCode)).all() == []


def test_fifty_thousand_codes_take_as_many_statements_as_one(engine: Engine, session: Session) -> None:
    counts = []
    for size in (1, 50_000):
        draft(session, [{"system": SNOMED, "code": str(number)} for number in range(size)], slug=f"set-of-{size}")
        session.flush()
        seen: list[str] = []

        def remember(connection: Any, cursor: Any, statement: str, *rest: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", remember)
        version = publish_value_set(session, ACT, f"set-of-{size}")
        event.remove(engine, "before_cursor_execute", remember)
        counts.append(len(seen))
        assert len(rows(session, version.id)) == size
    assert counts[0] == counts[1]


IN_ASTHMA = {"happened": "condition", "where": [{"field": "code", "is": "in_value_set", "value": "asthma"}]}


def test_what_names_a_value_set_is_found_however_deep(session: Session) -> None:
    rule = {"all": [{"none": [IN_ASTHMA]}, {"field": "age", "is": "at_least", "value": 18}]}
    assert list(names_in(rule)) == [("value-set", "asthma")]
    assert list(names_in({"all": [{"field": "language", "is": "is", "value": "asthma"}]})) == []
    assert list(names_in([{"field": "custom.shoe-size", "is": "known"}])) == [("field", "shoe-size")]
    save_draft(session, ACT, SEGMENT, "breathless", {"en": "Breathless"}, {"format": 1, "rule": rule})
    save_draft(session, ACT, SEGMENT, "others", {"en": "Others"}, {"format": 1, "rule": {"segment": "asthma"}})
    steps = {"ask": {"config": {"branches": [{"rule": IN_ASTHMA}]}}}
    save_draft(session, ACT, "journey", "inhaler", {"en": "Inhaler"}, {"format": 1, "steps": steps})
    assert used_in(session, "asthma") == [
        Use("journey", "inhaler", {"en": "Inhaler"}, False),
        Use("segment", "breathless", {"en": "Breathless"}, False),
    ]
    assert used_in(session, "copd") == []
