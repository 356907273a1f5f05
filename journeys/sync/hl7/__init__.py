"""HL7 version 2: from the bytes that a system sends to values that can be mapped.

    framing     MLLP: where one frame of a stream ends and the next begins
    batches     the messages of a file, a batch or a frame, one at a time
    characters  which character set the bytes are in
    reading     one message: its header, segments and everything that was tolerated
    message     what a message is: segments, fields, repetitions, components, subcomponents
    escapes     the escape sequences within a text
    moments     dates and times, as FHIR writes them
    answering   the acknowledgement of a message

A reader is tolerant: what can mean only one thing is read, and what was wrong with it is a `Finding` with its place
and never its value. `Unreadable` is only what cannot be a message at all. Source: HL7 2.3 to 2.8.2, chapter 2.
"""
