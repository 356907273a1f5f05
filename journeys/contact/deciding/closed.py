"""What cannot be decided does not go: one message over which a decision breaks is held, and the others are decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

Decide = Callable[[Sequence[int]], Sequence[Any]]


def decided_closed(session: Session, due: Sequence[int], decide: Decide, give_up: Decide) -> Sequence[Any]:
    """What `decide` says of these messages, in one statement; where it breaks, of ever smaller parts, and of a single
    message what `give_up` says.

    A lock that was not got, a lost connection or a wrong statement is nobody's message: that is raised, and nothing
    goes at all.
    """
    try:
        with session.begin_nested():
            return decide(due)
    except (OperationalError, ProgrammingError):
        raise
    except DBAPIError:
        if len(due) == 1:
            return give_up(due)
    half = len(due) // 2
    first = decided_closed(session, due[:half], decide, give_up)
    return [*first, *decided_closed(session, due[half:], decide, give_up)]
