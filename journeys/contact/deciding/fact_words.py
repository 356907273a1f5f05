"""What the facts of a candidate are called when staff are told what a decision rests on; the others are machinery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ARRAY, Date, DateTime

from journeys.contact.deciding.known_facts import FACTS
from journeys.foundation.words import N_

CONSENT_AT = "consent_at"
"""When the statement was made that `consent_id` names; looked up, because the facts keep only its number."""

TOLD = {
    "speaks": N_("Medium"),
    "channel_ready": N_("The channel is set up"),
    "channel_stopped": N_("The channel is stopped"),
    "channel_down_until": N_("The provider is left alone until"),
    "channel_begins": N_("The account may write first"),
    "useful_until": N_("Useful until"),
    "purpose": N_("Purpose of the message"),
    "template_known": N_("A text is published"),
    "template_purpose": N_("Purpose of the text"),
    "content_level": N_("How much the text reveals, from 0 to 3"),
    "registration": N_("What the network says of the text"),
    "registered_as": N_("The text is registered as"),
    "language": N_("Language of the text"),
    "is_beside": N_("For somebody beside the patient"),
    "recipient_level": N_("The most this person may be told, from 0 to 3"),
    "patient_refuses": N_("The patient refuses such messages, to whomever they go"),
    "deceased": N_("The patient has died"),
    "merged": N_("The record was merged into another one"),
    "is_test": N_("A patient for tests"),
    "birth_date": N_("Born"),
    "guarded": N_("A person is known who decides for the patient"),
    "active": N_("A patient of the practice"),
    "telecom_id": N_("Number or address"),
    "telecom_status": N_("What is known of it"),
    "telecom_line": N_("Kind of line"),
    "telecom_shared": N_("Others read what arrives there"),
    "marks": N_("Marks of the patient"),
    "marks_ended": N_("Marks that have run out"),
    "only_here": N_("Reached at chosen numbers only"),
    "registers_checked_at": N_("Registers asked"),
    "talks_until": N_("A person writes with the patient until"),
    "jurisdiction": N_("Law of the place"),
    "consent_decision": N_("What the patient said"),
    CONSENT_AT: N_("Said on"),
    "consent_source": N_("How it was said"),
    "consent_expired": N_("A permission has run out"),
    "giver_authority": N_("What the person may decide who gave the consent"),
    "giver_ended": N_("That person may decide no more"),
    "local_now": N_("The patient's clock"),
    "local_earliest": N_("The earliest clock that may be the patient's"),
    "local_latest": N_("The latest clock that may be the patient's"),
    "is_holiday": N_("A closed day of the branch"),
    "contact_times": N_("Written to on"),
    "contacts_of_purpose": N_("Written to for the same purpose on"),
    "same_text_at": N_("The same text on"),
    "same_intent_at": N_("The same text about the same thing on"),
    "last_inbound_at": N_("The patient last wrote on"),
    "kept_for": N_("What comes first may go on"),
    "has_higher_journey": N_("In a journey that comes first"),
    "enrolment_status": N_("State of the journey"),
    "superseded": N_("Asked for again since"),
    "asks_to_confirm": N_("The text asks to confirm"),
    "reminded_answered": N_("What it reminds of is answered"),
    "focus_status": N_("State of what the message is about"),
    "focus_at": N_("Begins"),
    "focus_confirmed_at": N_("Confirmed on"),
    "focus_ended_at": N_("Cancelled on"),
}


def value_of(facts: Mapping[str, Any], name: str) -> Any:
    """A kept fact (JSON) as its own type: moments, wall times and days as such, whatever else as it was kept."""
    value = facts.get(name)
    fact = FACTS.get(name)
    kind = fact.type if fact is not None else DateTime(timezone=True)
    if isinstance(kind, ARRAY):
        is_moments = isinstance(kind.item_type, DateTime)
        return [dt.datetime.fromisoformat(each) if is_moments else each for each in value or ()]
    if isinstance(value, str) and isinstance(kind, DateTime):
        return dt.datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(kind, Date):
        return dt.date.fromisoformat(value)
    return value
