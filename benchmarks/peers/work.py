"""The four steps as plain SQL, each a transaction that writes what the step leaves."""

import threading

import psycopg

MINE = threading.local()

OPEN = "SELECT id FROM enrolment WHERE ended_at IS NULL ORDER BY id LIMIT %s"
HISTORY = """
INSERT INTO enrolment_history (enrolment_id, patient_id, version_id, step, visit, port, entered_at, left_at, act)
SELECT id, patient_id, version_id, step, visit, %s, step_entered_at, due_at, 'peer' FROM enrolment WHERE id = %s
"""
MOVE = "UPDATE enrolment SET step = %s, visit = visit + 1, step_entered_at = due_at WHERE id = %s"
LANGUAGE = "SELECT patient.language FROM enrolment JOIN patient ON patient.id = patient_id WHERE enrolment.id = %s"
MESSAGE = """
INSERT INTO message (patient_id, lane, purpose, enrolment_id, step, visit, template_version_id, planned_at)
SELECT patient_id, lane, 'care', id, step, visit, (SELECT pinned_version_id FROM version_pin
    WHERE version_pin.version_id = enrolment.version_id AND kind = 'template'), due_at
FROM enrolment WHERE id = %s
"""
END = """
UPDATE enrolment SET step = NULL, due_at = NULL, status = 'completed', ended_at = due_at, ended_reason = 'finished'
WHERE id = %s
"""
EVENT = """
INSERT INTO event (recorded_at, at, kind, patient_id, lane, subject_kind, subject_id, code, outcome, caused_by)
SELECT ended_at, ended_at, 'enrolment.ended', patient_id, lane, 'enrolment', id, 'benchmark', 'finished', 'peer'
FROM enrolment WHERE id = %s
"""


def connect(url):
    """The connection of this thread."""
    if not hasattr(MINE, "connection"):
        MINE.connection = psycopg.connect(url, autocommit=True)
    return MINE.connection


def open_ones(url, wanted):
    """The first enrolments that are still open."""
    return [number for (number,) in connect(url).execute(OPEN, [wanted])]


def pause(url, enrolment):
    """The wait has elapsed."""
    leave(connect(url), enrolment, "next", "choose")


def choose(url, enrolment):
    """Which way: True for those who speak English."""
    connection = connect(url)
    (language,) = connection.execute(LANGUAGE, [enrolment]).fetchone()
    is_english = (language or "").startswith("en")
    leave(connection, enrolment, *(("english", "invite") if is_english else ("otherwise", "done")))
    return is_english


def invite(url, enrolment):
    """Plan the message."""
    connection = connect(url)
    with connection.transaction():
        connection.execute(MESSAGE, [enrolment])
        leave(connection, enrolment, "next", "done")


def done(url, enrolment):
    """The end."""
    connection = connect(url)
    with connection.transaction():
        connection.execute(HISTORY, ["end", enrolment])
        connection.execute(END, [enrolment])
        connection.execute(EVENT, [enrolment])


def leave(connection, enrolment, port, target):
    """Leave a step by a port."""
    with connection.transaction():
        connection.execute(HISTORY, [port, enrolment])
        connection.execute(MOVE, [target, enrolment])
