"""One RQ job for each step, with SQLAlchemy's ORM: what most people would write first."""

import os
import sys

import work
from redis import Redis
from rq import Queue, SimpleWorker
from sqlalchemy import create_engine, select
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session

NAME = "benchmark"
STEP = "with_rq.step"
URL = os.environ["BENCHMARK_URL"]
AFTER = {"pause": "choose", "invite": "done"}

ENGINE = create_engine(URL.replace("postgresql://", "postgresql+psycopg://", 1), pool_size=1)
BASE = automap_base()
BASE.metadata.reflect(
    ENGINE, only=["enrolment", "enrolment_history", "message", "event", "patient", "definition_version", "version_pin"]
)
BASE.prepare(name_for_scalar_relationship=lambda *_: f"of_{_[3].name}", generate_relationship=lambda *_, **__: None)
TABLES = BASE.classes


def queue():
    return Queue(NAME, connection=Redis.from_url(os.environ["BENCHMARK_REDIS"]))


def step(number):
    """One step of one enrolment; then the next is put into the queue."""
    with Session(ENGINE) as session, session.begin():
        enrolment = session.get(TABLES.enrolment, number, with_for_update=True)
        name, now = enrolment.step, enrolment.due_at
        port, target = way(session, enrolment)
        session.add(
            TABLES.enrolment_history(
                enrolment_id=number, patient_id=enrolment.patient_id, version_id=enrolment.version_id, step=name,
                visit=enrolment.visit, port=port, entered_at=enrolment.step_entered_at, left_at=now, act="peer",
            )
        )  # fmt: skip
        if target is None:
            finish(session, enrolment, now)
        else:
            enrolment.step, enrolment.visit, enrolment.step_entered_at = target, enrolment.visit + 1, now
    if target is not None:
        queue().enqueue(STEP, number, result_ttl=0)


def way(session, enrolment):
    """(port, next step), after what the step does."""
    if enrolment.step == "done":
        return "end", None
    if enrolment.step == "choose":
        language = session.get(TABLES.patient, enrolment.patient_id).language or ""
        return ("english", "invite") if language.startswith("en") else ("otherwise", "done")
    if enrolment.step == "invite":
        pin = TABLES.version_pin
        template = session.scalar(
            select(pin.pinned_version_id).where(pin.version_id == enrolment.version_id, pin.kind == "template")
        )
        session.add(
            TABLES.message(
                patient_id=enrolment.patient_id, lane=enrolment.lane, purpose="care", enrolment_id=enrolment.id,
                step="invite", visit=enrolment.visit, template_version_id=template, planned_at=enrolment.due_at,
            )
        )  # fmt: skip
    return "next", AFTER[enrolment.step]


def finish(session, enrolment, now):
    """The end and its event."""
    enrolment.step = enrolment.due_at = None
    enrolment.status, enrolment.ended_at, enrolment.ended_reason = "completed", now, "finished"
    session.add(
        TABLES.event(
            recorded_at=now, at=now, kind="enrolment.ended", patient_id=enrolment.patient_id, lane=enrolment.lane,
            subject_kind="enrolment", subject_id=enrolment.id, code="benchmark", outcome="finished", caused_by="peer",
        )
    )  # fmt: skip


def main(wanted):
    waiting = queue()
    jobs = [Queue.prepare_data(STEP, (each,), result_ttl=0) for each in work.open_ones(URL, wanted)]
    waiting.enqueue_many(jobs)
    SimpleWorker([waiting], connection=waiting.connection).work(burst=True, logging_level="WARNING")


if __name__ == "__main__":
    main(int(sys.argv[2]))
