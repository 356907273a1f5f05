"""Where patients are and why: one patient's journeys, one journey's figures."""
