"""Learns a model that somebody asked for: what is known is read, the learning is done outside, then it is kept."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from journeys.access.risk.knowing import Seen, asked_of_the_past, known_at, seen_in
from journeys.access.risk.learning import Spans, learnt, spans_of
from journeys.access.risk.model import Model, fingerprint_of
from journeys.access.risk.points import Points, points_in_force
from journeys.access.risk.reporting import Groups, report_of
from journeys.access.risk.visits import visits_of_store
from journeys.foundation import audit
from journeys.foundation.acting import Act, House, act
from journeys.foundation.errors import Unavailable
from journeys.store.attendance import ASKED, FAILED, LEARNT, RiskModel
from journeys.store.people import Patient, PatientTelecom

MOST = 40_000
"""The newest visits that are learnt from: a model learns the clinic as it is now, within seconds."""

LEAST_MISSED = 200
"""Missed visits among those learnt from without which nothing is learnt."""

Material = tuple[int, int, Spans, Points, Groups]


def learn_model(house: House, now: Callable[[], Act]) -> bool:
    """Whether there was one to learn; an act before the learning, and one after it."""
    material = act(house, now(), gather)
    if material is None:
        return False
    model_id, seed, spans, rule, groups = material
    model = None
    if sum(visit.is_missed for visit in spans.learnt) >= LEAST_MISSED and spans.judged:
        try:
            model = learnt(spans, seed)
        except (Unavailable, ValueError):
            # what is no model is none: left as it is, the question would be learnt again and again, and no other asked
            model = None
    act(house, now(), keep_model, model_id, model, report_of(model, rule, spans, groups) if model else None)
    return True


def gather(session: Session, act: Act) -> Material | None:
    """What to learn from, for the model that is asked for; None where none is."""
    asked = session.scalar(select(RiskModel).where(RiskModel.status == ASKED))
    if asked is None:
        audit.nothing_happened(session)
        return None
    rule = points_in_force(session)
    visits = visits_of_store(has_payer=rule.has_payer).cte("visits")
    newest = asked_of_the_past(visits).order_by(visits.c.day.desc(), visits.c.id.desc()).limit(MOST).cte("asking")
    seen = seen_in(session.execute(known_at(visits, newest)))
    audit.note(session, "R", "appointment", detail={"visits": len(seen), "risk_model": asked.id})
    return asked.id, asked.seed, spans_of(seen), rule, groups_of(session, seen)


def groups_of(session: Session, seen: list[Seen]) -> Groups:
    """Of each patient what the model is judged by, group by group."""
    has_phone = (
        select(PatientTelecom.id)
        .where(PatientTelecom.patient_id == Patient.id, PatientTelecom.system.in_(("sms", "phone")))
        .exists()
    )
    values = (Patient.id, Patient.gender, Patient.language, case((has_phone, "yes"), else_="no"), Patient.payer_class)
    ids = sorted({visit.patient_id for visit in seen})
    rows = session.execute(select(*values).where(Patient.id.in_(ids)))
    return {
        id: {"gender": gender, "language": language or "unknown", "phone": phone, "payer": payer}
        for id, gender, language, phone, payer in rows
    }


def keep_model(session: Session, act: Act, model_id: int, model: Model | None, report: dict | None) -> None:
    """Keep what was learnt, or that nothing could be; nobody uses it before a second person says so.

    Of two workers who learnt the same one the first is kept: what somebody looks at does not change under them.
    """
    asked = select(RiskModel).where(RiskModel.id == model_id, RiskModel.status == ASKED)
    row = session.scalar(asked.with_for_update())
    if row is None:
        audit.nothing_happened(session)
        return
    if model is None:
        row.status = FAILED
    else:
        row.status, row.learnt_at, row.judged = LEARNT, act.now, report
        row.content = model.as_data()
        row.fingerprint = fingerprint_of(row.content)
    session.flush()
    detail = {"status": row.status, "fingerprint": row.fingerprint}
    audit.note(session, "U", RiskModel.__tablename__, ids=[row.id], detail=detail)
