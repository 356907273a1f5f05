"""Floor 3c: how patients come to a visit, and whether they will: appointments, slots, attendance risk, waitlist."""
