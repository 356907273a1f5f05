"""What each state of a referral is called, what must be given to reach it, who may, and what is to be done in it.

Which state may follow which is the database's to say (`store.referrals.MOVES`); this is what people need besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from journeys.foundation.words import N_
from journeys.store.referrals import INCOMING, MOVES, Referral

WHO = "who"
WHEN = "scheduled_at"
WHY = "why"
NOTE = "note"
RESULT = "result"

CHANGE = "change"
REVIEW = "review"

Codes = Mapping[str, str]


@dataclass(frozen=True)
class State:
    """A state: its `label`, what the button says that leads there (`deed`), what is to be done next (`ahead`).

    `needs` lists what must be known or given: WHO it goes to, WHEN the appointment is, WHY (one of `reasons`), a NOTE,
    a RESULT (a report or a paper). `right` is the right of whoever may.
    """

    label: str
    deed: str
    ahead: str = ""
    needs: tuple[str, ...] = ()
    reasons: Codes = field(default_factory=dict)
    right: str = CHANGE

    @property
    def asks(self) -> bool:
        """Whether its button opens a form."""
        return bool(self.reasons) or WHEN in self.needs or NOTE in self.needs


TOLD_BY = {
    "phone": N_("By phone"),
    "visit": N_("At a visit"),
    "message": N_("By message"),
    "letter": N_("By letter"),
    "family": N_("The patient has died, the family knows"),
    "died": N_("The patient has died, nobody is to be told"),
}
NOT_TAKEN = {
    "full": N_("No appointment in time"),
    "wrong-service": N_("Another service is needed"),
    "missing-data": N_("Something is missing"),
    "not-covered": N_("The payer does not cover it"),
    "other": N_("Something else"),
}
ENDED_BY = {
    "patient-declined": N_("The patient decided not to go"),
    "not-needed": N_("No longer needed"),
    "seen-elsewhere": N_("The patient was seen elsewhere"),
    "unreachable": N_("The patient could not be reached"),
    "moved-away": N_("The patient moved away"),
    "deceased": N_("The patient has died"),
    "mistake": N_("Written by mistake"),
}
MISSED = {
    "did-not-come": N_("The patient did not come"),
    "cancelled-late": N_("Cancelled too late for another"),
    "not-seen": N_("Came and was not seen"),
}

STATES: dict[str, State] = {
    "draft": State(N_("Draft"), N_("Back to draft"), N_("Send it")),
    "sent": State(N_("Sent"), N_("Mark as sent"), N_("Ask whether it has arrived and will be taken"), needs=(WHO,)),
    "received": State(N_("Received"), N_("It has arrived"), N_("Ask whether it will be taken")),
    "accepted": State(N_("Accepted"), N_("It is accepted"), N_("See that there is an appointment")),
    "declined": State(
        N_("Declined"),
        N_("It is declined"),
        N_("Refer to somebody else, or cancel"),
        needs=(WHY,),
        reasons=NOT_TAKEN,
    ),
    "scheduled": State(
        N_("Scheduled"), N_("There is an appointment"), N_("After the visit, ask whether it took place"), needs=(WHEN,)
    ),
    "attended": State(N_("Attended"), N_("The visit took place"), N_("Ask for the report")),
    "no-show": State(
        N_("Missed"), N_("The visit did not take place"), N_("Find another appointment"), needs=(WHY,), reasons=MISSED
    ),
    "results-received": State(
        N_("Results received"), N_("The results are here"), N_("Read the results and decide"), needs=(RESULT,)
    ),
    "reviewed": State(
        N_("Reviewed"), N_("I have read the results"), N_("Tell the patient"), needs=(NOTE,), right=REVIEW
    ),
    "patient-informed": State(
        N_("Patient informed"), N_("The patient knows"), N_("Close it"), needs=(WHY,), reasons=TOLD_BY
    ),
    "closed": State(N_("Closed"), N_("Close it")),
    "cancelled": State(N_("Cancelled"), N_("Cancel it"), needs=(WHY,), reasons=ENDED_BY),
}

AT_OURS: dict[str, tuple[str, str]] = {
    "received": (N_("It has arrived"), N_("Decide whether you take it")),
    "accepted": (N_("Take it"), N_("Give an appointment")),
    "declined": (N_("Do not take it"), N_("Tell who referred")),
    "scheduled": (N_("An appointment is given"), N_("After the visit, say whether it took place")),
    "attended": (N_("The visit took place"), N_("Write the report")),
    "results-received": (N_("The report is written"), N_("Read and release the report")),
    "reviewed": (N_("The report is released"), N_("Tell the patient")),
    "patient-informed": (N_("The patient knows"), N_("Send the results back to who referred")),
    "closed": (N_("The results are sent back"), ""),
}
"""What deeds and next steps are called where we are the ones who were asked."""

ONLY_OURS = ("draft", "sent")
"""States that an incoming referral never has by hand: it was somebody else who wrote and sent it."""

AGAIN = {
    "sent": N_("Send it again"),
    "results-received": N_("Read the results again"),
    "attended": N_("Wait for results"),
}
"""What a deed is called that leads back."""


def may_follow(referral: Referral) -> tuple[str, ...]:
    """The states to which somebody may move a referral from where it stands."""
    following = MOVES[referral.status]
    return tuple(each for each in following if referral.direction != INCOMING or each not in ONLY_OURS)


def deed_of(referral: Referral, state: str) -> str:
    """What the button says that leads to a state."""
    if state in AGAIN and referral.status != "draft" and leads_back(referral.status, state):
        return AGAIN[state]
    ours = AT_OURS.get(state) if referral.direction == INCOMING else None
    return ours[0] if ours else STATES[state].deed


def ahead_of(direction: str, status: str) -> str:
    """What is to be done next in a state; nothing when it is over."""
    ours = AT_OURS.get(status) if direction == INCOMING else None
    return ours[1] if ours else STATES[status].ahead


def leads_back(old: str, new: str) -> bool:
    """Whether a move goes back to where a referral has been."""
    order = list(STATES)
    return order.index(new) < order.index(old)
