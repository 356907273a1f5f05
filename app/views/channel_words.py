"""Words for how a channel is doing, and for what came of a test."""

import datetime as dt
import re
from typing import Any

from flask_babel import gettext, ngettext

from app.base import say
from app.views.connection_words import ERRORS as OF_ADDRESSES
from app.views.connection_words import Trial, outcome_words
from journeys.contact.accounts.overview import Seen
from journeys.contact.channels import CHANNELS
from journeys.foundation.words import N_
from journeys.store.channel_accounts import ChannelState

STATES = {
    "open": ("good", "check", N_("In use")),
    "sandbox": ("info", "edit", N_("Being tried out")),
    "failing": ("danger", "alert", N_("Fails, and is left alone for a while")),
    "stopped": ("warning", "stop", N_("Stopped")),
    "closed": ("", "minus", N_("Not in use")),
}

ERRORS = {
    "ConnectionRefusedError": N_("Nobody listens at this server and port."),
    "gaierror": N_("Nobody knows the name of the server. Is it spelled right?"),
    "TimeoutError": N_("The server did not answer in time."),
    "SSLError": N_("The server speaks no encryption here, or another kind: look at the port and the encryption."),
    "SSLCertVerificationError": N_("The certificate of the server is not valid for its name."),
    "ConnectionResetError": N_("The server hung up."),
    "ValueError": N_("The address cannot be written into a message."),
    "garbled": N_("The provider's answer could not be read, so it is not known whether it has the message."),
    "unknown": N_("It is not known what became of it."),
    "http 401": N_("The provider does not accept the user name, the password or the token."),
    "http 403": N_("The provider does not accept the user name, the password or the token."),
    "http 404": N_("There is nothing at this address: look at it and at the account's number."),
    "http 429": N_("The provider is asked too often."),
    r"http 5\d\d": N_("Something is wrong on the provider's side: it answered %(code)s."),
    r"http \d+": N_("The provider refuses the message: it answered %(code)s."),
}
"""What any channel may meet, as patterns of an outcome's error; the first that fits."""

NO_WORDS = N_("Something failed that has no words yet.")


def test_words(found: Seen) -> Trial | None:
    """What became of the last test; None when there was none."""
    state = found.state
    if state is None or state.trial is None:
        return None
    if state.trial_ended_at is None:
        return Trial(gettext("The test is on its way."), None, state.trial_asked_at)
    if state.trial_error is None:
        return Trial(gettext("The provider took the test. Has it arrived?"), True, state.trial_ended_at)
    return Trial(error_words(state.trial_error), False, state.trial_ended_at)


def error_words(code: str) -> str:
    """What failed, for the `error` of an outcome."""
    if code in OF_ADDRESSES:
        return outcome_words(code)
    own = (pair for kind in CHANNELS.values() for pair in kind.errors.items())
    for pattern, words in (*own, *ERRORS.items()):
        if re.fullmatch(pattern, code):
            return gettext(words, code=code.split()[-1])
    return gettext("%(says)s (%(code)s)", says=say(NO_WORDS), code=code)


def state_of(found: Seen) -> str:
    """Which of STATES an account is in."""
    state = found.state
    if not found.account.active:
        return "closed"
    if state is not None and state.stopped_at is not None:
        return "stopped"
    if state is not None and state.open_until is not None:
        return "failing"
    return "sandbox" if found.account.is_sandbox else "open"


def trouble_words(state: ChannelState | None) -> dict[str, Any] | None:
    """What went wrong lately, until when it is left alone; None where nothing did."""
    if state is None or not state.failures or state.last_error is None:
        return None
    says = ngettext(
        "It failed once: %(says)s",
        "It failed %(num)s times in a row, the last time: %(says)s",
        state.failures,
        says=error_words(state.last_error),
    )
    return {"says": says, "until": state.open_until}


def hearing_words(found: Seen) -> tuple[str, str, dt.datetime | None] | None:
    """Whether its mailbox is heard, as words, a tone and since when; None for an account that has none."""
    state = found.state
    if state is not None and state.hearing_error is not None:
        says = gettext("The mailbox cannot be heard: %(says)s", says=error_words(state.hearing_error))
        return says, "danger", state.hearing_failed_at
    if state is not None and state.hearing_since is not None:
        return gettext("The mailbox is listened to."), "success", state.hearing_since
    return gettext("Nobody has listened to the mailbox yet."), "info", None


def stopped_words(state: ChannelState | None) -> dict[str, Any] | None:
    """Who stopped everything, and when."""
    if state is None or state.stopped_by is None:
        return None
    return {"by": state.stopped_by.removeprefix("user:"), "at": state.stopped_at}
