"""What stands beside a patient's timeline, in words: who it is, how to reach them, who is beside them."""

from flask_babel import gettext

from app.base import say
from app.base.look import day
from app.base.words import language_name
from app.views.decision_words import AUTHORITIES
from app.views.patient_list import GENDERS, PAYERS
from journeys.foundation.words import N_
from journeys.store.finding.open_patient import PatientHead
from journeys.store.people import PatientTelecom, RelatedPerson

ALERTS = {
    "deceased": ("danger", N_("This person has died. Nobody is written to.")),
    "merged": ("warning", N_("This record was merged into another one.")),
    "flag": ("warning", N_("Flag")),
    "allergy": ("warning", N_("Allergy")),
}

TELECOMS = {
    "phone": N_("Phone"),
    "sms": N_("Text message"),
    "email": N_("E-mail"),
    "fax": N_("Fax"),
    "pager": N_("Pager"),
    "url": N_("Web address"),
    "postal": N_("Postal address"),
    "other": N_("Other"),
}
TELECOM_STATES = {
    "invalid": N_("not valid"),
    "wrong-person": N_("somebody else's"),
    "reassigned": N_("given to somebody else"),
    "unverified": N_("not verified"),
    "bounced": N_("undeliverable"),
    "ended": N_("no longer used"),
}


def facts_of(head: PatientHead) -> list[tuple[str, str | None]]:
    """What stands under the name."""
    numbers = ", ".join(each.value for each in head.identifiers if each.type_code in (None, "MR"))
    return [
        (gettext("Gender"), gettext(GENDERS[head.patient.gender])),
        (gettext("Language"), language_name(head.patient.language) if head.patient.language else None),
        (gettext("Branches"), ", ".join(branch.name for branch in head.branches)),
        (gettext("Record number"), numbers or None),
        (gettext("Address"), head.addresses[0].text if head.addresses else None),
        (gettext("Payer"), gettext(PAYERS[head.patient.payer_class])),
    ]


def reach_words(telecom: PatientTelecom) -> tuple[str, str, str]:
    """(what it is, the number or address, what speaks against it) in words."""
    against = TELECOM_STATES.get(telecom.status)
    words = gettext(against) if against else ""
    if words and telecom.status_at is not None:
        words = gettext("%(state)s since %(day)s", state=words, day=day(telecom.status_at))
        words = f"{words} ({telecom.status_why})" if telecom.status_why else words
    return gettext(TELECOMS.get(telecom.system, telecom.system)), telecom.value, words


def beside_words(person: RelatedPerson, head: PatientHead) -> tuple[str, str, bool]:
    """(name, relationship and whether they decide, whether they receive messages) of somebody beside the patient."""
    decides = say(AUTHORITIES["decides"]) if person.authority == "decides" else ""
    about = ", ".join(filter(None, (person.relationship, decides)))
    return person.name or gettext("No name recorded"), about, person.id in head.receiving
