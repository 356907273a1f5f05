"""What there is to do at a moment, asked in plain SQL; and a server that can be restarted at once."""

import datetime as dt
import signal
from typing import Any

import psycopg

from launcher.programs import Program, start, until

WORK = """
SELECT job FROM (VALUES
  ('enrol', EXISTS (SELECT 1 FROM patient LEFT JOIN enrolment ON enrolment.patient_id = patient.id
                    WHERE enrolment.id IS NULL)),
  ('advance', EXISTS (SELECT 1 FROM enrolment WHERE due_at <= %(now)s AND status = 'active')),
  ('plan', EXISTS (SELECT 1 FROM message WHERE status = 'planned' AND coalesce(not_before, %(now)s) <= %(now)s)),
  ('deliver', EXISTS (SELECT 1 FROM message WHERE status = 'released' AND coalesce(not_before, %(now)s) <= %(now)s
                      AND coalesce(claimed_until, %(now)s) <= %(now)s)
              OR EXISTS (SELECT 1 FROM message WHERE status = 'sending' AND claimed_until < %(now)s))
) AS found (job, is_due) WHERE is_due ORDER BY job
"""
"""The jobs that have something to do, by name."""

NOTHING_LEFT = """
SELECT least((SELECT min(due_at) FROM enrolment WHERE status = 'active'),
             (SELECT min(not_before) FROM message WHERE status IN ('planned', 'released')),
             (SELECT min(claimed_until) FROM message WHERE status IN ('released', 'sending')))
"""
"""When something will be due next; one row, NULL when nothing ever will."""


def standing(connection: psycopg.Connection, statement: str, now: dt.datetime) -> list[Any]:
    """The first column of a statement about a moment."""
    return [row[0] for row in connection.execute(statement, {"now": now}).fetchall()]


class Server:
    """A server that goes down without a farewell and comes up again, for tests."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.start()

    def start(self) -> None:
        """Up, until it answers."""
        self.child = start(self.program)
        if not until(self.answers, 60):
            raise RuntimeError(f"{self.program.name} did not come back")

    def answers(self) -> bool:
        try:
            return self.program.is_ready()
        except Exception:
            return False

    def restart(self) -> None:
        """Down at once, as PostgreSQL is by `pg_ctl restart -m immediate`, and up again."""
        self.end()
        self.start()

    def end(self) -> None:
        """Down at once."""
        if self.child.is_alive():
            self.child.process.send_signal(signal.SIGQUIT if self.program.name == "postgres" else signal.SIGKILL)
        self.child.process.wait(60)
