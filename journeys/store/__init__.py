"""Floor 1: every table, one file a topic; importing this package knows them all.

Names and statuses are FHIR R4's where FHIR has them. Columns called `…_sealed` are encrypted (see foundation.secrets)
and read through the attribute without the ending. Codes, dates, numbers, zone, language and flags are plain, so rules
can use them."""

from journeys.foundation.audit import AuditEntry
from journeys.foundation.calendars import BusinessCalendar, CalendarDay
from journeys.foundation.tables import Base
from journeys.foundation.working_time import CalendarStretch
from journeys.foundation.zones import ZoneSpan
from journeys.store.access import Appointment, AppointmentHistory
from journeys.store.attendance import AttendanceRisk, RiskModel
from journeys.store.booking_links import BookingLink
from journeys.store.caregivers import Authority, RelatedPersonToken
from journeys.store.channel_accounts import ChannelAccount, ChannelState
from journeys.store.clinical import (
    Condition,
    DiagnosticReport,
    Encounter,
    Immunization,
    MedicationRequest,
    Note,
    Observation,
    Procedure,
)
from journeys.store.clock_escalations import ClockEscalation
from journeys.store.complaints import Complaint, ComplaintEntry
from journeys.store.configuration import Definition, DefinitionVersion, JourneyListener, VersionPin
from journeys.store.connections import Connection, InterfaceEffect, InterfaceMessage
from journeys.store.contact import Consent, Message, MessageCandidate
from journeys.store.contact_marks import ContactMark
from journeys.store.conversations import (
    Conversation,
    ConversationDraft,
    ConversationEntry,
    ConversationMention,
    ConversationMove,
)
from journeys.store.custom_values import CustomValue
from journeys.store.due import DueChange, DueItem, DueRefusal, DueState
from journeys.store.enrolments import Enrolment, EnrolmentHistory, SegmentMember
from journeys.store.events import Event
from journeys.store.facts import FactColumn, FactZone, PatientFact
from journeys.store.fhir_clients import FhirAssertion, FhirClient, FhirClientBranch, FhirToken
from journeys.store.fhir_reading import FhirReading, FhirWalk
from journeys.store.inbox import InboundDelivery
from journeys.store.journey_groups import JourneyGroup
from journeys.store.journey_requests import JourneyRequest
from journeys.store.letters import LetterBatch
from journeys.store.list_settings import ListSetting
from journeys.store.matches import MatchCandidate, MatchKey, MatchLook
from journeys.store.merges import MergeMove, PatientMerge
from journeys.store.moves import EnrolmentMove, JourneyMove
from journeys.store.occurrences import JourneyOccurrence
from journeys.store.organisation import (
    Department,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
    Programme,
    ServiceLine,
)
from journeys.store.outgoing_messages import OutgoingMessage
from journeys.store.patient_links import BranchLink, PatientLink
from journeys.store.pauses import JourneyPause
from journeys.store.people import (
    Patient,
    PatientAddress,
    PatientIdentifier,
    PatientLocation,
    PatientName,
    PatientTelecom,
    PatientToken,
    RelatedPerson,
)
from journeys.store.plans import CarePlan, CarePlanActivity, Episode, Request, TreatmentCourse
from journeys.store.rate_passes import RatePass
from journeys.store.referrals import Referral, ReferralDocument, ReferralHistory
from journeys.store.retention import RetentionRule, RetentionRun
from journeys.store.reviews import DefinitionReview
from journeys.store.scheduling import AppointmentType, BookableResource, Schedule, ScheduleBlock, ScheduleType, Slot
from journeys.store.segment_states import SegmentState
from journeys.store.service_levels import ServiceCase
from journeys.store.setbacks import Setback
from journeys.store.sources import AwaitedReference, KeptRecord, Source, SourceAlias, SourceLink, SourceRecord
from journeys.store.staffing import QueuePriority, StaffAbsence, StaffWork
from journeys.store.supplies import SupplyItem, SupplyMovement, SupplyStock
from journeys.store.tasks import Task, TaskQueue
from journeys.store.text_registrations import TextRegistration
from journeys.store.value_sets import ValueSetCode
from journeys.store.waitlist import Backfill, BackfillPlan, FreedSlot, WaitlistBranch, WaitlistEntry, WaitlistOffer
from journeys.store.webhooks import WebhookCall, WebhookConnection

__all__ = [
    "Appointment",
    "AppointmentHistory",
    "AppointmentType",
    "AttendanceRisk",
    "AuditEntry",
    "BookingLink",
    "Authority",
    "AwaitedReference",
    "Backfill",
    "BackfillPlan",
    "Base",
    "BookableResource",
    "BusinessCalendar",
    "CalendarDay",
    "CalendarStretch",
    "ChannelAccount",
    "ChannelState",
    "CarePlan",
    "CarePlanActivity",
    "ClockEscalation",
    "Complaint",
    "ComplaintEntry",
    "Condition",
    "Connection",
    "Consent",
    "ContactMark",
    "Conversation",
    "ConversationDraft",
    "ConversationEntry",
    "ConversationMention",
    "ConversationMove",
    "CustomValue",
    "Definition",
    "DefinitionReview",
    "DefinitionVersion",
    "Department",
    "DiagnosticReport",
    "Encounter",
    "DueChange",
    "DueItem",
    "DueRefusal",
    "DueState",
    "Enrolment",
    "EnrolmentHistory",
    "EnrolmentMove",
    "Episode",
    "Event",
    "FactColumn",
    "FactZone",
    "FhirReading",
    "FhirWalk",
    "FhirAssertion",
    "FhirClient",
    "FhirClientBranch",
    "FhirToken",
    "FreedSlot",
    "Immunization",
    "InboundDelivery",
    "InterfaceEffect",
    "InterfaceMessage",
    "JourneyGroup",
    "JourneyListener",
    "JourneyMove",
    "JourneyOccurrence",
    "JourneyPause",
    "JourneyRequest",
    "KeptRecord",
    "LetterBatch",
    "ListSetting",
    "Location",
    "MatchCandidate",
    "MatchKey",
    "MatchLook",
    "MedicationRequest",
    "MergeMove",
    "Message",
    "MessageCandidate",
    "Note",
    "Observation",
    "Organization",
    "OutgoingMessage",
    "Patient",
    "PatientAddress",
    "PatientFact",
    "PatientIdentifier",
    "PatientLocation",
    "PatientMerge",
    "PatientName",
    "PatientTelecom",
    "PatientToken",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Programme",
    "RatePass",
    "Referral",
    "ReferralDocument",
    "ReferralHistory",
    "RelatedPerson",
    "RelatedPersonToken",
    "Request",
    "RetentionRule",
    "RetentionRun",
    "QueuePriority",
    "RiskModel",
    "Schedule",
    "ScheduleBlock",
    "ScheduleType",
    "SegmentMember",
    "SegmentState",
    "ServiceLine",
    "ServiceCase",
    "Setback",
    "Slot",
    "Source",
    "SourceAlias",
    "SourceLink",
    "SourceRecord",
    "StaffAbsence",
    "StaffWork",
    "SupplyItem",
    "SupplyMovement",
    "SupplyStock",
    "Task",
    "TaskQueue",
    "TextRegistration",
    "TreatmentCourse",
    "ValueSetCode",
    "VersionPin",
    "WaitlistBranch",
    "WaitlistEntry",
    "WaitlistOffer",
    "WebhookCall",
    "WebhookConnection",
    "ZoneSpan",
    "BranchLink",
    "PatientLink",
]
