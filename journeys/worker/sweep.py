"""What is due in PostgreSQL: the names of the jobs to ring, so that a bell that was lost is rung again.

One short question a job, each answered by a partial index. The tick asks them every ten seconds.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from journeys.access.risk.ask_for_model import LEARN
from journeys.access.waitlist.due_backfills import has_work
from journeys.access.waitlist.ending import BACKFILL
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.store.attendance import ASKED, RiskModel
from journeys.store.complaints import ASKED as ASKED_PATIENT
from journeys.store.complaints import Complaint
from journeys.store.connections import InterfaceMessage
from journeys.store.contact import Message
from journeys.store.conversations import Conversation
from journeys.store.enrolments import Enrolment
from journeys.store.inbox import InboundDelivery
from journeys.store.moves import JourneyMove
from journeys.store.pauses import PAUSING, RESUMING, JourneyPause
from journeys.store.putting_in_force.definitions import live_versions
from journeys.store.webhooks import WebhookCall
from journeys.sync.fhir.claim_server import exists_due
from journeys.sync.fhir.keep_server import READ
from journeys.sync.receive_message import APPLY
from journeys.sync.sending.connections_to_tell import SEND, due

LAST_TICK = "waymark:last_tick"


def questions(now: dt.datetime) -> dict[str, ColumnElement[bool]]:
    """By job: whether it has work at this moment."""
    is_time = or_(Message.not_before.is_(None), Message.not_before <= now)
    to_send = and_(Message.status == "released", is_time)
    # whoever began to send these has died: delivering settles them first
    to_settle = and_(Message.status == "sending", Message.claimed_until < now)
    to_look_up = and_(Message.status == "unknown", Message.not_before <= now)
    brought = and_(InboundDelivery.status == "received", InboundDelivery.account_id.is_not(None))
    to_call = and_(WebhookCall.status == "planned", WebhookCall.not_before <= now)
    call_was_lost = and_(WebhookCall.status == "sending", WebhookCall.claimed_until < now)
    return {
        "advance": select(Enrolment.id).where(Enrolment.due_at <= now, Enrolment.status == "active").exists(),
        "plan": select(Message.id).where(Message.status == "planned", is_time).exists(),
        "move": select(JourneyMove.id).where(JourneyMove.status.in_(("moving", "undoing"))).exists(),
        "pauses": select(JourneyPause.id).where(JourneyPause.status.in_((PAUSING, RESUMING))).exists(),
        "desk": or_(
            select(Conversation.id).where(Conversation.returns_at <= now).exists(),
            select(Complaint.id).where(Complaint.status == ASKED_PATIENT, Complaint.asked_until <= now).exists(),
        ),
        BACKFILL: has_work(now),
        LEARN: select(RiskModel.id).where(RiskModel.status == ASKED).exists(),
        "deliver": select(Message.id).where(or_(to_send, to_settle, to_look_up)).exists(),
        "inbound": select(InboundDelivery.id).where(brought).exists(),
        APPLY: select(InterfaceMessage.id).where(InterfaceMessage.status == "waiting").exists(),
        READ: exists_due(now),
        SEND: due(now).exists(),
        "webhooks": select(WebhookCall.id).where(or_(to_call, call_was_lost)).exists(),
    }


def sweep(session: Session, act: Act) -> list[str]:
    """The jobs that have something to do now."""
    audit.nothing_happened(session)
    asked = questions(act.now)
    answers = session.execute(select(*[question.label(name) for name, question in asked.items()])).one()
    return [name for name, has_work in zip(asked, answers, strict=True) if has_work]


def slugs_in_force(session: Session, act: Act, kind: str) -> list[str]:
    """The slugs of the live definitions of one kind."""
    audit.nothing_happened(session)
    return sorted(live_versions(session, kind))
