"""What goes out by HL7 v2: noted by the database, written, sent one at a time in order, answered, or set aside."""
