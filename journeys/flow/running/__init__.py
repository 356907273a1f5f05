"""The worker's part: from what is due to the next wait, end or cut, a handful of statements a batch."""
