"""Floor 3c: what is due, what was referred, what came back and nobody looked at."""
