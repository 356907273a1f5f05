"""The inbox in words: conversations as lines, and what happened in one as a reader sees it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from app.base import clock, say, say_texts
from app.base.look import clock_time, day, moment, reader_zone
from app.base.words import direction_of
from app.views.decision_words import reasons_said
from app.views.messages import STATES as MESSAGE_STATES
from app.views.state_words import RECORD_STATES
from app.views.today import due_words
from journeys.contact.channels import CHANNELS
from journeys.desk.inbox import Line
from journeys.desk.may_write import Said
from journeys.desk.outcomes import BY_THEMSELVES, CALLS, OUTCOMES
from journeys.desk.read_conversation import Happened
from journeys.desk.to_do import AT_ONCE
from journeys.foundation.words import N_
from journeys.store.access import Appointment
from journeys.store.contact import Message
from journeys.store.conversations import (
    ARRIVED,
    BACK,
    BOOKED,
    CALLED,
    ENDED,
    ESCALATED,
    HANDED_OVER,
    HELPED,
    JOINED,
    NOTED,
    PARTED,
    PUT_OFF,
    REOPENED,
    SENT,
    SORTED,
    TO_WAIT,
    UNDONE,
    Conversation,
)

STATES = {
    "open": ("accent", "inbox", N_("Our turn")),
    "waiting": ("info", "clock", N_("Waiting for the patient")),
    "snoozed": ("", "clock", N_("Snoozed")),
    "closed": ("good", "check", N_("Closed")),
}
ENDS = {**OUTCOMES, **BY_THEMSELVES}
ANSWERS = {
    "helped": N_("Colleagues answered"),
    "cannot": N_("Colleagues cannot say"),
    "conversation-closed": N_("Colleagues are asked no more"),
}
SHOWN = 140
UNSENT = ("held", "not-done", "undeliverable")


@dataclass(frozen=True)
class Bubble:
    """One thing that happened: `look` is in, out, note or line; whatever was written stays out of a `repr`."""

    at: dt.datetime
    look: str
    says: str
    body: str = field(default="", repr=False)
    language: str = ""
    direction: str = "auto"
    state: tuple[str, str, str] | None = None
    held: tuple[str, ...] = ()
    split: str = ""


def row_of(line: Line, address: str, names: Mapping[str, str]) -> dict[str, Any]:
    """One conversation as the list shows it; `names` are those of reasons."""
    words = " ".join(line.said.split())
    return {
        "uid": line.uid,
        "address": address,
        "name": line.name or gettext("No name recorded"),
        "said": words if len(words) <= SHOWN else f"{words[:SHOWN]}…",
        "channel": channel_words(line.channel),
        "owner": line.owner or "",
        "next_step": say_texts(line.next_step),
        "chip": chip_of(line),
        "reason": names.get(line.reason or "", line.reason or ""),
        "last_at": line.last_at,
    }


def chip_of_thread(row: Conversation) -> tuple[str, str, str]:
    """The same of an opened one, whatever its state."""
    return ("", "clock", "") if row.status == "closed" else chip_of(row)


def chip_of(line: Line | Conversation) -> tuple[str, str, str]:
    """(tone, icon, words) of what matters most about a line: how it ended, when it comes back, by when it is due."""
    if line.status == "closed":
        tone, icon, _words = STATES["closed"]
        return tone, icon, outcome_words(line.outcome)
    if line.returns_at is not None:
        tone, icon, words = STATES[line.status]
        return tone, icon, gettext("%(state)s until %(when)s", state=say(words), when=when_words(line.returns_at))
    if line.due_at is None:
        return "warning", "alert", gettext("No next step")
    if line.priority == AT_ONCE:
        return "danger", "alert", gettext("Asks for help at once")
    if line.replied_at is None and line.due_at == line.answer_due_at:
        return answer_words(line.due_at, clock.now())
    return due_words(line.due_at, clock.now())


def other_words(row: Conversation, names: Mapping[str, str]) -> str:
    """Another conversation of the same patient, to choose."""
    about = names.get(row.reason or "") or channel_words(row.channel)
    return f"{about} · {say(STATES[row.status][2])} · {day(row.opened_at.date())}"


def when_words(at: dt.datetime | None) -> str:
    """A moment within a sentence: without the tags that a page would show as they are."""
    return moment(at).striptags()


def answer_words(due_at: dt.datetime, now: dt.datetime) -> tuple[str, str, str]:
    """(tone, icon, words) of by when the patient is to be answered, by the reader's clock."""
    zone = reader_zone()
    is_today = due_at.astimezone(zone).date() == now.astimezone(zone).date()
    when = clock_time(due_at) if is_today else when_words(due_at)
    if due_at < now:
        return "danger", "alert", gettext("Reply was due by %(when)s", when=when)
    return "warning" if is_today else "", "clock", gettext("Reply by %(when)s", when=when)


def outcome_words(code: str | None) -> str:
    """How a conversation ended."""
    return say(ENDS[code]) if code in ENDS else code or ""


def channel_words(channel: str | None) -> str:
    """What people call a channel."""
    return say(CHANNELS[channel].medium.one) if channel in CHANNELS else channel or ""


def bubble(happened: Happened, names: Mapping[str, str]) -> Bubble:
    """One entry in words; `names` are those of reasons."""
    entry = happened.entry
    if entry.kind in (ARRIVED, SENT):
        return letter(happened)
    if entry.kind == NOTED:
        return Bubble(entry.at, "note", gettext("Note by %(who)s", who=who(entry.by)), entry.note or "")
    if entry.kind == CALLED:
        call = say(CALLS.get(entry.code or "", N_("A call")))
        return Bubble(entry.at, "note", gettext("%(call)s (%(who)s)", call=call, who=who(entry.by)), entry.note or "")
    if entry.kind == ESCALATED:
        asks = gettext("%(who)s asks colleagues (%(role)s)", who=who(entry.by), role=entry.code or "")
        return Bubble(entry.at, "note", asks, entry.note or "")
    if entry.kind == HELPED:
        how = say(ANSWERS[entry.code]) if entry.code in ANSWERS else entry.code or ""
        return Bubble(entry.at, "note", gettext("%(how)s (%(who)s)", how=how, who=who(entry.by)), entry.note or "")
    if entry.kind == BOOKED:
        booked = gettext("%(who)s booked a visit", who=who(entry.by))
        return Bubble(entry.at, "line", booked if happened.visit is None else visit_words(booked, happened.visit))
    if entry.kind == SORTED:
        about = names.get(entry.code or "", entry.code or "")
        return Bubble(entry.at, "line", gettext("About: %(reason)s (%(who)s)", reason=about, who=who(entry.by)))
    return Bubble(entry.at, "line", line_words(entry.kind, entry.code, who(entry.by)))


def visit_words(booked: str, visit: Appointment) -> str:
    """Who booked a visit, for when, and how it stands now."""
    state = say(RECORD_STATES.get(visit.status, visit.status))
    return f"{booked}: {when_words(visit.start_at)} · {state}"


def line_words(kind: str, code: str | None, by: str) -> str:
    """What was done with the conversation."""
    if kind == HANDED_OVER and code == by:
        return gettext("%(who)s took it on", who=by)
    if kind == HANDED_OVER and code is None:
        return gettext("%(who)s gave it back to everybody", who=by)
    says = {
        HANDED_OVER: gettext("%(who)s gave it to %(owner)s", who=by, owner=code or ""),
        ENDED: gettext("Closed by %(who)s: %(outcome)s", who=by, outcome=outcome_words(code)),
        REOPENED: gettext("Opened again by %(who)s", who=by),
        BACK: gettext("It came back, as was asked"),
        JOINED: gettext("%(who)s merged another conversation into this one", who=by),
        PARTED: gettext("%(who)s split another conversation off", who=by),
        UNDONE: gettext("%(who)s undid the last merging or splitting", who=by),
    }
    if kind in (TO_WAIT, PUT_OFF):
        until = when_words(dt.datetime.fromisoformat(code)) if code else ""
        waits = gettext("Waiting for the patient until %(when)s (%(who)s)", when=until, who=by)
        return waits if kind == TO_WAIT else gettext("Snoozed until %(when)s (%(who)s)", when=until, who=by)
    return says.get(kind, kind)


def letter(happened: Happened) -> Bubble:
    """A message on either side; one that is kept no more says so."""
    message, entry = happened.message, happened.entry
    look = "in" if entry.kind == ARRIVED else "out"
    if message is None:
        return Bubble(entry.at, look, gettext("A message that is kept no more"))
    is_theirs = message.direction == "inbound"
    language = message.language or ""
    says = channel_words(message.channel)
    if is_theirs and entry.code is None:
        says = gettext("%(channel)s, settled by itself", channel=says)
    return Bubble(
        at=message.sent_at or message.planned_at,
        look=look,
        says=says,
        body=message.body or gettext("A text that is made when it goes"),
        language=language,
        direction=direction_of(language) if language else "auto",
        state=None if is_theirs else MESSAGE_STATES[message.status],
        held=held_of(message),
        split=str(entry.uid) if is_theirs else "",
    )


def held_of(message: Message) -> tuple[str, ...]:
    """Why a message did not go."""
    return tuple(reasons_said(message.reasons)) if message.status in UNSENT else ()


def who(by: str) -> str:
    """An actor as colleagues call them."""
    name = by.removeprefix("user:")
    return gettext("Waymark") if name == "waymark" or ":" in name else name


def consent_words(said: Said) -> tuple[str, str]:
    """(tone, words) of whether an answer may go; above every composer."""
    if not said.medium:
        return "warning", gettext("Nothing can be sent where the patient wrote. Call, and write the call down.")
    where = channel_of_medium(said.medium)
    if all(decision == "deny" for decision in said.decisions.values()):
        return "danger", gettext(
            "The patient wants no messages (%(where)s): an answer would be held. Call.", where=where
        )
    if "deny" in said.decisions.values():
        return "warning", gettext("The patient refused some messages (%(where)s). Rules judge the answer.", where=where)
    if "permit" in said.decisions.values():
        return "good", gettext("The patient agreed to messages (%(where)s).", where=where)
    return "info", gettext("Nothing was agreed or refused (%(where)s). Rules judge the answer.", where=where)


def channel_of_medium(medium: str) -> str:
    """What people call a medium."""
    return next((say(each.medium.one) for each in CHANNELS.values() if each.speaks == medium), medium)
