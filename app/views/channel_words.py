"""Words for how a channel is doing, and for what came of a test."""

import re
from typing import Any

from flask_babel import gettext, ngettext

from app.base import say
from app.views.connection_words import ERRORS as OF_ADDRESSES
from app.views.connection_words import Trial, outcome_words
from journeys.contact.accounts.overview import Seen
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
    "SMTPNotSupportedError": N_("The server does not offer STARTTLS or no sign-in: look at the encryption."),
    "SMTPAuthenticationError": N_("The server does not accept the user name or the password."),
    "SMTPServerDisconnected": N_("The server hung up."),
    "SMTPConnectError": N_("The server does not want to speak to us."),
    "ValueError": N_("The address cannot be written into a message."),
    "window closed": N_("The patient has not written within 24 hours, and the account names no template."),
    "garbled": N_("The provider's answer could not be read, so it is not known whether it has the message."),
    "unknown": N_("It is not known what became of it."),
    "http 401": N_("The provider does not accept the user name, the password or the token."),
    "http 403": N_("The provider does not accept the user name, the password or the token."),
    "http 404": N_("There is nothing at this address: look at it and at the account's number."),
    "http 429": N_("The provider is asked too often."),
    "twilio 20003": N_("Twilio does not accept the account or the token."),
    "twilio 21211": N_("Twilio says that this is no phone number."),
    "twilio 21606": N_("Twilio says that the sender is not a number of this account, or cannot send texts."),
    "twilio 21608": N_("A trial account of Twilio writes only to numbers that were verified there."),
    "twilio 21610": N_("This number has told Twilio to send nothing more."),
    "twilio 21614": N_("Twilio says that this number receives no texts."),
    "whatsapp 190": N_("Meta does not accept the access token: it is wrong or has run out."),
    "whatsapp 131026": N_("This number does not use WhatsApp."),
    "whatsapp 131030": N_("A trial number of Meta writes only to numbers on its list there."),
    "whatsapp 132001": N_("Meta knows no such template in this language."),
}
FAMILIES = (
    (r"smtp 5\d\d", N_("The server refuses the message for good: it answered %(code)s.")),
    (r"smtp 4\d\d", N_("The server refuses the message for now: it answered %(code)s.")),
    (r"http 5\d\d", N_("Something is wrong on the provider's side: it answered %(code)s.")),
    (r"http \d+", N_("The provider refuses the message: it answered %(code)s.")),
    (r"twilio \d+", N_("Twilio refuses the message: its error is %(code)s.")),
    (r"whatsapp \d+", N_("WhatsApp refuses the message: its error is %(code)s.")),
)
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
    if code in ERRORS:
        return say(ERRORS[code])
    for pattern, words in FAMILIES:
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


def stopped_words(state: ChannelState | None) -> dict[str, Any] | None:
    """Who stopped everything, and when."""
    if state is None or state.stopped_by is None:
        return None
    return {"by": state.stopped_by.removeprefix("user:"), "at": state.stopped_at}
