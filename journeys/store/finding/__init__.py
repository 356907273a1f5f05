"""Patients are found by what people know of them, named, and opened, each in an audited read."""
