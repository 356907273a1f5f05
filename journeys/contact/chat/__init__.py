"""The chat on the clinic's website: visits that nobody can guess, what is written on them, and who is writing."""
