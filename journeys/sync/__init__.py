"""Beside the EMR: connections, what they bring, and what is made of it.

hl7/        HL7 version 2: bytes to messages, messages to what they say, answers to whoever sent them
fhir/       servers of FHIR R4 that are read: what changed there, kept as it came
sending/    what goes out by HL7 version 2: noted with the change, told in order, answered
facade/     what systems read of us as a FHIR R4 server, each within its branches and scopes
"""
