"""The text of a journey: what it says, how it is read, edited, and merged; its lengths of time, schedules and shape."""
