"""What a reason code means, in a sentence, and what would make the message sendable.

Rules bring the codes that they give; the codes below belong to no rule, because they are found while a message is
decided, rendered or sent. `REASONS` (in journeys.contact.deciding.catalogue) is all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from journeys.foundation.words import N_


@dataclass(frozen=True)
class Reason:
    """One reason code in words: what holds the message, and what would let it go. Both are message ids."""

    says: str
    remedy: str


EXPIRED_BEFORE_WINDOW = "EXPIRED_BEFORE_WINDOW"
FIELD_UNRESOLVED = "FIELD_UNRESOLVED"
TOO_LONG = "TOO_LONG"
JOURNEY_ON_HOLD = "JOURNEY_ON_HOLD"
HIGHER_JOURNEY = "HIGHER_JOURNEY"
OUTCOME_UNKNOWN_HOLD = "OUTCOME_UNKNOWN_HOLD"
ENGINE_ERROR_FAIL_CLOSED = "ENGINE_ERROR_FAIL_CLOSED"
SANDBOX_ONLY = "SANDBOX_ONLY"
KILL_SWITCH = "KILL_SWITCH"
AWAITING_APPROVAL = "AWAITING_APPROVAL"

SKIPPED_AFTER_PAUSE = "skipped-after-pause"
TASK_AFTER_PAUSE = "task-after-pause"

TAKEN_BACK = ("journey-ended", "journey-went-on", "skipped", SKIPPED_AFTER_PAUSE, TASK_AFTER_PAUSE)
"""Reasons that no rule gave: whoever asked for the message wants it no more. The ledger calls such messages skipped."""

ONLY_ITS_LIST = Reason(
    N_("The channel is being tried out, and this number or address is not on its list."),
    N_("Put the address on the channel's list, or end the trial of the channel."),
)

OF_NO_RULE = {
    FIELD_UNRESOLVED: Reason(
        N_("A place in the text has no value for this patient."),
        N_("Give the place a default in the template, or complete the patient's record."),
    ),
    TOO_LONG: Reason(
        N_("The text is longer than the channel allows."),
        N_("Shorten the template."),
    ),
    SANDBOX_ONLY: ONLY_ITS_LIST,
    "SANDBOX": ONLY_ITS_LIST,  # as messages have it that were held before the code had its name
    OUTCOME_UNKNOWN_HOLD: Reason(
        N_("It is not known whether the message left: the server stopped answering while it was sent."),
        N_("Find out whether it arrived, then say so here. It is never sent twice by itself."),
    ),
    "journey-ended": Reason(
        N_("The journey that asked for the message ended before it was sent."),
        N_("Nothing; what the journey was for is settled."),
    ),
    "journey-went-on": Reason(
        N_("The journey had waited for it long enough and went on without it."),
        N_("Nothing; the journey goes on from what is so now."),
    ),
    "skipped": Reason(
        N_("A person decided that the message is not sent."),
        N_("Nothing; it was decided."),
    ),
    SKIPPED_AFTER_PAUSE: Reason(
        N_("The journey was paused when the message was due. A person who let it go on chose to skip it."),
        N_("Nothing; it was decided."),
    ),
    TASK_AFTER_PAUSE: Reason(
        N_("The journey was paused when the message was due. A person who let it go on chose a task instead."),
        N_("Nothing; staff have a task for it."),
    ),
    "deceased": Reason(
        N_("The patient has died."),
        N_("Nothing. If the record is wrong, correct it in the record system."),
    ),
    "consent-withdrawn": Reason(
        N_("The patient does not want such messages any more."),
        N_("Only the patient can change this, by giving consent again."),
    ),
    ENGINE_ERROR_FAIL_CLOSED: Reason(
        N_("Something went wrong inside Waymark while the message was made."),
        N_("Tell the administrator; nothing was sent."),
    ),
}
