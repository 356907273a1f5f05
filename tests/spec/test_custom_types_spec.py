"""Golden cases of every type of custom field: what is accepted, how it is kept, read and said, what words mean.

    field: {unit: km}                        what the field says besides what every field has
    values:
      - given: 12.5                          what somebody gives
        kept: [{value_number: 12.5}]         its columns; `value` is sealed
        read: 12.5                           as it is read back; the same as given when it is left out
        says: {en: 12.5 km}                  in words of a language
        text: '12.5'                         as another type would read it; null: it cannot be written
    refused: [abc, true]
    texts: {'12,5': 12.5, abc: null}         what words of another type mean; null: nothing

No cases, no pass: a type without a file fails, and so does a file without its type.
"""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from journeys.criteria.custom.content import CustomField
from journeys.criteria.custom.types import TYPES, shown, type_of
from journeys.criteria.custom.values import normal, value_problems
from journeys.criteria.kinds import KINDS
from journeys.store.custom_values import COLUMNS

FILES = sorted((Path(__file__).parent / "criteria.custom.types").glob("*.yaml"))
COMMON = {"format": 1, "name": {"en": "Tried"}, "on": "patient", "sensitivity": "ordinary"}


def field_of(path: Path, content: dict[str, Any]) -> CustomField:
    return CustomField("tried", {**COMMON, "type": path.stem.replace("_", "-"), **(content.get("field") or {})}, 7)


def plain(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns as a file writes them; what is not known is left out."""

    def written(value: Any) -> Any:
        if isinstance(value, Decimal):
            return float(value)
        return value.isoformat() if isinstance(value, dt.date) else value

    return {name: written(value) for name, value in columns.items() if value is not None}


def test_every_type_has_its_cases_its_column_and_a_kind_that_rules_know() -> None:
    assert {path.stem.replace("_", "-") for path in FILES} == set(TYPES) == set(COLUMNS)
    assert {kind.kind for kind in TYPES.values()} <= set(KINDS)
    assert all(type(kind).__doc__ and kind.label for kind in TYPES.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_cases(path: Path) -> None:
    content = yaml.safe_load(path.read_text())
    field = field_of(path, content)
    kind = type_of(field)
    assert content["values"], "There is no case"
    for case in content["values"]:
        given = case["given"]
        assert list(value_problems(field, given, "custom.tried")) == [], given
        assert [plain(columns) for columns in kind.rows(field, given)] == case["kept"], given
        read = normal(field, given)
        assert read == case.get("read", given), given
        for language, words in case["says"].items():
            assert shown(field, read, language, content.get("names")) == words, given
        assert kind.as_text(field, read) == case["text"], given
        assert all(set(columns) & {COLUMNS[field.type], "value"} for columns in kind.rows(field, given))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_does_not_fit_is_refused(path: Path) -> None:
    content = yaml.safe_load(path.read_text())
    field = field_of(path, content)
    for value in [*content["refused"], {"a": 1}, [[]], object()]:
        assert list(value_problems(field, value, "custom.tried")), value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_words_mean(path: Path) -> None:
    content = yaml.safe_load(path.read_text())
    field = field_of(path, content)
    for text, meant in content["texts"].items():
        value = type_of(field).from_text(field, text)
        if meant is None:
            assert list(value_problems(field, value, "")), text
        else:
            assert (value, list(value_problems(field, value, ""))) == (meant, []), text
