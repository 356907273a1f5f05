"""One patient's timeline: where entries come from, a page of them, and what they say."""
