"""Words for the marks of patients and their numbers: what contact rules look at and few patients have."""

from app.base import say
from journeys.foundation.words import N_

KINDS = {
    "legal-hold": (N_("Legal hold"), N_("Nothing is sent while a dispute goes on.")),
    "processing-restricted": (
        N_("Processing is restricted"),
        N_("The patient asked that the record be kept and not used (GDPR 18)."),
    ),
    "disclosure-restricted": (
        N_("Agreed restriction"),
        N_("The clinic agreed to tell something to nobody (45 CFR 164.522(a))."),
    ),
    "only-here": (
        N_("To be reached here only"),
        N_("The patient asked to be reached at this number or address and at no other (45 CFR 164.522(b))."),
    ),
    "confidential-service": (N_("Confidential care of a minor"), N_("Guardians hear nothing of it.")),
    "part-2-record": (
        N_("Record of treatment for substance use"),
        N_("Messages that say something need a consent of their own (42 CFR 2)."),
    ),
    "objection": (N_("Objection to advertising"), N_("The patient objects to it (GDPR 21).")),
    "complaint": (N_("Complained about messages"), N_("Marked a message as unwanted, or complained about one.")),
    "provider-block": (N_("Blocked by the provider"), N_("The provider of the channel sends nothing there.")),
    "dnc-national": (N_("In the national register"), N_("The number is registered to get no advertising.")),
    "dnc-state": (N_("In the state's register"), N_("The number is registered to get no advertising.")),
    "dnd": (N_("In India's register"), N_("The number is registered to get no advertising.")),
    "double-opt-in-pending": (
        N_("Consent not yet confirmed"),
        N_("The link that confirms the consent was not opened yet."),
    ),
    "conversation": (N_("A person writes with the patient"), N_("Journeys wait until it is over.")),
    "hipaa-authorization": (
        N_("Authorisation for advertising"),
        N_("The record may be used to choose what is advertised (45 CFR 164.508)."),
    ),
    "part-2-consent": (
        N_("Consent about substance use"),
        N_("Messages may say something of that care (42 CFR 2.31)."),
    ),
    "unencrypted-accepted": (
        N_("Accepts unencrypted messages"),
        N_("The patient was warned and wants them all the same."),
    ),
    "registers-checked": (N_("Registers asked"), N_("The registers of people who want no calls were asked today.")),
}
"""Kind of a mark → (what it is called, what follows from it)."""

LINES = {"mobile": N_("Mobile"), "landline": N_("Landline"), "voip": N_("Internet telephone")}
STATUSES = {
    "usable": N_("Usable"),
    "unverified": N_("Not verified"),
    "invalid": N_("Not valid"),
    "wrong-person": N_("Somebody else's"),
    "reassigned": N_("Given to somebody else"),
    "bounced": N_("Undeliverable"),
    "ended": N_("No longer used"),
}


def mark_words(kind: str) -> str:
    """What a mark is called; one without words stays."""
    return say(KINDS[kind][0]) if kind in KINDS else kind
