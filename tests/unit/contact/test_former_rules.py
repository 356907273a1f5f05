"""What was decided by a set of the first format is still told the same way."""

from sqlalchemy import select

from journeys.contact.deciding.ladder import EVERY_CHANNEL
from journeys.contact.deciding.patient_zones import ensure_patient_zones
from journeys.contact.deciding.plan import decide
from journeys.contact.deciding.replay import replay
from journeys.contact.deciding.rule_set import RuleSet, as_json, first_format, keep
from journeys.contact.rules import RULES
from journeys.foundation.acting import act, enter
from journeys.store.contact import Message, MessageCandidate
from tests import make as a
from tests.make import an_act

FIRST = (
    "template_ready",
    "deceased",
    "merged_record",
    "test_patient",
    "left_practice",
    "address",
    "purpose",
    "consent",
    "content_level",
    "channel_ready",
    "still_true",
    "expired",
    "time_zone",
    "on_hold",
    "frequency_caps",
    "rest_days",
    "quiet_hours",
    "higher_journey",
)
"""The rules of the first format, in their order then."""


def test_a_decision_of_the_first_format_replays(make, house, read):
    with make.begin() as session:
        enter(session, an_act())
        version = a.template(session)
        refuses = a.person(session)
        a.consent(session, refuses, "deny", purpose=None, channel="sms")
        nowhere = a.person(session, time_zone=None)
        a.consent(session, nowhere)
        messages = [a.message(session, each, version, channels=["sms"]).id for each in (refuses, nowhere)]
        ensure_patient_zones(session, messages)
        entries = [{"rule": name, "parameters": as_json(RULES[name].Parameters())} for name in FIRST]
        number = keep(session, an_act(), {"format": 1, "rules": entries})
        then = RuleSet(str(number), tuple(first_format(entry) for entry in entries))
        decide(session, an_act(), messages, then, EVERY_CHANNEL)
    rows = dict(read(select(MessageCandidate.message_id, MessageCandidate.verdict)))
    assert rows == dict.fromkeys(messages, "suppress")
    assert read(select(Message.reasons).where(Message.id == messages[0])) == [(["OPTED_OUT_CHANNEL"],)]
    for message in messages:
        (again,) = act(house, an_act(), replay, message)
        assert again.is_same
        assert again.rules_version == str(number)
