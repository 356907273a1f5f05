"""Floor 5: the processes that carry journeys out. The only place in the engine that knows RQ.

    bell.py       rings a job: at most one of a kind waits, and a Redis that is away is no error
    jobs.py       the table of jobs: name, queue, and one bounded round of work
    performing.py what RQ calls; bounds the time, rings again, keeps patients' data out of Redis and logs
    sweep.py      what is due in PostgreSQL, so that a lost bell is rung again
    running.py    `run_worker`: a worker process; scheduling.py `run_scheduler`; health.py what /ready asks
    logs.py       log lines without the texts of foreign exceptions

PostgreSQL holds the truth. A job carries its name and a share of the lanes, nothing else; it looks up what is due,
works for about 15 seconds and rings itself again when more is left. Every job may run twice, at once or again: the
verbs' claims and unique keys decide.

To add a job: add its round to `jobs.py`, and to `sweep.py` the question that finds its work when nobody rang.
"""
