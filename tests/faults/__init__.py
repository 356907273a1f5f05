"""Waymark under faults: everything is struck while journeys run; then everything is counted.

python -m tests.faults [--part points|outside] [--share 0.1] [--rows F1 F4] [--enrolments 5000] [--kills 100] [--seed N]

scenario.py  what is published: a segment, a journey, two templates
canaries.py  people whose names, numbers, addresses and words can be recognised wherever they turn up
clock.py     a clock that only goes on by itself, and is put forward when nothing is left to do
people.py    patients who answer, staff who finish tasks; both do it twice
checker.py   plain SQL and the ledgers: lost, duplicated, attempted; imports nothing of the engine
figures.py   what was found, what was wanted

Processes that do one job and are struck on their way (rows F1, F4, F5, F6, F7, F12, F20 of the matrix of faults):

points.py    the named points, and channels with points of their own
ways.py      what is done to a process
standing.py  what there is to do; a database server that goes down at once and comes back
crashing.py  all of it in order

Real workers, a scheduler and Redis, struck from outside (rows F2, F10), and a search for canaries:

zygote.py    a warm process that forks real workers, so that a hundred restarts take seconds
nemesis.py   kills and flushes, by a seed
outside.py   the mail server outside the house: its ledger knows what really left
leaks.py     dumps the database, its files, Redis and the logs, and looks for the canaries
run.py       all of it in order
"""
