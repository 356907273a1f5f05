"""Every decision can be replayed and read."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.catalogue import REASONS
from journeys.contact.deciding.plan import plan
from journeys.contact.deciding.replay import replay
from journeys.contact.deciding.why import why
from journeys.contact.ledger.ledger import Filters, ledger
from journeys.contact.rule_drafts.publish_rule import publish_rule
from journeys.contact.sending.claim import claim
from journeys.contact.sending.deliver import deliver
from journeys.contact.sending.settle import settle
from journeys.foundation.acting import act
from journeys.foundation.audit import AuditEntry
from journeys.foundation.database import connect
from journeys.foundation.errors import Invalid
from journeys.store.contact import Message
from journeys.store.people import Patient
from journeys.store.putting_in_force.save_draft import save_draft
from tests import make as a
from tests.make import NOON, an_act
from tests.sending import begun

HOURS = [NOON + dt.timedelta(hours=hours) for hours in (0, 8, 9, 12, 20)]


@pytest.fixture
def mixed(make, house):
    """Messages to all kinds of people, planned at several hours: sent, put off and held."""
    with make.begin() as session:
        version = a.template(session)
        home = a.branch(session)
        ada = a.person(session, email="ada@example.org", at=home)
        a.consent(session, ada)
        bo = a.person(session, sms=None, deceased=True, language="fr", name="Bo Example")
        cy = a.person(session, time_zone="Asia/Kolkata", preferred_channel="email")
        a.consent(session, cy)
        dee = a.person(session, time_zone="Mars/Olympus", email="d@example.org")
        a.consent(session, dee, "deny", purpose=None)
        for each in (ada, bo, cy, dee):
            a.message(session, each, version)
            a.message(session, each, version, purpose="transactional", priority=90)
    for now in HOURS:
        while act(house, an_act(now), plan).decided:
            pass
        deliver(house, an_act(now), {"phone_simulator": CHANNELS["phone_simulator"]()})


def test_replay_gives_what_was_decided(mixed, make, house, read):
    decisions = [each for row in read(select(Message.id)) for each in act(house, an_act(), replay, row.id)]
    assert len(decisions) > 8
    assert {verdict for each in decisions for *_, verdict, _ in each.kept} == {
        "allow",
        "defer",
        "suppress",
        "passed-over",
    }
    assert [each for each in decisions if not each.is_same] == []


def test_replay_uses_the_rules_and_zones_of_then(mixed, make, house, read):
    content = {"format": 1, "rule": "quiet_hours", "parameters": {"starts": "06:00", "ends": "05:00"}}
    with make.begin() as session:
        save_draft(session, an_act(), "contact-rule", "always-quiet", {"en": "Quiet"}, content)
        publish_rule(session, an_act(), "always-quiet")
        session.execute(text("DELETE FROM zone_span"))
        for each in session.scalars(select(Patient)):
            each.deceased = True
    for row in read(select(Message.id)):
        assert all(each.is_same for each in act(house, an_act(), replay, row.id))
    with make.begin() as session:
        fresh = a.person(session)
        a.consent(session, fresh)
        row = a.message(session, fresh, a.template(session, "another"))
    act(house, an_act(), plan)
    (decision,) = act(house, an_act(), why, row.id)
    assert decision.rules_version == "2"
    assert [each.code for each in decision.channels[0].reasons] == ["QUIET_HOURS"]


def test_the_ledger_reads_page_by_page_and_is_audited(mixed, house, read, database):
    lines, after = [], None
    while True:
        page = act(house, an_act(by="user:sam"), ledger, Filters(), after, 3)
        lines += page.lines
        after = page.after
        if after is None:
            break
    assert sorted(each.id for each in lines) == [row.id for row in read(select(Message.id).order_by(Message.id))]
    owner = connect(database.owner_url, None)
    with owner.connect() as connection:
        seen = connection.execute(select(AuditEntry.subject_ids).where(AuditEntry.actor == "user:sam").order_by("id"))
        assert [each.id for each in lines] == [id for row in seen for id in row.subject_ids]
    owner.dispose()
    assert {each.patient_name for each in lines} == {"Ada Example", "Bo Example"}


def test_the_ledger_is_narrowed(mixed, house):
    held = act(house, an_act(), ledger, Filters(statuses=("held",), reason="PERSON_DECEASED")).lines
    assert {each.patient_name for each in held} == {"Bo Example"}
    for each in held:
        assert each.reasons[0].words == REASONS[each.reasons[0].code]
    assert act(house, an_act(), ledger, Filters(journey="nowhere")).lines == []


def test_a_person_settles_what_nobody_knew(make, house, read):
    with make.begin() as session:
        patient = a.person(session, sms=None, email="ada@example.org")
        a.consent(session, patient)
        row = a.message(session, patient, a.template(session))
    act(house, an_act(), plan)
    mail = CHANNELS["email"]()
    begun(house, an_act(), mail)
    act(house, an_act(NOON + dt.timedelta(hours=1)), claim, mail)
    assert read(select(Message.status)) == [("unknown",)]
    act(house, an_act(), settle, row.id, False)
    assert read(select(Message.status, Message.counted_at)) == [("planned", None)]
    with pytest.raises(Invalid):
        act(house, an_act(), settle, row.id, True)


def test_every_reason_has_words():
    for code, reason in REASONS.items():
        assert code
        assert reason.says.endswith(".")
        assert reason.remedy.endswith(".")
