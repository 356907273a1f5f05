"""Tasks of staff."""

from __future__ import annotations

from journeys.criteria.fields.base import Record, code, instant
from journeys.foundation.words import N_
from journeys.store.tasks import Task as Table
from journeys.store.tasks import TaskQueue


class Task(Record):
    """A piece of work of staff about the patient; windows look at when it was made."""

    label = N_("a task")
    singular = N_("task")
    plural = N_("tasks")
    table = Table
    when = "created_at"
    not_counted = ("draft",)
    attributes = {
        "created_at": instant("created_at", N_("time")),
        "due_at": instant("due_at", N_("time it is due")),
        "completed_at": instant("completed_at", N_("time of completion")),
        "status": code(
            "status",
            N_("status"),
            {
                "requested": N_("requested"),
                "received": N_("received"),
                "accepted": N_("accepted"),
                "rejected": N_("rejected"),
                "ready": N_("ready"),
                "in-progress": N_("in progress"),
                "on-hold": N_("on hold"),
                "failed": N_("failed"),
                "cancelled": N_("cancelled"),
                "completed": N_("completed"),
            },
        ),
        "priority": code(
            "priority",
            N_("priority"),
            {
                "routine": N_("routine"),
                "urgent": N_("urgent"),
                "asap": N_("as soon as possible"),
                "stat": N_("at once"),
            },
        ),
        "outcome": code("outcome", N_("outcome")),
        "queue": code("queue_id", N_("queue"), through=(TaskQueue.id, TaskQueue.slug)),
    }
