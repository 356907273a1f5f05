"""Words for what became of calls to other systems."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import gettext

from app.base import say
from journeys.flow.webhooks.connections import Connected
from journeys.foundation.words import N_
from journeys.store.webhooks import WebhookConnection

STATES = {
    "open": ("good", "check", N_("Open")),
    "failing": ("danger", "alert", N_("Open, and calls fail")),
    "closed": ("", "stop", N_("Closed")),
}

ERRORS = {
    "not-an-address": N_("The address is none."),
    "not-https": N_("The address does not begin with https://, or names another port than the usual one."),
    "name-unknown": N_("Nobody knows the name in the address. Is it spelled right?"),
    "not-public": N_("The address leads into a private network. Calls go to public addresses only."),
    "too-slow": N_("It did not answer in time."),
    "certificate": N_("Its certificate is not valid for this name."),
    "no-answer": N_("Nobody answers there."),
    "too-long": N_("The call would be too long."),
    "connection-closed": N_("The connection was closed."),
}
ANSWERS = {
    "401": N_("it does not accept the signature: give it the present key, or a new one"),
    "403": N_("it does not accept the signature: give it the present key, or a new one"),
    "404": N_("there is nothing at this address: look at its path"),
    "405": N_("this address takes no calls: look at its path"),
    "429": N_("it is asked too often; the calls are tried again later"),
}
REDIRECTS = N_("it points to another address: enter that one, if it is right")
BROKEN = N_("something is wrong on its side; the calls are tried again later")
REFUSED = N_("it refuses what it is told")
HTTP = "http-"


@dataclass(frozen=True)
class Trial:
    """The last trial in words; `is_well` is None while it waits."""

    says: str
    is_well: bool | None
    at: object

    @property
    def is_waiting(self) -> bool:
        """Whether it has not been made yet."""
        return self.is_well is None


def trial_words(connection: WebhookConnection) -> Trial | None:
    """What became of the last trial; None when there was none."""
    if connection.trial is None:
        return None
    if connection.trial_ended_at is None:
        return Trial(gettext("The trial call is on its way."), None, connection.trial_asked_at)
    if connection.trial_error is None:
        says = gettext("It heard the trial call, and answered %(status)s.", status=connection.trial_http_status)
        return Trial(says, True, connection.trial_ended_at)
    return Trial(outcome_words(connection.trial_error), False, connection.trial_ended_at)


def outcome_words(code: str) -> str:
    """Why a call was not heard, for a code of `speaking`."""
    if not code.startswith(HTTP):
        return say(ERRORS.get(code, N_("Something failed that has no words yet.")))
    status = code.removeprefix(HTTP)
    return gettext("It answered %(status)s: %(meaning)s.", status=status, meaning=say(meaning_of(status)))


def meaning_of(status: str) -> str:
    """What an HTTP status other than success tells an administrator."""
    if status in ANSWERS:
        return ANSWERS[status]
    return {"3": REDIRECTS, "5": BROKEN}.get(status[:1], REFUSED)


def state_of(found: Connected) -> str:
    """Open or closed; or that calls of the last days failed, or fail and are tried again."""
    if not found.connection.active:
        return "closed"
    return "failing" if found.errors else "open"


def host_of(url: str) -> str:
    """The part of an address that tells whose it is."""
    return urlsplit(url).hostname or url
