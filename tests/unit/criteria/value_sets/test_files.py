"""Files that hold value sets: FHIR and tables as they are in the wild, and what is refused, with its place."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.criteria.value_sets import found
from journeys.criteria.value_sets.check import value_set_problems
from journeys.criteria.value_sets.found import Found
from journeys.criteria.value_sets.read_file import read_file
from journeys.criteria.value_sets.write_file import as_csv, as_fhir
from journeys.foundation.errors import Invalid

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"


def fhir(**content: Any) -> bytes:
    return json.dumps({"resourceType": "ValueSet", "title": "Asthma", "version": "3", **content}).encode()


def only(data: bytes) -> Found:
    [read] = read_file(data)
    return read


def keys(read: Found) -> list[tuple[str, str]]:
    return list(read.codes)


def refused(data: bytes) -> str:
    with pytest.raises(Invalid) as raised:
        read_file(data)
    return str(raised.value)


INCLUDE = [
    {"system": SNOMED, "concept": [{"code": "195967001", "display": "Asthma"}, {"code": "2"}]},
    {"system": LOINC, "concept": [{"code": "1-8"}]},
    {"system": SNOMED, "concept": [{"code": "2"}]},
]


class TestFhir:
    def test_codes_of_several_parts_without_the_excluded(self) -> None:
        exclude = [{"system": SNOMED, "concept": [{"code": "2"}]}]
        read = only(fhir(compose={"include": INCLUDE, "exclude": exclude}, url="https://example.org/asthma"))
        assert keys(read) == [(SNOMED, "195967001"), (LOINC, "1-8")]
        assert (read.name, read.url, read.version, read.problems) == ("Asthma", "https://example.org/asthma", "3", [])
        assert read.codes[SNOMED, "195967001"]["display"] == "Asthma"

    def test_an_expansion_counts_before_what_describes_it(self) -> None:
        inside = [{"system": SNOMED, "code": "2"}, {"system": "urn:oid:2.16.840.1.113883.6.1", "code": "3"}]
        contains = [{"display": "group", "abstract": True, "code": "g", "system": SNOMED, "contains": inside}]
        compose = {"include": [{"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}]}
        read = only(fhir(compose=compose, expansion={"total": 3, "contains": contains}))
        assert (keys(read), read.problems) == ([(SNOMED, "2"), (LOINC, "3")], [])

    @pytest.mark.parametrize("part", [{"total": 2}, {"offset": 100}])
    def test_a_part_of_an_expansion_is_not_taken_for_all(self, part: dict[str, Any]) -> None:
        read = only(fhir(expansion={"contains": [{"system": SNOMED, "code": "2"}], **part}))
        assert "one part of an expansion" in str(read.problems[0])

    @pytest.mark.parametrize(
        ("include", "says"),
        [
            ({"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "7"}]}, "concept is-a 7"),
            ({"valueSet": ["https://example.org/other"]}, "compose.include.0.valueSet: Codes of other value sets"),
            ({"system": SNOMED, "concept": [{"code": "1"}], "valueSet": ["https://example.org/o"]}, "example.org/o"),
            ({"system": LOINC}, "compose.include.0: All codes of LOINC"),
            ({"system": "Roles", "concept": [{"code": "1"}]}, "Roles is no code system that is known here"),
            ({"concept": [{"code": "1"}]}, "? is no code system"),
            ({"system": SNOMED, "concept": [{"code": ""}]}, "compose.include.0.concept.0.code: Write a text"),
            ({"system": SNOMED, "concept": []}, "The value set lists no codes"),
        ],
    )
    def test_what_cannot_be_listed_is_said(self, include: dict[str, Any], says: str) -> None:
        read = only(fhir(compose={"include": [include]}))
        assert says in "; ".join(str(problem) for problem in read.problems)

    def test_a_described_exclusion_is_said_too(self) -> None:
        exclude = [{"system": SNOMED, "filter": [{"property": "inactive", "op": "=", "value": "true"}]}]
        read = only(fhir(compose={"include": INCLUDE, "exclude": exclude}))
        assert "compose.exclude.0.filter: Codes described by a filter: inactive = true" in str(read.problems[0])

    def test_a_bundle_holds_several(self) -> None:
        entry = [
            {"resource": json.loads(fhir(compose={"include": INCLUDE}))},
            {"resource": {"resourceType": "Patient"}},
        ]
        bundle = {"resourceType": "Bundle", "entry": [*entry, entry[0]]}
        assert [len(read.codes) for read in read_file(json.dumps(bundle).encode())] == [3, 3]

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b'{"resourceType": "Patient"}', "holds no FHIR ValueSet"),
            (b"[1, 2]", "holds no FHIR ValueSet"),
            (b'{"resourceType": "ValueSet", "resourceType": "ValueSet"}', "has the same key twice"),
            (b'{"resourceType": "ValueSet", "x": NaN}', "holds NaN"),
            (b'{"resourceType": "ValueSet"', "is not JSON"),
            (b'{"a": "\xff"}', "cannot be read"),
            (b'{"a": "\\ud800"}', "half a character"),
            (b'{"a":' * 600 + b"1" + b"}" * 600, "cannot be read"),
            (b"<ValueSet/>", "This is XML"),
            (b"\xef\xbb\xbf  \n", "The file is empty"),
        ],
    )
    def test_hostile_files_are_refused_whole(self, data: bytes, says: str) -> None:
        assert says in refused(data)

    def test_deep_expansions_end(self) -> None:
        entry: dict[str, Any] = {"system": SNOMED, "code": "1"}
        for _ in range(60):
            entry = {"contains": [entry]}
        assert "nested more than 20 deep" in str(only(fhir(expansion={"contains": [entry]})).problems[0])


class TestTables:
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("begin", [b"", b"\xef\xbb\xbf"])
    def test_separators_marks_and_line_ends(self, separator: str, begin: bytes) -> None:
        lines = [["Code System", "CODE", "Description"], ["SNOMED CT", "195967001", '"Asthma, any"'], ["", "x1", ""]]
        text = "\r\n".join(separator.join(line) for line in lines)
        read = only(begin + text.encode())
        assert list(read.codes.values()) == [
            {"system": SNOMED, "code": "195967001", "display": "Asthma, any"},
            {"code": "x1"},
        ]

    def test_several_sets_in_one_file(self) -> None:
        rows = "valueset_name,oid,version,system,code\nA,1.2.840.1.1,7,LOINC,1\nB,,,LOINC,2\nA,1.2.840.1.1,7,LOINC,3\n"
        first, second = read_file(rows.encode())
        assert (first.name, first.url, first.version, len(first.codes)) == ("A", "urn:oid:1.2.840.1.1", "7", 2)
        assert (second.name, second.url, keys(second)) == ("B", "", [(LOINC, "2")])

    def test_lines_above_the_head_are_passed_over(self) -> None:
        above = 'Value Set Name,Asthma\nOID,1.2.3\n"A note, with a comma"\n\n'
        read = only(f"{above}Code,Description,Code System,Code System OID\n1,One,,2.16.840.1.113883.6.1\n".encode())
        assert keys(read) == [(LOINC, "1")]

    def test_zeros_that_spreadsheets_keep(self) -> None:
        assert keys(only(b'code,system\n"=""003""",CVX\n')) == [("http://hl7.org/fhir/sid/cvx", "003")]

    def test_wrong_lines_are_said_and_the_others_read(self) -> None:
        rows = [
            "code,system",
            "1,LOINC",
            "=1+1,LOINC",
            "@x,LOINC",
            ",LOINC",
            f"{'9' * 300},LOINC",
            "2,Roles",
            "3,LOINC",
        ]
        read = only("\n".join(rows).encode())
        assert [problem.where for problem in read.problems] == [f"line {line}" for line in range(3, 8)]
        assert [code for _, code in read.codes] == ["1", "3"]

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"name,age\nx,1\n", "line 1: No column is called code"),
            (b"code\n", "The table holds no codes"),
            (b'code\n"1\n2\n3\n', "a quotation mark that is not closed"),
            (b"code\n1\n\xff\n", "line 3: The file is not text in UTF-8"),
            ("code\n1\n".encode("utf-16"), "line 1: The file is not text in UTF-8"),
            (b"code\n1\n2\x00\n", "line 3: The line holds a character that cannot be stored"),
            (b"code\n" + b"x" * 200_000, "line 2: The line cannot be read"),
        ],
    )
    def test_what_is_no_table_is_refused_with_its_line(self, data: bytes, says: str) -> None:
        assert says in refused(data)

    def test_one_code_too_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(found, "MOST_CODES", 2)
        [problem] = only(b"code\n1\n2\n2\n3\n4\n").problems
        assert str(problem) == "line 5: There are more than 2 codes"

    def test_a_file_too_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("journeys.criteria.value_sets.read_file.MOST_BYTES", 3 << 20)
        assert "larger than 3 megabytes" in refused(b" " * ((3 << 20) + 1))

    @given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
    def test_no_file_breaks_the_reader(self, data: bytes) -> None:
        try:
            assert read_file(data)
        except Invalid as invalid:
            assert all(str(problem) for problem in invalid.problems)


CODES = st.lists(
    st.fixed_dictionaries(
        {"code": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)},
        optional={
            "system": st.sampled_from([SNOMED, LOINC, "https://clinic.example/codes"]),
            "display": st.sampled_from(["Asthma", "=cmd()", "-1", "a, b", 'said "so"', "é\nü"]),
        },
    ),
    min_size=1,
    unique_by=lambda code: (code.get("system"), code["code"]),
)


class TestWriting:
    @given(CODES)
    def test_a_table_is_read_back(self, codes: list[dict[str, str]]) -> None:
        content = {"format": 1, "name": {"en": "A"}, "codes": codes}
        if value_set_problems(content) or any(code["code"].startswith(("'", '="')) for code in codes):
            return
        written = as_csv(content)
        assert list(only(written).codes.values()) == codes
        assert not any(line.startswith(("=", "+", "-", "@")) for line in written.decode().splitlines()[1:2])

    def test_fhir_is_read_back(self) -> None:
        codes = [{"system": SNOMED, "code": "1", "display": "One"}, {"system": LOINC, "code": "2"}]
        content = {"format": 1, "name": {"en": "Asthma", "es": "Asma"}, "version": "4", "codes": codes}
        read = only(as_fhir(content, "asthma-any"))
        assert (list(read.codes.values()), read.name, read.version) == (codes, "Asthma", "4")
        assert json.loads(as_fhir(content, "asthma-any"))["name"] == "AsthmaAny"

    def test_fhir_cannot_say_codes_without_a_system(self) -> None:
        with pytest.raises(Invalid, match="1 codes have no code system"):
            as_fhir({"codes": [{"code": "1"}]}, "any")
