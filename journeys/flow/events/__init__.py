"""Something happened: whom it wakes, ends, lets in, and what it calls for at once."""
