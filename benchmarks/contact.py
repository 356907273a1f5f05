"""Contact: what the full policy costs, and what the database costs beside rendering and handing over.

(a) planning MESSAGES messages, each on every channel of its ladder, by all contact rules, against the same step by
consent, caps and quiet hours alone. Both sides look up and keep the same facts, so this tells what the rules cost, not
what their facts do. The full policy may cost 1.5 times as much.

(b) sending SENT e-mails to a mail server of this machine (claim, judge again, render, seal, hand over, record, with the
audit) against a bare loop that renders the same texts from what is in memory and hands them over in conversations of
the same length, without a database. Half of its pace is asked. The mail server's own time is not counted.

Goals are those of the issue of contact. MESSAGES and SENT in the environment say how many. That nothing leaves after a
STOP was committed is shown by `make faults`, rows F17 and RACE.
"""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from benchmarks.advance import count
from benchmarks.base import a_cluster, an_engine, counted_statements, median_ratio, medians, paired, seconds
from benchmarks.contact_world import a_mail_server, addresses, begin_again, make_contacts, make_readers
from journeys.contact.channels import CHANNELS
from journeys.contact.channels.base import Channel, Envelope
from journeys.contact.deciding.plan import plan
from journeys.contact.deciding.rule_set import RuleSet, rules_in_force
from journeys.contact.rules import RULES
from journeys.contact.sending.claim import looked_at_together
from journeys.contact.sending.deliver import deliver
from journeys.contact.texts.render import Rendered, filled
from journeys.contact.texts.subjects import subjects_of
from journeys.contact.texts.templates import Template, read
from journeys.flow.events.react import react
from journeys.foundation import database
from journeys.foundation.acting import EVERYWHERE, Act, House, act
from journeys.store.configuration import DefinitionVersion
from journeys.store.contact import Message
from tests.figures import Figure, at_least, at_most, exactly, told
from tests.make import NOON

MESSAGES = int(os.environ.get("MESSAGES", 100_000))
SENT = int(os.environ.get("SENT", 2_000))
CHANNELS_IN_USE = ("email", "sms_gateway")
ALONE = ("consent", "frequency_caps", "quiet_hours")
"""What the policy is measured against."""

MOST_OF_THE_FEW = 1.5
LEAST_OF_BARE = 0.5
NOW = NOON + timedelta(minutes=1)


def figures() -> Iterator[Figure]:
    """(a), then (b)."""
    with a_cluster({"shared_buffers": "1GB", "max_wal_size": "4GB"}) as cluster:
        with an_engine(cluster) as engine:
            make_contacts(engine, MESSAGES)
            yield from of_planning(engine)
        with an_engine(cluster) as engine, a_mail_server() as port:
            make_readers(engine, SENT)
            yield from of_sending(engine, port)


def house_of(engine: Engine) -> House:
    """As the workers have it."""
    return House(database.sessions(engine), react)


def of_planning(engine: Engine) -> Iterator[Figure]:
    """(a)"""
    begin_again(engine)
    with counted_statements(engine) as statements:
        plan_all(engine)
    decided = count(engine, "message WHERE decided_at >= planned_at AND status <> 'accepted'")
    yield exactly("contact.plan.decided", decided, MESSAGES)
    yield told("contact.plan.statements", len(statements))
    yield told("contact.plan.rules", len(RULES))
    yield told("contact.plan.released", count(engine, "message WHERE status = 'released'"))
    pairs = paired(lambda: planned(engine, plan_all), lambda: planned(engine, plan_by_few))
    full, few = medians(pairs)
    yield told("contact.plan.messages-a-processor-second", MESSAGES / full)
    yield told("contact.plan.messages-a-processor-second.few-rules", MESSAGES / few)
    yield at_most("contact.plan.full-policy-of-few-rules", median_ratio(pairs), MOST_OF_THE_FEW)


def planned(engine: Engine, work: Callable[[Engine], None]) -> float:
    """The seconds of one side."""
    begin_again(engine)
    return seconds(lambda: work(engine))


def plan_all(engine: Engine) -> None:
    """Plan until nothing is due."""
    house = house_of(engine)
    while act(house, Act(NOW, "benchmark", EVERYWHERE), plan, channels=CHANNELS_IN_USE).decided:
        pass


def plan_by_few(engine: Engine) -> None:
    """The same step by consent, caps and quiet hours alone."""
    with patch("journeys.contact.deciding.plan.rules_in_force", few_rules):
        plan_all(engine)


def few_rules(session: Session, doing: Act) -> RuleSet:
    """Three rules of those in force."""
    rules = rules_in_force(session, doing)
    return RuleSet(rules.version, tuple(each for each in rules if each.rule.name in ALONE))


def of_sending(engine: Engine, port: int) -> Iterator[Figure]:
    """(b)"""
    kind = CHANNELS["email"]
    channel = kind(kind.Settings(host="127.0.0.1", port=port, security="none"))
    texts = Texts(engine)
    pairs = paired(lambda: sent(engine, channel), lambda: seconds(lambda: texts.send_all(channel)))
    yield exactly("contact.send.accepted", count(engine, "message WHERE status = 'accepted'"), SENT)
    yield exactly("contact.send.letters-other-than-bare", other_letters(engine, texts), 0)
    ours, bare = medians(pairs)
    yield told("contact.send.messages-a-processor-second", SENT / ours)
    yield told("contact.send.messages-a-processor-second.bare", SENT / bare)
    yield at_least("contact.send.part-of-bare", 1 / median_ratio(pairs), LEAST_OF_BARE)


def sent(engine: Engine, channel: Channel) -> float:
    """The seconds of sending what was planned before."""
    begin_again(engine)
    plan_all(engine)
    doing = Act(NOW, "benchmark", EVERYWHERE)
    return seconds(lambda: deliver(house_of(engine), doing, {"email": channel}, limit=SENT))


class Texts:
    """What a bare loop has in memory: the template, and whom each message is for."""

    def __init__(self, engine: Engine) -> None:
        self.addresses = addresses(engine)
        with Session(engine) as session:
            rows = session.execute(select(Message.id, Message.uid, Message.template_version_id)).all()
            self.uids: dict[int, UUID] = {row.id: row.uid for row in rows}
            content = session.get_one(DefinitionVersion, rows[0].template_version_id).content
            self.template: Template = read(content)
            self.subjects = subjects_of(session, dict.fromkeys(self.uids, "en"))

    def text_of(self, message: int) -> Rendered:
        """What one message says."""
        return filled(self.template.variants["en"].on("email"), self.subjects[message], "email")

    def envelope(self, message: int) -> Envelope:
        """One message ready to leave."""
        text = self.text_of(message)
        address = self.addresses[message]
        return Envelope(message, self.uids[message], 1, "en", address, text.subject, text.body)

    def send_all(self, channel: Channel) -> None:
        """Render and hand over, a conversation for as many as a claim has."""
        messages = sorted(self.uids)
        together = looked_at_together(channel)
        for first in range(0, len(messages), together):
            batch = [self.envelope(each) for each in messages[first : first + together]]
            assert all(outcome.result == "accepted" for outcome in channel.send(batch))


def other_letters(engine: Engine, texts: Texts) -> int:
    """How many messages say something else than the bare loop's."""
    with Session(engine) as session:
        said = {each.id: each.body for each in session.scalars(select(Message))}
    return sum(1 for message, body in said.items() if body != texts.text_of(message).body)
