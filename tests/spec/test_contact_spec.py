"""Golden cases of contact rules and channels: one file a capability, and no capability without its file.

A rule's case gives facts that differ from a message that nothing speaks against, and says what the rule answers. The
facts go through JSON and back, as they do when a decision is replayed.
"""

import datetime as dt
import functools
import itertools
from pathlib import Path

import pytest
import yaml
from sqlalchemy import column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from journeys.contact.channels import CHANNELS
from journeys.contact.columns import Facts
from journeys.contact.judge import checked, judged
from journeys.contact.known_facts import FACTS
from journeys.contact.local_time import ZONE_FACTS
from journeys.contact.replay import as_candidate
from journeys.contact.rule_set import InForce, RuleSet, parameters_of, problems
from journeys.contact.rules import RULES
from journeys.foundation.database import WORKER, connect
from journeys.foundation.zones import rows_of
from tests.spec.channel_cases import as_read, brought, opened, played
from tests.spec.contact_oracle import TABLE, steps_of, verdict_of

HERE = Path(__file__).parent

NOTHING_AGAINST = {
    "message_id": 1,
    "patient_id": 1,
    "rung": 1,
    "channel": "phone_simulator",
    "speaks": "sms",
    "channel_ready": True,
    "now": "2026-03-03T17:00:00Z",
    "planned_at": "2026-03-01T12:00:00Z",
    "useful_until": None,
    "purpose": "care",
    "priority": 50,
    "template_known": True,
    "template_purpose": "care",
    "content_level": 0,
    "language": "en",
    "deceased": False,
    "merged": False,
    "is_test": False,
    "birth_date": None,
    "guarded": None,
    "active": True,
    "telecom_id": 1,
    "telecom_status": "usable",
    "telecom_line": None,
    "telecom_shared": False,
    "marks": None,
    "marks_ended": None,
    "only_here": None,
    "registers_checked_at": None,
    "talks_until": None,
    "jurisdiction": "US-NY",
    "consent_id": 1,
    "consent_decision": "permit",
    "consent_purpose": "care",
    "consent_channel": None,
    "consent_source": "form",
    "giver_authority": None,
    "giver_ended": None,
    "consent_expired": False,
    "zone": "America/New_York",
    "is_holiday": False,
    "contact_times": [],
    "contacts_of_purpose": [],
    "same_text_at": None,
    "same_intent_at": None,
    "last_inbound_at": None,
    "kept_for": [],
    "has_higher_journey": False,
    "enrolment_status": "active",
    "is_reminder": False,
    "superseded": False,
    "asks_to_confirm": False,
    "reminded_answered": False,
    "focus_kind": None,
    "focus_status": None,
    "focus_at": None,
    "focus_confirmed_at": None,
    "focus_ended_at": None,
}


@functools.cache
def spans_of(zone):
    return rows_of(zone)


def cases_of(folder):
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['says']}")
        for path in sorted((HERE / folder).glob("*.yaml"))
        for case in yaml.safe_load(path.read_text("utf-8"))["cases"]
    ]


def facts_of(case):
    """The facts of a case, with the patient's clock worked out of `now` and `zone` by other means than the engine's."""
    facts = {**NOTHING_AGAINST, **case.get("facts", {})}
    now = dt.datetime.fromisoformat(facts["now"])
    clock = dict.fromkeys(ZONE_FACTS)
    if facts["zone"] is not None:
        spans = spans_of(facts["zone"])
        place = next(place for place, span in enumerate(spans) if span["from_at"] <= now < span["to_at"])
        span = spans[place]
        clock = {
            "local_now": (now + dt.timedelta(minutes=span["offset_minutes"])).replace(tzinfo=None).isoformat(),
            "offset_minutes": span["offset_minutes"],
            "offset_from": span["from_at"].isoformat(),
            "offset_until": span["to_at"].isoformat(),
            "offset_before": spans[max(place - 1, 0)]["offset_minutes"],
            "offset_after": spans[min(place + 1, len(spans) - 1)]["offset_minutes"],
        }
    given = {**facts, **clock}
    assert set(given) == set(FACTS)
    return given


@pytest.fixture(scope="module")
def connection(cluster):
    database = cluster.new()
    engine = connect(database.url, WORKER)
    with engine.connect() as open_connection:
        yield open_connection
    engine.dispose()
    cluster.drop(database)


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


def judge(connection, facts):
    """What all rules together, with the parameters they come with, say of these candidates."""
    rules = RuleSet("1", tuple(InForce(rule, rule.Parameters()) for rule in RULES.values()))
    numbered = [{**each, "message_id": number} for number, each in enumerate(facts)]
    columns = [column(name, fact.type) for name, fact in FACTS.items()]
    rows = func.jsonb_to_recordset(literal(numbered, JSONB)).table_valued(*columns, name="kept")
    rows = rows.render_derived(with_types=True)
    candidate = select(*[rows.c[name] for name in FACTS]).cte("candidate")
    verdicts = judged(checked(candidate, rules), rules)
    return connection.execute(select(verdicts).order_by(verdicts.c.message_id)).all()


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
    assert {outcome["result"] for case in cases for outcome in case["outcomes"]} >= {"accepted"}
