"""Waymark under faults: everything is struck while journeys run; then everything is counted.

python -m tests.faults [--rows F1 F4] [--share 0.1] [--seed N] [--minutes N] [--go-on var/faults/N.jsonl]

matrix.py    the rows, how often each strikes in full, and rounds of them
kept.py      what each finished round found, so that a run that was ended goes on
figures.py   what was found, what was wanted; the table; what the numbers allow to say

scenario.py  what is published: a segment, a journey, two templates
canaries.py  people whose names, numbers, addresses and words can be recognised wherever they turn up
clock.py     a clock that only goes on by itself, and is put forward when nothing is left to do
people.py    patients who answer, staff who finish tasks; many do it twice, and again what was not acknowledged
said.py      what they tried and what was acknowledged: a file that only grows
checker.py   plain SQL and the ledgers: attempted, acknowledged, lost, unexpected, duplicated, recovered; it imports
             nothing of the engine

Processes that do one job and are struck on their way (rows F1, F4, F5, F6, F7, F12, F20 of the matrix of faults):

points.py    the named points, and channels with points of their own
ways.py      what is done to a process
standing.py  what there is to do; a server that goes down at once and comes back
doing.py     the jobs, in this process or in one that is forked
striking.py  row by row: a process, and what is done to it
crashing.py  all of it in order

Real workers, schedulers and Redis, struck from outside (rows F2, F3, F10, F11, F23), and a search for canaries:

zygote.py    a warm process that forks real workers, so that a hundred restarts take seconds
crew.py      who is there, and who takes whose place
nemesis.py   row by row: kills, restarts, flushes, schedulers that lose the lead, by a seed
redis_troubles.py  what can befall Redis
outside.py   the mail server outside the house: its ledger knows what really left
leaks.py     dumps the database, its files, Redis and the logs, and looks for the canaries
run.py       all of it in order

Providers that are played in this process (rows F13 to F17, RACE and CAPS):

alone.py     a house of its own, patients with messages
providers.py a provider that answers wrongly, whose list lags, that is silent for hours
receipts.py  what comes back: repeated, shuffled, early, late, forged
stops.py     STOP against fifty senders, whenever it comes
stops_held.py  STOP against sending that is held at a named point
caps.py      schedulers who all wake at once, and the caps of each patient
"""
