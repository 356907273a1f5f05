"""A clinic at work for benchmarks, made by SQL out of hashes of row numbers: conversations of every state, open tasks
of many queues, and people who wait for an appointment."""

from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.base import analyse
from benchmarks.names import loading, name_everybody
from benchmarks.population import make_people

QUEUES = 40
CLERKS = 60
PATIENTS_PER_CONVERSATION = 0.1
OPEN_PART = 5
"""One conversation in so many is open, one in ten rests, the others are closed."""

WORK = (
    """
    INSERT INTO task_queue (slug, name)
    SELECT 'queue-' || n, jsonb_build_object('en', 'Queue ' || n) FROM generate_series(1, :queues) AS n
    """,
    """
    INSERT INTO task (patient_id, queue_id, title, outcomes, status, priority, owner, created_at, due_at, claimed_at)
    SELECT 1 + floor(fraction(n, 31) * :patients)::int, queue.id, '{"en": "Answer"}', '[]',
           CASE WHEN fraction(n, 32) < .5 THEN 'accepted' ELSE 'requested' END,
           (ARRAY['routine', 'routine', 'routine', 'urgent', 'asap'])[1 + floor(fraction(n, 33) * 5)::int],
           CASE WHEN fraction(n, 32) < .5 THEN 'clerk-' || (1 + floor(fraction(n, 34) * :clerks)::int) END,
           CAST(:now AS timestamptz) - fraction(n, 35) * interval '30 days',
           CAST(:now AS timestamptz) + (fraction(n, 36) - .3) * interval '20 days',
           CASE WHEN fraction(n, 32) < .5 THEN CAST(:now AS timestamptz) - interval '1 hour' END
    FROM generate_series(1, :tasks) AS n
    JOIN task_queue AS queue ON queue.slug = 'queue-' || (1 + floor(fraction(n, 37) * :queues)::int)
    ORDER BY n
    """,
    """
    INSERT INTO conversation (patient_id, status, owner, queue_id, task_id, channel, language, opened_at, last_at,
                              due_at, priority)
    SELECT patient_id, 'open', owner, queue_id, id, 'sms', 'en', created_at, created_at, due_at, priority FROM task
    ORDER BY id
    """,
    """
    INSERT INTO conversation (patient_id, status, owner, channel, language, opened_at, last_at, returns_at, closed_at,
                              closed_by, outcome)
    SELECT 1 + floor(fraction(n, 41) * :patients)::int, CASE WHEN n % 8 = 0 THEN 'waiting' ELSE 'closed' END,
           'clerk-' || (1 + floor(fraction(n, 42) * :clerks)::int), 'sms', 'en', was.at, was.at,
           CASE WHEN n % 8 = 0 THEN CAST(:now AS timestamptz) + fraction(n, 43) * interval '5 days' END,
           CASE WHEN n % 8 <> 0 THEN was.at + interval '1 day' END, CASE WHEN n % 8 <> 0 THEN 'user:clerk-1' END,
           CASE WHEN n % 8 <> 0 THEN 'resolved' END
    FROM generate_series(1, :others) AS n,
         LATERAL (SELECT CAST(:now AS timestamptz) - fraction(n, 44) * interval '700 days' AS at) AS was
    """,
    """
    INSERT INTO message (patient_id, lane, purpose, direction, status, channel, planned_at)
    SELECT patient_id, patient_id & 255, 'care', 'inbound', 'received', 'sms', last_at FROM conversation
    WHERE status = 'open' ORDER BY id
    """,
    """
    INSERT INTO conversation_entry (patient_id, conversation_id, at, by, kind, subject_kind, subject_id)
    SELECT said.patient_id, thread.id, said.planned_at, 'patient', 'arrived', 'message', said.id
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM conversation WHERE status = 'open') AS thread
    JOIN (SELECT id, patient_id, planned_at, row_number() OVER (ORDER BY id) AS place FROM message) AS said
    USING (place)
    """,
)

WAIT = (
    """
    INSERT INTO waitlist_entry (patient_id, type_id, since, added_at, added_by)
    SELECT patient.id, type.id, CAST(:now AS timestamptz) - fraction(patient.id, 51) * interval '300 days',
           CAST(:now AS timestamptz), 'benchmark'
    FROM patient, appointment_type AS type WHERE type.slug = 'visit' ORDER BY patient.id LIMIT :waiting
    """,
    "INSERT INTO waitlist_branch (entry_id, location_id) SELECT id, :branch FROM waitlist_entry ON CONFLICT DO NOTHING",
)


def make_work(engine: Engine, conversations: int, now: datetime) -> None:
    """So many conversations, a fifth of them open with a task of their own, and the patients who have them."""
    patients = int(conversations * PATIENTS_PER_CONVERSATION)
    with loading(engine):
        make_people(engine, patients, now)
        name_everybody(engine)
    tasks = conversations // OPEN_PART
    given = {"patients": patients, "tasks": tasks, "others": conversations - tasks, "now": now}
    with Session(engine) as session, session.begin():
        for statement in WORK:
            session.execute(text(statement), given | {"queues": QUEUES, "clerks": CLERKS})
    analyse(engine)


def make_waiting(engine: Engine, waiting: int, branch: int, now: datetime) -> None:
    """So many patients wait for a visit at one branch."""
    with Session(engine) as session, session.begin():
        for statement in WAIT:
            session.execute(text(statement), {"waiting": waiting, "branch": branch, "now": now})
    analyse(engine)
