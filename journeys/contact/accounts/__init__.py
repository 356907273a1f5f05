"""Accounts of channels: kept as data, opened for a round of work, tested, stopped, and left alone while they fail."""
