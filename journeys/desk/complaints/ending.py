"""How a complaint is over, and how it goes on again."""

from __future__ import annotations

from sqlalchemy.orm import Session

from journeys.desk.complaints.clocks import ask_staff, begin_clocks
from journeys.desk.complaints.finding import write_down
from journeys.desk.complaints.policy import policy_in_force
from journeys.foundation.acting import Act
from journeys.store.complaints import CLOSED, ENDED, OPEN, REOPENED, Complaint
from journeys.store.tasks import OPEN_STATUSES, Task
from journeys.work.cancel_task import cancel_task

DONE = "complaint-done"


def end(session: Session, act: Act, complaint: Complaint, outcome: str, note: str = "") -> None:
    """Nobody has anything to do about it any more."""
    complaint.status, complaint.outcome = CLOSED, outcome
    complaint.closed_at, complaint.closed_by = act.now, act.by
    complaint.asked_until = None
    free_staff(session, act, complaint)
    write_down(session, act, complaint, ENDED, code=outcome, note=note)


def go_on(session: Session, act: Act, complaint: Complaint, why: str, note: str = "") -> None:
    """The same case, with everything that was written in it: it has to be spoken about and settled anew, from now."""
    complaint.status = OPEN
    complaint.outcome = complaint.closed_at = complaint.closed_by = None
    complaint.asked_uid = complaint.asked_until = None
    complaint.contacted_at = complaint.contacted_by = None
    complaint.settled_at = complaint.settled_by = complaint.cause = complaint.remedy = None
    complaint.reopened += 1
    policy = policy_in_force(session)
    begin_clocks(session, complaint, policy, act.now)
    ask_staff(session, act, complaint, policy)
    write_down(session, act, complaint, REOPENED, code=why, note=note)


def free_staff(session: Session, act: Act, complaint: Complaint) -> None:
    """Take the task back: it is the patient's turn, or nobody's."""
    task = session.get(Task, complaint.task_id) if complaint.task_id is not None else None
    if task is not None and task.status in OPEN_STATUSES:
        cancel_task(session, act, task.uid, DONE)
    complaint.task_id = None
