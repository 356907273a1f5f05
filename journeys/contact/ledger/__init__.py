"""The account of all contacts: it adds up at every moment, and can be shown to a patient."""
