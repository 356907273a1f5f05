"""The table of jobs: what each does in one round, on which queue, and whether its lanes are shared among workers.

`urgent` carries what people wait for and what is one short statement; `default` what may take its time. One thing leads
to the next: refresh, enrol, advance, plan, deliver; each verb rings what follows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypeVar

from journeys.access.risk.ask_for_model import LEARN
from journeys.access.risk.foretell import foretell
from journeys.access.risk.learn_model import learn_model
from journeys.access.schedules.keep_schedule import SLOTS
from journeys.access.schedules.lay_out_slots import lay_out_slots
from journeys.access.schedules.schedules_to_lay_out import schedules_to_lay_out
from journeys.access.waitlist.due_backfills import due_backfills
from journeys.access.waitlist.ending import BACKFILL
from journeys.access.waitlist.look_at import look_at
from journeys.access.waitlist.take_up_freed import take_up_freed
from journeys.access.waitlist.tell_losers import tell_losers
from journeys.care.guidelines.refresh_due import refresh_due
from journeys.care.guidelines.refresh_guideline import refresh_guideline
from journeys.contact.accounts.channels_in_use import channels_in_use
from journeys.contact.accounts.send_tests import send_tests
from journeys.contact.channels.base import Channel
from journeys.contact.deciding.plan import plan as plan_messages
from journeys.contact.inbound.apply_deliveries import apply_deliveries
from journeys.contact.sending.claim import looked_at_together
from journeys.contact.sending.deliver import deliver as deliver_messages
from journeys.contact.sending.look_up_unknown import look_up_unknown
from journeys.criteria.facts.promote import promote
from journeys.criteria.refresh_segment import refresh_segment
from journeys.criteria.refresh_segments import refresh_segments
from journeys.desk.bring_back import bring_back
from journeys.desk.complaints.end_silence import end_silence
from journeys.desk.service_levels.keep_cases import MOST as MOST_CASES
from journeys.desk.service_levels.keep_cases import keep_cases
from journeys.flow.entry.enrol import enrol as enrol_patients
from journeys.flow.moves.carry_out_moves import carry_out_moves
from journeys.flow.pauses.settle_pauses import settle_pauses
from journeys.flow.running.advance import advance as advance_enrolments
from journeys.flow.webhooks.deliver_calls import deliver_calls
from journeys.flow.webhooks.speak_trials import speak_trials
from journeys.foundation.acting import act
from journeys.store.identity.look_for_matches import look_for_matches
from journeys.store.putting_in_force.definitions import JOURNEY
from journeys.sync.apply_messages import apply_messages
from journeys.sync.fhir.keep_server import READ
from journeys.sync.fhir.read_servers import read_servers
from journeys.sync.receive_message import APPLY
from journeys.sync.sending.connections_to_tell import SEND
from journeys.sync.sending.send_messages import send_messages
from journeys.work.clocks.escalate import escalate
from journeys.work.clocks.publish_clock import ESCALATE
from journeys.work.clocks.stand_down import stand_down
from journeys.work.distribute import distribute
from journeys.work.opening_hours.write_days_ahead import write_days_ahead
from journeys.work.raise_priorities import raise_priorities
from journeys.work.resume_tasks import resume_tasks
from journeys.work.stand_in import stand_in
from journeys.worker.retaining import retain
from journeys.worker.sweep import LAST_TICK, slugs_in_force, sweep
from journeys.worker.upkeep import know_zones, make_partitions
from journeys.worker.workshop import Job, Round

Each = TypeVar("Each")

TICK = "tick"
UPKEEP = "upkeep"
RETENTION = "retention"
FACTS = "facts"
IDENTITY = "identity"
ATTENDANCE = "attendance"
SERVICE_LEVELS = "service-levels"
WORK = "work"
BETWEEN_REFRESHES = dt.timedelta(minutes=1)
BETWEEN_FORETELLINGS = dt.timedelta(minutes=15)
BETWEEN_UPKEEPS = dt.timedelta(days=1)


def tick(now: Round) -> bool:
    """Ring whatever is due; once a minute the segments, who enters by them, their facts, the safety clocks, the
    service levels and the slots, four times an hour attendance risk, once a day the upkeep and the removing of what is
    old."""
    doing = now.act()
    bell = now.workshop.bell
    for name in act(now.house, doing, sweep):
        bell.ring(name)
    bell.ring_once_in("refresh", BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in("due", BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in("enrol", BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in(FACTS, BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in(ESCALATE, BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in(IDENTITY, BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in(SERVICE_LEVELS, BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in(WORK, BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in(SLOTS, BETWEEN_REFRESHES, doing.now)
    bell.ring_once_in(ATTENDANCE, BETWEEN_FORETELLINGS, doing.now)
    bell.ring_once_in(UPKEEP, BETWEEN_UPKEEPS, doing.now)
    bell.ring_once_in(RETENTION, BETWEEN_UPKEEPS, doing.now)
    bell.remember(LAST_TICK, doing.now.isoformat())
    return False


def refresh(now: Round) -> bool:
    """Bring the members of every segment up to date by what changed; those that need it whole, one transaction each."""
    found = act(now.house, now.act(), refresh_segments, **now.limits)
    looked_at = [act(now.house, now.act(), refresh_segment, slug=slug) for slug in in_turn(found.whole, now)]
    return found.is_more or len(looked_at) < len(found.whole)


def due(now: Round) -> bool:
    """Bring what is due up to date by what changed; guidelines that need everybody looked at, one transaction each."""
    found = act(now.house, now.act(), refresh_due, **now.limits)
    looked_at = [act(now.house, now.act(), refresh_guideline, slug=slug) for slug in in_turn(found.whole, now)]
    return found.is_more or len(looked_at) < len(found.whole)


def enrol(now: Round) -> bool:
    """Let patients into every journey in force; again while one of them let in as many as it may at once."""
    is_left = False
    for slug in in_turn(act(now.house, now.act(), slugs_in_force, kind=JOURNEY), now):
        limits = now.limits
        entered = act(now.house, now.act(), enrol_patients, slug=slug, lanes=now.lanes, **limits)
        is_left = is_left or entered > 0
    return is_left


def advance(now: Round) -> bool:
    """Move what is due to the next wait."""
    return act(now.house, now.act(), advance_enrolments, lanes=now.lanes, **now.limits) > 0


def move(now: Round) -> bool:
    """One batch of moving patients to another version of their journey, or back."""
    return act(now.house, now.act(), carry_out_moves) > 0


def pauses(now: Round) -> bool:
    """One batch of those who go on after a pause of their journey."""
    return act(now.house, now.act(), settle_pauses, **now.limits) > 0


def plan(now: Round) -> bool:
    """Decide about messages that are due."""
    names = tuple(dict.fromkeys(channel.name for channel in channels_of(now).values()))
    planned = act(now.house, now.act(), plan_messages, lanes=now.lanes, channels=names, **now.limits)
    return planned.decided > 0


def desk(now: Round) -> bool:
    """One batch of conversations that rested until now, and of complaints whose patients were silent."""
    came_back = act(now.house, now.act(), bring_back, **now.limits)
    return came_back + act(now.house, now.act(), end_silence, **now.limits) > 0


def deliver(now: Round) -> bool:
    """Send the tests that were asked for, and one claim on each channel; an act before speaking to the outside, and one
    after."""
    channels = channels_of(now)
    looked_at = send_tests(now.house, now.act, channels)
    for name, channel in channels.items():
        if channel.is_by_hand:
            continue
        looked_at += look_up_unknown(now.house, now.act, channel)
        limit = looked_at_together(channel)
        done = deliver_messages(now.house, now.act, {name: channel}, lanes=now.lanes, limit=limit)
        looked_at += done.total
    return looked_at > 0


def channels_of(now: Round) -> dict[str, Channel]:
    """The channels as they are set up at this moment."""
    return act(now.house, now.act(), channels_in_use, of_house=now.workshop.channels, reach=now.workshop.outside)


def inbound(now: Round) -> bool:
    """Apply one batch of what providers brought."""
    return apply_deliveries(now.house, now.act, now.workshop.phone_region) > 0


def interfaces(now: Round) -> bool:
    """Apply one batch of what other systems sent."""
    return apply_messages(now.house, now.act) > 0


def fhir(now: Round) -> bool:
    """Read one FHIR server that is due; again while there was one."""
    return read_servers(now.house, now.act, now.workshop.outside, now.is_over)


def sending(now: Round) -> bool:
    """Tell other systems what has changed here; again while something was told."""
    return send_messages(now.house, now.act, now.workshop.outside, now.is_over) > 0


def webhooks(now: Round) -> bool:
    """Speak the trial calls that were asked for, and one batch of calls to other systems."""
    speak_trials(now.house, now.act, now.workshop.outside)
    return deliver_calls(now.house, now.act, now.workshop.outside, **now.limits) > 0


def clocks(now: Round) -> bool:
    """One batch of what safety clocks call for, and one of what they no longer do; again while there was something."""
    climbed = act(now.house, now.act(), escalate)
    return act(now.house, now.act(), stand_down) + climbed > 0


def upkeep(now: Round) -> bool:
    """Next months' partitions, the zones in use, and the days of calendars ahead."""
    doing = now.act()
    make_partitions(now.workshop.owner_url, doing.now.date())
    act(now.house, doing, know_zones)
    act(now.house, doing, write_days_ahead)
    return False


def facts(now: Round) -> bool:
    """One piece of giving fact rows the columns that segments need; again while there is more to do."""
    return promote(now.house, now.workshop.owner_url, now.act())


def identity(now: Round) -> bool:
    """Compare one batch of new and changed records with those they may be of one person with."""
    return act(now.house, now.act(), look_for_matches, **now.limits) > 0


def slots(now: Round) -> bool:
    """Lay out the slots that are missing, each schedule in a transaction of its own; again while some are left."""
    missing = act(now.house, now.act(), schedules_to_lay_out)
    laid = [act(now.house, now.act(), lay_out_slots, slug=slug) for slug in in_turn(missing, now)]
    return len(laid) < len(missing)


def backfill(now: Round) -> bool:
    """Times that came free become stretches, each looked at in a transaction of its own; who lost one is told."""
    taken_up = act(now.house, now.act(), take_up_freed)
    told = act(now.house, now.act(), tell_losers)
    for each in in_turn(act(now.house, now.act(), due_backfills), now):
        act(now.house, now.act(), look_at, backfill_id=each)
    return taken_up + told > 0


def attendance(now: Round) -> bool:
    """Foretell which of the coming visits may be missed."""
    act(now.house, now.act(), foretell)
    return False


def service_levels(now: Round) -> bool:
    """One batch of cases in which something happened, or of which a promised time is over."""
    looked_at = act(now.house, now.act(), keep_cases)
    return looked_at >= MOST_CASES


def work(now: Round) -> bool:
    """Let tasks go on that have waited long enough, say which come first, and give them to who is here."""
    return sum(act(now.house, now.act(), verb) for verb in (resume_tasks, raise_priorities, stand_in, distribute)) > 0


def learn_risk(now: Round) -> bool:
    """Learn the model of attendance risk that somebody asked for."""
    learn_model(now.house, now.act)
    return False


def in_turn(all_of_them: Sequence[Each], now: Round) -> Iterator[Each]:
    """As many as the time allows, each time beginning with another, so that none is always the one left out."""
    if not all_of_them:
        return
    start = int(now.act().now.timestamp() // BETWEEN_REFRESHES.total_seconds()) % len(all_of_them)
    for each in (*all_of_them[start:], *all_of_them[:start]):
        if now.is_over():
            return
        yield each


JOBS: dict[str, Job] = {
    TICK: Job(tick, "urgent"),
    "advance": Job(advance, "urgent", shared=True),
    "plan": Job(plan, "urgent", shared=True),
    "refresh": Job(refresh, "default"),
    "due": Job(due, "default"),
    "enrol": Job(enrol, "default"),
    "move": Job(move, "default"),
    "pauses": Job(pauses, "default"),
    "desk": Job(desk, "default"),
    "deliver": Job(deliver, "default", shared=True),
    "inbound": Job(inbound, "urgent"),
    APPLY: Job(interfaces, "urgent"),
    READ: Job(fhir, "default"),
    SEND: Job(sending, "default"),
    "webhooks": Job(webhooks, "default"),
    ESCALATE: Job(clocks, "default"),
    FACTS: Job(facts, "default"),
    IDENTITY: Job(identity, "default"),
    SLOTS: Job(slots, "default"),
    BACKFILL: Job(backfill, "urgent"),
    ATTENDANCE: Job(attendance, "default"),
    SERVICE_LEVELS: Job(service_levels, "default"),
    WORK: Job(work, "default"),
    LEARN: Job(learn_risk, "default"),
    UPKEEP: Job(upkeep, "default"),
    RETENTION: Job(retain, "default"),
}
