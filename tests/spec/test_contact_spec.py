"""Golden cases of contact rules and channels: one file a capability, and no capability without its file.

A rule's case gives facts that differ from a message that nothing speaks against, and says what the rule answers. The
facts go through JSON and back, as they do when a decision is replayed.
"""

import itertools
from pathlib import Path

import pytest
import yaml
from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import JSONB

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.columns import Facts
from journeys.contact.deciding.known_facts import FACTS
from journeys.contact.deciding.local_time import ZONE_FACTS
from journeys.contact.deciding.replay import as_candidate
from journeys.contact.deciding.rule_set import parameters_of, problems
from journeys.contact.media import MEDIA
from journeys.contact.rules import RULES
from tests.spec.channel_cases import as_read, brought, opened, played
from tests.spec.contact_cases import NOTHING_AGAINST, facts_of, judge
from tests.spec.contact_oracle import TABLE, steps_of, verdict_of

HERE = Path(__file__).parent


def cases_of(folder):
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['says']}")
        for path in sorted((HERE / folder).glob("*.yaml"))
        for case in yaml.safe_load(path.read_text("utf-8"))["cases"]
    ]


@pytest.mark.parametrize(("name", "case"), cases_of("contact.rules"))
def test_rule(connection, name, case):
    rule = RULES[name]
    parameters = parameters_of(rule, {"parameters": case.get("parameters", {})})
    row = as_candidate(literal(facts_of(case), JSONB))
    facts = Facts(row.c, rule.needs)
    answer = [rule.fails(facts, parameters), rule.reason(facts, parameters)]
    if rule.kind == "defer":
        answer.append(rule.until(facts, parameters))
    fails, reason, *until = connection.execute(select(*answer).select_from(row)).one()
    assert fails is case["fails"]
    if fails:
        assert reason == case["reason"]
        assert reason in rule.reasons
    if "until" in case:
        assert until == [case["until"]]


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_cases_for_each_of_its_reasons(name):
    path = HERE / "contact.rules" / f"{name}.yaml"
    assert path.exists(), f"journeys/contact/rules/{name}.py has no golden cases"
    cases = yaml.safe_load(path.read_text("utf-8"))["cases"]
    assert {case.get("reason") for case in cases if case["fails"]} == set(RULES[name].reasons)
    assert any(not case["fails"] for case in cases)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_names_facts_that_exist_and_its_defaults_are_right(name):
    rule = RULES[name]
    assert set(rule.needs) <= set(FACTS)
    assert problems({"format": 1, "rule": name, "parameters": {}}) == []
    assert (rule.kind == "defer") == (type(rule).until is not type(rule).__mro__[1].until)


def failing_cases():
    """Every golden case in which a rule fails by its default parameters: (rule, case)."""
    return [each.values for each in cases_of("contact.rules") if each.values[1]["fails"] and no_parameters(each.values)]


def no_parameters(values):
    return "parameters" not in values[1]


def leaves_alone(facts, name, case):
    """Whether these facts are, for all that a rule looks at, those of its case."""
    looked_at = {*RULES[name].needs}
    if looked_at & set(ZONE_FACTS):
        looked_at |= {"now", "zone"}
    own = {**NOTHING_AGAINST, **case.get("facts", {})}
    return all(own[fact] == value for fact, value in facts.items() if fact in looked_at)


def pairs():
    """Two cases of different rules whose facts do not disturb each other."""
    for (first, one), (second, other) in itertools.combinations(failing_cases(), 2):
        both = {**one.get("facts", {}), **other.get("facts", {})}
        if first != second and leaves_alone(both, first, one) and leaves_alone(both, second, other):
            yield first, one, second, other, both


def test_all_rules_together_say_what_each_says_alone(connection):
    """Many pairs of reasons at once: both are told, in the order of the steps, and what follows is what a table says
    that knows nothing of the rules. The engine answers with the statement that planning runs."""
    tried = list(pairs())
    assert len(tried) > 1000
    answers = judge(connection, [facts_of({"facts": each[-1]}) for each in tried])
    for (_, one, _, other, _), answer in zip(tried, answers, strict=True):
        assert {one["reason"], other["reason"]} <= set(answer.reasons)
        assert steps_of(answer.reasons) == sorted(steps_of(answer.reasons))
        assert answer.verdict == verdict_of(answer.reasons)
        if answer.verdict == "defer":
            assert answer.defer_until >= max(one["until"], other["until"])


def test_each_case_alone_has_its_reason_first_among_those_of_its_step(connection):
    alone = failing_cases()
    answers = judge(connection, [facts_of(case) for _, case in alone])
    for (_, case), answer in zip(alone, answers, strict=True):
        assert case["reason"] in answer.reasons
        assert answer.verdict == verdict_of(answer.reasons)
        assert TABLE[answer.reasons[0]][0] == min(steps_of(answer.reasons))


def test_every_reason_of_a_rule_stands_in_the_table_with_its_step():
    told = {code: rule.step for rule in RULES.values() for code in rule.reasons}
    assert told == {code: step for code, (step, _) in TABLE.items()}


@pytest.mark.parametrize(("name", "case"), cases_of("contact.media"))
def test_what_all_rules_say_of_a_medium(connection, name, case):
    [answer] = judge(connection, [facts_of({"facts": {"speaks": name, "channel": name, **case["facts"]}})])
    assert sorted(answer.reasons or []) == case["reasons"]


@pytest.mark.parametrize("name", MEDIA)
def test_by_what_somebody_is_found_on_a_medium(name):
    said = yaml.safe_load((HERE / "contact.media" / f"{name}.yaml").read_text("utf-8"))
    for address in said["addresses"]:
        found_by = MEDIA[name].token(address["given"], "US")
        assert (found_by and found_by[0]) == address["found_as"]


@pytest.mark.parametrize(("name", "case"), cases_of("contact.channels"))
def test_channel(name, case):
    outcomes, wire = played(name, case)
    assert outcomes == case["outcomes"]
    for line in case.get("wire", []):
        assert line in wire


def deliveries_of(folder):
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['says']}")
        for path in sorted((HERE / folder).glob("*.yaml"))
        for case in yaml.safe_load(path.read_text("utf-8")).get("deliveries", ())
    ]


@pytest.mark.parametrize(("name", "case"), deliveries_of("contact.channels"))
def test_what_a_provider_brings(name, case):
    channel = opened(name, "http://127.0.0.1:1", {})
    delivery = brought(name, case)
    assert channel.is_genuine(delivery) is not case.get("is_forged", False)
    if case.get("is_forged"):
        return
    if case.get("cannot_be_read"):
        with pytest.raises(ValueError, match="."):
            channel.read(delivery)
        return
    expected = {"written": case.get("written", []), "receipts": case.get("receipts", [])}
    assert as_read(channel.read(delivery)) == expected


@pytest.mark.parametrize("name", [name for name, kind in CHANNELS.items() if kind.hears])
def test_every_channel_that_hears_has_deliveries(name):
    said = yaml.safe_load((HERE / "contact.channels" / f"{name}.yaml").read_text("utf-8"))["deliveries"]
    assert any(case.get("written") for case in said)
    assert any(case.get("receipts") for case in said)


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_cases(name):
    path = HERE / "contact.channels" / f"{name}.yaml"
    assert path.exists(), f"journeys/contact/channels/{name}.py has no golden cases"
    cases = yaml.safe_load(path.read_text("utf-8"))["cases"]
    is_said = "accepted" if CHANNELS[name].sends else "refused"
    assert {outcome["result"] for case in cases for outcome in case["outcomes"]} >= {is_said}
