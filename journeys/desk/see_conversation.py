"""Somebody has read the notes that name them in a conversation."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from journeys.desk.finding import the_conversation
from journeys.desk.mentions import see_mentions
from journeys.foundation import audit
from journeys.foundation.acting import Act


def see_conversation(session: Session, act: Act, uid: uuid.UUID) -> int:
    """Take away their mark; how many notes it was. Missing outside the scope."""
    count = see_mentions(session, act, the_conversation(session, uid))
    if not count:
        audit.nothing_happened(session)
    return count
