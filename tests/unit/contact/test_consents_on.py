"""The question over everybody gives each patient the answer that the question about them alone gives."""

import datetime as dt
import random

import pytest

from journeys.contact.consent.consents import consent_state
from journeys.contact.consent.consents_on import Question, consents_on
from tests import make as a
from tests.make import NOON, an_act

DAY = dt.timedelta(days=1)


@pytest.fixture
def session(make):
    with make() as session:
        yield session
        session.rollback()


def answered(session, at=NOON, verdict=None, **more):
    return consents_on(session, an_act(), Question("care", "sms", at, verdict), **more)


def make_history(session, draw, patients):
    """Up to four statements each, some ended, some in the future, some at the same moment."""
    for patient in patients:
        for _ in range(draw.randrange(5)):
            from_at = NOON + draw.choice((-90, -30, -30, -3, 0, 2)) * DAY
            a.consent(
                session,
                patient,
                draw.choice(("permit", "deny")),
                purpose=draw.choice(("care", None, "promotional")),
                channel=draw.choice(("sms", None, "email")),
                from_at=from_at,
                until_at=draw.choice((None, None, from_at + 20 * DAY)),
            )


@pytest.mark.parametrize("seed", range(4))
def test_all_together_as_each_alone(session, seed):
    draw = random.Random(seed)  # noqa: S311 - a fixed draw of cases
    people = [a.person(session, sms=None) for _ in range(25)]
    merged = [a.person(session, sms=None, merged_into_id=draw.choice(people).id) for _ in range(6)]
    make_history(session, draw, [*people, *merged])
    for at in (NOON, NOON - 10 * DAY, NOON - 60 * DAY):
        found = answered(session, at, limit=100)
        alone = {each.id: consent_state(session, each.id, "care", "sms", at).decision or "silent" for each in people}
        assert {patient.id: verdict for patient, verdict in found.patients} == alone
        assert dict(found.counts) == {each: list(alone.values()).count(each) for each in ("permit", "deny", "silent")}


def test_pages_hold_everybody_of_a_verdict_once(session):
    people = [a.person(session, sms=None) for _ in range(7)]
    for each in people[::2]:
        a.consent(session, each, channel="sms")
    found, after = [], 0
    for _ in range(2):
        page = answered(session, verdict="permit", after=after, limit=2)
        found += [patient.id for patient, _ in page.patients]
        after = page.after
    assert (found, after) == ([each.id for each in people[::2]], None)


def test_purposes_that_need_no_permission_say_so(session):
    assert not answered(session).is_unasked
    assert consents_on(session, an_act(), Question("transactional", "sms", NOON)).is_unasked
