"""Complaints: what a patient holds against the clinic, with three clocks, until the patient says that it is settled.

policy check     reasons, root causes, remedies and times, as data
finding entries clocks asking   what the verbs share
take_complaint acknowledge_complaint log_contact settle_complaint close_complaint reopen_complaint  what staff do
withhold_complaint   it may be clinical harm: only the quality role sees it from then on
take_answers end_silence   the patient says yes or no, or nothing
read_complaints report     what there is, what came of it
"""
