"""The kinds of events that journeys may listen to, and what each is called."""

from __future__ import annotations

from journeys.foundation.words import N_

KINDS = {
    "patient.created": N_("The record was made"),
    "patient.changed": N_("The record changed"),
    "patient.deceased": N_("The patient died"),
    "appointment.changed": N_("An appointment changed"),
    "encounter.recorded": N_("A visit was recorded"),
    "condition.recorded": N_("A condition was recorded"),
    "observation.recorded": N_("A result was recorded"),
    "procedure.recorded": N_("A procedure was recorded"),
    "immunization.recorded": N_("A vaccine was recorded"),
    "medication-request.recorded": N_("A medicine was recorded"),
    "diagnostic-report.recorded": N_("A report was recorded"),
    "care-plan.recorded": N_("A care plan was recorded"),
    "referral.changed": N_("A referral changed"),
    "message.sent": N_("A message was sent"),
    "message.answered": N_("The patient answered"),
    "message.undeliverable": N_("A message could not be delivered"),
    "message.held": N_("A message was held"),
    "form.sent": N_("The patient sent a form"),
    "consent.given": N_("Consent was given"),
    "consent.withdrawn": N_("Consent was withdrawn"),
    "task.created": N_("A task was made"),
    "task.completed": N_("A task was done"),
    "task.cancelled": N_("A task was cancelled"),
    "webhook.delivered": N_("A call of another system arrived"),
    "webhook.failed": N_("A call of another system failed"),
    "segment.entered": N_("Entered a segment"),
    "segment.left": N_("Left a segment"),
    "enrolment.started": N_("A journey began"),
    "enrolment.ended": N_("A journey ended"),
}
