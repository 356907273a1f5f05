"""What a message says, as FHIR resources: one file for what belongs together.

    telling      a statement about one record, and how they are collected
    types        HL7's data types as FHIR has them
    patient      PID, MRG
    visit        PV1, DG1, AL1
    appointment  SCH and what is booked with it
    order        ORC, OBR, RXE, RF1
    result       OBR and OBX as a report and its findings
    document     TXA, RXA
    tell         the whole of a message, by its kind

Follows the HL7 Version 2 to FHIR guide (HL7 International) where Waymark keeps what it maps; what Waymark has no use
for stays in the message as it came.
"""
