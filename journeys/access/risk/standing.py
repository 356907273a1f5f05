"""Which is in use now, the points or the model, and why; also what became of what the model has foretold lately."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from journeys.access.risk.gates import ENOUGH_MISSED, GROUP_RATIO, Gate, branches_that_may, gates_of
from journeys.access.risk.visits import CAME
from journeys.foundation import audit
from journeys.foundation.acting import Act
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.attendance import IN_FORCE, AttendanceRisk, RiskModel

FORTNIGHT = dt.timedelta(days=14)


@dataclass(frozen=True)
class Standing:
    """`model` is the one in force, None where none is; `gates` its own and that of the last fortnight."""

    model: RiskModel | None
    gates: tuple[Gate, ...] = ()

    @property
    def is_used(self) -> bool:
        """Whether it decides; otherwise the points do."""
        return self.model is not None and all(gate.holds for gate in self.gates)

    @property
    def branches(self) -> frozenset[int]:
        """Where it decides."""
        return branches_that_may(self.model.judged or {}) if self.model is not None and self.is_used else frozenset()


def standing(session: Session, act: Act) -> Standing:
    """As it is at this moment."""
    model = session.scalar(select(RiskModel).where(RiskModel.status == IN_FORCE))
    if model is None or model.judged is None:
        return Standing(None)
    return Standing(model, (*gates_of(model.judged), *lately(session, act, model)))


def what_stands(session: Session, act: Act) -> Standing:
    """The same to be shown. Whoever reads it reads it over every branch, as the worker does who decides by it."""
    now = standing(session, act)
    audit.note(session, "R", RiskModel.__tablename__, [] if now.model is None else [now.model.id])
    return now


def lately(session: Session, act: Act, model: RiskModel) -> list[Gate]:
    """S-05: missed over foretold in the last fortnight, where enough were; nothing where not."""
    visit, told = Appointment, AttendanceRisk
    missed = func.sum(case((visit.status == "noshow", 1), else_=0))
    recent = visit.start_at.between(act.now - FORTNIGHT, act.now)
    count, foretold = session.execute(
        select(missed, func.sum(told.chance))
        .join(visit, visit.id == told.appointment_id)
        .where(told.model_id == model.id, recent, visit.status.in_((*CAME, "noshow")))
    ).one()
    if not count or not foretold or max(count, foretold) < ENOUGH_MISSED / 2:
        return []
    return [Gate("S-05", N_("Missed over foretold, last 14 days"), count / foretold, *GROUP_RATIO)]
