"""How a conversation may end, in the words of whoever closes it; what ends by itself has words here too."""

from journeys.foundation.words import N_

OUTCOMES = {
    "answered": N_("Answered"),
    "booked": N_("Booked"),
    "guided": N_("Guided to another service"),
    "not-needed": N_("Not needed any more"),
    "unreachable": N_("The patient cannot be reached"),
}
"""Code → words, for staff to choose from."""

WITHOUT_A_WORD = ("unreachable",)
"""Outcomes that no patient can confirm."""

BY_THEMSELVES = {
    "settled": N_("Settled by itself"),
    "done": N_("Its task was done"),
    "same-conversation": N_("Went on in another conversation"),
    "journey-ended": N_("Its journey has ended"),
}
"""Outcomes of what ended elsewhere in the house."""

CALLS = {
    "to-patient": N_("Called and spoke to the patient"),
    "no-answer": N_("Called, nobody answered"),
    "voicemail": N_("Called, left word on the voicemail"),
    "from-patient": N_("The patient called"),
}
"""What is written down of a call."""

SPOKEN = ("to-patient", "from-patient")
"""Calls in which the patient was answered."""
