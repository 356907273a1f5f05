"""Attendance risk: how likely a booked patient is to miss the visit, from what was known at that moment alone.

`knowing` asks what was known, `learning` learns from it and judges what was learnt on later weeks, `gates` says whether
that may be used. It is only for help: a reminder more, a call, a way to come.
"""
