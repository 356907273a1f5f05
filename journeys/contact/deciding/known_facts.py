"""What contact rules can know: the columns of the relation `candidate`, their types, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Date, DateTime, Integer, Text
from sqlalchemy.types import TypeEngine


@dataclass(frozen=True)
class Fact:
    """One column: its type, and what it says."""

    type: TypeEngine[Any]
    says: str


INSTANT = DateTime(timezone=True)
WALL = DateTime(timezone=False)

FACTS: dict[str, Fact] = {
    "message_id": Fact(BigInteger(), "The message."),
    "patient_id": Fact(BigInteger(), "About whom; to whom too, unless `is_beside`."),
    "is_beside": Fact(Boolean(), "Whether this candidate is for somebody beside the patient."),
    "recipient_id": Fact(BigInteger(), "Who that is; null when it is the patient, or nobody may receive the message."),
    "recipient_level": Fact(Integer(), "The most that may be revealed to that person; null without one."),
    "patient_refuses": Fact(Boolean(), "Whether the patient refuses what goes to others too; null for the patient."),
    "rung": Fact(Integer(), "The place of this channel in the ladder, from 1; of the next person after it."),
    "channel": Fact(Text(), "The channel, or the word of the ladder that no channel answers."),
    "speaks": Fact(Text(), "The medium that consent is kept for: sms, email."),
    "channel_ready": Fact(Boolean(), "Whether the installation can send on it."),
    "channel_stopped": Fact(Boolean(), "Whether a person has stopped it, or every channel."),
    "channel_down_until": Fact(INSTANT, "Until when it is left alone because its provider fails; null: it is well."),
    "channel_begins": Fact(Boolean(), "False where the network asks for a template and the account names none."),
    "now": Fact(INSTANT, "When this was decided."),
    "planned_at": Fact(INSTANT, "When the message was asked for."),
    "useful_until": Fact(INSTANT, "After that it would come too late; null: never."),
    "purpose": Fact(Text(), "transactional, care, experience or promotional."),
    "priority": Fact(Integer(), "Larger goes first."),
    "template_known": Fact(Boolean(), "Whether there is a published template, or a text of the message's own."),
    "template_purpose": Fact(Text(), "The purpose the template was approved for; null without a template."),
    "content_level": Fact(
        Integer(), "What the text reveals, 0 to 3; of one without a template what its writer says, else 0."
    ),
    "registration": Fact(
        Text(),
        "What the network's register says of this text in this language: asked, approved, rejected, withdrawn; null:"
        " nothing.",
    ),
    "registered_as": Fact(Text(), "What the network calls the text; null unless it is approved there."),
    "language": Fact(Text(), "The language of the text chosen for this patient; null when none fits."),
    "deceased": Fact(Boolean(), "Whether the patient has died."),
    "merged": Fact(Boolean(), "Whether the record was replaced by another one of the same person."),
    "is_test": Fact(Boolean(), "Whether this is a test patient."),
    "birth_date": Fact(Date(), "When the patient was born."),
    "guarded": Fact(Boolean(), "For somebody young: whether a person is known who decides for them; else null."),
    "active": Fact(Boolean(), "Whether the patient is a patient of the practice."),
    "telecom_id": Fact(BigInteger(), "The best number or address for this channel; null when there is none."),
    "telecom_status": Fact(Text(), "What is known of it: usable, unverified, wrong-person, …"),
    "telecom_line": Fact(Text(), "mobile, landline or voip; null when nobody looked it up."),
    "telecom_shared": Fact(Boolean(), "Whether others read what arrives there."),
    "marks": Fact(
        ARRAY(Text),
        "What few patients have and holds for this purpose, medium and number: legal-hold, objection, dnd, …",
    ),
    "marks_ended": Fact(ARRAY(Text), "Which of these held once and have run out."),
    "only_here": Fact(ARRAY(BigInteger), "The numbers and addresses at which alone the patient wants to be reached."),
    "registers_checked_at": Fact(INSTANT, "When the registers of people who want no calls were last asked."),
    "talks_until": Fact(INSTANT, "Until when a person is writing with the patient; null: nobody said."),
    "jurisdiction": Fact(Text(), "The law of where the patient lives, else of their branch: US-FL, US, BR, …"),
    "segments": Fact(ARRAY(Text), "Which segments the patient is in, of those that contact rules name (`adults@12`)."),
    "service_line": Fact(Text(), "The service line of the record that the message is about; null: none."),
    "consent_id": Fact(BigInteger(), "The newest statement in force for this purpose and channel: the evidence."),
    "consent_decision": Fact(Text(), "permit or deny; null when nothing in force was stated."),
    "consent_purpose": Fact(Text(), "The purpose that statement names; null: every purpose."),
    "consent_channel": Fact(Text(), "The channel that statement names; null: every channel."),
    "consent_source": Fact(Text(), "How it was given: form, link, message, import, …"),
    "giver_authority": Fact(Text(), "What the person may decide who gave it for the patient; null: the patient did."),
    "giver_ended": Fact(Boolean(), "Whether that person may decide no more."),
    "consent_expired": Fact(Boolean(), "Whether there was a permission that has run out."),
    "zone": Fact(Text(), "The patient's zone, else that of their branch, else that of where they live."),
    "local_now": Fact(WALL, "The patient's wall clock; null when the zone is not known."),
    "local_earliest": Fact(
        WALL, "The earliest clock that may be the patient's, where address and branch disagree; null: the zone is sure."
    ),
    "local_latest": Fact(WALL, "The latest such clock."),
    "offset_minutes": Fact(Integer(), "Minutes east of UTC now."),
    "offset_from": Fact(INSTANT, "Since when the zone keeps this offset."),
    "offset_until": Fact(INSTANT, "Until when the zone keeps this offset."),
    "offset_before": Fact(Integer(), "The offset before that."),
    "offset_after": Fact(Integer(), "The offset after that."),
    "is_holiday": Fact(Boolean(), "Whether the calendar of the patient's branch names today as closed."),
    "contact_times": Fact(
        ARRAY(INSTANT),
        "When the patient was written to in the last 32 days, newest first; what is about to leave counts as now.",
    ),
    "contacts_of_purpose": Fact(ARRAY(INSTANT), "Those of them for the same purpose."),
    "same_text_at": Fact(INSTANT, "When the patient last got this very text."),
    "same_intent_at": Fact(INSTANT, "When the patient last got this very text about this very record."),
    "last_inbound_at": Fact(INSTANT, "When the patient last wrote on this channel; only looked up for WhatsApp."),
    "kept_for": Fact(
        ARRAY(INSTANT),
        "When waiting messages of higher priority may go, the soonest first; none once this one is released.",
    ),
    "has_higher_journey": Fact(
        Boolean(), "Whether the patient is in a journey of the same group that has a higher priority."
    ),
    "enrolment_status": Fact(Text(), "The status of the enrolment that asked for the message."),
    "is_reminder": Fact(Boolean(), "Whether this reminds of an earlier message."),
    "superseded": Fact(Boolean(), "Whether the same was asked for again since."),
    "asks_to_confirm": Fact(Boolean(), "Whether one of the replies that the text asks for confirms."),
    "reminded_answered": Fact(Boolean(), "Whether what this reminds of has been answered; false for no reminder."),
    "focus_kind": Fact(Text(), "What the message is about: appointment, care_plan_activity, …"),
    "focus_status": Fact(Text(), "The status of that record; null when it is gone or of another kind."),
    "focus_at": Fact(INSTANT, "When an appointment begins."),
    "focus_confirmed_at": Fact(INSTANT, "When the patient confirmed an appointment."),
    "focus_ended_at": Fact(INSTANT, "When an appointment was cancelled."),
}
