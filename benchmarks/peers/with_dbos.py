"""DBOS: workflows whose steps are kept in PostgreSQL, from a queue of 32 at a time."""

import os
import sys

import work
from dbos import DBOS

URL = sys.argv[1]
QUEUE = "journey"
AT_A_TIME = 32

DBOS(config={"name": "benchmark", "system_database_url": URL, "log_level": "ERROR", "run_admin_server": False})


@DBOS.step()
def pause(enrolment):
    work.pause(URL, enrolment)


@DBOS.step()
def choose(enrolment):
    return work.choose(URL, enrolment)


@DBOS.step()
def invite(enrolment):
    work.invite(URL, enrolment)


@DBOS.step()
def done(enrolment):
    work.done(URL, enrolment)


@DBOS.workflow()
def journey(enrolment):
    pause(enrolment)
    if choose(enrolment):
        invite(enrolment)
    done(enrolment)


DBOS.launch()
DBOS.register_queue(QUEUE, worker_concurrency=AT_A_TIME, polling_interval_sec=0.05)
handles = [DBOS.enqueue_workflow(QUEUE, journey, enrolment) for enrolment in work.open_ones(URL, int(sys.argv[2]))]
for handle in handles:
    handle.get_result()
DBOS.destroy()
sys.stdout.flush()
# threads of its own would keep the program waiting
os._exit(0)
