"""Holds the plan of the house against the code: `plan` says what is where, `source` reads, `rules` finds breaches."""
