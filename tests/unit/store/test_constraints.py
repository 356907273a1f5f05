"""Wrong states cannot be stored, and no branch sees another: tried on every check and every table there is."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy import CheckConstraint, Connection, Engine, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from journeys.foundation.database import OWNER, PORTAL, WORKER, connect
from journeys.store import Base
from journeys.store.setting_up.policies import APPEND_ONLY, QUEUES, UNCHANGING, WORKED_OUT, scoped_tables
from tests.make import NOON
from tests.servers import Cluster, Database
from tests.unit.store.rows import A_DAY, TABLES, Row, Rows, checks_of

pytestmark = pytest.mark.store

CLOSED_NOW = {"status": "closed", "closed_at": NOON, "closed_by": "test", "outcome": "answered"}

COMPLAINT_CLOSED = {"status": "closed", "closed_at": NOON, "closed_by": "test", "outcome": "confirmed"}

WRONG: dict[str, Row] = {
    "ck_definition_active_has_version": {"status": "active"},
    "ck_definition_version_number_positive": {"number": 0},
    "ck_source_record_hash_is_sha256": {"hash": b"short"},
    "ck_fhir_client_revoked_at_together": {"revoked_at": NOON},
    "ck_fhir_client_may_something": {"scopes": []},
    "ck_fhir_token_hash_is_sha256": {"hash": b"short"},
    "ck_fhir_assertion_hash_is_sha256": {"jti_hash": b"short"},
    "ck_patient_deceased_at_only_if_deceased": {"deceased": False, "deceased_at": NOON},
    "ck_patient_not_merged_into_itself": {"id": 999, "merged_into_id": 999},
    "ck_enrolment_stands_somewhere_until_ended": {"step": None},
    "ck_enrolment_ended_is_not_due": {
        "status": "completed",
        "step": None,
        "ended_at": NOON,
        "ended_reason": "done",
        "due_at": NOON,
    },
    "ck_enrolment_status_known": {
        "status": "no such thing",
        "step": None,
        "ended_at": NOON,
        "ended_reason": "done",
    },
    "ck_enrolment_ended_when_not_active": {"status": "completed"},
    "ck_enrolment_lane_of_patient": {"lane": 255},
    "ck_message_lane_of_patient": {"lane": 255},
    "ck_message_inbound_is_received": {"direction": "inbound"},
    "ck_message_sent_has_time": {"status": "accepted", "channel": "sms"},
    "ck_message_held_has_reasons": {"status": "held"},
    "ck_message_patient_is_no_recipient": {"recipient_id": 1},
    "ck_message_caregiver_is_known": {"goes_to": "caregivers", "status": "released", "channel": "sms"},
    "ck_message_released_has_channel": {"status": "released"},
    "ck_message_typed_answer_of_question": {"answer_number": 7},
    "ck_risk_model_status_known": {
        "status": "no such thing",
        "learnt_at": NOON,
        "content": {},
        "fingerprint": "one",
        "judged": {},
    },
    "ck_risk_model_learnt_has_content": {"status": "learnt"},
    "ck_risk_model_answered": {"status": "in-force"},
    "ck_attendance_risk_chance_is_one": {"chance": 2},
    "ck_attendance_risk_model_foretells": {"used": "model"},
    "ck_task_queue_promises_something": {"response_minutes": 0},
    "ck_task_queue_warns_in_time": {"warn_percent": 0},
    "ck_task_queue_takes_time": {"effort_minutes": 0},
    "ck_task_takes_time": {"effort_minutes": 0},
    "ck_task_paused_at_together": {"paused_at": NOON},
    "ck_task_paused_for": {"paused_seconds": -1},
    "ck_staff_work_capacity_counted": {"capacity_minutes": -1},
    "ck_staff_absence_begins_before_it_ends": {"until_at": NOON - A_DAY},
    "ck_staff_absence_somebody_else": {"stand_in": "nina", "username": "nina"},
    "ck_service_case_answered_at_after_asked_at": {"answered_at": NOON - A_DAY},
    "ck_service_case_resolved_at_after_asked_at": {
        "resolved_at": NOON - A_DAY,
        "resolution_seconds": 1,
        "outcome": "answered",
    },
    "ck_service_case_resolved_at_together": {"resolved_at": NOON},
    "ck_service_case_asked_for": {"contacts": 0},
    "ck_service_case_answered_in": {"response_seconds": 1},
    "ck_service_case_promises_something": {"pause_limit": -1},
    "ck_service_case_paused_for": {"paused_seconds": -1},
    "ck_service_case_response_late_as_promised": {"response_late": True},
    "ck_service_case_resolution_late_as_promised": {"resolution_late": True},
    "ck_task_outcome_when_completed": {"outcome": "done"},
    "ck_task_completed_when_done": {"status": "completed"},
    "ck_treatment_course_sessions_done_positive": {"sessions_done": -1},
    "ck_care_plan_activity_interval_positive": {"interval_days": 0},
    "ck_due_item_guideline_or_recall": {"recalled_at": None, "recalled_by": None},
    "ck_due_item_dated_unless_settled": {"opens_on": None, "due_on": None, "overdue_on": None},
    "ck_due_item_reason_of_status": {"status": "excluded"},
    "ck_due_item_refused_until_when_refused": {"status": "not-actionable", "reason": "refused"},
    "ck_due_item_excluded_by_when_excluded": {"status": "excluded", "reason": "exclusion"},
    "ck_due_item_met_together": {"met": 1},
    "ck_due_item_outcome_known": {"closed_at": NOON, "outcome": "no such thing"},
    "ck_due_item_status_known": {"status": "no such thing"},
    "ck_due_item_guideline_id_together": {"version_id": 1},
    "ck_due_item_opens_on_together": {"opens_on": None},
    "ck_due_item_recalled_at_together": {"recalled_by": None},
    "ck_due_item_due_on_after_opens_on": {"opens_on": NOON.date() + A_DAY},
    "ck_due_item_overdue_on_after_due_on": {"overdue_on": NOON.date() - A_DAY},
    "ck_due_change_from_or_to": {"to_status": None},
    "ck_due_state_counted": {"looked_at": -1},
    "ck_referral_incoming_is_no_draft": {"direction": "incoming", "status": "draft"},
    "ck_referral_history_numbered_from_one": {"number": 0},
    "ck_referral_history_move_allowed": {"from_status": "sent", "to_status": "closed"},
    "ck_appointment_booked_here_or_received": {"schedule_id": 1, "source_record_id": 1, "type_id": 1, "location_id": 1}
    | {"start_at": NOON, "end_at": NOON},
    "ck_appointment_booked_whole": {"schedule_id": 1},
    "ck_appointment_history_move_allowed": {"from_status": "cancelled", "to_status": "booked"},
    "ck_appointment_type_minutes_in_range": {"minutes": 0},
    "ck_appointment_type_lead_counted": {"lead_minutes": -1},
    "ck_appointment_type_cancel_counted": {"cancel_minutes": -1},
    "ck_schedule_of_somebody": {"practitioner_id": None},
    "ck_schedule_slot_minutes_in_range": {"slot_minutes": 4},
    "ck_schedule_days_ahead_in_range": {"days_ahead": 0},
    "ck_waitlist_entry_times_take_time": {"from_time": dt.time(10), "until_time": dt.time(9)},
    "ck_waitlist_entry_from_time_together": {"from_time": dt.time(10)},
    "ck_waitlist_entry_weekdays_some": {"weekdays": 0},
    "ck_waitlist_entry_offers_counted": {"asked": -1},
    "ck_waitlist_entry_ended_unless_waiting": {"ended_at": NOON, "ended_by": "somebody"},
    "ck_waitlist_entry_ended_at_together": {"ended_by": "somebody"},
    "ck_waitlist_entry_withdrawn_why": {"why": "patient"},
    "ck_waitlist_entry_booked_what": {"status": "booked", "ended_at": NOON, "ended_by": "somebody"},
    "ck_waitlist_entry_status_known": {"status": "no such thing", "ended_at": NOON, "ended_by": "somebody"},
    "ck_waitlist_entry_why_known": {"status": "withdrawn", "why": "no", "ended_at": NOON, "ended_by": "somebody"},
    "ck_backfill_takes_time": {"end_at": NOON},
    "ck_backfill_ended_unless_open": {"ended_at": NOON},
    "ck_backfill_looked_at_while_open": {"next_at": None},
    "ck_backfill_filled_minutes": {"minutes": 30},
    "ck_backfill_price_when_filled": {"price": 80, "currency": "USD"},
    "ck_backfill_price_together": {"status": "filled", "minutes": 30, "price": 80, "next_at": None, "ended_at": NOON},
    "ck_backfill_status_known": {"status": "no such thing", "next_at": None, "ended_at": NOON},
    "ck_waitlist_offer_lasts": {"expires_at": NOON},
    "ck_waitlist_offer_ended_unless_offered": {"ended_at": NOON},
    "ck_waitlist_offer_status_known": {"status": "no such thing", "ended_at": NOON},
    "ck_backfill_plan_at_once_in_range": {"at_once": 0},
    "ck_backfill_plan_minutes_in_range": {"minutes": 4},
    "ck_backfill_plan_ahead_in_range": {"days_ahead": 0},
    "ck_backfill_plan_rest_in_range": {"most_offers": 0},
    "ck_backfill_plan_price_counted": {"price": -1, "currency": "USD"},
    "ck_backfill_plan_price_together": {"price": 80},
    "ck_backfill_plan_currency_coded": {"price": 80, "currency": "usd"},
    "ck_schedule_block_takes_time": {"end_at": NOON},
    "ck_slot_takes_time": {"end_at": NOON},
    "ck_booking_link_good_for_a_while": {"good_until": NOON},
    "ck_booking_link_appointment_id_together": {"used_at": NOON},
    "ck_slot_hold_together": {"hold": uuid.uuid4()},
    "ck_segment_state_counted": {"members": -1},
    "ck_setback_happened": {"times": 0},
    "ck_journey_group_priority_in_range": {"priority": 101},
    "ck_journey_occurrence_counted": {"entered": -1},
    "ck_journey_occurrence_outcome_known": {"outcome": "no such thing", "ended_at": NOON},
    "ck_journey_pause_status_known": {"status": "no such thing", "resumed_at": NOON, "resumed_by": "somebody"},
    "ck_journey_pause_stands_until_resumed": {"status": "resuming"},
    "ck_definition_review_verdict_known": {"verdict": "no such thing", "closed_at": NOON, "closed_by": "somebody"},
    "ck_definition_review_approved_has_version": {"verdict": "approved", "closed_at": NOON, "closed_by": "somebody"},
    "ck_definition_review_counted": {"entering": 1, "most_a_day": 0},
    "ck_definition_review_entering_together": {"entering": 1},
    "ck_retention_rule_keep_months_at_least": {"keep_months": 2},
    "ck_retention_rule_keep_months_at_most": {"keep_months": 1_201},
    "ck_retention_run_counted": {"removed": -1},
    "ck_rate_pass_place_counts_from_one": {"place": 0},
    "ck_message_parts_counted": {"parts": 0},
    "ck_message_cost_counted": {"cost": -1},
    "ck_message_confidence_in_range": {"confidence": 101},
    "ck_message_content_level_in_range": {"content_level": 4},
    "ck_message_content_level_of_own_text": {"content_level": 1, "template_version_id": 1},
    "ck_text_registration_approved_has_number": {"state": "approved"},
    "ck_supply_stock_quantity_counted": {"quantity": -1},
    "ck_supply_movement_quantity_moved": {"kind": "used", "quantity": 0},
    "ck_supply_movement_count_is_balance": {"kind": "counted", "quantity": 1, "balance": 2},
    "ck_supply_movement_balance_counted": {"kind": "used", "balance": -1},
    "ck_channel_account_per_minute_counted": {"per_minute": 0},
    "ck_channel_account_price_counted": {"price_per_part": -1, "currency": "USD"},
    "ck_channel_account_price_per_part_together": {"price_per_part": 1},
    "ck_channel_account_slug_is_one": {"slug": "*"},
    "ck_channel_account_attempts_counted": {"refused_attempts": 0},
    "ck_channel_account_first_waits_counted": {"down_first_wait": 0},
    "ck_channel_account_longest_waits_counted": {"refused_longest_wait": 0},
    "ck_channel_account_refused_waits_grow": {"refused_first_wait": 10, "refused_longest_wait": 5},
    "ck_channel_account_down_waits_grow": {"down_first_wait": 10, "down_longest_wait": 5},
    "ck_channel_state_failures_counted": {"failures": -1},
    "ck_channel_state_stopped_at_together": {"stopped_at": NOON},
    "ck_channel_state_trial_together": {"trial": uuid.uuid4()},
    "ck_channel_state_trial_asked_before_it_ends": {"trial_ended_at": NOON},
    "ck_channel_state_heard_validity_together": {"heard_validity": 1},
    "ck_channel_state_hearing_error_together": {"hearing_error": "imap"},
    "ck_channel_state_heard_or_failing": {
        "hearing_since": NOON,
        "hearing_failed_at": NOON,
        "hearing_error": "imap",
    },
    "ck_letter_batch_printed_at_together": {"printed_at": NOON},
    "ck_letter_batch_posted_at_together": {"posted_at": NOON},
    "ck_letter_batch_printed_before_posted": {"posted_at": NOON, "posted_by": "somebody"},
    "ck_letter_batch_letters_counted": {"letters": 0},
    "ck_webhook_connection_trial_together": {"trial": uuid.uuid4()},
    "ck_webhook_connection_trial_asked_before_it_ends": {"trial_ended_at": NOON},
    "ck_fhir_reading_claim_together": {"claim": uuid.uuid4()},
    "ck_fhir_reading_failures_counted": {"failures": -1},
    "ck_fhir_walk_pages_counted": {"pages": -1},
    "ck_inbound_delivery_answers_counted": {"answers": -1, "answered_at": NOON, "answered_sealed": b"x"},
    "ck_inbound_delivery_answered_at_a_time": {"answers": 1},
    "ck_inbound_delivery_answered_at_together": {"answers": 1, "answered_at": NOON},
    "ck_interface_message_hash_is_sha256": {"body_hash": b"short"},
    "ck_interface_message_settled_at_together": {"status": "settled", "settled_at": NOON},
    "ck_interface_message_settled_by_a_person": {"status": "settled"},
    "ck_interface_message_applied_at_a_time": {"status": "applied"},
    "ck_interface_message_status_known": {"status": "no such thing"},
    "ck_outgoing_message_claim_together": {"status": "sending", "claim": uuid.uuid4()},
    "ck_outgoing_message_content_hash_together": {"content_hash": bytes(32)},
    "ck_outgoing_message_settled_at_together": {"status": "settled", "settled_at": NOON},
    "ck_outgoing_message_claimed_while_sending": {"status": "sending"},
    "ck_outgoing_message_sent_at_a_time": {"sent_at": NOON},
    "ck_outgoing_message_settled_by_a_person": {"status": "settled"},
    "ck_outgoing_message_sent_is_written": {"status": "sent", "sent_at": NOON},
    "ck_outgoing_message_attempts_counted": {"refusals": 1},
    "ck_outgoing_message_event_known": {"event": "S99"},
    "ck_outgoing_message_status_known": {"status": "no such thing"},
    "ck_webhook_call_claimed_while_sending": {"status": "sending"},
    "ck_authority_purposes_named": {"purposes": ["gossip"]},
    "ck_authority_content_level_in_range": {"content_level": 4},
    "ck_contact_mark_names_its_number": {"kind": "dnd", "telecom_id": None},
    "ck_source_link_leads_somewhere": {"outside_id": None},
    "ck_custom_value_value_of_type": {"type": "text"},
    "ck_custom_value_value_number_finite": {"value_number": Decimal("NaN")},
    "ck_custom_value_value_unit_of_number": {
        "type": "date",
        "value_number": None,
        "value_date": NOON.date(),
        "value_unit": "kg",
    },
    "ck_custom_value_patient_is_the_record": {"record_kind": "patient", "record_id": 999_999},
    "ck_fact_column_built_up_to_counted": {"built_up_to": -1},
    "ck_diagnostic_report_told_once_acknowledged": {
        "informed_at": NOON,
        "informed_by": "somebody",
        "informed_how": "call",
    },
    "ck_diagnostic_report_acknowledged_at_together": {"acknowledged_at": NOON},
    "ck_diagnostic_report_informed_at_together": {
        "acknowledged_at": NOON,
        "acknowledged_by": "somebody",
        "informed_at": NOON,
    },
    "ck_diagnostic_report_informed_how_known": {
        "acknowledged_at": NOON,
        "acknowledged_by": "somebody",
        "informed_at": NOON,
        "informed_by": "somebody",
        "informed_how": "no such thing",
    },
    "ck_clock_escalation_rung_counted": {"rung": -1},
    "ck_value_set_code_position_counted": {"position": -1},
    "ck_patient_merge_of_two_records": {"kept_id": 999, "patient_id": 999},
    "ck_patient_merge_status_known": {"status": "no such thing", "answered_at": NOON, "answered_by": "somebody"},
    "ck_patient_merge_answered_unless_asked": {"status": "in-force"},
    "ck_patient_merge_undone_when_taken_back": {"status": "undone", "answered_at": NOON, "answered_by": "somebody"},
    "ck_patient_link_of_two_records": {"other_id": 999, "patient_id": 999},
    "ck_branch_link_status_known": {"status": "no such thing", "answered_at": NOON, "answered_by": "somebody"},
    "ck_branch_link_answered_unless_asked": {"status": "linked"},
    "ck_conversation_status_known": {"status": "no such thing"},
    "ck_conversation_closed_with_outcome": {"status": "closed"},
    "ck_conversation_rests_until": {"status": "waiting"},
    "ck_conversation_due_when_open": {"status": "waiting", "returns_at": NOON, "due_at": NOON},
    "ck_conversation_reopened_counted": {"reopened": -1},
    "ck_conversation_clock_of_a_reason": {"answer_due_at": NOON},
    "ck_conversation_replied_when_asked": {"replied_at": NOON},
    "ck_conversation_not_in_itself": {"id": 999, "went_on_in_id": 999, **CLOSED_NOW},
    "ck_conversation_closed_when_merged": {"went_on_in_id": 1},
    "ck_complaint_status_known": {"status": "no such thing"},
    "ck_complaint_outcome_known": {**COMPLAINT_CLOSED, "outcome": "no such thing"},
    "ck_complaint_settled_at_together": {"cause": "process"},
    "ck_complaint_closed_at_together": {**COMPLAINT_CLOSED, "closed_by": None},
    "ck_complaint_closed_at_after_taken_at": {**COMPLAINT_CLOSED, "closed_at": NOON - A_DAY},
    "ck_complaint_closed_with_outcome": {"status": "closed"},
    "ck_complaint_asked_until_a_time": {"asked_until": NOON},
    "ck_complaint_asked_when_settled": {"status": "asked", "asked_until": NOON},
    "ck_complaint_acknowledged_at_together": {"acknowledged_at": NOON},
    "ck_complaint_contacted_at_together": {"contacted_at": NOON},
    "ck_complaint_reopened_counted": {"reopened": -1},
    "ck_match_candidate_lesser_first": {"other_id": 0},
    "ck_match_candidate_decided_unless_open": {"status": "distinct"},
    "ck_match_candidate_status_known": {"status": "no such thing", "decided_at": NOON, "decided_by": "somebody"},
    "ck_value_set_code_code_written": {"code": ""},
    "ck_calendar_stretch_opens_before_it_closes": {"opens_at": NOON, "closes_at": NOON},
    "ck_calendar_stretch_never_negative": {"seconds_before": -1},
}
"""What breaks each check that says more than its name: the values that make a good row wrong."""


@dataclass
class Filled:
    """A database with two rows in every table: of patients 1 and 2. Tests roll back what they do to it."""

    database: Database
    rows: Rows


@pytest.fixture(scope="module")
def filled(cluster: Cluster) -> Iterator[Filled]:
    database = cluster.new()
    engine = connect(database.url, WORKER)
    try:
        with engine.begin() as opened:
            rows = Rows(opened)
            rows.fill(1)
            rows.fill(2)
        yield Filled(database, rows)
    finally:
        engine.dispose()
        cluster.drop(database)


@pytest.fixture
def connection(filled: Filled) -> Iterator[Connection]:
    """A worker's connection."""
    engine = connect(filled.database.url, WORKER)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def wrong_values(table: Table, name: str, check: CheckConstraint) -> Row | None:
    """Values that a check must refuse; None when nobody has said any."""
    short = name.removeprefix(f"ck_{table.name}_")
    if name in WRONG:
        return WRONG[name]
    if short.endswith("_known"):
        return {short.removesuffix("_known"): "no such thing"}
    if "_after_" in short:
        later, earlier = short.split("_after_")
        now: Any = NOON if earlier.endswith("_at") or "valid" in earlier else NOON.date()
        return {earlier: now, later: now - A_DAY}
    if short.endswith("_together"):
        columns = re.findall(r"\w+", str(check.sqltext).partition("(")[2].partition(")")[0])
        return {columns[0]: WHOLE.get(columns[0], "alone"), **dict.fromkeys(columns[1:])}
    return None


WHOLE: dict[str, Any] = {
    "chance": 0.5,
    "claim": uuid.UUID(int=1),
    "enrolment_id": 1,
    **dict.fromkeys(
        (
            "answered_at",
            "asked_at",
            "closed_at",
            "completed_at",
            "decided_at",
            "ended_at",
            "failed_at",
            "undone_at",
            "withdrawn_at",
        ),
        NOON,
    ),
}
EVERY_CHECK = [(table, name, check) for table in TABLES for name, check in checks_of(table).items()]


def test_every_check_has_a_wrong_state_to_try() -> None:
    assert [name for table, name, check in EVERY_CHECK if wrong_values(table, name, check) is None] == []
    assert set(WRONG) <= {name for _, name, _ in EVERY_CHECK}


def test_every_check_refuses_its_wrong_state(filled: Filled, connection: Connection) -> None:
    rows = filled.rows
    stored = []
    for table, name, check in EVERY_CHECK:
        row = rows.row(table, 1, **(wrong_values(table, name, check) or {}))
        refused = refusal(connection, table, row)
        if name != refused:
            stored.append((name, refused))
    assert stored == []


def refusal(connection: Connection, table: Table, row: Row) -> str:
    """The check that refuses a row, or `nothing`."""
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(**row).inline())
    except IntegrityError as error:
        assert isinstance(error.orig, CheckViolation), f"{table.name}: {error.orig}"
        return str(error.orig.diag.constraint_name)
    return "nothing"


def test_the_database_has_every_check_of_the_tables(connection: Connection) -> None:
    names = text("SELECT conname FROM pg_constraint WHERE contype = 'c' AND conname LIKE 'ck\\_%'")
    assert {name for _, name, _ in EVERY_CHECK} <= set(connection.scalars(names))


WITH_PATIENT = """
SELECT relation.relname, relation.relrowsecurity AND relation.relforcerowsecurity AS is_forced, relation.relispartition
FROM pg_class AS relation JOIN pg_namespace AS space ON space.oid = relation.relnamespace
WHERE space.nspname = 'public' AND relation.relkind IN ('r', 'p')
  AND (relation.relname = 'patient' OR EXISTS (
    SELECT 1 FROM pg_attribute AS attribute WHERE attribute.attrelid = relation.oid AND attribute.attname = 'patient_id'
  ))
"""


def test_every_table_with_patients_has_forced_row_level_security(connection: Connection) -> None:
    found = connection.execute(text(WITH_PATIENT)).all()
    whole = {name: is_forced for name, is_forced, is_partition in found if not is_partition and name not in QUEUES}
    assert set(whole) == {table.name for table in scoped_tables()}
    assert [name for name, is_forced in whole.items() if not is_forced] == []


def test_nobody_reads_a_partition_behind_its_table(connection: Connection) -> None:
    partitions = [name for name, _, is_partition in connection.execute(text(WITH_PATIENT)) if is_partition]
    partitions += ["audit_entry_other"]
    assert len(partitions) > 20
    for role in (PORTAL, WORKER):
        for name in partitions:
            may = text("SELECT has_table_privilege(:role, :name, 'SELECT, INSERT, UPDATE, DELETE')")
            assert connection.execute(may, {"role": role, "name": name}).scalar_one() is False, name


@pytest.fixture
def portal(filled: Filled) -> Iterator[Engine]:
    engine = connect(filled.database.url, PORTAL)
    yield engine
    engine.dispose()


def seen(portal: Engine, locations: str | None) -> dict[str, set[int]]:
    """The patients whose rows the portal's role sees in each table, with this setting (none at all for None)."""
    with portal.connect() as connection:
        if locations is not None:
            connection.execute(select(func.set_config("waymark.locations", locations, True)))
        return {
            table.name: set(connection.scalars(select(table.c.id if table.name == "patient" else table.c.patient_id)))
            for table in scoped_tables()
        }


def test_a_branch_sees_its_own_patients_and_nothing_else(filled: Filled, portal: Engine) -> None:
    rows = filled.rows
    one, two = rows.ids["patient", 1], rows.ids["patient", 2]
    here = str(rows.ids["location", 1])
    without = {"source_record"}  # the rows made here name no patient: only who sees every branch sees them
    for table, patients in seen(portal, here).items():
        assert patients == (set() if table in without else {one}), table
    for table, patients in seen(portal, "*").items():
        assert patients == ({None} if table in without else {one, two}), table


@pytest.mark.parametrize("locations", [None, "", "0", "999999"])
def test_without_a_scope_there_is_nothing(portal: Engine, locations: str | None) -> None:
    assert {table: patients for table, patients in seen(portal, locations).items() if patients} == {}


def test_a_branch_cannot_write_for_another(filled: Filled, portal: Engine) -> None:
    rows = filled.rows
    stored = []
    for table in scoped_tables():
        if table.name in {"patient", "source_record", *WORKED_OUT}:
            continue
        row = rows.row(table, 2)
        with portal.connect() as mine:
            mine.execute(select(func.set_config("waymark.locations", str(rows.ids["location", 1]), True)))
            try:
                mine.execute(insert(table).values(**row).inline())
                stored.append(table.name)
            except DBAPIError as error:
                if "row-level security" not in str(error.orig):
                    stored.append(f"{table.name}: {error.orig}")
    assert stored == []


def test_the_portal_changes_nothing_that_the_worker_worked_out(connection: Connection) -> None:
    may = text("SELECT has_table_privilege(:role, :name, :right)")
    given = [(name, right) for name in WORKED_OUT for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")]
    given += [(name, right) for name in QUEUES for right in ("UPDATE", "DELETE", "TRUNCATE")]
    for name, right in given:
        assert connection.execute(may, {"role": PORTAL, "name": name, "right": right}).scalar_one() is False, name


def test_what_never_changes_cannot_be_changed(connection: Connection) -> None:
    for role in (PORTAL, WORKER):
        for name in (*UNCHANGING, *APPEND_ONLY):
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                may = text("SELECT has_table_privilege(:role, :name, :right)")
                given = {"role": role, "name": name, "right": right}
                assert connection.execute(may, given).scalar_one() is False, given
        for name in APPEND_ONLY:
            reads = text("SELECT has_table_privilege(:role, :name, 'SELECT')")
            assert connection.execute(reads, {"role": role, "name": name}).scalar_one() is False


def test_a_published_version_never_changes_not_even_for_the_owner(filled: Filled) -> None:
    owner = connect(filled.database.url, OWNER)
    version = Base.metadata.tables["definition_version"]
    try:
        for statement in (
            version.update().values(checksum="x"),
            version.delete(),
            text("TRUNCATE definition_version CASCADE"),
        ):
            with owner.connect() as opened, pytest.raises(DBAPIError, match="never changes"):
                opened.execute(statement)
    finally:
        owner.dispose()
