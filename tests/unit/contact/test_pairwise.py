"""The whole decision, from the rows of the store to channel and moment, agrees with a table that knows nothing of it.

827 cases: each state alone, all pairs of states, all pairs of what time cures. Those of one moment are decided by
one statement, with the law of four countries and the clinic's own caps in force.
"""

import datetime as dt
import itertools
from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy import event, select

from config import PROJECT
from journeys.contact.deciding.candidate import candidate
from journeys.contact.deciding.judge import checked, judged
from journeys.contact.deciding.kept import these
from journeys.contact.deciding.plan import plan
from journeys.contact.deciding.replay import replay
from journeys.contact.deciding.rule_set import rules_in_force
from journeys.contact.deciding.zones_of_places import clocks_at
from journeys.contact.rules import RULES
from journeys.contact.sending.look_again import DUE
from journeys.flow.packs.folder import read_folder
from journeys.foundation.acting import House, act
from journeys.foundation.database import WORKER, connect, sessions
from journeys.foundation.later import LATER, values_of
from journeys.store.contact import Message, MessageCandidate
from journeys.store.putting_in_force.definitions import CONTACT_RULE
from journeys.store.putting_in_force.save_draft import save_draft
from journeys.store.putting_in_force.write_version import write_version
from tests.make import an_act
from tests.spec.contact_oracle import TABLE, steps_of
from tests.unit.contact.pairwise_cases import DIMENSIONS, FINE, MOMENTS, cases
from tests.unit.contact.pairwise_oracle import IN_USE, decide
from tests.unit.contact.pairwise_store import write
from tests.unit.contact.pairwise_tables import zones_of

PACKS = ("law-us", "law-eu", "law-india", "law-brazil")
OF_THE_CLINIC = ("policy_caps", "same_text", "survey_fatigue")


def put_in_force(session):
    """The law as it is shipped, and the caps that a clinic sets for itself, by their defaults."""
    rules = {f"our-{rule.replace('_', '-')}": {"rule": rule} for rule in OF_THE_CLINIC}
    for name in PACKS:
        rules |= read_folder(PROJECT / "seed" / "packs" / name).of("rules")
    for slug, content in rules.items():
        made = save_draft(session, an_act(), CONTACT_RULE, slug, {"en": slug}, {"format": 1, **content})
        write_version(session, an_act(), made)


@pytest.fixture(scope="module")
def house(cluster):
    database = cluster.new()
    engine = connect(database.url, WORKER)
    yield House(sessions(engine), ring=lambda job: None)
    engine.dispose()
    cluster.drop(database)


@dataclass(frozen=True)
class Answer:
    """A case, what the engine said of each channel, and what became of the message: status, channel, not before."""

    case: dict
    message: int
    channels: dict
    became: tuple


@pytest.fixture(scope="module")
def answers(house):
    """The answer to every case, decided at its moment, and how many statements all of that took."""
    with house.sessions.begin() as session:
        put_in_force(session)
        of_message = write(session, cases())
    counted = []
    event.listen(house.sessions.kw["bind"], "after_cursor_execute", lambda *each: counted.append(each[2]))
    found = []
    for moment in sorted(MOMENTS.values()):
        act(house, an_act(moment), plan, channels=IN_USE)
        mine = [each for each, case in of_message.items() if MOMENTS[case["moment"]] == moment]
        found += asked(house, of_message, mine)
    return found, len(counted)


def asked(house, of_message, messages):
    """The answers to these messages as they were written down."""
    candidates = select(MessageCandidate).where(MessageCandidate.message_id.in_(messages))
    became = select(Message.id, Message.status, Message.channel, Message.not_before).where(Message.id.in_(messages))
    with house.sessions.begin() as session:
        channels = {}
        for row in session.scalars(candidates):
            said = (row.verdict, set(row.reasons), row.defer_until, row.reasons)
            channels.setdefault(row.message_id, {})[row.channel] = said
        rows = session.execute(became).all()
    return [Answer(of_message[row.id], row.id, channels[row.id], tuple(row[1:])) for row in rows]


def unlike(case):
    """A case in the states that are not the usual ones, for reading."""
    return {name: state for name, state in case.items() if state != FINE[name]}


def agree(case, said, expected):
    """Whether two answers are one. Where the zone is in question, a moment may differ by the hour by which clocks are
    put forward or back before it comes: then everything is decided again."""
    is_in_question = len(zones_of(case, MOMENTS[case["moment"]])) > 1
    leeway = dt.timedelta(hours=1 if is_in_question else 0)
    (words, moments), (others, theirs) = parts(*said), parts(*expected)
    together = zip(moments, theirs, strict=False)
    return words == others and all(one == other or abs(one - other) <= leeway for one, other in together)


def parts(channels, became):
    """What is no moment, and the moments."""
    words = {channel: (verdict, reasons, until is None) for channel, (verdict, reasons, until) in channels.items()}
    moments = [channels[channel][2] for channel in sorted(channels)]
    return (words, became[:2], became[2] is None), [*moments, became[2]]


def test_every_channel_and_every_message_is_decided_as_the_table_says(answers):
    found, _ = answers
    differ = []
    for each in found:
        channels, became = decide(each.case)
        said = {channel: answer[:3] for channel, answer in each.channels.items()}
        if not agree(each.case, (said, each.became), (channels, became)):
            differ.append((unlike(each.case), said, channels, each.became, became))
    assert not differ, f"{len(differ)} of {len(found)}, the first: {differ[0]}"


def test_the_reasons_stand_in_the_order_of_the_steps(answers):
    found, _ = answers
    for each in found:
        for *_, reasons in each.channels.values():
            assert steps_of(reasons) == sorted(steps_of(reasons))


def test_all_verdicts_and_all_reasons_are_among_them(answers):
    found, _ = answers
    verdicts = Counter(answer[0] for each in found for answer in each.channels.values())
    assert min(verdicts[verdict] for verdict in ("allow", "defer", "suppress", "human-task", "passed-over")) >= 5
    reasons = {code for each in found for answer in each.channels.values() for code in answer[3]}
    # messages to people beside patients have tests of their own (test_recipients)
    assert reasons == set(TABLE) - set(RULES["recipient"].reasons)


def test_all_pairs_are_among_the_cases():
    tried = {
        (one, case[one], other, case[other]) for case in cases() for one, other in itertools.combinations(DIMENSIONS, 2)
    }
    for (one, states), (other, more) in itertools.combinations(DIMENSIONS.items(), 2):
        assert all((one, state, other, another) in tried for state in states for another in more)


def test_a_plan_takes_a_few_statements_whatever_it_decides(answers):
    found, counted = answers
    assert len(found) > 500
    assert counted < 40 * len(MOMENTS)


def test_decisions_replay(house, answers):
    for each in answers[0][::60]:
        assert all(again.is_same for again in act(house, an_act(), replay, each.message))


def test_a_look_that_is_made_before_its_moment_says_what_one_made_for_it_says(house, answers):
    for moment in sorted(MOMENTS.values()):
        mine = [each.message for each in answers[0] if MOMENTS[each.case["moment"]] == moment]
        values = {DUE.key: mine, **values_of(an_act(moment)), **clocks_at(moment)}
        with house.sessions.begin() as session:
            rules = rules_in_force(session, an_act(moment))
            for channel in sorted(IN_USE):
                now = session.execute(looked_at(these(mine), moment, channel, rules)).all()
                before = session.execute(looked_at(these(DUE), LATER.now, channel, rules), values).all()
                assert len(now) == len(mine)
                assert before == now


def test_what_is_written_down_of_marks_is_in_an_order_of_its_own(house, answers):
    with house.sessions.begin() as session:
        facts = session.scalars(select(MessageCandidate.facts).order_by(MessageCandidate.id)).all()
    marks = [each["marks"] for each in facts if each["marks"]]
    assert any(len(each) > 1 for each in marks)
    assert marks == [sorted(each) for each in marks]


def looked_at(messages, moment, channel, rules):
    """SELECT what is said of messages on a channel just before they leave."""
    facts = candidate(messages, moment, [channel], again=True)
    said = judged(checked(facts, rules, before_sending=True), rules)
    return select(said).order_by(said.c.message_id)
