"""How patients come into a journey: by segment, event, schedule, choice or list; and what keeps them out."""
