"""What is said of messages of other systems: their state, what was noticed in them, what a person has to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from app.base import say
from journeys.foundation.words import N_

STATES = {
    "waiting": ("info", "clock", N_("Waiting")),
    "applied": ("good", "check", N_("Applied")),
    "set-aside": ("warning", "alert", N_("Set aside")),
    "settled": ("", "check", N_("Settled")),
    "refused": ("danger", "stop", N_("Refused")),
}
"""Tone, icon and words of each state."""

TOLD_STATES = {
    "waiting": ("info", "clock", N_("Waiting")),
    "sending": ("info", "clock", N_("On its way")),
    "sent": ("good", "check", N_("Sent")),
    "unchanged": ("", "check", N_("Nothing new")),
    "set-aside": ("warning", "alert", N_("Set aside")),
    "settled": ("", "check", N_("Settled")),
}
"""Tone, icon and words of each state of a message that goes out."""

TOLD_EVENTS = {
    "S12": N_("Booked"),
    "S13": N_("Moved"),
    "S15": N_("Called off"),
    "S26": N_("Missed"),
}
"""What a message tells of an appointment."""

TOLD_ERRORS = {
    "AE": N_("The receiver answers that it cannot take it now (AE)"),
    "AR": N_("The receiver refuses it (AR)"),
    "CE": N_("The receiver answers that it cannot take it now (AE)"),
    "CR": N_("The receiver refuses it (AR)"),
    "too-slow": N_("The receiver does not answer in time"),
    "no-answer": N_("The receiver does not answer"),
    "unreadable-answer": N_("The receiver's answer is no acknowledgement"),
    "certificate": N_("The receiver's certificate is not valid for its name"),
    "name-unknown": N_("Nobody knows a host of this name"),
    "not-public": N_("The host is not of the public internet and is not excepted"),
    "not-encrypted": N_("Without TLS nothing goes to a host that is not excepted"),
}
"""Why a message was not taken, by its code."""

FINDINGS = {
    "frame-taken-off": N_("It stood in a frame"),
    "byte-order-mark": N_("It began with a byte order mark"),
    "segment-name-in-small-letters": N_("A segment's name is in small letters"),
    "unknown-segment": N_("A segment is the sender's own"),
    "line-without-segment": N_("A text holds a line break that is not escaped"),
    "unknown-escape-sequence": N_("An escape sequence is unknown"),
    "spaces-around-a-value": N_("Spaces stand around a value"),
    "character-that-cannot-be-kept": N_("A character that cannot be kept was left out"),
    "second-header": N_("It has a second header"),
    "event-after-patient": N_("The event stands after the patient"),
    "no-message-kind": N_("It does not say of which kind it is"),
    "unknown-character-set": N_("Its character set is unknown"),
    "character-set-mismatch": N_("It is in another character set than it says"),
    "character-set-guessed": N_("Its character set is guessed"),
    "no-time": N_("A time cannot be read"),
    "own-appointment": N_("It repeats what was told from here about an appointment"),
}
"""What was tolerated, by its code."""


def finding_words(finding: Mapping[str, str]) -> str:
    """One thing that was tolerated, with its place."""
    says = say(FINDINGS.get(finding["code"], finding["code"]))
    return f"{says}: {finding['where']}" if finding.get("where") else says


def problem_words(problem: Mapping[str, Any]) -> str:
    """One thing that a person has to look at, with its place within the record."""
    says = say(problem["says"], problem.get("data"))
    return f"{problem['where']}: {says}" if problem.get("where") else gettext("The message %(what)s.", what=says)
