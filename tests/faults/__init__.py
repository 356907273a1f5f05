"""Waymark under faults: workers are killed and Redis is flushed while journeys run; then everything is counted.

python -m tests.faults [--enrolments 5000] [--kills 100] [--flushes 20] [--seed N]

scenario.py  what is published: a segment, a journey, two templates
canaries.py  people whose names, numbers, addresses and words can be recognised wherever they turn up
clock.py     a clock that only goes on by itself, and is put forward when nothing is left to do
zygote.py    a warm process that forks real workers, so that a hundred restarts take seconds
nemesis.py   kills and flushes, by a seed
people.py    patients who answer, staff who finish tasks; both do it twice
outside.py   the mail server outside the house: its ledger knows what really left
checker.py   plain SQL and the ledgers: lost, duplicated, attempted; imports nothing of the engine
leaks.py     dumps the database, its files, Redis and the logs, and looks for the canaries
run.py       all of it in order
"""
