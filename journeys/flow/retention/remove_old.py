"""The keeper removes one batch of what is older than a table's rule: a whole month where nothing of it is needed, else
rows. What it removed, and what it left for which reason, stands in the run and in the audit of the same transaction."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from journeys.flow.retention.histories import HISTORIES, History
from journeys.flow.retention.walking import Taken, Walk, walk
from journeys.foundation import advisory, audit
from journeys.foundation.acting import Act
from journeys.store.retention import RetentionRule, RetentionRun, months_before
from journeys.store.setting_up.partitions import Month, months_of

GRACE = dt.timedelta(days=1)
"""For how long a rule that was changed removes nothing, so that a mistake can be taken back."""

BETWEEN_RUNS = dt.timedelta(hours=20)

MOST_ROWS = 500_000
"""Rows that one run takes out one by one; the next run goes on. Each may have somebody's facts worked out anew."""

LOCK_AT_MOST = text("SET LOCAL lock_timeout = '2s'")
"""To drop a month locks its whole table for an instant; while somebody works on it, nobody is made to wait."""


def remove_old(session: Session, act: Act, name: str) -> bool:
    """One batch of one table; whether there may be another one to do at once. The session is the keeper's."""
    history = HISTORIES[name]
    run = run_at_work(session, act, history)
    if run is None:
        audit.nothing_happened(session)
        return False
    before = (run.removed, len(run.months))
    session.execute(LOCK_AT_MOST)
    taken = take_month(session, act, history, run) if history.is_by_month else take_rows(session, act, history, run)
    run.error = None
    detail = {
        "older_than": run.cutoff.isoformat(),
        "removed": run.removed - before[0],
        "months": run.months[before[1] :],
        "kept": dict(taken.kept),
    }
    audit.note(session, "D", name, detail=detail)
    session.flush()
    return run.ended_at is None


def run_at_work(session: Session, act: Act, history: History) -> RetentionRun | None:
    """The run to go on with, or a new one; None when there is nothing to do by the rule, or somebody else is at it."""
    if not session.scalar(select(func.pg_try_advisory_xact_lock(advisory.RETENTION))):
        return None
    rule = session.get(RetentionRule, history.name)
    last = last_run(session, history.name)
    is_over = last is None or last.ended_at is not None
    if last is not None and not is_over and (rule is None or rule.changed_at > last.began_at):
        last.ended_at = act.now
        is_over = True
    if rule is None or rule.keep_months is None or rule.changed_at > act.now - GRACE:
        return None
    if last is not None and not is_over:
        return last
    if last is not None and last.began_at > act.now - BETWEEN_RUNS:
        return None
    return begin(session, act, history, months_before(act.now, rule.keep_months))


def last_run(session: Session, name: str) -> RetentionRun | None:
    """The newest run of a table."""
    mine = select(RetentionRun).where(RetentionRun.table_name == name)
    return session.scalar(mine.order_by(RetentionRun.began_at.desc(), RetentionRun.id.desc()).limit(1))


def begin(session: Session, act: Act, history: History, cutoff: dt.datetime) -> RetentionRun:
    """A new run of a table."""
    run = RetentionRun(table_name=history.name, began_at=act.now, cutoff=cutoff, removed=0, position=0)
    run.months = []
    run.kept = {}
    session.add(run)
    return run


def take_rows(session: Session, act: Act, history: History, run: RetentionRun) -> Taken:
    """One batch of rows; the run ends with the last one, or when it has removed enough for a day."""
    taken = walk(session, Walk(history, act.now, run.cutoff), run.position)
    keep_account(run, taken)
    if taken.position is None or run.removed >= MOST_ROWS:
        run.ended_at = act.now
    return taken


def take_month(session: Session, act: Act, history: History, run: RetentionRun) -> Taken:
    """The next month that is old as a whole: dropped when nothing of it must stay, else a batch of its rows."""
    month = next_month(session, run)
    if month is None:
        run.ended_at = act.now
        return Taken(None, 0)
    going = Walk(history, act.now, run.cutoff, month)
    if run.position == 0 and not something_stays(session, going):
        taken = Taken(None, drop(session, going, month))
        run.months = [*run.months, f"{month.start:%Y-%m}"]
    else:
        taken = walk(session, going, run.position)
    keep_account(run, taken)
    if taken.position is None:
        run.month = month.start
        run.position = 0
    return taken


def next_month(session: Session, run: RetentionRun) -> Month | None:
    """The oldest month that this run has not done and that ended before the cutoff."""
    done = run.month or dt.date.min
    months = months_of(session, run.table_name)
    return next((month for month in months if month.start > done and month.ends <= run.cutoff), None)


def something_stays(session: Session, going: Walk) -> bool:
    """Whether a row of the month is needed by something."""
    if not going.history.reasons(going.now, going.cutoff):
        return False
    needed = select(going.history.at).where(*going.within(), going.stays().is_not(None))
    return bool(session.scalar(select(exists(needed))))


def drop(session: Session, going: Walk, month: Month) -> int:
    """Drop a whole month; how many rows it had. The database refuses one that is too young."""
    rows = session.scalar(select(func.count()).select_from(going.history.table).where(*going.within()))
    session.execute(select(func.drop_month_of_history(going.history.name, month.start)))
    return int(rows or 0)


def keep_account(run: RetentionRun, taken: Taken) -> None:
    """Write into the run what a batch did."""
    run.removed += taken.removed
    run.kept = dict(Counter(run.kept) + taken.kept)
    run.position = taken.position or 0
