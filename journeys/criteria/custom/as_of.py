"""Rules as of a past moment: custom fields keep their history, so what held then is known exactly."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from journeys.criteria.known import Known


def as_of(known: Known, at: dt.datetime) -> Known:
    """The same names, each custom field with the value that held at a moment."""
    return replace(known, custom={slug: replace(field, at=at) for slug, field in known.custom.items()})
