"""Letters, from waiting to the post and back: batches made, printed once, posted; what comes back."""
