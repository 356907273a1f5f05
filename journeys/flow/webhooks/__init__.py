"""Calls to other systems: a step plans a row, a worker claims it, speaks outside any transaction, and records."""
