"""What is wrong in a value set is said at its line; a code system is known under one name only."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.criteria.value_sets import check
from journeys.criteria.value_sets.change import ADD, REPLACE, TAKE_OUT, difference, merged
from journeys.criteria.value_sets.check import value_set_problems
from journeys.criteria.value_sets.systems import SYSTEMS, is_absolute, name_of, uri_of

SNOMED = "http://snomed.info/sct"


def content(*codes: Any, **more: Any) -> dict[str, Any]:
    return {"format": 1, "name": {"en": "Asthma"}, "codes": list(codes), **more}


def said(given: dict[str, Any]) -> list[str]:
    return [str(problem) for problem in value_set_problems(given)]


def test_a_good_one_has_no_problems() -> None:
    codes = [{"system": SNOMED, "code": "195967001"}, {"code": "J45.909", "display": "Asthma"}]
    assert said(content(*codes, url="https://example.org/asthma", version="2026", description={"en": "Asthma"})) == []


def test_every_wrong_line_has_its_place() -> None:
    found = value_set_problems(
        content(
            {"system": SNOMED, "code": "1"},
            {"system": SNOMED, "code": "1", "display": "the same"},
            {"system": "http://loinc.org", "code": "1"},
            {"system": "SNOMEDCT", "code": "2"},
            {"system": "Diagnosis Role", "code": "3"},
            {"system": "https://snomed.info/sct/", "code": "4"},
            {"system": "urn:oid:2.16.840.1.113883.6.1", "code": "5"},
            {"system": "http://snomed.info/sct/731000124108", "code": "6"},
            {"code": " 7"},
            {"code": 8},
            {"code": "9\x00"},
            {"code": "10", "colour": "red"},
            "11",
            {"code": "12", "display": ""},
            {"system": "", "code": "13"},
        )
    )
    assert [problem.where for problem in found] == [
        "codes.1",
        "codes.3.system",
        "codes.4.system",
        "codes.5.system",
        "codes.6.system",
        "codes.7.system",
        "codes.8.code",
        "codes.9.code",
        "codes.10.code",
        "codes.11.colour",
        "codes.12",
        "codes.13.display",
        "codes.14.system",
    ]
    assert str(found[0]) == "codes.1: The code 1 stands in line 1 already"
    assert "Write http://snomed.info/sct instead of SNOMEDCT" in str(found[1])
    assert "Diagnosis Role is no code system that is known here" in str(found[2])


@pytest.mark.parametrize("codes", [None, [], {}, "x"])
def test_a_value_set_needs_codes(codes: Any) -> None:
    assert said({**content(), "codes": codes}) == ["codes: A value set needs at least one code"]


def test_there_is_a_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_CODES", 3)
    codes = [{"code": str(number)} for number in range(4)]
    assert said(content(*codes)) == ["codes: The list has 4 codes, at most 3 are possible"]
    assert said(content(*codes[:3])) == []


def test_a_list_that_is_wrong_throughout_is_not_said_line_by_line() -> None:
    found = said(content(*[{"code": ""} for _ in range(1_000)]))
    assert len(found) == 101
    assert found[-1] == "codes: There are 900 more lines like these"


@pytest.mark.parametrize("key", ["name", "format", "url", "version"])
@pytest.mark.parametrize("junk", [7, [], "", {"en": ""}, "not an address \x00"])
def test_what_stands_above_the_codes_is_judged_too(key: str, junk: Any) -> None:
    assert [problem.where.split(".")[0] for problem in value_set_problems(content({"code": "1"}, **{key: junk}))] == [
        key
    ]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inside: (
            st.lists(inside)
            | st.dictionaries(st.sampled_from(["format", "name", "codes", "code", "system", "display", "en"]), inside)
        ),
    )
)
def test_no_junk_makes_the_check_fail(junk: Any) -> None:
    given = junk if isinstance(junk, dict) else {"format": 1, "codes": junk}
    assert all(str(problem) for problem in value_set_problems(given))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SNOMED CT", SNOMED),
        ("snomedct_us", SNOMED),
        ("2.16.840.1.113883.6.96", SNOMED),
        ("urn:oid:2.16.840.1.113883.6.96", SNOMED),
        ("https://snomed.info/sct", SNOMED),
        (" http://loinc.org/ ", "http://loinc.org"),
        ("ICD10CM", "http://hl7.org/fhir/sid/icd-10-cm"),
        ("ICD-10", "http://hl7.org/fhir/sid/icd-10"),
        ("CPT", "http://www.ama-assn.org/go/cpt"),
        ("1.2.840.99999.7", "urn:oid:1.2.840.99999.7"),
        ("https://clinic.example/codes", "https://clinic.example/codes"),
        ("urn:uuid:f1c7", "urn:uuid:f1c7"),
        ("Diagnosis Role", None),
        ("", None),
        ("http://", None),
        ("javascript:alert(1)", None),
        ("urn:oid:9.9", None),
    ],
)
def test_a_code_system_is_understood_by_its_names(written: str, meant: str | None) -> None:
    assert uri_of(written) == meant


def test_the_known_systems_are_told_apart() -> None:
    assert all(is_absolute(system.uri) for system in SYSTEMS)
    assert all(uri_of(system.uri) == system.uri == uri_of(system.name) for system in SYSTEMS)
    assert len({system.oid for system in SYSTEMS if system.oid}) == len([each for each in SYSTEMS if each.oid])
    assert (name_of(SNOMED), name_of("https://clinic.example/codes"), name_of(None)) == (
        "SNOMED CT",
        "https://clinic.example/codes",
        "",
    )


OLD = [{"system": SNOMED, "code": "1"}, {"system": SNOMED, "code": "2"}]
NEW = [{"system": SNOMED, "code": "2", "display": "two"}, {"system": "http://loinc.org", "code": "1"}]


def test_a_difference_says_what_comes_and_goes() -> None:
    found = difference(OLD, NEW)
    assert (found.added, found.removed, found.kept) == ([NEW[1]], [OLD[0]], 1)
    assert difference(OLD, list(reversed(OLD))).is_none
    assert not found.is_none


def test_codes_of_a_file_replace_join_or_leave() -> None:
    assert merged(OLD, NEW, REPLACE) == NEW
    assert merged(OLD, NEW, ADD) == [OLD[0], NEW[0], NEW[1]]
    assert merged(OLD, NEW, TAKE_OUT) == [OLD[0]]
