"""One record: what stands on a patient's page beside the timeline, and for whom.

layout       which cards, fields and courses of values a role sees: one definition, checked whole
courses      values of a code over a time: blood pressure over a year
next_steps   what is open about a patient, whose it is, by when
habits       how the patient answers messages and comes to appointments
care_team    who saw the patient, and who is to
write_note   the verb by which staff write a note
"""
