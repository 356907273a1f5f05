"""What staff know of a patient or an address that contact rules look at."""
