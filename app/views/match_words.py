"""What the review desk calls attributes, levels of likeness, doubts and rules."""

from typing import Any

from flask_babel import gettext

from app.base import say
from app.base.look import day
from app.base.words import language_name
from app.views.patient_list import GENDERS, PAYERS
from journeys.foundation.words import N_

ATTRIBUTES = {
    "given": N_("Given names"),
    "family": N_("Family names"),
    "birth_date": N_("Birth date"),
    "gender": N_("Gender"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "address": N_("Postal address"),
    "identifier": N_("Identifiers"),
}
LEVELS = {
    "same": ("good", "check", N_("Same")),
    "nickname": ("good", "check", N_("Short form")),
    "close": ("info", "info", N_("Nearly the same")),
    "initial": ("info", "info", N_("Initial alone")),
    "swapped": ("info", "info", N_("In each other's place")),
    "slip": ("info", "info", N_("One digit differs")),
    "near": ("info", "info", N_("Nearly the same")),
    "area": ("", "minus", N_("Postal code alone")),
    "other": ("warning", "alert", N_("Different")),
    "unknown": ("", "minus", N_("Not compared")),
}
DOUBTS = {
    "twins": N_("Same birth date, other given name: they may be twins."),
    "generations": N_("Same name, other birth date: they may be parent and child, or strangers of one name."),
    "name-alone": N_("Little but the name speaks for it."),
    "one-source": N_("One system sent both and keeps them apart."),
    "sexes": N_("The records name different genders."),
}
VERDICTS = {
    "certain": ("good", "check-circle", N_("Beyond doubt")),
    "possible": ("info", "help", N_("Possible")),
}
STATUSES = {
    "open": ("accent", "inbox", N_("New")),
    "unsure": ("warning", "help", N_("Not sure yet")),
}
FIELDS = {
    "name": N_("Name"),
    "given_name": N_("How to address them"),
    "birth_date": N_("Birth date"),
    "gender": N_("Gender"),
    "language": N_("Language"),
    "time_zone": N_("Time zone"),
    "preferred_channel": N_("Preferred channel"),
    "payer_class": N_("Who pays"),
}
RULES = {
    "longest": N_("what says most"),
    "newest": N_("the record that changed last"),
    "sourced": N_("what a source sent"),
    "kept": N_("the record that is kept"),
    "chosen": N_("as somebody chose"),
}


def value_said(field: str, value: Any) -> str:
    """The value of a field in words."""
    if value is None or value == "":
        return gettext("Not recorded")
    if field == "birth_date":
        return str(day(value))
    if field == "language":
        return language_name(value)
    words = {"gender": GENDERS, "payer_class": PAYERS}.get(field, {})
    return say(words[value]) if value in words else str(value)
