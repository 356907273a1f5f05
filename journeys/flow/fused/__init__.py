"""The compiler: fuses the steps from one wait to the next into one statement, and cuts where it must.

    stretches.py   which steps can be one statement, and where to cut
    walking.py     one row for each enrolment: where it stood, how it left each step, where it stands now
    writing.py     what follows from such a row: what the steps write, history, state, events
    prepared.py    the whole statement, made once for each version
    running.py     runs one stretch, and leaves to the reference executor what cannot be fused

What is left in the database after a cut is what the reference executor leaves there between two steps; so both can take
turns on the same enrolment, and a test holds them equal row for row.
"""
