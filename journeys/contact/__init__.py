"""Floor 3b: who may be written to, about what, on which channel, when; what is said; and what comes back."""
