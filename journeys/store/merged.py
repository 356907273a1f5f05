"""What becomes of a patient's rows when their record is merged into another one: said for every table there is.

Nothing is lost by staying: the merged record remains, names the one that is kept, and opens as its history.
"""

from __future__ import annotations

OF_THE_ENROLMENT = "Goes with its enrolment: one that runs goes on under the kept record, one that is over is history."

HANDED_OVER: dict[str, str] = {
    **dict.fromkeys(
        (
            "enrolment",
            "enrolment_move",
            "journey_request",
            "message",
            "rate_pass",
            "setback",
            "webhook_call",
        ),
        OF_THE_ENROLMENT,
    ),
    **dict.fromkeys(
        ("conversation", "conversation_draft", "conversation_entry", "conversation_mention", "conversation_move"),
        "Those that are not closed move with all that is theirs, because somebody answers; closed ones are history.",
    ),
    **dict.fromkeys(
        ("complaint", "complaint_entry"),
        "Those that are not closed move, because somebody is owed an answer; closed ones are history.",
    ),
    "due_item": "Open recalls move, because nobody may be forgotten; what guidelines ask for is worked out anew.",
    "waitlist_entry": "Who waits goes on waiting under the kept record, with the time waited; ended ones are history.",
    "task": "Open ones move to the kept record, because somebody still has to do them; closed ones are history.",
}
"""Table → why its rows move (`flow.events.merging`)."""

SENT_ANEW = "A fact of its source, which sends it under the kept record when it thinks so; Waymark moves no facts."
OF_THE_RECORD = "Says who the merged record was, so that it is still found and recognized."
WORKED_OUT = "Worked out from the other tables, for each record by itself."
COMPARED = "Says what was compared of that record; merged ones are compared no more."
WHAT_HAPPENED = "Says what happened to whom then; the past is not rewritten."

STAYS: dict[str, str] = {
    **dict.fromkeys(
        (
            "appointment",
            "appointment_history",
            "care_plan",
            "care_plan_activity",
            "condition",
            "diagnostic_report",
            "encounter",
            "episode",
            "immunization",
            "medication_request",
            "note",
            "observation",
            "procedure",
            "referral",
            "referral_document",
            "referral_history",
            "request",
            "source_record",
            "kept_record",
            "treatment_course",
        ),
        SENT_ANEW,
    ),
    **dict.fromkeys(
        (
            "patient_address",
            "patient_identifier",
            "patient_location",
            "patient_name",
            "patient_telecom",
            "patient_token",
            "related_person",
            "related_person_token",
        ),
        OF_THE_RECORD,
    ),
    **dict.fromkeys(("attendance_risk", "due_mark", "fact_mark", "patient_fact", "segment_member"), WORKED_OUT),
    "booking_link": "Goes on booking: whoever opens it books for the kept record (`access.links.booking_link`).",
    "branch_link": "Says which branch asked to see that record; whoever answers later opens the kept one with it.",
    "patient_link": "Says what was told of that record; links of the kept one are its own.",
    "patient_merge": "Says who joined which records, and stays with the one that was merged.",
    **dict.fromkeys(("match_key", "match_look"), COMPARED),
    "match_candidate": "Says what somebody decided about that pair of records, whatever became of them.",
    **dict.fromkeys(
        ("clock_escalation", "due_change", "enrolment_history", "event", "message_candidate", "waitlist_offer"),
        WHAT_HAPPENED,
    ),
    "consent": "A refusal of every merged record binds the kept one, a permission does not (contact rules read both).",
    "contact_mark": "What bars messages to a merged record binds the kept one, what permits them does not (likewise).",
    "service_case": "What queues promised about that record, and how it was kept; it is counted where it was promised.",
    "authority": "What somebody may receive about the merged record; for the kept one it is granted anew, by a person.",
    "due_refusal": "What somebody wrote down about that record; for the kept one it is asked anew.",
    "custom_value": "What somebody recorded about that record; which of two values holds is for a person to say.",
}
"""Table → why its rows stay with the merged record. Whatever waits there is taken back as its journeys end."""

GOES_OVER: frozenset[str] = frozenset(
    (
        "appointment",
        "care_plan",
        "care_plan_activity",
        "complaint",
        "complaint_entry",
        "condition",
        "conversation",
        "conversation_draft",
        "conversation_entry",
        "conversation_mention",
        "conversation_move",
        "diagnostic_report",
        "due_item",
        "encounter",
        "episode",
        "immunization",
        "kept_record",
        "medication_request",
        "note",
        "observation",
        "procedure",
        "referral",
        "referral_document",
        "request",
        "service_case",
        "task",
        "treatment_course",
        "waitlist_entry",
    )
)
"""Tables whose rows go over when people of this house join two records (`identity.moving`), and come back when that is
undone. What a source merges it sends anew. Custom values follow their record by themselves; consents, marks and
messages stay in either case, and are read of both."""
