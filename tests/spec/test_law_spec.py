"""The packs of law: each record alone, where it binds and where not, and each profile whole, on the days on which its
records are in force.

Windows are tried at four moments: a second before the first, the first, the last second, and when the margin begins.
"""

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from config import PROJECT
from journeys.contact.deciding.rule_set import InForce, RuleSet, entry_of, in_force, parameters_of
from journeys.contact.rule_drafts.rule_records import Record
from journeys.contact.rules import RULES
from journeys.flow.packs.folder import read_folder
from journeys.store.contact import PURPOSES
from tests.spec.contact_cases import facts_of, judge

HERE = Path(__file__).parent / "contact.law"
SAID = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(HERE.glob("*.yaml"))}
PACKS = {name: read_folder(PROJECT / "seed" / "packs" / name).of("rules") for name in SAID}
A_SECOND = dt.timedelta(seconds=1)
MARGIN = 5
NOWHERE = "AQ"
"""The Antarctic, of which no pack speaks."""


def test_every_pack_of_law_has_cases():
    shipped = {path.name for path in (PROJECT / "seed" / "packs").glob("law-*")}
    assert shipped == set(SAID)


def windows_of(name):
    """(record, facts, whether it fails) at the four moments of each window."""
    for window in SAID[name].get("windows", ()):
        day, zone = window["day"], ZoneInfo(window["zone"])
        first, last = (dt.datetime.combine(day, dt.time.fromisoformat(window[end]), zone) for end in ("first", "last"))
        last -= dt.timedelta(minutes=window.get("margin", MARGIN))
        common = {"jurisdiction": window["place"], "zone": window["zone"]}
        common |= {"purpose": window.get("purpose", "promotional"), "speaks": window.get("medium", "sms")}
        for moment, fails in ((first - A_SECOND, True), (first, False), (last - A_SECOND, False), (last, True)):
            yield window["record"], {**common, "now": moment.astimezone(dt.UTC).isoformat()}, fails


def cases_of(name):
    """(record, facts, whether it fails, until when) of every case of a pack."""
    for record, facts, fails in windows_of(name):
        yield record, facts, fails, None
    for case in SAID[name]["cases"]:
        yield case["record"], case["facts"], case["fails"], case.get("until")


def alone(record):
    """One record as the only rule there is."""
    rule = RULES[record["rule"]]
    parameters = parameters_of(rule, record)
    return RuleSet("1", (InForce(rule, parameters, is_general=False, records=(Record(parameters, record),)),))


OF_RECORDS = [
    pytest.param(name, record, id=f"{name}: {record}")
    for name in PACKS
    for record in dict.fromkeys(record for record, *_ in cases_of(name))
]


@pytest.mark.parametrize(("name", "record"), OF_RECORDS)
def test_a_record_binds_as_its_cases_say(connection, name, record):
    cases = [case for case in cases_of(name) if case[0] == record]
    answers = judge(connection, [facts_of({"facts": facts}) for _, facts, _, _ in cases], alone(PACKS[name][record]))
    assert [bool(answer.reasons) for answer in answers] == [fails for _, _, fails, _ in cases]
    for (_, _, _, until), answer in zip(cases, answers, strict=True):
        assert until is None or answer.defer_until == until


@pytest.mark.parametrize(("name", "record"), OF_RECORDS)
def test_a_record_binds_by_place_medium_and_purpose(connection, name, record):
    """What fails does not fail elsewhere, nor on another medium, nor for another purpose; and Python says the same."""
    content = PACKS[name][record]
    failing = next(facts_of({"facts": facts}) for each, facts, fails, _ in cases_of(name) if each == record and fails)
    purpose = next(each for each in PURPOSES if each not in content.get("purposes", ()))
    others = {
        "jurisdictions": {"jurisdiction": NOWHERE},
        "media": {"speaks": "letter"},
        "purposes": {"purpose": purpose},
    }
    elsewhere = [{**failing, **change} for scope, change in others.items() if content.get(scope)]
    answers = judge(connection, [failing, *elsewhere], alone(content))
    assert [bool(answer.reasons) for answer in answers] == [True] + [False] * len(elsewhere)
    (entry,) = alone(content)
    assert [entry.records[0].binds(facts) for facts in (failing, *elsewhere)] == [True] + [False] * len(elsewhere)


@pytest.mark.parametrize("name", PACKS)
def test_every_record_has_a_case_that_fails_and_one_that_does_not(name):
    cases = list(cases_of(name))
    assert {record for record, _, fails, _ in cases if fails} == set(PACKS[name])
    assert {record for record, _, fails, _ in cases if not fails} == set(PACKS[name])


@pytest.mark.parametrize("name", PACKS)
def test_every_record_says_where_it_is_written_and_whom_to_ask(name):
    for slug, content in PACKS[name].items():
        assert content["citation"], slug
        assert content["jurisdictions"], slug
        assert content["source_date"], slug
        assert content.get("effective_from") or "have counsel confirm" in content["note"].lower(), slug
        assert "approved_by" not in content, slug


def profile(name, day):
    """The records of a pack that bind on a day, and no rule besides."""
    of_rule = {rule: [each for each in PACKS[name].values() if each["rule"] == rule] for rule in RULES}
    entries = [{**entry_of(RULES[rule], records, day), "general": False} for rule, records in of_rule.items()]
    return RuleSet("1", tuple(in_force(entry) for entry in entries))


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=f"{name}: {case['says']}") for name in SAID for case in SAID[name]["whole"]],
)
def test_a_profile_whole(connection, name, case):
    facts = facts_of(case)
    rules = profile(name, dt.datetime.fromisoformat(facts["now"]).date())
    (answer,) = judge(connection, [facts], rules)
    assert answer.reasons == case["reasons"]
