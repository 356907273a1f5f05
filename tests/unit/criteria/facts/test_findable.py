"""What indexes can find of a condition: all that fits and perhaps more, or nothing where any part could be anybody."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy.dialects import postgresql

from journeys.criteria.facts.facts import Facts
from journeys.criteria.facts.findable import findable
from journeys.criteria.facts.rule import FactRule, used_by
from journeys.criteria.facts.zoned import KnownSpan
from journeys.criteria.known import Known

NOW = dt.datetime(2026, 3, 3, 4, 30, tzinfo=dt.UTC)
KNOWN = Known()

SPANISH = {"field": "language", "is": "is", "value": "es"}
ALIVE = {"field": "deceased", "is": "false"}
CONSENT = {"field": "consent", "is": "true", "of": {"purpose": "care", "channel": "sms"}}
EVER = {"happened": "appointment", "where": []}
LATELY = {"happened": "appointment", "where": [], "window": {"last": {"months": 6}}}
SOON = {"happened": "appointment", "where": [], "window": {"next": {"months": 6}}}

FOUND = [
    (SPANISH, ["language = es"]),
    (CONSENT, ["F = true"]),
    (EVER, ["F"]),
    (LATELY, ["F >= 2025-09-03 00:00:00+00:00"]),
    ({"none": [EVER]}, ["F IS NULL OR NOT F"]),
    ({"none": [LATELY]}, ["F IS NULL OR F < 2025-09-03 00:00:00+00:00"]),
    ({"all": [ALIVE, SPANISH]}, ["language = es"]),
    ({"any": [CONSENT, SPANISH]}, ["F = true OR language = es"]),
    ({"any": [CONSENT, {"all": [ALIVE, SPANISH]}]}, ["F = true OR language = es"]),
    ({"all": [{"any": [ALIVE, SPANISH]}, EVER]}, ["F"]),
    ({"all": [SPANISH, EVER]}, ["language = es", "F"]),
]
NOT_FOUND = [ALIVE, {"any": [ALIVE, SPANISH]}, {"none": [SPANISH]}, {"field": "age", "is": "at_least", "value": 40}]


FIRST, LAST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
WALL = (FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None))
WEST = KnownSpan(FIRST, LAST, dt.timedelta(hours=-4), *WALL)


def found_of(rule: dict[str, Any], **zones: list[KnownSpan]) -> list[str]:
    """What is found of a rule that has all its columns, where patients live in UTC and in these zones."""
    columns = used_by(rule, KNOWN, Facts()).wanted
    on_facts = FactRule(NOW, KNOWN, Facts(columns, {"UTC": [], **zones}))
    found = findable(on_facts.holds(rule), on_facts.rows.c.patient_id)
    return [as_text(part, columns) for part in found]


def as_text(part: Any, columns: Iterable[str]) -> str:
    """SQL without names, casts and what stands in every part."""
    compiled = part.compile(dialect=postgresql.dialect(paramstyle="named"))  # type: ignore[no-untyped-call]
    text = re.sub(r"fact\.|::VARCHAR|::TIMESTAMP WITH TIME ZONE", "", str(compiled))
    for name, value in compiled.params.items():
        text = text.replace(f":{name}", str(value))
    for name in columns:
        text = text.replace(name, "F")
    return text.removesuffix(" OR patient_id = 0::BIGINT")


@pytest.mark.parametrize(("rule", "found"), FOUND)
def test_what_is_found(rule: dict[str, Any], found: list[str]) -> None:
    assert found_of(rule) == found


def test_where_days_begin_at_several_times_the_widest_counts() -> None:
    assert found_of({"none": [LATELY]}, west=[WEST]) == ["F IS NULL OR F < 2025-09-03 04:00:00+00:00"]
    assert found_of(LATELY, west=[WEST]) == ["F >= 2025-09-03 00:00:00+00:00"]


@pytest.mark.parametrize("rule", NOT_FOUND)
def test_what_could_be_anybody_is_not_found(rule: dict[str, Any]) -> None:
    assert found_of(rule) == []
