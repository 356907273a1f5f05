"""Decisions about messages in sentences: what was decided, why by which facts, which rule, what would change it."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext

from app.base import say, say_texts
from app.base.look import clock_time, day, moment
from app.base.words import language_name
from app.views.consent_words import channel_words, purpose_words, source_words
from app.views.due_words import STATUSES as DUE_STATUSES
from app.views.mark_words import LINES, STATUSES, mark_words
from app.views.state_words import RECORD_STATES
from journeys.contact.channels import CHANNELS
from journeys.contact.deciding.catalogue import REASONS
from journeys.contact.deciding.grounds import Cited, Ground, Told
from journeys.contact.deciding.why import Decision, OnChannel
from journeys.foundation.words import N_

NEWEST = 3
"""So many moments of a list are told."""

VERDICTS = {
    "allow": ("good", "check", N_("May go")),
    "passed-over": ("", "minus", N_("Passed over")),
    "defer": ("info", "clock", N_("Waits")),
    "suppress": ("warning", "hand", N_("Held")),
    "human-task": ("warning", "user", N_("Held for staff")),
}
STAGES = {"plan": N_("When it was planned"), "send": N_("Just before it was to leave")}
STATES = {
    **RECORD_STATES,
    "active": N_("Active"),
    "completed": N_("Completed"),
    "not-started": N_("Not started"),
    "scheduled": N_("Scheduled"),
    "unknown": N_("Not known"),
    "entered-in-error": N_("Entered in error"),
    **{status: words for status, (_, _, words) in DUE_STATUSES.items()},
    "ended": N_("No longer due"),
}
REGISTERED = {
    "asked": N_("Asked for"),
    "approved": N_("Approved"),
    "rejected": N_("Rejected"),
    "withdrawn": N_("Withdrawn"),
}
AUTHORITIES = {"decides": N_("Decides"), "informed": N_("May be told"), "none": N_("Nothing")}
SAID = {"permit": N_("Agrees"), "deny": N_("Refuses")}


def reasons_said(codes: Iterable[str]) -> list[str]:
    """Reason codes as sentences; one that is no longer known stays a code."""
    return [say(REASONS[code].says) if code in REASONS else code for code in codes]


def of(words: dict[str, str]) -> Callable[[Any], str]:
    """Says a word by a list of words; one that is not in it stays."""
    return lambda value: say(words[value]) if value in words else str(value)


VALUES: dict[str, Callable[[Any], str]] = {
    "purpose": purpose_words,
    "template_purpose": purpose_words,
    "speaks": channel_words,
    "consent_decision": of(SAID),
    "consent_source": source_words,
    "enrolment_status": of(STATES),
    "focus_status": of(STATES),
    "giver_authority": of(AUTHORITIES),
    "language": language_name,
    "registration": of(REGISTERED),
    "telecom_line": of(LINES),
    "telecom_status": of(STATUSES),
    "marks": mark_words,
    "marks_ended": mark_words,
}
"""Fact → how one value of it is said."""


def sentence_about(channel: OnChannel) -> str:
    """What was decided for one channel, and for whom where it is not the patient."""
    said = sentence_of_channel(channel)
    if not channel.is_beside:
        return said
    person = channel.name or gettext("somebody beside the patient")
    return gettext(
        "To %(person)s, whose own number, consent, language and clock count: %(sentence)s", person=person, sentence=said
    )


def sentence_of_channel(channel: OnChannel) -> str:
    """What was decided for one channel."""
    name = channel_name(channel.channel)
    if channel.verdict == "defer":
        return gettext("By %(channel)s it waits until %(moment)s.", channel=name, moment=plain(channel.defer_until))
    sentences = {
        "allow": N_("By %(channel)s it may go: no rule speaks against it."),
        "passed-over": N_("By %(channel)s it could go too, but a better channel was found."),
        "human-task": N_("By %(channel)s it is held, and staff are asked to mend it."),
    }
    words = sentences.get(channel.verdict, N_("By %(channel)s it is held."))
    return gettext(words, channel=name)


def channel_name(name: str) -> str:
    """A channel of the house by its own name, a word of the ladder that none answers as a medium."""
    return say(CHANNELS[name].label) if name in CHANNELS else channel_words(name)


def whole_sentence(decision: Decision) -> str:
    """A decision from beginning to end in plain text: when, what, why, by which rule, what would change it."""
    said = [when_words(decision)]
    for channel in decision.channels:
        said.append(sentence_about(channel))
        said += [" ".join(piece for piece in pieces_of(ground) if piece) for ground in channel.reasons]
    return " ".join(said)


def when_words(decision: Decision) -> str:
    """When a decision was made, and by which rules."""
    at = plain(decision.decided_at)
    version = decision.rules_version
    return gettext("Decided on %(moment)s by version %(version)s of the contact rules.", moment=at, version=version)


def pieces_of(ground: Ground) -> tuple[str, str, str, str]:
    """One reason as four sentences: what speaks against it, the facts, the rule, what would let it go; the last three
    are empty where the code belongs to no rule that is known."""
    if ground.words is None:
        return ground.code, "", "", ""
    told = "; ".join(fact_sentence(each) for each in ground.facts)
    record = gettext("On record: %(facts)s.", facts=told) if told else ""
    cited = "; ".join(cited_words(each) for each in ground.cited)
    rule = gettext("Rule: %(rule)s (%(cited)s).", rule=say(ground.rule), cited=cited) if ground.rule else ""
    remedy = gettext("What would let it go: %(remedy)s", remedy=say(ground.words.remedy))
    return say(ground.words.says), record, rule, remedy


def fact_sentence(told: Told) -> str:
    """A fact with its value, as text."""
    return gettext("%(fact)s: %(value)s", fact=say(told.label), value=fact_words(told) or gettext("not recorded"))


def cited_words(cited: Cited) -> str:
    """Where a rule is written, with the name and the first day of a record."""
    if cited.name is None:
        return say(cited.citation)
    words = f"{say_texts(cited.name)}: {cited.citation}"
    if cited.since is not None:
        words = gettext("%(rule)s, since %(day)s", rule=words, day=day(cited.since))
    return words


def fact_words(told: Told) -> str:
    """The value of a fact; empty where nothing is recorded."""
    value = told.value
    if isinstance(value, list):
        newest = [one_value(told.name, each) for each in value[:NEWEST]]
        more = len(value) - len(newest)
        if more:
            newest.append(gettext("%(count)s more", count=more))
        return ", ".join(newest)
    return "" if value is None else one_value(told.name, value)


def one_value(name: str, value: Any) -> str:
    """One value by its kind: an hour on the patient's clock, a moment, a day, yes or no, a word."""
    if isinstance(value, dt.datetime):
        return plain(value) if value.tzinfo else f"{day(value.date())}, {clock_time(value.time())}"
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if name in ("telecom_id", "only_here"):
        return gettext("on record")
    return VALUES.get(name, str)(value)


def plain(value: dt.datetime | None) -> str:
    """A moment as text."""
    return moment(value).striptags()
