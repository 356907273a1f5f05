"""Makes what a process of workers stands on, from the settings."""

from __future__ import annotations

from collections.abc import Mapping

from config import Settings
from journeys.contact.channels import open_channels
from journeys.flow.events.react import react
from journeys.flow.webhooks.speaking import Outside
from journeys.foundation import database
from journeys.foundation.acting import House
from journeys.worker import bell
from journeys.worker.bell import Bell
from journeys.worker.jobs import JOBS
from journeys.worker.workshop import Clock, Job, Workshop


def make_workshop(
    settings: Settings, clock: Clock, jobs: Mapping[str, Job], most_at_once: int | None = None
) -> Workshop:
    """The house of the worker's role, with the reactions and the bell, and the channels of this installation."""
    engine = database.connect(settings.database_url, database.WORKER)
    ringing = make_bell(settings, jobs)
    return Workshop(
        house=House(sessions=database.sessions(engine), react=react, ring=ringing.ring),
        bell=ringing,
        jobs=dict(jobs),
        clock=clock,
        engine=engine,
        owner_url=settings.database_url,
        channels=open_channels({"smtp_url": settings.smtp_url, "smtp_sender": settings.smtp_sender}),
        most_at_once=most_at_once,
        outside=Outside(frozenset(settings.webhook_exceptions)),
        phone_region=settings.phone_region,
    )


def make_bell(settings: Settings, jobs: Mapping[str, Job] = JOBS) -> Bell:
    """A bell that knows where each job goes: to the queue it prefers, else to the first one there is."""
    known = settings.worker_queues
    queues = {name: job.queue if job.queue in known else known[0] for name, job in jobs.items()}
    shared = [name for name, job in jobs.items() if job.shared]
    return Bell(bell.connect(settings.redis_url), queues, shared)
