"""People beside a patient who may receive messages: who they are, how they are reached, and what they may receive."""
