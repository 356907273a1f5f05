"""Absurd: durable steps in PostgreSQL. Its schema comes with absurdctl."""

import sys

import psycopg
import work
from absurd_sdk import Absurd
from absurdctl import BUNDLED_SCHEMA_SQL

QUEUE = "journey"
BATCH = 50
OPEN = f"SELECT count(*) FROM absurd.t_{QUEUE} WHERE state NOT IN ('completed', 'failed', 'cancelled')"


def main(url, wanted):
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT to_regnamespace('absurd')").fetchone()[0] is None:
            connection.execute(BUNDLED_SCHEMA_SQL)
        app = Absurd(url, queue_name=QUEUE)
        app.create_queue(QUEUE)

        @app.register_task(name="journey")
        def journey(given, context):
            enrolment = given["enrolment"]
            context.step("pause", lambda: work.pause(url, enrolment))
            if context.step("choose", lambda: work.choose(url, enrolment)):
                context.step("invite", lambda: work.invite(url, enrolment))
            context.step("done", lambda: work.done(url, enrolment))

        for enrolment in work.open_ones(url, wanted):
            app.spawn("journey", {"enrolment": enrolment})
        while connection.execute(OPEN).fetchone()[0]:
            app.work_batch(worker_id="benchmark", batch_size=BATCH, claim_timeout=120)


main(sys.argv[1], int(sys.argv[2]))
