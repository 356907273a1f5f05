"""Who owns the tables does nothing that the list of columns could be made to say: names are held against what there can
be."""

from typing import Any

import pytest
from sqlalchemy import Engine, inspect
from sqlalchemy.orm import Session

from journeys.criteria.facts.columns import ForeignName, drop_columns, make_index, watch
from journeys.criteria.facts.facts import NO_FACTS
from journeys.criteria.facts.rule import used_by
from journeys.criteria.facts.summaries import Summary
from journeys.criteria.known import Known
from journeys.store.facts import FactColumn

pytestmark = pytest.mark.store

SOUND = "f_0123456789abcdef"
NAMES = [
    "stale_at",
    "f_0123",
    "f_0123456789abcdef0",
    "f_0123456789abcdeg",
    "F_0123456789ABCDEF",
    f"{SOUND}\n",
    f"{SOUND}, DROP COLUMN zone",
    f'{SOUND}" CASCADE; DROP TABLE fact_zone; --',
]
READS: list[dict[str, Any]] = [
    {"no_such_table": ["id"]},
    {"appointment (x); DROP TABLE fact_zone; --": ["id"]},
    {"pg_authid": ["rolname"]},
    {"patient": ["birth_date"]},
    {"fact_column": ["name"]},
    {"appointment": ["no_such_column"]},
    {"appointment": ["status); DROP TABLE fact_zone; --"]},
]


def listed(session: Session, name: str, reads: dict[str, Any]) -> None:
    """A row as who may write the list could leave it."""
    session.add(FactColumn(name=name, definition={}, reads=reads, needed_by=[], status="retired"))
    session.flush()


def misnamed(name: str) -> Summary:
    """A summary whose column has a name that no summary has."""
    summary = Summary({"field": "payer_class", "of": {}, "kind": "code"})
    summary.__dict__["name"] = name
    return summary


@pytest.mark.parametrize("name", NAMES)
def test_only_columns_of_summaries_are_dropped_or_indexed(name: str, owner: Engine) -> None:
    with Session(owner) as session, session.begin():
        listed(session, name, {})
    with pytest.raises(ForeignName):
        drop_columns(owner, [name])
    with owner.connect() as connection, pytest.raises(ForeignName):
        make_index(connection, misnamed(name))
    assert {"stale_at", "zone"} <= {column["name"] for column in inspect(owner).get_columns("patient_fact")}
    assert inspect(owner).has_table("fact_zone")
    with Session(owner) as session, session.begin():
        session.delete(session.get_one(FactColumn, name))


@pytest.mark.parametrize("reads", READS)
def test_only_records_of_patients_are_watched(reads: dict[str, Any], owner: Engine) -> None:
    with Session(owner) as session:
        listed(session, SOUND, reads)
        with pytest.raises(ForeignName):
            watch(session.connection())
        session.rollback()


@pytest.mark.parametrize("way", ["less_than", "more_than", "at_least", "at_most", "is"])
def test_an_age_is_a_birth_date_of_the_fact_row(way: str) -> None:
    used = used_by({"field": "age", "is": way, "value": 40}, Known(), NO_FACTS)
    assert (used.has_columns, used.reads_records) == (True, False)
