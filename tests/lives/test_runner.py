"""A life that does not go as expected says so in sentences a consultant can read."""

import copy

import pytest

from config import PROJECT
from journeys.flow.packs.lives.playing import play
from journeys.foundation.errors import Invalid
from launcher.commands.pack import with_needed

pytestmark = pytest.mark.store

LIFE = {
    "name": {"en": "First message"},
    "people": [
        {
            "person": "sarah",
            "name": "Sarah Mitchell",
            "birth_date": "1962-03-14",
            "phone": "+12125550142",
            "conditions": [{"code": "38341003"}],
            "activities": [{"code": "75367002", "due_on": "2026-04-02"}],
        }
    ],
    "days": [{"at": "2026-03-05 10:01 America/New_York"}],
}


@pytest.fixture(scope="module")
def packs():
    return with_needed(PROJECT / "seed" / "packs" / "hypertension-recall")


def played(house, packs, expect=(), do=()):
    life = copy.deepcopy(LIFE)
    life["days"][0]["expect"] = [{"person": "sarah", **each} for each in expect]
    life["days"][0]["do"] = [{"person": "sarah", **each} for each in do]
    return play(house, packs, life)


def test_every_difference_is_a_sentence(house, packs):
    failures = played(
        house,
        packs,
        do=[{"complete": {"queue": "recall", "outcome": "booked"}}],
        expect=[
            {
                "messages": [{"template": "recall-second", "channel": "email", "says": "Hello"}],
                "held": ["QUIET_HOURS"],
                "tasks": [{"queue": "recall", "title": "Call", "due": "2026-03-09", "priority": "urgent"}],
                "journey": {"slug": "hypertension-recall", "ended": "booked"},
            },
            {"journey": {"slug": "hypertension-recall", "stage": "visit"}},
            {"journey": {"slug": "hypertension-recall", "step": "call"}},
            {"journey": {"slug": "hypertension-recall", "enrolled": False}},
            {"journey": {"slug": "another-journey"}},
        ],
    )
    assert [failure.removeprefix("2026-03-05 10:01 America/New_York, sarah: ") for failure in failures] == [
        "cannot complete a task in recall: 0 are open there",
        "messages: missing recall-second on email saying 'Hello',"
        " and not expected recall-first on phone_simulator in en",
        "held messages: missing QUIET_HOURS",
        "open tasks: missing 'Call' in recall (urgent, due 2026-03-09)",
        "should have left hypertension-recall by 'booked', is at step first-message, stage follow-up",
        "should stand in stage visit of hypertension-recall, is at step first-message, stage follow-up",
        "should stand at step call of hypertension-recall, is at step first-message, stage follow-up",
        "should never be in hypertension-recall, is at step first-message, stage follow-up",
        "should be in another-journey, never was",
    ]


def test_a_referral_that_is_not_there_or_cannot_go_there_is_a_sentence(house, packs):
    nowhere = [{"referral_to": {"to": "closed"}}, {"refer": {}}, {"referral_to": {"to": "closed"}}]
    failures = played(house, packs, do=nowhere, expect=[{"referral": "accepted"}])
    assert [failure.removeprefix("2026-03-05 10:01 America/New_York, sarah: ") for failure in failures] == [
        "cannot move the referral to closed: referral_to: There is no referral",
        "cannot move the referral to closed: to: From where the referral stands it cannot go there",
        "the referral should be accepted, is sent",
    ]


def test_a_life_that_cannot_be_read_is_refused(house, packs):
    with pytest.raises(Invalid, match="nobody called tom"):
        play(house, packs, {**LIFE, "days": [{"at": "2026-03-05 10:01 UTC", "expect": [{"person": "tom"}]}]})
