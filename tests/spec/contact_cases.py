"""Candidates of messages for cases: one that nothing speaks against, others that differ from it, and what is said."""

import datetime as dt
import functools

from sqlalchemy import column, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from journeys.contact.deciding.judge import checked, judged
from journeys.contact.deciding.known_facts import FACTS
from journeys.contact.deciding.local_time import ZONE_FACTS
from journeys.contact.deciding.rule_set import InForce, RuleSet
from journeys.contact.rules import RULES
from journeys.foundation.zones import rows_of

AS_THEY_COME = RuleSet("1", tuple(InForce(rule, rule.Parameters()) for rule in RULES.values()))

NOTHING_AGAINST = {
    "message_id": 1,
    "patient_id": 1,
    "is_beside": False,
    "recipient_id": None,
    "recipient_level": None,
    "patient_refuses": None,
    "rung": 1,
    "channel": "phone_simulator",
    "speaks": "sms",
    "channel_ready": True,
    "channel_stopped": False,
    "channel_down_until": None,
    "channel_begins": True,
    "now": "2026-03-03T17:00:00Z",
    "planned_at": "2026-03-01T12:00:00Z",
    "useful_until": None,
    "purpose": "care",
    "priority": 50,
    "template_known": True,
    "template_purpose": "care",
    "content_level": 0,
    "registration": "approved",
    "registered_as": "1107160000000000123",
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
    "segments": [],
    "service_line": None,
    "consent_id": 1,
    "consent_decision": "permit",
    "consent_purpose": "care",
    "consent_channel": None,
    "consent_source": "form",
    "giver_authority": None,
    "giver_ended": None,
    "consent_expired": False,
    "zone": "America/New_York",
    "local_earliest": None,
    "local_latest": None,
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


def judge(connection, facts, rules=AS_THEY_COME):
    """What all rules together say of these candidates, by default with the parameters they come with."""
    numbered = [{**each, "message_id": number} for number, each in enumerate(facts)]
    columns = [column(name, fact.type) for name, fact in FACTS.items()]
    rows = func.jsonb_to_recordset(literal(numbered, JSONB)).table_valued(*columns, name="kept")
    rows = rows.render_derived(with_types=True)
    candidate = select(*[rows.c[name] for name in FACTS]).cte("candidate")
    verdicts = judged(checked(candidate, rules), rules)
    return connection.execute(select(verdicts).order_by(verdicts.c.message_id)).all()
